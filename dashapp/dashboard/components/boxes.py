"""What stands on a page: parts under a heading, and boxes where there is nothing to show."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from .attributes import aria
from .help import explained


def empty(title: str, why: str, *actions: Component) -> html.Div:
    """A quiet box with a title, a sentence and what can be done."""
    doing = html.Div(list(actions), className="sg-actions") if actions else None
    return html.Div([html.P(title, className="sg-empty-title"), html.P(why), doing], className="sg-card sg-empty")


def section(title: str, name: str, *content: Component | None) -> html.Section:
    """A part of a page under its own heading."""
    heading, end = f"part-{name}", f"after-{name}"
    head = explained(html.H2(title, id=heading), title, heading)
    skip = html.A(f"Skip: {title}", href=f"#{end}", className="visually-hidden-focusable")
    behind = html.Div(id=end, tabIndex=-1, className="sg-after")
    return html.Section([head, skip, *content, behind], className="sg-part", **aria(labelledby=heading))


def fold(title: str, *content: Component | None, of: str = "", is_open: bool = False) -> html.Details:
    """Details, which on a phone wait for a tap on their title; anywhere else they just stand there.

    Titles that stand in several boxes say for ears of which this one is.
    """
    heard = html.Span(f": {of}", className="visually-hidden") if of else None
    return html.Details([html.Summary([title, heard]), *content], open=is_open, className="sg-fold")


def titled(title: str) -> html.Div:
    """The title of a long page, and what leads to its parts."""
    return html.Div([html.H1(title), jump_menu()], className="sg-chart-head")


def jump_menu() -> html.Details:
    """The parts of a long page, to go to; assets/dashboard.js lists them when it is opened."""
    summary = html.Summary(html.Span("On this page"), className="sg-period")
    return html.Details([summary, html.Ul(className="sg-menu")], className="sg-dropdown sg-jump")
