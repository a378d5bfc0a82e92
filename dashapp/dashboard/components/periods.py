"""Links that choose the period for a whole page; assets/dashboard.js follows them without a new page."""

from __future__ import annotations

from dash import html

from ..address import PERIODS
from .attributes import aria, data


def periods(chosen: str, *, account: int | None = None, bounds: str = "") -> html.Nav:
    """The links, and the dates of the chosen period."""
    query = "" if account is None else f"account={account}&"
    links = [
        html.A(
            name,
            href=f"?{query}period={period}",
            className="sg-period",
            **data(stay="period"),
            **aria(current="true" if period == chosen else "false"),
        )
        for period, name in PERIODS.items()
    ]
    dates = html.Span(bounds, className="sg-remark") if bounds else None
    choice = html.Div(links, className="sg-period-links")
    return html.Nav([choice, dates], className="sg-periods", **aria(label="Period"))
