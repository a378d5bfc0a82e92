"""Whether posts read positive, neutral or negative."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import ALL, Dash, Input, Output, State, ctx, html
from dash.development.base_component import Component
from flask import abort

from analytics.languages import language_name
from analytics.sentiment import LANGUAGES

from .. import chart_tables
from ..account_view import AccountView, view_of_callback
from ..address import PageQuery
from ..components.attributes import aria
from ..components.boxes import empty
from ..components.chart import ChartBox, chart_id
from ..components.numbers import likely, percent, plural
from ..drill_down import clicked, posts_behind, read_between
from ..figures.certainty import faint_remark, likely_words
from ..figures.sentiment import LABELS, sentiment
from ..parts import Chart

_MOST_NAMED = 3
_HOW_IT_READS = "A model reads the words, not the irony."
_HOW_TO_READ = (
    "Click a bar, and look at the posts behind it before you conclude. A post's label tells which words gave it: point "
    "at it or tap it."
)


def section_of(view: AccountView, _query: PageQuery) -> Sequence[Component | None]:
    """Shares of the period, and how they changed; of frames that were never stored the posts have told."""
    return [] if view.lacks(*SENTIMENT.frames) else [SENTIMENT.of(view)]


def sentiment_box(view: AccountView) -> ChartBox | Component | None:
    """The words around the chart; None without own posts."""
    units = view.units(of="tones")
    if units.empty or not units["posts"].any():
        return None
    whole = view.tone_shares(whole=True).set_index("label")
    if not whole["assessed"].any():
        words = ["No own post of this period holds text that can be assessed.", _unknown(units)]
        return empty("Sentiment not assessed", " ".join(filter(None, words)))
    assessed, own = int(whole["assessed"].iloc[0]), plural(int(units["posts"].sum()), "own post")
    on_likely = (
        "Likely is where the true share lies, with chance and the model's own errors."
        if view.tone_validated
        else f"How often the model errs on texts of {view.service} is not known, so no likely range is told."
    )
    faint = faint_remark(view.tone_shares()["few"], "bars")
    words = [f"{assessed:,} of {own} could be assessed.", _unknown(units), on_likely, faint, _HOW_IT_READS]
    note = " ".join(filter(None, words))
    return ChartBox(summary=summary(whole), height=300, note=note, click=_HOW_TO_READ, above=shares(whole))


def _unknown(units: pd.DataFrame) -> str:
    """In which languages without a model posts are, the commonest first."""
    posts = units.loc[~units["language"].isin(["", *LANGUAGES])].groupby("language")["posts"].sum()
    ordered = posts[posts > 0].sort_values(ascending=False, kind="stable")
    said = [f"{number:,} in {language_name(str(code))}" for code, number in ordered.head(_MOST_NAMED).items()]
    rest = int(ordered.iloc[_MOST_NAMED:].sum())
    said += [f"{rest:,} in other languages"] if rest else []
    return f"Not assessed, for the model does not know the language: {', '.join(said)}." if said else ""


def summary(whole: pd.DataFrame) -> str:
    """The chart in words."""
    return f"Sentiment; in the whole period {', '.join(_in_words(whole.loc[label], label) for label in LABELS)}."


def _in_words(of: pd.Series[Any], label: str) -> str:
    bounds = f" (likely {likely(of['ci_low'], of['ci_high'])})" if pd.notna(of["ci_low"]) else ""
    return f"{percent(of['share'])} {label}{bounds}"


def shares(whole: pd.DataFrame) -> html.Div:
    """The period as one bar of three buttons, each as wide as its share."""
    parts = [_share(label, whole.loc[label]) for label in LABELS]
    return html.Div(parts, className="sg-shares", role="group", **aria(label="Sentiment of the whole period"))


def _share(label: str, of: pd.Series[Any]) -> html.Button:
    number = int(of["posts"])
    rests = likely_words(of["ci_low"], of["ci_high"], few=of["few"])
    also = f" The true share is likely {likely(of['ci_low'], of['ci_high'])}." if pd.notna(of["ci_low"]) else ""
    return html.Button(
        [
            html.Strong(percent(of["share"])),
            html.Span(f" {LABELS[label].lower()}"),
            html.Small(rests) if rests else None,
        ],
        id={"type": "tone", "label": label},
        className=f"sg-share sg-share-{label}",
        title=f"{number:,} of {plural(of['assessed'], 'post')} read {label}.{also} Click to read them.",
        disabled=not number,
        hidden=not number,
        style={"flexGrow": round(of["share"] * 1000), "flexBasis": 0},
    )


SENTIMENT = Chart(
    name="sentiment",
    title="Sentiment",
    frames=("periods", "tones"),
    by=("period", "unit"),
    behind=True,
    box=sentiment_box,
    figure=lambda view: sentiment(view.tone_shares(), unit=view.unit, theme=view.theme),
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
        return posts_behind(view, start, label=labels[curve] if curve < len(labels) else None)


def _whole_period(view: AccountView, label: Any) -> Component:
    bounds = view.bounds()
    if label not in LABELS or bounds is None:
        abort(400)
    start, end = (instant.to_pydatetime() for instant in bounds)
    return read_between(view, start, end, title="Whole period", label=label)
