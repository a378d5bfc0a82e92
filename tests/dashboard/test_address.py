"""What an address says, and what it falls back to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.dashboard.address import PERIODS, parse_query, parse_search, unit_for, units_for


def test_an_empty_address_shows_the_usual() -> None:
    chosen = parse_query({})

    assert (chosen.account, chosen.period, chosen.unit) == (None, "1y", None)
    assert (chosen.sort, chosen.descending) == ("account", False)


def test_an_address_chooses() -> None:
    chosen = parse_query(
        {"account": "7", "period": "30d", "unit": "day", "sort": "posts", "order": "desc", "people": "friends"}
    )

    assert (chosen.account, chosen.period, chosen.unit) == (7, "30d", "day")
    assert (chosen.sort, chosen.descending, chosen.people, chosen.graph) == ("posts", True, "friends", None)


@pytest.mark.parametrize("value", ["", "-1", "1.5", "x", "٣", "1" * 30, ["1", "2"], None])
def test_what_is_no_account_is_left_aside(value: Any) -> None:
    assert parse_query({"account": value}).account is None


@pytest.mark.parametrize("value", ["", "2y", ["30d", "1y"], None, 30])
def test_an_unknown_period_is_the_usual_one(value: Any) -> None:
    assert parse_query({"period": value}).period == "1y"


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=20) | st.lists(st.text(max_size=5), max_size=3)))
def test_any_query_gives_a_view(query: dict[str, Any]) -> None:
    chosen = parse_query(query)

    assert chosen.period in PERIODS


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("?a=1&b=2", {"a": "1", "b": "2"}),
        ("?a=1&a=2", {"a": "2"}),
        ("?" + "&".join(f"a{n}=1" for n in range(90)), {f"a{n}": "1" for n in range(90)}),
        ("", {}),
        (None, {}),
        (5, {}),
        ("?" + "a" * 5_000, {}),
    ],
)
def test_a_search_string_is_read_by_names(search: Any, expected: dict[str, str]) -> None:
    assert parse_search(search) == expected


@pytest.mark.parametrize(
    ("wanted", "days", "expected"),
    [
        (None, 30, "day"),
        (None, 90, "day"),
        (None, 365, "week"),
        (None, 3_000, "month"),
        ("day", 365, "day"),
        ("day", 3_000, "month"),
        ("week", 2_000, "week"),
        ("month", 1, "month"),
        ("hour", 30, "day"),
        (["day"], 365, "week"),
    ],
)
def test_the_unit_fits_the_days(wanted: Any, days: float, expected: str) -> None:
    assert unit_for(wanted, days) == expected


@pytest.mark.parametrize(
    ("days", "expected"), [(30, ["day", "week", "month"]), (500, ["week", "month"]), (5_000, ["month"])]
)
def test_only_units_that_can_be_read_are_offered(days: float, expected: list[str]) -> None:
    assert units_for(days) == expected
