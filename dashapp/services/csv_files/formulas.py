"""Cells of our own CSV files that a spreadsheet would run as a formula: how they are defused, and read again.

Excel, LibreOffice and others run a cell that begins with = + - @ or their wide forms. Such a text is written with an
apostrophe in front, and so is one that has apostrophes in front of them already: taking one away gives back any text.
"""

from __future__ import annotations

import re

#: what a program may skip before the sign: spaces, control and invisible characters
_SKIPPED = r"\s\x00-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff"
_RUN = re.compile(rf"'*(?:[\t\r\n]|[{_SKIPPED}]*[=+\-@\uff1d\uff0b\uff0d\uff20])")


def defused(text: str) -> str:
    """The text, with an apostrophe in front if a spreadsheet would run it."""
    return f"'{text}" if _RUN.match(text) else text


def undefused(text: str) -> str:
    """The text that `defused` was given."""
    return text[1:] if text.startswith("'") and _RUN.match(text) else text
