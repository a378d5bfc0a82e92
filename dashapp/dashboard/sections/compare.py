"""Two sides compared: what is compared, and their figures; the charts and people stand in modules beside this one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from analytics.uncertainty import NO_POSTS, TOO_FEW

from ...services import service_of
from ..account_view import AccountView
from ..address import PERIODS, SIDES, range_days
from ..compare_view import OF_PEOPLE, Compared, CompareView, days_in_words
from ..components.attributes import aria, data
from ..components.cards import REASONS, basis, change, change_meaning, interval
from ..components.chart import chart_head
from ..components.data_day import data_day
from ..components.downloads import files
from ..components.numbers import DASH, count, short_day
from ..components.overview_table import side_by_side
from .compare_charts import TITLES, links, posts_chart, tones_chart
from .compare_people import people
from .header import account_class, unknown_days

DAYS = "days"  # in the choice of a period: the days of the fields beside it
SHARED = "Both hold some of the same posts, so they cannot be held against each other: choose days that do not overlap."


def section_of(view: CompareView) -> Sequence[Component | None]:
    """All of the comparison."""
    return [
        choice(view),
        *_remarks(view),
        _days_of_data(view),
        figures_table(view),
        posts_chart(view),
        tones_chart(view),
        people(view),
    ]


# ---- what is compared


def choice(view: CompareView) -> html.Form:
    """The form of both sides; assets/dashboard.js follows it without a new page."""
    button = html.Button("Compare", type="submit", className="btn btn-primary")
    sides = [_side(view, number) for number in range(len(SIDES))]
    return html.Form([*sides, button], className="sg-card sg-compare", **aria(label="What is compared"))


def _side(view: CompareView, number: int) -> html.Fieldset:
    side, shown, written = SIDES[number], view.sides[number], view.asked[number]
    name = TITLES[side]
    options = [
        {"label": f"{row.handle}, {service_of(row.service).title}", "value": str(row.id)} for row in view.accounts
    ]
    is_range = range_days(shown.period) is not None or any(written)
    periods = [{"label": title, "value": period} for period, title in PERIODS.items()]
    periods.append({"label": "From – to", "value": DAYS})
    account = dbc.Select(id=f"compare-{side}", name=side, options=options, value=str(shown.id))
    period = dbc.Select(
        id=f"compare-{side}-period",
        name=f"{side}_period",
        options=periods,
        value=DAYS if is_range else shown.period,
    )
    days = written if any(written) else tuple(map(str, _days(shown)))
    fields = [
        html.Label(
            [title, dbc.Input(type="date", name=f"{side}_{end}", value=value, size="sm")], className="sg-range-day"
        )
        for title, end, value in zip(("From", "To"), ("from", "to"), days, strict=True)
    ]
    refused = view.refused[number]
    return html.Fieldset(
        [
            html.Legend([_key(view, number), name]),
            _labelled(f"{name}: account", account),
            _labelled(f"{name}: days", period),
            html.Div(fields, className="sg-compare-days"),
            html.P(refused, className="sg-remark", role="alert") if refused else None,
        ]
    )


def _labelled(label: str, control: Any) -> html.Div:
    return html.Div([html.Label(label, htmlFor=control.id, className="visually-hidden"), control])


def _days(view: AccountView) -> Sequence[Any]:
    shown = None if view.lacks("periods") else view.shown_days()
    return shown or range_days(view.period) or ("", "")


def _remarks(view: CompareView) -> list[Component]:
    """What is not known of either side, and why both cannot be held against each other."""
    known = [of for of, days in zip(view.sides, view.days, strict=True) if days]
    said = [f"{of.called}: {' '.join(told)}" for of in known if (told := unknown_days(of))]
    said += [SHARED] if view.shares_days else []
    return [html.P(each, className="sg-remark", role="status") for each in dict.fromkeys(said)]


def _days_of_data(view: CompareView) -> html.P:
    """Which days of which account stand on either side: a report and a picture say it."""
    sides = [
        f"{side.called}, {days_in_words(side)}, {data_day(side.account, side.time_zone, short_day)}"
        for side in view.sides
    ]
    return html.P(f"{'; '.join(sides)}.", className="sg-remark sg-on-paper")


# ---- figures


def figures_table(view: CompareView) -> html.Section:
    """A row a figure: what it is on either side, and by how much the left one differs."""
    names = ["Figure", *(_column(view, number) for number in range(len(SIDES))), "Difference"]
    head = [html.Th(name, scope="col", role="columnheader") for name in names]
    rows = [_row(view, each) for each in view.figures()]
    shown = side_by_side(head, rows, caption="Figures side by side")
    note = "The difference is how much more or less the left side has; in brackets the bounds of what is likely."
    return html.Section(
        [
            chart_head("Figures", "compare-figures", files("Figures", links(view, "figures"))),
            shown,
            html.P(note, className="sg-remark"),
        ],
        className="sg-card sg-overview-card sg-compared-figures",
    )


def _column(view: CompareView, number: int) -> list[Component]:
    side = view.sides[number]
    name = html.Span([_key(view, number), html.Strong(side.handle, dir="auto")])
    return [name, html.Br(), html.Small(f"{side.service}, {days_in_words(side)}", className="sg-muted")]


def _key(view: CompareView, number: int) -> html.Span:
    """A square in the side's colour."""
    left, colour = account_class(view.left.account), account_class(view.sides[number].account)
    colour = "sg-side-key-again" if number and colour == left else colour
    return html.Span(className=f"sg-side-key {colour}")


def _row(view: CompareView, each: Compared) -> html.Tr:
    measure = each.measure
    name = html.Th(measure.title, scope="row", role="rowheader", title=measure.meaning)
    cells = [
        html.Td(
            [measure.write(figure.get("value")), html.Small(basis(measure, figure), className="sg-changed")],
            role="cell",
            title=interval(measure, figure) or None,
            **data(label=label),
        )
        for figure, label in zip((each.left, each.right), view.names, strict=True)
    ]
    return html.Tr([name, *cells, _difference(view, each)], role="row")


def _difference(view: CompareView, each: Compared) -> html.Td:
    told, measure = each.difference, each.measure
    figure = {"change": told.value, "change_low": told.ci_low, "change_high": told.ci_high}
    why = None
    if told.reason:
        said, why = DASH, why_not(view, each)
    elif measure.name in OF_PEOPLE:
        more = "more" if told.value > 0 else "fewer"
        said = f"{count(abs(told.value))} {more}" if told.value else "the same"
    else:
        said = change(measure, figure, called="difference")
        why = change_meaning(measure, figure, called="difference", against=view.names[1])
        return html.Td(said, role="cell", title=why, **data(label="Difference"))
    small = html.Small(why, className="sg-changed") if why else None
    return html.Td([said, small], role="cell", **data(label="Difference"))


def why_not(view: CompareView, each: Compared) -> str:
    """Why no difference of a figure is told."""
    if each.measure.name in OF_PEOPLE:
        return "of today on both sides" if view.is_of_one else "not told of both"
    if each.measure.name == "median_interactions":
        return "not told of medians"
    if view.shares_days:
        return "the days overlap"
    if each.difference.reason == TOO_FEW:
        return REASONS[TOO_FEW]
    missing = {each.left.get("reason"), each.right.get("reason")} & {NO_POSTS}
    if None in view.days or missing:
        return "no posts on one side"
    return "days of different number" if each.measure.name == "posts" else "not all posts of both are known"
