"""The sections of an account's page.

Each is a module with `PARTS`, which say what they read, with `section_of`, which lays them out, and with `register`,
which answers to clicks.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

from ..parts import Chart
from . import audience, changes, graph, people, posts, sentiment

#: in the order of the page
SECTIONS: tuple[ModuleType, ...] = (posts, sentiment, audience, people, graph, changes)
CHARTS: Mapping[str, Chart] = {
    part.name: part for section in SECTIONS for part in section.PARTS if isinstance(part, Chart)
}
