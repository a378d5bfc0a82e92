"""What was posted: figures, what stands out, timeline, hours, the best posts and their words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
from dash import Dash, Input, Output, State, html
from dash.development.base_component import Component

from .. import chart_tables
from ..account_view import AccountView, n_days, view_of_callback
from ..address import PageQuery, units_for
from ..components.boxes import empty
from ..components.cards import MEASURES, OF_PEOPLE, cards
from ..components.chart import ChartBox, chart_head, chart_id
from ..components.downloads import files
from ..components.forms import switch
from ..components.numbers import plural
from ..components.posts import listed, post_list
from ..drill_down import clicked, posts_behind
from ..figures.activity import KINDS, UNITS, activity
from ..figures.certainty import faint_remark
from ..figures.rhythm import WEEKDAYS, rhythm
from ..figures.style import Figure
from ..figures.words import words, words_height
from ..parts import Chart, Panel, analyse_again
from .findings import FINDINGS

UNIT = "timeline-unit"


def figure_cards(view: AccountView) -> Component | None:
    """The figures: those of posts if there are any, those of people if one is told; else only what is told."""
    figures = view.figures()
    told = set(figures.loc[figures["value"].notna(), "measure"])
    if view.frame("figures").empty:
        shown = told
    else:
        shown = {measure.name for measure in MEASURES} - (set() if told & OF_PEOPLE else OF_PEOPLE)
    return cards(figures, shown) if shown else None


def no_posts(view: AccountView) -> Component:
    """What stands where there is no post at all."""
    return empty("No posts in this data", why(view))


def why(view: AccountView) -> str:
    """Why there is no post."""
    if view.lists():
        return "This import holds people or ties, but no posts: there is no timeline to draw."
    if view.account.notes:
        return "Only the profile is known until now. What is missing, and what to do about it, stands at the top."
    return "Only the profile is known until now: there is no timeline to draw."


def timeline_box(view: AccountView) -> ChartBox | Component:
    """Posts a unit with the share answered; a click on a bar shows its posts."""
    units = view.units()
    if units.empty or not units["posts"].any():
        return empty("No posts in this period", "Choose a longer period or other days above to see the timeline.")
    summary, note = timeline_summary(view, units), timeline_note(view, units)
    click = "Click a bar to read its posts."
    return ChartBox(summary=summary, height=380, note=note, click=click, controls=[_unit_choice(view)])


def timeline_summary(view: AccountView, units: pd.DataFrame) -> str:
    """The chart in words."""
    sums = units.groupby("kind")["posts"].sum()
    counts = ", ".join(f"{int(sums.get(kind, 0)):,} {name.lower()}" for kind, name in KINDS.items())
    return f"Timeline of {view.handle} by {view.unit}: {counts}."


def timeline_note(view: AccountView, units: pd.DataFrame) -> str:
    """What to know when reading the chart."""
    parts = []
    answered = view.answered_shares()
    parts.append(faint_remark(answered["few"], "dots"))
    if not answered["share"].notna().any():
        parts.append("This data does not tell how often posts were answered.")
    if (units["partial"] & (units["posts"] > 0)).any():
        parts.append(f"Pale bars are {view.unit}s that are only partly inside the period.")
    days = view.days()
    if days is not None and days.is_whole_before:
        parts.append("The dotted line is all that was posted in as many days before, day for day.")
    elif view.period != "all":
        parts.append("Not all posts of as many days before are known, so no line shows them.")
    return " ".join(filter(None, parts))


def timeline_figure(view: AccountView) -> Figure:
    """The chart in the page's unit."""
    units, answered = view.units_with_before(), view.answered_shares()
    return activity(units, answered, unit=view.unit, theme=view.theme, days=view.days())


def rhythm_box(view: AccountView) -> ChartBox | None:
    """At which hours of the week."""
    slots = view.of_period("rhythm")
    if slots.empty or not slots["posts"].any():
        return None
    top = slots.loc[slots["posts"].idxmax()]
    return ChartBox(
        summary=f"Posts by hour and weekday; most on {WEEKDAYS[int(top['weekday'])]} at {int(top['hour'])}:00.",
        height=300,
        note=f"Own posts and replies, in the time zone {view.time_zone}.",
        folds=True,
    )


def top_posts(view: AccountView) -> Component:
    """The posts with the most interactions."""
    posts = view.of_period("top_posts")
    if posts.empty:
        content: Component = html.P(
            "This data does not tell what posts of this period received.", className="sg-remark"
        )
    else:
        content = post_list(listed(posts.head(10)), time_zone=view.time_zone, ordered=True)
    head = chart_head(TOP_POSTS.title, TOP_POSTS.name, files(TOP_POSTS.title, TOP_POSTS.links(view)))
    return html.Section([head, html.Div(content, className="sg-tall", tabIndex=0)], className="sg-card sg-chart")


def words_chart(name: str, title: str, *, column: str, mark: str) -> Chart:
    """The chart of the most used hashtags or mentions."""

    def box(view: AccountView) -> ChartBox | Component:
        counts = view.of_period(name)
        if counts.empty:
            return empty(f"No {title.lower()}", f"Own posts of this period hold no {title.lower()}.")
        summary = f"{title} by number of own posts; most used: {mark}{counts[column].iloc[0]}."
        cut = (
            f"Counted in the newest {plural(counts['of_newest'].iloc[0], 'post')} of these days."
            if "of_newest" in counts
            else None
        )
        return ChartBox(summary=summary, height=words_height(len(counts)), note=cut, folds=True)

    def figure(view: AccountView) -> Figure:
        return words(view.of_period(name), name=column, mark=mark, theme=view.theme)

    rows = partial(chart_tables.of_period, name=name)
    return Chart(
        name=name, title=title, frames=(name,), box=box, figure=figure, table=getattr(chart_tables, name), rows=rows
    )


def _unit_choice(view: AccountView) -> Component:
    days = n_days(view.frame("periods"), view.period)
    return switch(UNIT, {unit: UNITS[unit] for unit in units_for(days)}, view.unit)


CARDS = Panel("Figures", ("figures", "people"), figure_cards)
NO_POSTS = Panel("Posts", ("people", "graph_summary"), no_posts)
TIMELINE = Chart(
    name="timeline",
    title="Timeline",
    frames=("periods", "daily"),
    by=("period", "unit"),
    behind=True,
    box=timeline_box,
    figure=timeline_figure,
    table=chart_tables.timeline,
    rows=chart_tables.timeline_rows,
)
RHYTHM = Chart(
    name="rhythm",
    title="Hours of the week",
    frames=("rhythm",),
    box=rhythm_box,
    figure=lambda view: rhythm(view.of_period("rhythm"), theme=view.theme),
    table=chart_tables.rhythm,
    rows=partial(chart_tables.of_period, name="rhythm"),
)
TOP_POSTS = Chart(
    name="top_posts",
    title="Top posts",
    frames=("top_posts",),
    box=top_posts,
    rows=partial(chart_tables.of_period, name="top_posts"),
)
HASHTAGS = words_chart("hashtags", "Hashtags", column="tag", mark="#")
MENTIONS = words_chart("mentions", "Mentions", column="mention", mark="@")
PARTS = (CARDS, NO_POSTS, FINDINGS, TIMELINE, RHYTHM, TOP_POSTS, HASHTAGS, MENTIONS)


def head_of(view: AccountView) -> Sequence[Component | None]:
    """What leads the page, whatever the account has."""
    return [] if view.lacks("daily", "periods") else [CARDS.of(view), FINDINGS.of(view)]


def section_of(view: AccountView, _query: PageQuery) -> Sequence[Component | None]:
    """All of it, or why there is nothing."""
    if view.lacks("daily", "periods"):
        return [analyse_again("Posts", view)]
    if view.frame("daily").empty:
        return [NO_POSTS.of(view)]
    return [
        TIMELINE.of(view),
        html.Div([RHYTHM.of(view), TOP_POSTS.of(view)], className="sg-pair"),
        html.Div([HASHTAGS.of(view), MENTIONS.of(view)], className="sg-pair"),
    ]


def register(app: Dash) -> None:
    """A click on the timeline shows posts."""

    @app.callback(
        Output("timeline-behind", "children"),
        Input(chart_id("timeline"), "clickData"),
        State("account-shown", "data"),
        prevent_initial_call=True,
    )
    def read_timeline(click: Any, data: Any) -> Component:
        view = view_of_callback(data, names=TIMELINE.frames)
        curve, start = clicked(click)
        kinds = list(KINDS)
        return posts_behind(view, start, kind=kinds[curve] if curve < len(kinds) else None)
