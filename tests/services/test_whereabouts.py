"""Asking about those who are missing from a list, one after the other."""

from __future__ import annotations

from contextlib import suppress

import pytest

from dashapp.services.errors import UNAUTHORIZED, DeniedError, NotFoundError, ResponseError, UnavailableError
from dashapp.services.records import Person, Whereabouts
from dashapp.services.whereabouts import asked_singly

GONE, TROUBLE, ODD = NotFoundError("No.", 404), UnavailableError("Busy."), ResponseError("What?", 400)


def told(*answers: Exception | None, most: int = 100) -> dict[str, str]:
    """What is told of people of whom these answers come; None: they are there."""
    left, found = list(answers), {}

    def ask(person: Person) -> Whereabouts:
        if person.key == "own":
            return Whereabouts("own", "there")
        answer = left.pop(0)
        if answer is not None:
            raise answer
        return Whereabouts(person.key, "there")

    with suppress(UnavailableError, ResponseError):
        for each in asked_singly(
            [Person(key=str(number)) for number in range(len(answers))], ask, own="own", most=most
        ):
            found[each.key] = each.state
    return found


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([None, GONE], {"0": "there", "1": "gone"}, id="who-is-not-found-is-gone"),
        pytest.param([TROUBLE, ODD, None, TROUBLE, None], {"2": "there", "4": "there"}, id="trouble-is-not-told"),
        pytest.param([None, TROUBLE, ODD, TROUBLE, GONE], {"0": "there"}, id="much-trouble-ends-it"),
        pytest.param([None, DeniedError("No.", UNAUTHORIZED), GONE], {"0": "there"}, id="a-refused-token-ends-it"),
    ],
)
def test_what_is_told_of_whom(answers: list[Exception | None], expected: dict[str, str]) -> None:
    assert told(*answers) == expected


def test_where_the_account_itself_is_not_found_nobody_is_gone() -> None:
    def ask(_person: Person) -> Whereabouts:
        raise GONE

    with pytest.raises(NotFoundError):
        next(asked_singly([Person(key="1")], ask, own="own", most=9))


def test_no_more_are_asked_about_than_may_be() -> None:
    assert told(None, None, None, most=2) == {"0": "there", "1": "there"}
