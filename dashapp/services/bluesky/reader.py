"""Reads a Bluesky account: everything is public there, so nobody's token is used.

Bluesky's AppView tells posts, lists and counts; whom people follow it tells a hundred at a time. Who follows more is
read from the server that keeps their repository, in one answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from ..errors import (
    FORBIDDEN,
    DeniedError,
    NotFoundError,
    RateLimitedError,
    ResponseError,
    UnavailableError,
    UnusableError,
)
from ..files.values import as_dict, as_list, latest
from ..paging import Listed, Reason, dump, load, read_since
from ..reading import Access, Coverage, Cursor, Known, Reader, Step, Target
from ..records import Batch, Person, Post, Profile, Skipped, Tie, Whereabouts
from ..whereabouts import asked_singly
from . import api_records
from .cursor import PAGE, PLAN, POSTS, TIES, BlueskyCursor
from .export_records import Context, did
from .identity import parse_handle
from .ties import TieQuestions, TieReader, questions
from .xrpc import NAME, NO_ANSWER, XrpcClient, cursor_of, limit, listed

COUNTED, MOST_HALVES = 25, 20  # profiles in an answer; calls to find those that spoil one
#: people about whom it is asked what became of them; so many by a call of their own
MISSING, MISSING_SINGLY = 1_000, 100
STEP = 20  # calls for ties in a step: each step is a transaction
TROUBLES = 3  # answers in a row that do not come: then Bluesky is asked for something else
METHODS = {"followers": "app.bsky.graph.getFollowers", "friends": "app.bsky.graph.getFollows"}
FIELDS = {"followers": "followers", "friends": "follows"}
SIGNED_IN_ONLY = (
    "{handle} asks not to be shown to people who are not signed in to Bluesky. If the account is yours, connect it by "
    "signing in there."
)


class BlueskyReader(Reader):
    """One account, by its permanent id, if it is known, else by its handle."""

    service: ClassVar[str] = "bluesky"

    def __init__(self, target: Target, access: Access) -> None:
        self._actor = did(target.key) or parse_handle(target.handle)
        self._signed_in = access.token is not None
        client = access.client(access.settings["BLUESKY_APPVIEW_URL"], name=NAME, limit=limit)
        self._client = XrpcClient(client)
        self._ties = TieReader(access, self._client)
        self._profile: Profile | None = None
        self._did = ""
        self._listed = Listed()
        self._untold = 0  # questions for profiles in a row that brought nothing

    def profile(self) -> Profile:
        """The account. Raises `DeniedError` where it asks not to be shown, and nobody showed that it is theirs."""
        view = self._client.call("app.bsky.actor.getProfile", actor=self._actor)
        found = api_records.profile(view, self.service)
        if found is None:
            raise UnavailableError(NO_ANSWER)
        if api_records.wants_signed_in(view) and not self._signed_in:
            raise DeniedError(SIGNED_IN_ONLY.format(handle=found.handle), FORBIDDEN)
        self._profile = found
        return found

    def read(self, cursor: Cursor, known: Known) -> Iterator[Step]:
        """A page of everything for the first look, then all of it, then whom all these people follow."""
        state = load(BlueskyCursor, PLAN, cursor)
        if not state.did:
            state.begin(self._profile or self.profile())
        self._did = state.did
        self._listed = state.paging.listed(known)
        while (part := state.next()) not in (TIES, None):
            yield self._step(self._batch(str(part), state, known), state)
        if part == TIES:
            yield from self._read_ties(state, known)

    def _step(self, batch: Batch, state: BlueskyCursor) -> Step:
        calls = self._ties.calls or self._client.calls  # for ties as planned, so that every process counts the same
        self._ties.calls = self._client.calls = 0
        measured = state.paging.measured(batch, state.calls_left(), calls)
        show = state.paging.is_first_look(more=state.next() is not None)
        return Step(batch=measured, cursor=dump(state), show=show)

    def _batch(self, part: str, state: BlueskyCursor, known: Known) -> Batch:
        """The next page; what does not come costs only itself."""
        try:
            return self._posts(state, known) if part == POSTS else self._people(part, state)
        except UnavailableError as error:
            state.paging.miss(part, error, lambda: self._ask_account(state))
            return Batch(step=part)

    def _ask_account(self, state: BlueskyCursor) -> dict[str, Any]:
        return self._client.call("app.bsky.actor.getProfile", actor=state.did)

    # -- posts

    def _posts(self, state: BlueskyCursor, known: Known) -> Batch:
        """A page of posts, the newest first; of an earlier import only the newest are read again."""
        page = self._page("app.bsky.feed.getAuthorFeed", POSTS, "feed", state, includePins="false")
        batch, context = Batch(step=POSTS), Context(state.did, latest(None, {}))
        for item in page["feed"]:
            self._post(item, context, batch)
        newest = max((post.created_at for post in batch.posts), default=None)
        read = sum(post.kind != "repost" for post in batch.posts)  # as Bluesky counts
        skipped, since = len(batch.skipped), read_since(newest, known)
        state.paging.turn(POSTS, len(page["feed"]), page["cursor"], read=read, unreadable=skipped, since=since)
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

    def _people(self, name: str, state: BlueskyCursor) -> Batch:
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
        strangers = {key for key in found if key not in self._listed}
        new = sum([self._listed.add(name, key) for key in found])
        views = self._profiles(list(found))
        batch.people.extend(api_records.counted(person, views.get(key, {})) for key, person in found.items())
        state.note("uncounted", len(strangers - views.keys()))
        number, unreadable = len(page[FIELDS[name]]), len(batch.skipped)
        state.paging.turn(name, number, page["cursor"], read=new, unreadable=unreadable)
        return batch

    def _profiles(self, keys: list[str]) -> dict[str, dict[str, Any]]:
        """What profiles tell beside the list: the counts. Nothing, where Bluesky has trouble to tell it."""
        views: dict[str, dict[str, Any]] = {}
        for start in range(0, len(keys), COUNTED):
            if self._untold < TROUBLES:
                found = self._some_profiles(keys[start : start + COUNTED])
                self._untold = 0 if found else self._untold + 1
                views |= {view["did"]: view for view in found if did(view.get("did"))}
        return views

    def _some_profiles(self, keys: list[str]) -> list[dict[str, Any]]:
        """One account may spoil the answer of all: it is looked for by halves."""
        found: list[dict[str, Any]] = []
        groups, tries = [keys], None
        for _ in range(MOST_HALVES):
            if not groups:
                break
            asked = groups.pop()
            try:
                response = self._client.call("app.bsky.actor.getProfiles", tries=tries, actors=asked)
                found += map(as_dict, as_list(response.get("profiles")))
            except (ResponseError, UnavailableError):
                half, tries = len(asked) // 2, 1
                groups += [part for part in (asked[:half], asked[half:]) if half]
        return found

    def _page(self, method: str, name: str, field: str, state: BlueskyCursor, **params: str) -> dict[str, Any]:
        """The next page; an empty one where the service refuses to go on behind its own cursor."""
        cursor = state.paging.progress[name].next
        asked: dict[str, Any] = params | ({"cursor": cursor} if cursor else {})
        try:
            page = self._client.call(method, actor=state.did, limit=PAGE, **asked)
            return {field: listed(page, field), "cursor": cursor_of(page)}
        except (NotFoundError, DeniedError):
            raise
        except ResponseError:
            if cursor is None:
                raise
            state.paging.stop(name, Reason.BROKEN_OFF)
            return {field: [], "cursor": None}

    # -- ties

    def _read_ties(self, state: BlueskyCursor, known: Known) -> Iterator[Step]:
        """Several persons a step, until all were asked."""
        people = known.people()
        state.people = len(people)
        asked = questions(people, known)
        while not state.ties_done:
            yield self._step(self._ties_of_some(people, asked, state), state)

    def _ties_of_some(self, people: list[Person], asked: TieQuestions, state: BlueskyCursor) -> Batch:
        """The ties of the next persons; what was read before a limit is kept."""
        batch, troubles, passed = Batch(step=TIES), 0, 0
        while (place := state.person()) is not None and self._ties.calls < STEP:
            try:
                self._ties_of(people[place], asked, state, batch)
                state.passed(place)
                troubles, passed = 0, passed + 1
            except RateLimitedError:
                if not passed:
                    raise
                return batch
            except UnavailableError:
                troubles += 1
                if troubles % TROUBLES == 0:  # these people, or all of Bluesky?
                    self._client.call("app.bsky.actor.getProfile", actor=state.did)
                state.ask_again(place)
        if state.person() is None:
            state.ties_done = True
        return batch

    def _ties_of(self, person: Person, asked: TieQuestions, state: BlueskyCursor, batch: Batch) -> None:
        key, follows, followers = person.key, None, None
        try:
            if key in asked.new:
                followers = self._ties.followers_of(key, asked.fresh)
            if key not in asked.fresh:
                follows = self._ties.of(person, asked.alters)
        except NotFoundError:
            state.note("gone")
        except ResponseError:
            state.note("unread")
        if followers is not None:
            batch.ties.extend(Tie(source, key) for source in sorted(followers.keys))
            if followers.whole:
                batch.ties_to.append(key)
            else:
                state.note("unfollowed")
        if follows is not None:
            batch.ties.extend(Tie(key, target) for target in sorted(follows.keys))
            if follows.whole:
                batch.ties_of.append(key)
            else:
                state.note("partly")

    def coverage(self, cursor: Cursor) -> Coverage:
        """Lists that were read to their end, and of whom not all is told."""
        return load(BlueskyCursor, PLAN, cursor).coverage()

    def whereabouts(self, people: Sequence[Person]) -> Iterator[Whereabouts]:
        """Of many at once Bluesky tells who is there; of each of the others, that they are gone."""
        asked = [person for person in people if did(person.key)][:MISSING]
        there = self._profiles([person.key for person in asked])
        yield from (Whereabouts(key, "there") for key in there)
        others = [person for person in asked if person.key not in there]
        yield from asked_singly(others, self._look_for, own=self._did, most=MISSING_SINGLY)

    def _look_for(self, person: Person) -> Whereabouts | None:
        view = self._client.call("app.bsky.actor.getProfile", actor=person.key)
        return Whereabouts(person.key, "there") if view.get("did") == person.key else None
