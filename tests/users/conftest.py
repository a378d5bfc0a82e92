"""What tests of pages share: hashes and templates that are computed once cost nothing more."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from dashapp.users import passwords


class Compiled(BytecodeCache):
    """Templates compiled by one test serve the next."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """From memory."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """To memory."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application with templates that are compiled already."""
    app.jinja_env.bytecode_cache = COMPILED
    return app


@pytest.fixture(autouse=True)
def quick_hashes(request, monkeypatch):
    """The weakest parameters, unless the test is about them."""
    if "test_passwords" not in request.module.__name__:
        monkeypatch.setattr(passwords, "HASHER", PasswordHasher(memory_cost=8, time_cost=1, parallelism=1))
