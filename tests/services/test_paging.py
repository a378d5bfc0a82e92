"""Pages, cursors and ends: known answers, and what holds whatever pages come."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.bluesky.cursor import PLAN as BLUESKY
from dashapp.services.errors import ResponseError, UnavailableError
from dashapp.services.files.values import EARLIEST
from dashapp.services.github.cursor import PLAN as GITHUB
from dashapp.services.github.rest_reader import PLAN as GITHUB_REST
from dashapp.services.mastodon.cursor import PLAN as MASTODON
from dashapp.services.paging import BROKEN, SENTENCES, Paging, Part, ReadingPlan, Reason, read_since
from dashapp.services.records import Batch
from dashapp.services.x.cursor import PLAN as X
from tests.services.live_reading import Kept

PLANS = {"github": GITHUB, "github-rest": GITHUB_REST, "mastodon": MASTODON, "bluesky": BLUESKY, "x": X}


def paging(cursor: dict[str, Any] | None = None, **people: Any) -> Paging:
    """Of posts and followers, whose part has further settings."""
    parts = (Part(name="posts", size=10), Part(name="followers", size=10, people=True, **people))
    return Paging(ReadingPlan(parts=parts, sentences=SENTENCES), cursor or {})


# ---- what comes next


def test_a_page_of_each_comes_first_and_then_each_to_its_end() -> None:
    reading, order = paging(), []
    ends = {"posts": 3, "followers": 2}
    while (part := reading.next()) is not None:
        order.append(part)
        last = order.count(part) == ends[part]
        reading.turn(part, 10, None if last else f"{len(order)}")

    assert order == ["posts", "followers", "posts", "posts", "followers"]


def test_a_plan_may_name_what_a_first_look_needs() -> None:
    parts = tuple(Part(name=name, size=10) for name in ("followers", "posts"))
    reading = Paging(ReadingPlan(parts=parts, first_look=("posts",), sentences={}), {})

    first = reading.next()
    reading.turn("posts", 10, "2")

    assert (first, reading.next()) == ("posts", "followers")
    assert reading.is_first_look(more=True)


@pytest.mark.parametrize("refused", [True, False])
def test_a_first_look_is_told_once_when_every_part_was_asked_for(refused: bool) -> None:
    reading = paging()
    reading.turn("posts", 10, "2")
    early = reading.is_first_look(more=True)
    reading.stop("followers", Reason.REFUSED) if refused else reading.turn("followers", 10, "2")

    looks = [reading.is_first_look(more=True) for _ in range(2)]

    assert (early, looks) == (False, [True, False])


def test_where_nothing_more_comes_there_is_no_first_look() -> None:
    reading = paging()
    for part in ("posts", "followers"):
        reading.turn(part, 3, None)

    assert not reading.is_first_look(more=reading.next() is not None)


# ---- ends


@pytest.mark.parametrize(
    ("pages", "reason"),
    [
        pytest.param([(10, None)], Reason.END, id="told"),
        pytest.param([(0, None)], Reason.END, id="told-of-nothing"),
        pytest.param([(10, "a"), (0, "b"), (10, None)], Reason.END, id="an-empty-page-between"),
        pytest.param([(10, "a"), (10, "a")], Reason.REPEATED_CURSOR, id="repeated"),
        pytest.param([(1, each) for each in "abc" * 3], Reason.REPEATED_CURSOR, id="in-a-circle"),
        pytest.param([(10, "")], Reason.LOST_CURSOR, id="unusable"),
        pytest.param([(10, "x" * 2_001)], Reason.LOST_CURSOR, id="longer-than-cursors-are"),
        pytest.param([(0, f"{n}") for n in range(5)], Reason.EMPTY_PAGES, id="empty"),
        pytest.param([(0, f"{n}") for n in range(4)], None, id="not-yet-too-many-empty"),
        pytest.param([(1, f"{n}") for n in range(7)], Reason.TOO_LONG, id="pages"),
        pytest.param([(10, f"{n}") for n in range(3)], Reason.TOO_LONG, id="records"),
    ],
)
def test_why_reading_stops(pages: list[tuple[int, str | None]], reason: Reason | None) -> None:
    reading = paging(most_pages=7, most_records=30)
    for entries, following in pages:
        reading.turn("followers", entries, following)

    assert reading.progress["followers"].stopped == reason
    assert reading.is_whole("followers") == (reason is Reason.END)


def test_posts_that_are_known_are_enough() -> None:
    reading = paging()
    reading.turn("posts", 10, "2", since=NOW)

    assert reading.progress["posts"].stopped is Reason.ENOUGH
    assert reading.is_whole("posts")
    assert reading.told_from("posts") == NOW


def test_it_is_told_since_when_all_of_several_parts_are_read() -> None:
    reading = paging()
    reading.turn("posts", 10, "2", since=NOW)
    reading.turn("followers", 10, None)

    assert reading.told_from("followers") == EARLIEST
    assert reading.told_from("posts", "followers") == NOW
    assert paging(reading.cursor()).told_from("posts") == NOW


def test_where_something_is_missing_nobody_can_tell_what_is_gone() -> None:
    reading = paging()
    reading.turn("posts", 10, None, unreadable=1)

    assert reading.told_from("posts") is None


def test_the_first_reason_holds() -> None:
    reading = paging()
    reading.stop("followers", Reason.BROKEN_OFF)
    reading.turn("followers", 0, None)

    assert reading.gaps("followers") == [Reason.BROKEN_OFF]


@pytest.mark.parametrize(("count", "most"), [(None, 300), (0, 50), (1_000, 150), (10**6, 300)])
def test_pages_that_never_end_are_bounded_by_the_count(count: int | None, most: int) -> None:
    assert Part(name="x", size=80, smallest_page=10, most_pages=300).page_limit(count) == most


NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("until", "days", "enough"), [(NOW, 31, True), (NOW, 30, False), (NOW, None, False), (None, 99, False)]
)
def test_posts_of_the_last_thirty_days_are_read_again(until: datetime | None, days: int | None, enough: bool) -> None:
    at = None if days is None else NOW - timedelta(days=days)

    assert (read_since(at, Kept(posts_until=until)) is not None) is enough


# ---- pages that do not come


class Away(UnavailableError):
    """No answer."""


def test_a_page_that_does_not_come_is_asked_for_behind_all_else_and_costs_its_part() -> None:
    reading, order = paging(), []
    while (part := reading.next()) is not None:
        order.append(part)
        if part == "posts":
            reading.miss(part, Away(), lambda: None)
        else:
            reading.turn(part, 10, None if order.count(part) == 2 else "2")

    assert order == ["posts", "followers", "followers", "posts"]
    assert reading.progress["posts"].stopped is Reason.BROKEN_OFF
    assert reading.complete() == {"followers"}


def test_a_page_whose_next_one_is_known_costs_only_itself() -> None:
    reading = paging()
    reading.turn("followers", 10, None)
    for _ in range(2):
        reading.miss("posts", Away(), lambda: None, following="2")
    reading.turn("posts", 10, None)

    assert (reading.progress["posts"].read, reading.gaps("posts")) == (10, [Reason.INCOMPLETE])


def test_a_page_that_came_late_leaves_the_next_one_its_second_try() -> None:
    reading = paging()
    reading.miss("followers", Away(), lambda: None)
    reading.turn("followers", 10, "2")
    reading.miss("followers", Away(), lambda: None)
    reading.turn("followers", 10, None)

    assert reading.is_whole("followers")


def test_a_service_that_refuses_answers() -> None:
    def ask() -> None:
        raise ResponseError("No.", 403)

    reading = paging()
    for _ in range(2):
        reading.miss("posts", Away(), ask)

    assert reading.unfinished() == ["followers"]


def test_where_nothing_comes_the_service_is_in_trouble() -> None:
    reading = paging()
    for part in ("posts", "followers", "posts"):
        reading.miss(part, Away(), lambda: None)

    with pytest.raises(Away):
        reading.miss("followers", Away(), lambda: None)


def test_a_service_that_is_away_costs_nothing() -> None:
    def ask() -> None:
        raise Away

    reading = paging()
    for _ in range(3):
        with pytest.raises(Away):
            reading.miss("posts", Away(), ask)

    assert reading.unfinished() == ["posts", "followers"]


# ---- what is whole


@pytest.mark.parametrize(
    ("part", "page", "gaps"),
    [
        pytest.param({}, {"read": 9}, [], id="no-count-to-agree-with"),
        pytest.param({}, {"read": 9, "unreadable": 1}, [Reason.UNREADABLE], id="somebody-unreadable"),
        pytest.param({}, {"read": 9, "incomplete": True}, [Reason.INCOMPLETE], id="the-service-had-trouble"),
        pytest.param({}, {"read": 8}, [], id="few-are-a-lag"),
        pytest.param({}, {"read": 7}, [Reason.SHORT], id="short"),
        pytest.param({"tolerance": 0.3}, {"read": 7}, [], id="within-tolerance"),
        pytest.param({}, {"read": 11}, [], id="more-than-counted"),
        pytest.param({"hidden_if_empty": True}, {"read": 0}, [Reason.HIDDEN], id="hidden"),
        pytest.param({"tolerance": 1.0}, {"read": 0}, [Reason.SHORT], id="nobody-is-no-lag"),
        pytest.param({}, {"read": 7, "unreadable": 1}, [Reason.UNREADABLE, Reason.SHORT], id="both"),
    ],
)
def test_what_keeps_a_list_from_being_whole(part: Any, page: Any, gaps: list[Reason]) -> None:
    reading = paging(**part)
    reading.progress["followers"].count = 10
    reading.turn("followers", 10, None, **page)

    assert reading.gaps("followers") == gaps
    assert reading.complete() == (frozenset() if gaps else {"followers"})


@pytest.mark.parametrize(("count", "whole"), [(0, True), (5, False), (None, False)])
def test_an_empty_list_is_whole_where_the_count_says_so(count: int | None, whole: bool) -> None:
    reading = paging(hidden_if_empty=True)
    reading.progress["followers"].count = count
    reading.turn("followers", 0, None)

    assert reading.is_whole("followers") is whole


@pytest.mark.parametrize("name", PLANS.keys() - {"x"})  # which says of all parts at once what to do
def test_whatever_is_missing_is_said_whether_it_is_counted_or_not(name: str) -> None:
    sentences = PLANS[name].sentences
    silent = {Reason.END, Reason.ENOUGH, Reason.NOT_ASKED, Reason.UNPAID, Reason.NO_CREDITS, Reason.UNKNOWN_CLIENT}

    assert set(Reason) - sentences.keys() <= silent
    assert {reason for reason, sentence in sentences.items() if "{of" in sentence} <= {Reason.UNREAD, Reason.SHORT}


def test_the_newest_may_suffice_which_is_said_all_the_same() -> None:
    part = Part(name="issues", title="questions", size=10, most_records=20, newest_suffice=True)
    reading = Paging(ReadingPlan(parts=(part,), sentences=SENTENCES), {})
    for page in range(2):
        reading.turn("issues", 10, f"{page}")

    assert reading.complete() == {"issues"}
    assert reading.notes() == ["The newest 20 questions were read: more are not read of one account."]


def test_notes_say_how_far_reading_is() -> None:
    reading = paging()
    before = reading.notes()
    reading.progress["followers"].count = 1_234
    reading.turn("followers", 10, "2")

    assert before == []
    assert reading.notes() == ["10 of 1,234 followers read so far."]


# ---- how much is left


@pytest.mark.parametrize(
    ("count", "read", "left"), [(None, 0, 1), (0, 0, 1), (101, 0, 11), (100, 10, 9), (5, 30, 1), (101, 10, 10)]
)
def test_pages_left_are_foreseen_by_the_count(count: int | None, read: int, left: int) -> None:
    reading = paging({"parts": {"followers": {"count": count, "read": read, "pages": 1}}})

    assert reading.pages_left("followers") == left


def test_nothing_is_left_of_what_was_stopped() -> None:
    reading = paging()
    reading.stop("followers", Reason.NOT_ASKED)

    assert reading.pages_left("followers") == 0


def test_progress_is_counted_in_calls() -> None:
    reading = paging()
    done = [(batch.done, batch.total) for batch in (reading.measured(Batch(), 5), reading.measured(Batch(), 3, 4))]

    assert done == [(1, 6), (5, 8)]


# ---- whatever comes


pages = st.tuples(st.integers(0, 3), st.sampled_from([None, "", "a", "b", "c", "x" * 3_000]), st.integers(0, 1))


@pytest.mark.parametrize("name", PLANS)
@given(sent=st.lists(pages, max_size=40), count=st.none() | st.integers(0, 9), refuse=st.integers(0, 40))
def test_whatever_pages_come_reading_ends_and_only_what_ended_is_whole(
    name: str, sent: list[tuple[int, str | None, int]], count: int | None, refuse: int
) -> None:
    plan, ends = PLANS[name], set[str]()
    reading = Paging(plan, {})
    for progress in reading.progress.values():
        progress.count = count
    for number, (entries, following, unreadable) in enumerate(sent):
        reading = Paging(plan, json.loads(json.dumps(reading.cursor())))
        if (part := reading.next()) is None:
            break
        if number == refuse:
            reading.stop(part, Reason.REFUSED)
        else:
            reading.turn(part, entries, following, unreadable=unreadable)
            ends |= {part} if following is None else set()

    assert reading.complete() <= ends
    assert all(progress.stopped not in BROKEN for name, progress in reading.progress.items() if name in ends)


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("entries", [0, 1])
def test_pages_without_end_end(name: str, entries: int) -> None:
    reading, pages = Paging(PLANS[name], {}), 0
    while (part := reading.next()) is not None:
        pages += 1
        reading.turn(part, entries, f"{pages}")

    assert pages <= 200_000
    assert reading.complete() <= {part.name for part in PLANS[name].parts if part.newest_suffice}


@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param({"parts": {"posts": {"pages": 2}, "issues": {"pages": 1}}, "calls": 3}, id="of-another-plan"),
        pytest.param({"steps": 4, "after": {"posts": "x"}}, id="of-another-version"),
    ],
)
def test_the_cursor_of_another_way_to_read_begins_anew(cursor: dict[str, Any]) -> None:
    reading = paging(cursor)

    assert (reading.calls, reading.next(), reading.progress["posts"].pages) == (0, "posts", 0)
