"""Accounts and the small frames stored with them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from dashapp.services.records import Batch
from dashapp.store import accounts, posts
from tests.records import follower, merged, post, ties


@pytest.fixture
def account(owner: int) -> int:
    return merged(owner, Batch(posts=[post(1)], people=[follower("b")], ties=ties("bc")))[0]


def test_results_come_back_as_they_were_saved(owner: int, account: int) -> None:
    frame = pd.DataFrame({"period": ["30d", None], "value": [1.5, float("nan")], "n": [1, 2], "few": [True, False]})
    frame["period"] = frame["period"].astype("str")

    accounts.save_results(owner, account, {"figures": frame, "daily": frame.head(0)}, version=1)

    stored = accounts.results(owner, account, "figures", "daily", "rhythm")
    assert set(stored) == {"figures", "daily"}
    assert_frame_equal(stored["figures"], frame)
    assert_frame_equal(stored["daily"], frame.head(0))


def test_saving_results_replaces_all_of_them(owner: int, account: int) -> None:
    frame = pd.DataFrame({"n": [1]})
    accounts.save_results(owner, account, {"figures": frame}, version=1)

    accounts.save_results(owner, account, {"daily": frame}, version=1)

    row = accounts.account(owner, account)
    assert row is not None
    assert row.analysed_at is not None
    assert row.analysis_version == 1
    assert set(accounts.results(owner, account, "figures", "daily")) == {"daily"}
    assert accounts.stored_results(owner, account) == {"daily"}


def test_a_stranger_sees_and_deletes_nothing(owner: int, stranger: int, account: int) -> None:
    accounts.save_results(owner, account, {"figures": pd.DataFrame({"n": [1]})}, version=1)

    assert accounts.accounts(stranger) == []
    assert accounts.account(stranger, account) is None
    assert accounts.results(stranger, account, "figures") == {}
    assert accounts.stored_results(stranger, account) == frozenset()
    assert accounts.snapshots(stranger, account).empty
    assert posts.posts(stranger, account).empty
    assert not accounts.delete_account(stranger, account)
    assert len(posts.posts(owner, account)) == 1


def test_a_deleted_account_is_gone_with_its_imports(owner: int, account: int) -> None:
    from dashapp.store import imports

    assert accounts.delete_account(owner, account)

    assert accounts.accounts(owner) == []
    assert imports.imports(owner) == []


texts = st.one_of(st.none(), st.text(max_size=5))
times = st.datetimes(min_value=pd.Timestamp("1970-01-01"), max_value=pd.Timestamp("2200-01-01"))


@given(st.lists(st.tuples(texts, st.floats(allow_infinity=False), st.integers(-(2**53), 2**53), st.booleans(), times)))
def test_any_small_frame_survives_packing(rows: list[tuple[object, ...]]) -> None:
    frame = pd.DataFrame(rows, columns=["text", "value", "n", "few", "at"])
    dtypes = {"text": "str", "value": "float64", "n": "int64", "few": "bool", "at": "datetime64[us]"}
    frame = frame.astype(dtypes)
    frame["utc"] = frame["at"].dt.tz_localize("UTC")

    assert_frame_equal(accounts.unpacked(accounts.packed(frame)), frame)
