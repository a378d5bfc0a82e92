"""The data of each chart: as a table, for those who do not see the figure, and as the rows of its file."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analytics.growth import LISTS, per_unit
from analytics.timeline import LABELS as LABELS_STORED
from analytics.timeline import Unit

from .account_view import AccountView
from .address import unit_for
from .components.numbers import count, likely, percent
from .figures.activity import KINDS
from .figures.growth import SERIES
from .figures.rhythm import WEEKDAYS
from .figures.sentiment import LABELS
from .formats.records import Table

UNITS = {"day": "Day", "week": "Week from", "month": "Month from"}


def timeline(view: AccountView) -> pd.DataFrame:
    """Posts by kind a unit, and the share answered."""
    units = view.units_with_before()
    posts = (
        units.pivot(index="start", columns="kind", values="posts").reindex(columns=list(KINDS)).rename(columns=KINDS)
    )
    answered = view.answered_shares().set_index("start")
    if units["before"].notna().any():
        posts["Period before"] = units.groupby("start")["before"].sum().map(count)
    posts["Answered"] = answered["share"].map(percent)
    bounds = zip(answered["ci_low"], answered["ci_high"], strict=True)
    posts["Likely"] = pd.Series([likely(*pair) for pair in bounds], index=answered.index, dtype="str")
    posts["Interactions"] = answered["interactions"].map(count)
    return by_day(posts, UNITS[view.unit])


def sentiment(view: AccountView) -> pd.DataFrame:
    """Posts by tone a unit, and between what bounds the true share of each is likely to be."""
    shares = view.tone_shares()
    if shares.empty:
        return shares
    assessed = shares[shares["assessed"] > 0].set_index("start")
    of_label = {label: assessed[assessed["label"] == label] for label in LABELS}
    columns = {LABELS[label]: of["posts"] for label, of in of_label.items()}
    bounds = {
        f"Likely {label}": pd.Series(map(likely, of["ci_low"], of["ci_high"]), index=of.index, dtype="str")
        for label, of in of_label.items()
    }
    return by_day(pd.DataFrame(columns | bounds), UNITS[view.unit])


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
    """Counts by unit in which the account was read, and who came and went."""
    units, unit = growth_units(view)
    changed = {
        f"{change}_{name}": f"{SERIES[name]} {change}" for name in LISTS.values() for change in ("gained", "lost")
    }
    titles = SERIES | changed
    return by_day(units.set_index("day")[list(titles)].map(count).rename(columns=titles), UNITS[unit])


def growth_units(view: AccountView) -> tuple[pd.DataFrame, Unit]:
    """The growth of the period in the page's unit, or in a longer one where that gave more marks than can be read."""
    daily = view.growth()
    days = (daily["day"].max() - daily["day"].min()).days if len(daily) else 0
    unit: Any = unit_for(view.unit, days)
    return view.once(("growth", unit), per_unit, daily, unit), unit


def by_day(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Rows by time with their day as first column."""
    days = pd.DatetimeIndex(rows.index).strftime("%Y-%m-%d")
    return rows.set_index(pd.Index(days, name=name)).rename_axis(columns=None).reset_index()


# ---- the rows of the files


def timeline_rows(view: AccountView) -> pd.DataFrame | None:
    """Posts and what came back, by day, week or month, and kind."""
    units = view.units_with_before()
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


def growth_rows(view: AccountView) -> pd.DataFrame:
    """Counts by unit in which the account was read, and who came and went; empty where that is not told."""
    return dated(per_unit(view.growth(), view.unit))


def dated(growth: pd.DataFrame) -> pd.DataFrame:
    """The growth with days for times."""
    return growth.assign(day=growth["day"].dt.date)


def file_of(rows: pd.DataFrame) -> Table:
    """Rows for a file; None where a value is missing, whole numbers as such."""
    records = rows.astype(object).where(rows.notna(), None).to_dict("records")
    return Table([str(name) for name in rows], [{str(k): _whole(v) for k, v in row.items()} for row in records])


def _whole(value: Any) -> Any:
    """Counts stand as floats in frames only to make room for NaN."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
