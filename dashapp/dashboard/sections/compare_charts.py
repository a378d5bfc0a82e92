"""Two sides compared: their posts and tones as charts, and what all charts of a comparison have."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from dash import html
from dash.development.base_component import Component

from ..address import SIDES, units_for
from ..compare_view import CompareView
from ..components.attributes import aria, data
from ..components.boxes import empty
from ..components.chart import ChartBox, as_table, chart, table
from ..components.data_words import in_words
from ..components.downloads import download_links
from ..components.numbers import count, likely, percent, plural
from ..figures import comparison
from ..figures.activity import UNITS
from ..figures.certainty import faint_remark
from ..figures.sentiment import LABELS

TITLES = dict(zip(SIDES, ("Left", "Right"), strict=True))


# ---- posts


def posts_chart(view: CompareView) -> Component:
    """Two lines."""
    rows = view.posts(view.unit)
    told = [rows[f"{side}_posts"] for side in SIDES]
    if not any(posts.sum() for posts in told):
        return empty("No posts in these days", "Choose longer periods or other days above to see the lines.")
    sums = [plural(int(posts.sum()), "post") if posts.notna().any() else "no post known" for posts in told]
    summary = f"Posts by {view.unit}: {'; '.join(f'{n}: {s}' for n, s in zip(view.names, sums, strict=True))}."
    box = ChartBox(
        summary=summary,
        height=340,
        note=_posts_note(view),
        controls=[_units(view)],
    )
    drawn = comparison.posts(
        rows, view.names, colours(view), unit=view.unit, theme=view.left.theme, by_date=view.by_date
    )
    return framed(view, "timeline", "Timelines", box, drawn, rows=_posts_table(view, rows), unit=view.unit)


def _posts_note(view: CompareView) -> str:
    said = ["Posts, replies and reposts."]
    silent = [name for name, days in zip(view.names, view.days, strict=True) if days is None]
    if silent:
        said.append(f"No posts are known of {silent[0]}.")
    elif view.by_date:
        said.append("Both are the same days, so each date stands above itself.")
    else:
        said.append("The days differ, so the first day of one stands above the first day of the other.")
    if view.unit != "day":
        said.append(f"A {view.unit} at either end may hold fewer days.")
    said.append("There is no line before the first known post, nor after the data.")
    return " ".join(said)


def _units(view: CompareView) -> html.Div:
    links = [
        html.A(
            UNITS[unit],
            href=f"?{urlencode(view.fields)}&unit={unit}",
            className="sg-period",
            **data(stay="unit"),
            **aria(current="true" if unit == view.unit else "false"),
        )
        for unit in units_for(view.days_of)
    ]
    return html.Div(links, className="sg-period-links sg-unit-links", role="group", **aria(label="Unit"))


def _posts_table(view: CompareView, rows: pd.DataFrame) -> pd.DataFrame:
    shown: dict[str, list[str]] = {}
    for side, name in zip(SIDES, view.names, strict=True):
        first = pd.DatetimeIndex(rows[f"{side}_start"]).strftime("%Y-%m-%d")
        if not (view.by_date and shown):
            shown["From" if view.by_date else f"{TITLES[side]}, from"] = first.tolist()
        shown[f"{TITLES[side]}: {name}"] = rows[f"{side}_posts"].map(count).tolist()
    return pd.DataFrame(shown)


# ---- tone


def tones_chart(view: CompareView) -> Component | None:
    """Shares of positive, neutral and negative posts beside each other."""
    shares = view.tones()
    if shares.empty:
        return None
    said, parts = [], []
    for side, name, of in zip(SIDES, view.names, view.sides, strict=True):
        mine = shares[shares["side"] == side].set_index("label")
        if mine.empty:
            said.append(f"{name}: nothing could be assessed.")
            continue
        parts.append(f"{name}: " + ", ".join(f"{percent(mine['share'][label])} {label}" for label in LABELS))
        said.append(f"{name}: {plural(int(mine['assessed'].iloc[0]), 'post')} could be assessed.")
        if not of.tone_validated:
            said.append(f"How often the model errs on texts of {of.service} is not known, so no likely range is told.")
    said += [
        "Bars reach to the share, and the line through their end to what is likely.",
        faint_remark(shares["few"], "bars"),
    ]
    box = ChartBox(
        summary=f"Sentiment of the posts. {'; '.join(parts)}.",
        height=300,
        note=" ".join(filter(None, dict.fromkeys(said))),
    )
    drawn = comparison.tones(shares, view.names, colours(view), theme=view.left.theme)
    return framed(view, "tone", "Sentiment", box, drawn, rows=_tones_table(view, shares))


def _tones_table(view: CompareView, shares: pd.DataFrame) -> pd.DataFrame:
    rows = pd.DataFrame({"Sentiment": [*LABELS.values()]})
    for side, name in zip(SIDES, view.names, strict=True):
        mine = shares[shares["side"] == side].set_index("label").reindex([*LABELS])
        rows[f"{TITLES[side]}: {name}"] = mine["share"].map(percent).tolist()
        rows[f"{TITLES[side]}: likely"] = [likely(*pair) for pair in zip(mine["ci_low"], mine["ci_high"], strict=True)]
    return rows


# ---- what all charts have


def links(view: CompareView, what: str, **more: str) -> list[html.A]:
    """To the data behind it, of the same sides."""
    return download_links("compare", what, query=view.fields | more)


def colours(view: CompareView) -> tuple[str, str]:
    """Those of both sides."""
    return comparison.side_colours(view.left.theme, [side.account.place for side in view.sides])


def framed(
    view: CompareView, what: str, title: str, box: ChartBox, drawn: Any, *, rows: pd.DataFrame, **more: str
) -> Component:
    """The chart with its downloads, and its data as words and as a table."""
    box = replace(box, below=as_table(table(rows)), words=in_words(rows))
    return chart(f"compare-{what}", title, box, drawn, filename=view.filename(what), links=links(view, what, **more))
