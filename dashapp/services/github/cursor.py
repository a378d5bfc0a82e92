"""How far reading is: the cursor, as something to work with."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from ..reading import Coverage, Cursor
from ..records import Batch
from .api_records import behind, goes_on, total
from .queries import FOLLOWS, KINDS, LISTS, MORE, PEOPLE, POSTS

FIRST = ("posts", "followers", "friends")
SIZES = {"posts": POSTS, "followers": PEOPLE, "friends": PEOPLE, "ties": MORE}  # of a call
MOST_FOLLOWS = 1_000  # of one person; whoever follows more is told in part
MOST = {**dict.fromkeys(KINDS, 20_000), **dict.fromkeys(LISTS, 50_000)}  # of one account

UNREAD = "Reviews, comments on lines of code and comments in discussions are not read."
SO_FAR = "{n:,} of {of:,} {name} read so far."
TOO_LONG = "The newest {n:,} {name} were read: more are not read of one account."
CUT = "GitHub did not tell all {name}, only {n:,} of {of:,}: nobody is counted as lost."
MANY = "{n:,} of these people follow more than {most:,} others: ties of theirs may be missing."
UNTOLD = "GitHub did not tell in full whom {n:,} of these people follow: ties of theirs may be missing."
NAMES = {
    "issues": "issues",
    "pullRequests": "pull requests",
    "issueComments": "comments",
    "repositoryDiscussions": "discussions",
    "followers": "followers",
    "friends": "friends",
}


@dataclass(slots=True)
class Rest:
    """A person whose follows go on behind so many pages."""

    key: str
    node: str
    after: str | None
    pages: int


class State:
    """The cursor."""

    def __init__(self, cursor: Cursor) -> None:
        self.steps = int(cursor.get("steps", 0))
        self.rest = [Rest(*item) for item in cursor.get("rest", [])]
        self.many, self.untold = int(cursor.get("many", 0)), int(cursor.get("untold", 0))
        self._after: dict[str, str] = dict(cursor.get("after", {}))
        self._done: list[str] = list(cursor.get("done", []))
        self._cut: dict[str, str] = dict(cursor.get("cut", {}))  # what ended early, and the sentence that says why
        self._read: dict[str, int] = dict(cursor.get("read", {}))
        self._of: dict[str, int] = dict(cursor.get("of", {}))
        self._sizes: dict[str, int] = SIZES | cursor.get("sizes", {})

    def cursor(self) -> Cursor:
        """As JSON. Its size does not grow with the account."""
        kept = {
            "steps": self.steps,
            "rest": [[rest.key, rest.node, rest.after, rest.pages] for rest in self.rest],
            "many": self.many,
            "untold": self.untold,
            "after": self._after,
            "done": self._done,
            "cut": self._cut,
            "read": self._read,
            "of": self._of,
            "sizes": self._sizes,
        }
        return deepcopy(kept)

    # -- what comes next

    def next(self) -> str | None:
        """A page of each first; then further follows as soon as they fill a call, posts, lists; None at the end."""
        if self.steps < len(FIRST):
            return FIRST[self.steps]
        if len(self.rest) >= self.size("ties"):
            return "ties"
        if self.kinds():
            return "posts"
        return next((name for name in LISTS if name not in self._done), "ties" if self.rest else None)

    def first_look(self) -> bool:
        """Whether there is just now something of everything, and more to come."""
        return self.steps == len(FIRST) and self.next() is not None

    def kinds(self) -> list[str]:
        """The kinds of posts that are not read to their end."""
        return [kind for kind in KINDS if kind not in self._done]

    def after(self, name: str) -> str | None:
        """Behind what the next page of a list begins."""
        return self._after.get(name)

    # -- pages

    def turn(self, name: str, page: Mapping[str, Any], *, enough: bool = False) -> None:
        """Behind that page: on, or to the end of the list."""
        self._read[name] = self._read.get(name, 0) + len(page["nodes"])
        self._of[name] = max(total({"list": page}, "list") or 0, self._read[name])
        before, here = self._after.pop(name, None), behind(page)
        if enough or not goes_on(page):
            self._done.append(name)
        elif self._read[name] >= MOST[name]:
            self._end(name, TOO_LONG)
        elif here is None or here == before or not page["nodes"]:  # it would never end
            self._end(name, CUT)
        else:
            self._after[name] = here

    def cut(self, name: str) -> None:
        """Notes that somebody in that list could not be read: nobody can be said to be lost."""
        self._cut[name] = CUT

    def _end(self, name: str, why: str) -> None:
        self._done.append(name)
        self._cut[name] = why

    # -- how much at once

    def size(self, part: str) -> int:
        """How much one call asks for."""
        return self._sizes[part]

    def shrink(self, part: str) -> None:
        """GitHub found it too much."""
        self._sizes[part] = max(self._sizes[part] // 2, 1)

    def grow(self, part: str) -> None:
        """A call went well: a little more next time, up to the usual."""
        self._sizes[part] = min(self._sizes[part] + SIZES[part] // 5, SIZES[part])

    # -- further follows

    def follows(self, rest: Rest, follows: Mapping[str, Any]) -> None:
        """Notes what a page of a person's follows means: there is more, or it was the last, or it is told in part."""
        rest.pages += 1
        before, rest.after = rest.after, behind(follows)
        if not goes_on(follows):
            return
        if rest.pages * FOLLOWS >= MOST_FOLLOWS:
            self.many += 1
        elif rest.after is None or rest.after == before or not rest.node:
            self.untold += 1
        else:
            self.rest.append(rest)

    # -- for people to read

    def measured(self, batch: Batch) -> Batch:
        """The batch with how far reading is, in calls."""
        self.steps += 1
        left = max((self._pages_left(kind, POSTS) for kind in KINDS), default=0)
        left += sum(self._pages_left(name, PEOPLE) for name in LISTS) - (-len(self.rest) // MORE)
        return replace(batch, done=self.steps, total=self.steps + (max(left, 1) if self.next() else 0))

    def _pages_left(self, name: str, size: int) -> int:
        if name in self._done:
            return 0
        return max(-((self._read.get(name, 0) - self._of.get(name, 1)) // size), 1)

    def coverage(self) -> Coverage:
        """What was read to its end, and what was not, in sentences."""
        complete = {name for name in LISTS if name in self._done and name not in self._cut}
        if not self.kinds() and not any(self._cut.get(kind) == CUT for kind in KINDS):
            complete.add("posts")  # also of somebody who wrote more than is read: the newest follow on these
        notes = [UNREAD, *(note for name in (*KINDS, *LISTS) if (note := self._note(name)))]
        if self.many:
            notes.append(MANY.format(n=self.many, most=MOST_FOLLOWS))
        if self.untold:
            notes.append(UNTOLD.format(n=self.untold))
        return Coverage(complete=frozenset(complete), notes=tuple(notes))

    def _note(self, name: str) -> str | None:
        sentence = self._cut.get(name) if name in self._done else SO_FAR if name in LISTS else None
        if sentence is None or name not in self._of:
            return None
        return sentence.format(n=self._read[name], of=self._of[name], name=NAMES[name])
