"""Whether posts read positive, neutral or negative."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import ALL, Dash, Input, Output, State, ctx, html
from dash.development.base_component import Component
from flask import abort

from .. import chart_tables
from ..account_view import AccountView, view_of_callback
from ..address import PageQuery
from ..components.attributes import aria
from ..components.boxes import empty
from ..components.chart import ChartBox, chart_id
from ..components.numbers import percent, plural
from ..drill_down import clicked, posts_behind, read_between
from ..figures.sentiment import LABELS, sentiment
from ..parts import Chart


def section_of(view: AccountView, _query: PageQuery) -> Sequence[Component | None]:
    """Shares of the period, and how they changed; of frames that were never stored the posts have told."""
    return [] if view.lacks(*SENTIMENT.frames) else [SENTIMENT.of(view)]


def sentiment_box(view: AccountView) -> ChartBox | Component | None:
    """The words around the chart; None without posts."""
    units = view.units()
    if units.empty or not units["posts"].any():
        return None
    assessed = int(units[list(LABELS)].to_numpy().sum())
    if not assessed:
        return empty("Tone not assessed", "No own post of this period holds text that can be assessed.")
    own = int(units.loc[units["kind"] != "repost", "posts"].sum())
    return ChartBox(
        summary=summary(units, assessed),
        height=300,
        note=f"{assessed:,} of {plural(own, 'own post')} could be assessed. A model reads the words, not the irony: "
        "look at the posts behind a bar before you conclude. A post's label tells which words gave it: point at it or "
        "tap it.",
        above=shares(units, assessed),
    )


def summary(units: pd.DataFrame, assessed: int) -> str:
    """The chart in words."""
    parts = ", ".join(f"{percent(units[label].sum() / assessed)} {label}" for label in LABELS)
    return f"Tone over time; in the whole period {parts}."


def shares(units: pd.DataFrame, assessed: int) -> html.Div:
    """The period as one bar of three buttons, each as wide as its share."""
    parts = [_share(label, int(units[label].sum()), assessed) for label in LABELS]
    return html.Div(parts, className="sg-shares", role="group", **aria(label="Tone of the whole period"))


def _share(label: str, number: int, assessed: int) -> html.Button:
    share = number / assessed
    return html.Button(
        [html.Strong(percent(share)), html.Span(f" {LABELS[label].lower()}")],
        id={"type": "tone", "label": label},
        className=f"sg-share sg-share-{label}",
        title=f"{number:,} of {assessed:,} posts read {label}. Click to read them.",
        disabled=not number,
        hidden=not number,
        style={"flexGrow": round(share * 1000), "flexBasis": 0},
    )


SENTIMENT = Chart(
    name="sentiment",
    title="Tone of the posts",
    frames=("periods", "daily"),
    by=("period", "unit"),
    box=sentiment_box,
    figure=lambda view: sentiment(view.units(), unit=view.unit, theme=view.theme),
    table=chart_tables.sentiment,
    rows=chart_tables.sentiment_rows,
)
PARTS = (SENTIMENT,)


def register(app: Dash) -> None:
    """A click on a share or a bar shows its posts."""

    @app.callback(
        Output("sentiment-behind", "children"),
        Input(chart_id("sentiment"), "clickData"),
        Input({"type": "tone", "label": ALL}, "n_clicks"),
        State("account-shown", "data"),
        prevent_initial_call=True,
    )
    def read_tone(click: Any, clicks: Any, data: Any) -> Component:
        view = view_of_callback(data, names=SENTIMENT.frames)
        chosen = ctx.triggered_id
        if isinstance(chosen, dict) and chosen.get("type") == "tone":
            return _whole_period(view, chosen.get("label"))
        curve, start = clicked(click)
        labels = list(reversed(LABELS))
        return posts_behind(view, start, label=labels[curve] if curve < len(labels) else abort(400))


def _whole_period(view: AccountView, label: Any) -> Component:
    bounds = view.bounds()
    if label not in LABELS or bounds is None:
        abort(400)
    start, end = (instant.to_pydatetime() for instant in bounds)
    return read_between(view, start, end, title="Whole period", label=label)
