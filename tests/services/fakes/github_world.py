"""Ada's part of GitHub: invented people who follow each other, and what she wrote."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

NAMES = ("ada", "bob", "cleo", "dan", "eve", "finn", "gil", "hana")
KINDS = ("issues", "pullRequests", "issueComments", "repositoryDiscussions")
WHERE = {
    "issues": "issues/{n}",
    "pullRequests": "pull/{n}",
    "issueComments": "issues/1#issuecomment-{n}",
    "repositoryDiscussions": "discussions/{n}",
}


@dataclass
class Somebody:
    """A user. `follows` are numbers, the newest follow first."""

    id: int
    login: str
    name: str | None = None
    follows: list[int] = field(default_factory=list)
    followers: int = 0  # of persons whose lists nobody reads
    gone: bool = False  # suspended: lists hold a null in their place
    kind: str = "User"  # or "Organization", which has no `user` in GraphQL
    bio: str | None = None
    website: str | None = None
    at_x: str | None = None
    social: tuple[str, ...] = ()  # addresses of other accounts


@dataclass
class Written:
    """An issue, a pull request, a comment, a discussion."""

    kind: str
    number: int
    created_at: datetime
    updated_at: datetime
    text: str = "It works."
    title: str = "On loopback"
    private: bool = False
    comments: int = 0
    reactions: int = 0

    @property
    def url(self) -> str:
        """Its address, which is its key."""
        return f"https://github.com/ada/demo/{WHERE[self.kind].format(n=self.number)}"


class World:
    """Ada, who has followers and friends who follow each other and strangers; posts an hour apart, of all kinds."""

    def __init__(
        self,
        *,
        followers: int = 5,
        friends: int = 5,
        mutual: int = 0,
        follows: int = 3,
        posts: int = 8,
        kinds: Sequence[str] = KINDS,
        seed: int = 0,
        until: datetime | None = None,
    ) -> None:
        self.me = Somebody(1001, "ada", "Ada Example")
        dice = random.Random(seed)
        alters = [Somebody(2000 + at, f"{NAMES[at % 8]}-{at}") for at in range(followers + friends - mutual)]
        strangers = [Somebody(900_000 + at, f"stranger-{at}") for at in range(follows + 10)]
        self.people = {person.id: person for person in (self.me, *alters, *strangers)}
        self.followers = [person.id for person in alters[:followers]]
        self.friends = [person.id for person in alters[followers - mutual :]]
        self.me.follows = self.friends
        for person in alters:
            person.follows = self._follows(person, follows, dice)
            person.followers = dice.randrange(50)
        for person in alters[::3]:
            person.bio, person.website, person.at_x = "Looms and\r\nlace", f"{person.login}.example", "loom_lace"
            person.social = (f"https://fedi.example/@{person.login}", "https://x.com/loom_lace")
        until = until or datetime.now(UTC).replace(microsecond=0)
        self.posts = [
            self._written(kinds[at % len(kinds)], at, until - timedelta(hours=at), dice) for at in range(posts)
        ]

    def _follows(self, person: Somebody, many: int, dice: random.Random) -> list[int]:
        """So many, half of them alters as far as there are that many."""
        alters = [id for id in dict.fromkeys((*self.followers, *self.friends)) if id != person.id]
        among = dice.sample(alters, min(many // 2, len(alters)))
        strangers = [id for id in self.people if id >= 900_000][: many - len(among)]
        chosen = [*among, *strangers]
        if person.id in self.followers and chosen:
            chosen[-1] = self.me.id
        dice.shuffle(chosen)
        return chosen

    @staticmethod
    def _written(kind: str, number: int, at: datetime, dice: random.Random) -> Written:
        counts = {"comments": dice.randrange(4), "reactions": dice.randrange(3)}
        return Written(kind, number + 1, at, at, **counts)

    @property
    def alters(self) -> set[int]:
        """Followers and friends."""
        return {*self.followers, *self.friends}

    def ties(self) -> set[tuple[str, str]]:
        """Who of the alters follows whom of them, by key."""
        alters = self.alters
        return {(str(id), str(other)) for id in alters for other in self.people[id].follows if other in alters}

    def named(self, login: str) -> Somebody | None:
        """The person of that login."""
        found = (person for person in self.people.values() if person.login.casefold() == login.casefold())
        return next((person for person in found if not person.gone), None)

    def follower_ids(self, person: Somebody) -> list[int]:
        """Of Ada as the world has it; of others only those who are alters."""
        if person is self.me:
            return self.followers
        return [id for id in self.alters if person.id in self.people[id].follows]
