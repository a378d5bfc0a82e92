"""Which account a handle means, and at which server it is: the domain in a handle need not be the server's name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import HandleError, MovedError, RateLimitedError, ServiceError
from ..files.values import as_dict, as_list, body
from ..net.client import Client
from ..net.ssrf import host_name
from .api_records import ACCT, key_of

PATH = ".well-known/webfinger"
HOPS = 3  # a domain may send on to its server, and that to another name of it
PAGE = re.compile(r"https?://(?P<host>[^/@]+)/(?:@|users/)(?P<user>[^/?#]+)/?", re.IGNORECASE)
PROFILE = re.compile(r"(?P<host>[^/?@]+)/(?:(?:web/)?@|users/)(?P<user>[^/?@]+)(?:@(?P<domain>[^/?@]+))?(?:\?.*)?")
#: who writes addresses in the same way, and does not speak with Mastodon
OTHERS = frozenset((
    "dev.to", "facebook.com", "github.com", "glitch.com", "hackmd.io", "hashnode.com", "hive.blog", "instagram.com",
    "keybase.io", "kick.com", "lemon8-app.com", "linkedin.com", "linktr.ee", "medium.com", "observablehq.com",
    "odysee.com", "paragraph.com", "paragraph.xyz", "peakd.com", "producthunt.com", "replit.com", "rumble.com",
    "snapchat.com", "stackoverflow.com", "steemit.com", "substack.com", "t.me", "telegram.me", "threads.com",
    "threads.net", "tiktok.com", "triller.co", "tumblr.com", "twitter.com", "unsplash.com", "velog.io", "vk.com",
    "x.com", "youtube.com",
))  # fmt: skip
USER = re.compile(r"\w[\w.-]{0,99}")
NO_ADDRESS = "This is no address of Mastodon: write it with its server, as in ada@example.social."

ClientOf = Callable[[str], Client]


@dataclass(frozen=True, slots=True)
class ResolvedHandle:
    """An account `user@domain`, and the host of its server."""

    user: str
    domain: str
    host: str


def split(typed: str) -> tuple[str, str]:
    """User and domain of a handle or of a profile's address, as somebody typed it; empty where they are not told."""
    page = PAGE.fullmatch(typed.strip())
    if page:
        user, _, domain = page["user"].partition("@")
        return user, domain or page["host"]
    bare = typed.strip().removeprefix("acct:").removeprefix("@")
    user, _, domain = bare.rpartition("@")
    return (user, domain) if user else (bare, "")


def parse_handle(typed: str) -> str:
    """`user@domain` in what somebody typed. Raises `HandleError`, `HostError`."""
    user, domain = split(typed)
    if not USER.fullmatch(user) or not domain:
        raise HandleError(NO_ADDRESS)
    return f"{user}@{host_name(domain)}"


def profile_at(address: str) -> str | None:
    """`user@domain` whose profile stands there, if the server has the name that is in its handles."""
    page = PROFILE.fullmatch(address)
    if page is None or ".".join(page["host"].split(".")[-2:]) in OTHERS or not USER.fullmatch(page["user"]):
        return None
    return key_of(f"{page['user']}@{page['domain'] or page['host']}")


def find(client_of: ClientOf, user: str, domain: str, *, tries: int = 1) -> ResolvedHandle | None:
    """The account that the handle means; None where nobody confirms one. Raises `HostError`, `RateLimitedError`.

    A domain may name an account of another one, which has to agree: otherwise anybody could pass for it.
    """
    domain = host_name(domain)
    found = _asked(client_of, user, domain, tries)
    if found is None or found.domain == domain:
        return found
    again = _asked(client_of, found.user, found.domain, tries)
    agrees = again is not None and _name(again) == _name(found)
    return again if agrees else None


def _name(found: ResolvedHandle) -> tuple[str, str]:
    return found.user.lower(), found.domain


def _asked(client_of: ClientOf, user: str, domain: str, tries: int) -> ResolvedHandle | None:
    try:
        return _found(as_dict(_answer(client_of, f"acct:{user}@{domain}", domain, tries)))
    except RateLimitedError:
        raise
    except ServiceError:
        return None


def _answer(client_of: ClientOf, resource: str, host: str, tries: int) -> Any:
    """What the domain says, or the server that it sends us to: each is a host that a user named, and guarded."""
    path, params = PATH, {"resource": resource}
    for _ in range(HOPS):
        try:
            return client_of(host).get(path, params, tries=tries).json()
        except MovedError as moved:
            host, path, params = host_name(moved.location), moved.location, {}
    return None


def _found(document: dict[str, Any]) -> ResolvedHandle | None:
    subject = ACCT.fullmatch(body(document.get("subject")).removeprefix("acct:"))
    links = map(as_dict, as_list(document.get("links")))
    urls = [body(each.get("href")) for each in links if each.get("rel") == "self"]
    url = next((url for url in urls if url.startswith(("https://", "http://"))), None)
    if not subject or not subject[2] or url is None:
        return None
    return ResolvedHandle(subject[1], host_name(subject[2]), host_name(url))
