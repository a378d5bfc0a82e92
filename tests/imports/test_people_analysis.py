"""The part of the analysis that looks at people."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analytics import graph_drawing as drawings
from analytics.graph_drawing import from_row
from dashapp.imports import people_analysis as of_people
from dashapp.imports.analysis import analyse
from dashapp.services.records import Batch
from dashapp.store import accounts, people
from tests.records import BOTH, follower, friend, merged, ties


def analysed(owner: int, batch: Batch, complete: frozenset[str] = BOTH) -> tuple[int, dict[str, pd.DataFrame]]:
    account, _ = merged(owner, batch, complete=complete)
    for _ in analyse(owner, account):
        pass
    names = ("people", "graph_nodes", "graph_drawn", "graph_picture", "graph_summary", "communities", "positions")
    return account, accounts.results(owner, account, *names)


def test_what_rests_on_ties_is_not_told_without_any(owner: int) -> None:
    account, _ = analysed(owner, Batch(people=[follower("b"), follower("c")]))

    rows, _ = people.list_page(owner, account, "followers")
    assert [row.shared_followers for row in rows] == [None, None]


def test_shared_followers_and_common_friends_are_kept_with_each_person(owner: int) -> None:
    batch = Batch(people=[follower(k) for k in "abc"] + [friend(k) for k in "bc"], ties=ties("ab", "ac", "bc"))

    account, _ = analysed(owner, batch)

    followers, _ = people.list_page(owner, account, "followers")
    friends, _ = people.list_page(owner, account, "friends")
    assert [row.shared_followers for row in followers] == [2, 1, 0]
    assert [row.common_friends for row in friends] == [1, 0]


def test_a_list_that_was_read_in_part_is_not_counted(owner: int) -> None:
    _, results = analysed(owner, Batch(people=[follower("a"), friend("b")]), complete=frozenset({"followers"}))

    told = results["people"].set_index("measure")["value"]
    assert told["followers"] == 1
    assert told[["friends", "mutuals"]].isna().all()


def test_a_network_without_an_account_in_it_is_drawn_whole(owner: int) -> None:
    _, results = analysed(owner, Batch(ties=ties("ab", "bc", "ca", "cd")), complete=frozenset({"ties"}))

    assert set(results["graph_nodes"]["list"]) == {"everyone"}
    assert len(from_row(results["graph_drawn"].iloc[0]).ties) == 4
    assert results["graph_picture"].empty


def test_everybody_is_drawn_and_named_as_far_as_there_is_room_and_many_ties_become_a_picture(
    owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawings, "LINES", 4)
    monkeypatch.setattr(of_people, "MOST", 5)

    _, results = analysed(owner, Batch(ties=ties("ab", "bc", "ca", "cd", "db", "xy")), complete=frozenset({"ties"}))

    summary, drawn = results["graph_summary"].iloc[0], from_row(results["graph_drawn"].iloc[0])
    assert (summary["people"], summary["shown"], summary["ties"], summary["ties_shown"]) == (6, 5, 6, 5)
    assert len(drawn.person) == len(results["graph_nodes"]) == 5
    assert drawn.person.tolist() == results["graph_nodes"]["person"].tolist()
    assert len(results["graph_picture"]) == 1
    assert len(results["positions"]) == 6


def test_everyone_is_laid_out_for_files_where_pages_draw_lists_that_lack_somebody(owner: int) -> None:
    batch = Batch(people=[follower("a"), follower("b"), friend("c")], ties=ties("ab", "bc"))

    _, results = analysed(owner, batch)

    assert set(results["graph_summary"]["list"]) == {"followers", "friends"}
    places = results["positions"].groupby("list")["person"].count().to_dict()
    assert places == {"followers": 2, "friends": 1, "everyone": 3}


def test_a_communitys_middle_lies_where_its_people_stand(owner: int) -> None:
    batch = Batch(ties=ties("ab", "bc", "ca", "de", "ef", "fd", "ad"))

    _, results = analysed(owner, batch, complete=frozenset({"ties"}))

    drawn, communities = from_row(results["graph_drawn"].iloc[0]), results["communities"]
    middles = sorted(zip(communities["x"], communities["y"], strict=True))
    expected = sorted((np.median(drawn.x[drawn.colour == n]), np.median(drawn.y[drawn.colour == n])) for n in (0, 1))
    assert np.abs(np.array(middles) - np.array(expected)).max() <= 1
