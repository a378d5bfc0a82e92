"""How much of an account an export holds: what was kept out is missing, what was there twice is not."""

from __future__ import annotations

import pytest

from dashapp.services.bluesky.export import BlueskyExport
from dashapp.services.export_coverage import PARTS, ExportCoverage
from dashapp.services.reading import Coverage
from dashapp.services.records import Batch, Skipped
from tests.records import post
from tests.services.bluesky_exports import bluesky_blocks, bluesky_follow, bluesky_post, records
from tests.services.car_files import car
from tests.services.exports import Files

LISTS = frozenset({"followers", "friends", "ties"})
LOST = Skipped("row 2", "it is no account address")
TWICE = Skipped("row 3", "it is there twice", redundant=True)


def coverage(*batches: Batch, posts: int | None = None) -> Coverage:
    found = ExportCoverage(LISTS, posts=posts)
    for batch in batches:
        found.add(batch)
    return found.coverage()


def test_what_is_listed_and_read_is_whole() -> None:
    assert coverage(Batch(step="followers", skipped=[TWICE]), Batch(posts=[post(1)], step="posts")) == Coverage(
        complete=LISTS
    )


@pytest.mark.parametrize(
    ("batch", "partial"),
    [
        pytest.param(Batch(step="followers", skipped=[TWICE, LOST]), {"followers"}, id="by-its-step"),
        pytest.param(Batch(step="x", parts=("ties", "friends"), skipped=[LOST]), {"ties", "friends"}, id="own"),
        pytest.param(Batch(step="something", skipped=[LOST]), set(PARTS), id="of-any-part"),
        pytest.param(Batch(step="posts", skipped=[LOST]), {"posts"}, id="of-posts"),
    ],
)
def test_a_part_of_which_something_was_kept_out_is_not_whole(batch: Batch, partial: set[str]) -> None:
    found = coverage(batch)

    assert found.complete == LISTS - partial
    assert set(found.notes) == {
        f"Kept out of the {name}, for the reasons that the import gives: 1." for name in partial
    }


def test_of_a_list_that_is_not_there_nothing_is_said() -> None:
    found = ExportCoverage({"friends"}, posts=None)
    found.add(Batch(step="followers", skipped=[LOST]))

    assert found.coverage() == Coverage(complete=frozenset({"friends"}))


@pytest.mark.parametrize(
    ("count", "notes"),
    [(None, ()), (3, ()), (9, ("3 of 9 posts were told; the rest counts neither as lost nor as there.",))],
)
def test_posts_agree_with_the_count_of_the_export(count: int | None, notes: tuple[str, ...]) -> None:
    batch = Batch(posts=[post(1), post(2)], skipped=[TWICE], step="posts")

    assert coverage(batch, posts=count).notes == notes


@pytest.mark.parametrize(
    ("missing", "complete", "kept_out"),
    [(1, {"friends"}, set()), (2, set(), {"friends"}), (4, set(), {"friends", "posts"})],
    ids=["a-like", "a-follow", "a-post"],
)
def test_a_repository_that_was_cut_between_two_records_is_partial(
    missing: int, complete: set[str], kept_out: set[str]
) -> None:
    follows = tuple(bluesky_follow(f"did:plc:{letter * 24}") for letter in "bc")
    root, blocks = bluesky_blocks(records(bluesky_post(text="one"), bluesky_post(text="two"), follows=follows))
    entries, export = Files({"repo.car": car(root, list(blocks.items())[:-missing])}), BlueskyExport()
    found = ExportCoverage(export.complete(entries, {}), posts=export.profile(entries, {}).posts)
    for batch in export.read(entries, {}):
        found.add(batch)

    assert found.coverage().complete == complete
    assert {note.split()[4].strip(",") for note in found.coverage().notes} == kept_out
