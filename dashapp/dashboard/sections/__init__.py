"""The sections of an account's page.

Each is a module with `PARTS`, which say what they read, with `section_of`, which lays them out, and with `register`,
which answers to clicks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType

from ..account_view import AccountView
from ..parts import Chart
from . import audience, changes, graph, people, posts, sentiment

#: in the order of the page
SECTIONS: tuple[ModuleType, ...] = (posts, sentiment, audience, people, graph, changes)
CHARTS: Mapping[str, Chart] = {
    part.name: part for section in SECTIONS for part in section.PARTS if isinstance(part, Chart)
}


def in_order(view: AccountView) -> Sequence[ModuleType]:
    """The sections of an account: those that it has something for come first."""
    if view.lacks("daily", "people", "graph_summary") or not view.frame("daily").empty or not (lists := view.lists()):
        return SECTIONS
    first = (graph, people, changes) if lists == ["everyone"] else (audience, people, graph, changes)
    return sorted(SECTIONS, key=lambda each: first.index(each) if each in first else len(first))
