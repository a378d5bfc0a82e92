"""What others see of the cross-check: how many people are where, and nobody of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from plotly.io.json import to_json_plotly

from ..dashboard.compare_view import newness
from ..dashboard.components.chart import ChartBox
from ..dashboard.components.numbers import plural
from ..dashboard.crosscheck_view import KINDS, CrosscheckView, read_crosscheck_of
from ..dashboard.figures.upset import MOST, upset, upset_height
from ..dashboard.sections.crosscheck import (
    TITLE,
    combinations_summary,
    combinations_table,
    not_whole,
    row_colours,
    row_titles,
)
from .shared_account import SharedChart, data_day_of, shared_chart


@dataclass(frozen=True)
class SharedCrosscheck:
    """What the template asks for."""

    view: CrosscheckView
    title: str = "Cross-check"

    @property
    def data_day(self) -> str:
        """Of which day the newest data is."""
        return data_day_of(max(self.view.accounts, key=newness, default=self.view.derived), self.view.time_zone)

    def in_a_line(self) -> str:
        """How many are met on several accounts, and the day of the data."""
        shared = self.view.people(self.view.having({}, "many"))
        return f"{plural(shared, 'person', 'people')} on more than one {self.view.place}. {self.data_day}."

    def remarks(self) -> list[str]:
        """On lists that were not read whole."""
        return not_whole(self.view)

    def questions(self) -> list[tuple[str, str]]:
        """What can be asked, with the number of people."""
        return [(question.label, f"{question.people:,}") for question in self.view.questions()]

    def charts(self) -> Iterator[SharedChart]:
        """How many stand on exactly which accounts, by what counts as standing there."""
        for kind, (title, *_) in KINDS.items():
            # without the filters that find these people in their owner's table
            combinations = [replace(each, where="") for each in self.view.combinations(kind)]
            if not combinations:
                continue
            rest = (
                f"The {MOST} most frequent of {plural(len(combinations), 'combination')}."
                if len(combinations) > MOST
                else None
            )
            box = ChartBox(
                summary=combinations_summary(combinations), height=upset_height(len(self.view.accounts)), note=rest
            )
            drawn = upset(combinations, row_titles(self.view, kind), row_colours(self.view), theme=self.view.theme)
            table = combinations_table(combinations)
            yield shared_chart(f"{kind}-where", f"{TITLE}: {title.lower()}", box, to_json_plotly(drawn), table)


def shared_crosscheck(owner: int, time_zone: str) -> SharedCrosscheck | None:
    """The owner's cross-check as others see it."""
    view = read_crosscheck_of(owner, time_zone)
    return None if view is None else SharedCrosscheck(view)
