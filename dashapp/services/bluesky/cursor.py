"""How far reading is: posts and lists by their pages, ties by the persons' places among those who were read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..paging import BROKEN, SENTENCES, Paging, Part, ReadingPlan, Reason
from ..reading import Coverage
from ..records import Profile

POSTS, LISTS = "posts", ("followers", "friends")
TIES = "ties"
PAGE = 100
CALLS_A_PAGE = {POSTS: 1, "followers": 5, "friends": 5}  # a list's page, and the counts of its people
MOST_ASKED = 5_000  # people whose ties are read
MOST_AGAIN = 200  # people who are asked once more at the end
ABOUT = 2  # calls for a person's ties

LEFT_OUT = (
    "Bluesky leaves switched-off and suspended accounts out of lists, but counts them: a list may be shorter than its "
    "number."
)
SHORT = "Bluesky told only {n:,} of {of:,} {name}; the rest counts neither as lost nor as there."
BROKEN_OFF = "Bluesky stopped telling the {name} after {n:,}."
TIES_SO_FAR = "Whom these people follow is read so far of {n:,} of {of:,}."
MOST = "Whom they follow is read of the first {n:,} people: more are not asked for one account."
UNFOLLOWED = "Bluesky did not tell in full who follows {n:,} of these people; that is asked again with the next import."
PARTLY = "{n:,} of these people follow so many others that only a part was read: ties of theirs may be missing."
GONE = "{n:,} of these people are gone by now, so that nobody tells whom they follow."
UNCOUNTED = "Bluesky did not tell the counts of {n:,} of these people."
UNREAD = "Bluesky did not tell whom {n:,} of these people follow; they are asked again with the next import."
INCOMPLETE = {"uncounted": UNCOUNTED, "partly": PARTLY, "gone": GONE, "unread": UNREAD, "unfollowed": UNFOLLOWED}
#: whoever is switched off or suspended stays in counts
FOLLOWERS = Part(name="followers", size=PAGE, people=True, most_pages=500, tolerance=0.1)
PLAN = ReadingPlan(
    parts=(Part(name=POSTS, size=PAGE, most_pages=1_000, tolerance=0.1), FOLLOWERS, replace(FOLLOWERS, name="friends")),
    most_empty_pages=50,  # of people who are switched off
    sentences=SENTENCES | dict.fromkeys((*BROKEN, Reason.BROKEN_OFF), BROKEN_OFF) | {Reason.SHORT: SHORT},
)


@dataclass(slots=True)
class BlueskyCursor:
    """The cursor. It names persons by their place among those that were read."""

    paging: Paging
    did: str = ""
    at: int = 0  # whose ties come next
    people: int = 0
    again: list[int] = field(default_factory=list)
    incomplete: dict[str, int] = field(default_factory=dict)  # persons: by the names in `INCOMPLETE`
    ties_done: bool = False

    def begin(self, profile: Profile) -> None:
        """Notes whose it is, and how much there is to read."""
        self.did = profile.key
        counts = {POSTS: profile.posts, "followers": profile.followers, "friends": profile.friends}
        for name, count in counts.items():
            self.paging.progress[name].count = count

    def next(self) -> str | None:
        """What is read next: a page of each first, then each to its end, then ties; None when all is read."""
        return self.paging.next() or (None if self.ties_done else TIES)

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

    def note(self, name: str, number: int = 1) -> None:
        """Counts persons whose counts or follows are not known in full."""
        self.incomplete[name] = self.incomplete.get(name, 0) + number

    # -- how much is left, and was read

    def calls_left(self) -> int:
        """Calls to come for posts, lists and ties, about."""
        listed = self.people or sum(self.paging.progress[name].count or 0 for name in LISTS)
        ties = 0 if self.ties_done else (min(listed, MOST_ASKED) - self.at + len(self.again)) * ABOUT
        return sum(self.paging.pages_left(name) * calls for name, calls in CALLS_A_PAGE.items()) + max(ties, 0)

    def coverage(self) -> Coverage:
        """What was read to its end, and what was not, in sentences."""
        notes = [*self.paging.notes(), *([LEFT_OUT] if any(map(self._leaves_out, LISTS)) else [])]
        return Coverage(
            complete=self.paging.complete(),
            notes=(*notes, *self._notes_on_ties()),
            posts_from=self.paging.told_from(POSTS),
        )

    def _leaves_out(self, name: str) -> bool:
        progress = self.paging.progress[name]
        return self.paging.is_whole(name) and progress.read < (progress.count or 0)

    def _notes_on_ties(self) -> list[str]:
        notes = []
        if self.people and not self.ties_done:
            notes.append(TIES_SO_FAR.format(n=self.at, of=min(self.people, MOST_ASKED)))
        if self.people > MOST_ASKED:
            notes.append(MOST.format(n=MOST_ASKED))
        told = ((words, self.incomplete.get(name)) for name, words in INCOMPLETE.items())
        return [*notes, *(words.format(n=n) for words, n in told if n)]
