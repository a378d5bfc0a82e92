"""What the grid asks for, and what no grid of ours would ask for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequest

from dashapp.dashboard.components.people_grid import COLUMNS
from dashapp.dashboard.grid_request import LONGEST, MOST_ROWS, rows_request, search_text


def request(**values: Any) -> dict[str, Any]:
    """A request for the first rows."""
    return {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}, **values}


def test_rows_come_as_offset_and_limit() -> None:
    wanted = rows_request(request(startRow=200, endRow=300), COLUMNS["followers"])

    assert (wanted.offset, wanted.limit, wanted.sort, wanted.filters) == (200, 100, [], {})


def test_the_order_is_taken_over() -> None:
    wanted = rows_request(
        request(sortModel=[{"colId": "name", "sort": "asc"}, {"colId": "followers", "sort": "desc"}]),
        COLUMNS["followers"],
    )

    assert wanted.sort == [("name", "asc"), ("followers", "desc")]


def test_columns_of_the_list_before_are_left_out_where_lists_change() -> None:
    before = request(
        sortModel=[{"colId": "password_hash", "sort": "asc"}, {"colId": "name", "sort": "asc"}],
        filterModel={"account_id": {"type": "equals", "filter": 1}},
    )

    wanted = rows_request(before, COLUMNS["followers"], strict=False)

    assert (wanted.sort, wanted.filters) == ([("name", "asc")], {})
    with pytest.raises(BadRequest):
        rows_request(before, COLUMNS["followers"])


@pytest.mark.parametrize(
    ("column", "rule", "expected"),
    [
        ("name", {"type": "contains", "filter": "ad"}, {"type": "contains", "filter": "ad"}),
        ("name", {"type": "contains", "filter": "x" * 999}, {"type": "contains", "filter": "x" * LONGEST}),
        ("name", {"type": "blank"}, {"type": "blank"}),
        ("followers", {"type": "equals", "filter": "5"}, {"type": "equals", "filter": 5.0}),
        (
            "followers",
            {"type": "inRange", "filter": 1, "filterTo": 9},
            {"type": "inRange", "filter": 1.0, "filterTo": 9.0},
        ),
        (
            "first_seen",
            {"type": "greaterThan", "dateFrom": "2026-03-02 00:00:00"},
            {"type": "days", "first": date(2026, 3, 3), "last": None},
        ),
        (
            "first_seen",
            {"type": "inRange", "dateFrom": "2026-03-02", "dateTo": "2026-03-04"},
            {"type": "days", "first": date(2026, 3, 2), "last": date(2026, 3, 4)},
        ),
        (
            "first_seen",
            {"type": "inRange", "dateFrom": "0002-01-01", "dateTo": "9999-12-31"},
            {"type": "days", "first": date(1900, 1, 1), "last": date(2999, 1, 1)},
        ),
        ("first_seen", {"type": "notBlank"}, {"type": "notBlank"}),
    ],
)
def test_filters_come_in_the_stores_words(column: str, rule: dict[str, Any], expected: dict[str, Any]) -> None:
    assert rows_request(request(filterModel={column: rule}), COLUMNS["followers"]).filters == {column: expected}


@pytest.mark.parametrize(
    "wrong",
    [
        None, [], "x", 5, {}, {"startRow": 0},
        request(startRow=-1), request(startRow=5, endRow=5), request(endRow=MOST_ROWS + 1), request(startRow="a"),
        request(startRow=2**60, endRow=2**60 + 1), request(endRow=1e999),
        request(sortModel=[{"colId": "name", "sort": "up"}]),
        request(sortModel=[{"colId": "mutual", "sort": "asc"}]), request(sortModel=[1]), request(sortModel=5),
        request(sortModel=[{"colId": ["name"], "sort": "asc"}]),
        request(filterModel=[1]),
        request(filterModel={"name": {"type": "regex", "filter": ".*"}}),
        request(filterModel={"name": {"filter": "x"}}),
        request(filterModel={"name": 1}), request(filterModel={"followers": {"type": "equals", "filter": "many"}}),
        request(filterModel={"followers": {"type": "equals", "filter": "nan"}}),
        request(filterModel={"followers": {"type": "equals", "filter": 2**80}}),
        request(filterModel={"first_seen": {"type": "lessThan", "dateFrom": "soon"}}),
        request(filterModel={"first_seen": {"type": "lessThan", "dateFrom": None}}),
    ],
    ids=str,
)  # fmt: skip
def test_what_no_grid_of_ours_asks_for_is_refused(wrong: Any) -> None:
    with pytest.raises(BadRequest):
        rows_request(wrong, COLUMNS["followers"])


@given(st.dictionaries(st.sampled_from(["startRow", "endRow", "sortModel", "filterModel"]), st.integers() | st.text()))
def test_any_request_is_answered_or_refused(wrong: dict[str, Any]) -> None:
    try:
        wanted = rows_request(wrong, COLUMNS["friends"])
    except BadRequest:
        return

    assert 0 < wanted.limit <= MOST_ROWS


@pytest.mark.parametrize(
    ("value", "expected"),
    [("ada", "ada"), ("x" * 300, "x" * LONGEST), (None, ""), (5, ""), (["a"], ""), ("a\x00d\ud800a", "ada")],
)
def test_a_search_is_a_text_of_bounded_length(value: Any, expected: str) -> None:
    assert search_text(value) == expected
