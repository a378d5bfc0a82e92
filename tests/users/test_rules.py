"""What a name, an address, a password and a time zone may be."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.store.users import name_key
from dashapp.users import rules


@pytest.mark.parametrize("name", ["Ada", "ada_2", "Zoë", "Ада", "阿达", "O.Neil-Smith", "वि", "x" * 40])
def test_names_of_all_scripts_are_fit(name):
    assert rules.name_problem(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "..",
        "_a",
        "a/b",
        "a b",
        "a@b",
        "a?b",
        "a\x00b",
        "a\u202eb",
        "व\u200dव",
        "x" * 41,
        "<b>",
        "\u3164",
        "ada\ufe0f",
    ],
)
def test_names_that_could_deceive_or_break_an_address_are_refused(name):
    assert rules.name_problem(name) is not None


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("ada@example.social", "ada"),
        ("ada.bsky.social", "ada.bsky.social"),
        ("Ada  Example", "Ada-Example"),
        ("\u2163 <b>", "IV-b"),
        ("...", "user"),
        ("x" * 400, "x" * 30),
    ],
)
def test_a_name_is_derived_from_what_somebody_is_called_elsewhere(called, name):
    assert rules.name_from(called) == name


@given(st.text(max_size=80))
def test_what_is_derived_from_any_text_is_fit(text):
    assert rules.name_problem(rules.name_from(text)) is None


@pytest.mark.parametrize("ordered", [rules.spelt, name_key, rules.canonical])
def test_a_long_text_of_marks_takes_no_time(ordered):
    began = time.process_time()
    ordered("a" + "\u0301\u0323" * 25_000 + "@example.org")

    assert time.process_time() - began < 0.1


def test_addresses_are_counted_in_one_spelling():
    assert rules.canonical(" Ada@Example.SOCIAL ") == rules.canonical("ada@example.social")


@pytest.mark.parametrize(
    "email", ["", "ada", "ada@", "@example.org", "a b@example.org", "ada@example.org\x00", "ada@exa mple"]
)
def test_what_is_no_address_is_refused(email):
    assert rules.canonical(email) is None
    assert rules.email_problem(email) is not None


def test_an_address_that_grows_too_long_when_its_case_is_folded_is_refused():
    fits = "ada@" + ".".join(["x" * 60] * 4) + ".exa"
    grows = "\u0130" * 60 + fits[59:]

    assert rules.email_problem(fits) is None
    assert len(grows.casefold()) > 254
    assert rules.email_problem(grows) is not None


@pytest.mark.parametrize("email", ["ada@example.org", "ada+tag@example.co.uk", "ada@intranet", "ada@büro.example"])
def test_addresses_need_not_be_reachable(email):
    assert rules.email_problem(email) is None


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_is_not(text):
    address = rules.canonical(text)

    assert address is None or ("@" in address and "\x00" not in address and rules.canonical(address) == address)


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("x7" + "otter " * 10 + "ab", id="64 characters"),
        pytest.param("otters build dams at dusk, ".ljust(200, "~"), id="200 characters"),
        pytest.param("🦦🛶🌊🌙 night walk", id="emoji"),
        pytest.param(" leading space kept", id="leading space"),
    ],
)
def test_long_and_unusual_passwords_are_welcome(password):
    assert rules.password_problem(password, name="ada@example.social") is None


@pytest.mark.parametrize("password", ["", "sevench", "x" * 201, "password1", "ada@example.social", "example.social"])
def test_short_long_and_guessable_passwords_are_refused(password):
    assert rules.password_problem(password, name="ada@example.social") is not None


def test_a_short_password_is_told_its_length_not_its_content():
    assert "8 characters" in (rules.password_problem("Ab1!", name="ada@example.social") or "")


def test_time_zones_are_those_of_the_world_by_region():
    zones = rules.time_zones()

    assert "Europe/Berlin" in zones["Europe"]
    assert zones["UTC"] == ["UTC"]
    assert rules.is_time_zone("Asia/Kolkata")
    assert not rules.is_time_zone("US/Pacific")
    assert not rules.is_time_zone("../../etc/passwd")
