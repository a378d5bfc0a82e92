"""The pages of the dashboard.

Each is a module with `PATH`, its exact path, or `TEMPLATE`, the pattern of its paths; with `TITLE`, `layout` and
`register`. A page of a pattern also has `exists`, for it alone knows for which values there is something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import ModuleType
from urllib.parse import parse_qs

import orjson
from dash.development.base_component import Component
from flask import abort

from ..figures.style import as_json
from . import account, all_services, compare, crosscheck, overview

#: those with an exact path first: a pattern would swallow it
PAGES: list[ModuleType] = sorted(
    (overview, all_services, compare, crosscheck, account), key=lambda page: page.PATH is None
)


def page_exists(path: str, query: Mapping[str, str]) -> bool:
    """Whether there is a page at that path below the dashboard, and what its query names is the user's."""
    found = _page(path)
    if found is None:
        return False
    page, values = found
    return page.PATH is not None or bool(page.exists(query, **values))


def as_sent(page: ModuleType) -> Callable[..., orjson.Fragment]:
    """The layout of a page as JSON."""
    return lambda **given: as_json(page.layout(**given), Component.to_plotly_json)


def draw_page(path: str, search: str) -> tuple[orjson.Fragment, str]:
    """The page at a path and its title, as Dash makes them of an address. Answers 404 if there is none."""
    page, values = _page(path) or abort(404)
    query = {name: texts[0] if len(texts) == 1 else texts for name, texts in parse_qs(search, True).items()}
    title = page.TITLE(**values) if callable(page.TITLE) else page.TITLE
    return as_sent(page)(**{**values, **query, "pathname": path}), title


def _page(path: str) -> tuple[ModuleType, dict[str, str]] | None:
    for page in PAGES:
        values = {} if path == page.PATH else _values(path, page.TEMPLATE)
        if values is not None:
            return page, values
    return None


def _values(path: str, template: str | None) -> dict[str, str] | None:
    """What stands in a path for the variables of a template, such as `/user/<service>`; None if it does not fit."""
    found = re.fullmatch(re.sub("<(.*?)>", "(?P<\\1>[^/]+)", template), path) if template else None
    return found.groupdict() if found else None
