"""What a Facebook export holds: its files in the folders of all years, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..errors import ExportError
from ..files.entries import Entries
from ..files.json_stream import document
from ..files.selection import TWICE
from ..files.values import as_dict, label, link, stated_as_of
from ..records import Profile
from .encoding import repaired
from .export_records import moment_of

#: By the end of the path, as folders changed nearly every year. A file may also come alone, without its folder.
FILES = {
    "friends": re.compile(
        r"(?:(?:.*/)?(?:friends|friends_and_followers)/)?(?P<stem>your_friends|friends)(?:_(?P<part>\d{1,4}))?\.json"
    ),
    "followers": re.compile(r"(?:(?:.*/)?followers/)?(?P<stem>people_who_followed_you)(?:_(?P<part>\d{1,4}))?\.json"),
    "posts": re.compile(
        r"(?:(?:.*/)?posts/)?(?P<stem>your_posts(?:__check_ins__photos_and_videos)?|profile_posts)"
        r"(?:_(?P<part>\d{1,4}))?\.json"
    ),
    "profile": re.compile(r"(?:(?:.*/)?profile_information/)?(?P<stem>profile_information)(?P<part>)\.json"),
}
ADDRESS = re.compile(
    r"https?://(?:[\w-]+\.)*facebook\.com/(?:profile\.php\?id=(\d{1,20})|([\w.-]{1,100}))/?(?:[?#].*)?"
)
NO_HANDLES = frozenset({"profile.php", "people", "pages"})
WHOSE = "The upload does not say whose it is: export your profile information too, or state your username at Facebook."


@dataclass(frozen=True, slots=True)
class FacebookFiles:
    """Names of the files by what they hold, parts in their order."""

    friends: list[str] = field(default_factory=list)
    followers: list[str] = field(default_factory=list)
    posts: list[str] = field(default_factory=list)
    profile: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # numbered parts that must have been there


def kind_of(name: str) -> str | None:
    """What a file of that name holds, if it is read."""
    return next((kind for kind, pattern in FILES.items() if pattern.fullmatch(name)), None)


def facebook_files(entries: Entries) -> FacebookFiles:
    """The files that are there."""
    found = {kind: sorted(_parts(entries.names(), pattern)) for kind, pattern in FILES.items()}
    names = {kind: [name for _, _, name in parts] for kind, parts in found.items()}
    lacks = [name for parts in found.values() for name in _gaps(parts)]
    return FacebookFiles(names["friends"], names["followers"], names["posts"], names["profile"], lacks)


def _parts(names: Iterable[str], pattern: re.Pattern[str]) -> Iterable[tuple[str, int, str]]:
    for name in names:
        if match := pattern.fullmatch(name):
            yield match["stem"], int(match["part"] or 0), name


def _gaps(parts: Iterable[tuple[str, int, str]]) -> Iterable[str]:
    """Names of parts that are missing before a later one."""
    numbers: dict[str, set[int]] = {}
    for stem, part, _ in parts:
        numbers.setdefault(stem, set()).add(part)
    for stem, there in numbers.items():
        yield from (f"{stem}_{part}.json" for part in range(1, max(there)) if part not in there)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose export it is, as far as it tells."""

    handle: str | None = None
    name: str | None = None
    url: str | None = None
    registered_at: datetime | None = None


def owner(entries: Entries, files: FacebookFiles) -> Owner:
    """Whose export it is. Raises `ExportError` for a file that is not as Facebook writes it, and for two exports."""
    profile, *others = [as_dict(document(entries, name)) for name in files.profile] or [{}]
    if any(other != profile for other in others):
        raise ExportError(TWICE.format(name="profile_information.json"))
    root = as_dict(profile.get("profile_v2")) or as_dict(profile.get("profile"))
    name = root.get("name")
    url = link(root.get("profile_uri"))
    return Owner(
        handle=label(repaired(root.get("username"))) or _handle(url),
        name=label(repaired(as_dict(name).get("full_name") or name)),
        url=url,
        registered_at=moment_of(root.get("registration_timestamp")),
    )


def profile(entries: Entries, options: Mapping[str, str]) -> Profile:
    """The account: by its username, else its number, else its name. Raises `ExportError` if nothing says which."""
    found = owner(entries, facebook_files(entries))
    stated = _stated(options.get("handle", ""))
    handle = found.handle or stated or found.name
    if not handle:
        raise ExportError(WHOSE)
    named = found.handle or stated
    return Profile(
        service="facebook",
        key=handle.casefold()[:300],
        handle=handle,
        name=found.name,
        url=found.url or (f"https://www.facebook.com/{named}" if named and re.fullmatch(r"[\w.-]+", named) else None),
        created_at=found.registered_at,
        as_of=stated_as_of(options),
    )


def _stated(text: str) -> str | None:
    return _handle(text.strip()) or label(text.strip().removeprefix("@"))


def _handle(url: str | None) -> str | None:
    """The username or the number in a profile's address."""
    match = ADDRESS.fullmatch(url or "")
    handle = (match[1] or match[2]) if match else None
    return None if handle in NO_HANDLES else handle
