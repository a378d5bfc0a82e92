"""Hashes: strong, one computation a try."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from dashapp.store import users
from dashapp.users import passwords


@pytest.fixture
def context(app):
    with app.app_context():
        yield


@pytest.fixture
def computations(monkeypatch):
    """How often something was hashed, by counting who comes in."""

    class Counting:
        done = 0

        def __enter__(self):
            self.done += 1

        def __exit__(self, *_):
            pass

    counting = Counting()
    monkeypatch.setattr(passwords, "HASHING", counting)
    return counting


def added(password, name="Ada"):
    return users.add_user(name, passwords.new_hash(password))


@pytest.mark.usefixtures("context")
def test_hashes_are_argon2id_with_the_parameters_of_owasp_and_a_salt_of_their_own():
    first, second = (passwords.new_hash("a long enough one") for _ in range(2))

    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    "password", ["x7" + "otter " * 33, "🦦🛶🌊🌙 night", " leading", "trailing ", "null\0byte", "Ç"]
)
def test_passwords_count_as_they_were_typed(password):
    owner = added(password)

    assert passwords.find_user(" ADA", password) == owner
    assert passwords.is_password_of(owner, password)
    assert passwords.find_user("Ada", password.strip() + "!") is None
    assert passwords.find_user("Ada", password[:-1]) is None


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("kept", ["a password", "nobody", "!", ""])
def test_a_try_costs_one_computation_whoever_has_the_name(kept, computations):
    if kept == "a password":
        added("otters build dams")
    elif kept != "nobody":
        users.add_user("Ada", kept)
    computations.done = 0

    assert passwords.find_user("Ada", "no such password") is None
    assert computations.done == 1


@pytest.mark.usefixtures("context")
def test_an_outdated_hash_is_renewed_when_it_is_used():
    weak = PasswordHasher(memory_cost=1024, time_cost=1, parallelism=1).hash("otters build dams")
    owner = users.add_user("Ada", weak)

    assert passwords.find_user("Ada", "wrong password") is None
    assert users.password_hash(owner) == weak
    assert passwords.find_user("Ada", "otters build dams") == owner
    assert "m=19456,t=2,p=1" in users.password_hash(owner)
    assert passwords.find_user("Ada", "otters build dams") == owner


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("kept", ["!", ""])
def test_no_password_opens_a_user_without_a_hash(kept):
    users.add_user("Demo", kept)

    assert passwords.find_user("Demo", kept) is None


def test_at_most_two_hashes_are_computed_at_once():
    assert passwords.HASHING._value == 2
