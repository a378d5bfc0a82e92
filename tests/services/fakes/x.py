"""X's API: an account with posts, followers and friends, in pages, and a bill for all that is sent."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TOKEN = "x-token"
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
PRICES = {"me": 10, "tweets": 5, "followers": 10, "following": 10}  # thousandths of a dollar
SMALLEST = {"tweets": 5, "followers": 1, "following": 1}
LARGEST = {"tweets": 100, "followers": 1_000, "following": 1_000}
NEW_NAMES = {
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "tweet_count": "post_count",
    "retweet_count": "repost_count",
}
TYPE = "https://api.x.com/2/problems/"


def reply(status: int, value: Any, **headers: str) -> Response:
    """An answer; header names with underscores."""
    body = value if isinstance(value, bytes | str) else json.dumps(value)
    made = Response(body, status, content_type="application/json; charset=utf-8")
    for name, text in headers.items():
        made.headers[name.replace("_", "-")] = text
    return made


def problem(status: int, title: str, kind: str = "about:blank", **more: Any) -> Response:
    """An error as X writes it."""
    return reply(status, {"title": title, "type": kind, "status": status, "detail": title, **more})


def gone(number: str, kind: str = "resource-not-found") -> dict[str, Any]:
    """Somebody whom X cannot send."""
    return {"resource_type": "user", "resource_id": number, "title": "Not Found Error", "type": TYPE + kind}


@dataclass
class World:
    """Ada's account; `tweets` are the newest first."""

    followers: int = 0
    friends: int = 0
    posts: int = 0
    mutual: int = 0  # so many of the friends are followers too
    me: dict[str, Any] = field(default_factory=lambda: {"id": "2001", "username": "ada", "name": "Ada"})
    tweets: list[dict[str, Any]] = field(default_factory=list)
    people: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tweets = [tweet(number) for number in range(self.posts)][::-1]
        everybody = [user(number) for number in range(self.followers + self.friends - self.mutual)]
        self.people = {
            "followers": everybody[: self.followers],
            "following": everybody[len(everybody) - self.friends :],
        }
        self.me["created_at"] = "2015-06-01T09:30:00.000Z"
        self.me["public_metrics"] = {
            "followers_count": self.followers, "following_count": self.friends, "tweet_count": self.posts,
        }  # fmt: skip

    @property
    def price(self) -> int:
        """Of all of it, the account itself included."""
        return 5 * self.posts + 10 * (self.followers + self.friends + 1)


def tweet(number: int, **more: Any) -> dict[str, Any]:
    """The post of that number, an hour after the one before."""
    counts = {"retweet_count": 1, "reply_count": 2, "like_count": 3, "quote_count": 4, "impression_count": 500}
    told = {"id": str(10**6 + number), "text": f"post {number}", "created_at": at(number), "lang": "en"}
    return {**told, "author_id": "2001", "public_metrics": counts, **more}


def at(number: int) -> str:
    """When that post was made."""
    return f"{START + timedelta(hours=number):%Y-%m-%dT%H:%M:%S}.000Z"


def user(number: int) -> dict[str, Any]:
    """A person."""
    counts = {"followers_count": number, "following_count": 2 * number, "tweet_count": 3 * number}
    told = {"id": str(5000 + number), "username": f"p{number}", "name": f"Person {number}"}
    told |= telling(f"https://p{number}.example/") if number % 3 == 0 else {"description": "", "url": ""}
    return {**told, "created_at": at(0), "protected": number % 3 == 0, "public_metrics": counts}


def telling(website: str) -> dict[str, Any]:
    """What a person tells of themself, with its addresses shortened."""
    entities = {
        "url": {"urls": [{"url": "https://t.co/web", "expanded_url": website}]},
        "description": {"urls": [{"url": "https://t.co/lace", "expanded_url": "https://lace.example/"}]},
    }
    return {"description": "Looms &amp; https://t.co/lace", "url": "https://t.co/web", "entities": entities}


class Fake:
    """The API. `spelling`: how it names posts; a test changes what it likes while it runs."""

    def __init__(self, world: World | None = None, *, spelling: str = "tweet") -> None:
        self.world, self.spelling = world or World(), spelling
        self.strict = True  # refuses fields in the other spelling; else it leaves them out
        self.page = 1_000  # no page has more
        self.credits: int | None = None  # what is left at X; None: enough
        self.remaining: dict[str, int] = {}  # calls left of an endpoint, where it is limited
        self.reset = datetime.now(UTC) + timedelta(minutes=15)
        self.fault: Callable[[str, int], Response | None] = lambda name, call: None  # instead of an answer
        self.broken: Callable[[str, int], bool] = lambda name, call: False  # billed, and lost on the way
        self.mutate: Callable[[str, Any], Any] = lambda name, value: value
        self.today: Callable[[], str] = lambda: "2026-11-20"
        self.calls: Counter[str] = Counter()
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.served = 0  # the price of all that left
        self.bill: dict[tuple[str, str], int] = {}  # as X bills: the same thing once a day
        self._lock = Lock()

    @property
    def billed(self) -> int:
        """What X wants."""
        return sum(self.bill.values())

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._lock:
            response = self._answer(Request(environ))
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        name = request.path.rpartition("/")[2]
        self.calls[name] += 1
        self.asked.append((name, request.args.to_dict()))
        refused = self.fault(name, self.calls[name])
        if refused is not None:
            return refused
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return problem(401, "Unauthorized")
        if not self.remaining.get(name, 1):
            return self._limited(problem(429, "Too Many Requests"), name)
        if request.path == "/2/users/me":
            return self._sent(name, {"data": self.world.me}, [self.world.me])
        if request.path != f"/2/users/{self.world.me['id']}/{name}" or name not in LARGEST:
            return problem(404, "Not Found Error")
        return self._page(name, request.args.to_dict())

    def _page(self, name: str, args: dict[str, str]) -> Response:
        most = int(args["max_results"])
        wrong = {"tweet": "post.fields", "post": "tweet.fields"}[self.spelling]
        if not SMALLEST[name] <= most <= LARGEST[name] or (wrong in args and self.strict):
            return problem(400, "Invalid Request", TYPE + "invalid-request")
        start = int(args.get("pagination_token", "t0")[1:])
        whole = self._listed(name, args)
        part = whole[start : start + min(most, self.page)]
        meta: dict[str, Any] = {"result_count": len(part)}
        if start + len(part) < len(whole):
            meta["next_token"] = f"t{start + len(part)}"
        if name == "tweets" and wrong in args:
            part = [{key: each[key] for key in ("id", "text")} for each in part]
        return self._sent(name, {"data": part, "meta": meta} if part else {"meta": meta}, part)

    def _listed(self, name: str, args: dict[str, str]) -> list[dict[str, Any]]:
        if name != "tweets":
            return self.world.people[name]
        since = args.get("start_time", "")
        return [each for each in self.world.tweets if each.get("created_at", "").replace(".000", "") >= since][:3_200]

    def _sent(self, name: str, value: Any, sold: list[dict[str, Any]]) -> Response:
        price = PRICES[name] * len(sold)
        if self.credits is not None and self.credits < price:
            return problem(402, "Payment Required", TYPE + "credits-depleted")
        if self.credits is not None:
            self.credits -= price
        self.served += price
        kind = "post" if name == "tweets" else "user"
        self.bill |= {(self.today(), f"{kind} {each['id']}"): PRICES[name] for each in sold}
        body = json.dumps(self.mutate(name, value))
        if self.spelling == "post":
            for old, new in NEW_NAMES.items():
                body = body.replace(f'"{old}"', f'"{new}"')
        broken = self.broken(name, self.calls[name])
        return self._limited(reply(200, body[: len(body) // 2] if broken else body), name)

    def _limited(self, answer: Response, name: str) -> Response:
        if name in self.remaining:
            self.remaining[name] = max(self.remaining[name] - (answer.status_code == 200), 0)
            answer.headers["x-rate-limit-limit"] = "300"
            answer.headers["x-rate-limit-remaining"] = str(self.remaining[name])
            answer.headers["x-rate-limit-reset"] = str(int(self.reset.timestamp()))
        return answer
