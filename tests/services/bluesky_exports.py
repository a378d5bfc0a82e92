"""Makes Bluesky repositories of invented persons, as small or as large as a test needs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.services.car_files import Blocks, car, repository_blocks, time_key
from tests.services.exports import NEWEST, sentence, vocabulary

DID = "did:plc:adaexampleadaexampleadae"
OTHER = "did:plc:bobexamplebobexamplebobe"
POST, REPOST, FOLLOW = "app.bsky.feed.post", "app.bsky.feed.repost", "app.bsky.graph.follow"
PROFILE, LIKE = "app.bsky.actor.profile", "app.bsky.feed.like"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HELLO_AT = datetime(2024, 3, 5, 14, 2, 11, tzinfo=UTC)
REV = time_key((NEWEST - EPOCH) // timedelta(microseconds=1))


def key_of(at: datetime = HELLO_AT, clock: int = 0) -> str:
    """The record key of something written at that time."""
    return time_key((at - EPOCH) // timedelta(microseconds=1), clock)


def bluesky_post(**fields: Any) -> dict[str, Any]:
    """A post."""
    return {"$type": POST, "text": "Hello", "createdAt": "2024-03-05T14:02:11.000Z", "langs": ["en"], **fields}


def bluesky_reply(to: str = f"at://{OTHER}/{POST}/3k2aaaaaaaa2a", **fields: Any) -> dict[str, Any]:
    """A reply."""
    of = {"uri": to, "cid": "bafyreiexample"}
    return bluesky_post(reply={"root": of, "parent": of}, **fields)


def bluesky_repost(of: str = f"at://{OTHER}/{POST}/3k2aaaaaaaa2a", **fields: Any) -> dict[str, Any]:
    """A repost."""
    subject = {"uri": of, "cid": "bafyreiexample"}
    return {"$type": REPOST, "subject": subject, "createdAt": "2024-03-06T08:00:00.000Z", **fields}


def bluesky_follow(whom: str = OTHER, **fields: Any) -> dict[str, Any]:
    """A follow."""
    return {"$type": FOLLOW, "subject": whom, "createdAt": "2023-05-02T08:11:00.000Z", **fields}


def bluesky_profile(**fields: Any) -> dict[str, Any]:
    """The profile."""
    told = {"displayName": "Ada", "description": "Maths & engines", "createdAt": "2023-05-02T08:00:00.000Z"}
    return {"$type": PROFILE, **told, **fields}


def records(*posts: Mapping[str, Any], follows: tuple[Mapping[str, Any], ...] = ()) -> dict[str, Any]:
    """The records of a small repository by path: posts and reposts, follows, a profile, a like."""
    by_path: dict[str, Any] = {f"{PROFILE}/self": bluesky_profile()}
    for number, record in enumerate((*posts, *follows)):
        by_path[f"{record['$type']}/{key_of(clock=number)}"] = record
    by_path[f"{LIKE}/{key_of()}"] = bluesky_repost() | {"$type": LIKE}
    return by_path


def bluesky_blocks(by_path: Mapping[str, Any], *, did: str = DID, rev: str = REV) -> tuple[bytes, Blocks]:
    """The root and the blocks of a repository."""
    return repository_blocks(by_path, did=did, rev=rev)


def bluesky_car(by_path: Mapping[str, Any], *, did: str = DID, rev: str = REV) -> bytes:
    """A repository as a CAR file."""
    root, blocks = bluesky_blocks(by_path, did=did, rev=rev)
    return car(root, blocks.items())


def bluesky_small(*posts: Mapping[str, Any], follows: tuple[Mapping[str, Any], ...] = ()) -> dict[str, bytes]:
    """The file of a small repository."""
    return {"repo.car": bluesky_car(records(*posts, follows=follows))}


def bluesky_archive(
    path: Path, *, posts: int = 200, friends: int = 40, likes: int = 100, seed: int = 1, **_none: Any
) -> Path:
    """A Bluesky repository. Same arguments, same content."""
    rng = random.Random(seed)
    by_path: dict[str, Any] = {f"{PROFILE}/self": bluesky_profile()}
    for number, (at, record) in enumerate(_written(rng, posts)):
        by_path[f"{record['$type']}/{key_of(at, number % 1024)}"] = record
    for number in range(friends):
        whom = f"did:plc:{number:024}".translate(str.maketrans("0189", "abcd"))
        at = HELLO_AT + timedelta(hours=number)
        by_path[f"{FOLLOW}/{key_of(at)}"] = bluesky_follow(whom, createdAt=_stated(at))
    for number in range(likes):
        at = HELLO_AT + timedelta(minutes=number)
        by_path[f"{LIKE}/{key_of(at)}"] = bluesky_repost(createdAt=_stated(at)) | {"$type": LIKE}
    path.write_bytes(bluesky_car(by_path))
    return path


def _written(rng: random.Random, posts: int) -> Iterator[tuple[datetime, dict[str, Any]]]:
    words = vocabulary(rng)
    step = timedelta(days=900) / max(posts, 1)
    for number in range(posts):
        at = NEWEST - step * number - timedelta(seconds=rng.randrange(60))
        text, kind = f"{sentence(rng, words, 20)} #{rng.choice(words)}", rng.random()
        if kind < 0.1:
            yield at, bluesky_repost(createdAt=_stated(at))
        elif kind < 0.4:
            yield at, bluesky_reply(text=text, createdAt=_stated(at))
        else:
            yield at, bluesky_post(text=text, createdAt=_stated(at))


def _stated(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
