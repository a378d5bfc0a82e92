"""The part of the analysis that looks at posts."""

from __future__ import annotations

import pandas as pd
import pytest

from dashapp.imports.analysis import analyse
from dashapp.services.records import Batch
from dashapp.store import accounts, results
from dashapp.store.results import FRAMES, VERSION
from tests.records import follower, merged, post, ties

pytestmark = pytest.mark.slow


def top_posts(owner: int, *batch: object) -> pd.DataFrame:
    account, _ = merged(owner, Batch(posts=list(batch)))  # type: ignore[arg-type]
    for _ in analyse(owner, account):
        pass
    return results.read(owner, account, "top_posts")["top_posts"]


@pytest.mark.parametrize(
    "batch",
    [
        pytest.param(Batch(posts=[post(1)], people=[follower("b")], ties=ties("bc")), id="of all kinds"),
        pytest.param(Batch(posts=[post(1)]), id="posts alone"),
        pytest.param(Batch(ties=ties("ab")), id="ties alone"),
        pytest.param(Batch(), id="nothing"),
    ],
)
def test_every_frame_is_stored_of_every_account_with_the_version(owner: int, batch: Batch) -> None:
    account, _ = merged(owner, batch)
    for _ in range(2):  # the second analysis reads the first one's positions
        for _ in analyse(owner, account):
            pass

    row = accounts.account(owner, account)
    assert row is not None
    assert row.analysis_version == VERSION
    assert results.stored(owner, account) == set(FRAMES)


def test_top_posts_are_kept_with_the_reason_of_their_label(owner: int) -> None:
    top = top_posts(owner, post(1, text="What a lovely day", likes=3), post(2, text="This is terrible", likes=2))

    told = top[top["period"] == "all"].set_index("text")["why"]
    assert told["What a lovely day"].startswith("positive ")
    assert "“lovely”" in told["What a lovely day"]
    assert "“terrible”" in told["This is terrible"]


def test_a_top_post_that_was_not_assessed_has_no_reason(owner: int) -> None:
    top = top_posts(owner, post(1, text="Что", likes=3), post(2, text="", likes=2))

    assert top["why"].isna().all()


def test_the_reason_stands_in_every_period_that_the_post_leads(owner: int) -> None:
    top = top_posts(owner, post(1, text="What a lovely day", likes=3))

    assert len(top) > 1
    assert top["why"].nunique() == 1
    assert top["why"].notna().all()
