"""Which account of which service somebody means by what they typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..services.bluesky.identity import PROFILE as BLUESKY_PAGE
from ..services.bluesky.identity import actor
from ..services.errors import ServiceError
from ..services.mastodon.webfinger import PAGE as MASTODON_PAGE
from ..services.mastodon.webfinger import split
from ..services.net.ssrf import host_name

LONGEST = 300  # characters
GITHUB_PAGE = re.compile(r"(https?://)?(www\.)?github\.com/(?P<login>[^/?#]+)[/?#]?.*", re.IGNORECASE)
LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})")
USER = re.compile(r"\w[\w.-]{0,99}")

NOTHING = "Enter a handle, such as ada@example.social, ada.bsky.social or ada."
UNFIT = "This is no handle: leave spaces and invisible characters out."
TOO_LONG = "This is too long for a handle: at most 300 characters."
NO_LOGIN = "This is no handle of GitHub: it has up to 39 letters, digits and hyphens, as in ada."
NO_ADDRESS = "This is no address of Mastodon: write it with its server, as in ada@example.social."


class HandleError(ServiceError):
    """What was typed is no handle; says how one looks."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An account that somebody asks for."""

    service: str
    handle: str


def understood(typed: str, service: str = "") -> Asked:
    """The account, at the service that was chosen, else at the one it looks like. Raises `ServiceError`."""
    text = _checked(typed)
    chosen = service if service in _READ_AS else recognised(text)
    return Asked(chosen, _READ_AS[chosen](text))


def _checked(typed: str) -> str:
    if len(typed) > LONGEST:
        raise HandleError(TOO_LONG)
    text = re.sub("[\u200e\u200f\u202a\u202c]", "", typed).strip()  # of direction, which come along when one copies
    if not text.strip("@"):
        raise HandleError(NOTHING)
    if not text.isprintable() or any(map(str.isspace, text)):
        raise HandleError(UNFIT)
    return text


def recognised(text: str) -> str:
    """`ada@example.social` is Mastodon's, a domain or a DID is Bluesky's, a plain word GitHub's."""
    if GITHUB_PAGE.fullmatch(text):
        return "github"
    if BLUESKY_PAGE.fullmatch(text) or text.startswith(("did:", "at://")):
        return "bluesky"
    if MASTODON_PAGE.fullmatch(text) or "@" in text.lstrip("@"):
        return "mastodon"
    return "bluesky" if "." in text else "github"


def _login(text: str) -> str:
    page = GITHUB_PAGE.fullmatch(text)
    login = page["login"] if page else text.lstrip("@")
    if not LOGIN.fullmatch(login):
        raise HandleError(NO_LOGIN)
    return login


def _address(text: str) -> str:
    user, domain = split(text)
    if not USER.fullmatch(user) or not domain:
        raise HandleError(NO_ADDRESS)
    return f"{user}@{host_name(domain)}"


_READ_AS: Mapping[str, Callable[[str], str]] = {"github": _login, "mastodon": _address, "bluesky": actor}
