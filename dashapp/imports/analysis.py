"""The analysis that ends an import: measures over the stored frames, kept as the small frames that pages read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import NamedTuple

import pandas as pd

from analytics import frames, text, timeline
from analytics.findings import Candidate, of_posts
from analytics.ranges import of_days
from analytics.sentiment import assess

from ..services import service_of
from ..store import accounts, change_list, posts, results, users
from ..store.rows import AccountRow
from .findings import findings_frame
from .people_analysis import people_results
from .top_posts import explained

CHUNK = 5_000  # posts assessed in one transaction
MOST_USED = 20
MEASURING_PEOPLE = "Measuring people"
#: the columns of `timeline.Days` that are stored of a period
BOUNDS = ("start", "end", "as_of", "first_at", "whole_since")


def analyse(owner: int, account_id: int) -> Iterator[tuple[str, int, int]]:
    """Analyses an account; yields step, done, total as it goes on. Stopped anywhere, it can be run again."""
    yield from _assess_posts(owner, account_id)
    yield "Measuring posts", 0, 1
    account = accounts.account(owner, account_id)
    if account is None:  # deleted while it was read
        return
    found, of_posts = _post_results(owner, account)
    if found and not results.stored(owner, account_id):  # its page shows them while its people are measured
        results.save(owner, account_id, found, whole=False)
    yield MEASURING_PEOPLE, 0, 1
    of_people = people_results(owner, account)
    found |= of_people.frames
    found["growth"] = change_list.daily_growth(owner, account_id)
    found["findings"] = findings_frame(account, found["growth"], of_posts=of_posts, of_people=of_people.candidates)
    yield "Saving", 0, 1
    made = [name for name in results.FRAMES if name not in of_people.stand]
    stored = {name: found.get(name, pd.DataFrame()) for name in made}
    results.save(owner, account_id, stored, stand=of_people.stand)


def _assess_posts(owner: int, account_id: int) -> Iterator[tuple[str, int, int]]:
    while len(chunk := posts.unassessed(owner, account_id, limit=CHUNK)):
        yield "Assessing posts", *posts.progress(owner, account_id)
        assessed = assess(chunk["text"], chunk["language"])
        posts.save_assessment(owner, account_id, assessed.assign(post=chunk["post"]))


class Read(NamedTuple):
    """An account's posts without their texts, and what was found in these: texts are the most of the memory."""

    posts: pd.DataFrame
    hashtags: pd.DataFrame
    mentions: pd.DataFrame


def _read(owner: int, account_id: int) -> Read:
    parts = [
        Read(portion.drop(columns=["text", "url"]), text.hashtag_uses(portion), text.mention_uses(portion))
        for portion in chain([frames.empty(frames.POSTS)], posts.portions(owner, account_id))
    ]
    return Read(*(pd.concat(same, ignore_index=True) for same in zip(*parts, strict=True)))


Candidates = dict[str, tuple[timeline.Days, list[Candidate]]]


def _post_results(owner: int, account: AccountRow) -> tuple[dict[str, pd.DataFrame], Candidates]:
    """The frames of posts; the days of each period, and what may be said of its posts."""
    read = _read(owner, account.id)
    if read.posts.empty:
        return {}, {}
    time_zone = users.user(owner).time_zone
    times = read.posts["created_at"]
    as_of = account.as_of or (times.max() + pd.Timedelta(microseconds=1)).to_pydatetime()
    whole_since = _whole_since(account, times)
    by_day = {name: of(read.posts, time_zone=time_zone) for name, of in timeline.BY_DAY.items()}
    periods = {
        period: timeline.period_days(read.posts, period, as_of=as_of, time_zone=time_zone, whole_since=whole_since)
        for period in timeline.PERIODS
    }
    by_period = [_of_period(read, period, days, by_day=by_day) for period, days in periods.items()]
    found = {name: pd.concat([of[name] for of in by_period], ignore_index=True) for name in by_period[0]}
    tone = service_of(account.service).tone_validated
    said = {period: (days, _may_be_said(read, days, tone=tone)) for period, days in periods.items()}
    return found | by_day | {"top_posts": explained(owner, account.id, found["top_posts"])}, said


def _may_be_said(read: Read, days: timeline.Days, *, tone: bool) -> list[Candidate]:
    return of_posts(
        read.posts, start=days.start, as_of=days.as_of, time_zone=days.time_zone, since=days.whole_since, tone=tone
    )


def _whole_since(account: AccountRow, times: pd.Series[pd.Timestamp]) -> pd.Timestamp:
    """From when on no post is missing. Where the service did not tell all, older files may leave a hole between."""
    in_order = times.sort_values(ignore_index=True)
    if account.source != "live" or account.posts_until is not None:
        return in_order[0]
    return in_order[in_order.diff().fillna(pd.Timedelta(0)).argmax()]


def _of_period(
    read: Read, period: str, days: timeline.Days, *, by_day: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """The frames of one period, each with a column that names it."""
    part = timeline.within(read.posts, days.start, days.end)
    of_period = {
        "periods": pd.DataFrame([{name: getattr(days, name) for name in BOUNDS}]),
        "hashtags": text.hashtags(part, read.hashtags).head(MOST_USED),
        "mentions": text.mentions(part, read.mentions).head(MOST_USED),
        **of_days(by_day, days),
    }
    return {name: frame.assign(period=period) for name, frame in of_period.items()}
