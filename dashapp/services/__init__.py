"""The services: what each is and can do stands in its own folder."""

from __future__ import annotations

from collections.abc import Mapping

from .bluesky.about import SERVICE as BLUESKY
from .bluesky.reader import reader as bluesky_reader
from .csv_files.about import SERVICE as CSV
from .facebook.about import SERVICE as FACEBOOK
from .facebook.reader import reader as facebook_reader
from .github.about import SERVICE as GITHUB
from .github.reader import reader as github_reader
from .linkedin.about import SERVICE as LINKEDIN
from .linkedin.reader import reader as linkedin_reader
from .mastodon.about import SERVICE as MASTODON
from .mastodon.reader import reader as mastodon_reader
from .reading import ReaderOf
from .service import Service, Upload
from .x.about import SERVICE as X
from .x.reader import reader as x_reader

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
#: services that are read live
READERS: Mapping[str, ReaderOf] = {
    "github": github_reader,
    "mastodon": mastodon_reader,
    "bluesky": bluesky_reader,
    "x": x_reader,
    "facebook": facebook_reader,
    "linkedin": linkedin_reader,
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
