"""Hashes: strong, one computation a try, accounts of one address told apart."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from dashapp.store import users
from dashapp.users import passwords

EMAIL = "ada@example.social"


@pytest.fixture
def context(app):
    with app.app_context():
        yield


@pytest.fixture
def computations(monkeypatch):
    done = []
    compute = passwords._hash
    monkeypatch.setattr(passwords, "_hash", lambda *arguments: done.append(arguments) or compute(*arguments))
    return done


@pytest.mark.usefixtures("context")
def test_hashes_are_argon2id_with_the_parameters_of_owasp():
    assert passwords.new_hash(EMAIL, "a long enough one").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    "password", ["x7" + "otter " * 33, "🦦🛶🌊🌙 night", " leading", "trailing ", "null\0byte", "Ç"]
)
def test_passwords_count_as_they_were_typed(password):
    owner = passwords.add_user("Ada", EMAIL, password)

    assert passwords.find_user(EMAIL, password) == owner
    assert passwords.is_password_of(owner, password)
    assert passwords.find_user(EMAIL, password.strip() + "!") is None
    assert passwords.find_user(EMAIL, password[:-1]) is None


@pytest.mark.usefixtures("context")
def test_the_address_is_found_in_any_spelling():
    owner = passwords.add_user("Ada", "Ada@Example.Social", "otters build dams")

    assert passwords.find_user(" ada@EXAMPLE.social", "otters build dams") == owner


@pytest.mark.usefixtures("context")
def test_accounts_of_one_address_are_told_apart_by_their_passwords():
    ada = passwords.add_user("Ada", EMAIL, "otters build dams")
    eve = passwords.add_user("Eve", EMAIL, "herons wait in mist")

    assert passwords.find_user(EMAIL, "otters build dams") == ada
    assert passwords.find_user(EMAIL, "herons wait in mist") == eve
    assert not passwords.is_password_of(ada, "herons wait in mist")


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("n_accounts", [0, 1, 3])
def test_a_try_costs_one_computation_however_many_accounts_the_address_has(n_accounts, computations):
    for number in range(n_accounts):
        passwords.add_user("Ada", EMAIL, f"otters build dam {number}")
    computations.clear()

    passwords.find_user(EMAIL, "no such password")

    assert len(computations) == 1


@pytest.mark.usefixtures("context")
def test_what_is_no_address_costs_as_much(computations):
    assert passwords.find_user("no address\0", "no such password") is None
    assert len(computations) == 1


@pytest.mark.usefixtures("context")
def test_different_addresses_have_different_salts():
    assert passwords.new_hash(EMAIL, "the same password") != passwords.new_hash(
        "bob@example.social", "the same password"
    )


@pytest.mark.usefixtures("context")
def test_an_outdated_hash_is_renewed_when_it_is_used():
    weak = PasswordHasher(memory_cost=1024, time_cost=1, parallelism=1).hash("otters build dams")
    owner = users.add_user("Ada", EMAIL, weak)

    assert passwords.find_user(EMAIL, "wrong password") is None
    assert users.password_hash(owner) == weak
    assert passwords.find_user(EMAIL, "otters build dams") == owner
    assert "m=19456,t=2,p=1" in users.password_hash(owner)
    assert passwords.find_user(EMAIL, "otters build dams") == owner


@pytest.mark.usefixtures("context")
def test_accounts_beside_an_outdated_one_still_open():
    weak = PasswordHasher(memory_cost=1024, time_cost=1, parallelism=1).hash("otters build dams")
    old = users.add_user("Ada", EMAIL, weak)
    new = passwords.add_user("Eve", EMAIL, "herons wait in mist")

    assert passwords.find_user(EMAIL, "herons wait in mist") == new
    assert passwords.find_user(EMAIL, "otters build dams") == old


@pytest.mark.usefixtures("context")
def test_a_double_click_makes_one_user():
    first = passwords.add_user("Ada", EMAIL, "otters build dams")

    second = passwords.add_user("Ada", EMAIL, "otters build dams")

    assert second == first
    assert list(users.hashes_of(EMAIL)) == [first]


@pytest.mark.usefixtures("context")
def test_no_password_opens_a_user_without_a_hash():
    users.add_user("Demo", EMAIL, "!", is_demo=True)

    assert passwords.find_user(EMAIL, "!") is None


def test_at_most_two_hashes_are_computed_at_once():
    assert passwords.HASHING._value == 2
