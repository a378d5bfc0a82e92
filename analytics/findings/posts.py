"""What may be said of posts: changes, when and which are answered, their tone, and their hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.answering import time_to_answer
from analytics.findings.candidates import MOST_STRETCHES, Candidate, Share, rose_or_fell, width_of
from analytics.sentiment.bias import corrected
from analytics.significance import differences, mean_above, more_than, step
from analytics.timeline import LABELS, RESPONSES, answered, local_day, local_time, own, within
from analytics.uncertainty import FEW

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_BLOCK_HOURS = 4
_BLOCK_POSTS = 50  # who posts in bursts fills four hours with a few of them
_BLOCK_SHARE = 1 / 3  # twice what four hours hold of posts that come at any hour
_SURE = 2  # standard errors of what is known of the sentiment model's mistakes
_MONTH = 28  # days


def of_posts(
    posts: pd.DataFrame,
    *,
    start: datetime,
    as_of: datetime,
    time_zone: str,
    since: datetime | None = None,
    tone: bool = True,
) -> list[Candidate]:
    """What may be said of the posts of a period.

    Parameters
    ----------
    posts : DataFrame
        As `frames.POSTS`; texts may be missing. All that is known of the account, also from before the period.
    start : datetime
        Where the period begins, aware; such as `timeline.period_bounds` gives it.
    as_of : datetime
        "Now", aware: when the data was made, which is after its last post.
    time_zone : str
        IANA name: whose days and hours they are.
    since : datetime, optional
        From then on no post is missing, aware; by default since the first.
    tone : bool
        Whether the texts are of a kind for which the errors of the sentiment model are known: of others nothing is said
        about their tone.

    Returns
    -------
    list of Candidate
        Without those for which there is too little; none without posts.

    Notes
    -----
    Every sentence has a p-value; that of a best hour, weekday or four hours is multiplied by how many were looked at
    (Bonferroni).

    The posts of a local day are one unit, for a thread or a sitting is answered, and reads, as one: see
    `significance.differences` and `significance.more_than`. Answers are compared within 28 days, so that a growing
    audience makes no best hour. A change against the period before is held against how the account rises and falls by
    itself, in stretches of a week to a month: see `significance.step`. What is said is never the opposite of what was
    tested: nothing of a change whose sums over posts go the other way than the stretches do, and no best hour that is
    answered less often than the rest of the period.

    Answers are compared among posts for which the service tells the same counts as for most of the period, and that
    are old enough (`answering.time_to_answer`). Either side needs 20 of them; so does a tone, and four hours 50 posts.

    References
    ----------
    .. [1] Liang, K.-Y. & Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models. Biometrika
       73, 13-22.
    """
    mine = own(posts[["created_at", "kind", "language", "label", *RESPONSES]])
    now = within(mine, start, as_of)
    if now.empty:
        return []
    local = local_time(now, time_zone)
    day = (local.max().normalize() - local.dt.normalize()).dt.days
    clock = pd.DataFrame({"weekday": local.dt.day_of_week, "hour": local.dt.hour, "day": day})
    days = (local_day(as_of - timedelta(microseconds=1), time_zone) - local_day(start, time_zone)).days + 1
    asked = _comparable(mine, now, as_of=as_of)
    asked_now = within(asked, start, as_of).join(clock)
    return [
        *_changes(mine, asked, since=since or posts["created_at"].min(), start=start, as_of=as_of, days=days),
        *_most_answered(asked_now),
        *_kinds(asked_now),
        *(_mood(now, day) if tone else ()),
        *_rhythm(clock),
    ]


def _comparable(mine: pd.DataFrame, now: pd.DataFrame, *, as_of: datetime) -> pd.DataFrame:
    """The posts whose answers can be compared, and whether they were answered."""
    told = mine[list(RESPONSES)].notna() @ (1 << np.arange(len(RESPONSES)))
    of_now = told[now.index]
    most = of_now[of_now > 0].mode()
    alike = mine[told.isin(most.head(1))]
    asked = alike[["created_at", "kind"]].assign(answered=answered(alike))
    age = time_to_answer(asked["created_at"], asked["answered"], as_of=as_of)
    return asked[asked["created_at"] < pd.Timestamp(as_of) - age]


def _share(posts: pd.DataFrame) -> Share:
    return Share(int(posts["answered"].sum()), len(posts))


def _changes(
    mine: pd.DataFrame, asked: pd.DataFrame, *, since: datetime, start: datetime, as_of: datetime, days: int
) -> Iterator[Candidate]:
    """More or fewer posts than in the period before, and more or fewer of them answered."""
    now, length = pd.Timestamp(as_of), pd.Timestamp(as_of) - pd.Timestamp(start)
    if since > now - 2 * length:
        return
    width = width_of(days)
    known = min(int((now - since) / (length / width)), MOST_STRETCHES)

    def counts(times: pd.Series[pd.Timestamp]) -> NDArray[np.int64]:
        stretch = ((now - times) // (length / width)).to_numpy()
        return np.bincount(stretch[(stretch >= 0) & (stretch < known)], minlength=known)

    before = f"against the {days} days before"
    n = counts(mine["created_at"])
    weeks = length / pd.Timedelta(days=7)
    rate, earlier = n[:width].sum() / weeks, n[width : 2 * width].sum() / weeks
    # The square root of a count varies as much whatever the count is (Anscombe 1948).
    found = step(np.sqrt(n + 3 / 8), np.full(known, 1 / 4), width=width)
    yield Candidate(
        found.p_of(rate - earlier),
        f"Posts {rose_or_fell(rate, earlier)} from {earlier:.1f} to {rate:.1f} a week {before}.",
        "timeline",
    )

    asked_a_day, heard = counts(asked["created_at"]), counts(asked.loc[asked["answered"], "created_at"])
    recent = Share(int(heard[:width].sum()), int(asked_a_day[:width].sum()))
    then = Share(int(heard[width : 2 * width].sum()), int(asked_a_day[width : 2 * width].sum()))
    if min(recent.whole, then.whole) < FEW:
        return
    overall = (recent.part + then.part + 0.5) / (recent.whole + then.whole + 1)
    n_counted = np.where(asked_a_day > 0, asked_a_day, np.nan)
    found = step(heard / n_counted, overall * (1 - overall) / n_counted, width=width)
    yield Candidate(
        found.p_of(recent.value - then.value),
        f"The response rate {rose_or_fell(recent.value, then.value)} from {then} to {recent} {before} "
        f"({recent.whole:,} posts now, {then.whole:,} then).",
        "timeline",
    )


def _most_answered(asked: pd.DataFrame) -> Iterator[Candidate]:
    """The hour of a weekday, weekday or hour that most surely is answered more often than the rest."""
    weekday, hour = asked["weekday"], asked["hour"]
    found: list[tuple[float, str, Share]] = []
    for group, names in (
        (weekday * 24 + hour, [f"{day} {_span(begin, 1)}" for day in _DAYS for begin in range(24)]),
        (weekday, list(_DAYS)),
        (hour, [_span(begin, 1) for begin in range(24)]),
    ):
        p = differences(asked["answered"], group, asked["day"], asked["day"] // _MONTH, n_groups=len(names))
        told = np.bincount(group, minlength=len(names))
        heard = np.bincount(group[asked["answered"]], minlength=len(names))
        enough = np.flatnonzero((told >= FEW) & (len(asked) - told >= FEW))
        found += [(float(p[i]), names[i], Share(int(heard[i]), int(told[i]))) for i in enough]
    if not found:
        return
    least, name, best = min(found)
    others = Share(int(asked["answered"].sum()) - best.part, len(asked) - best.whole)
    yield Candidate(
        least * len(found) if best.value > others.value else 1,
        f"Answered more often than the rest: {name} ({best} of {best.whole:,} posts, else {others}).",
        "rhythm",
    )


def _span(hour: int, length: int) -> str:
    return f"{hour}-{(hour + length - 1) % 24 + 1} h"


def _kinds(asked: pd.DataFrame) -> Iterator[Candidate]:
    """Posts against replies."""
    is_post = asked["kind"] == "post"
    posts, replies = _share(asked[is_post]), _share(asked[~is_post])
    if min(posts.whole, replies.whole) < FEW:
        return
    less, more = differences(asked["answered"], is_post, asked["day"], asked["day"] // _MONTH, n_groups=2)
    how = "more" if posts.value > replies.value else "less"
    shares = f"{posts} of {posts.whole:,} against {replies} of {replies.whole:,}"
    p = 2 * (more if how == "more" else less)
    yield Candidate(p, f"Posts are answered {how} often than replies ({shares}).", "timeline")


def _mood(now: pd.DataFrame, day: pd.Series[int]) -> Iterator[Candidate]:
    """Whether more posts read positive or negative."""
    counts = {label: int((now["label"] == label).sum()) for label in LABELS}
    more, less = sorted(("negative", "positive"), key=lambda label: -counts[label])
    if counts[more] + counts[less] < FEW:
        return
    scores, error = corrected(now["label"], now["language"])
    if scores.empty:
        return
    assessed, sign = sum(counts.values()), 1 if more == "positive" else -1
    as_read = now.loc[scores.index, "label"].map({"negative": -1, "neutral": 0, "positive": 1})
    unit = day[scores.index]
    # where an account is more neutral than the posts of validation, their errors alone would make a tone
    yield Candidate(
        2 * max(mean_above(sign * scores, unit, _SURE * error), mean_above(sign * as_read, unit, 0)),
        f"More posts read {more} than {less} "
        f"({Share(counts[more], assessed)} against {Share(counts[less], assessed)} of {assessed:,}).",
        "sentiment",
    )


def _rhythm(clock: pd.DataFrame) -> Iterator[Candidate]:
    """Whether four hours hold more than a third of the posts."""
    total = len(clock)
    if total < _BLOCK_POSTS:
        return
    by_day = np.bincount(clock["day"] * 24 + clock["hour"], minlength=(clock["day"].max() + 1) * 24).reshape(-1, 24)
    blocks = np.sum([np.roll(by_day, -offset, axis=1) for offset in range(_BLOCK_HOURS)], axis=0)
    hour = int(np.argmax(blocks.sum(axis=0)))
    p = 24 * float(more_than(blocks, by_day.sum(axis=1), _BLOCK_SHARE).min())
    share = Share(int(blocks[:, hour].sum()), total)
    yield Candidate(p, f"{share} of {total:,} posts were written at {_span(hour, _BLOCK_HOURS)}.", "rhythm")
