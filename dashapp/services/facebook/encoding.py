"""Texts of a Facebook export, in which every byte of UTF-8 was written down as if it were a character."""

from __future__ import annotations

from typing import Any

from ..files.values import body

TIMES = 2  # some exports were encoded twice over


def repaired(value: Any) -> str:
    """The text as it was meant; one that is right already, or cannot be put right, stays as it is."""
    text = body(value)
    for _ in range(TIMES):
        try:
            text = text.encode("latin-1").decode("utf-8")
        except UnicodeError:  # a character beyond Latin-1, or bytes that are no UTF-8: it was not encoded wrongly
            break
    return body(text)
