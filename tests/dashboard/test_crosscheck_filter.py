"""Filters of the cross-check, as they stand in the address."""

from __future__ import annotations

import pytest

from dashapp.dashboard.crosscheck_filter import OF_BOTH_WAYS, OF_ONE_RELATION, Filter, offered, parse_filter

PATTERNS = {"f": {1: "f"}, "i": {1: "i"}, "m": {1: "m"}, "mf": {1: "m", 2: "f"}, "-f": {2: "f"}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"f", "i", "m", "mf", "-f"}),
        ("1.there", {"f", "i", "m", "mf"}),
        ("1.follower", {"f", "m", "mf"}),
        ("1.friend", {"i", "m", "mf"}),
        ("1.mutual", {"m", "mf"}),
        ("1.follower-only", {"f"}),
        ("1.friend-only", {"i"}),
        ("1.no-follower", {"i", "-f"}),
        ("1.no-friend", {"f", "-f"}),
        ("1.no-mutual", {"f", "i", "-f"}),
        ("1.absent", {"-f"}),
        ("1.friend,2.follower-only", {"mf"}),
        ("many", {"mf"}),
        ("2.follower,one", {"-f"}),
    ],
)
def test_a_filter_lets_through_whom_it_names(text: str, expected: set[str]) -> None:
    chosen = parse_filter(text, [1, 2])

    assert {name for name, relations in PATTERNS.items() if chosen.accepts(relations)} == expected
    assert str(chosen) == text


@pytest.mark.parametrize("text", [["1.there"], "1.nobody", "3.there", "." * 9_999, "few"])
def test_what_is_unknown_is_left_out(text: object) -> None:
    assert parse_filter(text, [1, 2]) == Filter()


def test_what_is_chosen_can_be_taken_off() -> None:
    chosen = parse_filter("2.absent,1.there,many", [1, 2])

    assert str(chosen) == "1.there,2.absent,many"
    assert str(chosen.without(1)) == "2.absent,many"
    assert str(chosen.without(None)) == "1.there,2.absent"


def test_choices_that_are_not_told_say_so() -> None:
    choices = offered(["friends"], OF_BOTH_WAYS)

    assert choices["follower"] == "Follows you"
    assert choices["no-follower"] == "Does not follow you, as far as read"
    assert choices["no-friend"] == "You do not follow"
    assert offered(["followers", "friends"], OF_ONE_RELATION) == {"there": "There", "absent": "Not there"}
