"""How far reading is by GraphQL: pages, their sizes, and persons whose follows are not read to the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from ..paging import BROKEN, SENTENCES, Paging, Part, Progress, ReadingPlan, Reason, gaps
from ..reading import Coverage
from ..records import Batch
from .api_records import behind, goes_on, total
from .queries import FOLLOWS, KINDS, LISTS, MORE, PEOPLE, POSTS

SIZES = {"posts": POSTS, "followers": PEOPLE, "friends": PEOPLE, "ties": MORE}  # of a call
MOST_FOLLOWS = 1_000  # of one person; whoever follows more is told in part

NOT_READ = "Reviews, comments on lines of code and comments in discussions are not read."
CUT = "GitHub stopped telling {name} after {n:,}: nobody is counted as lost."
SHORT = "GitHub did not tell all {name}, only {n:,} of {of:,}: nobody is counted as lost."
UNREADABLE = "GitHub did not tell all {name}, {unreadable:,} cannot be read: nobody is counted as lost."
TOO_MANY_FOLLOWS = "{n:,} of these people follow more than {most:,} others: ties of theirs may be missing."
UNKNOWN_FOLLOWS = "GitHub did not tell in full whom {n:,} of these people follow: ties of theirs may be missing."
TITLES = {
    "issues": "issues",
    "pullRequests": "pull requests",
    "issueComments": "comments",
    "repositoryDiscussions": "discussions",
}
KIND = Part(name="", size=POSTS, most_records=20_000, most_pages=20_000, newest_suffice=True)
LIST = Part(name="", size=PEOPLE, people=True, most_records=50_000, most_pages=50_000)
PLAN = ReadingPlan(
    parts=(
        *(replace(KIND, name=kind, title=title) for kind, title in TITLES.items()),
        *(replace(LIST, name=name) for name in LISTS),
    ),
    sentences=SENTENCES
    | dict.fromkeys((*BROKEN, Reason.BROKEN_OFF), CUT)
    | {Reason.SHORT: SHORT, Reason.UNREADABLE: UNREADABLE},
)


class PendingFollows(NamedTuple):
    """A person whose follows go on behind so many pages."""

    key: str
    node: str
    after: str | None = None
    pages: int = 0


def tells_all(pending: PendingFollows, follows: Mapping[str, Any]) -> bool:
    """Whether whom a person follows is whole with this page of it."""
    read, count = pending.pages * FOLLOWS + len(follows["nodes"]), total({"list": follows}, "list")
    return not goes_on(follows) and not gaps(LIST, Progress(read=read, count=count, stopped=Reason.END))


@dataclass(slots=True)
class GitHubCursor:
    """The cursor. Its size does not grow with the account."""

    paging: Paging
    pending: list[PendingFollows] = field(default_factory=list)
    too_many_follows: int = 0  # persons, each
    unknown_follows: int = 0
    sizes: dict[str, int] = field(default_factory=SIZES.copy)

    def __post_init__(self) -> None:
        self.pending = [PendingFollows(*item) for item in self.pending]

    # -- what comes next

    def next(self) -> str | None:
        """A page of each first; then further follows as soon as they fill a call, posts, lists; None at the end."""
        if self.paging.has_begun() and len(self.pending) >= self.sizes["ties"]:
            return "ties"
        part = self.paging.next()
        return "posts" if part in KINDS else part or ("ties" if self.pending else None)

    def kinds(self) -> list[str]:
        """The kinds of posts that are not read to their end."""
        return [name for name in self.paging.unfinished() if name in KINDS]

    def turn(
        self,
        name: str,
        page: Mapping[str, Any],
        *,
        read: int,
        unreadable: int = 0,
        since: datetime | None = None,
    ) -> None:
        """Behind that page."""
        self.paging.progress[name].count = total({"list": page}, "list") or 0
        following = behind(page) or "" if goes_on(page) else None
        entries = sum(node is not None for node in page["nodes"])
        self.paging.turn(name, entries, following, read=read, unreadable=unreadable, since=since)

    # -- how much at once

    def shrink(self, part: str) -> None:
        """GitHub found it too much."""
        self.sizes[part] = max(self.sizes[part] // 2, 1)

    def grow(self, part: str) -> None:
        """A call went well: a little more next time, up to the usual."""
        self.sizes[part] = min(self.sizes[part] + SIZES[part] // 5, SIZES[part])

    # -- further follows

    def turn_follows(self, pending: PendingFollows, follows: Mapping[str, Any]) -> None:
        """Behind a page of a person's follows: there is more, or it was the last, or it is told in part."""
        pages, after = pending.pages + 1, behind(follows)
        if not goes_on(follows):
            self.unknown_follows += not tells_all(pending, follows)
            return
        if pages * FOLLOWS >= MOST_FOLLOWS:
            self.too_many_follows += 1
        elif after is None or after == pending.after or not pending.node:
            self.unknown_follows += 1
        else:
            self.pending.append(pending._replace(after=after, pages=pages))

    # -- for people to read

    def measured(self, batch: Batch) -> Batch:
        """The batch with how far reading is, in calls."""
        left = max(self.paging.pages_left(kind) for kind in KINDS) + sum(map(self.paging.pages_left, LISTS))
        return self.paging.measured(batch, left - (-len(self.pending) // MORE))

    def coverage(self) -> Coverage:
        """What was read to its end, and what was not, in sentences."""
        whole = self.paging.complete()
        posts = ["posts"] if whole.issuperset(KINDS) else []
        notes = [NOT_READ, *self.paging.notes()]
        if self.too_many_follows:
            notes.append(TOO_MANY_FOLLOWS.format(n=self.too_many_follows, most=MOST_FOLLOWS))
        if self.unknown_follows:
            notes.append(UNKNOWN_FOLLOWS.format(n=self.unknown_follows))
        return Coverage(
            complete=whole.intersection(LISTS).union(posts),
            notes=tuple(notes),
            posts_from=self.paging.told_from(*KINDS),
        )
