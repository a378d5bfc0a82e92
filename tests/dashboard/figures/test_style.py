"""Strangers' texts in figures, and colours that everybody can tell apart."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.audience import SIZES
from dashapp.dashboard.figures.style import (
    LONGEST,
    PALETTES,
    TEMPLATES,
    account_colour,
    community_colour,
    figure,
    literal,
    packed,
)
from tests.dashboard.dash_client import as_plotly

#: how eyes without one kind of cones see linear RGB (Machado, Oliveira & Fernandes 2009, severity 1)
EYES = {
    "all cones": np.eye(3),
    "no red": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no green": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "no blue": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour: str) -> np.ndarray:
    """`#rrggbb` as linear RGB."""
    values = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear RGB under D65."""
    xyz = XYZ @ np.clip(rgb, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    """WCAG's contrast of two colours."""
    darker, lighter = sorted(float(XYZ[1] @ linear(colour)) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def variables(theme: str) -> dict[str, str]:
    """The colours of the style sheet of all pages, by name."""
    block = Path("assets/base.css").read_text().split(f'[data-bs-theme="{theme}"] {{\n')[1].split("}")[0]
    return dict(re.findall(r"--sg-([\w-]+): (#\w{6});", block))


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("theme", PALETTES)
def test_communities_can_be_told_apart_by_all_eyes(theme: str, eyes: str) -> None:
    seen = [lab(EYES[eyes] @ linear(colour)) for colour in PALETTES[theme].communities]

    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > 19


@pytest.mark.parametrize("theme", PALETTES)
def test_from_few_to_many_colours_leave_the_surface_and_each_other_for_all_eyes(theme: str) -> None:
    palette = PALETTES[theme]
    contrasts = [contrast(colour, palette.surface) for colour in palette.few_to_many]

    assert len(palette.few_to_many) == len(SIZES)
    assert contrasts == sorted(contrasts)
    assert contrasts[0] > 3
    for eyes in EYES.values():
        *seen, untold = (lab(eyes @ linear(colour)) for colour in (*palette.few_to_many, palette.other))
        assert (
            min(np.linalg.norm(one - other) for one, other in [*pairwise(seen), *((one, untold) for one in seen)]) > 10
        )


@pytest.mark.parametrize("theme", PALETTES)
def test_words_can_be_read_on_the_surface(theme: str) -> None:
    palette = PALETTES[theme]

    assert contrast(palette.text, palette.surface) > 7
    assert contrast(palette.muted, palette.surface) > 4.5


@pytest.mark.parametrize("theme", PALETTES)
def test_bars_of_tone_can_be_told_from_each_other_without_colour(theme: str) -> None:
    palette = PALETTES[theme]

    assert contrast(palette.neutral, palette.positive) > 1.5
    assert contrast(palette.neutral, palette.negative) > 1.3


@pytest.mark.parametrize("theme", PALETTES)
def test_marks_stand_out_from_the_surface_and_from_the_page(theme: str) -> None:
    palette = PALETTES[theme]
    marks = (*palette.communities, palette.other, palette.post, palette.answered, palette.positive, palette.negative)

    low = {mark for mark in marks for ground in (palette.surface, variables(theme)["bg"]) if contrast(mark, ground) < 3}

    assert low == set()


@pytest.mark.parametrize("theme", PALETTES)
def test_the_style_sheets_have_the_colours_of_figures_and_initials_can_be_read_on_them(theme: str) -> None:
    palette, of_page = PALETTES[theme], variables(theme)
    sheet = Path("assets/dashboard.css").read_text()
    on = dict(re.findall(r"^\.sg-account-(\d) {.*--sg-on-account: (#\w+); }$", sheet, re.MULTILINE))
    [on_dark] = re.findall(r'^\[data-bs-theme="dark"\] \[class.*--sg-on-account: (#\w+); }$', sheet, re.MULTILINE)
    initials = [
        (on_dark if theme == "dark" else on[str(n)]).replace("#fff", "#ffffff").replace("#000", "#000000")
        for n in range(8)
    ]

    assert [of_page[f"community-{n}"] for n in range(8)] == list(palette.communities)
    assert all(of_page[name] == getattr(palette, name) for name in ("text", "muted", "surface", "sunken"))
    assert min(contrast(account_colour(theme, n), initials[n]) for n in range(8)) > 4.5
    assert account_colour(theme, 8) == account_colour(theme, 0)


def test_communities_behind_the_eighth_share_the_grey() -> None:
    assert community_colour("light", 7) == PALETTES["light"].communities[7]
    assert community_colour("light", 8) == community_colour("light", 900) == PALETTES["light"].other


@pytest.mark.parametrize("theme", PALETTES)
def test_templates_are_small_and_leave_the_page_shine_through(theme: str) -> None:
    layout = figure(theme, [])["layout"]

    assert len(str(TEMPLATES[theme])) < 2_500
    assert layout["template"]["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([0, 200], "u1"),
        ([-1, 200], "i2"),
        ([-1, 70_000], "i4"),
        ([1.5, float("nan")], "f8"),
        ([[1, 2], [3, 4]], "u1"),
        ([2**40], None),  # plotly.js has no whole numbers of this size
        ([True, False], None),
        (["a"], None),
        ([], None),
    ],
    ids=str,
)
def test_arrays_travel_as_bytes_where_plotly_takes_them(values: list[Any], dtype: str | None) -> None:
    sent = packed({"type": "heatmap", "z": np.array(values)})

    assert (sent["z"]["dtype"] if isinstance(sent["z"], dict) else None) == dtype
    np.testing.assert_array_equal(as_plotly({"data": [sent]}).data[0].z, values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<a href="https://x">y</a>', '&lt;a href="https://x"&gt;y&lt;/a&gt;'),
        ("a & b", "a &amp; b"),
        ("ab\u202ecd\u200b\ufeff", "abcd"),
        ("line\nbreak\x00", "line break"),
        ("x" * 61, "x" * 59 + "…"),
        ("x" * 60, "x" * 60),
    ],
)
def test_a_strangers_text_is_drawn_as_it_is_and_not_longer_than_there_is_room(text: str, expected: str) -> None:
    assert literal(text) == expected


@given(st.text(max_size=200))
def test_no_text_brings_markup_or_breaks_a_line(text: str) -> None:
    drawn = literal(text)

    assert not set(drawn) & set("<>\n\r\t\x00\u202e\u200b")
    assert len(drawn.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")) <= LONGEST
