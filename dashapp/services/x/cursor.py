"""How far reading of X is, what was paid for a page that did not arrive, and what to do for the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ..errors import (
    UNAUTHORIZED,
    DeniedError,
    NotFoundError,
    PaymentRequiredError,
    ResponseError,
    ServiceError,
    UnknownClientError,
)
from ..paging import BROKEN, Paging, Part, ReadingPlan, Reason
from ..reading import Coverage, Known
from ..records import Profile
from .pricing import NEWEST, PRICES

NEARLY_ALL = NEWEST - 200  # X counts deleted posts too
CREDITS = (
    "X asks the people who run this server to pay before it answers: their credits or their monthly cap are used up."
)
UNPAID = (
    "Not all is read of {parts}: the amount that you allow for this account is used up, or is nothing yet. "
    "Open “Reading” above to see what they cost, allow as much as you want to spend, save it, and choose “Read now”."
)
NO_CREDITS = f"{CREDITS} Not all is read of {{parts}}. Once they have paid, open “Reading” above and choose “Read now”."
UNKNOWN_CLIENT = (
    "X does not let this site read {parts}: its app at X stands in no project that may. Tell the people who run this "
    "server; connecting again does not help."
)
PRIVATE = (
    "X does not show {parts}: a permission is missing, or they are hidden. Connect the account again, and "
    "allow all that X asks for."
)
BROKEN_OFF = (
    "X broke off in the middle of {parts}; what came until then is kept. Open “Reading” above and choose “Read now”."
)
NOT_ALL = "X did not tell all of {parts}: what is missing counts neither as lost nor as there."
NOTES: Mapping[str, tuple[Reason, ...]] = {
    UNPAID: (Reason.UNPAID,),
    NO_CREDITS: (Reason.NO_CREDITS,),
    UNKNOWN_CLIENT: (Reason.UNKNOWN_CLIENT,),
    PRIVATE: (Reason.REFUSED,),
    BROKEN_OFF: (Reason.BROKEN_OFF, Reason.TOO_LONG, *BROKEN),
    NOT_ALL: (Reason.INCOMPLETE, Reason.UNREADABLE, Reason.SHORT),
}
#: share of X's own count that may be missing: deleted posts stay in it, and an answer that is asked for again costs
TOLERANCES = {"posts": 0.2}
NAMES = {"posts": "posts", "followers": "followers", "friends": "those whom the account follows"}
ALL_KEPT = "X tells only the newest 3,200 posts: older ones come with your archive."
NO_TIES = "Who of these people follow each other is not read: X would charge a cent for each person on each list."
PLAN = ReadingPlan(
    parts=tuple(
        Part(name=name, size=price.most, people=name != "posts", tolerance=TOLERANCES.get(name, 0.05))
        for name, price in PRICES.items()
    ),
    sentences={},  # those of X name all parts of a reason at once
)


@dataclass(slots=True)
class XCursor:
    """The cursor."""

    paging: Paging
    since: str = ""  # posts begin here, also when a first look was merged and newer ones are known
    spelling: str = "tweet"
    shown: int = 0  # calls whose records are on the page
    set_aside: dict[str, Any] = field(default_factory=dict)  # day and cost of a page that was lost

    def begin(self, known: Known, profile: Profile | None) -> None:
        """Posts begin behind the newest one that is known; of all X tells the newest."""
        counts = {name: getattr(profile, name) for name in PRICES} if profile else {}
        for name, count in counts.items():
            self.paging.progress[name].count = min(count, NEWEST) if name == "posts" and count else count
        if known.posts_until is not None:
            self.since = f"{known.posts_until + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"

    def asked_since(self) -> datetime | None:
        """When the posts begin that X is asked for, if not with the first."""
        return datetime.fromisoformat(self.since) if self.since else None

    def set_aside_on(self, day: str) -> int:
        """What was set aside on that day, for the page that comes next."""
        return int(self.set_aside["cost"]) if self.set_aside.get("day") == day else 0

    def leave_out(self, part: str, error: ServiceError) -> bool:
        """Whether reading goes on without the part, so that what was paid for is kept."""
        if isinstance(error, PaymentRequiredError):
            for name in self.paging.unfinished():
                self.paging.stop(name, Reason.NO_CREDITS)
            return True
        if isinstance(error, UnknownClientError):
            self.paging.stop(part, Reason.UNKNOWN_CLIENT)
            return True
        if not isinstance(error, ResponseError) or isinstance(error, NotFoundError) or error.status == UNAUTHORIZED:
            return False
        self.paging.stop(part, Reason.REFUSED if isinstance(error, DeniedError) else Reason.BROKEN_OFF)
        return True

    def coverage(self) -> Coverage:
        """What was bought to its end, and what to do for the rest."""
        notes = [self._note(text, reasons) for text, reasons in NOTES.items()]
        notes += [ALL_KEPT] if self.paging.progress["posts"].read >= NEARLY_ALL else []
        notes += [NO_TIES] if self.paging.calls else []
        return Coverage(
            complete=self.paging.complete(), notes=tuple(filter(None, notes)), posts_from=self._posts_from()
        )

    def _posts_from(self) -> datetime | None:
        """Unknown where there may be older posts than X tells: it counts those of its newest that it keeps back."""
        posts = self.paging.progress["posts"]
        n_told = posts.read if posts.since else max(posts.read, posts.count or 0)
        return self.paging.told_from("posts") if n_told < NEARLY_ALL else None

    def _note(self, text: str, reasons: Sequence[Reason]) -> str:
        """What to do about the parts that were left for these reasons."""
        names = [NAMES[name] for name in NAMES if set(self.paging.gaps(name)) & set(reasons)]
        if not names:
            return ""
        return text.format(parts=f"{', '.join(names[:-1])} and {names[-1]}" if names[1:] else names[0])
