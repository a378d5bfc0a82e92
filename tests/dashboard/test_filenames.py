"""Names of downloaded files."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.dashboard.filenames import attachment, filename

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param(
            ["mastodon", "ada@example.social", "followers"],
            "sociogram-mastodon-ada_example.social-followers-2026-11-20",
            id="service-handle-what-date",
        ),
        pytest.param(["x", "../../etc/passwd"], "sociogram-x-etc_passwd-2026-11-20", id="path"),
        pytest.param(["x", 'a";b\r\nc: d'], "sociogram-x-a_b_c_d-2026-11-20", id="header"),
        pytest.param(["x", "zoë"], "sociogram-x-zoë-2026-11-20", id="letters-of-others"),
        pytest.param(["x", "🌿"], "sociogram-x-2026-11-20", id="nothing-left"),
    ],
)
def test_names_say_what_the_file_is(parts: list[str], expected: str) -> None:
    assert filename(*parts, day=DAY) == expected


@given(st.text(max_size=400))
def test_names_are_safe_everywhere(text: str) -> None:
    name = filename(text, day=DAY)

    assert re.fullmatch(r"[\w.-]+", name)
    assert ".." not in name.removeprefix("sociogram-").split("-2026")[0][:2]
    assert len(name) < 120


@given(st.text(max_size=40))
def test_the_header_holds_the_name_in_ascii_and_in_full(text: str) -> None:
    name = filename(text, day=DAY)

    header = attachment(name)

    found = re.fullmatch(r"attachment; filename=\"([A-Za-z0-9_.-]+)\"; filename\*=UTF-8''([A-Za-z0-9%._-]+)", header)
    assert found
    assert unquote(found[2]) == name
