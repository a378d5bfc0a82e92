"""How far reading of an account is, what waits to be asked, and what that says about how much was read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ..paging import BROKEN, SENTENCES, Paging, Part, ReadingPlan, Reason
from ..reading import Coverage
from . import home_servers

POSTS, PEOPLE, FAMILIAR = 40, 80, 40  # in one response; ids in one question
PARTS = ("posts", "followers", "friends")
LISTS = PARTS[1:]

REFUSED = "The server does not tell {name}."
UNLINKED = "The server does not tell how its list of {name} goes on behind {n:,}: nobody in it counts as lost."
ENDLESS = "The server never ends its list of {name}: reading was broken off."
MOVED = "This account has moved to {handle}."
KNOWN_TIES = (
    "The server tells only which friends of this account follow the others; of friends at other servers, only whom "
    "they follow at this one."
)
WANTED = "To read all ties from the people's own servers, switch that on under “Reading”; it takes longer."
COMING = "Whom these people follow is read from their own servers when the lists are complete."
NO_TIES = "Without signing in the server does not tell who of these people follow each other."
UNFAMILIAR = "This server does not tell who of these people follow each other."
UNTOLD = "The server did not tell which friends follow {n:,} of these people: they are asked for again next time."
MOST_UNTOLD = 3  # questions that the server had trouble with: then no more are asked

POST_PAGES = Part(name="posts", size=POSTS, smallest_page=10, tolerance=0.2)  # those that few may see are counted too
LIST_PAGES = Part(
    name="followers",
    size=PEOPLE,
    people=True,
    smallest_page=10,
    tolerance=0.1,  # suspended persons stay in counts
    hidden_if_empty=True,
)
PLAN = ReadingPlan(
    parts=(POST_PAGES, LIST_PAGES, replace(LIST_PAGES, name="friends")),
    sentences=SENTENCES
    | dict.fromkeys(BROKEN, UNLINKED)
    | {Reason.EMPTY_PAGES: ENDLESS, Reason.TOO_LONG: ENDLESS, Reason.REFUSED: REFUSED},
)


@dataclass(slots=True)
class MastodonCursor:
    """The cursor: who the account is at its server, how far each part is read, and who waits."""

    paging: Paging
    id: str = ""
    key: str = ""
    host: str = ""
    domain: str = ""
    moved: str = ""
    familiar: list[list[str]] = field(default_factory=list)  # of whom it is asked which friends follow them
    unfamiliar: bool = False  # the server does not tell that
    hiding: list[str] = field(default_factory=list)  # friends of its own whose follows it keeps to itself
    ties_said: bool = False  # it is said whose follows are all told
    untold: int = 0  # persons of whom it had trouble to tell it
    homes: dict[str, Any] = field(default_factory=dict)  # how far the people's own servers are read

    # -- what comes next

    def next(self) -> str | None:
        """A page of each, then each to its end; who waits, as soon as they fill a question."""
        waiting = len(self.familiar)
        lists_are_read = not set(LISTS) & set(self.paging.unfinished())
        if self.paging.has_begun() and (waiting >= FAMILIAR or (waiting and lists_are_read)):
            return "ties"
        return self.paging.next()

    def refuse(self, part: str) -> None:
        """The server does not tell it."""
        if part == "ties":
            self.familiar, self.unfamiliar = [], True
        else:
            self.paging.stop(part, Reason.REFUSED)

    def is_refused(self) -> bool:
        """Whether the server tells nothing at all."""
        return all(self.paging.progress[part].stopped is Reason.REFUSED for part in PARTS)

    def keep_familiar(self, name: str, key: str) -> None:
        """Keeps somebody until it is asked which friends follow them; by the id at this server."""
        if name and not self.unfamiliar:
            self.familiar.append([name, key])

    def pass_over(self, asked: int) -> None:
        """The server had trouble to tell of the next ones: that is the end of them, not of the rest."""
        self.untold += asked
        if self.untold > (MOST_UNTOLD - 1) * FAMILIAR:
            self.refuse("ties")

    def take_familiar(self) -> dict[str, str]:
        """The next of those who were kept."""
        taken, self.familiar = self.familiar[:FAMILIAR], self.familiar[FAMILIAR:]
        return dict(taken)

    def tells_ties(self) -> bool:
        """Whether it is known, and not yet said, of which friends the server told all follows on both lists."""
        return not self.unfamiliar and not self.ties_said and self.paging.complete().issuperset(LISTS)

    def calls_left(self, *, signed: bool) -> int:
        """Calls to come, as far as they can be foreseen."""
        pages = {part: self.paging.pages_left(part) for part in PARTS}
        if not signed:
            return sum(pages.values())
        people = 0 if self.unfamiliar else sum(pages[name] for name in LISTS) * PEOPLE
        return sum(pages.values()) - (-(people + len(self.familiar)) // FAMILIAR)

    # -- how much was read

    def coverage(self, *, signed: bool, home: bool) -> Coverage:
        """What is complete, and what is missing, in sentences."""
        notes = [MOVED.format(handle=self.moved)] if self.moved else []
        ties = self._ties(signed=signed, home=home)
        return Coverage(
            complete=self.paging.complete(),
            notes=(*notes, *self.paging.notes(), *ties),
            posts_from=self.paging.told_from("posts"),
        )

    def _ties(self, *, signed: bool, home: bool) -> list[str]:
        if self.homes:
            return home_servers.notes(self.homes)
        known = KNOWN_TIES if signed and not self.unfamiliar else UNFAMILIAR if signed else NO_TIES
        untold = [UNTOLD.format(n=self.untold)] if self.untold and not self.unfamiliar else []
        return [known, *untold, COMING if home else WANTED]
