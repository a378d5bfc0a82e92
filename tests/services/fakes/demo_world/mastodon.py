"""The town's Mastodon: all of it at one server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import mastodon_oauth
from ..mastodon import application as interface
from ..mastodon_world import Server, World
from .oauth_pages import Joined, door, flask_of
from .people import CHOICES, circles, follows, full_name, website
from .posts import Piece, written

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

OAUTH = r"/oauth/|/api/v1/apps$"
NOTE = "<p>Invented: nobody of this town exists.</p>"
NO_LIMIT = 10**12  # the fake's never end


def user_of(name: str) -> str:
    """A name as Mastodon allows it."""
    return name.replace("-", "_")


def town(host: str) -> Server:
    """The server, at which everybody is."""
    world = World()
    server = world.server("town", host, host=host, limits={"all": NO_LIMIT, "paging": NO_LIMIT}, told_limits=False)
    for name in circles():
        link = {"name": "Web", "value": f'<a href="{website(name)}" rel="me">{website(name)}</a>', "verified_at": None}
        more = {"display_name": full_name(name), "note": NOTE, "fields": [link] if website(name) else []}
        human = world.add(user_of(name), server, *map(user_of, follows()[name]), more=more)
        human.more["last_status_at"] = max((f"{piece.at:%Y-%m-%d}" for piece in written(name)), default=None)
        human.statuses = [_status(world, user_of(name), piece) for piece in written(name)]
    return server


def _status(world: World, user: str, piece: Piece) -> dict[str, Any]:
    """As the world makes it, under a number that stays the same."""
    status = world.post(user, f"<p>{piece.text}</p>", at=piece.at)
    number = str(10_000_000 + piece.number)
    for name in ("uri", "url"):
        status[name] = f"{status[name].rpartition('/')[0]}/{number}"
    reply = {"in_reply_to_id": "1", "in_reply_to_account_id": "2"} if piece.is_reply else {}
    counts = {"favourites_count": piece.likes, "reblogs_count": piece.reposts, "replies_count": piece.replies}
    return status | {"id": number, "language": piece.language, **counts, **reply}


def application(host: str) -> WSGIApplication:
    """The server `host`."""
    people = {name: {"username": user_of(name)} for name in CHOICES}
    pages = mastodon_oauth.blueprint(door("mastodon", people), domain=host)
    return Joined(flask_of(pages), interface(town(host)), OAUTH)
