"""What the people of the demo tell of themselves: bios, and where else they are. A few bear the name of another one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zlib import crc32

from .words import INTERESTS

#: so many of ten persons name their other accounts on both sides, on one, or a page; so many more have only a bio
RETURNED, NAMED, PAGE, BIO = 3, 2, 1, 1
EVERY = 8  # person on Bluesky bears the name of the next one


def address(service: str, name: str) -> tuple[str, str]:
    """Key and handle of a person on a service: about the same handle on each, as people do."""
    colour, creature = name.split()
    if service == "mastodon":
        handle = f"{colour}_{creature}_demo@{creature[0]}.demo.example"
        return handle, handle
    if service == "bluesky":
        return f"did:demo:{colour}{creature}", f"{colour}-{creature}-demo.example"
    return f"demo-{colour}-{creature}", f"{colour}-{creature}-demo"


def shown(service: str, who: int, names: Sequence[str], *, as_of: datetime) -> dict[str, Any]:
    """What the person of that number tells of themself, as far as the service passes it on."""
    name = names[who]
    times = _times(service, name, as_of)
    if service == "bluesky" and who % EVERY == 0:
        return _namesake(name, names[(who + 1) % len(names)], claims=who % (2 * EVERY) == 0) | times
    return {"handle": address(service, name)[1], "name": name.title(), **_told(service, name), **times}


def _times(service: str, name: str, as_of: datetime) -> dict[str, Any]:
    """When their account began, a few years ago at most, and on which day they last posted: most did lately."""
    age, rest = (crc32(f"{name} {what}".encode()) / 2**32 for what in (service, "rests"))
    times = {"created_at": as_of - timedelta(days=round(20 + 2_800 * age**1.5))}
    if service == "mastodon":
        day = (as_of - timedelta(days=round(1_000 * age**1.5 * rest**5))).date()
        times["active_at"] = datetime.combine(day, time(), UTC)
    return times


def _namesake(name: str, other: str, *, claims: bool) -> dict[str, Any]:
    """Somebody who bears the name of another one, and may claim to be them, which nobody returns."""
    handle = address("bluesky", other)[1].replace(".", "2.", 1)
    links = (_page_on_mastodon(other),) if claims else ()
    return {"handle": handle, "name": other.title(), "bio": _bio("bluesky", name), "links": links}


def _told(service: str, name: str) -> dict[str, Any]:
    bio, links = _bio(service, name), _links(service, name)
    told: dict[str, Any] = {"bio": bio if _kind(name) < RETURNED + NAMED + PAGE + BIO else "", "links": links}
    if service == "mastodon":
        told["verified_links"] = links if _kind(name) < RETURNED else ()
    return told


def _links(service: str, name: str) -> tuple[str, ...]:
    kind = _kind(name)
    if kind >= RETURNED + NAMED + PAGE:
        return ()
    if kind >= RETURNED + NAMED:
        return (f"https://{name.replace(' ', '-')}.pages.demo.example",)
    if service != "mastodon":
        return (_page_on_mastodon(name),)
    return (f"https://{address('bluesky', name)[1]}",) if kind < RETURNED else ()


def _page_on_mastodon(name: str) -> str:
    user, _, domain = address("mastodon", name)[1].partition("@")
    return f"https://{domain}/@{user}"


def _kind(name: str) -> int:
    """A digit that stays the same, whatever else is drawn."""
    return crc32(name.encode()) % 10


def _bio(service: str, name: str) -> str:
    """Of three interests a service is told two or all, in its own order."""
    number = crc32(name[::-1].encode())
    one, two, three = (INTERESTS[(number // step) % len(INTERESTS)] for step in (1, 97, 9_409))
    forms = {
        "mastodon": f"{one.title()}, {two} and {three}.",
        "bluesky": f"{two} · {three} · {one}",
        "github": f"{one.title()}, and {two}",
    }
    return forms[service]
