"""Any range of days: its frames in the place of those that an analysis stores of each period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import timedelta

import pandas as pd

from analytics import text
from analytics.ranges import FROM_DAYS, of_days
from analytics.timeline import Days, midnight

from ..imports.analysis import BOUNDS, MOST_USED
from ..imports.top_posts import explained
from ..store import posts
from .address import range_days

#: of so many posts of a range, the newest, hashtags and mentions are counted: their texts are read for that
MOST_READ = 5_000
WORDS = {"hashtags": text.hashtags, "mentions": text.mentions}


def read_for(period: str, names: Iterable[str]) -> set[str]:
    """The stored frames to be read for these of a period or a range."""
    if range_days(period) is None:
        return set(names)
    sources = (FROM_DAYS[name][0] if name in FROM_DAYS else (name,) for name in names)
    return {source for each in sources for source in each}


def told(stored: frozenset[str], period: str) -> frozenset[str]:
    """Of these stored frames those that a period or a range can be shown with."""
    if range_days(period) is None:
        return stored
    return frozenset(name for name in stored if stored.issuperset(read_for(period, [name])))


def with_range(
    owner: int,
    account_id: int,
    frames: Mapping[str, pd.DataFrame],
    names: Set[str],
    *,
    period: str,
    time_zone: str,
) -> dict[str, pd.DataFrame]:
    """The frames, with those of a range made of what is stored by day."""
    asked, periods = range_days(period), frames.get("periods")
    if asked is None or periods is None:
        return dict(frames)
    if periods.empty:
        return {**dict.fromkeys(FROM_DAYS.keys() & names, periods), **frames}
    first, last = asked
    days = _known(periods, midnight(first, time_zone), midnight(last + timedelta(days=1), time_zone), time_zone)
    made = of_days(frames, days, [name for name in FROM_DAYS if name in names and _has(frames, name)])
    if "top_posts" in made:
        made["top_posts"] = explained(owner, account_id, made["top_posts"])
    if not WORDS.keys().isdisjoint(names):
        made |= _words(owner, account_id, days, names)
    made["periods"] = pd.DataFrame([{name: getattr(days, name) for name in BOUNDS}])
    of_range = {name: frame.assign(period=period) for name, frame in made.items()}
    return {**frames, **of_range, "periods": pd.concat([periods, of_range["periods"]], ignore_index=True)}


def _words(owner: int, account_id: int, days: Days, names: Set[str]) -> dict[str, pd.DataFrame]:
    """Hashtags and mentions; a column says so where the range holds more posts than are read."""
    read = posts.newest(owner, account_id, start=days.start, end=days.end, limit=MOST_READ + 1)
    counted = {name: count(read.head(MOST_READ)).head(MOST_USED) for name, count in WORDS.items() if name in names}
    if len(read) <= MOST_READ:
        return counted
    return {name: words.assign(of_newest=MOST_READ) for name, words in counted.items()}


def _has(frames: Mapping[str, pd.DataFrame], name: str) -> bool:
    return all(source in frames for source in FROM_DAYS[name][0])


def _known(periods: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp, time_zone: str) -> Days:
    """The days of a range that any period holds: before and after them nothing can be said."""
    low, high = periods["start"].min(), periods["end"].max()
    known = periods.iloc[0][["as_of", "first_at", "whole_since"]].to_dict()
    return Days(start=min(max(start, low), high), end=max(min(end, high), low), **known, time_zone=time_zone)
