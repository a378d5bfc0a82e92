"""Two accounts, or two periods of one, side by side."""

from __future__ import annotations

from typing import Any

from dash import Dash, html

from ...page_paths import OVERVIEW
from ..compare_view import read_compare
from ..components.boxes import empty
from ..sections import compare, compare_people

PATH, TEMPLATE, TITLE = "/user/compare", None, "Compare · Sociogram"


def layout(**parameters: Any) -> html.Div:
    """The page that an address names."""
    view = read_compare(parameters)
    head = html.H1("Compare")
    if view is None:
        link = html.A("To the overview", href=OVERVIEW, className="btn btn-outline-secondary")
        why = "Connect a first account: its periods can be compared at once, and with those of the next one."
        return html.Div([head, empty("Nothing to compare yet", why, link)], className="sg-dashboard")
    return html.Div([head, *compare.section_of(view)], className="sg-dashboard")


def register(app: Dash) -> None:
    """The list of those who are on both sides asks for rows."""
    compare_people.register(app)
