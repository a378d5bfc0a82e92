"""The part of the analysis that looks at people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import graph_drawing as drawings
from analytics.graph_drawing import from_row
from dashapp.imports import people_analysis as of_people
from dashapp.imports.analysis import analyse
from dashapp.services.records import Batch
from dashapp.store import graphs, people, results
from tests.records import BOTH, START, follower, friend, merged, ties

pytestmark = pytest.mark.slow


def analysed(
    owner: int, batch: Batch, complete: frozenset[str] | None = None, **more: Any
) -> tuple[int, dict[str, pd.DataFrame]]:
    account, _ = merged(owner, batch, complete=complete, **more)
    for _ in analyse(owner, account):
        pass
    names = ("people", "graph_nodes", "graph_drawn", "graph_picture", "graph_summary", "communities", "positions")
    return account, results.read(owner, account, *names)


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


#: Of f and c it is not told whom they follow
FOLLOWS = ("ab", "ad", "ae", "ba", "bc", "ca", "cd", "cf", "da", "db", "df", "ea", "ed", "ef", "fa", "fe")
PEOPLE = [*map(follower, "abcde"), *map(friend, "def")]


def partly_told(owner: int) -> tuple[int, dict[str, pd.DataFrame]]:
    told = ties(*(pair for pair in FOLLOWS if pair[0] not in "cf"))
    return analysed(owner, Batch(people=PEOPLE, ties=told, ties_of=list("abde")), BOTH, live=True)


def test_who_is_not_told_of_has_no_numbers_and_the_others_have_those_of_networkx(owner: int) -> None:
    truth = nx.DiGraph(FOLLOWS)

    account, _ = partly_told(owner)

    rows = {row.key: row for row in people.list_page(owner, account, "everyone")[0]}
    assert {key: row.shared_followers for key, row in rows.items()} == {
        key: None if key in "cf" else len(set(truth[key]) & set("abcde")) for key in "abcdef"
    }
    assert {key: row.common_friends for key, row in rows.items()} == {
        key: len(set(truth[key]) & set("def")) if key in "de" else None for key in "abcdef"
    }
    assert {key: row.n_friends for key, row in rows.items()} == {
        key: None if key in "cf" else truth.out_degree(key) for key in "abcdef"
    }
    assert {row.n_followers for row in rows.values()} == {None}


def test_a_graph_in_numbers_is_of_those_who_are_told_in_full(owner: int) -> None:
    among = nx.DiGraph(FOLLOWS).subgraph("abde")

    account, results = partly_told(owner)

    summary = results["graph_summary"].set_index("list").loc["followers"]
    assert summary[["people", "known", "mutually_known"]].tolist() == [5, 4, 4]
    assert summary["mean_degree"] == pytest.approx(2 * among.to_undirected().number_of_edges() / 4)
    assert summary["reciprocity"] == pytest.approx(nx.overall_reciprocity(among))
    assert results["graph_nodes"]["n_followers"].isna().all()
    assert {node.degree for node in graphs.stream_nodes(owner, account, "followers", directed=True)} == {None}


@pytest.mark.parametrize("n_told", [0, 1])
def test_too_few_who_are_told_make_no_numbers(owner: int, n_told: int) -> None:
    batch = Batch(people=PEOPLE, ties=ties("ab", "ba"), ties_of=["a"][:n_told])

    account, results = analysed(owner, batch, BOTH, live=True)

    summary = results["graph_summary"].set_index("list").loc["followers"]
    assert summary["known"] == n_told
    assert summary[["mean_degree", "reciprocity"]].isna().all()
    alone = [row.key for row in people.list_page(owner, account, "everyone")[0] if row.community is None]
    assert alone == list("cdef")  # not told to be alone: of them nothing is told


moments = st.one_of(st.none(), st.integers(0, 3))
persons = st.tuples(moments, moments, st.booleans(), st.booleans()).filter(lambda row: row[2] or row[3])


@given(
    st.lists(persons, min_size=1, max_size=6), st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5))), st.booleans()
)
def test_a_number_is_true_or_missing_whatever_is_told(
    rows: list[Any], pairs: set[tuple[int, int]], directed: bool
) -> None:
    everybody = range(len(rows))
    follows = {(a, b) for a, b in pairs if a != b and max(a, b) < len(rows)}
    follows |= set() if directed else {(b, a) for a, b in follows}
    told = {(a, b) for a, b in follows if None not in (rows[a][1], rows[b][0]) and rows[a][1] >= rows[b][0]}
    days = [[None if day is None else START + timedelta(days=day) for day in row[:2]] for row in rows]
    read = pd.DataFrame(days, columns=["asked_since", "ties_at"]).astype("datetime64[us, UTC]")
    read = read.assign(person=everybody, is_follower=[row[2] for row in rows], is_friend=[row[3] for row in rows])
    known = pd.DataFrame(sorted(told), columns=["source", "target"], dtype="int64")

    found = of_people.person_measures(read, known, directed=directed).set_index("person")

    for name, flag in (("shared_followers", 2), ("common_friends", 3), ("n_friends", None), ("n_followers", None)):
        listed = [n for n in everybody if flag is None or rows[n][flag]]
        ways = follows if name != "n_followers" else {(b, a) for a, b in follows}
        for n in found.index[found[name].notna()]:
            assert found.at[n, name] == sum((n, other) in ways for other in listed)


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


def test_graphs_are_made_anew_only_when_people_or_ties_changed(owner: int, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = Batch(people=[follower(k) for k in "abc"], ties=ties("ab", "bc"))
    account, before = analysed(owner, batch)

    with monkeypatch.context() as patched:
        patched.delattr(of_people, "_graphs")
        _, same = analysed(owner, batch, named_at=START + timedelta(days=1))  # ties were told again, of the same people
    _, grown = analysed(owner, Batch(people=[follower(k) for k in "abcd"], ties=ties("ab", "bc", "ad")))

    assert {name: len(frame) for name, frame in same.items()} == {name: len(frame) for name, frame in before.items()}
    assert len(same["graph_nodes"]) == 3
    assert len(grown["graph_nodes"]) == 4
    assert people.communities(owner, account)["community"].notna().all()


def test_a_communitys_middle_lies_where_its_people_stand(owner: int) -> None:
    batch = Batch(ties=ties("ab", "bc", "ca", "de", "ef", "fd", "ad"))

    _, results = analysed(owner, batch, complete=frozenset({"ties"}))

    drawn, communities = from_row(results["graph_drawn"].iloc[0]), results["communities"]
    middles = sorted(zip(communities["x"], communities["y"], strict=True))
    expected = sorted((np.median(drawn.x[drawn.colour == n]), np.median(drawn.y[drawn.colour == n])) for n in (0, 1))
    assert np.abs(np.array(middles) - np.array(expected)).max() <= 1
