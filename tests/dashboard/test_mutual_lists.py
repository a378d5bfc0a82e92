"""Where people are friends of each other, one list shows them, and what is not told stays untold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pandas as pd
import pytest

from dashapp.dashboard.account_view import AccountView
from dashapp.dashboard.components.people_grid import columns_of
from dashapp.dashboard.sections.header import list_title
from tests.records import account_row


def shown(
    followers: int,
    friends: int,
    mutuals: int,
    *,
    mutual_ties: bool = True,
    service: str = "facebook",
    told: Mapping[str, float] = MappingProxyType({}),
) -> AccountView:
    """An account with so many people on its lists, and the figures that are told."""
    listed = {"followers": followers, "friends": friends, "mutuals": mutuals}
    reasons = {name: None if name in told else "not told" for name in listed}
    rows: list[dict[str, Any]] = [
        {"measure": name, "value": told.get(name), "listed": n, "complete": name in told, "reason": reasons[name]}
        for name, n in listed.items()
    ]
    account = account_row(service=service, mutual_ties=mutual_ties)
    nothing = pd.DataFrame()
    people = pd.DataFrame(rows).astype({"value": "float64"})
    frames = {"people": people, "figures": nothing, "graph_summary": nothing}
    return AccountView(
        account=account,
        period="all",
        unit="day",
        time_zone="UTC",
        theme="light",
        frames=frames,
        stored=frozenset(frames),
    )


@pytest.mark.parametrize(
    ("account", "lists"),
    [
        pytest.param(shown(3, 3, 3), ["friends"], id="friends-alone"),
        pytest.param(shown(5, 3, 3), ["friends", "followers"], id="followers-beside-them"),
        pytest.param(shown(2, 0, 0), ["followers"], id="followers-alone"),
        pytest.param(shown(3, 3, 2), ["friends", "followers", "mutuals"], id="some-are-no-followers"),
        pytest.param(shown(0, 0, 0), [], id="nobody"),
        pytest.param(
            shown(3, 3, 3, mutual_ties=False, service="x"), ["followers", "friends", "mutuals"], id="of-direction"
        ),
    ],
)
def test_the_same_people_are_listed_once(account: AccountView, lists: list[str]) -> None:
    assert account.lists() == lists


def test_of_an_account_without_people_there_are_neither_lists_nor_figures() -> None:
    nothing = pd.DataFrame()
    account = replace(shown(3, 3, 3), frames={"people": nothing, "figures": nothing, "graph_summary": nothing})

    assert account.lists() == []
    assert account.figures().empty


def test_friends_are_mutuals_even_if_followers_are_not_told() -> None:
    figures = shown(3, 3, 3, told={"friends": 3}).figures().set_index("measure")

    assert figures.loc["mutuals", "value"] == figures.loc["friends", "value"] == 3
    assert pd.isna(figures.loc["followers", "value"])
    assert figures.loc["followers", "reason"] == "not told"


def test_without_a_list_of_friends_nothing_is_told_of_mutuals() -> None:
    figures = shown(2, 0, 0).figures().set_index("measure")

    assert pd.isna(figures.loc["mutuals", "value"])
    assert figures.loc["mutuals", "reason"] == "not told"


def test_with_direction_figures_stay_as_they_were_stored() -> None:
    figures = shown(3, 3, 3, mutual_ties=False, told={"friends": 3}).figures().set_index("measure")

    assert pd.isna(figures.loc["mutuals", "value"])


@pytest.mark.parametrize(
    ("service", "which", "title"),
    [
        ("facebook", "friends", "Friends"), ("linkedin", "friends", "Connections"),
        ("linkedin", "followers", "Followers"), ("x", "mutuals", "Mutuals"), ("csv", "everyone", "Everyone"),
    ],
)  # fmt: skip
def test_a_list_has_the_services_own_name(service: str, which: str, title: str) -> None:
    assert list_title(shown(1, 1, 1, service=service), which) == title


def test_columns_that_say_the_same_of_everybody_are_left_out() -> None:
    friends = [column.name for column in columns_of("friends", mutual_ties=True, tells_handles=False)]
    directed = [column.name for column in columns_of("friends", mutual_ties=False)]

    assert not {"mutual", "handle"} & set(friends)
    assert {"mutual", "handle"} <= set(directed)
