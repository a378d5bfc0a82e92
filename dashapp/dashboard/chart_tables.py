"""The data behind each chart as a table, for those who do not see the picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
from flask_login import current_user

from analytics.shares import tone_shares

from ..store import accounts
from .account_view import Shown
from .components.numbers import DASH, count, percent
from .figures.activity import KINDS, answered_units
from .figures.growth import SERIES
from .figures.rhythm import WEEKDAYS
from .figures.sentiment import LABELS

UNITS = {"day": "Day", "week": "Week from", "month": "Month from"}


def timeline(shown: Shown) -> pd.DataFrame:
    """Posts by kind a unit, and the share answered."""
    units = shown.units()
    posts = (
        units.pivot(index="start", columns="kind", values="posts").reindex(columns=list(KINDS)).rename(columns=KINDS)
    )
    answered = answered_units(units).set_index("start")
    posts["Answered"] = answered["share"].map(percent)
    likely = answered["ci_low"].map(percent) + " to " + answered["ci_high"].map(percent)
    posts["Likely"] = likely.where(answered["share"].notna(), DASH)
    posts["Interactions"] = answered["interactions"].map(count)
    return _by_day(posts, UNITS[shown.unit])


def sentiment(shown: Shown) -> pd.DataFrame:
    """Posts by tone a unit."""
    told = tone_shares(shown.units()).query("assessed > 0")
    counts = told.pivot(index="start", columns="label", values="posts")[list(LABELS)].rename(columns=LABELS)
    return _by_day(counts, UNITS[shown.unit])


def rhythm(shown: Shown) -> pd.DataFrame:
    """Posts by weekday and hour, one row a weekday."""
    slots = shown.of_period("rhythm")
    counts = slots.pivot(index="weekday", columns="hour", values="posts").fillna(0).astype("int64")
    counts.index = pd.Index([WEEKDAYS[day] for day in counts.index], name="Weekday")
    return counts.rename(columns=lambda hour: f"{hour}:00").reset_index()


def hashtags(shown: Shown) -> pd.DataFrame:
    """Hashtags with their posts and the share answered."""
    counts = shown.of_period("hashtags")
    rate = counts["response_rate"].map(percent)
    return pd.DataFrame({"Hashtag": "#" + counts["tag"], "Posts": counts["posts"], "Answered": rate})


def mentions(shown: Shown) -> pd.DataFrame:
    """Mentions with their posts."""
    counts = shown.of_period("mentions")
    return pd.DataFrame({"Mention": "@" + counts["mention"], "Posts": counts["posts"]})


def growth(shown: Shown) -> pd.DataFrame:
    """Followers and friends by snapshot."""
    snapshots = accounts.snapshots(current_user.id, shown.id).set_index("day")[list(SERIES)]
    return _by_day(snapshots.map(count).rename(columns=SERIES), "Day")


def _by_day(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    days = pd.DatetimeIndex(rows.index).strftime("%Y-%m-%d")
    return rows.set_index(pd.Index(days, name=name)).rename_axis(columns=None).reset_index()


TABLES: Mapping[str, Callable[[Shown], pd.DataFrame]] = {
    "timeline": timeline,
    "sentiment": sentiment,
    "rhythm": rhythm,
    "hashtags": hashtags,
    "mentions": mentions,
    "growth": growth,
}
