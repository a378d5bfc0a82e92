"""Handles on a narrow screen."""

from __future__ import annotations

import pytest
from dash import html

from dashapp.dashboard.components.handles import breakable


@pytest.mark.parametrize(
    ("handle", "parts"),
    [
        ("ada", ["ada"]),
        ("ada_quill@clay.example", ["ada_", "quill@", "clay.", "example"]),
        ("__ada--b", ["__", "ada--", "b"]),
        ("", [""]),
    ],
)
def test_a_line_may_end_behind_the_marks_between_words(handle: str, parts: list[str]) -> None:
    made = breakable(handle)

    assert made[::2] == parts
    assert all(isinstance(one, html.Wbr) for one in made[1::2])
