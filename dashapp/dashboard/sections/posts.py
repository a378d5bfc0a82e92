"""What was posted: figures, findings, timeline, hours, the best posts and their words."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import ALL, Dash, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component

from .. import filenames
from ..account_view import Shown, period_days, shown_again
from ..address import units_for
from ..components.attributes import aria
from ..components.cards import cards
from ..components.chart import Chart, chart, chart_id
from ..components.empty import empty
from ..components.posts import listed, post_list
from ..drill_down import clicked, posts_behind
from ..figures.activity import KINDS, UNITS, activity, answered_units
from ..figures.rhythm import WEEKDAYS, rhythm
from ..figures.sentiment import sentiment
from ..figures.words import words, words_height
from ..frames import figures_of, findings_of, slots_of

UNIT = "timeline-unit"
OVER_TIME = {"timeline": activity, "sentiment": sentiment}


def section_of(shown: Shown) -> list[Component | None]:
    """All of it, or why there is nothing."""
    if "daily" not in shown.frames:
        figures = figures_of(shown)
        return [cards(figures) if figures["value"].notna().any() else None, empty("No posts in this data", why(shown))]
    return [
        cards(figures_of(shown)),
        findings(shown),
        timeline(shown),
        html.Div([hours(shown), best(shown)], className="sg-pair"),
        html.Div([hashtags(shown), mentions(shown)], className="sg-pair"),
    ]


def why(shown: Shown) -> str:
    """Why there is no post."""
    if shown.lists():
        return "This import holds people or ties, but no posts: there is no timeline to draw."
    if shown.account.notes:
        return "Only the profile is known until now. What is missing, and what to do about it, stands at the top."
    return "Only the profile is known until now: there is no timeline to draw."


def findings(shown: Shown) -> html.Section | None:
    """The few sentences worth saying."""
    sentences = findings_of(shown)
    if not sentences:
        return None
    said = html.Ul([html.Li(sentence) for sentence in sentences], className="sg-findings")
    return html.Section([html.H2("What stands out", className="sg-chart-title"), said], className="sg-card sg-chart")


def timeline(shown: Shown) -> Component:
    """Posts a unit with the share answered; a click on a bar shows its posts."""
    units = shown.units()
    if units.empty or not units["posts"].any():
        return empty("No posts in this period", "Choose a longer period above to see the timeline.")
    frame = Chart(
        name="timeline",
        title="Timeline",
        summary=timeline_summary(shown, units),
        csv=f"/download/{shown.id}/timeline.csv?period={shown.period}&unit={shown.unit}",
        filename=filename(shown, "timeline"),
        note=timeline_note(shown, units),
        controls=[_unit_choice(shown)],
    )
    drawing = activity(units, unit=shown.unit, theme=shown.theme)
    return html.Div([chart(frame, drawing, height=380), html.Div(id="timeline-behind", **aria(live="polite"))])


def timeline_summary(shown: Shown, units: pd.DataFrame) -> str:
    """The chart in words."""
    sums = units.groupby("kind")["posts"].sum()
    told = ", ".join(f"{int(sums.get(kind, 0)):,} {name.lower()}" for kind, name in KINDS.items())
    return f"Timeline of {shown.handle} by {shown.unit}: {told}."


def timeline_note(shown: Shown, units: pd.DataFrame) -> str:
    """What to know when reading the chart."""
    parts = ["Click a bar to read its posts."]
    if not answered_units(units)["share"].notna().any():
        parts.append("This data does not tell how often posts were answered.")
    if (units["partial"] & (units["posts"] > 0)).any():
        parts.append(f"Pale bars are {shown.unit}s that are only partly inside the period.")
    return " ".join(parts)


def hours(shown: Shown) -> Component | None:
    """At which hours of the week."""
    slots = slots_of(shown)
    if slots.empty or not slots["posts"].any():
        return None
    top = slots.loc[slots["posts"].idxmax()]
    frame = Chart(
        name="rhythm",
        title="Hours of the week",
        summary=f"Posts by hour and weekday; most on {WEEKDAYS[int(top['weekday'])]} at {int(top['hour'])}:00.",
        csv=f"/download/{shown.id}/rhythm.csv?period={shown.period}",
        filename=filename(shown, "hours"),
        note=f"Own posts and replies, in your time zone ({shown.time_zone}).",
    )
    return chart(frame, rhythm(slots, theme=shown.theme), height=300)


def best(shown: Shown) -> Component:
    """The posts with the most interactions."""
    posts = shown.of_period("top_posts")
    if posts.empty:
        content: Component = html.P(
            "This data does not tell what posts of this period received.", className="sg-remark"
        )
    else:
        content = post_list(listed(posts.head(10)), time_zone=shown.time_zone, ordered=True)
    link = html.A("CSV", href=f"/download/{shown.id}/top_posts.csv?period={shown.period}", className="sg-download")
    head = html.Div([html.H2("Top posts", className="sg-chart-title"), link], className="sg-chart-head")
    return html.Section([head, html.Div(content, className="sg-tall", tabIndex=0)], className="sg-card sg-chart")


def hashtags(shown: Shown) -> Component:
    """The most used hashtags."""
    return _words(shown, "hashtags", title="Hashtags", column="tag", mark="#")


def mentions(shown: Shown) -> Component:
    """Who is mentioned most."""
    return _words(shown, "mentions", title="Mentions", column="mention", mark="@")


def _words(shown: Shown, name: str, *, title: str, column: str, mark: str) -> Component:
    counts = shown.of_period(name)
    if counts.empty:
        return empty(f"No {title.lower()}", f"Own posts of this period hold no {title.lower()}.")
    frame = Chart(
        name=name,
        title=title,
        summary=f"{title} by number of own posts; most used: {mark}{counts[column].iloc[0]}.",
        csv=f"/download/{shown.id}/{name}.csv?period={shown.period}",
        filename=filename(shown, name),
    )
    drawing = words(counts, name=column, mark=mark, theme=shown.theme)
    return chart(frame, drawing, height=words_height(len(counts)))


def filename(shown: Shown, what: str) -> str:
    """How a picture of a chart is called, without the ending that its format gives it."""
    account = shown.account
    name = filenames.filename(account.service, account.handle, what, day=account.data_day, suffix="png")
    return name.removesuffix(".png")


def _unit_choice(shown: Shown) -> Component:
    days = period_days(shown.frames.get("periods"), shown.period)
    options = [{"label": UNITS[unit], "value": unit} for unit in units_for(days)]
    return dbc.RadioItems(
        id=UNIT,
        options=options,
        value=shown.unit,
        inline=True,
        className="sg-units",
        inputClassName="btn-check",
        labelClassName="sg-unit",
        labelCheckedClassName="sg-unit-checked",
    )


def register(app: Dash) -> None:
    """The unit redraws the charts over time that are on the page; a click on the timeline shows posts."""

    @app.callback(
        Output({"type": "chart", "chart": ALL}, "figure"),
        Output("account-shown", "data"),
        Input(UNIT, "value"),
        State("account-shown", "data"),
        prevent_initial_call=True,
    )
    def draw_unit(unit: Any, data: Any) -> tuple[list[Any], dict[str, Any]]:
        shown = shown_again({**data, "unit": unit} if isinstance(data, dict) else data, names=("periods", "daily"))
        units = shown.units()
        drawn = [_drawn_again(shown, units, output["id"]["chart"]) for output in ctx.outputs_list[0]]
        return drawn, {**data, "unit": shown.unit}

    @app.callback(
        Output("timeline-behind", "children"),
        Input(chart_id("timeline"), "clickData"),
        State("account-shown", "data"),
        prevent_initial_call=True,
    )
    def read_timeline(click: Any, data: Any) -> Component:
        shown = shown_again(data, names=("periods", "daily"))
        curve, start = clicked(click)
        kinds = list(KINDS)
        return posts_behind(shown, start, kind=kinds[curve] if curve < len(kinds) else None)


def _drawn_again(shown: Shown, units: pd.DataFrame, name: Any) -> Any:
    draw = OVER_TIME.get(name) if isinstance(name, str) else None
    return draw(units, unit=shown.unit, theme=shown.theme) if draw else no_update
