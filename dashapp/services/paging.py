"""Reading to the end: pages, cursors, why reading stopped, and which parts of an account are whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from .errors import ResponseError, UnavailableError
from .files.values import EARLIEST
from .reading import Cursor, Known
from .records import FEW, Batch, Person, is_short

RECOUNTED = timedelta(days=30)  # posts that are read again: their counts change, and they may be gone
LONGEST_CURSOR = 2_000
FEWEST_PAGES, MOST_UNCOUNTED = 50, 2_000  # before paging counts as endless
PAGING = ("parts", "calls", "looked", "began")  # of a cursor


class Reason(StrEnum):
    """Why reading of a part stopped, or what else keeps it from being whole."""

    END = "end"
    ENOUGH = "enough"  # what follows is known
    TOO_LONG = "too_long"
    REPEATED_CURSOR = "repeated_cursor"
    LOST_CURSOR = "lost_cursor"  # there is more, and no usable cursor leads there
    EMPTY_PAGES = "empty_pages"
    REFUSED = "refused"
    BROKEN_OFF = "broken_off"
    NOT_ASKED = "not_asked"
    UNPAID = "unpaid"  # by the user
    NO_CREDITS = "no_credits"  # of the people who run the server
    UNKNOWN_CLIENT = "unknown_client"  # the service does not let this application read it
    UNREAD = "unread"  # reading goes on
    INCOMPLETE = "incomplete"  # the service had trouble with a page that it sent
    HIDDEN = "hidden"
    UNREADABLE = "unreadable"  # records were kept out
    SHORT = "short"  # of the service's own count


BROKEN = (Reason.REPEATED_CURSOR, Reason.LOST_CURSOR, Reason.EMPTY_PAGES)  # no list ends like that
#: by `name`, `n` records read, `of` so many, `unreadable` ones; a service puts its own beside or in their place
SENTENCES: dict[Reason, str] = {
    Reason.UNREAD: "{n:,} of {of:,} {name} read so far.",
    Reason.TOO_LONG: "The newest {n:,} {name} were read: more are not read of one account.",
    **dict.fromkeys(BROKEN, "The service did not tell how its {name} go on behind {n:,}: the rest is read next time."),
    Reason.REFUSED: "The service does not tell {name}.",
    Reason.BROKEN_OFF: "The service stopped telling {name} after {n:,}: the rest is read next time.",
    Reason.INCOMPLETE: "The service had trouble with its {name}, so that some may be missing.",
    Reason.HIDDEN: "The list of {name} is hidden: only their number is told.",
    Reason.UNREADABLE: "Entries in the list of {name} that could not be read: {unreadable:,}.",
    Reason.SHORT: "{n:,} of {of:,} {name} were told; the rest counts neither as lost nor as there.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something that a service tells page by page."""

    name: str
    size: int  # records on a page
    people: bool = False
    title: str = ""  # in sentences, if not the name
    most_pages: int = 10_000
    most_records: int | None = None
    smallest_page: int | None = None  # how few records a page may hold on average, where servers may never end
    tolerance: float = 0.05  # share of the service's own count that may be missing: counts lag
    hidden_if_empty: bool = False  # hidden lists look empty
    newest_suffice: bool = False  # whole also where the oldest records are not read

    def page_limit(self, count: int | None) -> int:
        """The most pages of it, if the service counts so many records."""
        if self.smallest_page is None:
            return self.most_pages
        expected = MOST_UNCOUNTED if count is None else FEWEST_PAGES + count // self.smallest_page
        return min(expected, self.most_pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPlan:
    """How the account is read at one service."""

    parts: tuple[Part, ...]  # in this order
    first_look: tuple[str, ...] = ()  # a page of each of these comes first; none are named: of every part
    most_empty_pages: int = 5  # in a row
    sentences: Mapping[Reason, str]


@dataclass(slots=True)
class Progress:
    """How far a part is read."""

    next: str | None = None  # the cursor of the next page; None: it is the first one
    landmark: str | None = None  # an earlier cursor: whoever goes in a circle comes back to it
    pages: int = 0
    empty_pages: int = 0  # in a row
    read: int = 0
    count: int | None = None  # as the service tells
    unreadable: int = 0
    incomplete: bool = False
    stopped: Reason | None = None
    since: str = ""  # all records from then on were asked for; empty: all that there are

    def __post_init__(self) -> None:
        self.stopped = Reason(self.stopped) if self.stopped else None


class Paging:
    """How far each part is read: what comes next, and what is whole."""

    def __init__(self, plan: ReadingPlan, cursor: Cursor) -> None:
        cursor = fitting(plan, cursor)
        parts = cursor.get("parts", {})
        self._plan = plan
        self._parts = {part.name: part for part in plan.parts}
        self.progress = {name: Progress(**parts.get(name, {})) for name in self._parts}
        self.calls = int(cursor.get("calls", 0))
        self.looked = bool(cursor.get("looked", False))
        self.began = int(cursor.get("began", 0))  # behind so many steps of the import
        self._late: set[str] = set()  # parts of which a page did not come

    def cursor(self) -> Cursor:
        """As JSON."""
        parts = {name: asdict(progress) for name, progress in self.progress.items()}
        return {"parts": parts, "calls": self.calls, "looked": self.looked, "began": self.began}

    def listed(self, known: Known) -> Listed:
        """Whom this reading has listed. One that began anew, as where a token is gone, counts all of them again."""
        if not self.calls:
            self.began = known.n_steps
        return Listed(known.people(since=self.began) if self.unfinished() else ())

    # -- what comes next

    def next(self) -> str | None:
        """A page of each part of the first look, then each part to its end; None when all is read."""
        return next(iter([*self._untried(), *self.unfinished()]), None)

    def unfinished(self) -> list[str]:
        """The parts of which more is to be read; last those of which a page did not come."""
        unfinished = [name for name, progress in self.progress.items() if progress.stopped is None]
        return sorted(unfinished, key=lambda name: name in self._late)

    def has_begun(self) -> bool:
        """Whether a page of each part of the first look was asked for."""
        return not self._untried()

    def _untried(self) -> list[str]:
        first = self._plan.first_look or self._parts
        missing = [name for name in first if not self.progress[name].pages and self.progress[name].stopped is None]
        return [name for name in missing if name not in self._late]

    def is_first_look(self, *, more: bool) -> bool:
        """Whether there is something of everything for the first time, and `more` to come. Says so once."""
        is_first = not self.looked and self.has_begun()
        self.looked |= is_first
        return is_first and more

    # -- pages

    def turn(
        self,
        name: str,
        entries: int,
        following: str | None,
        *,
        read: int | None = None,
        unreadable: int = 0,
        incomplete: bool = False,
        since: datetime | None = None,
    ) -> None:
        """Behind a page of so many entries; the `following` cursor is None behind the last, empty if it is unusable.

        `since` which moment all records are read with that page, if those from before it are known.
        """
        progress = self.progress[name]
        self._late.discard(name)
        progress.pages += 1
        progress.empty_pages = 0 if entries else progress.empty_pages + 1
        progress.read += entries if read is None else read
        progress.unreadable += unreadable
        progress.incomplete |= incomplete
        if since is not None:
            progress.since = since.isoformat()
            self.stop(name, Reason.ENOUGH)
        elif following is None:
            self.stop(name, Reason.END)
        elif (reason := self._broken(name, following)) is not None:
            self.stop(name, reason)
        else:
            progress.next = following

    def _broken(self, name: str, following: str) -> Reason | None:
        progress, part = self.progress[name], self._parts[name]
        if not following or len(following) > LONGEST_CURSOR:
            return Reason.LOST_CURSOR
        if following in (progress.next, progress.landmark):
            return Reason.REPEATED_CURSOR
        if progress.pages & (progress.pages - 1) == 0:  # at powers of two, so that circles of any length are found
            progress.landmark = following
        if progress.empty_pages >= self._plan.most_empty_pages:
            return Reason.EMPTY_PAGES
        too_many = part.most_records is not None and progress.read >= part.most_records
        return Reason.TOO_LONG if too_many or progress.pages >= part.page_limit(progress.count) else None

    def stop(self, name: str, reason: Reason) -> None:
        """No more of it is read; the first reason holds."""
        progress = self.progress[name]
        progress.next, progress.landmark, progress.stopped = None, None, progress.stopped or reason

    def miss(self, name: str, error: UnavailableError, ask: Callable[[], object], *, following: str = "") -> None:
        """A page that did not come is asked for once more behind all else; then it costs the rest of its part.

        Or only itself, if the `following` cursor is known all the same. `ask` asks the service for something else.
        Raises where that does not come either, or nothing came at all.
        """
        check_answers(ask)
        if name not in self._late:
            self._late.add(name)
        elif following:
            self.turn(name, 0, following, incomplete=True)
        else:
            self.stop(name, Reason.BROKEN_OFF)
        if not self.unfinished() and not any(progress.pages for progress in self.progress.values()):
            raise error

    # -- how much is left, and what is whole

    def pages_left(self, name: str) -> int:
        """Pages to come, as far as they can be foreseen."""
        progress = self.progress[name]
        if progress.stopped is not None:
            return 0
        return max(-((progress.read - (progress.count or 0)) // self._parts[name].size), 1)

    def measured(self, batch: Batch, left: int, calls: int = 1) -> Batch:
        """The batch with how far reading is, in calls, of which so many are left."""
        self.calls += calls
        return replace(batch, done=self.calls, total=self.calls + left)

    def gaps(self, name: str) -> list[Reason]:
        """What keeps a part from being whole."""
        return gaps(self._parts[name], self.progress[name])

    def is_whole(self, name: str) -> bool:
        """Whether a part was read to its end and nothing is missing: only there can anybody be lost."""
        gaps = self.gaps(name)
        return not gaps or (gaps == [Reason.TOO_LONG] and self._parts[name].newest_suffice)

    def complete(self) -> frozenset[str]:
        """The parts that are whole."""
        return frozenset(name for name in self._parts if self.is_whole(name))

    def told_from(self, *names: str) -> datetime | None:
        """Since when all records of these parts are read; None where some may be missing."""
        if any(self.gaps(name) for name in names):
            return None
        asked = (self.progress[name].since for name in names)
        return max(datetime.fromisoformat(since) if since else EARLIEST for since in asked)

    def notes(self, names: Iterable[str] | None = None) -> list[str]:
        """What is missing of the parts, or of all, and why, in sentences."""
        parts = self._parts if names is None else names
        sentences = [self._sentence(name, reason) for name in parts for reason in self.gaps(name)]
        return [sentence for sentence in sentences if sentence]

    def _sentence(self, name: str, reason: Reason) -> str:
        progress, part = self.progress[name], self._parts[name]
        sentence = self._plan.sentences.get(reason, "")
        if (reason is Reason.UNREAD and not part.people) or ("{of" in sentence and progress.count is None):
            return ""
        of = max(progress.count or 0, progress.read)
        return sentence.format(name=part.title or name, n=progress.read, of=of, unreadable=progress.unreadable)


def gaps(part: Part, progress: Progress) -> list[Reason]:
    """What keeps a list from being whole: the one place where this is decided, for services and for exports."""
    ended = progress.stopped is Reason.END
    is_hidden = ended and part.hidden_if_empty and not progress.read and progress.count != 0
    found = {
        progress.stopped or Reason.UNREAD: not ended and progress.stopped is not Reason.ENOUGH,
        Reason.INCOMPLETE: progress.incomplete,
        Reason.HIDDEN: is_hidden,
        Reason.UNREADABLE: progress.unreadable > 0,
        Reason.SHORT: ended and not is_hidden and is_short(progress.read, progress.count, lag=_lag(part, progress)),
    }
    return [reason for reason, there in found.items() if there]


def _lag(part: Part, progress: Progress) -> int:
    """By how many the service's count may be off: of many nobody is never a lag."""
    return max(FEW, int((progress.count or 0) * part.tolerance)) if progress.read else 0


class Listed:
    """Who was read of which list: services tell some persons twice, and only who is new counts as told."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self._lists: dict[str, set[str]] = {}
        for person in people:
            lists = {"followers": person.is_follower, "friends": person.is_friend}
            self._lists[person.key] = {name for name, is_there in lists.items() if is_there}

    def __contains__(self, key: str) -> bool:
        return key in self._lists

    def add(self, name: str, key: str) -> bool:
        """Whether they were not on that list before."""
        lists = self._lists.setdefault(key, set())
        is_new = name not in lists
        lists.add(name)
        return is_new


def check_answers(ask: Callable[[], object]) -> None:
    """Raises where a service that failed does not answer at all; a refusal is an answer."""
    with suppress(ResponseError):
        ask()


State = TypeVar("State")  # a dataclass of JSON values beside its `paging`


def load(kind: Callable[..., State], plan: ReadingPlan, cursor: Cursor) -> State:
    """A service's own kind of cursor, by its JSON."""
    kept = deepcopy(fitting(plan, cursor))
    own = {name: value for name, value in kept.items() if name not in PAGING}
    return kind(Paging(plan, cursor), **own)


def fitting(plan: ReadingPlan, cursor: Cursor) -> Cursor:
    """The cursor, or an empty one for that of another way to read, as by a token that is gone: it begins anew."""
    return cursor if cursor.get("parts", {"": None}).keys() <= {part.name for part in plan.parts} else {}


def dump(state: Any) -> Cursor:
    """That cursor as JSON, as it is now."""
    own = {each.name: getattr(state, each.name) for each in fields(state) if each.name != "paging"}
    return {**state.paging.cursor(), **deepcopy(own)}


def read_since(at: datetime | None, known: Known) -> datetime | None:
    """Since when all posts are read, if what stands before that moment is known, and too old to be read again."""
    if at is None or known.posts_until is None:
        return None
    since = known.posts_until - RECOUNTED
    return since if at < since else None
