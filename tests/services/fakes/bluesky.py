"""A small AT Protocol network at one address: AppView, directory and the servers of repositories, as Bluesky has them.

No answer needs a token. Lists leave out who is switched off or suspended, counts do not, as at Bluesky.
"""

from __future__ import annotations

import gzip
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from tests.services.bluesky_exports import FOLLOW, POST, REPOST, bluesky_follow, bluesky_profile, key_of
from tests.services.car_files import car, repository_blocks

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ADA = "did:plc:" + "a" * 24
NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
STATES = {"AccountDeactivated": "Account is deactivated", "AccountTakedown": "Account has been suspended"}
REPO_STATES = {"AccountDeactivated": "RepoDeactivated", "AccountTakedown": "RepoTakendown", "gone": "RepoNotFound"}
HIDDEN = "!no-unauthenticated"
NOT_FOUND = "Profile not found"
BOMB = gzip.compress(bytes(40_000_000))


@dataclass
class Member:
    """An account."""

    did: str
    handle: str
    follows: dict[str, None] = field(default_factory=dict)  # in the order of lists
    state: str = ""  # or an error of Bluesky's, or "gone"
    labels: tuple[str, ...] = ()
    server: str = ""  # of the repository; empty: this one
    repo: bytes | None = None  # instead of the real one
    bio: str = ""
    website: str = ""


class World:
    """Ada, her followers and friends, and whom these follow: each other, and strangers."""

    def __init__(
        self,
        *,
        followers: int = 5,
        friends: int = 4,
        mutual: int = 2,
        follows: int = 3,
        famous: int = 0,
        posts: int = 5,
        seed: int = 0,
    ) -> None:
        """`follows` on average; `famous` people follow 2,500 others each, all the others so much less."""
        self._rng = random.Random(seed)
        self.members: dict[str, Member] = {}
        self.add(ADA, "ada.example.social").bio = "maths · https://ada.example"
        people = [self.add(did_of(n), f"p{n}.example.social").did for n in range(followers + friends - mutual)]
        self.members[ADA].follows = dict.fromkeys(people[followers - mutual :])
        for did in people[:followers]:
            self.members[did].follows[ADA] = None
        for number, did in enumerate(people[::3]):
            self.members[did].bio, self.members[did].website = "looms and lace", f"https://looms{number}.example"
        strangers = [did_of(100_000 + n) for n in range(3_000)]
        rest = max(follows * len(people) - famous * 2_500, 0) // max(len(people) - famous, 1)
        for place, did in enumerate(people):
            self._follow(
                did, 2_500 if place < famous else self._rng.randint(rest // 2, 2 * rest - rest // 2), people, strangers
            )
        self.feed = [item_of(n) for n in range(posts)]

    def add(self, did: str, handle: str, *follows: str) -> Member:
        """A new member, who follows these."""
        self.members[did] = Member(did, handle, dict.fromkeys(follows))
        return self.members[did]

    def _follow(self, did: str, number: int, people: list[str], strangers: list[str]) -> None:
        own = self.members[did]
        known = self._rng.sample(people, min(number // 4 + 1, len(people), number))
        others = self._rng.sample(strangers, min(number, len(strangers)))
        told = dict.fromkeys([*own.follows, *known, *others])
        told.pop(did, None)
        own.follows = dict.fromkeys(list(told)[: max(number, len(own.follows))])

    # -- what a reader should find

    def listed(self, name: str) -> list[str]:
        """Ada's followers or friends, as lists tell them."""
        return [did for did in self.counted(ADA, name) if self._is_there(did)]

    def ties(self) -> set[tuple[str, str]]:
        """Who of Ada's people follows whom of them."""
        people = {*self.listed("followers"), *self.listed("friends")}
        return {(did, other) for did in people for other in self.members[did].follows if other in people}

    def counted(self, did: str, name: str) -> list[str]:
        """All followers or friends, as counts tell them."""
        if name == "friends":
            return list(self.members[did].follows)
        return [other.did for other in self.members.values() if did in other.follows]

    def _is_there(self, did: str) -> bool:
        return did not in self.members or not self.members[did].state


@dataclass
class Fault:
    """What goes wrong, in which share of the calls, of all methods or of one."""

    kind: str  # a status, or "hang", "cut", "bomb"
    share: float = 1.0
    only: str = ""
    about: str = ""  # whom it is asked about; empty: anybody
    left: int = 10**9  # so many times


class BlueskyFake:
    """The network as a WSGI application. Tests change it while it runs."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.calls: Counter[str] = Counter()  # by method; of the directory "did"
        self.queries: list[tuple[str, dict[str, list[str]]]] = []
        self.faults: list[Fault] = []
        self.limit = 0  # calls until the reset; 0: none
        self.reset = 0.0  # epoch
        self.mangle: Callable[[str, Any], Any] = lambda _method, value: value
        self.over = threading.Event()  # ends what hangs
        self._rng, self._lock, self._used = random.Random(0), threading.Lock(), 0

    @property
    def total(self) -> int:
        """All calls."""
        return self.calls.total()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        method = request.path.removeprefix("/xrpc/") if request.path.startswith("/xrpc/") else "did"
        with self._lock:
            self.calls[method] += 1
            self.queries.append((method, request.args.to_dict(flat=False)))
            self._used += 1
            fault = next((each for each in self.faults if self._strikes(each, method, request)), None)
        return self._answer(request, method, fault)(environ, start_response)

    def _strikes(self, fault: Fault, method: str, request: Request) -> bool:
        asked = (*request.args.getlist("actors"), *request.args.getlist("actor"))
        is_meant = fault.only in ("", method) and fault.about in ("", *asked)
        strikes = fault.left > 0 and is_meant and self._rng.random() < fault.share
        fault.left -= strikes
        return strikes

    def _answer(self, request: Request, method: str, fault: Fault | None) -> Response:
        if self.limit and self._used > self.limit:
            if time.time() < self.reset:
                return self._limited(error("RateLimitExceeded", "Rate Limit Exceeded", 429))
            self._used = 1
        if fault is not None and fault.kind.isdigit():
            return error("InternalServerError", "something broke", int(fault.kind))
        if fault is not None and fault.kind == "hang":
            self.over.wait(20)
        response = self._told(request, method)
        if fault is not None and fault.kind == "cut":
            response.data = response.data[: len(response.data) // 2]
        if fault is not None and fault.kind == "bomb":
            response.data, response.headers["Content-Encoding"] = BOMB, "gzip"
        return self._limited(response)

    def _limited(self, response: Response) -> Response:
        if self.limit:
            response.headers["RateLimit-Limit"] = str(self.limit)
            response.headers["RateLimit-Remaining"] = str(max(self.limit - self._used, 0))
            response.headers["RateLimit-Reset"] = str(int(self.reset))
            response.headers["RateLimit-Policy"] = f"{self.limit};w=300"
        if response.status_code == 429:
            response.headers["Retry-After"] = str(int(self.reset - time.time()) + 1)
        return response

    def _told(self, request: Request, method: str) -> Response:
        if method == "did":
            return self._document(request)
        if method == "com.atproto.sync.getRepo":
            return self._repo(request)
        answers = {
            "app.bsky.actor.getProfile": self._profile,
            "app.bsky.actor.getProfiles": self._profiles,
            "app.bsky.graph.getFollowers": self._list,
            "app.bsky.graph.getFollows": self._list,
            "app.bsky.graph.getRelationships": self._relationships,
            "app.bsky.feed.getAuthorFeed": self._feed,
            "com.atproto.identity.resolveHandle": self._handle,
        }
        if method not in answers:
            return error("MethodNotImplemented", "Method Not Implemented", 501)
        told = answers[method](request)
        return told if isinstance(told, Response) else as_json(self.mangle(method, told))

    # -- the AppView

    def _member(self, name: str) -> Member | Response:
        found = [each for each in self.world.members.values() if name.lower() in (each.did, each.handle)]
        if not found or found[0].state == "gone":
            return error("InvalidRequest", NOT_FOUND)
        state = found[0].state
        return error(state, STATES[state]) if state else found[0]

    def _profile(self, request: Request) -> Any:
        found = self._member(request.args["actor"])
        return self._whole(found) if isinstance(found, Member) else found

    def _profiles(self, request: Request) -> Any:
        actors = request.args.getlist("actors")
        if len(actors) > 25:
            return error("InvalidRequest", "Error: actors must not have more than 25 elements")
        found = [self._member(actor) for actor in actors]
        return {"profiles": [self._whole(each) for each in found if isinstance(each, Member)]}

    def _list(self, request: Request) -> Any:
        found = self._member(request.args["actor"])
        if not isinstance(found, Member):
            return error("InvalidRequest", f"Actor not found: {request.args['actor']}")
        followers = request.path.endswith("getFollowers")
        people = self.world.counted(found.did, "followers" if followers else "friends")
        page, more = paged(people, request)
        shown = [self._view(did) for did in page if self.world._is_there(did)]
        return {"subject": self._view(found.did), "followers" if followers else "follows": shown, **more}

    def _relationships(self, request: Request) -> Any:
        found, others = self._member(request.args["actor"]), request.args.getlist("others")
        if not isinstance(found, Member):
            return error("ActorNotFound", "Actor not found")
        if len(others) > 30:
            return error("InvalidRequest", "Error: others must not have more than 30 elements")
        return {"actor": found.did, "relationships": [self._relationship(found, other) for other in others]}

    def _relationship(self, own: Member, other: str) -> dict[str, Any]:
        told: dict[str, Any] = {"$type": "app.bsky.graph.defs#relationship", "did": other}
        if other not in self.world.members or self.world.members[other].state:
            return {"$type": "app.bsky.graph.defs#notFoundActor", "actor": other, "notFound": True}
        if other in own.follows:
            told["following"] = f"at://{own.did}/{FOLLOW}/3k2aaaaaaaa2a"
        if own.did in self.world.members[other].follows:
            told["followedBy"] = f"at://{other}/{FOLLOW}/3k2aaaaaaaa2a"
        return told

    def _feed(self, request: Request) -> Any:
        found = self._member(request.args["actor"])
        if not isinstance(found, Member):
            return found
        page, more = paged(self.world.feed if found.did == ADA else [], request)
        return {"feed": page, **more}

    def _handle(self, request: Request) -> Any:
        found = self._member(request.args["handle"])
        return {"did": found.did} if isinstance(found, Member) else error("InvalidRequest", "Unable to resolve handle")

    def _view(self, did: str) -> dict[str, Any]:
        member = self.world.members.get(did) or Member(did, f"{did[-6:]}.example.social")
        labels = [{"src": did, "uri": f"at://{did}", "val": value} for value in member.labels]
        return {
            "did": did,
            "handle": member.handle,
            "displayName": member.handle.partition(".")[0].title(),
            "avatar": f"https://cdn.example.social/{did}@jpeg",
            "createdAt": "2024-01-01T00:00:00.000Z",
            "indexedAt": "2024-01-01T00:00:00.000Z",
            "labels": labels,
            **({"description": member.bio} if member.bio else {}),
        }

    def _whole(self, member: Member) -> dict[str, Any]:
        counts = {
            "followersCount": len(self.world.counted(member.did, "followers")),
            "followsCount": len(member.follows),
            "postsCount": len(self.world.feed) if member.did == ADA else 7,
        }
        return {**self._view(member.did), **({"website": member.website} if member.website else {}), **counts}

    # -- the directory, and repositories

    def _document(self, request: Request) -> Response:
        member = self.world.members.get(request.path.strip("/"))
        if member is None or member.state == "gone":
            return as_json({"message": f"DID not registered: {request.path.strip('/')}"}, 404)
        service = {
            "id": "#atproto_pds",
            "type": "AtprotoPersonalDataServer",
            "serviceEndpoint": member.server or request.host_url.rstrip("/"),
        }
        told = {"id": member.did, "alsoKnownAs": [f"at://{member.handle}"], "service": [service]}
        return as_json(self.mangle("did", told))

    def _repo(self, request: Request) -> Response:
        member = self.world.members.get(request.args["did"])
        if member is None or member.state:
            return error(REPO_STATES[member.state if member else "gone"], "Could not find repo")
        content = repo_of(member) if member.repo is None else member.repo
        return Response(content, content_type="application/vnd.ipld.car")


def did_of(number: int) -> str:
    """The DID of a member, by number."""
    return f"did:plc:{number:024}".translate(str.maketrans("0189", "wxyz"))


def time_of(number: int) -> str:
    """A post every six hours; the newest has the number 0."""
    return stamp(NOW - timedelta(hours=6) * number)


def stamp(at: datetime) -> str:
    """As Bluesky writes times."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def item_of(number: int, *, author: str = ADA, **view: Any) -> dict[str, Any]:
    """An item of a feed: a post with counts."""
    record = {"$type": POST, "text": f"post {number}", "createdAt": time_of(number), "langs": ["en"]}
    return {
        "post": {
            "uri": f"at://{author}/{POST}/{key_of(NOW - timedelta(hours=6) * number)}",
            "cid": "bafyreiexample",
            "author": {"did": author, "handle": "ada.example.social"},
            "record": record,
            "replyCount": number % 3,
            "repostCount": 1,
            "likeCount": number,
            "quoteCount": 0,
            "indexedAt": time_of(number),
            "labels": [],
            **view,
        }
    }


def repost_of(number: int, author: str, **reason: Any) -> dict[str, Any]:
    """An item of Ada's feed: she reposted what somebody else wrote."""
    by = {"did": ADA, "handle": "ada.example.social"}
    told = {"by": by, "uri": f"at://{ADA}/{REPOST}/{key_of(NOW, number)}", "indexedAt": time_of(number)}
    return item_of(number, author=author) | {
        "reason": {"$type": "app.bsky.feed.defs#reasonRepost", **told, **reason},
    }


def repo_of(member: Member) -> bytes:
    """The member's repository: a profile and the follows."""
    records: dict[str, Any] = {"app.bsky.actor.profile/self": bluesky_profile()}
    for number, whom in enumerate(member.follows):
        at = NOW - timedelta(minutes=number)
        records[f"{FOLLOW}/{key_of(at)}"] = bluesky_follow(whom, createdAt=stamp(at))
    root, blocks = repository_blocks(records, did=member.did, rev=key_of(NOW))
    return car(root, blocks.items())


def paged(values: list[Any], request: Request) -> tuple[list[Any], dict[str, str]]:
    """The page that is asked for, and the cursor of the next one, if there is one."""
    limit, start = int(request.args.get("limit", 50)), int(request.args.get("cursor", "from-0").removeprefix("from-"))
    end = start + min(limit, 100)
    return values[start:end], {"cursor": f"from-{end}"} if end < len(values) else {}


def as_json(value: Any, status: int = 200) -> Response:
    """An answer."""
    return Response(json.dumps(value), status, content_type="application/json; charset=utf-8")


def error(name: str, message: str, status: int = 400) -> Response:
    """An error, as the protocol has them."""
    return as_json({"error": name, "message": message}, status)
