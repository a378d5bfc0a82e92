"""What a week tells: seven days up to the data, who came and went only where lists were compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from flask import Flask

from dashapp.imports.analysis import analyse
from dashapp.mail.week import AccountWeek, Week, one_line, week
from dashapp.services.records import Batch
from dashapp.store import accounts, results, users
from tests.records import ADA, follower, friend, merged, post
from tests.snapshots import once

pytestmark = pytest.mark.slow

AS_OF = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
BEFORE = AS_OF - timedelta(days=30)
#: on 13, 14 and 20 March, the last two within seven days; and a repost
POSTS = [post(11), post(12), post(18, created_at=AS_OF - timedelta(hours=1)), post(15, kind="repost")]
WHOLE = frozenset({"followers", "friends"})


def read(owner: int, *, complete: frozenset[str] = WHOLE, as_of: datetime | None = AS_OF, **told: Any) -> int:
    """The account, read a month ago and now: since then bob came and zoe left."""
    first, later = Batch(people=[follower("zoe"), follower("cy")]), Batch(people=[follower("bob"), follower("cy")])
    merged(owner, first, profile=replace(ADA, as_of=BEFORE, followers=2), complete=complete)
    account, _ = merged(
        owner, replace(later, posts=POSTS), profile=replace(ADA, as_of=as_of, followers=2, **told), complete=complete
    )
    for _ in analyse(owner, account):
        pass
    return account


@pytest.fixture
def account(app: Flask, owner: int) -> int:
    """Such an account."""
    return once(app, read, owner)


def told(owner: int, time_zone: str = "UTC") -> AccountWeek:
    """What is told of the only account."""
    found = week(owner, time_zone, since=BEFORE)
    assert found is not None
    [account] = found.accounts
    return account


def test_posts_and_changes_of_the_seven_days_up_to_the_data(owner: int, account: int) -> None:
    found = told(owner)

    assert (found.first, found.last) == (date(2026, 3, 14), date(2026, 3, 20))
    assert found.posts == 2
    assert (found.people, found.gained, found.lost) == (2, 1, 1)
    assert found.path == f"/dashboard/user/mastodon?account={account}"


def test_the_days_are_those_of_the_users_calendar(owner: int) -> None:
    users.change_user(owner, time_zone="Pacific/Kiritimati")  # 14 hours ahead
    read(owner)

    found = told(owner, "Pacific/Kiritimati")

    assert (found.first, found.last) == (date(2026, 3, 15), date(2026, 3, 21))
    assert found.posts == 2  # that of noon on the 14th is of the 15th


def test_lists_that_were_not_read_whole_tell_no_changes(owner: int) -> None:
    read(owner, complete=frozenset())

    found = told(owner)

    assert (found.gained, found.lost, found.since) == (None, None, None)
    assert any("not read whole" in note for note in found.notes)


def test_changes_are_told_against_the_day_on_which_the_list_was_compared_before(owner: int, account: int) -> None:
    first = told(owner).since  # of the reading before no more is stored than counts, which a list need not stand behind
    later, newest = replace(ADA, as_of=AS_OF + timedelta(days=7)), Batch(posts=[post(20)], people=[follower("cy")])
    merged(owner, newest, profile=later, complete=WHOLE)
    for _ in analyse(owner, account):
        pass

    assert (first, told(owner).since) == (None, AS_OF.date())


def test_posts_of_data_of_no_known_day_are_not_counted(owner: int) -> None:
    account, _ = merged(owner, Batch(posts=POSTS))
    for _ in analyse(owner, account):
        pass

    assert told(owner).posts is None


@pytest.mark.parametrize("newer", [Batch(posts=[post(20)]), Batch(people=[follower("dot")])], ids=["posts", "people"])
def test_of_data_that_is_not_analysed_yet_no_number_is_told(owner: int, newer: Batch) -> None:
    first = replace(newer, posts=[post(11)] if newer.posts else [])
    account, _ = merged(owner, first, profile=replace(ADA, as_of=AS_OF, followers=1))
    for _ in analyse(owner, account):
        pass
    merged(owner, newer, profile=replace(ADA, as_of=AS_OF + timedelta(days=7), followers=1))

    found = told(owner)

    assert set(found.figures.values()) == {None}
    assert (found.findings, [note[:31] for note in found.notes]) == ([], ["The newest data is not analysed"])


def test_what_stands_out_names_nobody_else(owner: int) -> None:
    account, _ = merged(owner, Batch(posts=POSTS))
    said = [("In the community “bob, zoe” 9 of 10 are bots.", "graph", "30d"), ("More than before.", "timeline", "90d")]
    results.save(owner, account, {"findings": pd.DataFrame(said, columns=["sentence", "section", "period"])})

    found = told(owner)

    assert (found.findings, found.findings_days) == (["More than before."], 90)


def test_where_friendship_is_mutual_friends_are_told(owner: int) -> None:
    account, _ = merged(owner, Batch(people=[friend("bob")]), profile=replace(ADA, as_of=AS_OF, friends=1))
    for _ in analyse(owner, account):
        pass
    accounts.change_account(owner, account, mutual_ties=True)

    found = told(owner)

    assert (found.list_name, found.people) == ("friends", 1)


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("since", [AS_OF, AS_OF + timedelta(days=1)])
def test_without_newer_data_there_is_nothing_to_tell(owner: int, since: datetime) -> None:
    assert week(owner, "UTC", since=since) is None


@pytest.mark.usefixtures("account")
def test_another_users_accounts_are_not_told() -> None:
    assert week(users.add_user("Bob", "hash"), "UTC", since=BEFORE) is None


@pytest.mark.usefixtures("account")
def test_an_account_without_newer_data_is_named(owner: int) -> None:
    merged(owner, Batch(posts=[post(1)]), profile=replace(ADA, key="old", handle="old", as_of=BEFORE))

    found = week(owner, "UTC", since=BEFORE)

    assert found is not None
    assert found.unread == ["old (Mastodon)"]


@pytest.mark.usefixtures("account")
def test_an_account_that_was_read_but_not_analysed_yet_is_not_called_unread(owner: int) -> None:
    merged(owner, Batch(posts=[post(1)]), profile=replace(ADA, key="new", handle="new", as_of=AS_OF))

    found = week(owner, "UTC", since=BEFORE)

    assert found is not None
    assert found.unread == []


@pytest.mark.parametrize(
    ("pairs", "said"), [(0, ""), (1, "1 pair waits"), (999, "999 pairs wait"), (1_000, "At least 1,000 pairs wait")]
)
def test_pairs_are_not_counted_to_their_end(pairs: int, said: str) -> None:
    found = Week(accounts=[], more=0, unread=[], on_several=1, to_decide=pairs)

    assert found.pairs == (f"{said} for you to say whether they are the same." if said else "")


def test_a_name_is_one_line_and_shows_all_that_it_holds() -> None:
    assert one_line("a\r\nb\u202e c\x00 ") == "a b c"
