"""Reads an account of GitHub: what it wrote, its followers and friends, and whom these follow.

With a token, nested GraphQL queries: fifty persons with their counts and follows in one call. Without one GitHub
answers sixty calls an hour and no GraphQL: see `public`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, TypeVar

from ..errors import DeniedError, NotFoundError, ResponseError, UnavailableError, UnusableError
from ..files.values import as_dict, count, label, link, moment
from ..net.client import Client
from ..reading import Access, Coverage, Cursor, Known, Step, Target
from ..records import Batch, Profile, Skipped, Tie
from . import api_records, queries
from .api_records import follows_of, goes_on
from .cursor import Rest, State
from .graphql import NO_ANSWER, Told, TooMuchError, ask, limit
from .queries import LISTS, POSTS
from .rest_reader import PublicReader

RECOUNTED = timedelta(days=30)  # posts whose counts are read again
FOUND, UNAUTHORIZED = 200, 401
NOT_OURS = "GitHub no longer accepts the token of this server: tell the people who run it, or connect your own account."
NOBODY = "it is gone, or GitHub does not tell it"

Answered = TypeVar("Answered")


def reader(target: Target, access: Access) -> GitHubReader | PublicReader:
    """By GraphQL where there is a token."""
    token = access.token or access.settings["GITHUB_TOKEN"]
    headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    client = access.client(access.settings["GITHUB_API_URL"], name="GitHub", limit=limit, headers=headers)
    if not token:
        return PublicReader(target, client)
    return GitHubReader(target, client, own=access.token is not None)


class GitHubReader:
    """One account, by GraphQL. `own`: the token is the user's."""

    service: ClassVar[str] = "github"

    def __init__(self, target: Target, client: Client, *, own: bool) -> None:
        self._client, self._own = client, own
        self._login, self._key = target.handle.strip().lstrip("@"), target.key
        self._met: set[str] = set()  # whose follows were read, or wait in the cursor

    # -- the account

    def profile(self) -> Profile:
        """The account, also when it has another handle by now."""
        try:
            told = self._profile(queries.KINDS)
        except TooMuchError:  # of somebody who wrote very much, GitHub refuses to count it
            told = self._profile(())
        self._login, self._key = told.handle, told.key
        return told

    def _profile(self, kinds: Sequence[str]) -> Profile:
        if not self._login and not self._key:
            return api_records.profile(self._ask(queries.profile_query(kinds, own=True)).data.get("user"))
        return api_records.profile(self._user(queries.profile_query(kinds))[0])

    def _user(self, query: str, *, tries: int | None = None, **variables: Any) -> tuple[dict[str, Any], bool]:
        """What is told of the account, and whether it is whole; by its number where somebody else has the handle."""
        try:
            told = self._ask(query, tries=tries, login=self._login, **variables)
            if self._is_theirs(told):
                return as_dict(told.data.get("user")), told.whole
        except NotFoundError:
            if not self._key:
                raise
        self._login = self._login_now()
        told = self._ask(query, tries=tries, login=self._login, **variables)
        if not self._is_theirs(told):
            raise UnavailableError(NO_ANSWER)
        return as_dict(told.data.get("user")), told.whole

    def _is_theirs(self, told: Told) -> bool:
        user = as_dict(told.data.get("user"))
        if not user:
            raise UnavailableError(NO_ANSWER)
        return self._key in ("", str(count(user.get("databaseId"))))

    def _login_now(self) -> str:
        return api_records.public_profile(self._client.get(f"user/{self._key}").json()).handle

    def _ask(self, query: str, *, tries: int | None = None, **variables: Any) -> Told:
        try:
            return ask(self._client, query, tries=tries, **variables)
        except DeniedError as error:
            if self._own or error.status != UNAUTHORIZED:
                raise
            raise DeniedError(NOT_OURS, error.status) from error

    # -- reading

    def read(self, cursor: Cursor, known: Known) -> Iterator[Step]:
        """A page of everything for the first look, then all of it."""
        state = State(cursor)
        self._met = {person.key for person in known.people()} if state.steps else set()
        while (part := state.next()) is not None:
            batch = self._batch(part, state, known)
            state.grow(part)
            yield Step(batch=state.measured(batch), cursor=state.cursor(), show=state.first_look())

    def _batch(self, part: str, state: State, known: Known) -> Batch:
        if part == "posts":
            return self._posts(state, known)
        if part == "ties":
            return self._more_follows(state)
        return self._people(state, part, known)

    def _fitting(self, state: State, part: str, call: Callable[[int, int | None], Answered]) -> Answered:
        """What a call tells; of less at once where GitHub finds it too much, which is also a timeout or a 502."""
        while (size := state.size(part)) > 1:
            try:
                return call(size, 1)
            except UnavailableError:
                state.shrink(part)
        return call(size, None)

    # -- posts

    def _posts(self, state: State, known: Known) -> Batch:
        """The next page of each kind that has one."""
        batch = Batch(step="posts")
        until = known.posts_until and known.posts_until - RECOUNTED
        for kind, value in self._pages_of_posts(state).items():
            page = api_records.page(value)
            times = [self._post(kind, node, batch) for node in page["nodes"]]
            enough = until is not None and any(at < until for at in times if at is not None)
            state.turn(kind, page, enough=enough)
        return batch

    def _pages_of_posts(self, state: State) -> dict[str, Any]:
        """All kinds in one call, else each in its own."""
        kinds = state.kinds()
        if len(kinds) > 1 and state.size("posts") == POSTS:
            try:
                return self._ask_posts(state, kinds, POSTS, 1)
            except UnavailableError:
                state.shrink("posts")
        told: dict[str, Any] = {}
        for kind in kinds:
            told |= self._fitting(state, "posts", partial(self._ask_posts, state, [kind]))
        return told

    def _ask_posts(self, state: State, kinds: Sequence[str], size: int, tries: int | None) -> dict[str, Any]:
        after = {kind: state.after(kind) for kind in kinds}
        user, _ = self._user(queries.posts_query(kinds), tries=tries, first=size, **after)
        return {kind: user.get(kind) for kind in kinds}

    def _post(self, kind: str, node: Any, batch: Batch) -> datetime | None:
        """Adds a post, unless it is private; the time by which GitHub puts it in order."""
        fields = as_dict(node)
        if not as_dict(fields.get("repository")).get("isPrivate"):
            try:
                batch.posts.append(api_records.post(kind, node))
            except UnusableError as why:
                batch.skipped.append(Skipped(f"{kind} {link(fields.get('url')) or ''}".strip(), str(why)))
        return moment(fields.get("updatedAt")) or moment(fields.get("createdAt"))

    # -- people

    def _people(self, state: State, relation: str, known: Known) -> Batch:
        """The next page of a list."""
        page, whole = self._fitting(state, relation, partial(self._ask_people, state, relation))
        batch = Batch(step=relation)
        for node in page["nodes"]:
            if not self._person(relation, node, batch, state, known) and not (node is None and whole):
                state.cut(relation)
        state.turn(relation, page)
        return batch

    def _ask_people(self, state: State, relation: str, size: int, tries: int | None) -> tuple[dict[str, Any], bool]:
        query, after = queries.people_query(relation), state.after(relation)
        user, whole = self._user(query, tries=tries, first=size, after=after)
        return api_records.page(user.get(LISTS[relation])), whole

    def _person(self, relation: str, node: Any, batch: Batch, state: State, known: Known) -> bool:
        """Adds a person and whom they follow, once; whether that could be done."""
        try:
            person = api_records.person(relation, node)
        except UnusableError as why:
            where = f"{relation} {label(as_dict(node).get('login')) or ''}".strip()
            batch.skipped.append(Skipped(where, NOBODY if node is None else str(why)))
            return False
        batch.people.append(person)
        if person.key not in self._met:
            self._met.add(person.key)
            rest = Rest(person.key, label(node.get("id")) or "", None, 0)
            self._first_follows(rest, follows_of(node), batch, state, fresh=person.key in known.fresh)
        return True

    def _first_follows(self, rest: Rest, follows: dict[str, Any], batch: Batch, state: State, *, fresh: bool) -> None:
        if follows:
            self._add_ties(rest.key, follows, batch)
        if fresh:
            return
        if follows:
            state.follows(rest, follows)
        elif rest.node:
            state.rest.append(rest)  # left out of an answer that was too much: it is asked for by itself
        else:
            state.untold += 1

    # -- further follows

    def _more_follows(self, state: State) -> Batch:
        """The next hundred follows of many persons, until each is told in full or follows too many."""
        waiting, data = self._fitting(state, "ties", partial(self._ask_follows, state))
        del state.rest[: len(waiting)]
        batch = Batch(step="ties")
        for at, rest in enumerate(waiting):
            follows = follows_of(data.get(f"u{at}"))
            if follows:
                self._add_ties(rest.key, follows, batch)
                state.follows(rest, follows)
            else:
                state.untold += 1
        return batch

    def _ask_follows(self, state: State, size: int, tries: int | None) -> tuple[list[Rest], dict[str, Any]]:
        waiting = state.rest[:size]
        variables: dict[str, Any] = {}
        for at, rest in enumerate(waiting):
            variables |= {f"id{at}": rest.node, f"after{at}": rest.after}
        try:
            return waiting, self._ask(queries.follows_query(len(waiting)), tries=tries, **variables).data
        except TooMuchError:
            if size > 1:
                raise
        except ResponseError as error:
            if error.status != FOUND:
                raise
        return waiting, {}  # all of them are gone or hidden, or it is too much of one

    def _add_ties(self, key: str, follows: dict[str, Any], batch: Batch) -> None:
        """The ties that a page of follows tells; `ties_of` when it was the last."""
        told = [count(as_dict(node).get("databaseId")) for node in follows["nodes"]]
        keys = [str(target) for target in told if target is not None]
        batch.ties.extend(Tie(key, target) for target in keys if target != self._key)
        if not goes_on(follows):
            batch.ties_of.append(key)

    def coverage(self, cursor: Cursor) -> Coverage:
        """Lists that were read to their end, and persons who are told in part."""
        return State(cursor).coverage()
