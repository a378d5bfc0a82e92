"""Shares of few posts are faint, and say why."""

from __future__ import annotations

import pandas as pd
import pytest

from analytics.shares import answered_shares
from analytics.uncertainty import FEW
from dashapp.dashboard.figures.activity import KINDS, activity
from dashapp.dashboard.figures.certainty import PALE, faint_remark, hover, sizes
from tests.dashboard.dash_client import as_plotly

NAN = float("nan")


@pytest.mark.parametrize(
    ("low", "high", "few", "said"),
    [
        (0.03, 0.92, True, "<br>likely 3% to 92%, few posts"),
        (0.03, 0.92, False, "<br>likely 3% to 92%"),
        (NAN, NAN, True, "<br>few posts"),
        (NAN, NAN, NAN, ""),
    ],
)
def test_pointing_at_a_share_tells_its_interval_and_that_it_rests_on_few(
    low: float, high: float, few: object, said: str
) -> None:
    assert hover(pd.DataFrame({"ci_low": [low], "ci_high": [high], "few": [few]})) == [said]


def test_the_share_of_one_post_is_a_small_faint_dot() -> None:
    units = pd.DataFrame({"start": pd.to_datetime(["2026-03-02", "2026-03-09"]), "with_counts": [1, 4 * FEW]})
    units = pd.concat([units.assign(kind=kind, posts=units["with_counts"]) for kind in KINDS])

    units = units.assign(answered=1, interactions=1.0, partial=False)
    shares = as_plotly(activity(units, answered_shares(units), unit="week", theme="light")).data[-1]

    assert list(shares.marker.opacity) == [PALE, 1]
    assert shares.marker.size[0] < shares.marker.size[1]
    assert shares.line.color.endswith("0.4)")


def test_dots_stay_between_their_bounds() -> None:
    assert sizes(pd.Series([0, 1, FEW, 4 * FEW, 10**6])).tolist() == [4, 4, 6, 12, 12]


def test_the_remark_stands_only_where_something_is_faint() -> None:
    assert faint_remark(pd.Series([True, False]), "bars") == "Faint bars rest on fewer than 20 posts."
    assert faint_remark(pd.Series([False]), "bars") == ""
