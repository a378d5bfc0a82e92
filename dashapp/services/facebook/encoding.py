"""Texts of a Facebook export, in which every byte of UTF-8 was written down as if it were a character."""

from __future__ import annotations

import re
from typing import Any

from ..files.values import body

TIMES = 2  # some exports were encoded twice over
LETTER = "[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
LETTERS = re.compile(f"(?:{LETTER})+")
#: half a letter, where a text was cut off; a true one of them ends words in capitals
HALF = re.compile("(?<![A-Z\xc0-\xde])[\xc2\xc3]\\Z|[\xe0-\xf4][\x80-\x9f][\x80-\xbf]?\\Z")


def repaired(value: Any) -> str:
    """The text as it was meant; one that is right already stays as it is."""
    text = body(value)
    for _ in range(TIMES):
        try:
            text = text.encode("latin-1").decode("utf-8")
        except UnicodeError:  # a character beyond Latin-1 among them, or half a letter: it was not encoded as a whole
            text = _in_parts(text)
    return body(text)


def _in_parts(text: str) -> str:
    """The text with those of its letters mended that can have been nothing else."""
    return HALF.sub("", LETTERS.sub(_mended, text))


def _mended(found: re.Match[str]) -> str:
    """A single one may be a letter before a sign, as in «Spaß»: such a one has neither of the usual beginnings."""
    is_clear = found[0][0] in "\xc2\xc3" or re.search("[\x80-\x9f]", found[0])
    try:
        letters = found[0].encode("latin-1").decode("utf-8")
    except UnicodeError:
        return found[0]
    return letters if is_clear or len(letters) > 1 else found[0]
