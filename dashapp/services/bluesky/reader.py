"""Reads a Bluesky account: everything is public there, so nobody's token is used.

Bluesky's AppView tells posts, lists and counts; whom people follow it tells a hundred at a time. Who follows more is
read from the server that keeps their repository, in one answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from ..errors import DeniedError, NotFoundError, RateLimitedError, ResponseError, UnavailableError, UnusableError
from ..files.values import as_dict, as_list, latest
from ..reading import Access, Coverage, Cursor, Known, Step, Target
from ..records import Batch, Person, Post, Profile, Skipped, Tie
from . import api_records
from .cursor import BROKEN_OFF, PAGE, POSTS, TIES, State
from .export_records import Context, did
from .identity import actor
from .ties import Ties
from .xrpc import NAME, NO_ANSWER, Questions, cursor_of, limit, listed

COUNTED = 25  # profiles in an answer
STEP = 20  # calls for ties in a step: each step is a transaction
TROUBLES = 3  # people in a row of whom Bluesky does not tell: then it is asked for something else
RECOUNTED = timedelta(days=30)  # posts whose counts are read again
METHODS = {"followers": "app.bsky.graph.getFollowers", "friends": "app.bsky.graph.getFollows"}
FIELDS = {"followers": "followers", "friends": "follows"}
FORBIDDEN = 403
SIGNED_IN_ONLY = (
    "{handle} asks not to be shown to people who are not signed in to Bluesky. If the account is yours, connect it by "
    "signing in there."
)


def reader(target: Target, access: Access) -> BlueskyReader:
    """By the account's permanent id, if it is known, else by its handle."""
    return BlueskyReader(target, access)


class BlueskyReader:
    """One account."""

    service: ClassVar[str] = "bluesky"

    def __init__(self, target: Target, access: Access) -> None:
        self._actor = did(target.key) or actor(target.handle)
        self._signed_in = access.token is not None
        client = access.client(access.settings["BLUESKY_APPVIEW_URL"], name=NAME, limit=limit)
        self._questions = Questions(client)
        self._ties = Ties(access, self._questions)
        self._profile: Profile | None = None

    def profile(self) -> Profile:
        """The account. Raises `DeniedError` where it asks not to be shown, and nobody showed that it is theirs."""
        view = self._questions.ask("app.bsky.actor.getProfile", actor=self._actor)
        found = api_records.profile(view, self.service)
        if found is None:
            raise UnavailableError(NO_ANSWER)
        if api_records.wants_signed_in(view) and not self._signed_in:
            raise DeniedError(SIGNED_IN_ONLY.format(handle=found.handle), FORBIDDEN)
        self._profile = found
        return found

    def read(self, cursor: Cursor, known: Known) -> Iterator[Step]:
        """A page of everything for the first look, then all of it, then whom all these people follow."""
        state = State(cursor)
        if not state.did:
            state.begin(self._profile or self.profile())
        while (part := state.part()) not in (TIES, None):
            batch = self._posts(state, known) if part == POSTS else self._people(str(part), state)
            yield self._step(batch, state)
        if part == TIES:
            yield from self._read_ties(state, known)

    def _step(self, batch: Batch, state: State) -> Step:
        state.calls += self._calls()
        self._ties.calls = self._questions.asked = 0
        measured = replace(batch, done=state.calls, total=state.calls + state.left())
        return Step(batch=measured, cursor=state.cursor(), show=state.is_first_look())

    def _calls(self) -> int:
        """Those of this step; for ties as planned, so that every process counts the same."""
        return self._ties.calls or self._questions.asked

    # -- posts

    def _posts(self, state: State, known: Known) -> Batch:
        """A page of posts, the newest first; of an earlier import only the newest are read again."""
        page = self._page("app.bsky.feed.getAuthorFeed", POSTS, "feed", state, includePins="false")
        batch, context = Batch(step=POSTS), Context(state.did, latest(None, {}))
        for item in page["feed"]:
            self._post(item, context, batch)
        until = known.posts_until and known.posts_until - RECOUNTED
        times = [post.created_at for post in batch.posts]
        enough = until is not None and bool(times) and max(times) < until
        if POSTS not in state.done:
            state.turn(POSTS, len(times), None if enough else page["cursor"])
        return batch

    def _post(self, item: Any, context: Context, batch: Batch) -> None:
        try:
            found: Post | None = api_records.post(item, context)
        except UnusableError as why:
            batch.skipped.append(Skipped(f"post {api_records.address_of(item)}".strip(), str(why)))
            return
        if found is not None:
            batch.posts.append(found)

    # -- lists

    def _people(self, name: str, state: State) -> Batch:
        """A page of a list, with the counts of its people."""
        page = self._page(METHODS[name], name, FIELDS[name], state)
        flags = {"is_follower": name == "followers", "is_friend": name == "friends"}
        batch, found = Batch(step=name), dict[str, Person]()
        for value in page[FIELDS[name]]:
            try:
                person = api_records.person(value, **flags)
            except UnusableError as why:
                batch.skipped.append(Skipped(name, str(why)))
                continue
            if person.key != state.did:
                found[person.key] = person
        if batch.skipped and not found:
            raise UnavailableError(NO_ANSWER)
        batch.people.extend(self._counted(found))
        if name not in state.done:
            state.turn(name, len(found), page["cursor"])
        return batch

    def _counted(self, people: dict[str, Person]) -> Iterator[Person]:
        """The people with their counts; without, where these are not told."""
        keys = list(people)
        for start in range(0, len(keys), COUNTED):
            asked = keys[start : start + COUNTED]
            told = {view.get("did"): view for view in self._profiles(asked) if did(view.get("did"))}
            yield from (api_records.counted(people[key], told.get(key, {})) for key in asked)

    def _profiles(self, keys: list[str]) -> list[dict[str, Any]]:
        try:
            response = self._questions.ask("app.bsky.actor.getProfiles", actors=keys)
        except ResponseError:
            return []
        return [as_dict(view) for view in as_list(response.get("profiles"))]

    def _page(self, method: str, name: str, field: str, state: State, **params: str) -> dict[str, Any]:
        """The next page; an empty one where the service refuses to go on behind its own cursor."""
        cursor = state.next.get(name)
        more = {"cursor": cursor} if cursor else {}
        try:
            page = self._questions.ask(method, actor=state.did, limit=PAGE, **params, **more)
            return {field: listed(page, field), "cursor": cursor_of(page)}
        except (NotFoundError, DeniedError):
            raise
        except ResponseError:
            if cursor is None:
                raise
            state.end(name, BROKEN_OFF)
            return {field: [], "cursor": None}

    # -- ties

    def _read_ties(self, state: State, known: Known) -> Iterator[Step]:
        """Several persons a step, until all were asked."""
        people = known.people()
        state.people = len(people)
        alters = {person.key: None for person in people}
        while TIES not in state.done:
            yield self._step(self._ties_of_some(people, alters, state, known), state)

    def _ties_of_some(self, people: list[Person], alters: Collection[str], state: State, known: Known) -> Batch:
        """The ties of the next persons; what was read before a limit is kept."""
        batch, troubles, passed = Batch(step=TIES), 0, 0
        while (place := state.person()) is not None and self._ties.calls < STEP:
            try:
                if people[place].key not in known.fresh:
                    self._ties_of(people[place], alters, state, batch)
                state.passed(place)
                troubles, passed = 0, passed + 1
            except RateLimitedError:
                if not passed:
                    raise
                return batch
            except UnavailableError:
                troubles += 1
                if troubles % TROUBLES == 0:  # these people, or all of Bluesky?
                    self._questions.ask("app.bsky.actor.getProfile", actor=state.did)
                state.ask_again(place)
        if state.person() is None:
            state.done.append(TIES)
        return batch

    def _ties_of(self, person: Person, alters: Collection[str], state: State, batch: Batch) -> None:
        try:
            told = self._ties.of(person, alters)
        except NotFoundError:
            state.note("gone")
        except ResponseError:
            state.note("unread")
        else:
            batch.ties.extend(Tie(person.key, target) for target in sorted(told.follows))
            if told.whole:
                batch.ties_of.append(person.key)
            else:
                state.note("partly")

    def coverage(self, cursor: Cursor) -> Coverage:
        """Lists that were read to their end, and of whom not all is told."""
        return State(cursor).coverage()
