"""What tests of pages share: hashes that cost nothing."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from dashapp.users import passwords


@pytest.fixture(autouse=True)
def quick_hashes(request, monkeypatch):
    """The weakest parameters, unless the test is about them."""
    if "test_passwords" not in request.module.__name__:
        monkeypatch.setattr(passwords, "HASHER", PasswordHasher(memory_cost=8, time_cost=1, parallelism=1))
