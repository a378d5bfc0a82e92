"""Storms that go through a service: every answer is a refusal, broken, far too large, or does not come at all."""

from __future__ import annotations

import gzip
import json
import random
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from .fakes.github import Fake, reply
from .fakes.github_world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KINDS = ("429", "429 untold", "500", "503", "hang", "cut", "types", "bomb")
BOMB = gzip.compress(bytes(100_000_000), 1)
WRONG: tuple[Any, ...] = (None, [], {}, "text", 7, [1, "2", None], {"data": []}, {"data": {"user": 5}}, {"errors": {}})


class Storm:
    """A service, and the weather there. It counts calls, and those that came before the moment it had told."""

    def __init__(self, app: WSGIApplication, *, wait: int = 1, seed: int = 0) -> None:
        self.app, self.wait = app, wait
        self.kind, self.after = "", 0  # the storm, and how many more calls go well before it
        self.calls: list[tuple[float, str]] = []  # of storms: when, and with which token
        self.too_early = 0
        self.over = threading.Event()  # ends what hangs
        self._until: dict[str, float] = {}
        self._dice, self._lock = random.Random(seed), threading.Lock()

    def begin(self, kind: str, *, after: int = 0) -> None:
        """From then on no answer is right."""
        self.over.clear()
        self.kind, self.after = kind, after

    def end(self) -> None:
        """All is well again."""
        self.kind = ""
        self.over.set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._answer(environ)(environ, start_response)

    def _answer(self, environ: WSGIEnvironment) -> Response:
        token = environ.get("HTTP_AUTHORIZATION", "")
        with self._lock:
            self.too_early += time.time() < self._until.get(token, 0)
            self.after -= bool(self.kind)
            if not self.kind or self.after >= 0:
                return Response.from_app(self.app, environ)
            self.calls.append((time.time(), token))
            kind = self.kind
        if kind == "hang":
            self.over.wait()
        return self._refusal(kind, token) or self._bent(kind, Response.from_app(self.app, environ))

    def _refusal(self, kind: str, token: str) -> Response | None:
        status, _, untold = kind.partition(" ")
        if not status.isdigit():
            return None
        if status == "500" or untold:
            return reply(int(status), {"message": "Something is wrong."})
        self._until[token] = time.time() + self.wait
        return reply(int(status), {"message": "Come back later."}, Retry_After=str(self.wait))

    def _bent(self, kind: str, answer: Response) -> Response:
        if kind == "cut":
            answer.data = answer.data[: len(answer.data) // 2]
        if kind == "types":
            answer.data = json.dumps(self._wrong(json.loads(answer.data)))
        if kind == "bomb":
            answer.data, answer.headers["Content-Encoding"] = BOMB, "gzip"
        return answer

    def _wrong(self, value: Any) -> Any:
        """Something else in the place of the value, or of one or more within it."""
        if self._dice.random() < 0.3 or not isinstance(value, list | dict) or not value:
            return self._dice.choice(WRONG)
        if isinstance(value, list):
            return [self._wrong(each) for each in value]
        bent = self._dice.choice(list(value))
        return {**value, bent: self._wrong(value[bent])}


class Town:
    """GitHub with many users, each of whom sees a world of their own; some answers take longer than others."""

    def __init__(self, worlds: dict[str, World], *, slowest: float = 0.0, seed: int = 0) -> None:
        self.worlds = worlds  # by token
        self.fakes = {token: Fake(world, tokens=[token]) for token, world in worlds.items()}
        self._slowest, self._dice = slowest, random.Random(seed)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        time.sleep(self._dice.uniform(0, self._slowest))
        token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        app: Callable[..., Iterable[bytes]] = self.fakes.get(token) or Fake(World(posts=0))
        return app(environ, start_response)


def own_world(user: str, number: int, **sizes: Any) -> World:
    """A world with nobody and nothing of another number's."""
    world, far = World(seed=number, **sizes), 10_000_000 * (number + 1)
    for person in world.people.values():
        person.id, person.follows = person.id + far, [id + far for id in person.follows]
        person.login = f"{user}-s-{person.login}"
    world.me.login = user
    world.people = {person.id: person for person in world.people.values()}
    world.followers, world.friends = ([id + far for id in ids] for ids in (world.followers, world.friends))
    world.me.follows = world.friends
    for post in world.posts:
        post.text = f"{user} wrote number {post.number}"
    return world
