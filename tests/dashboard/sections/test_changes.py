"""Two months of daily readings of a small world: what page and files say of it is told again from its script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from dashapp.imports.analysis import analyse
from dashapp.services.records import Batch, Person, State, Whereabouts
from dashapp.store import users
from tests.records import ADA, BOTH, merged

from ..dash_client import Page, has_id, links, text, with_id
from ..downloads import records, rows, sign_in

pytestmark = pytest.mark.slow

FIRST = datetime(2026, 3, 1, 2, tzinfo=UTC)  # of an evening in New York: the last of February
DAYS = 61
IN_PART = 30  # on that day neither list is read to its end
ROWS = "change-grid.getRowsResponse"

#: day, list, person, what becomes of them; who is lost with a reason is asked about
EVENTS: list[tuple[int, str, str, str]] = [
    (3, "follower", "new", "gained"),
    (5, "follower", "b", "unfollowed"),
    (8, "follower", "c", "gone"),
    (12, "follower", "b", "returned"),
    (15, "", "d", "renamed"),
    (20, "", "e", "moved"),
    (25, "friend", "f", "unfollowed"),
    (IN_PART, "follower", "newer", "gained"),
    (IN_PART + 1, "follower", "g", "lost"),
    (40, "follower", "h", "lost"),
    (45, "follower", "i", "moved_away"),
    (50, "friend", "a", "gained"),
    (55, "friend", "j", "gone"),
    (55, "follower", "j", "gone"),
]
STATES: dict[str, State] = {"unfollowed": "there", "gone": "gone", "moved_away": "moved", "moved": "moved"}
AFTER = {"moved": "e2", "moved_away": "i2"}


@dataclass
class World:
    """Who is on which list, under which handle."""

    lists: dict[str, set[str]]
    handles: dict[str, str] = field(default_factory=dict)

    def happens(self, relation: str, key: str, kind: str) -> None:
        """What an event changes."""
        if kind == "renamed":
            self.handles[key] = f"{key}-renamed"
        elif kind == "moved":
            for people in self.lists.values():
                people ^= {key, AFTER[kind]} if key in people else set()
        else:
            self.lists[relation] ^= {key}

    def people(self) -> list[Person]:
        """Everybody as a service tells them."""
        return [
            Person(
                key=key,
                handle=self.handles.get(key, key),
                is_follower=key in self.lists["follower"],
                is_friend=key in self.lists["friend"],
            )
            for key in sorted(set().union(*self.lists.values()))
        ]


def world() -> World:
    return World({"follower": set("abcdeghij"), "friend": set("bfj")})


def days_of_world() -> Iterator[tuple[int, World, list[tuple[int, str, str, str]]]]:
    now = world()
    for day in range(DAYS):
        events = [event for event in EVENTS if event[0] == day]
        for _, relation, key, kind in events:
            now.happens(relation, key, kind)
        yield day, now, events


def local(day: int) -> date:
    return (FIRST + timedelta(days=day - 1)).date()


@pytest.fixture(scope="module")
def page(dashboard_app: Flask) -> tuple[Page, int]:
    """The browser of whose account was read on each day, and the account."""
    with dashboard_app.app_context():
        owner = users.add_user("Cyd", "!")
        users.change_user(owner, time_zone="America/New_York")
        for day, now, events in days_of_world():
            told = {
                key: Whereabouts(key, STATES[kind], AFTER.get(kind)) for _, _, key, kind in events if kind in STATES
            }
            counts = {f"{relation}s": len(people) for relation, people in now.lists.items()}
            account, _ = merged(
                owner,
                Batch(people=now.people(), whereabouts=list(told.values())),
                profile=replace(ADA, as_of=FIRST + timedelta(days=day), **counts),
                complete=frozenset() if day == IN_PART else BOTH,
                live=True,
            )
        for _ in analyse(owner, account):
            pass
    return Page(sign_in(dashboard_app, owner)), account


def asked(page: Page, account: int, *, what: tuple[str, ...] = (), relation: str = "all", search: str = "") -> Any:
    """What comes with the first rows."""
    values = {
        "change-grid.getRowsRequest": {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}},
        "change-what.value": list(what),
        "change-relation.value": relation,
        "change-search.value": search,
        "account-shown.data": {"account": account, "period": "all", "unit": "day"},
    }
    return page.answer(ROWS, values)


def shown(answer: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer["change-grid"]["getRowsResponse"]["rowData"]
    return found


WRITTEN = {
    "gained": "Gained",
    "returned": "Came back",
    "unfollowed": "Unfollowed",
    "gone": "Gone",
    "lost": "Lost",
    "moved": "Moved here from e",
    "moved_away": "Moved away to i2",
    "renamed": "Renamed from d",
}


def test_the_list_names_everybody_of_the_script_and_nobody_else(page: tuple[Page, int]) -> None:
    answer = asked(*page)

    names = {"d": "d-renamed", "e": "e2"}
    expected = Counter(
        (str(local(day)), names.get(key, key), WRITTEN[kind], relation.capitalize() or "Follower")
        for day, relation, key, kind in EVENTS
    )
    found = shown(answer)
    assert Counter((row["seen_at"], row["handle"], row["what"], row["relation"]) for row in found) == expected
    assert [row["seen_at"] for row in found] == sorted((row["seen_at"] for row in found), reverse=True)
    gone = next(row for row in found if row["handle"] == "c")
    assert (gone["first_seen"], gone["last_seen"]) == (str(local(0)), str(local(7)))
    counted = {option["value"]: text(option["label"]) for option in answer["change-what"]["options"]}
    assert {kind: int(said.split()[-1]) for kind, said in counted.items()} == Counter(event[3] for event in EVENTS)
    assert answer["change-count"]["children"] == f"{len(EVENTS)} changes"
    assert answer["change-why"]["children"].startswith("Of 2 lost it is not told why")


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        pytest.param({"what": ("gone", "returned")}, ["j", "j", "b", "c"], id="several-kinds"),
        pytest.param({"relation": "friend"}, ["j", "a", "f"], id="a-list"),
        pytest.param({"search": "NEW"}, ["newer", "new"], id="search"),
        pytest.param({"what": ("renamed",), "relation": "follower", "search": "d"}, ["d-renamed"], id="all-of-them"),
        pytest.param({"what": ("moved",), "relation": "friend"}, [], id="nobody"),
    ],
)
def test_the_list_is_narrowed_and_its_files_hold_the_same(
    page: tuple[Page, int], chosen: dict[str, Any], expected: list[str]
) -> None:
    answer = asked(*page, **chosen)

    assert [row["handle"] for row in shown(answer)] == expected
    as_csv, as_json = links(answer["change-downloads"]["children"])
    assert [row["handle"] for row in rows(page[0].client.get(as_csv))] == expected
    assert [row["handle"] for row in records(page[0].client.get(as_json))] == expected


def test_bars_and_counts_are_those_of_the_script(page: tuple[Page, int]) -> None:
    found = rows(page[0].client.get(f"/download/{page[1]}/growth.csv"))

    before = world()
    expected, held = [], {relation: set(people) for relation, people in before.lists.items()}
    for day, now, _ in days_of_world():
        row: dict[str, Any] = {"day": str(local(day)), "mutuals": len(now.lists["follower"] & now.lists["friend"])}
        for relation, people in now.lists.items():
            people = people - {"e2"} | ({"e"} if "e2" in people else set())  # is the same person
            row |= {f"{relation}s": len(people)}
            row |= {
                f"gained_{relation}s": len(people - held[relation]),
                f"lost_{relation}s": len(held[relation] - people),
            }
            held[relation] = people if day != IN_PART else held[relation]
        untold = [name for name in row if day == 0 and "_" in name]
        untold += [name for name in row if day == IN_PART and ("_" in name or name == "mutuals")]
        expected.append({name: "" if name in untold else str(value) for name, value in row.items()})
    assert [{name: row[name] for name in expected[0]} for row in found] == expected
    gone = {row["day"]: (row["gone_followers"], row["gone_friends"]) for row in found}
    assert (gone[str(local(8))], gone[str(local(40))], gone[str(local(55))]) == (("1", "0"), ("", "0"), ("1", "1"))


def test_the_page_says_what_has_no_bar_and_what_the_bars_sum_up_to(page: tuple[Page, int]) -> None:
    layout = page[0].open(f"user/mastodon?account={page[1]}&what=gone,nonsense&relation=friend")

    said = text(layout)
    assert "Followers: 9 at first, 6 at last; 3 gained, 6 lost." in said
    assert "Followers and friends were not read whole on 1 day: there is no bar" in said
    assert "Mutuals: 2 at first, 2 at last." in said
    assert (with_id(layout, "change-what")["value"], with_id(layout, "change-relation")["value"]) == (
        ["gone"],
        "friend",
    )
    assert f"/download/{page[1]}/changes.csv?what=gone&relation=friend" in links(layout)
    assert has_id(layout, {"type": "chart", "chart": "growth"})


@pytest.mark.parametrize("wrong", ["what=lost,nonsense", "relation=mutual", "period=2w"])
def test_a_file_of_changes_that_there_are_not_is_refused(page: tuple[Page, int], wrong: str) -> None:
    assert page[0].client.get(f"/download/{page[1]}/changes.csv?{wrong}").status_code == 400


def test_a_choice_that_the_page_has_not_is_refused(page: tuple[Page, int]) -> None:
    values = {
        "change-grid.getRowsRequest": {"startRow": 0, "endRow": 100},
        "change-what.value": ["nonsense"],
        "change-relation.value": "all",
        "account-shown.data": {"account": page[1]},
    }

    assert page[0].send(ROWS, values).status_code == 400


def test_where_no_list_was_read_whole_nobody_is_not_said_to_have_come_or_gone(dashboard_app: Flask) -> None:
    with dashboard_app.app_context():
        owner = users.add_user("Dee", "!")
        for day in (0, 1):
            counted = replace(ADA, as_of=FIRST + timedelta(days=day), followers=5 + day)
            account, _ = merged(owner, Batch(), profile=counted, complete=frozenset())
        for _ in analyse(owner, account):
            pass
    page = Page(sign_in(dashboard_app, owner))

    layout = page.open("user/mastodon")

    assert "Followers: 5 at first, 6 at last. Followers were never read whole twice" in text(layout)
    assert not has_id(layout, "change-grid")
    assert asked(page, account)["change-count"]["children"].startswith("No list was read whole")
