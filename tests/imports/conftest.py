"""A user, and CSV files as they would upload them."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from flask import Flask

from dashapp.imports import cross_check
from dashapp.store import results, users

POSTS = "post,created_at,text,likes,replies\n1,2026-03-02T10:00,I love this,3,0\n2,2026-03-03T11:30,I hate this,0,0\n"
TIES = "source,target\nada,b\nb,ada\nc,ada\nb,c\nc,d\n"


def files(**texts: str) -> list[tuple[str, io.BytesIO]]:
    """Uploads of those names."""
    return [(f"{name}.csv", io.BytesIO(text.encode())) for name, text in texts.items()]


@pytest.fixture
def owner(app: Flask) -> Iterator[int]:
    """A user, inside the application's context."""
    with app.app_context():
        yield users.add_user("Ada", "hash")


def leave_out_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Imports end without the measures of the analysis: for tests of reading, of whose time they took nine tenths."""

    def save_nothing(owner: int, account: int) -> Iterator[tuple[str, int, int]]:
        yield "Saving", 0, 1
        results.save(owner, account, {})

    monkeypatch.setattr(cross_check, "analyse", save_nothing)


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Imports of this test have none."""
    leave_out_measures(monkeypatch)
