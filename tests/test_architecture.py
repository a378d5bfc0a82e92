"""Who may import whom (services, imports, store, analytics, figures, pages), and where the outside world may enter."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import networkx as nx
import pytest

from dashapp.services import SERVICES

ROOT = Path(__file__).resolve().parent.parent
SCIENCE = {"numpy", "pandas", "scipy", "networkx", "igraph"}
TRAINING = {"torch", "transformers", "vaderSentiment", "wordfreq"}  # of the sentiment model
#: of the standard library, what reaches beyond the arguments of a function
OUTSIDE = {
    "asyncio", "ftplib", "glob", "http", "multiprocessing", "os", "pathlib", "shutil", "smtplib", "socket", "sqlite3",
    "subprocess", "sys", "tempfile", "time", "urllib", "webbrowser",
}  # fmt: skip
CLOCK = {"now", "today", "utcnow"}
WEB = ("dash", "flask", "flask_dance", "flask_login", "flask_wtf", "plotly", "werkzeug")
SQL = ("sqlalchemy", "flask_sqlalchemy", "flask_migrate", "psycopg", "sqlite3", "dashapp.models")

#: room -> what no module in it imports, and what of that it may all the same
BARRED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "dashapp.services": (("dashapp", "analytics", *WEB, *SQL), ("dashapp.services",)),
    "dashapp.store": (
        ("dashapp", "requests", *WEB),
        (
            "dashapp.store",
            "dashapp.models",
            "dashapp.extensions",
            "dashapp.crypt",
            "dashapp.services.files.streams",
            "dashapp.services.records",
            "dashapp.services.service_of",
            "flask_login.UserMixin",
        ),
    ),
    "dashapp.imports": (
        ("dashapp", "dash", "plotly", *SQL),
        ("dashapp.imports", "dashapp.oauth", "dashapp.services", "dashapp.store", "sqlalchemy.exc"),
    ),
    "dashapp.oauth": (
        ("dashapp", "dash", "plotly", *SQL),
        ("dashapp.oauth", "dashapp.services", "dashapp.store"),
    ),
    "dashapp.mail": (
        ("dashapp", "dash", "plotly", *SQL),
        ("dashapp.mail", "dashapp.page_paths", "dashapp.services.service_of", "dashapp.signing", "dashapp.store"),
    ),
    "dashapp.preview": (
        ("dashapp", "dash", "plotly", *SQL),
        ("dashapp.imports", "dashapp.preview", "dashapp.services", "dashapp.store"),
    ),
    "dashapp.dashboard.figures": (
        ("dashapp", "dash", "flask", *SQL),
        ("dashapp.dashboard.figures", "dashapp.dashboard.components.numbers", "dashapp.theme"),
    ),
    "dashapp.dashboard.components": (
        ("dashapp.store", "dashapp.imports", "dashapp.services", "flask", *SQL),
        ("dashapp.services.service_of", "dashapp.store.rows"),
    ),
    "dashapp.dashboard": (("dashapp.connect", "dashapp.extensions.db", *SQL), ("sqlalchemy.exc",)),
    "dashapp.connect": (("dashapp.extensions.db", "dash", "plotly", *SQL), ("sqlalchemy.exc",)),
    "dashapp.public": (("dashapp.extensions.db", "dash", "plotly", *SQL), ("sqlalchemy.exc",)),
    "dashapp.sharing": (("dashapp.connect", "dashapp.extensions.db", "dash", *SQL), ()),
    "dashapp.users": (("dashapp.extensions.db", "dash", "plotly", *SQL), ("sqlalchemy.exc",)),
}
#: who reads the environment: the settings, and gunicorn's, which stand before there is an app
ENVIRONMENT_READERS = {"dashapp.settings", "dashapp.gunicorn_conf"}
#: whose accounts are of services that it names
INVENTED = ("dashapp.demo",)
#: where the key of a service as a text means something else, or cannot be done without; the list may only shrink
OTHER_MEANINGS = {
    ("analytics", "x"): "a coordinate",
    ("dashapp.imports", "x"): "a coordinate",
    ("dashapp.dashboard", "x"): "an axis",
    ("dashapp.dashboard", "csv"): "a format",
    ("dashapp.services.bluesky", "x"): "a part of a key",
    ("dashapp.fake_services", "mastodon"): "the one whose port somebody has to type",
}
#: who speaks SQL: the store and what it stands on
SQL_SPEAKERS = ("dashapp.store", "dashapp.models", "dashapp.extensions")
#: what may leave the store as a mapping: what writers of tables take, batches, and JSON that only its writer reads
UNTYPED = {
    "change_list.stream_changes", "crosscheck.stream_pairs", "crosscheck.stream_table", "database.stream",
    "imports.batches", "moves.under_new_keys", "people.stream_list", "people.stream_ties", "pending.take",
    "posts.stream_posts", "previews.find",
}  # fmt: skip
#: how code outside the store calls a row
ROWS = {
    "account", "change", "connection", "ended", "identity", "import_row", "person", "post", "report", "row", "user",
}  # fmt: skip


def module_name(path: Path) -> str:
    """`dashapp/store/users.py` is dashapp.store.users."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules(*packages: str) -> list[Path]:
    """All modules of the packages."""
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    """A module as Python reads it."""
    return ast.parse(path.read_text(encoding="utf-8"))


def absolute(node: ast.ImportFrom, path: Path) -> str:
    """`from ..store import users` in dashapp/imports/jobs.py is of dashapp.store."""
    package = list(path.relative_to(ROOT).parent.parts)
    above = package[: len(package) - node.level + 1] if node.level else []
    return ".".join([*above, *([node.module] if node.module else [])])


def imported(path: Path) -> Iterator[str]:
    """Every name that a module imports, in full."""
    return imports_in(tree(path), path)


def imports_in(module: ast.Module, path: Path) -> Iterator[str]:
    """Every name that the source of a module at `path` imports, in full."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{absolute(node, path)}.{alias.name}" for alias in node.names)


def subscripted_row(node: ast.AST) -> str | None:
    """A row's value that is read by a constant name, such as `row["id"]` or `rows[0]["id"]`, as it is written."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Constant):
        return None
    of_many = isinstance(node.value, ast.Subscript)
    of = node.value.value if isinstance(node.value, ast.Subscript) else node.value
    name = of.attr if isinstance(of, ast.Attribute) else of.id if isinstance(of, ast.Name) else ""
    is_row = isinstance(node.slice.value, str) and (name.removesuffix("s") if of_many else name) in ROWS
    return ast.unparse(node) if is_row else None


def within(name: str, rooms: tuple[str, ...]) -> bool:
    """Whether a module is one of these or stands in one."""
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def test_analytics_imports_only_the_scientific_stack() -> None:
    found = {(module_name(path), name.split(".")[0]) for path in modules("analytics") for name in imported(path)}
    allowed = SCIENCE | TRAINING | {"analytics"} | (set(sys.stdlib_module_names) - OUTSIDE)

    assert [use for use in found if use[1] not in allowed] == []


def test_analytics_has_no_clock() -> None:
    used = {
        (module_name(path), node.attr)
        for path in modules("analytics")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
    }

    assert [use for use in used if use[1] in CLOCK] == []


def test_starting_waits_for_no_statistics() -> None:
    """scipy.stats takes a third of what all else takes together."""
    eager = re.compile(r"^(?:import scipy\.stats|from scipy\.stats |from scipy import .*\bstats\b)", re.MULTILINE)

    assert [str(path) for path in modules("analytics", "dashapp") if eager.search(path.read_text())] == []


def test_every_room_imports_only_what_it_may() -> None:
    broken = {
        (module_name(path), name)
        for path in modules("dashapp")
        for room, (barred, allowed) in BARRED.items()
        if within(module_name(path), (room,))
        for name in imported(path)
        if within(name, barred) and not within(name, allowed)
    }

    assert not broken


def test_no_modules_import_each_other_in_a_circle() -> None:
    paths = {module_name(path): path for path in modules("analytics", "dashapp")}
    arrows = {
        (name, target)
        for name, path in paths.items()
        for found in imported(path)
        for target in (found, found.rpartition(".")[0])
        if target in paths and not within(name, (target,))  # a package is there before its modules
    }

    circles = [part for part in nx.strongly_connected_components(nx.DiGraph(arrows)) if len(part) > 1]

    assert not circles


def test_the_store_alone_holds_queries() -> None:
    """So only tests of the store, and what is marked `ON_BOTH`, run on Postgres too; SQLite does for the others."""
    speakers = {
        module_name(path)
        for path in modules("dashapp")
        for name in imported(path)
        if within(name, ("sqlalchemy",)) and not within(name, ("sqlalchemy.exc",))
    }

    assert [name for name in speakers if not within(name, SQL_SPEAKERS)] == []


def keys_in(module: ast.AST) -> set[str]:
    """The keys of services that a module holds as texts."""
    texts = {node.value for node in ast.walk(module) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return texts & set(SERVICES)


def own_key(path: Path) -> str:
    """The key of the service in whose folder a module stands."""
    folder = path.parent.name
    return folder.removesuffix("_files") if "services" in path.parts else ""


def service_keys() -> set[tuple[str, str]]:
    """Every module that says the key of a service elsewhere than in its folder, with that key."""
    said = {(path, key) for path in modules("analytics", "dashapp") for key in keys_in(tree(path)) - {own_key(path)}}
    return {(module_name(path), key) for path, key in said if not within(module_name(path), INVENTED)}


def test_services_are_named_in_their_own_folders_and_the_catalogue_alone() -> None:
    elsewhere = {use for use in service_keys() if use[0] != "dashapp.services"}

    excused = {
        use: [(room, key) for room, key in OTHER_MEANINGS if within(use[0], (room,)) and key == use[1]]
        for use in elsewhere
    }

    assert [use for use, reasons in excused.items() if not reasons] == []
    assert {reason for reasons in excused.values() for reason in reasons} == set(OTHER_MEANINGS)


def test_nothing_is_compared_with_the_key_of_a_service() -> None:
    compared = {
        (module_name(path), key)
        for path in modules("dashapp", "analytics")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Compare)
        for key in keys_in(node)
    }

    assert [use for use in compared if not within(use[0], INVENTED)] == []


def test_what_leaves_the_store_has_names_and_types() -> None:
    untyped = {
        f"{path.stem}.{node.name}"
        for path in modules("dashapp/store")
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if node.returns and re.search(r"(dict|Mapping)\[.*Any", ast.unparse(node.returns))
    }

    assert untyped == UNTYPED


def test_rows_are_read_by_attribute() -> None:
    found = {
        (module_name(path), text)
        for path in modules("dashapp")
        for node in ast.walk(tree(path))
        if (text := subscripted_row(node))
    }

    assert [use for use in found if not within(use[0], ("dashapp.store", "dashapp.services"))] == []


@pytest.mark.parametrize("source", ["row['id']", 'account["id"]', "shown.account['id']", 'rows[0]["id"]'])
def test_a_subscript_of_a_row_is_seen(source: str) -> None:
    assert subscripted_row(ast.parse(source, mode="eval").body) == ast.unparse(ast.parse(source))


def test_settings_alone_read_the_environment() -> None:
    readers = {
        module_name(path)
        for path in modules("dashapp", "analytics")
        if any(within(name, ("os.environ", "os.getenv")) for name in imported(path))
        or any(
            ast.unparse(node) in {"os.environ", "os.getenv"}
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Attribute)
        )
    }

    assert readers == ENVIRONMENT_READERS


def test_modules_are_named_for_what_they_know() -> None:
    unnamed = {"util", "utils", "helper", "helpers", "common", "misc"}

    assert [path for path in modules("dashapp", "analytics", "tests") if path.stem in unnamed] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("import dashapp.store.users", "dashapp.store.users", id="plain"),
        pytest.param("from dashapp import store", "dashapp.store", id="from"),
        pytest.param("from ..store import users", "dashapp.store.users", id="relative"),
        pytest.param("from . import jobs", "dashapp.imports.jobs", id="sibling"),
        pytest.param("def f():\n    from ..store.users import add", "dashapp.store.users.add", id="late"),
    ],
)
def test_an_import_is_seen_however_it_is_written(source: str, expected: str) -> None:
    path = ROOT / "dashapp" / "imports" / "people.py"

    assert list(imports_in(ast.parse(source), path)) == [expected]
