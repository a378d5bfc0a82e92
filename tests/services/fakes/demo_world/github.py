"""The town's GitHub."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from dashapp.settings import FAKE_CLIENT

from .. import github_oauth
from ..github import Fake
from ..github_world import Somebody, World, Written
from .oauth_pages import Joined, door, flask_of, token_of
from .people import CHOICES, circles, followers, follows, full_name, website
from .posts import Piece, written

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

OAUTH = r"/login/oauth/|/applications/"
NAMED = re.compile(r"/users/(?P<login>[^/]+)|/user/(?P<id>\d+)|author:(?P<author>[\w-]+)")
KINDS = ("issues", "pullRequests", "repositoryDiscussions")
REAL, INVENTED = "https://github.com/", "https://github.example/"  # no link leads to somebody who exists


class Town(World):
    """The town, seen by one of its people: whose lists and posts are told."""

    def __init__(self) -> None:
        self._number = {name: 1_000 + place for place, name in enumerate(circles(), 1)}
        self.people = {number: self._somebody(name, number) for name, number in self._number.items()}
        self.look_as("ada")

    def _somebody(self, name: str, number: int) -> Somebody:
        numbers = [self._number[other] for other in follows()[name]]
        return Somebody(number, name, full_name(name), numbers, len(followers()[name]), website=website(name) or None)

    def look_as(self, login: str) -> None:
        """Makes somebody the one whose account is read."""
        self.me = self.named(login) or self.people[1_001]
        self.followers, self.friends = self.follower_ids(self.me), self.me.follows
        self.posts = [_post(piece) for piece in written(self.me.login, issues=True)]

    def follower_ids(self, person: Somebody) -> list[int]:
        """Of anybody."""
        return [self._number[other] for other in followers()[person.login]]


def _post(piece: Piece) -> Written:
    kind = "issueComments" if piece.is_reply else KINDS[piece.number % 3]
    counts = {"comments": piece.replies, "reactions": piece.likes}
    said = {"text": piece.text} if piece.is_reply else {"text": "", "title": piece.text}
    return Written(kind, piece.number, piece.at, piece.at, **said, **counts)


class GitHub(Fake):
    """Answers whoever asks about anybody of the town."""

    def __init__(self, town: Town, *, tokens: Sequence[str]) -> None:
        super().__init__(town, tokens=tokens)
        self.town = town
        self.mutate = lambda value: json.loads(json.dumps(value).replace(REAL, INVENTED))

    def _answer(self, request: Request) -> Response:
        """One call is answered at a time, so the town can look at each as somebody else."""
        self.calls.clear()
        self.queries.clear()
        if self.reset <= datetime.now(UTC):
            self.left, self.reset = dict(self.limits), self.reset + timedelta(hours=1)
        self.town.look_as(self._asked(request))
        return super()._answer(request)

    def _asked(self, request: Request) -> str:
        """Who is asked about, else whose token it is."""
        if request.path == "/graphql":
            login = (json.loads(request.get_data()).get("variables") or {}).get("login")
            return str(login) if login else self._owner(request)
        found = NAMED.search(f"{request.path} {request.args.get('q', '')}")
        if found is None:
            return self._owner(request)
        person = self.town.people.get(int(found["id"] or 0))
        return found["login"] or found["author"] or (person.login if person else "")

    @staticmethod
    def _owner(request: Request) -> str:
        return request.headers.get("Authorization", "").rpartition("-")[2]


def application() -> WSGIApplication:
    """github.com and api.github.com."""
    town = Town()
    people = {name: {"id": town.named(name).id, "login": name} for name in CHOICES}  # type: ignore[union-attr]
    tokens = [token_of("github", name) for name in CHOICES]
    pages = github_oauth.blueprint(door("github", people))
    return Joined(flask_of(pages), GitHub(town, tokens=[*tokens, FAKE_CLIENT["SECRET"]]), OAUTH)
