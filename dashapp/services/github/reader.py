"""Reads an account of GitHub: what it wrote, its followers and friends, and whom these follow.

With a token, nested GraphQL queries: fifty persons with their counts and follows in one call. Without one GitHub
answers sixty calls an hour and no GraphQL: see `rest_reader`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, TypeVar

from ..errors import UNAUTHORIZED, DeniedError, NotFoundError, ResponseError, UnavailableError, UnusableError
from ..files.values import as_dict, count, label, link, moment
from ..net.client import Client
from ..paging import Listed, check_answers, dump, load, read_since
from ..reading import Access, Coverage, Cursor, Known, Reader, Step, Target
from ..records import Batch, Person, Profile, Skipped, Tie, Whereabouts
from . import api_records, queries
from .api_records import follows_of
from .cursor import PLAN, GitHubCursor, PendingFollows, tells_all
from .graphql import NO_ANSWER, GraphQLData, TooMuchError, ask, limit
from .queries import LISTS, POSTS
from .rest_reader import PublicReader, whereabouts

FOUND = 200
MISSING = 200  # people about whom it is asked what became of them
NOT_OURS = "GitHub no longer accepts the token of this server: tell the people who run it, or connect your own account."
NOBODY = "it is gone, or GitHub does not tell it"

Value = TypeVar("Value")


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


class GitHubReader(Reader):
    """One account, by GraphQL. `own`: the token is the user's."""

    service: ClassVar[str] = "github"

    def __init__(self, target: Target, client: Client, *, own: bool) -> None:
        self._client, self._own = client, own
        self._login, self._key = target.handle.strip().lstrip("@"), target.key
        self._met = Listed()  # whose follows were read, or wait in the cursor

    # -- the account

    def profile(self) -> Profile:
        """The account, also when it has another handle by now."""
        try:
            profile = self._profile(queries.KINDS)
        except UnavailableError:  # of somebody who wrote very much, GitHub refuses or takes too long to count it
            profile = self._profile(())
        self._login, self._key = profile.handle, profile.key
        return profile

    def _profile(self, kinds: Sequence[str]) -> Profile:
        if not self._login and not self._key:
            return api_records.profile(self._ask(queries.profile_query(kinds, own=True)).data.get("user"))
        return api_records.profile(self._user(queries.profile_query(kinds))[0])

    def _user(self, query: str, *, tries: int | None = None, **variables: Any) -> tuple[dict[str, Any], bool]:
        """What is told of the account, and whether it is whole; by its number where somebody else has the handle."""
        try:
            result = self._ask(query, tries=tries, login=self._login, **variables)
            if self._is_theirs(result):
                return as_dict(result.data.get("user")), result.whole
        except NotFoundError:
            if not self._key:
                PublicReader(Target(handle=self._login), self._client).profile()  # GraphQL knows no organization there
                raise
        self._login = self._login_now()
        result = self._ask(query, tries=tries, login=self._login, **variables)
        if not self._is_theirs(result):
            raise UnavailableError(NO_ANSWER)
        return as_dict(result.data.get("user")), result.whole

    def _is_theirs(self, result: GraphQLData) -> bool:
        user = as_dict(result.data.get("user"))
        if not user:
            raise UnavailableError(NO_ANSWER)
        return self._key in ("", str(count(user.get("databaseId"))))

    def _login_now(self) -> str:
        return api_records.public_profile(self._client.get(f"user/{self._key}").json()).handle

    def _ask(self, query: str, *, tries: int | None = None, **variables: Any) -> GraphQLData:
        try:
            return ask(self._client, query, tries=tries, **variables)
        except DeniedError as error:
            if self._own or error.status != UNAUTHORIZED:
                raise
            raise DeniedError(NOT_OURS, error.status) from error

    # -- reading

    def read(self, cursor: Cursor, known: Known) -> Iterator[Step]:
        """A page of everything for the first look, then all of it."""
        state = load(GitHubCursor, PLAN, cursor)
        self._met = state.paging.listed(known)
        while (part := state.next()) is not None:
            batch = self._batch(part, state, known)
            state.grow(part)
            batch, show = state.measured(batch), state.paging.is_first_look(more=state.next() is not None)
            yield Step(batch=batch, cursor=dump(state), show=show)

    def _batch(self, part: str, state: GitHubCursor, known: Known) -> Batch:
        """The next page; what does not come costs only itself."""
        if part == "posts":
            return self._posts(state, known)
        try:
            return self._more_follows(state) if part == "ties" else self._people(state, part)
        except UnavailableError as error:
            if part == "ties":
                check_answers(self._ask_account)
                state.unknown_follows += 1
                del state.pending[0]
            else:
                state.paging.miss(part, error, self._ask_account)
            return Batch(step=part)

    def _ask_account(self) -> GraphQLData:
        return self._ask(queries.profile_query(()), tries=1, login=self._login)

    def _fitting(self, state: GitHubCursor, part: str, call: Callable[[int, int | None], Value]) -> Value:
        """What a call tells; of less at once where GitHub finds it too much, which is also a timeout or a 502."""
        while (size := state.sizes[part]) > 1:
            try:
                return call(size, 1)
            except UnavailableError:
                state.shrink(part)
        return call(size, None)

    def _page_of(
        self, state: GitHubCursor, part: str, call: Callable[..., Value], passed: Callable[[], Value]
    ) -> Value:
        """A page that fits; the record that does not come even alone is `passed` over, if GitHub tells what follows."""
        try:
            return self._fitting(state, part, call)
        except UnavailableError as error:
            try:
                return passed()
            except UnavailableError:
                raise error from None

    # -- posts

    def _posts(self, state: GitHubCursor, known: Known) -> Batch:
        """The next page of each kind that has one."""
        batch = Batch(step="posts")
        for kind, (page, whole) in self._pages_of_posts(state).items():
            times, unreadable = [], 0
            for node in page["nodes"]:
                before = len(batch.skipped)
                times.append(self._post(kind, node, batch))
                unreadable += len(batch.skipped) > before and not (node is None and whole)
            since = read_since(min(filter(None, times), default=None), known)
            state.turn(kind, page, read=len(page["nodes"]), unreadable=unreadable, since=since)
        return batch

    def _pages_of_posts(self, state: GitHubCursor) -> dict[str, tuple[dict[str, Any], bool]]:
        """All kinds in one call, else each in its own; a kind of which nothing comes costs only itself."""
        kinds = state.kinds()
        if len(kinds) > 1 and state.sizes["posts"] == POSTS:
            try:
                return self._ask_posts(state, kinds, POSTS, 1)
            except UnavailableError:
                state.shrink("posts")
        pages: dict[str, tuple[dict[str, Any], bool]] = {}
        for kind in kinds:
            call, bare = (partial(self._ask_posts, state, [kind], bare=bare) for bare in (False, True))
            try:
                pages |= self._page_of(state, "posts", call, partial(bare, 1, 1))
            except UnavailableError as error:
                state.paging.miss(kind, error, self._ask_account)
        return pages

    def _ask_posts(
        self, state: GitHubCursor, kinds: Sequence[str], size: int, tries: int | None, *, bare: bool = False
    ) -> dict[str, tuple[dict[str, Any], bool]]:
        after = {kind: state.paging.progress[kind].next for kind in kinds}
        user, whole = self._user(queries.posts_query(kinds, bare=bare), tries=tries, first=size, **after)
        return {kind: (api_records.page(user.get(kind), bare=bare), whole and not bare) for kind in kinds}

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

    def _people(self, state: GitHubCursor, relation: str) -> Batch:
        """The next page of a list."""
        call, bare = (partial(self._ask_people, state, relation, bare=bare) for bare in (False, True))
        page, whole = self._page_of(state, relation, call, partial(bare, 1, 1))
        batch, read, unreadable = Batch(step=relation), 0, 0
        for node in page["nodes"]:
            skipped, people = len(batch.skipped), len(batch.people)
            self._person(relation, node, batch, state)
            is_gone = node is None and whole
            unreadable += len(batch.skipped) > skipped and not is_gone
            read += len(batch.people) > people or is_gone
        state.turn(relation, page, read=read, unreadable=unreadable)
        return batch

    def _ask_people(
        self, state: GitHubCursor, relation: str, size: int, tries: int | None, *, bare: bool = False
    ) -> tuple[dict[str, Any], bool]:
        query, after = queries.people_query(relation, bare=bare), state.paging.progress[relation].next
        user, whole = self._user(query, tries=tries, first=size, after=after)
        return api_records.page(user.get(LISTS[relation]), bare=bare), whole and not bare

    def _person(self, relation: str, node: Any, batch: Batch, state: GitHubCursor) -> None:
        """Adds a person and whom they follow, once."""
        try:
            person = api_records.person(relation, node)
        except UnusableError as why:
            where = f"{relation} {label(as_dict(node).get('login')) or ''}".strip()
            batch.skipped.append(Skipped(where, NOBODY if node is None else str(why)))
            return
        is_known = person.key in self._met
        if self._met.add(relation, person.key):
            batch.people.append(person)
        if not is_known:
            pending = PendingFollows(person.key, label(node.get("id")) or "")
            self._first_follows(pending, follows_of(node), batch, state)

    def _first_follows(
        self, pending: PendingFollows, follows: dict[str, Any], batch: Batch, state: GitHubCursor
    ) -> None:
        if follows:
            self._add_ties(pending, follows, batch)
            state.turn_follows(pending, follows)
        elif pending.node:
            state.pending.append(pending)  # left out of a response that was too much: it is asked for by itself
        else:
            state.unknown_follows += 1

    # -- further follows

    def _more_follows(self, state: GitHubCursor) -> Batch:
        """The next hundred follows of many persons, until each is told in full or follows too many."""
        waiting, data = self._fitting(state, "ties", partial(self._ask_follows, state))
        del state.pending[: len(waiting)]
        batch = Batch(step="ties")
        for at, pending in enumerate(waiting):
            follows = follows_of(data.get(f"u{at}"))
            if follows:
                self._add_ties(pending, follows, batch)
                state.turn_follows(pending, follows)
            else:
                state.unknown_follows += 1
        return batch

    def _ask_follows(
        self, state: GitHubCursor, size: int, tries: int | None
    ) -> tuple[list[PendingFollows], dict[str, Any]]:
        waiting = state.pending[:size]
        variables: dict[str, Any] = {}
        for at, pending in enumerate(waiting):
            variables |= {f"id{at}": pending.node, f"after{at}": pending.after}
        try:
            return waiting, self._ask(queries.follows_query(len(waiting)), tries=tries, **variables).data
        except TooMuchError:
            if size > 1:
                raise
        except ResponseError as error:
            if error.status != FOUND:
                raise
        return waiting, {}  # all of them are gone or hidden, or it is too much of one

    def _add_ties(self, pending: PendingFollows, follows: dict[str, Any], batch: Batch) -> None:
        """The ties that a page of follows tells; `ties_of` when all are told."""
        ids = [count(as_dict(node).get("databaseId")) for node in follows["nodes"]]
        keys = [str(target) for target in ids if target is not None]
        batch.ties.extend(Tie(pending.key, target) for target in keys if target != self._key)
        if tells_all(pending, follows):
            batch.ties_of.append(pending.key)

    def coverage(self, cursor: Cursor) -> Coverage:
        """Lists that were read to their end, and persons who are told in part."""
        return load(GitHubCursor, PLAN, cursor).coverage()

    def whereabouts(self, people: Sequence[Person]) -> Iterator[Whereabouts]:
        """By REST, which knows them by the number that is their key."""
        return whereabouts(self._client, people, own=self._key, most=MISSING)
