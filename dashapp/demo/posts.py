"""The posts of the demo: sentences put together, times with a daily rhythm, counts with a heavy tail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from ..services.records import Kind, Person, Post
from .words import ANSWERS, COMMENTS, GERMAN, ISSUES, TOPICS, Topic

TIME_ZONE = "Europe/Berlin"
DAYS = 420  # before the later import
#: weights of the hours from midnight: early risers on GitHub, evenings elsewhere
EVENINGS = (1, 0, 0, 0, 0, 1, 4, 9, 10, 6, 4, 4, 7, 6, 4, 4, 5, 7, 10, 14, 15, 12, 7, 3)
OFFICE = (0, 0, 0, 0, 0, 0, 1, 3, 8, 12, 13, 11, 6, 8, 12, 12, 9, 5, 3, 3, 4, 4, 2, 1)
KINDS: tuple[Kind, ...] = ("post", "reply", "repost")
READS = ("positive", "neutral", "negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How the demo's person posts on a service. `reported` names the counts that the service tells."""

    posts: int
    topics: Mapping[str, float]
    kinds: tuple[float, float, float]
    reads: tuple[float, float, float]
    hours: Sequence[int]
    weekdays: Sequence[float]
    answers: float  # likes that a post can expect
    reported: frozenset[str]
    german: float = 0.0


def posts(rng: np.random.Generator, habits: Habits, people: Sequence[Person], *, as_of: datetime) -> list[Post]:
    """All posts until `as_of`, the oldest first."""
    times = _times(rng, habits, as_of=as_of)
    kinds = rng.choice(3, size=len(times), p=habits.kinds)
    return [
        _post(rng, habits, people, number=number, at=at, kind=KINDS[kind])
        for number, (at, kind) in enumerate(zip(times, kinds, strict=True), 1)
    ]


def as_they_were(later: Sequence[Post], *, as_of: datetime) -> list[Post]:
    """The posts at an earlier time: the youngest of them had not got all their answers yet."""
    young = as_of - timedelta(days=10)
    return [post if post.created_at < young else _halved(post) for post in later if post.created_at < as_of]


def _times(rng: np.random.Generator, habits: Habits, *, as_of: datetime) -> list[datetime]:
    zone = ZoneInfo(TIME_ZONE)
    last = as_of.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [last - timedelta(days=number) for number in range(DAYS)]
    mood = 1 + 0.5 * np.sin(np.arange(DAYS) / 23) + 0.35 * np.cos(np.arange(DAYS) / 61)
    weights = np.array([habits.weekdays[day.weekday()] for day in days]) * mood * rng.gamma(1.5, 1.0, DAYS)
    hours = np.array(habits.hours) / sum(habits.hours)
    chosen = rng.choice(DAYS, size=2 * habits.posts, p=weights / weights.sum())
    times = [
        days[day].replace(hour=int(hour), minute=int(minute), second=int(second))
        for day, hour, minute, second in zip(
            chosen,
            rng.choice(24, size=len(chosen), p=hours),
            rng.integers(60, size=len(chosen)),
            rng.integers(60, size=len(chosen)),
            strict=True,
        )
    ]
    distinct = sorted({time.astimezone(UTC) for time in times if time < as_of})
    kept = rng.permutation(len(distinct))[: habits.posts]
    return [distinct[place] for place in sorted(kept)]


def _post(
    rng: np.random.Generator, habits: Habits, people: Sequence[Person], *, number: int, at: datetime, kind: Kind
) -> Post:
    reads = READS[int(rng.choice(3, p=habits.reads))]
    text, language = _text(rng, habits, people, number=number, kind=kind, reads=reads)
    counts = _counts(rng, habits, kind=kind, reads=reads) if kind != "repost" else {}
    return Post(key=f"demo-{number:04d}", created_at=at, kind=kind, text=text, language=language, **counts)


def _text(
    rng: np.random.Generator, habits: Habits, people: Sequence[Person], *, number: int, kind: Kind, reads: str
) -> tuple[str, str]:
    """A text and its language."""
    topic, language = _topic(rng, habits, kind)
    parts = [_sentence(rng, topic, reads, number)]
    if topic is ANSWERS:
        parts.insert(0, f"@{_somebody(rng, people)}")
    elif topic.tags and rng.random() < 0.12:
        parts.append(f"With @{_somebody(rng, people)}.")
    if topic.tags and rng.random() < 0.6:
        parts += [f"#{tag}" for tag in rng.choice(topic.tags, size=int(rng.integers(1, 3)), replace=False)]
    return " ".join(parts), language


def _topic(rng: np.random.Generator, habits: Habits, kind: Kind) -> tuple[Topic, str]:
    name = str(rng.choice(list(habits.topics), p=list(habits.topics.values())))
    if name == "issues":
        return (COMMENTS if kind == "reply" else ISSUES), "en"
    if kind == "reply":
        return ANSWERS, "en"
    return (GERMAN, "de") if rng.random() < habits.german else (TOPICS[name], "en")


def _sentence(rng: np.random.Generator, topic: Topic, reads: str, number: int) -> str:
    """A sentence; those of posts that follow each other differ."""
    gaps = {gap: words[int(rng.integers(len(words)))] for gap, words in topic.gaps.items()}
    sentences = getattr(topic, reads)
    sentence: str = sentences[number % len(sentences)].format(**gaps)
    return sentence[0].upper() + sentence[1:]


def _somebody(rng: np.random.Generator, people: Sequence[Person]) -> str:
    """A handle; some are mentioned again and again."""
    place = min(int(rng.exponential(12)), len(people) - 1)
    return people[place].handle or people[place].key


def _counts(rng: np.random.Generator, habits: Habits, *, kind: Kind, reads: str) -> dict[str, Any]:
    expected = habits.answers * rng.lognormal(0, 1.1) * (0.4 if kind == "reply" else 1)
    if rng.random() < 0.015:
        expected *= 25  # once in a while a post goes round
    counts = {
        "likes": rng.poisson(expected * (1.3 if reads == "positive" else 1)),
        "reposts": rng.poisson(expected * 0.22),
        "replies": rng.poisson(expected * (0.35 if reads == "negative" else 0.2)),
        "quotes": rng.poisson(expected * 0.04),
    }
    return {name: int(count) for name, count in counts.items() if name in habits.reported}


def _halved(post: Post) -> Post:
    counts = {name: getattr(post, name) for name in ("replies", "reposts", "likes", "quotes")}
    return replace(post, **{name: count // 2 for name, count in counts.items() if count is not None})
