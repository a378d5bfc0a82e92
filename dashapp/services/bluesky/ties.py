"""Whom each follower and friend follows among the others, in as few calls as there are ways to ask."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal

from ..files.values import as_dict
from ..reading import Access
from ..records import Person
from .export_records import did
from .repository import CALLS, Repos, Told
from .xrpc import Questions, cursor_of, listed

PAGE, OTHERS = 100, 30  # follows in an answer, others in a question
DEAREST = 10  # calls for one person at most
FIRST_PAGES = 2  # read of whom it would take more

Way = Literal["follows", "relationships", "repository"]


def ways(follows: int | None, alters: int) -> list[tuple[int, Way]]:
    """How to ask for a person's ties, with the number of calls, the cheapest first; none for who follows nobody."""
    if follows == 0 or alters < 2:
        return []
    pages = -(-follows // PAGE) if follows else 1
    told: list[tuple[int, Way]] = [
        (pages, "follows"),
        (-(-(alters - 1) // OTHERS), "relationships"),
        (CALLS, "repository"),
    ]
    return sorted((way for way in told if way[0] <= DEAREST), key=lambda way: way[0])


class Ties:
    """Asks for one person after the other."""

    def __init__(self, access: Access, questions: Questions) -> None:
        self._questions, self._repos = questions, Repos(access)
        self.calls = 0  # as planned: the same whatever is known already

    def of(self, person: Person, alters: Collection[str]) -> Told:
        """Whom of the others the person follows. Raises `NotFoundError` and what `Client` does."""
        known: frozenset[str] = frozenset()
        told = Told(known, whole=True)
        asked = ways(person.friends, len(alters))
        for cost, way in asked:
            told = self._asked(way, person.key, alters, cost)
            known |= told.follows
            if told.whole:
                break
        if not told.whole and "follows" not in [way for _, way in asked]:
            known |= self._follows(person.key, FIRST_PAGES).follows
        return Told(frozenset(key for key in known if key in alters and key != person.key), told.whole)

    def _asked(self, way: Way, key: str, alters: Collection[str], cost: int) -> Told:
        if way == "follows":
            return self._follows(key, min(cost + 1, DEAREST))  # one more: lists grow
        if way == "relationships":
            return Told(frozenset(self._relationships(key, alters)), whole=True)
        self.calls += CALLS
        return self._repos.follows(key) or Told(frozenset(), whole=False)

    def _follows(self, key: str, most: int) -> Told:
        found: set[str | None] = set()
        cursor: str | None = None
        for _ in range(most):
            self.calls += 1
            more = {"cursor": cursor} if cursor else {}
            page = self._questions.ask("app.bsky.graph.getFollows", actor=key, limit=PAGE, **more)
            found |= {did(as_dict(view).get("did")) for view in listed(page, "follows")}
            last, cursor = cursor, cursor_of(page)
            if cursor is None or cursor == last:
                return Told(frozenset(filter(None, found)), whole=True)
        return Told(frozenset(filter(None, found)), whole=False)

    def _relationships(self, key: str, alters: Collection[str]) -> Iterator[str]:
        asked = [alter for alter in alters if alter != key]
        for start in range(0, len(asked), OTHERS):
            self.calls += 1
            others = asked[start : start + OTHERS]
            response = self._questions.ask("app.bsky.graph.getRelationships", actor=key, others=others)
            for told in map(as_dict, listed(response, "relationships")):
                other = did(told.get("did"))
                if other is not None and told.get("following"):
                    yield other
