"""A small chart of bars that are buttons: each says its number, and the keyboard reaches it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component
from plotly.io.json import to_json_plotly

from ..figures.style import Figure
from .attributes import aria, data


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar: its label, its number, and the attributes of the button; without these it is a number alone."""

    label: str
    number: int
    title: str
    attributes: dict[str, Any] | None = None


def bars(title: str, note: str, rows: Sequence[Bar], *, picture: Figure, files: Component) -> html.Figure:
    """The chart, its bars as wide as their numbers; an empty class cannot be chosen.

    The picture is what the buttons among its files save (assets/dashboard.js).
    """
    most = max((bar.number for bar in rows if bar.attributes), default=0) or 1
    drawn = html.Ul([html.Li(_bar(bar, most)) for bar in rows], className="sg-bars")
    head = html.Div([html.H3(title, className="sg-chart-title"), files], className="sg-chart-head")
    caption = html.Figcaption([head, html.P(note, className="sg-remark")])
    return html.Figure([caption, drawn], className="sg-small-chart", **data(figure=to_json_plotly(picture)))


def _bar(bar: Bar, most: int) -> html.Button | html.Div:
    content = [html.Span(bar.label, className="sg-bar-label", dir="auto"), html.Span(f"{bar.number:,}")]
    if bar.attributes is None or not bar.number:
        return html.Div(content, className="sg-bar", title=bar.title)
    width = {"--sg-bar": f"{bar.number / most:.1%}"}
    pressed = aria(pressed="false")
    return html.Button(
        content, type="button", className="sg-bar", title=bar.title, style=width, **pressed, **bar.attributes
    )
