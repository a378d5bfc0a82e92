"""The town's X, Facebook and LinkedIn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashapp.settings import FAKE_CLIENT

from .. import facebook, facebook_oauth, linkedin, linkedin_oauth, x, x_oauth
from .oauth_pages import Each, Joined, door, flask_of
from .people import CHOICES, circles, followers, follows, full_name, website
from .posts import Piece, written

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

X_OAUTH = r"/i/oauth2/|/2/oauth2/"
FACEBOOK_OAUTH = r"/dialog/|/oauth/|/\d+/permissions$"
LINKEDIN_OAUTH = r"/\.well-known/|/openid/|/v2/"


def number_of(name: str) -> str:
    """Somebody's number."""
    return str(2_000 + list(circles()).index(name))


# ---- X


def x_name(name: str) -> str:
    """Longer than X allows: no link leads to somebody who exists."""
    return f"{name.replace('-', '_')}_of_a_fake_town"


def x_application() -> WSGIApplication:
    """x.com and api.x.com."""
    pages = x_oauth.blueprint(door("x", {name: {} for name in CHOICES}))
    fakes = {name: x.Fake(_x_world(name)) for name in CHOICES}
    return Joined(flask_of(pages), Each("x", fakes, x.TOKEN), X_OAUTH)


def _x_world(name: str) -> x.World:
    world = x.World()
    world.me = _x_user(name)
    world.tweets = [_tweet(piece, world.me["id"]) for piece in reversed(written(name))]
    lists = {"followers": followers()[name], "following": follows()[name]}
    world.people = {relation: [_x_user(other) for other in others] for relation, others in lists.items()}
    return world


def _x_user(name: str) -> dict[str, Any]:
    counts = {
        "followers_count": len(followers()[name]),
        "following_count": len(follows()[name]),
        "tweet_count": len(written(name)),
    }
    told = {"id": number_of(name), "username": x_name(name), "name": full_name(name), "url": website(name)}
    return {**told, "created_at": x.at(0), "protected": False, "public_metrics": counts}


def _tweet(piece: Piece, author: str) -> dict[str, Any]:
    counts = {"retweet_count": piece.reposts, "reply_count": piece.replies, "like_count": piece.likes, "quote_count": 0}
    reply = {"in_reply_to_user_id": "1", "referenced_tweets": [{"type": "replied_to", "id": "1"}]}
    return {
        "id": str(10**9 + piece.number),
        "text": piece.text,
        "created_at": f"{piece.at:%Y-%m-%dT%H:%M:%S}.000Z",
        "lang": piece.language,
        "author_id": author,
        "public_metrics": {**counts, "impression_count": 40 + 30 * piece.likes},
        **(reply if piece.is_reply else {}),
    }


# ---- Facebook, LinkedIn


def facebook_application() -> WSGIApplication:
    """www.facebook.com and graph.facebook.com."""
    pages = facebook_oauth.blueprint(door("facebook", {name: {} for name in CHOICES}))
    fakes = {name: facebook.Fake(friends=len(follows()[name])) for name in CHOICES}
    for name, fake in fakes.items():
        fake.me = {"id": number_of(name), "name": full_name(name)}
    return Joined(flask_of(pages), Each("facebook", fakes, facebook.TOKEN), FACEBOOK_OAUTH)


def linkedin_application() -> WSGIApplication:
    """www.linkedin.com/oauth and api.linkedin.com."""
    people = {name: {"sub": f"li-{name}", "name": full_name(name), "given_name": full_name(name)} for name in CHOICES}
    signing = linkedin_oauth.Signing(claims=lambda claims: claims | {"aud": FAKE_CLIENT["ID"]})
    fakes = {name: linkedin.Fake() for name in CHOICES}
    for name, fake in fakes.items():
        fake.me = people[name]
    pages = linkedin_oauth.blueprint(door("linkedin", people), signing)
    return Joined(flask_of(pages), Each("linkedin", fakes, linkedin.TOKEN), LINKEDIN_OAUTH)
