"""What others see of an account: its figures and charts, and people by name only if its owner said so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from plotly.io.json import to_json_plotly

from ..dashboard.account_view import AccountView, read_of
from ..dashboard.components.cards import MEASURES, Measure, basis
from ..dashboard.components.chart import LONGEST_TABLE, ChartBox, cells
from ..dashboard.components.data_day import data_day
from ..dashboard.components.numbers import DASH, day
from ..dashboard.sections import audience
from ..dashboard.sections.audience import Listed
from ..dashboard.sections.changes import GROWTH
from ..dashboard.sections.header import list_title
from ..dashboard.sections.posts import CARDS, MENTIONS, RHYTHM, TIMELINE
from ..dashboard.sections.sentiment import SENTIMENT
from ..store.rows import AccountRow
from . import graph_drawing
from .graph_drawing import Drawing

CHARTS = (TIMELINE, RHYTHM, SENTIMENT, GROWTH)
NAMING_CHARTS = (MENTIONS,)
#: of the audience; the others are words and servers, which may be those of one person
NAMELESS = ("size", "age", "activity", "language")
FRAMES = {
    *CARDS.frames, *audience.FRAMES, *graph_drawing.FRAMES, *(name for chart in CHARTS for name in chart.frames),
}  # fmt: skip
KEY_MEASURES = ("followers", "posts", "response_rate", "friends", "posts_per_week", "mutuals")
GRAPH_ROOM = (1_000, 640)


@dataclass(frozen=True, slots=True)
class SharedChart:
    """A figure as plotly.js takes it, and its data as a table."""

    name: str
    title: str
    summary: str
    height: int | str
    note: str | None
    figure: str
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class SharedBars:
    """A measure of a list's people: for each class its label, how many, and how wide its bar is."""

    title: str
    note: str
    bars: list[tuple[str, int, str]]


@dataclass(frozen=True)
class SharedAccount:
    """What the template asks for."""

    view: AccountView
    names: bool

    @property
    def title(self) -> str:
        """What the account calls itself."""
        return self.view.account.name or self.view.handle

    @property
    def data_day(self) -> str:
        """Of which day the data is."""
        return data_day_of(self.view.account, self.view.time_zone)

    @cached_property
    def days(self) -> str:
        """The first and the last day that are shown; empty without posts."""
        shown = None if self.view.lacks("periods") else self.view.shown_days()
        return " to ".join(day(pd.Timestamp(each)) for each in shown) if shown else ""

    def cards(self) -> list[tuple[Measure, str, str]]:
        """Each measure, as it is written, and what it rests on."""
        figures = self.view.by_measure()
        told = [(measure, figures.get(measure.name, {})) for measure in MEASURES]
        return [(measure, measure.write(figure.get("value")), basis(measure, figure)) for measure, figure in told]

    def key_figures(self) -> list[tuple[str, str]]:
        """The three that say most, of those that are told."""
        written = {measure.name: (measure.title, value) for measure, value, _ in self.cards() if value != DASH}
        return [written[name] for name in KEY_MEASURES if name in written][:3]

    def in_a_line(self) -> str:
        """The key figures and the day of the data."""
        figures = ", ".join(f"{title}: {value}" for title, value in self.key_figures())
        return f"{figures or 'No figures told'}. {self.data_day}."

    def charts(self) -> Iterator[SharedChart]:
        """The charts of what there is."""
        for chart in (*CHARTS, *(NAMING_CHARTS if self.names else ())):
            box = None if self.view.lacks(*chart.frames) else chart.box(self.view)
            if isinstance(box, ChartBox) and chart.figure and chart.table:
                yield shared_chart(
                    chart.name, chart.title, box, to_json_plotly(chart.figure(self.view)), chart.table(self.view)
                )

    def posts_by_unit(self) -> list[int]:
        """How many posts each unit of the period holds."""
        units = pd.DataFrame() if self.view.lacks(*TIMELINE.frames) else self.view.units()
        return [] if units.empty else [int(n) for n in units.groupby("start")["posts"].sum()]

    def audience(self) -> Iterator[tuple[str, list[SharedBars]]]:
        """What is told of each list."""
        lists = [] if self.view.lacks(*audience.FRAMES) else audience.told_lists(self.view)
        for which in lists:
            listed = Listed.of(self.view, which)
            named = [name for name in audience.TITLES if name in listed.classes and (self.names or name in NAMELESS)]
            if named:
                yield list_title(self.view, which), [_bars(listed, measure) for measure in named]

    @cached_property
    def graph(self) -> Drawing | None:
        """How the people hang together."""
        return graph_drawing.drawing(self.view, room=GRAPH_ROOM, names=self.names)


def shared_chart(name: str, title: str, box: ChartBox, figure: str, table: pd.DataFrame) -> SharedChart:
    """A chart of a page, in a form that needs no callback."""
    rows = [cells(row) for row in table.head(LONGEST_TABLE).itertuples(index=False)]
    return SharedChart(name, title, box.summary, box.height, box.note, figure, [str(each) for each in table], rows)


def data_day_of(account: AccountRow, time_zone: str) -> str:
    """Of which day the data is, as a sentence begins."""
    told = data_day(account, time_zone)
    return told[0].upper() + told[1:]


def _bars(listed: Listed, measure: str) -> SharedBars:
    told, counted = listed.told[measure], audience.shown(listed.classes[measure], measure)
    most = max((n for _, n in counted), default=0) or 1
    note = f"Rests on {listed.rests_on(told)}{audience.NOTES.get(measure, '')}."
    bars = [(audience.class_label(measure, name), n, f"{n / most:.1%}") for name, n in counted]
    return SharedBars(audience.TITLES[measure], note, bars)


def shared_account(owner: int, account_id: int, *, period: str, time_zone: str, names: bool) -> SharedAccount | None:
    """The owner's account as others see it."""
    frames = FRAMES | {name for chart in (NAMING_CHARTS if names else ()) for name in chart.frames}
    view = read_of(owner, account_id, time_zone=time_zone, period=period, unit=None, names=frames)
    return None if view is None else SharedAccount(view, names)
