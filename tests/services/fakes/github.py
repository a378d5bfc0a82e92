"""GitHub's API: GraphQL with a schema in the shape of the real one, some REST, and limits."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from graphql import ExecutionResult, GraphQLError, execute_sync
from werkzeug.wrappers import Request, Response

from .github_graphql import SCHEMA, GitHubError, Root, Weight, checked, iso, weight
from .github_world import Somebody, World, Written

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TOKEN = "github-token"
NODE_LIMIT = 500_000
SEARCH_LIMIT = 1_000  # results of a query
DOCS = "https://docs.github.com/rest"


def reply(status: int, value: Any = None, **headers: str) -> Response:
    """An answer; header names with underscores."""
    body = value if isinstance(value, bytes | str) else json.dumps(value)
    made = Response(body, status, content_type="application/json; charset=utf-8")
    for name, text in headers.items():
        made.headers[name.replace("_", "-")] = text
    return made


def secondary(status: int = 403, **headers: str) -> Response:
    """A refusal for too many calls at once."""
    message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    return reply(status, {"message": message, "documentation_url": f"{DOCS}/overview"}, **headers)


def bad_gateway() -> Response:
    """What comes of a query that takes more than ten seconds."""
    return reply(502, "<html>Bad Gateway</html>")


class Fake:
    """The service. Tests change it while it runs.

    Beside `left` of each limit: `heaviest` is the number of nodes from which on a query is too much, `timeout` the one
    from which on it ends as 502; `faults` are the next answers (None: as it should be), `always` is every answer;
    `mutate` may change an answer's value, `failing` gives another one to some queries.
    """

    def __init__(self, world: World | None = None, *, tokens: Sequence[str] = (TOKEN,)) -> None:
        self.world = world or World()
        self.tokens = set(tokens)
        self.limits = {"core": 5_000, "search": 30, "graphql": 5_000}
        self.left = dict(self.limits)
        self.reset = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=30)
        self.heaviest = self.timeout = NODE_LIMIT
        self.heaviest_counts = False  # even the profile's numbers are too much
        self.faults: deque[Response | None] = deque()
        self.always: Response | None = None
        self.mutate: Callable[[Any], Any] = lambda value: value
        self.failing: Callable[[str, dict[str, Any]], Any] = lambda query, variables: None
        self.private_profile = False
        self.broken_page: tuple[str, int] | None = None  # of a list, by REST
        self.calls: list[str] = []
        self.queries: list[str] = []
        self.points: Counter[str] = Counter()
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        request = Request(environ)
        with self._lock:  # one after the other: tests of one account at a time
            self.calls.append(request.path)
            answer = self._faulty() or self._answer(request)
        return answer(environ, start_response)

    def _faulty(self) -> Response | None:
        fault = self.faults.popleft() if self.faults else None
        return fault or self.always

    def _answer(self, request: Request) -> Response:
        bucket = "graphql" if request.path == "/graphql" else "search" if request.path.startswith("/search") else "core"
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token and token not in self.tokens:
            return reply(401, {"message": "Bad credentials", "documentation_url": DOCS, "status": "401"})
        if self.left[bucket] <= 0:
            return self._limited(bucket)
        self.left[bucket] -= 1
        answer = self._graphql(request) if bucket == "graphql" else self._rest(request)
        self._tell_limit(answer, bucket)
        return answer

    def _limited(self, bucket: str) -> Response:
        if bucket == "graphql":
            error = {"type": "RATE_LIMITED", "message": "API rate limit exceeded for user ID 1001."}
            answer = reply(200, {"errors": [error]})
        else:
            answer = reply(403, {"message": "API rate limit exceeded for 127.0.0.1.", "documentation_url": DOCS})
        self._tell_limit(answer, bucket)
        return answer

    def _tell_limit(self, answer: Response, bucket: str) -> None:
        limit, left = self.limits[bucket], max(self.left[bucket], 0)
        told = {"limit": limit, "remaining": left, "used": limit - left, "reset": int(self.reset.timestamp())}
        for name, value in {**told, "resource": bucket}.items():
            answer.headers[f"x-ratelimit-{name}"] = str(value)

    # -- GraphQL

    def _graphql(self, request: Request) -> Response:
        if not request.headers.get("Authorization"):
            return reply(403, {"message": "API access requires authentication.", "documentation_url": DOCS})
        asked = json.loads(request.get_data())
        query, variables = asked["query"], asked.get("variables") or {}
        self.queries.append(query)
        if (failure := self.failing(query, variables)) is not None:
            return reply(200, failure)
        document = checked(query)
        if isinstance(document, list):
            return reply(200, {"errors": [self._error(error) for error in document]})
        try:
            heavy = self._too_heavy(weight(document, variables), query)
        except GitHubError as error:
            return reply(200, {"errors": [self._error(error)]})
        if heavy is not None:
            return heavy
        told = execute_sync(SCHEMA, document, root_value=Root(self.world, self._limits()), variable_values=variables)
        return reply(200, self.mutate(self._value(told)))

    def _limits(self) -> dict[str, Any]:
        limit, left = self.limits["graphql"], self.left["graphql"]
        told = {"limit": limit, "remaining": left, "used": limit - left, "resetAt": iso(self.reset)}
        return {**told, "cost": 1, "nodeCount": 0}

    def _too_heavy(self, asked: Weight, query: str) -> Response | None:
        self.left["graphql"] -= asked.points - 1
        self.points["graphql"] += asked.points
        if asked.nodes > NODE_LIMIT:
            raise GitHubError("MAX_NODE_LIMIT_EXCEEDED", f"This query requests up to {asked.nodes:,} possible nodes.")
        if asked.nodes > self.timeout:
            return bad_gateway()
        if asked.nodes > self.heaviest or (self.heaviest_counts and not asked.nodes and "issues" in query):
            message = "Resource limits for this query exceeded."
            error = {"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["user"], "message": message}
            return reply(200, {"data": {"user": None}, "errors": [error]})
        return None

    def _value(self, told: ExecutionResult) -> dict[str, Any]:
        value: dict[str, Any] = {"data": told.data}
        return value | ({"errors": [self._error(error) for error in told.errors]} if told.errors else {})

    @staticmethod
    def _error(error: GraphQLError) -> dict[str, Any]:
        cause = error.original_error if isinstance(error.original_error, GitHubError) else error
        types = {"type": cause.type} if isinstance(cause, GitHubError) else {}
        return {**types, **error.formatted}

    # -- REST

    def _rest(self, request: Request) -> Response:
        parts = request.path.strip("/").split("/")
        match parts:
            case ["rate_limit"]:
                return reply(200, {"resources": {name: {"remaining": left} for name, left in self.left.items()}})
            case ["search", "issues"]:
                return self._search(request)
            case ["user"]:
                return self._profile(self.world.me if request.headers.get("Authorization") else None)
            case ["user", number]:
                return self._profile(self.world.people.get(int(number)))
            case ["users", login]:
                return self._profile(self.world.named(login))
            case ["users", login, "followers" | "following" as name]:
                return self._people(request, self.world.named(login), name)
        return self._profile(None)

    def _profile(self, person: Somebody | None) -> Response:
        if person is None or person.gone:
            return reply(404, {"message": "Not Found", "documentation_url": DOCS, "status": "404"})
        counts = {"followers": len(self.world.follower_ids(person)), "following": len(person.follows)}
        more = {"name": person.name, "bio": None, "created_at": "2015-01-02T03:04:05Z", "public_repos": 3}
        return reply(200, self.mutate({**_simple_user(person), **more, **counts}))

    def _people(self, request: Request, person: Somebody | None, name: str) -> Response:
        if person is None:
            return self._profile(None)
        if (name, int(request.args.get("page", 1))) == self.broken_page:
            return bad_gateway()
        ids = self.world.follower_ids(person) if name == "followers" else person.follows
        found = [self.world.people[id] for id in ids]
        return self._page(request, [_simple_user(each) for each in found if not each.gone], lambda items: items)

    def _search(self, request: Request) -> Response:
        terms = request.args["q"].split()
        kind = "issues" if "is:issue" in terms else "pullRequests" if "is:pull-request" in terms else None
        author = next((term.removeprefix("author:") for term in terms if term.startswith("author:")), "")
        problem = None if kind else "Query must include 'is:issue' or 'is:pull-request'"
        if self.private_profile or self.world.named(author) is None:
            problem = "The listed users cannot be searched either because the users do not exist or you do not have "
            problem += "permission to view the users."
        if problem:
            error = {"message": problem, "resource": "Search", "field": "q", "code": "invalid"}
            return reply(422, {"message": "Validation Failed", "errors": [error], "documentation_url": DOCS})
        mine = self.world.posts if self.world.named(author) is self.world.me else []
        found = sorted((p for p in mine if p.kind == kind and not p.private), key=lambda p: p.created_at, reverse=True)
        told = {"total_count": len(found), "incomplete_results": False}
        return self._page(
            request, [_item(post) for post in found[:SEARCH_LIMIT]], lambda items: {**told, "items": items}
        )

    def _page(self, request: Request, items: list[Any], value: Callable[[list[Any]], Any]) -> Response:
        size, page = min(int(request.args.get("per_page", 30)), 100), int(request.args.get("page", 1))
        answer = reply(200, self.mutate(value(items[(page - 1) * size : page * size])))
        if page * size < len(items):
            url = f"{request.base_url}?per_page={size}&page={page + 1}"
            answer.headers["Link"] = f'<{url}>; rel="next"'
        return answer


def _simple_user(person: Somebody) -> dict[str, Any]:
    return {
        "login": person.login,
        "id": person.id,
        "node_id": f"U_{person.id}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{person.id}?v=4",
        "gravatar_id": "",
        "html_url": f"https://github.com/{person.login}",
        "type": person.kind,
        "site_admin": False,
        "user_view_type": "public",
    }


def _item(post: Written) -> dict[str, Any]:
    """An issue as the search has it."""
    return {
        "html_url": post.url,
        "number": post.number,
        "title": post.title,
        "body": post.text,
        "user": {"login": "ada", "id": 1001},
        "created_at": iso(post.created_at),
        "updated_at": iso(post.updated_at),
        "comments": post.comments,
        "reactions": {"total_count": post.reactions, "+1": post.reactions},
    }


def application(world: World | None = None) -> WSGIApplication:
    """The service of that world."""
    return Fake(world)
