"""Long texts of an X export: its list of posts has them cut, another file whole, and no id joins the two."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from ..files.entries import Entries
from ..files.json_stream import Elements, parsed
from ..files.values import body, moment

LARGEST = 16 << 20  # characters kept of all of them
NEARLY = 2  # seconds that the two times may differ
COMPARED = 100
NOT_COMPARED = re.compile(r"^(?:@\w+\s+)+|\s*(?:…\s*)?https?://\S*.*$", re.S)


class LongTexts:
    """Finds the whole text of a post by the second in which it was written and by how it begins."""

    def __init__(self, entries: Entries, names: Iterable[str]) -> None:
        self._texts: dict[int, list[str]] = {}
        self._room = LARGEST
        for name in names:
            with entries.open(name) as stream:
                for element in Elements(stream, name=name):
                    self._add(element)

    def _add(self, element: bytes) -> None:
        try:
            note = parsed(element)["noteTweet"]
            at, text = moment(note["createdAt"]), body(note["core"]["text"])
        except (ValueError, KeyError, TypeError):
            return  # the post itself is read with its cut text
        if at and text and len(text) <= self._room:
            self._room -= len(text)
            self._texts.setdefault(int(at.timestamp()), []).append(text)

    def whole(self, created_at: datetime, text: str) -> str:
        """The whole text, or the given one if there is none."""
        if not self._texts:
            return text
        second, start = int(created_at.timestamp()), _start(text)
        for nearby in sorted(range(second - NEARLY, second + NEARLY + 1), key=lambda at: abs(at - second)):
            for candidate in self._texts.get(nearby, ()):
                if start and len(candidate) > len(text) and _start(candidate).startswith(start):
                    return candidate
        return text


def _start(text: str) -> str:
    return " ".join(NOT_COMPARED.sub("", text[: 3 * COMPARED]).split())[:COMPARED].rstrip("…")
