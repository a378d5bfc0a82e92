"""The services that can be connected by OAuth."""

from __future__ import annotations

from collections.abc import Mapping

from .bluesky.oauth import BlueskyProvider
from .facebook.oauth import FacebookProvider
from .github.oauth import GitHubProvider
from .linkedin.oauth import LinkedInProvider
from .mastodon.oauth import MastodonProvider
from .net.oauth import Provider
from .x.oauth import XProvider

PROVIDERS: Mapping[str, Provider] = {
    "github": GitHubProvider(),
    "mastodon": MastodonProvider(),
    "bluesky": BlueskyProvider(),
    "x": XProvider(),
    "facebook": FacebookProvider(),
    "linkedin": LinkedInProvider(),
}
#: services whose accounts may sign somebody in
SIGNING_IN = ("github", "mastodon", "linkedin")
