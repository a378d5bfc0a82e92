"""The small frames that an analysis stores."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from sqlalchemy import select

from dashapp.models import Result
from dashapp.services.records import Batch
from dashapp.store import accounts, results
from dashapp.store.database import reading
from tests.records import merged, post
from tests.snapshots import once

from .conftest import beside


@pytest.fixture
def account(app: Flask, owner: int) -> int:
    return once(app, make_account, owner)


def make_account(owner: int) -> int:
    return merged(owner, Batch(posts=[post(1)]))[0]


def test_results_come_back_as_they_were_saved(owner: int, account: int) -> None:
    frame = pd.DataFrame({"period": ["30d", None], "value": [1.5, float("nan")], "n": [1, 2], "few": [True, False]})
    frame = frame.assign(period=frame["period"].astype("str"), array=[b"\x00\x01", b""])

    results.save(owner, account, {"figures": frame, "daily": frame.head(0)})

    stored = results.read(owner, account, "figures", "daily", "rhythm")
    assert set(stored) == {"figures", "daily"}
    assert_frame_equal(stored["figures"], frame)
    assert_frame_equal(stored["daily"], frame.head(0))


def test_saving_results_replaces_all_that_do_not_stand(owner: int, account: int) -> None:
    frame = pd.DataFrame({"n": [1]})
    results.save(owner, account, {"figures": frame})

    results.save(owner, account, {"daily": frame, "tones": frame})
    results.save(owner, account, {"tones": frame}, stand=["daily"])

    row = accounts.account(owner, account)
    assert row is not None
    assert row.analysed_at is not None
    assert row.analysis_version == results.VERSION
    assert set(results.read(owner, account, "figures", "daily")) == {"daily"}
    assert results.stored(owner, account) == {"daily", "tones"}


def test_nothing_is_saved_of_an_account_that_is_gone(owner: int, account: int) -> None:
    accounts.delete_account(owner, account)

    results.save(owner, account, {"figures": pd.DataFrame({"n": [1]})})

    assert results.stored(owner, account) == frozenset()


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_nothing_is_saved_of_an_account_that_is_being_deleted(
    app: Flask, owner: int, account: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved, disown = [], accounts.disown

    def meanwhile(*arguments: Any) -> None:
        saved.append(beside(app, lambda: results.save(owner, account, {"figures": pd.DataFrame({"n": [1]})})))
        disown(*arguments)

    monkeypatch.setattr(accounts, "disown", meanwhile)
    accounts.delete_account(owner, account)
    saved[0].join(10)

    with reading() as session:
        assert session.execute(select(Result.name)).all() == []


def test_what_an_older_version_stored_otherwise_is_not_stored(owner: int, account: int) -> None:
    results.save(owner, account, {"figures": pd.DataFrame({"n": [1]})}, version=results.FRAMES["figures"] - 1)

    assert results.read(owner, account, "figures") == {}
    assert results.stored(owner, account) == frozenset()


def test_a_stranger_reads_no_results(owner: int, account: int, stranger: int) -> None:
    results.save(owner, account, {"figures": pd.DataFrame({"n": [1]})})

    assert results.read(stranger, account, "figures") == {}
    assert results.stored(stranger, account) == frozenset()


texts = st.one_of(st.none(), st.text(max_size=5))
times = st.datetimes(min_value=pd.Timestamp("1970-01-01"), max_value=pd.Timestamp("2200-01-01"))


@given(st.lists(st.tuples(texts, st.floats(allow_infinity=False), st.integers(-(2**53), 2**53), st.booleans(), times)))
def test_any_small_frame_survives_packing(rows: list[tuple[object, ...]]) -> None:
    frame = pd.DataFrame(rows, columns=["text", "value", "n", "few", "at"])
    dtypes = {"text": "str", "value": "float64", "n": "int64", "few": "bool", "at": "datetime64[us]"}
    frame = frame.astype(dtypes)
    frame["utc"] = frame["at"].dt.tz_localize("UTC")

    assert_frame_equal(results.unpacked(results.packed(frame)), frame)
