"""The parts of an account's page: each says what it reads, and where that was never stored, a sentence says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd
from dash import html
from dash.development.base_component import Component
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from ..store import imports
from .account_view import NOT_STORED, AccountView
from .address import period_query
from .components.attributes import aria
from .components.boxes import empty
from .components.chart import ChartBox, chart
from .components.data_words import in_words
from .components.forms import post_form
from .figures.style import Figure
from .filenames import picture_name

COMING = "This account is being read or analysed: this part is shown when that is done."


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the page, and the stored frames that it reads: at once, and `later`, in its callbacks."""

    title: str
    frames: tuple[str, ...]
    draw: Callable[..., Component | None]
    later: tuple[str, ...] = ()

    def of(self, view: AccountView, *choices: str | None) -> Component | None:
        """The part of an account's page."""
        if view.lacks(*self.frames, *self.later):
            return analyse_again(self.title, view)
        return self.draw(view.narrowed(self.frames), *choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart of an account: the stored frames that it reads, its figure, its table, the rows of its file."""

    name: str  # in ids, and in the addresses and names of its files
    title: str
    frames: tuple[str, ...]
    by: tuple[str, ...] = ("period",)  # what of the page changes it: period, unit
    behind: bool = False  # whether the posts behind a bar are shown
    box: Callable[[AccountView], ChartBox | Component | None]  # a component, or nothing, stands in place of the figure
    figure: Callable[[AccountView], Figure] | None = None
    table: Callable[[AccountView], pd.DataFrame] | None = None  # as it is read under the figure
    rows: Callable[[AccountView], pd.DataFrame | None]  # as they stand in the file; None: there is nothing

    def of(self, view: AccountView) -> Component | None:
        """The chart of an account's page, and where the posts behind its bars are shown."""
        if view.lacks(*self.frames):
            return analyse_again(self.title, view)
        view = view.narrowed(self.frames)
        box = self.box(view)
        if self.figure is None or not isinstance(box, ChartBox):
            return box
        dated = [view.period] if "period" in self.by else []
        files = {"filename": picture_name(view, self.name, *dated), "csv": self.address(view)}
        box = replace(box, words=self.words(view))
        framed = chart(self.name, self.title, box, self.figure(view), has_table=True, **files)
        if not self.behind:
            return framed
        return html.Div([framed, html.Div(id=f"{self.name}-behind", **aria(live="polite"))])

    def is_drawn(self, view: AccountView) -> bool:
        """Whether its figure is on the page, and nothing else in its place."""
        return self.figure is not None and isinstance(self.box(view), ChartBox)

    def words(self, view: AccountView) -> str:
        """Its data in a sentence."""
        return in_words(self.table(view)) if self.table else ""

    def address(self, view: AccountView) -> str:
        """Where its data is."""
        asked = {"period": period_query(view.period), "unit": f"unit={view.unit}"}
        query = "&".join(asked[name] for name in self.by)
        return f"/download/{view.id}/{self.name}.csv" + (f"?{query}" if query else "")


def is_being_read(view: AccountView) -> bool:
    """Whether an import of the account goes on, waits or sleeps: what is missing may still come."""
    return any(row.is_open for row in imports.imports(current_user.id, account_id=view.id))


def analyse_again(title: str, view: AccountView) -> html.Div:
    """What stands in place of a part that reads what was never stored; the demo's visitors cannot change that."""
    if current_user.is_demo:
        return empty(title, NOT_STORED)
    if is_being_read(view):
        return empty(title, COMING)
    button = html.Button("Analyse again", type="submit", className="btn btn-primary btn-sm")
    return empty(title, NOT_STORED, post_form(f"/analyse/{view.id}", generate_csrf(), button))
