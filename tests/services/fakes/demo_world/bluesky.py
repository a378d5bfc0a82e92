"""The town's Bluesky: directory, servers, AppView at one address."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from tests.services.bluesky_exports import POST, bluesky_post, bluesky_reply, key_of

from .. import bluesky_oauth
from ..bluesky import BlueskyFake, Member, World, paged, stamp
from .oauth_pages import Door, Joined, door, flask_of
from .people import circles, follows, full_name, website
from .posts import Piece, written

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

OAUTH = r"/oauth/|/\.well-known/oauth-"
LONG = 10 * 365 * 86_400  # seconds: refresh tokens are forgotten when the fakes end


def did_of(name: str) -> str:
    """Somebody's permanent id."""
    return f"did:plc:{base64.b32encode(hashlib.sha256(name.encode()).digest()).decode().lower()[:24]}"


def handle_of(name: str) -> str:
    """Somebody's handle."""
    return f"{name}.example.social"


class Bluesky(BlueskyFake):
    """Answers about anybody of the town."""

    def __init__(self) -> None:
        world = World(followers=0, friends=0, mutual=0, posts=0)
        world.members.clear()
        for name in circles():
            member = world.add(did_of(name), handle_of(name), *map(did_of, follows()[name]))
            member.bio, member.website = "Invented: nobody of this town exists.", website(name)
        super().__init__(world)

    def _told(self, request: Request, method: str) -> Any:
        self.queries.clear()
        return super()._told(request, method)

    def _feed(self, request: Request) -> Any:
        found = self._member(request.args["actor"])
        if not isinstance(found, Member):
            return found
        page, more = paged([_item(piece, found) for piece in reversed(_written(found))], request)
        return {"feed": page, **more}

    def _view(self, did: str) -> dict[str, Any]:
        told = super()._view(did)
        return told | {"displayName": full_name(told["handle"].partition(".")[0])}

    def _whole(self, member: Member) -> dict[str, Any]:
        return super()._whole(member) | {"postsCount": len(_written(member))}


def _written(member: Member) -> tuple[Piece, ...]:
    return written(member.handle.partition(".")[0])


def _item(piece: Piece, author: Member) -> dict[str, Any]:
    """An item of a feed."""
    fields = {"text": piece.text, "createdAt": stamp(piece.at), "langs": [piece.language]}
    view = {
        "uri": f"at://{author.did}/{POST}/{key_of(piece.at)}",
        "cid": "bafyreiexample",
        "author": {"did": author.did, "handle": author.handle},
        "record": bluesky_reply(**fields) if piece.is_reply else bluesky_post(**fields),
        "replyCount": piece.replies,
        "repostCount": piece.reposts,
        "likeCount": piece.likes,
        "quoteCount": 0,
        "indexedAt": stamp(piece.at),
        "labels": [],
    }
    return {"post": view}


@dataclass
class Hinted(Door):
    """Offers only the account whose handle was named: any other would be refused afterwards."""

    network: bluesky_oauth.Network = field(default_factory=bluesky_oauth.Network)

    def offered(self, asked: Mapping[str, str]) -> Iterable[str]:
        """Whose handle it is."""
        pushed = self.network.pushed.get(asked.get("request_uri", ""), {})
        return [name for name in self.people if self.people[name]["handle"] == pushed.get("login_hint")]


def application() -> WSGIApplication:
    """The network."""
    people = {name: {"did": did_of(name), "handle": handle_of(name)} for name in circles()}
    grants = door("bluesky", people, Hinted)
    assert isinstance(grants, Hinted)
    grants.network.trusting, grants.token_fields = True, {"expires_in": LONG}
    pages = bluesky_oauth.blueprint(grants, grants.network)
    return Joined(flask_of(pages), Bluesky(), OAUTH)
