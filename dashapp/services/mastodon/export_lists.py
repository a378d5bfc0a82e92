"""The lists of an export: Mastodon's CSV files, with or without header, and the collections in backups of Pleroma."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..errors import ExportError
from ..files.csv_rows import DELIMITERS, SAMPLE, chunks, encoding_of, first_rows, head
from ..files.entries import Entries
from ..files.json_stream import document
from ..files.values import LONGEST_LABEL, as_dict, as_list, body, link
from ..records import BATCH, Batch, Person, Skipped

#: Lists of other things: that of muted accounts begins with the same header, so names are looked at too.
OTHERS = re.compile(r"block|mute|domain|bookmark|^lists|filter|^likes", re.I)
ADDRESS = re.compile(r"@?([\w.\-]+)@([\w\-]+(?:\.[\w\-]+)+(?::\d{1,5})?)")
LOCAL = re.compile(r"@?([\w.\-]+)")
#: addresses of accounts in which their names stand; others hold a number
ACTOR_PAGE = re.compile(r"https?://(?P<host>[^/?#@\s]+)/(?:@|(?:users|u|profile|accounts|author)/)(?P<user>[\w.\-]+)/?")
NUMBERED = re.compile(r"(?=(?:\D*\d){3})[0-9a-z]{10}(?:[0-9a-z]{6})?")  # a user's id at Misskey, under "users" too
COLLECTIONS = {"followers.json": "followers", "following.json": "friends"}
LARGEST_COLLECTION = 32 << 20
HEADER = "account address"
HEADINGS = frozenset({"account", "acct", "address", "handle", "id", "name", "user", "username"})  # of other programs
WIDEST = 4  # cells in a row of a list
OF_FRIENDS, OF_MUTED = "show boosts", "hide notifications"
MOST_PEOPLE = 500_000
WHICH = "{name} may list followers or friends (whom the account follows): say which, or name the file accordingly."
NO_ADDRESS = "it is no account address"
TOO_MANY = "The lists name more than {most:,} accounts, which is more than Sociogram can hold: upload shorter ones."


def is_list(name: str) -> bool:
    """Whether a CSV file of that name may be a list of followers or friends."""
    return "/" not in name and name.lower().endswith(".csv") and not OTHERS.search(name)


def delimiter_of_list(entries: Entries, name: str) -> str | None:
    """The delimiter with which a CSV file begins as a list of accounts; None if it does not, whatever its name says."""
    text = head(entries, name, "utf-8-sig")
    return next((each for each in DELIMITERS if _begins_a_list(first_rows(text, each, most=SAMPLE))), None)


def _begins_a_list(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the header or an address stands first, or a user of the own server before addresses; two are a tie."""
    first, *others = [cell.strip() for cell in rows[0]] if rows else [""]
    if first.casefold() == HEADER:
        return True
    begins = len(others) < WIDEST and bool(ADDRESS.fullmatch(first))
    if not others and LOCAL.fullmatch(first) and first.casefold() not in HEADINGS:
        begins = any(ADDRESS.fullmatch(row[0].strip()) for row in rows)
    return begins and not any(ADDRESS.fullmatch(cell.strip()) for row in rows for cell in row[1:])


@dataclass(frozen=True, slots=True)
class Own:
    """The account itself: `user@domain`, and the server that tells of it, whose name need not be that domain."""

    address: str
    host: str

    @property
    def domain(self) -> str:
        """The domain of the handles of its server."""
        return self.address.partition("@")[2]

    @property
    def on_server(self) -> str:
        """The address by the server's own name, by which older archives know the account."""
        return f"{self.address.partition('@')[0]}@{self.host}".lower()

    def domain_of(self, host: str) -> str:
        """The domain in the handles of that server, as far as it is known."""
        return self.domain if host == self.host else host


def own(actor: Mapping[str, Any], options: Mapping[str, str]) -> Own | None:
    """The account, as `actor.json` names it, else as the user states it, else by its server."""
    host = _host(body(actor.get("id")))
    by_server = f"{body(actor.get('preferredUsername'))}@{host}"
    candidates = (body(actor.get("webfinger")), options.get("handle", ""), by_server)
    found = next(filter(None, (ADDRESS.fullmatch(each.strip().removeprefix("acct:")) for each in candidates)), None)
    return Own(f"{found[1]}@{found[2].lower()}", host or found[2].lower()) if found else None


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def named_lists(entries: Entries, options: Mapping[str, str]) -> dict[str, str]:
    """ "followers" or "friends" for each list that is there. Raises `ExportError` where nothing says which."""
    found = {name: COLLECTIONS[name] for name in entries.names() if name in COLLECTIONS}
    found |= {name: _kind(entries, name, options) for name in entries.names() if is_list(name)}
    return {name: kind for name, kind in found.items() if kind}


def tells_kind(name: str) -> str:
    """ "followers" or "friends", as the name of a list tells; else empty."""
    name = name.lower()
    if "following" in name or "friend" in name:
        return "friends"
    return "followers" if "follower" in name else ""


def no_lists(entries: Entries) -> list[str]:
    """The files that are called as lists of followers or friends and are none."""
    named = (name for name in entries.names() if is_list(name) and tells_kind(name))
    return [name for name in named if delimiter_of_list(entries, name) is None]


def _kind(entries: Entries, name: str, options: Mapping[str, str]) -> str:
    delimiter = delimiter_of_list(entries, name)
    if delimiter is None:
        return ""
    (first,) = first_rows(head(entries, name, "utf-8-sig"), delimiter, most=1)
    header = [cell.strip().casefold() for cell in first]
    if OF_MUTED in header:
        return ""
    kind = tells_kind(name) or ("friends" if OF_FRIENDS in header else options.get("list", ""))
    if kind not in ("friends", "followers"):
        raise ExportError(WHICH.format(name=name))
    return kind


@dataclass(slots=True)
class _Listed:
    handle: str | None
    url: str
    followers: bool = False
    friends: bool = False


def people(entries: Entries, named: Mapping[str, str], own: Own, *, done: int, total: int) -> Iterator[Batch]:
    """The accounts of the lists, each once; `named` says what each list is."""
    known: dict[str, _Listed] = {}
    for name, kind in named.items():
        for rows in (_collected if name in COLLECTIONS else _rows)(entries, name):
            batch = Batch(step=kind, done=done + rows.done, total=total, skipped=rows.skipped)
            for number, address in rows.addresses:
                why = _add(known, address, kind, own)
                if why:
                    where = f"{name}, {rows.unit} {number}"
                    batch.skipped.append(Skipped(where, why, redundant=why != NO_ADDRESS))
            yield batch
        done += entries.size(name)
    records = iter(known.items())
    while batch_of := [_person(key, listed) for _, (key, listed) in zip(range(BATCH), records, strict=False)]:
        yield Batch(people=batch_of, step="people", done=total, total=total)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Some addresses of a list, with their numbers."""

    unit: str
    addresses: list[tuple[int, str]]
    skipped: list[Skipped]
    done: int


def _rows(entries: Entries, name: str) -> Iterator[_Rows]:
    encoding, delimiter = encoding_of(entries, name), delimiter_of_list(entries, name) or ","
    for chunk in chunks(entries, name, encoding=encoding, delimiter=delimiter):
        cells = [(number, row[0].strip()) for number, row in zip(chunk.numbers, chunk.rows, strict=True)]
        kept = [(number, cell) for number, cell in cells if cell.casefold() != HEADER]
        yield _Rows("row", kept, chunk.skipped, chunk.done)


def _collected(entries: Entries, name: str) -> Iterator[_Rows]:
    items = as_list(as_dict(document(entries, name, most=LARGEST_COLLECTION)).get("orderedItems"))
    addresses = [body(item) or body(as_dict(item).get("id")) for item in items]
    for start in range(0, len(addresses) or 1, BATCH):
        part = list(enumerate(addresses[start : start + BATCH], start + 1))
        yield _Rows("item", part, [], entries.size(name))


def _add(known: dict[str, _Listed], address: str, kind: str, own: Own) -> str:
    """Remembers the account of a row; why not, otherwise."""
    found = _by_page(address, own) if address.startswith(("https://", "http://")) else _by_address(address, own)
    if found is None or len(address) > LONGEST_LABEL:
        return NO_ADDRESS
    key = (found.handle or found.url).lower()
    if key == own.address.lower():
        return "it is the account itself"
    listed = known.setdefault(key, found)
    if getattr(listed, kind):
        return "it is listed twice"
    if len(known) > MOST_PEOPLE:
        raise ExportError(TOO_MANY.format(most=MOST_PEOPLE))
    setattr(listed, kind, True)
    return ""


def _by_address(address: str, own: Own) -> _Listed | None:
    local = LOCAL.fullmatch(address)
    match = ADDRESS.fullmatch(f"{local[1]}@{own.domain}" if local else address)
    if not match:
        return None
    user, domain = match[1], match[2].lower()
    return _Listed(f"{user}@{domain}", f"https://{own.host if domain == own.domain else domain}/@{user}")


def _by_page(url: str, own: Own) -> _Listed | None:
    """By the address that ActivityPub names; somebody whose handle it does not tell is known by it alone."""
    page = ACTOR_PAGE.fullmatch(url)
    tells = page and not NUMBERED.fullmatch(page["user"])
    match = ADDRESS.fullmatch(f"{page['user']}@{own.domain_of(page['host'].lower())}") if page and tells else None
    return _Listed(match[0] if match else None, url) if link(url) else None


def _person(key: str, listed: _Listed) -> Person:
    return Person(key=key, handle=listed.handle, url=listed.url, is_follower=listed.followers, is_friend=listed.friends)
