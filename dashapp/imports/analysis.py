"""The analysis that ends an import: measures over the stored frames, kept as the small frames that pages read."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

import pandas as pd

from analytics import frames, text, timeline
from analytics.findings import findings
from analytics.sentiment import assess, reasons
from analytics.uncertainty import Estimate

from ..services import service_of
from ..store import accounts, change_list, posts, results, users
from ..store.rows import AccountRow
from .people_analysis import people_results

CHUNK = 5_000  # posts assessed in one transaction
MOST_USED = 20


def analyse(owner: int, account_id: int) -> Iterator[tuple[str, int, int]]:
    """Analyses an account; yields step, done, total as it goes on. Stopped anywhere, it can be run again."""
    yield from _assess_posts(owner, account_id)
    yield "Measuring posts", 0, 1
    account = accounts.account(owner, account_id)
    if account is None:  # deleted while it was read
        return
    found = _post_results(owner, account)
    yield "Measuring people", 0, 1
    found |= people_results(owner, account)
    found["growth"] = change_list.daily_growth(owner, account_id)
    yield "Saving", 0, 1
    stored = {name: found.get(name, pd.DataFrame()) for name in results.FRAMES}
    results.save(owner, account_id, stored)


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


def _post_results(owner: int, account: AccountRow) -> dict[str, pd.DataFrame]:
    read = _read(owner, account.id)
    if read.posts.empty:
        return {}
    time_zone = users.user(owner).time_zone
    as_of = account.as_of or (read.posts["created_at"].max() + pd.Timedelta(microseconds=1)).to_pydatetime()
    tone = service_of(account.service).tone_validated
    since = _known_since(account, read.posts["created_at"])
    by_period = [
        _of_period(read, period, as_of=as_of, time_zone=time_zone, since=since, tone=tone)
        for period in timeline.PERIODS
    ]
    found = {name: pd.concat([of[name] for of in by_period], ignore_index=True) for name in by_period[0]}
    found["top_posts"] = _explained(owner, account.id, found["top_posts"])
    by_day = {"daily": timeline.daily, "tones": timeline.tones}
    return found | {name: of(read.posts, time_zone=time_zone) for name, of in by_day.items()}


def _explained(owner: int, account_id: int, top: pd.DataFrame) -> pd.DataFrame:
    """The top posts with what they say, and why each has its label."""
    first = top.drop_duplicates("post")[["post", "language", "label"]]
    said = first.merge(posts.texts(owner, account_id, first["post"].tolist()), on="post", how="left")
    why = reasons(said["text"], said["language"]).where(said["label"].notna())
    return top.merge(said.assign(why=why)[["post", "text", "url", "why"]], on="post", how="left")


def _known_since(account: AccountRow, times: pd.Series[pd.Timestamp]) -> datetime | None:
    """From when on no post is missing. Where the service did not tell all, older files may leave a hole between."""
    if account.source != "live" or account.posts_until is not None:
        return None
    in_order = times.sort_values(ignore_index=True)
    return in_order[in_order.diff().fillna(pd.Timedelta(0)).argmax()].to_pydatetime()


def _of_period(
    read: Read, period: str, *, as_of: datetime, time_zone: str, since: datetime | None, tone: bool
) -> dict[str, pd.DataFrame]:
    """The frames of one period, each with a column that names it."""
    start, end = timeline.period_bounds(read.posts, period, as_of=as_of, time_zone=time_zone)
    part = timeline.within(read.posts, start, end)
    figures = timeline.figures(read.posts, period=period, as_of=as_of, time_zone=time_zone)
    said = findings(read.posts, start=start, as_of=as_of, time_zone=time_zone, since=since, tone=tone)
    of_period = {
        "periods": pd.DataFrame({"start": [start], "end": [end], "as_of": [pd.Timestamp(as_of)]}),
        "figures": _figure_rows(figures),
        "rhythm": timeline.responses_by_hour(part, time_zone=time_zone),
        "top_posts": timeline.top_posts(part),
        "hashtags": text.hashtags(part, read.hashtags).head(MOST_USED),
        "mentions": text.mentions(part, read.mentions).head(MOST_USED),
        "findings": pd.DataFrame({"sentence": pd.Series(said, dtype="str")}),
    }
    return {name: frame.assign(period=period) for name, frame in of_period.items()}


def _figure_rows(figures: timeline.Figures) -> pd.DataFrame:
    values = {name: getattr(figures, name) for name in figures.__slots__}
    return pd.DataFrame([figure_row(name, value) for name, value in values.items()])


def figure_row(measure: str, of: Estimate | int) -> dict[str, Any]:
    """A figure as a row; a bare number was counted and rests on nothing else."""
    if isinstance(of, int):
        of = Estimate(float(of), math.nan, math.nan, of)
    values = {"value": of.value, "low": of.ci_low, "high": of.ci_high, "n": of.n, "reason": of.reason, "few": of.few}
    return {"measure": measure, **values}
