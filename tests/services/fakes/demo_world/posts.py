"""What the town writes: the same at each start, and every few hours something new."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from dashapp.demo.words import ANSWERS, COMMENTS, GERMAN, ISSUES, TOPICS, Topic

from .people import CHOICES, circles

START = datetime(2020, 1, 1, tzinfo=UTC)
SLOT = timedelta(hours=7)  # in each somebody writes something, or does not
DAYS = 400
BUSY, QUIET = 0.28, 0.02  # of those whose accounts can be connected, and of others
READS = (("positive", 4), ("neutral", 4), ("negative", 2))


@dataclass(frozen=True)
class Piece:
    """Something that somebody wrote. Its number stays what it is."""

    number: int
    at: datetime
    text: str
    language: str
    is_reply: bool
    likes: int
    reposts: int
    replies: int


def written(name: str, *, issues: bool = False) -> tuple[Piece, ...]:
    """What somebody wrote until now, the oldest first; `issues`: about code."""
    return _until(name, issues, (datetime.now(UTC) - START) // SLOT)


@lru_cache(maxsize=1_000)
def _until(name: str, issues: bool, slot: int) -> tuple[Piece, ...]:
    first = slot - timedelta(days=DAYS) // SLOT
    return tuple(_pieces(name, issues, first, slot))


def _pieces(name: str, issues: bool, first: int, end: int) -> Iterator[Piece]:
    share = (BUSY if name in CHOICES else QUIET) * 2**32
    for number in range(first, end):
        seed = f"{name} {issues} {number}"
        if int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=4).digest()) < share:  # quicker than dice
            yield _piece(random.Random(seed), name, issues, number)


def _piece(dice: random.Random, name: str, issues: bool, number: int) -> Piece:
    is_reply = dice.random() < 0.25
    topic = _topic(dice, name, issues=issues, is_reply=is_reply)
    (reads,) = dice.choices(*zip(*READS, strict=True))
    gaps = {gap: dice.choice(words) for gap, words in topic.gaps.items()}
    text = dice.choice(getattr(topic, str(reads))).format(**gaps)
    tags = [f"#{tag}" for tag in dice.sample(list(topic.tags), min(len(topic.tags), dice.randrange(3)))]
    return Piece(
        number=number,
        at=START + number * SLOT + timedelta(seconds=dice.randrange(int(SLOT.total_seconds()))),
        text=" ".join([text[0].upper() + text[1:], *tags]),
        language="de" if topic is GERMAN else "en",
        is_reply=is_reply,
        likes=int(dice.expovariate(0.25)),
        reposts=int(dice.expovariate(1.2)),
        replies=int(dice.expovariate(0.9)),
    )


def _topic(dice: random.Random, name: str, *, issues: bool, is_reply: bool) -> Topic:
    if issues:
        return COMMENTS if is_reply else ISSUES
    if is_reply:
        return ANSWERS
    return GERMAN if dice.random() < 0.08 else list(TOPICS.values())[circles()[name] % len(TOPICS)]
