"""Backups: the documented commands bring every row back."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from dashapp.extensions import db
from dashapp.services.records import Batch
from dashapp.store import users
from tests.conftest import ROOT, close, make_app
from tests.records import follower, merged, post, ties

PAGE = ROOT / "docs" / "how-to" / "back-up-and-upgrade.md"


def commands(heading: str) -> list[str]:
    """How to back up, and how to go back."""
    section = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)


def fill() -> int:
    """A user with posts, people and ties."""
    owner = users.add_user("Ada", "hash")
    merged(owner, Batch(posts=[post(1), post(2)], people=[follower("b"), follower("c")], ties=ties("bc", "cb")))
    return owner


def stored() -> dict[str, list[str]]:
    """All rows of all tables."""
    with db.engine.connect() as connection:
        tables = db.metadata.sorted_tables
        return {table.name: sorted(map(repr, connection.execute(table.select()))) for table in tables}


def changed(owner: int) -> dict[str, list[str]]:
    """All rows, after what a backup must undo."""
    users.delete_user(owner)
    users.add_user("Eve", "hash")
    return stored()


def test_sqlite_is_as_it_was_while_the_server_ran(sqlite_template: Path, tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "instance").mkdir()
    file = tmp_path / "instance" / "sociogram.sqlite"
    app = make_app(f"sqlite:///{shutil.copy(sqlite_template, file)}")
    back_up, go_back = commands("Back up SQLite")
    with app.app_context():
        owner, before = fill(), stored()
        subprocess.run(["sh", "-e", "-c", back_up], cwd=tmp_path, check=True)
        assert changed(owner) != before
        left = [shutil.copy(f"{file}-{end}", tmp_path) for end in ("wal", "shm")]
    close(app)
    for each in left:  # as a killed server leaves them
        shutil.copy(each, file.parent)

    subprocess.run(["sh", "-e", "-c", go_back], cwd=tmp_path, check=True)

    with app.app_context():
        assert stored() == before
        assert db.session.execute(db.text("PRAGMA integrity_check")).scalar() == "ok"
    close(app)
