"""Numbers as people and programs write them in a column of a CSV file: 1200, 1,200, 1.200, 1 200, 1.2K."""

from __future__ import annotations

import re
from decimal import Decimal

from ..errors import UnusableError
from ..files.values import LARGEST_COUNT

LONGEST = 30
TIMES = {"k": 10**3, "tsd": 10**3, "m": 10**6, "mio": 10**6, "b": 10**9, "mrd": 10**9}
SHORTENED = re.compile(rf"(\d+(?:[.,]\d{{1,2}})?)\s?({'|'.join(TIMES)})\.?", re.I)
SPACED = re.compile(r"\d{1,3}(?:[\s'’]\d{3})+(?:[.,]\d+)?")
GAP = re.compile(r"[\s'’]")
WHOLE = re.compile(r"\d{1,16}", re.ASCII)
TWO_MARKS = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:\.\d{3})+,\d+", re.ASCII)
GROUPED = re.compile(r"\d{1,3}(?:,\d{3}){2,}|\d{1,3}(?:\.\d{3}){2,}|\d{1,2}(?:,\d\d)+,\d{3}", re.ASCII)
EITHER = re.compile(r"[1-9]\d{0,2}([.,])\d{3}", re.ASCII)  # 1.200 is 1200 or 1.2
DECIMAL = re.compile(r"\d{1,16}([.,])\d+", re.ASCII)
UNCLEAR = "{column} {text!r} may be {thousand} or {one}: say which decimal mark the numbers have"


class DecimalMarks:
    """What the cells of a column show of its decimal mark. Counts are whole: 12.500 is no twelve and a half."""

    def __init__(self) -> None:
        self.unclear = ""  # the first that may be two numbers
        self._shown: set[str] = set()
        self._either: set[str] = set()
        self._digits: set[bool] = set()  # of whole numbers without a mark: whether they go beyond 999

    def see(self, text: str) -> None:
        """Learns from a cell."""
        if WHOLE.fullmatch(text):
            self._digits.add(len(text) > 3)
            return
        text = GAP.sub("", text) if SPACED.fullmatch(text) else text
        if found := EITHER.fullmatch(text):
            self.unclear = self.unclear or text
            self._either.add(_other(found[1]))
            if not text.endswith("000"):
                self._shown.add(_other(found[1]))
        elif TWO_MARKS.fullmatch(text):
            self._shown.add("." if text.rindex(".") > text.rindex(",") else ",")
        elif GROUPED.fullmatch(text):
            self._shown.add("." if "," in text else ",")
        elif found := DECIMAL.fullmatch(text):
            self._shown.add(found[1])

    @property
    def mark(self) -> str | None:
        """The decimal mark, if all cells agree; one that writes 7 and 900 beside 1.000 does not mean one by it."""
        found = self._shown or (self._either if self._digits == {False} else set())
        return next(iter(found)) if len(found) == 1 else None


def whole_number(text: str, mark: str | None, column: str) -> int:
    """The number that a cell tells in a column with that decimal mark. Raises `UnusableError`."""
    if text.isascii() and text.isdigit() and len(text) < 16:
        return int(text)
    if mark is None and (found := EITHER.fullmatch(text)):
        thousand, one = re.sub("[.,]", "", text), float(_decimal(text, found[1]))
        raise UnusableError(UNCLEAR.format(column=column, text=text, thousand=thousand, one=f"{one:g}"))
    number = _number(text, mark) if len(text) < LONGEST else None
    if number is None or number > LARGEST_COUNT:
        raise UnusableError(f"{column} {text[:40]!r} is no number")
    if number != int(number):
        raise UnusableError(f"{column} {text[:40]!r} is no whole number")
    return int(number)


def _number(text: str, mark: str | None) -> Decimal | None:
    if found := SHORTENED.fullmatch(text):
        return Decimal(found[1].replace(",", ".")) * TIMES[found[2].lower()]
    text = GAP.sub("", text) if SPACED.fullmatch(text) else text
    if WHOLE.fullmatch(text) or GROUPED.fullmatch(text):
        return Decimal(re.sub("[.,]", "", text))
    if mark and EITHER.fullmatch(text):
        return _decimal(text, mark)
    if DECIMAL.fullmatch(text) or TWO_MARKS.fullmatch(text):
        return _decimal(text, re.findall("[.,]", text)[-1])
    return None


def _decimal(text: str, mark: str) -> Decimal:
    return Decimal(text.replace(_other(mark), "").replace(mark, "."))


def _other(mark: str) -> str:
    return "." if mark == "," else ","
