"""Whom each follower and friend follows among the others, and who follows a newcomer, in as few calls as may be."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from ..files.values import as_dict
from ..paging import Paging, Part, ReadingPlan
from ..reading import Access, Known
from ..records import Person
from .cursor import ABOUT
from .export_records import did
from .follows import CALLS, Follows, RepositoryReader
from .xrpc import XrpcClient, cursor_of, listed

PAGE, OTHERS = 100, 30  # follows in an answer, others in a question
MOST_CALLS = 10  # calls for one person at most
FIRST_PAGES = 2  # read of whom it would take more
PLAN = ReadingPlan(parts=(Part(name="follows", size=PAGE, people=True, tolerance=0.1),), sentences={})

Strategy = Literal["follows", "relationships", "repository"]
Way = Literal["following", "followedBy"]


@dataclass(frozen=True, slots=True)
class TieQuestions:
    """All but the `fresh` are asked whom they follow among `alters`; the `new`, who of the fresh follows them."""

    alters: Collection[str]
    fresh: frozenset[str]
    new: frozenset[str]


def questions(people: Iterable[Person], known: Known) -> TieQuestions:
    """What is asked; everybody anew where that takes fewer calls than to ask of each newcomer who follows them."""
    alters = [*dict.fromkeys([*(person.key for person in people), *sorted(known.held)])]
    fresh, new = known.fresh, known.newcomers()
    spared, calls = len(fresh) * ABOUT, len(new) * -(-len(fresh) // OTHERS)
    return TieQuestions(alters, fresh, new) if calls < spared else TieQuestions(alters, frozenset(), frozenset())


def strategies(follows: int | None, alters: int) -> list[tuple[int, Strategy]]:
    """How to ask for a person's ties, with the number of calls, the cheapest first; none for who follows nobody."""
    if follows == 0 or alters < 2:
        return []
    pages = -(-follows // PAGE) if follows else 1
    costs: list[tuple[int, Strategy]] = [
        (pages, "follows"),
        (-(-(alters - 1) // OTHERS), "relationships"),
        (CALLS, "repository"),
    ]
    return sorted((strategy for strategy in costs if strategy[0] <= MOST_CALLS), key=lambda strategy: strategy[0])


class TieReader:
    """Asks for one person after the other."""

    def __init__(self, access: Access, client: XrpcClient) -> None:
        self._client, self._repositories = client, RepositoryReader(access)
        self.calls = 0  # as planned: the same whatever is known already

    def of(self, person: Person, alters: Collection[str]) -> Follows:
        """Whom of the others the person follows. Raises `NotFoundError` and what `Client` does."""
        known: frozenset[str] = frozenset()
        found = Follows(known, whole=True)
        asked = strategies(person.friends, len(alters))
        for cost, strategy in asked:
            found = self._asked(strategy, person, alters, cost)
            known |= found.keys
            if found.whole:
                break
        if not found.whole and "follows" not in [strategy for _, strategy in asked]:
            known |= self._follows(person, FIRST_PAGES).keys
        return Follows(frozenset(key for key in known if key in alters and key != person.key), found.whole)

    def followers_of(self, key: str, others: Collection[str]) -> Follows:
        """Who of the others follows the person. Raises what `Client` does."""
        return self._relationships(key, others, "followedBy")

    def _asked(self, strategy: Strategy, person: Person, alters: Collection[str], cost: int) -> Follows:
        if strategy == "follows":
            return self._follows(person, min(cost + 1, MOST_CALLS))  # one more: lists grow
        if strategy == "relationships":
            return self._relationships(person.key, alters, "following")
        self.calls += CALLS
        return self._repositories.follows(person.key) or Follows(frozenset(), whole=False)

    def _follows(self, person: Person, most: int) -> Follows:
        found: set[str] = set()
        paging = Paging(PLAN, {})
        progress = paging.progress["follows"]
        progress.count = person.friends
        while progress.pages < most and paging.next() is not None:
            self.calls += 1
            more: dict[str, Any] = {"cursor": progress.next} if progress.next else {}
            page = self._client.call("app.bsky.graph.getFollows", actor=person.key, limit=PAGE, **more)
            keys = [did(as_dict(view).get("did")) for view in listed(page, "follows")]
            found.update(filter(None, keys))
            read = len(found) - progress.read
            paging.turn("follows", len(keys), cursor_of(page), read=read, unreadable=keys.count(None))
        return Follows(frozenset(found), whole=paging.is_whole("follows"))

    def _relationships(self, key: str, alters: Collection[str], way: Way) -> Follows:
        asked, found, told = [alter for alter in alters if alter != key], set[str](), 0
        for start in range(0, len(asked), OTHERS):
            self.calls += 1
            others = asked[start : start + OTHERS]
            response = self._client.call("app.bsky.graph.getRelationships", actor=key, others=others)
            relationships = listed(response, "relationships")
            told += len(relationships)
            related = [did(each.get("did")) for each in map(as_dict, relationships) if each.get(way)]
            found.update(filter(None, related))
        return Follows(frozenset(found), whole=told >= len(asked))
