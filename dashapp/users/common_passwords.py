"""Passwords that are tried first: a list, and the patterns after which people make them.

`common_passwords.txt` is our own short list of well-known ones with at least eight characters, as they stand near the
top of every published leak; the patterns stand for the many thousands that differ from those by a few digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

LOOKALIKES = str.maketrans("@4831!0$57", "aabeiiosst")
KEYBOARD = (
    "`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "qwertzuiopü", "azertyuiop", "yxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0", "abcdefghijklmnopqrstuvwxyz", "01234567890123456789",
)  # fmt: skip
DAY, MONTH, YEAR = r"(0[1-9]|[12]\d|3[01])", r"(0[1-9]|1[0-2])", r"(19|20)\d\d"
DATE = re.compile(f"{DAY}{MONTH}{YEAR}|{MONTH}{DAY}{YEAR}|{YEAR}{MONTH}{DAY}")
PADDING = 6  # digits and signs that make a common word no better: 2026, 123456, !!!


def is_guessable(password: str, *, about: Iterable[str] = ()) -> bool:
    """Whether somebody would try it early; `about` are words that belong to its owner."""
    folded = password.casefold()
    own = [word.casefold() for word in about if len(word) >= 3]
    return (
        folded in known()
        or _repeats(folded)
        or _is_walk(folded)
        or _is_date(folded)
        or any(_is_padded(folded, word) for word in own)
        or _core(folded) in words()
    )


@cache
def known() -> frozenset[str]:
    """The listed ones."""
    lines = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def words() -> frozenset[str]:
    """Words that people dress with digits: the listed passwords without theirs."""
    return frozenset(filter(None, map(_core, known())))


def _core(folded: str) -> str | None:
    """The word in it, look-alikes read as letters; None if more than a little surrounds it."""
    bare = folded.strip("0123456789!?.,_-+*#@$%& ")
    if len(bare) < 3 or len(folded) - len(bare) > PADDING:
        return None
    return bare.translate(LOOKALIKES)


def _is_padded(folded: str, word: str) -> bool:
    rest = folded.replace(word, "")
    return rest != folded and len(rest) <= PADDING and not (len(rest) > 3 and any(map(str.isalpha, rest)))


def _repeats(folded: str) -> bool:
    """One to four characters again and again, such as `abcabcabc`."""
    return re.fullmatch(r"(.{1,4}?)\1+.{0,3}", folded, re.DOTALL) is not None


def _is_walk(folded: str) -> bool:
    """One or two walks along the keyboard, the alphabet or the digits, to and fro, with little else."""
    rest = folded
    for row in (*KEYBOARD, *(row[::-1] for row in KEYBOARD)):
        for length in range(min(len(row), len(rest)), 3, -1):
            pieces = {row[start : start + length] for start in range(len(row) - length + 1)}
            rest = next((rest.replace(piece, "", 1) for piece in sorted(pieces) if piece in rest), rest)
    return len(rest) <= 2


def _is_date(folded: str) -> bool:
    """A day written in digits, as a birthday is."""
    return DATE.fullmatch(re.sub(r"[-./ ]", "", folded)) is not None
