"""Whoever follows a recipe of CONTRIBUTING.md to the letter adds something that works."""

from __future__ import annotations

import json
import shutil
from operator import attrgetter
from pathlib import Path

import pytest

from . import dashboard_toys, export_toy, live_toys, server_toys
from .copied_tree import Toy, copied, run

pytestmark = pytest.mark.slow
TOYS = (*dashboard_toys.TOYS, *export_toy.TOYS, *live_toys.TOYS, *server_toys.TOYS)
USES = {
    "measure, chart, page and format": dashboard_toys.USE,
    "export": export_toy.USE,
    "live service": live_toys.READING,
    "OAuth provider": live_toys.CONNECTING,
    "setting": server_toys.SETTING,
    "table": server_toys.TABLE,
}
#: uses the toys one after the other, in one process: starting takes longer than all of it; what went wrong with which
CHILD = """
import json, linecache, sys, traceback
from flask_migrate import upgrade
from dashapp import create_app
from dashapp.settings import TestConfig

app = create_app(TestConfig({"DATABASE_URL": sys.argv[1]}))
with app.app_context():
    upgrade(directory="migrations")
failures = {}
for name, code in json.loads(sys.argv[2]).items():
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    try:
        exec(compile(code, name, "exec"), {"app": app})
    except Exception:
        failures[name] = traceback.format_exc()
print(json.dumps(failures))
"""


@pytest.mark.parametrize("toy", TOYS, ids=attrgetter("recipe"))
def test_a_recipe_lists_what_its_toy_needs(toy: Toy) -> None:
    assert toy.listed() == set(toy.files)


def test_toys_work_that_are_added_by_the_files_that_their_recipes_list(sqlite_template: Path, tmp_path: Path) -> None:
    folder = copied(tmp_path / "tree")
    for toy in TOYS:
        toy.add(folder)
    database = shutil.copy(sqlite_template, folder / "sociogram.sqlite")

    done = run(folder, CHILD, f"sqlite:///{database}", json.dumps(USES))

    assert done.returncode == 0, done.stderr
    failures: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    assert not failures, "\n".join(f"{name}: {failure}" for name, failure in failures.items())
