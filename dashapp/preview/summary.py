"""An account at a glance: its profile, and measures of its newest posts, without any of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from analytics import frames, timeline
from analytics.figures import figures
from analytics.findings import of_posts, telling
from analytics.sentiment import assess
from analytics.shares import tone_shares

from ..services import service_of
from ..services.files.values import link
from ..services.records import Post, Profile

LONGEST_BIO = 1_000
ZONE = "UTC"  # nobody knows whose clock to read
A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a page shows of an account. Times are ISO texts, counts None where the service does not tell."""

    service: str
    handle: str
    name: str | None
    url: str | None
    bio: str | None
    followers: int | None
    friends: int | None
    posts: int | None
    created_at: str | None
    read: int  # posts that the rest is about: the newest
    since: str | None  # when the oldest and the newest of them were made
    until: str | None
    figures: Mapping[str, Any]  # of `analytics.figures.Figures`
    hours: Sequence[int]  # own posts by weekday and hour, Monday 0:00 first
    tone: Mapping[str, int]  # own posts by label; the rest could not be assessed
    tone_likely: Mapping[str, Sequence[float]]  # bounds of the true share; none where the model's errors are not known
    findings: Sequence[str]
    note: str  # why posts are missing
    at: str  # when the service was asked


def preview_of(profile: Profile, posts: Sequence[Post], note: str = "") -> Preview:
    """What a page shows of an account and its newest posts."""
    frame = _frame(posts)
    own = timeline.own(frame)
    validated = service_of(profile.service).tone_validated
    as_of = profile.as_of or datetime.now(UTC)
    times = [post.created_at for post in posts]
    end = max([as_of, *(at + A_MOMENT for at in times)])  # the service's clock may be ahead of ours
    days = timeline.period_days(frame, "all", as_of=end, time_zone=ZONE)
    by_day = {name: of(frame, time_zone=ZONE) for name, of in timeline.BY_DAY.items()}
    hours = timeline.responses_by_hour(by_day["hours"])
    counts = {name: getattr(profile, name) for name in ("followers", "friends", "posts")}
    said = telling(of_posts(frame, start=days.start, as_of=end, time_zone=ZONE, tone=validated))
    return Preview(
        service=profile.service,
        handle=profile.handle,
        name=profile.name,
        url=link(profile.url),
        bio=(profile.bio or "").strip()[:LONGEST_BIO] or None,
        **counts,
        created_at=_iso(profile.created_at),
        read=len(posts),
        since=_iso(min(times, default=None)),
        until=_iso(max(times, default=None)),
        figures=figures(by_day["daily"], by_day["received"], days).as_record(),
        hours=hours["posts"].tolist(),
        tone={label: int((own["label"] == label).sum()) for label in timeline.LABELS},
        tone_likely=_likely(own, validated=validated),
        findings=[each.sentence for each in said],
        note=note,
        at=as_of.isoformat(),
    )


def _frame(posts: Sequence[Post]) -> pd.DataFrame:
    """Posts as `frames.POSTS`, assessed."""
    own_answers = Counter(post.reply_to for post in posts if post.reply_to)
    rows = [
        {**asdict(post), "post": number, "label": None, "replies": _of_others(post, own_answers)}
        for number, post in enumerate(posts)
    ]
    frame = pd.DataFrame(rows, columns=list(frames.POSTS))
    frame = frames.check(frame.assign(created_at=pd.to_datetime(frame["created_at"], utc=True)), frames.POSTS)
    assessed = assess(frame["text"], frame["language"])
    return frame.assign(label=assessed["label"].where(frame["kind"] != "repost"), language=assessed["language"])


def _of_others(post: Post, own_answers: Mapping[str, int]) -> int | None:
    """The answers to a post without the account's own, as `store.posts` counts them."""
    own = sum(own_answers.get(name, 0) for name in {post.key, post.alias} if name)
    return None if post.replies is None else max(post.replies - own, 0)


def _likely(own: pd.DataFrame, *, validated: bool) -> dict[str, list[float]]:
    """Between what bounds the true share of each label is likely to be."""
    if not validated:
        return {}
    whole = tone_shares(timeline.tones(own, time_zone=ZONE).assign(start=0, partial=False)).set_index("label")
    return {str(label): bounds.tolist() for label, bounds in whole[["ci_low", "ci_high"]].dropna().iterrows()}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
