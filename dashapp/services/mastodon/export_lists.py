"""The CSV lists of a Mastodon export, with or without header, as all versions since 2017 write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..csv_files.rows import chunks, encoding_of, first_rows, head
from ..errors import ExportError
from ..files.entries import Entries
from ..files.values import body
from ..records import BATCH, Batch, Person, Skipped

#: Lists of other things: that of muted accounts begins with the same header, so names are looked at too.
OTHERS = re.compile(r"block|mute|domain|bookmark|^lists|filter|^likes", re.I)
ADDRESS = re.compile(r"@?([\w.\-]+)@([\w\-]+(?:\.[\w\-]+)+(?::\d{1,5})?)")
LOCAL = re.compile(r"@?([\w.\-]+)")
HEADER = "account address"
OF_FRIENDS, OF_MUTED = "show boosts", "hide notifications"
MOST_PEOPLE = 500_000
WHICH = "{name} may list followers or friends (whom the account follows): say which, or name the file accordingly."
TOO_MANY = "The lists name more than {most:,} accounts, which is more than Sociogram can hold: upload shorter ones."


def is_list(name: str) -> bool:
    """Whether a file of that name may be a list of followers or friends."""
    return "/" not in name and name.lower().endswith(".csv") and not OTHERS.search(name)


def begins_a_list(text: str) -> bool:
    """Whether a CSV's text begins as a list of accounts."""
    row = _first_row(text)
    return bool(row) and (row[0].casefold() == HEADER or (len(row) <= 4 and bool(ADDRESS.fullmatch(row[0]))))


def own_address(actor: Mapping[str, Any], options: Mapping[str, str]) -> str | None:
    """`user@instance`, as the user states it, else as `actor.json` does."""
    stated = ADDRESS.fullmatch(options.get("handle", "").strip())
    if stated:
        return f"{stated[1]}@{stated[2].lower()}"
    match = ADDRESS.fullmatch(f"{body(actor.get('preferredUsername'))}@{_host(body(actor.get('id')))}")
    return f"{match[1]}@{match[2].lower()}" if match else None


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def named_lists(entries: Entries, options: Mapping[str, str]) -> dict[str, str]:
    """ "followers" or "friends" for each list that is there. Raises `ExportError` where nothing says which."""
    found = {name: _kind(entries, name, options) for name in entries.names() if is_list(name)}
    return {name: kind for name, kind in found.items() if kind}


def tells_kind(name: str) -> str:
    """ "followers" or "friends", as the name of a list tells; else empty."""
    name = name.lower()
    if "following" in name or "friend" in name:
        return "friends"
    return "followers" if "follower" in name else ""


def _kind(entries: Entries, name: str, options: Mapping[str, str]) -> str:
    text = head(entries, name, "utf-8-sig")
    header = [cell.casefold() for cell in _first_row(text)]
    if OF_MUTED in header or not (tells_kind(name) or begins_a_list(text)):
        return ""
    kind = tells_kind(name) or ("friends" if OF_FRIENDS in header else options.get("list", ""))
    if kind not in ("friends", "followers"):
        raise ExportError(WHICH.format(name=name))
    return kind


def _first_row(text: str) -> list[str]:
    rows = first_rows(text, ",", most=1)
    return [cell.strip() for cell in rows[0]] if rows else []


@dataclass(slots=True)
class _Listed:
    handle: str
    url: str
    followers: bool = False
    friends: bool = False


def people(entries: Entries, named: Mapping[str, str], own: str, *, done: int, total: int) -> Iterator[Batch]:
    """The accounts of the lists, each once; `named` says what each list is, `own` is the account itself."""
    known: dict[str, _Listed] = {}
    for name, kind in named.items():
        for chunk in chunks(entries, name, encoding=encoding_of(entries, name), delimiter=","):
            batch = Batch(step=kind, done=done + chunk.done, total=total, skipped=chunk.skipped)
            for number, row in zip(chunk.numbers, chunk.rows, strict=True):
                why = _add(known, row[0], kind, own) if number > 1 or row[0].strip().casefold() != HEADER else ""
                if why:
                    batch.skipped.append(Skipped(f"{name}, row {number}", why))
            yield batch
        done += entries.size(name)
    records = iter(known.items())
    while batch_of := [_person(key, listed) for _, (key, listed) in zip(range(BATCH), records, strict=False)]:
        yield Batch(people=batch_of, step="people", done=total, total=total)


def _add(known: dict[str, _Listed], cell: str, kind: str, own: str) -> str:
    """Remembers the account of a row; why not, otherwise."""
    address = cell.strip()
    local = LOCAL.fullmatch(address)
    match = ADDRESS.fullmatch(f"{local[1]}@{own.partition('@')[2]}" if local else address)
    if not match or len(address) > 300:
        return "it is no account address"
    user, domain = match[1], match[2].lower()
    key = f"{user}@{domain}".lower()
    if key == own.lower():
        return "it is the account itself"
    listed = known.setdefault(key, _Listed(f"{user}@{domain}", f"https://{domain}/@{user}"))
    if getattr(listed, kind):
        return "it is listed twice"
    if len(known) > MOST_PEOPLE:
        raise ExportError(TOO_MANY.format(most=MOST_PEOPLE))
    setattr(listed, kind, True)
    return ""


def _person(key: str, listed: _Listed) -> Person:
    return Person(key=key, handle=listed.handle, url=listed.url, is_follower=listed.followers, is_friend=listed.friends)
