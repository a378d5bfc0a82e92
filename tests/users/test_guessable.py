"""Passwords that are tried first are known; others are not held against anybody."""

from __future__ import annotations

import pytest
import zxcvbn
from hypothesis import given
from hypothesis import strategies as st

from dashapp.users import rules
from dashapp.users.rules import is_guessable


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("password1", id="listed"),
        pytest.param("PassWord1", id="listed, in other case"),
        pytest.param("P@ssw0rd2026!", id="look-alikes and digits around a common word"),
        pytest.param("monkey987654", id="a common word and digits"),
        pytest.param("aaaaaaaaaaaa", id="one character"),
        pytest.param("abcabcabcabc", id="a few characters again and again"),
        pytest.param("qwertyuiop", id="a row of the keyboard"),
        pytest.param("poiuytrewq", id="a row backwards"),
        pytest.param("qwerasdfzxcv", id="pieces of three rows"),
        pytest.param("9876543210", id="digits in order"),
        pytest.param("24.12.1988", id="a day"),
        pytest.param("19881224", id="a day, the year first"),
        pytest.param("properwanderer", id="two words"),
        pytest.param("sociogram2026", id="the name of this program"),
    ],
)
def test_first_tries_are_known(password):
    assert is_guessable(password)


@pytest.mark.parametrize(
    "password",
    [
        "otters build dams at dusk",
        "monkey8401957273",
        "x9#kfQ2!vLtd",
        "ëmoji🦦otter",
        "  spaces at both ends  ",
        "proper wanderer walks",
        "x9#kfQ2!",
        "海辺を散歩する人",
        "three of us walk",
    ],
)
def test_others_are_accepted(password):
    assert not is_guessable(password)


@pytest.mark.parametrize(
    "password",
    ["ada.lovelace", "Ada.Lovelace1843", "ada.lovelace@example.social", "example.social1", "Augusta!!", "12augusta"],
)
def test_words_of_ones_own_are_guessable(password):
    about = ("Augusta", "ada.lovelace", "example.social", "ada.lovelace@example.social")

    assert is_guessable(password, about=about)
    assert not is_guessable("a sentence about augusta and her engine", about=about)


def test_a_name_of_two_letters_does_not_forbid_passwords_that_hold_it():
    assert not is_guessable("dove and wren", about=("Al", "do"))


@given(st.text(min_size=8, max_size=200))
def test_any_text_gets_an_answer(password):
    assert is_guessable(password) in (True, False)


def test_long_passwords_of_look_alikes_are_estimated_by_their_beginning(monkeypatch):
    lengths = []
    estimate = zxcvbn.zxcvbn
    monkeypatch.setattr(
        zxcvbn, "zxcvbn", lambda password, **words: lengths.append(len(password)) or estimate(password, **words)
    )

    assert not is_guessable("4@8({[<3691!|70$5+%2" * 10)
    assert lengths == [32]


def test_words_of_two_users_are_never_mixed(monkeypatch):
    held = []
    monkeypatch.setattr(zxcvbn, "zxcvbn", lambda *_, **__: held.append(rules.ESTIMATING.locked()) or {"guesses": 10**9})

    is_guessable("otters build dams")

    assert held == [True]
    assert not rules.ESTIMATING.locked()
