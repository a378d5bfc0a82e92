"""Handles on a narrow screen."""

from __future__ import annotations

import re

from dash import html
from dash.development.base_component import Component

_PARTS = re.compile(r"(?<=[@._-])(?=[^@._-])")


def breakable(handle: str) -> list[str | Component]:
    """The handle, with places where a line may end: behind the marks between its words."""
    first, *others = _PARTS.split(handle)
    return [first, *(each for part in others for each in (html.Wbr(), part))]
