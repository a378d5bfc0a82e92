"""CSV as spreadsheets and other programs read it."""

from __future__ import annotations

import csv
import io
import math
import re
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.dashboard.formats.csv import cell, graph, table
from dashapp.dashboard.formats.records import Table
from dashapp.services.csv_files.formulas import undefused

from .graphs import drawn

INVISIBLE = " \t\r\n\x00\x0b\x0c\xa0\u200b\u3000\ufeff"
SIGNS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
FORMULA = (*SIGNS, "\t", "\r", "\n")


def written(*values: Any) -> list[list[str]]:
    """The cells of a table of one column, as Python's own reader finds them."""
    data = b"".join(table(Table(["value"], [{"value": value} for value in values])))
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(None, "", id="not-told"),
        pytest.param(math.nan, "", id="nan"),
        pytest.param(pd.NaT, "", id="nat"),
        pytest.param(0, "0", id="zero-is-told"),
        pytest.param(-5, "-5", id="negative-number-stays-one"),
        pytest.param(-0.25, "-0.25", id="fraction"),
        pytest.param(1200.0, "1200", id="count-that-stood-beside-nan"),
        pytest.param(np.float64(0.1), "0.1", id="numpy"),
        pytest.param(np.int64(7), "7", id="numpy-count"),
        pytest.param(True, "true", id="true"),
        pytest.param(False, "false", id="false"),
        pytest.param(date(2026, 3, 2), "2026-03-02", id="day"),
        pytest.param(datetime(2026, 3, 2, 12, 0, tzinfo=UTC), "2026-03-02T12:00:00Z", id="time"),
        pytest.param(pd.Timestamp("2026-03-02 13:00"), "2026-03-02T13:00:00", id="local-time"),
        pytest.param(pd.Timestamp("2026-03-02 13:00", tz="Europe/Berlin"), "2026-03-02T12:00:00Z", id="timestamp"),
        pytest.param("Zoë 🌿", "Zoë 🌿", id="text"),
        pytest.param("a\0b", "ab", id="nul"),
    ],
)
def test_a_value_becomes_a_cell(value: Any, expected: str) -> None:
    assert cell(value) == expected


@given(st.text())
def test_no_cell_starts_as_a_formula(text: str) -> None:
    found = written(text)[1][0]

    assert not found.startswith(FORMULA)
    assert not found.strip().startswith(FORMULA)


@given(st.text(alphabet=INVISIBLE, max_size=5), st.sampled_from(SIGNS), st.text(max_size=5))
def test_nothing_in_front_hides_a_formula(before: str, sign: str, after: str) -> None:
    found = written(before + sign + after)[1][0]

    assert found.startswith("'")


@given(st.text())
def test_a_text_is_found_again(text: str) -> None:
    assert undefused(written(text)[1][0]) == text.replace("\0", "")


@given(st.one_of(st.integers(), st.floats(allow_nan=False)))
def test_a_number_stays_a_number(number: float) -> None:
    assert float(cell(number)) == float(number)


def test_spreadsheets_are_told_the_encoding() -> None:
    assert b"".join(table(Table(["name"], []))) == b"\xef\xbb\xbfname\r\n"


def test_pandas_reads_it_without_being_told() -> None:
    rows = [{"name": "Zoë, the\n“first”", "n": 3}, {"name": None, "n": None}]

    read = pd.read_csv(io.BytesIO(b"".join(table(Table(["name", "n"], rows)))))

    assert read["name"].tolist()[0] == "Zoë, the\n“first”"
    assert read["n"].tolist()[0] == 3
    assert read.iloc[1].isna().all()


def test_a_graph_is_its_ties_with_the_names_of_both_ends() -> None:
    lines = b"".join(graph(drawn())).decode("utf-8-sig").splitlines()

    assert lines == ["source,target,source_name,target_name", "b,c,Bob,Carol", "d,b,,Bob"]


def test_rows_are_sent_many_at_once_and_never_none() -> None:
    rows = ({"n": number} for number in range(50_000))

    parts = list(table(Table(["n"], rows)))

    assert 2 < len(parts) < 20
    assert all(parts)
    assert re.fullmatch(rb"(\d+\r\n)+", b"".join(parts).split(b"\r\n", 1)[1])
