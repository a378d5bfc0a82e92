"""GitHub's GraphQL over an invented world: its schema, its errors, and what it says a query weighs."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    SelectionSetNode,
    VariableNode,
    build_schema,
    parse,
    validate,
)

from .github_world import Somebody, World, Written

SCHEMA = build_schema(Path(__file__).with_name("github.graphql").read_text())


class GitHubError(GraphQLError):
    """An error with the `type` that GitHub adds."""

    def __init__(self, type: str, message: str) -> None:
        super().__init__(message)
        self.type = type


@dataclass
class _Connection:
    """A page of a list: `Post` or `User` objects are made only of what is on it."""

    ids: Sequence[Any]
    made: Callable[[Any], Any]
    first: int | None
    after: str | None

    @property
    def totalCount(self) -> int:  # noqa: N802 - GitHub's word
        return len(self.ids)

    @property
    def nodes(self) -> list[Any]:
        return [self.made(id) for id in self.ids[self._begin : self._end]]

    @property
    def pageInfo(self) -> dict[str, Any]:  # noqa: N802
        end = min(self._end, len(self.ids))
        return {"hasNextPage": self._end < len(self.ids), "endCursor": _cursor(end) if end > self._begin else None}

    @property
    def _begin(self) -> int:
        return offset(self.after)

    @property
    def _end(self) -> int:
        return self._begin + (self.first or 0)


def offset(cursor: str | None) -> int:
    """Behind how many records a page begins."""
    return int(b64decode(cursor).partition(b":")[2]) if cursor else 0


def _cursor(at: int) -> str:
    return b64encode(f"cursor:{at}".encode()).decode()


class _User:
    """`User` of the schema."""

    def __init__(self, world: World, person: Somebody) -> None:
        self._world, self._person = world, person
        self.id = f"U_{person.id}"
        self.databaseId, self.login, self.name = person.id, person.login, person.name
        self.url = f"https://github.com/{person.login}"
        self.bio = "I write on loopback." if person is world.me else person.bio
        self.websiteUrl, self.twitterUsername = person.website, person.at_x
        self.createdAt = "2015-01-02T03:04:05Z"

    def followers(self, _info: Any, first: int | None = None, after: str | None = None) -> Any:
        if first is None and self._person is not self._world.me:
            return {"totalCount": self._person.followers}
        return self._list(self._world.follower_ids(self._person), first, after)

    def following(self, _info: Any, first: int | None = None, after: str | None = None) -> _Connection:
        return self._list(self._person.follows, first, after)

    def _list(self, ids: Sequence[int], first: int | None, after: str | None) -> _Connection:
        return _Connection(ids, lambda id: user(self._world, self._world.people[id]), first, after)

    def socialAccounts(self, _info: Any, first: int | None = None, after: str | None = None) -> _Connection:  # noqa: N802
        return _Connection(self._person.social, lambda url: {"url": url}, first, after)

    def issues(self, _info: Any, first: int | None = None, after: str | None = None, **order: Any) -> _Connection:
        return self._written("issues", first, after, **order)

    def pullRequests(self, _info: Any, first: int | None = None, after: str | None = None, **order: Any) -> Any:  # noqa: N802
        return self._written("pullRequests", first, after, **order)

    def issueComments(self, _info: Any, first: int | None = None, after: str | None = None, **order: Any) -> Any:  # noqa: N802
        return self._written("issueComments", first, after, **order)

    def repositoryDiscussions(  # noqa: N802
        self, _info: Any, first: int | None = None, after: str | None = None, **order: Any
    ) -> _Connection:
        return self._written("repositoryDiscussions", first, after, **order)

    def _written(self, kind: str, first: int | None, after: str | None, **order: Any) -> _Connection:
        mine = self._world.posts if self._person is self._world.me else []
        by = order.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
        name = "updated_at" if by["field"] == "UPDATED_AT" else "created_at"
        found = sorted((post for post in mine if post.kind == kind), key=lambda post: getattr(post, name))
        return _Connection(found[:: -1 if by["direction"] == "DESC" else 1], _fields, first, after)


def user(world: World, person: Somebody) -> _User | None:
    """`User` of the schema; null in the place of somebody who is gone."""
    return None if person.gone else _User(world, person)


def _fields(post: Written) -> dict[str, Any]:
    """`Issue`, `PullRequest`, `IssueComment` or `Discussion` of the schema."""
    return {
        "id": f"I_{post.number}",
        "url": post.url,
        "title": post.title,
        "bodyText": post.text,
        "createdAt": iso(post.created_at),
        "updatedAt": iso(post.updated_at),
        "repository": {"nameWithOwner": "ada/demo", "isPrivate": post.private},
        "comments": {"totalCount": post.comments},
        "reactions": {"totalCount": post.reactions},
    }


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class Root:
    """`Query` of the schema."""

    def __init__(self, world: World, limits: dict[str, Any]) -> None:
        self._world, self._limits = world, limits

    def user(self, _info: Any, login: str) -> _User:
        person = self._world.named(login)
        if person is None or person.kind != "User":
            raise GitHubError("NOT_FOUND", f"Could not resolve to a User with the login of '{login}'.")
        return _User(self._world, person)

    def viewer(self, _info: Any) -> _User:
        return _User(self._world, self._world.me)

    def node(self, _info: Any, id: str) -> _User:
        person = self._world.people.get(int(id.removeprefix("U_")))
        if person is None or person.gone:
            raise GitHubError("NOT_FOUND", f"Could not resolve to a node with the global id of '{id}'")
        return _User(self._world, person)

    def rateLimit(self, _info: Any) -> dict[str, Any]:  # noqa: N802
        return self._limits


SCHEMA.get_type("Node").resolve_type = lambda *_: "User"  # type: ignore[union-attr]


@lru_cache(maxsize=100)
def checked(query: str) -> DocumentNode | list[GraphQLError]:
    """The query as a tree, or what is wrong with it."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return [error]
    return validate(SCHEMA, document) or document


@dataclass
class Weight:
    """How much a query asks for, by GitHub's formulas, if each list is as long as it may be."""

    nodes: int = 0
    requests: int = 0

    @property
    def points(self) -> int:
        """What it costs."""
        return max(round(self.requests / 100), 1)


def weight(document: DocumentNode, variables: dict[str, Any]) -> Weight:
    """Raises `GitHubError` where a list has no length, or more than a hundred."""
    told = Weight()
    for definition in document.definitions:
        _weigh(definition.selection_set, 1, variables, told)  # type: ignore[attr-defined]
    return told


def _weigh(selected: SelectionSetNode, times: int, variables: dict[str, Any], told: Weight) -> None:
    for each in selected.selections:
        if isinstance(each, InlineFragmentNode):
            _weigh(each.selection_set, times, variables, told)
        elif isinstance(each, FieldNode) and each.selection_set:
            first = _first(each, variables)
            names = {inner.name.value for inner in each.selection_set.selections if isinstance(inner, FieldNode)}
            if "totalCount" in names or "pageInfo" in names:
                told.requests += times
            if "nodes" in names:
                _check_first(each, first)
                told.nodes += times * (first or 0)
            _weigh(each.selection_set, times * (first or 1), variables, told)


def _first(node: FieldNode, variables: dict[str, Any]) -> int | None:
    for argument in node.arguments or ():
        if argument.name.value == "first":
            value = argument.value
            if isinstance(value, IntValueNode):
                return int(value.value)
            assert isinstance(value, VariableNode)
            return variables.get(value.name.value)
    return None


def _check_first(node: FieldNode, first: int | None) -> None:
    name = node.name.value
    if first is None:
        raise GitHubError(
            "MISSING_PAGINATION_BOUNDARIES",
            f"You must provide a `first` or `last` value to properly paginate the `{name}` connection.",
        )
    if not 1 <= first <= 100:
        raise GitHubError(
            "EXCESSIVE_PAGINATION",
            f"Requesting {first} records on the `{name}` connection exceeds the `first` limit of 100 records.",
        )
