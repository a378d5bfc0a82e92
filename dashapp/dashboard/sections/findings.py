"""What stands out: the few sentences worth saying, each with a link to the chart that shows its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component
from flask_login import current_user

from analytics.findings import tells_beside

from ...page_paths import ALL_SERVICES, CROSSCHECK
from ..account_view import AccountView
from ..address import range_days
from ..components.chart import chart_head
from ..figures.style import seen_of
from ..parts import Panel

TITLE = "What stands out"
#: what shows the numbers of a sentence: its title, and its place on a page
SHOWN: Mapping[str, tuple[str, str]] = {
    "timeline": ("Timeline", "chart-timeline"),
    "rhythm": ("Hours of the week", "chart-rhythm"),
    "sentiment": ("Sentiment", "chart-sentiment"),
    "growth": ("Growth", "chart-growth"),
    "audience": ("Audience", "part-audience"),
    "graph": ("Network", "part-graph"),
    "where": ("Where people are", "part-where"),
    "accounts": ("Your accounts side by side", "part-accounts"),
}
#: the page of each, for an account of all services
PAGES: Mapping[str, str] = {"graph": ALL_SERVICES, "where": CROSSCHECK, "accounts": CROSSCHECK}
OF_PERIODS = (
    "This is told of 30 days, 90 days, 1 year and all: in days that were picked by hand, something always stands out."
)
AS_COMPARED = "As of the last comparison: what you decided since then changes it with the next."


def findings(view: AccountView) -> html.Section | None:
    """The sentences of the period; nothing where nothing stands out."""
    if range_days(view.period):
        return framed(html.P(OF_PERIODS, className="sg-remark"))
    said = [sentence(text, section) for text, section in sentences(view)]
    return framed(listed(said)) if said else None


def findings_of_all(view: AccountView, page: str) -> html.Section | None:
    """The sentences on the people of all accounts, on one of the two pages that show them."""
    if view.lacks(*FINDINGS.frames):
        return None
    pages = {section: "" if path == page else path for section, path in PAGES.items()}
    said = [sentence(text, section, pages[section]) for text, section in sentences(view)]
    remark = [] if current_user.is_demo else [html.P(AS_COMPARED, className="sg-remark")]
    return framed(listed(said), *remark) if said else None


def findings_of_accounts(pages: Sequence[tuple[AccountView, str]]) -> html.Section | None:
    """The most certain sentence of each account, with its page, where it is telling beside all the others."""
    told = [(view, page, view.of_period("findings")) for view, page in pages if not view.lacks(*FINDINGS.frames)]
    firsts = [(view, page, next(frame.itertuples())) for view, page, frame in told if not frame.empty]
    said = [
        [html.Strong(view.handle, dir="auto"), f", {view.service}: ", *sentence(first.sentence, first.section, page)]
        for view, page, first in firsts
        if tells_beside(first.p, len(pages))
    ]
    return framed(listed(said)) if said else None


def sentences(view: AccountView) -> list[tuple[str, str]]:
    """Those of the period, the most certain first, each with what shows its numbers."""
    frame = view.of_period("findings")
    return [] if frame.empty else list(zip(frame["sentence"], frame["section"], strict=True))


def framed(*content: Component) -> html.Section:
    """The part of a page."""
    return html.Section([chart_head(TITLE, "findings"), *content], className="sg-card sg-chart")


def listed(said: Iterable[Any]) -> html.Ul:
    """Sentences, one below the other."""
    return html.Ul([html.Li(each) for each in said], className="sg-findings")


def sentence(text: str, section: str, page: str = "") -> list[Any]:
    """A sentence, and the way to its chart."""
    title, place = SHOWN[section]
    return [seen_of(text), " ", html.A(title, href=f"{page}#{place}")]


FINDINGS = Panel(TITLE, ("findings",), findings)
