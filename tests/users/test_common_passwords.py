"""Passwords that are tried first are known; others are not held against anybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.users.common_passwords import is_guessable, known


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
        "properwanderer",
        "three of us walk",
    ],
)
def test_others_are_accepted(password):
    assert not is_guessable(password)


@pytest.mark.parametrize(
    "password",
    ["ada.lovelace", "Ada.Lovelace1843", "ada.lovelace@example.social", "example.social1", "Augusta!!", "12augusta34"],
)
def test_words_of_ones_own_are_guessable(password):
    about = ("Augusta", "ada.lovelace", "example.social", "ada.lovelace@example.social")

    assert is_guessable(password, about=about)
    assert not is_guessable("a sentence about augusta and her engine", about=about)


def test_a_name_of_two_letters_does_not_forbid_passwords_that_hold_it():
    assert not is_guessable("dove and wren", about=("Al", "do"))


def test_the_list_holds_only_what_the_length_lets_through():
    assert len(known()) > 900
    assert all(len(password) >= 8 and password == password.casefold() for password in known())


@given(st.sampled_from(sorted(known())), st.sampled_from(["", "1", "12", "2026", "!", "?!"]))
def test_digits_and_signs_make_no_listed_word_better(password, behind):
    assert is_guessable(password)
    assert is_guessable(password + behind) or not password.isalpha()


@given(st.text(min_size=8, max_size=200))
def test_any_text_gets_an_answer(password):
    assert is_guessable(password) in (True, False)
