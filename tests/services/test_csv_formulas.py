"""Cells that a spreadsheet would run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.csv_files.formulas import defused, undefused


@pytest.mark.parametrize(
    "text", ["=1+1", " =1", "-1", "+1", "@ada", "\t", "\rx", "\n", "＝1", "＋1", "－1", "＠ada", "\u200b=1"]
)
def test_what_would_run_gets_an_apostrophe(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "ada@example.social", "1-1", "'quoted'", "'", "a=1", "ﬁne – yes", "#tag"])
def test_what_would_not_run_stays(text: str) -> None:
    assert defused(text) == text


@given(st.text())
def test_any_text_is_found_again(text: str) -> None:
    assert undefused(defused(text)) == text


@given(st.text(alphabet="'=-@a \t", max_size=6))
def test_texts_with_apostrophes_are_found_again(text: str) -> None:
    assert undefused(defused(text)) == text


@given(st.text())
def test_different_texts_stay_different(text: str) -> None:
    assert defused(f"'{text}") != defused(text)
