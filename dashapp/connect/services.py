"""The services, and what their pages say: how to get the data, what is read of it, what is never opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a service's page says. `export` is the reader of its upload; without one it comes as CSV."""

    title: str
    export: str | None = None
    heading: str
    accept: str = ""
    wanted: str = ""
    steps: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    never: str = ""
    lacks: str = ""


X = Page(
    title="X",
    export="x",
    heading="Bring your X archive",
    accept=".zip,.js",
    wanted="The zip file as X made it. If it came in several parts, choose all of them.",
    steps=(
        "On X, open More, then Settings and privacy, then Your account.",
        "Choose “Download an archive of your data” and confirm with your password.",
        "After a day or more X tells you that the archive is ready. Download the zip; there is no need to unpack it.",
    ),
    reads=(
        "Your posts, with their likes and reposts.",
        "The lists of your followers and of those you follow.",
        "Your profile's name and text.",
    ),
    never="Direct messages, contacts, phone numbers, advertising and device files, pictures and videos. "
    "Your e-mail address stands beside your name in the archive; it is not kept.",
    lacks="X leaves replies, quotes and views out of the archive, and tells followers by number only. "
    "Handles are filled in for people whom your posts mention.",
)
MASTODON = Page(
    title="Mastodon",
    export="mastodon",
    heading="Bring your Mastodon export",
    accept=".zip,.gz,.tgz,.tar,.json,.csv",
    wanted="The archive as Mastodon made it, and the CSV files beside it if you have them.",
    steps=(
        "On your server, open Preferences, then Import and export, then Data export.",
        "Choose “Request your archive”. A mail tells you when it is ready; download the file.",
        "On the same page, download the CSV of “Follows”. The archive itself does not hold it.",
    ),
    reads=(
        "Your public, unlisted and followers-only posts, and your boosts.",
        "Whom you follow, from following_accounts.csv.",
        "Your profile's name and text.",
    ),
    never="Likes, bookmarks, lists of blocked or muted people, pictures and videos. "
    "Direct messages stand among your posts in the archive; they are skipped and not kept.",
    lacks="Mastodon gives nobody a list of their followers in an export, and tells likes and boosts of your posts only "
    "since version 4.4.",
)
CSV = Page(
    title="Your own data",
    export="csv",
    heading="Bring your own data",
    accept=".csv,.tsv,.txt,.zip",
    wanted="posts.csv, people.csv and ties.csv, or one or two of them; also together in a zip.",
)
SERVICES: Mapping[str, Page] = {
    "github": Page(title="GitHub", heading="Connect GitHub"),
    "mastodon": MASTODON,
    "bluesky": Page(title="Bluesky", heading="Connect Bluesky"),
    "x": X,
    "facebook": Page(title="Facebook", heading="Connect Facebook"),
    "linkedin": Page(title="LinkedIn", heading="Connect LinkedIn"),
    "csv": CSV,
}


def title(service: str) -> str:
    """A service's name as it writes it."""
    return SERVICES[service].title if service in SERVICES else service
