"""The data of each chart: as a table, for those who do not see the figure, and as the rows of its file."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd
from flask_login import current_user

from analytics.timeline import LABELS as LABELS_STORED
from analytics.timeline import local_day

from ..store import accounts, people, users
from ..store.rows import ChangeCount
from .account_view import AccountView
from .components.numbers import count, likely, percent
from .figures.activity import KINDS, answered_units
from .figures.growth import SERIES
from .figures.rhythm import WEEKDAYS
from .figures.sentiment import LABELS
from .formats.records import Table

COUNTS = ("followers", "friends", "posts")
UNITS = {"day": "Day", "week": "Week from", "month": "Month from"}


def timeline(view: AccountView) -> pd.DataFrame:
    """Posts by kind a unit, and the share answered."""
    units = view.units()
    posts = (
        units.pivot(index="start", columns="kind", values="posts").reindex(columns=list(KINDS)).rename(columns=KINDS)
    )
    answered = answered_units(units).set_index("start")
    posts["Answered"] = answered["share"].map(percent)
    bounds = zip(answered["ci_low"], answered["ci_high"], strict=True)
    posts["Likely"] = pd.Series([likely(*pair) for pair in bounds], index=answered.index, dtype="str")
    posts["Interactions"] = answered["interactions"].map(count)
    return _by_day(posts, UNITS[view.unit])


def sentiment(view: AccountView) -> pd.DataFrame:
    """Posts by tone a unit, and between what bounds the true share of each is likely to be."""
    shares = view.tone_shares()
    if shares.empty:
        return shares
    assessed = shares.query("assessed > 0").set_index(["start", "label"])
    bounds = [likely(*pair) for pair in zip(assessed["ci_low"], assessed["ci_high"], strict=True)]
    counts = assessed["posts"].unstack()[list(LABELS)].rename(columns=LABELS)
    shown = pd.Series(bounds, index=assessed.index, dtype="str").unstack()[list(LABELS)]
    return _by_day(counts.join(shown.rename(columns="Likely {}".format)), UNITS[view.unit])


def rhythm(view: AccountView) -> pd.DataFrame:
    """Posts by weekday and hour, one row a weekday."""
    slots = view.of_period("rhythm")
    counts = slots.pivot(index="weekday", columns="hour", values="posts").fillna(0).astype("int64")
    counts.index = pd.Index([WEEKDAYS[day] for day in counts.index], name="Weekday")
    return counts.rename(columns=lambda hour: f"{hour}:00").reset_index()


def hashtags(view: AccountView) -> pd.DataFrame:
    """Hashtags with their posts and the share answered."""
    counts = view.of_period("hashtags")
    rate = counts["response_rate"].map(percent)
    return pd.DataFrame({"Hashtag": "#" + counts["tag"], "Posts": counts["posts"], "Answered": rate})


def mentions(view: AccountView) -> pd.DataFrame:
    """Mentions with their posts."""
    counts = view.of_period("mentions")
    return pd.DataFrame({"Mention": "@" + counts["mention"], "Posts": counts["posts"]})


def growth(view: AccountView) -> pd.DataFrame:
    """Followers and friends by snapshot."""
    snapshots = accounts.snapshots(current_user.id, view.id).set_index("day")[list(SERIES)]
    return _by_day(snapshots.map(count).rename(columns=SERIES), "Day")


def _by_day(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    days = pd.DatetimeIndex(rows.index).strftime("%Y-%m-%d")
    return rows.set_index(pd.Index(days, name=name)).rename_axis(columns=None).reset_index()


# ---- the rows of the files


def timeline_rows(view: AccountView) -> pd.DataFrame | None:
    """Posts and what came back, by day, week or month, and kind."""
    units = view.units()
    return None if units.empty else units.assign(start=units["start"].dt.date)


def sentiment_rows(view: AccountView) -> pd.DataFrame | None:
    """How own posts read: numbers by unit, and likely shares; `assessed` says of how many."""
    units = view.units(of="tones")
    if units.empty:
        return None
    names = list(LABELS_STORED)
    sums = units.groupby("start").agg({"posts": "sum", **dict.fromkeys(names, "sum"), "partial": "any"})
    shares = view.tone_shares().set_index(["start", "label"])
    bounds = shares[["ci_low", "ci_high"]].unstack().round(4)
    sums["assessed"] = sums[names].sum(axis=1)
    for name in names:
        sums[f"{name}_low"], sums[f"{name}_high"] = bounds["ci_low", name], bounds["ci_high", name]
    rows = sums.reset_index()
    return rows.assign(start=rows["start"].dt.date)


def of_period(view: AccountView, *, name: str) -> pd.DataFrame | None:
    """The rows of a frame that is stored once a period."""
    rows = view.of_period(name)
    return None if rows.columns.empty else rows.drop(columns="post", errors="ignore")


def growth_rows(owner: int, account_id: int) -> pd.DataFrame:
    """Counts by day on which the account was read, and who was gained and lost then; empty where nobody is known."""
    counts = accounts.snapshots(owner, account_id)
    counts = counts.assign(day=counts["day"].dt.date).set_index("day")
    names = [f"{change}_{relation}s" for relation in ("follower", "friend") for change in ("gained", "lost", "gone")]
    changed = _changed(people.count_changes(owner, account_id), users.user(owner).time_zone).reindex(columns=names)
    grown = counts.join(changed, how="outer")
    for name in names:  # of nobody who was lost, nobody is gone
        change, _, counted = name.partition("_")
        if change == "gone":
            grown[name] = grown[name].where(grown[name].notna() | ~grown[f"lost_{counted}"].eq(0), 0)
    return grown[[*COUNTS, *names]].rename_axis("day").reset_index()


def _changed(counts: Iterable[ChangeCount], time_zone: str) -> pd.DataFrame:
    rows = [
        (local_day(row.seen_at, time_zone), f"{change}_{row.relation}s", people)
        for row in counts
        for change, people in ((row.change, row.people), *_gone(row))
    ]
    changed = pd.DataFrame(rows, columns=["day", "change", "people"]).groupby(["day", "change"])["people"]
    return changed.agg(lambda people: people.sum(skipna=False)).unstack()


def _gone(row: ChangeCount) -> list[tuple[str, float]]:
    """How many of those who were lost are gone; not told where their reason is not."""
    if row.change != "lost":
        return []
    return [("gone", float(row.people * (row.reason == "gone")) if row.reason else math.nan)]


def file_of(rows: pd.DataFrame) -> Table:
    """Rows for a file; None where a value is missing, whole numbers as such."""
    records = rows.astype(object).where(rows.notna(), None).to_dict("records")
    return Table([str(name) for name in rows], [{str(k): _whole(v) for k, v in row.items()} for row in records])


def _whole(value: Any) -> Any:
    """Counts stand as floats in frames only to make room for NaN."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
