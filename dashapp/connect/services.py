"""The services, and what their pages say: how to get the data, what is read of it, what is never opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a service's page says. `export` is the reader of its upload."""

    title: str
    export: str
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
BLUESKY = Page(
    title="Bluesky",
    export="bluesky",
    heading="Bring your Bluesky repository",
    accept=".car,.gz",
    wanted="The .car file as Bluesky made it.",
    steps=(
        "In Bluesky, open Settings, then Account, then “Export my data”.",
        "Choose “Download CAR file”. It is there at once.",
    ),
    reads=(
        "Your posts, replies and reposts.",
        "Whom you follow, and since when.",
        "Your profile's name and text.",
    ),
    never="Direct messages and pictures are not in the file. "
    "Likes you gave, blocks and lists stand in it; they are passed over and not kept.",
    lacks="A repository holds only what you did yourself: no followers, and no replies, reposts and likes that you "
    "received. Friends come by their permanent id, without their handles.",
)
GITHUB = Page(
    title="GitHub",
    export="github",
    heading="Bring your GitHub archive",
    accept=".gz,.tgz,.tar,.zip,.json",
    wanted="The tar.gz file as GitHub made it. It may be large because of the code in it, which is not read.",
    steps=(
        "On GitHub, open Settings, then Account, then “Export account data”, and choose “Start export”.",
        "A mail tells you when the export is ready. Download it within seven days; there is no need to unpack it.",
    ),
    reads=(
        "Issues, pull requests and comments that you wrote in your own repositories, also in private ones.",
        "How many comments and reactions they received.",
        "Your name, your handle and your profile's text.",
    ),
    never="Code, attachments, projects, the audit log, and what others wrote. "
    "E-mail addresses stand beside the names in the export; they are not looked at.",
    lacks="GitHub tells neither followers nor friends in an export, and nothing that you wrote in repositories of "
    "others.",
)
FACEBOOK = Page(
    title="Facebook",
    export="facebook",
    heading="Bring your Facebook export",
    accept=".zip,.json",
    wanted="The zip file as Facebook made it. If it came in several parts, choose all of them.",
    steps=(
        "On Facebook, open the Accounts Center, then Your information and permissions, then Export your information.",
        "Create an export of your Facebook profile (not of Instagram), to your device.",
        "Choose Posts, Connections and Profile information; nothing else is read.",
        "Set the format to JSON and the dates to All time: unless you do, Facebook makes web pages of the last year.",
        "After minutes or days Facebook tells you that the export is ready. Download it within four days.",
    ),
    reads=(
        "Your posts: their time and your words.",
        "The list of your friends, with the day on which you became friends.",
        "The list of your followers, if your profile has any.",
        "Your name, your username and when you joined.",
    ),
    never="Messages, comments and reactions you gave, groups, advertising, log-ins, pictures and videos. "
    "Your e-mail addresses stand beside your name in the export; they are not kept.",
    lacks="Facebook does not tell what others answered: likes, comments and shares you received are not in the export. "
    "Friends come by name and day alone, without a link, and nothing says who of them know each other.",
)
LINKEDIN = Page(
    title="LinkedIn",
    export="linkedin",
    heading="Bring your LinkedIn export",
    accept=".zip,.csv",
    wanted="The zip file as LinkedIn made it, or CSV files of it.",
    steps=(
        "On LinkedIn, open Settings & Privacy, then Data privacy, then Get a copy of your data.",
        "Ask for the larger archive, or at least for Connections, Profile, Shares and Invitations.",
        "LinkedIn often sends two mails, and the first zip may lack connections and posts: wait a day for the second.",
        "Download the zip within three days; there is no need to unpack it.",
    ),
    reads=(
        "Your posts and reposts: their time, and your words.",
        "Your connections: name, address of the profile, and the day on which you connected.",
        "Your name and headline; and from the list of invitations the address of your own profile.",
    ),
    never="Messages, e-mail addresses, phone numbers, advertising, applications, comments and reactions you gave. "
    "Connections.csv has columns for e-mail address, company and position; they are not kept.",
    lacks="LinkedIn does not tell what others answered: reactions, comments and views are not in the export. "
    "Followers who are no connections are not listed, and nothing says who of your connections know each other.",
)
CSV = Page(
    title="Your own data",
    export="csv",
    heading="Bring your own data",
    accept=".csv,.tsv,.txt,.zip",
    wanted="posts.csv, people.csv and ties.csv, or one or two of them; also together in a zip.",
)
SERVICES: Mapping[str, Page] = {
    "github": GITHUB,
    "mastodon": MASTODON,
    "bluesky": BLUESKY,
    "x": X,
    "facebook": FACEBOOK,
    "linkedin": LINKEDIN,
    "csv": CSV,
}


def title(service: str) -> str:
    """A service's name as it writes it."""
    return SERVICES[service].title if service in SERVICES else service
