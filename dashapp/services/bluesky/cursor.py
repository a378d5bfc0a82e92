"""How far reading is: the cursor, as something to work with."""

from __future__ import annotations

from ..reading import Coverage, Cursor
from ..records import Profile

POSTS, LISTS = "posts", ("followers", "friends")
FIRST = (POSTS, *LISTS)
TIES = "ties"
PAGE = 100
CALLS_A_PAGE = {POSTS: 1, "followers": 5, "friends": 5}  # a list's page, and the counts of its people
MOST_PAGES = {POSTS: 1_000, "followers": 500, "friends": 500}
MOST_ASKED = 5_000  # people whose ties are read
MOST_AGAIN = 200  # people who are asked once more at the end
ABOUT = 2  # calls for a person's ties

LEFT_OUT = (
    "Bluesky leaves switched-off and suspended accounts out of lists, but counts them: a list may be shorter than its "
    "number."
)
SO_FAR = "{n:,} of {of:,} {name} read so far."
TOO_LONG = "The newest {n:,} {name} were read: more are not read of one account."
NOBODY = "Bluesky counts {of:,} {name} and lists nobody."
BROKEN_OFF = "Bluesky stopped telling the {name} after {n:,}."
TIES_SO_FAR = "Whom these people follow is read so far of {n:,} of {of:,}."
MOST = "Whom they follow is read of the first {n:,} people: more are not asked for one account."
PARTLY = "{n:,} of these people follow so many others that only a part was read: ties of theirs may be missing."
GONE = "{n:,} of these people are gone by now, so that nobody tells whom they follow."
UNREAD = "Bluesky did not tell whom {n:,} of these people follow; they are asked again with the next import."


class State:
    """The cursor. It names persons by their place among those that were read."""

    def __init__(self, cursor: Cursor) -> None:
        self.did = str(cursor.get("did", ""))
        self.next: dict[str, str] = dict(cursor.get("next", {}))
        self.done: list[str] = list(cursor.get("done", []))
        self.cut: dict[str, str] = dict(cursor.get("cut", {}))  # lists that ended early, and why
        self.read: dict[str, int] = dict(cursor.get("read", {}))
        self.of: dict[str, int] = dict(cursor.get("of", {}))
        self.pages: dict[str, int] = dict(cursor.get("pages", {}))
        self.at = int(cursor.get("at", 0))  # whose ties come next
        self.people = int(cursor.get("people", 0))
        self.again: list[int] = list(cursor.get("again", []))
        self.told: dict[str, int] = dict(cursor.get("told", {}))  # persons: partly, gone, unread
        self.calls = int(cursor.get("calls", 0))

    def cursor(self) -> Cursor:
        """As JSON."""
        return {
            "did": self.did,
            "next": dict(self.next),
            "done": list(self.done),
            "cut": dict(self.cut),
            "read": dict(self.read),
            "of": dict(self.of),
            "pages": dict(self.pages),
            "at": self.at,
            "people": self.people,
            "again": list(self.again),
            "told": dict(self.told),
            "calls": self.calls,
        }

    def begin(self, profile: Profile) -> None:
        """Notes whose it is, and how much there is to read."""
        self.did = profile.key
        told = {POSTS: profile.posts, "followers": profile.followers, "friends": profile.friends}
        self.of = {name: number for name, number in told.items() if number is not None}

    def part(self) -> str | None:
        """What is read next: a page of each first, then each to its end, then ties; None when all is read."""
        unseen = next((name for name in FIRST if name not in self.pages), None)
        return unseen or next((name for name in (*FIRST, TIES) if name not in self.done), None)

    def is_first_look(self) -> bool:
        """Whether there is just now a page of everything, and more to come."""
        return len(self.pages) == len(FIRST) == sum(self.pages.values()) and not self.at and self.part() is not None

    # -- pages

    def turn(self, name: str, read: int, following: str | None) -> None:
        """Behind a page; a cursor that repeats would never end."""
        self.read[name] = self.read.get(name, 0) + read
        self.pages[name] = self.pages.get(name, 0) + 1
        if following is None or following == self.next.get(name):
            self.end(name, NOBODY if name in LISTS and self.of.get(name) and not self.read[name] else "")
        elif self.pages[name] >= MOST_PAGES[name]:
            self.end(name, TOO_LONG)
        else:
            self.next[name] = following

    def end(self, name: str, why: str = "") -> None:
        """No more of it; `why` if that is not its end."""
        self.done.append(name)
        self.next.pop(name, None)
        self.pages.setdefault(name, 1)
        if why:
            self.cut[name] = why

    # -- ties

    def person(self) -> int | None:
        """The place of whom to ask next; those who did not answer once more at the end."""
        if self.at < min(self.people, MOST_ASKED):
            return self.at
        return self.again[0] if self.again else None

    def passed(self, place: int) -> None:
        """Behind that person."""
        if place == self.at:
            self.at += 1
        else:
            self.again.remove(place)

    def ask_again(self, place: int) -> None:
        """Keeps for the end, once, whom the service had trouble with."""
        if place == self.at and len(self.again) < MOST_AGAIN:
            self.again.append(place)
        else:
            self.note("unread")
        self.passed(place)

    def note(self, name: str) -> None:
        """Counts a person who is not told in full."""
        self.told[name] = self.told.get(name, 0) + 1

    # -- how much is left, and was read

    def left(self) -> int:
        """Calls to come for posts, lists and ties, about."""
        pages = {name: -(-max(self.of.get(name, 0) - self.read.get(name, 0), 1) // PAGE) for name in FIRST}
        waiting = [name for name in FIRST if name not in self.done]
        listed = self.people or sum(self.of.get(name, 0) for name in LISTS)
        ties = 0 if TIES in self.done else (min(listed, MOST_ASKED) - self.at + len(self.again)) * ABOUT
        return sum(pages[name] * CALLS_A_PAGE[name] for name in waiting) + max(ties, 0)

    def coverage(self) -> Coverage:
        """What was read to its end, and what was not, in sentences."""
        complete = {name for name in FIRST if name in self.done and name not in self.cut}
        return Coverage(complete=frozenset(complete), notes=tuple(self._notes()))

    def _notes(self) -> list[str]:
        notes = []
        for name in FIRST:
            n, of = self.read.get(name, 0), self.of.get(name, 0)
            if name in self.cut:
                notes.append(self.cut[name].format(name=name, n=n, of=of))
            elif name in LISTS and name not in self.done and of:
                notes.append(SO_FAR.format(n=n, of=of, name=name))
        if any(name in self.done and name not in self.cut and self._is_short(name) for name in LISTS):
            notes.append(LEFT_OUT)
        return notes + self._notes_on_ties()

    def _is_short(self, name: str) -> bool:
        return self.read.get(name, 0) < self.of.get(name, 0)

    def _notes_on_ties(self) -> list[str]:
        notes = []
        if self.people and TIES not in self.done:
            notes.append(TIES_SO_FAR.format(n=self.at, of=min(self.people, MOST_ASKED)))
        if self.people > MOST_ASKED:
            notes.append(MOST.format(n=MOST_ASKED))
        for name, words in (("partly", PARTLY), ("gone", GONE), ("unread", UNREAD)):
            if self.told.get(name):
                notes.append(words.format(n=self.told[name]))
        return notes
