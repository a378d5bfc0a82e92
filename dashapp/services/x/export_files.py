"""What an X export holds: its files in all spellings, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..errors import ExportError
from ..files.entries import Entries
from ..files.json_stream import document
from ..files.values import as_dict, as_list, body, count, english_time, label, moment, stated_as_of
from ..records import Profile

#: Exact names: `follower` also begins other files, and of messages, advertising and deleted posts nothing is opened.
FILE = re.compile(
    r"(?:data/)?(?P<type>tweets?|note-tweet|follower|following|account|profile|manifest)"
    r"(?:-part(?P<part>\d{1,6}))?(?: ?\(\d+\))?\.js"
)
GRAILBIRD = re.compile(r"(?:data/js/)?(?:tweets/\d{4}_\d{2}|(?P<type>user_details))\.js")  # the form up to 2018
MANIFEST_TYPES = {"tweets": "tweet", "noteTweet": "note-tweet", "follower": "follower", "following": "following"}
MISSING_PARTS = "The upload lacks {names}, which the export names: upload all its parts together."
WHOSE = "The upload does not say whose it is: upload the whole export, or state the account's handle."


@dataclass(frozen=True, slots=True)
class XFiles:
    """Names of the files by what they hold, parts in their order."""

    posts: list[str] = field(default_factory=list)
    long_texts: list[str] = field(default_factory=list)
    lists: dict[str, list[str]] = field(default_factory=dict)  # follower, following
    about: dict[str, str] = field(default_factory=dict)  # manifest, account, profile, user_details


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose export it is, and what its manifest says about it."""

    key: str | None
    handle: str | None
    name: str | None
    bio: str | None
    created_at: datetime | None
    as_of: datetime | None
    partial: bool
    counts: Mapping[str, int | None]  # by type, as `MANIFEST_TYPES` names them
    missing: frozenset[str]  # names of files that the manifest lists and the upload lacks
    missing_types: frozenset[str]


def wanted(name: str) -> bool:
    """Whether the file is read."""
    return bool(FILE.fullmatch(name) or GRAILBIRD.fullmatch(name))


def x_files(entries: Entries) -> XFiles:
    """The files that are there."""
    found: dict[str, list[tuple[int, str]]] = {}
    for name in entries.names():
        if match := FILE.fullmatch(name):
            found.setdefault(match["type"].replace("tweets", "tweet"), []).append((int(match["part"] or 0), name))
        elif match := GRAILBIRD.fullmatch(name):
            found.setdefault(match["type"] or "tweet", []).append((0, name))
    names = {kind: [name for _, name in sorted(parts)] for kind, parts in found.items()}
    return XFiles(
        posts=names.get("tweet", []),
        long_texts=names.get("note-tweet", []),
        lists={kind: names.get(kind, []) for kind in ("follower", "following")},
        about={kind: names[kind][0] for kind in ("manifest", "account", "profile", "user_details") if kind in names},
    )


def owner(entries: Entries, files: XFiles) -> Owner:
    """Whose export it is. Raises `ExportError` for a file that is not as X writes it."""
    documents = {kind: document(entries, name) for kind, name in files.about.items()}
    manifest, old = as_dict(documents.get("manifest")), as_dict(documents.get("user_details"))
    account, profile = (_first(documents.get(kind), kind) for kind in ("account", "profile"))
    user, archive = as_dict(manifest.get("userInfo")), as_dict(manifest.get("archiveInfo"))
    listed, counts = _listed(as_dict(manifest.get("dataTypes")))
    present = {name.rpartition("/")[2] for name in entries.names()}
    missing = {name: kind for name, kind in listed.items() if name.rpartition("/")[2] not in present}
    return Owner(
        key=_number(account.get("accountId") or user.get("accountId") or old.get("id")),
        handle=label(account.get("username") or user.get("userName") or old.get("screen_name")),
        name=label(account.get("accountDisplayName") or user.get("displayName") or old.get("full_name")),
        bio=body(as_dict(profile.get("description")).get("bio") or old.get("bio")) or None,
        created_at=english_time(account.get("createdAt") or old.get("created_at")),
        as_of=moment(archive.get("generationDate")),
        partial=archive.get("isPartialArchive") in (True, "true"),
        counts=counts,
        missing=frozenset(missing),
        missing_types=frozenset(missing.values()),
    )


def profile(entries: Entries, options: Mapping[str, str]) -> Profile:
    """The account. Raises `ExportError` if nothing says which."""
    archive = owner(entries, x_files(entries))
    handle = archive.handle or label(options.get("handle", "").lstrip("@"))
    key = archive.key or (handle and handle.casefold())
    if not key or not handle:
        raise ExportError(WHOSE)
    whole = {} if archive.partial else archive.counts
    return Profile(
        service="x",
        key=key,
        handle=handle,
        name=archive.name,
        url=f"https://x.com/{handle}",
        bio=archive.bio,
        followers=whole.get("follower"),
        friends=whole.get("following"),
        posts=whole.get("tweet"),
        created_at=archive.created_at,
        as_of=archive.as_of or stated_as_of(options),
        aliases=(handle.casefold(),) if archive.key else (),
    )


def _listed(types: dict[str, Any]) -> tuple[dict[str, str], dict[str, int | None]]:
    """The files that the manifest lists, with their type, and how many records each type has."""
    listed: dict[str, str] = {}
    counts: dict[str, int | None] = {}
    for name, kind in MANIFEST_TYPES.items():
        files = [as_dict(file) for file in as_list(as_dict(types.get(name)).get("files"))]
        listed |= {body(file.get("fileName")): kind for file in files if body(file.get("fileName"))}
        numbers = [count(file.get("count")) for file in files]
        counts[kind] = sum(number or 0 for number in numbers) if numbers and None not in numbers else None
    return listed, counts


def _first(value: Any, kind: str) -> dict[str, Any]:
    return as_dict(as_dict(value[0] if isinstance(value, list) and value else None).get(kind))


def _number(value: Any) -> str | None:
    text = str(value) if isinstance(value, int) else body(value)
    return text if re.fullmatch(r"[0-9]{1,20}", text) else None
