import pandas as pd
import pytest

from analytics.frames import CHANGES, PEOPLE, POSTS, SNAPSHOTS, TIES, check, empty

ALL = pytest.mark.parametrize(
    "columns",
    [POSTS, PEOPLE, TIES, SNAPSHOTS, CHANGES],
    ids=["posts", "people", "ties", "snapshots", "changes"],
)


@ALL
def test_an_empty_frame_has_the_stated_columns_and_dtypes(columns):
    frame = empty(columns)

    assert len(frame) == 0
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == dict(columns)


@ALL
def test_a_checked_frame_stays_as_it_is(columns):
    frame = empty(columns)

    pd.testing.assert_frame_equal(check(frame, columns), frame)


def test_check_orders_casts_and_leaves_out():
    frame = pd.DataFrame({"target": [2.0], "extra": ["x"], "source": [1]})

    checked = check(frame, TIES)

    assert checked.columns.tolist() == ["source", "target"]
    assert checked["target"].dtype == "int64"
    assert frame["target"].dtype == "float64"


def test_check_keeps_missing_counts_missing():
    counts = {"followers": [None], "friends": [3], "posts": [0]}
    compared = {"followers_compared": [True], "friends_compared": [False]}
    frame = pd.DataFrame({"day": pd.to_datetime(["2024-01-01"]), **counts, **compared})

    checked = check(frame, SNAPSHOTS)

    assert pd.isna(checked.loc[0, "followers"])
    assert checked.loc[0, "posts"] == 0


def test_check_names_the_missing_columns():
    with pytest.raises(KeyError, match="missing columns: source, target"):
        check(pd.DataFrame(), TIES)
