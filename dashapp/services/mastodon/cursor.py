"""The cursor of a reader, and what it says about how much was read."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ..reading import Coverage, Cursor
from . import home_servers

LISTS = ("followers", "friends")
FEWEST_PAGES, SMALLEST_PAGE = 50, 10
MOST_PAGES, UNTOLD_PAGES = 10_000, 2_000  # of one part; where the server does not say how much it is
SLACK = 2  # persons whom a count may tell beyond the list, or a fifth of it: suspended ones stay in counts

HIDDEN = "The list of {name} is hidden: only their number is told."
REFUSED = "The server does not tell {name}."
SHORT = "{n:,} of {of:,} {name} were told: a person who is missing counts neither as lost nor as there."
UNREAD = "{n:,} of {of:,} {name} read so far."
BAD = "Entries in the list of {name} that could not be read: {n:,}."
CUT = "The server never ends its list of {name}: reading was broken off."
MOVED = "This account has moved to {handle}."
KNOWN_TIES = "The server tells only which friends of this account follow the others."
WANTED = "To read all ties from the people's own servers, switch that on in the account's settings; it takes longer."
COMING = "Whom these people follow is read from their own servers when the lists are complete."
NO_TIES = "Without signing in the server does not tell who of these people follow each other."
UNFAMILIAR = "This server does not tell who of these people follow each other."


class Reading:
    """The cursor, as something to work with."""

    def __init__(self, kept: dict[str, Any]) -> None:
        self.kept: dict[str, Any] = {
            "steps": 0, "next": {}, "pages": {}, "done": [], "refused": [], "cut": [], "read": {}, "bad": {}, "of": {},
            "familiar": [], "unfamiliar": False, "moved": "",
        } | kept  # fmt: skip

    def cursor(self) -> Cursor:
        """As JSON, as it is now."""
        return deepcopy(self.kept)

    # -- paging

    def turn(self, part: str, query: str) -> None:
        """To the next page; behind the last one, or where pages never end, the part is done."""
        kept = self.kept
        kept["pages"][part] = kept["pages"].get(part, 0) + 1
        if query and kept["pages"][part] < self._most_pages(part):
            kept["next"][part] = query
            return
        kept["next"].pop(part, None)
        kept["done"].append(part)
        kept["cut"] += [part] if query else []

    def _most_pages(self, part: str) -> int:
        of = self.kept["of"].get(part)
        return UNTOLD_PAGES if of is None else min(FEWEST_PAGES + of // SMALLEST_PAGE, MOST_PAGES)

    def refuse(self, part: str) -> None:
        """The server does not tell it."""
        if part == "ties":
            self.kept["familiar"], self.kept["unfamiliar"] = [], True
            return
        self.kept["next"].pop(part, None)
        self.kept["done"].append(part)
        self.kept["refused"].append(part)

    def count(self, part: str, number: int, *, bad: int = 0) -> None:
        """How many records came."""
        for name, more in (("read", number), ("bad", bad)):
            self.kept[name][part] = self.kept[name].get(part, 0) + more

    def wonder(self, name: str, key: str) -> None:
        """Keeps somebody until it is asked which friends follow them; by the id at this server."""
        if name and not self.kept["unfamiliar"]:
            self.kept["familiar"].append([name, key])

    def wondered(self, most: int) -> dict[str, str]:
        """The next of those who were kept."""
        waiting = self.kept["familiar"]
        self.kept["familiar"] = waiting[most:]
        return dict(waiting[:most])

    def left(self, *, posts: int, people: int, familiar: int) -> int:
        """Calls to come, as far as they can be foreseen."""
        sizes = {"posts": posts, "followers": people, "friends": people}
        calls = 0
        for part, size in sizes.items():
            unread = 0 if part in self.kept["done"] else max((self._of(part) or 0) - self._read(part), 0)
            calls += -(-unread // size)
            calls += -(-unread // familiar) if familiar and part in LISTS and not self.kept["unfamiliar"] else 0
        return calls + (-(-len(self.kept["familiar"]) // familiar) if familiar else 0)

    def _read(self, part: str) -> int:
        return int(self.kept["read"].get(part, 0))

    def _of(self, part: str) -> int | None:
        of = self.kept["of"].get(part)
        return None if of is None else int(of)

    # -- how much was read

    def coverage(self, *, signed: bool, home: bool) -> Coverage:
        """What is complete, and what is missing, in sentences."""
        kept = self.kept
        whole = {part for part in kept["done"] if part not in (*kept["refused"], *kept["cut"])}
        complete = {part for part in whole if part not in LISTS or self._is_whole(part)}
        notes = [MOVED.format(handle=kept["moved"])] if kept["moved"] else []
        for part in ("posts", *LISTS):
            notes += self._notes(part)
        return Coverage(complete=frozenset(complete), notes=(*notes, *self._ties(signed=signed, home=home)))

    def _is_whole(self, name: str) -> bool:
        """Whether nobody can be missing in a list that was read to its end."""
        return not self.kept["bad"].get(name) and not self._hidden(name) and not self._short(name)

    def _hidden(self, name: str) -> bool:
        """An empty list, unless the account is known to have nobody on it: servers send no error."""
        return name in self.kept["done"] and not self._read(name) and self._of(name) != 0

    def _short(self, name: str) -> bool:
        of = self._of(name)
        return of is not None and of - self._read(name) > max(SLACK, of // 5)

    def _notes(self, part: str) -> list[str]:
        kept, n, of = self.kept, self._read(part), self._of(part)
        if part in kept["refused"]:
            return [REFUSED.format(name=part)]
        if part in kept["cut"]:
            return [CUT.format(name=part)]
        if part not in LISTS or not kept["pages"].get(part):
            return []
        if self._hidden(part):
            return [HIDDEN.format(name=part)]
        notes = [BAD.format(name=part, n=kept["bad"][part])] if kept["bad"].get(part) else []
        if part not in kept["done"]:
            return [*notes, *([UNREAD.format(n=n, of=of, name=part)] if of is not None else [])]
        return [*notes, *([SHORT.format(n=n, of=of, name=part)] if self._short(part) else [])]

    def _ties(self, *, signed: bool, home: bool) -> list[str]:
        if "homes" in self.kept:
            return home_servers.notes(self.kept["homes"])
        told = KNOWN_TIES if signed and not self.kept["unfamiliar"] else UNFAMILIAR if signed else NO_TIES
        return [told, COMING if home else WANTED]
