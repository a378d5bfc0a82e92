"""The services: what each is and can do stands in its own folder."""

from __future__ import annotations

from collections.abc import Mapping

from .bluesky.about import SERVICE as BLUESKY
from .csv_files.about import SERVICE as CSV
from .facebook.about import SERVICE as FACEBOOK
from .github.about import SERVICE as GITHUB
from .linkedin.about import SERVICE as LINKEDIN
from .mastodon.about import SERVICE as MASTODON
from .service import Live, OAuth, Service, Upload
from .x.about import SERVICE as X

#: in the order in which they are shown
SERVICES: Mapping[str, Service] = {
    "github": GITHUB,
    "mastodon": MASTODON,
    "bluesky": BLUESKY,
    "x": X,
    "facebook": FACEBOOK,
    "linkedin": LINKEDIN,
    "csv": CSV,
}


def service_of(key: str) -> Service:
    """The service of that key; one that only CSV files name has a name and no abilities."""
    return SERVICES.get(key) or Service(key=key, title=key)


def upload_of(key: str) -> Upload:
    """The export of a service that has one."""
    upload = SERVICES[key].upload
    if upload is None:
        raise LookupError(f"{key} has no export that is read")
    return upload


def live_of(key: str) -> Live:
    """How a service is read that can be."""
    live = SERVICES[key].live
    if live is None:
        raise LookupError(f"{key} cannot be read live")
    return live


def oauth_of(key: str) -> OAuth:
    """How a service is connected that can be."""
    oauth = SERVICES[key].oauth
    if oauth is None:
        raise LookupError(f"{key} cannot be connected by OAuth")
    return oauth
