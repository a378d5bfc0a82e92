"""Which account of which service somebody means by what they typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..services import SERVICES
from ..services.errors import HandleError
from ..services.service import Handle

LONGEST = 300  # characters

NOTHING = "Enter a handle, such as ada@example.social, ada.bsky.social or ada."
UNFIT = "This is no handle: leave spaces and invisible characters out."
TOO_LONG = "This is too long for a handle: at most 300 characters."

#: services whose accounts can be read by their handles
HANDLES: Mapping[str, Handle] = {key: service.handle for key, service in SERVICES.items() if service.handle}


@dataclass(frozen=True, slots=True)
class PublicAccount:
    """An account that somebody asks for."""

    service: str
    handle: str


def parse(typed: str, service: str = "") -> PublicAccount:
    """The account, at the service that was chosen, else at the one it looks like. Raises `ServiceError`."""
    text = _checked(typed)
    chosen = service if service in HANDLES else recognise(text)
    return PublicAccount(chosen, HANDLES[chosen].parse(text))


def _checked(typed: str) -> str:
    if len(typed) > LONGEST:
        raise HandleError(TOO_LONG)
    text = re.sub("[\u200e\u200f\u202a\u202c]", "", typed).strip()  # of direction, which come along when one copies
    if not text.strip("@"):
        raise HandleError(NOTHING)
    if not is_one_word(text):
        raise HandleError(UNFIT)
    return text


def pattern_of_script(pattern: re.Pattern[str]) -> list[str]:
    """The same for a browser: source and flags."""
    return [pattern.pattern.replace("(?P<", "(?<"), "i" if pattern.flags & re.IGNORECASE else ""]


def is_one_word(text: str) -> bool:
    """Whether a text has neither spaces nor invisible characters."""
    return text.isprintable() and not any(map(str.isspace, text))


def recognise(text: str) -> str:
    """The service whose addresses or ids look so, else whose handles do, else the first, which says what is wrong."""
    certain = (key for key, handle in HANDLES.items() if handle.only_here.fullmatch(text))
    likely = (key for key, handle in HANDLES.items() if handle.form.fullmatch(text))
    return next(certain, None) or next(likely, None) or next(iter(HANDLES))
