"""Whom each follower and friend follows among the others, and who follows a newcomer, in as few calls as may be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ..files.values import as_dict
from ..reading import Access, Known
from ..records import Person
from .cursor import ABOUT
from .export_records import did
from .follows import CALLS, Follows, RepositoryReader
from .xrpc import XrpcClient, cursor_of, listed

PAGE, OTHERS = 100, 30  # follows in an answer, others in a question
MOST_CALLS = 10  # calls for one person at most
FIRST_PAGES = 2  # read of whom it would take more

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
            found = self._asked(strategy, person.key, alters, cost)
            known |= found.keys
            if found.whole:
                break
        if not found.whole and "follows" not in [strategy for _, strategy in asked]:
            known |= self._follows(person.key, FIRST_PAGES).keys
        return Follows(frozenset(key for key in known if key in alters and key != person.key), found.whole)

    def followers_of(self, key: str, others: Collection[str]) -> frozenset[str]:
        """Who of the others follows the person. Raises what `Client` does."""
        return frozenset(self._relationships(key, others, "followedBy"))

    def _asked(self, strategy: Strategy, key: str, alters: Collection[str], cost: int) -> Follows:
        if strategy == "follows":
            return self._follows(key, min(cost + 1, MOST_CALLS))  # one more: lists grow
        if strategy == "relationships":
            return Follows(frozenset(self._relationships(key, alters, "following")), whole=True)
        self.calls += CALLS
        return self._repositories.follows(key) or Follows(frozenset(), whole=False)

    def _follows(self, key: str, most: int) -> Follows:
        found: set[str | None] = set()
        cursor: str | None = None
        for _ in range(most):
            self.calls += 1
            more = {"cursor": cursor} if cursor else {}
            page = self._client.call("app.bsky.graph.getFollows", actor=key, limit=PAGE, **more)
            found |= {did(as_dict(view).get("did")) for view in listed(page, "follows")}
            last, cursor = cursor, cursor_of(page)
            if cursor is None or cursor == last:
                return Follows(frozenset(filter(None, found)), whole=True)
        return Follows(frozenset(filter(None, found)), whole=False)

    def _relationships(self, key: str, alters: Collection[str], way: Way) -> Iterator[str]:
        asked = [alter for alter in alters if alter != key]
        for start in range(0, len(asked), OTHERS):
            self.calls += 1
            others = asked[start : start + OTHERS]
            response = self._client.call("app.bsky.graph.getRelationships", actor=key, others=others)
            for relationship in map(as_dict, listed(response, "relationships")):
                other = did(relationship.get("did"))
                if other is not None and relationship.get(way):
                    yield other
