"""The documentation says what the code does: every setting, command, column, export, measure and link."""

from __future__ import annotations

import ast
import importlib
import io
import pkgutil
import re
import runpy
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

import analytics
from dashapp.dashboard import crosscheck_tables, export_contents, overview_tables
from dashapp.dashboard.formats import FORMATS, GRAPH_FORMATS
from dashapp.dashboard.pages import PAGES as PAGES_OF_DASHBOARD
from dashapp.dashboard.sections import CHARTS
from dashapp.imports import run_waiting
from dashapp.services import SERVICES, upload_of
from dashapp.services.csv_files.columns import COLUMNS, REQUIRED
from dashapp.settings import ADDRESSES, CLIENTS, CONFIGS, Config, TestConfig
from dashapp.store import accounts, crosscheck, imports, users
from tests.conftest import close, make_app
from tests.users.browser_session import ADA, BrowserSession

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
TOP = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PAGES = sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
PICTURE = re.compile(r'(?:src|srcset)="([^"]+)"')
#: modules that read the environment
READERS = ("settings", "gunicorn_conf")
#: a path of somebody's machine; addresses of ours begin with a slash too, but not with these
SYSTEM_PATH = re.compile(r"(?<![\w.:/~}<>-])/(?:bin|dev|etc|home|media|mnt|opt|proc|root|srv|tmp|usr|Users|var|work)/")


def read(path: Path) -> str:
    """A page."""
    return path.read_text(encoding="utf-8")


def page(name: str) -> str:
    """A page of the documentation by its name."""
    return read(DOCS / f"{name}.md")


@cache
def substitutions() -> dict[str, str]:
    """The tables that are made from the code when the documentation is built."""
    made: dict[str, str] = runpy.run_path(str(DOCS / "conf.py"))["myst_substitutions"]
    return made


def rows(text: str) -> list[list[str]]:
    """The cells of all tables of a page, without heads' rules."""
    lines = [line.strip().strip("|") for line in text.splitlines() if line.lstrip().startswith("|")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)] for line in lines]
    return [row for row in cells if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]


def codes(cell: str) -> set[str]:
    """What stands in a cell as code."""
    return set(re.findall(r"`([^`]+)`", cell))


def section(text: str, heading: str) -> str:
    """What stands under a heading of a page."""
    _, _, rest = text.partition(f"\n## {heading}\n")
    return rest.partition("\n## ")[0]


def names(path: Path) -> str:
    """A parameter's id."""
    return str(path.relative_to(ROOT))


# ---- settings


def environment_names(source: str) -> set[str]:
    """The variables that a module's source reads: names in capitals where `environ` stands beside them."""
    beside = [part for node in ast.walk(ast.parse(source)) if "environ" in ast.unparse(node) for part in parts_of(node)]
    texts = [part.value for part in beside if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return {text for text in texts if re.fullmatch(r"[A-Z][A-Z0-9_]{2,}", text)}


def parts_of(node: ast.AST) -> list[ast.expr]:
    """What a call is given, what a comparison begins with, what stands in brackets."""
    if isinstance(node, ast.Call):
        return node.args
    if isinstance(node, ast.Compare):
        return [node.left]
    return [node.slice] if isinstance(node, ast.Subscript) else []


@pytest.mark.parametrize(
    "source",
    [
        pytest.param('os.environ["PORT"]', id="subscript"),
        pytest.param('environ.get("PORT", "8000")', id="get"),
        pytest.param('"PORT" in environ', id="in"),
        pytest.param('number(environ, "PORT", 1)', id="argument"),
    ],
)
def test_a_variable_is_seen_however_it_is_read(source: str) -> None:
    assert environment_names(source) == {"PORT"}


def test_every_setting_has_its_row() -> None:
    table = {next(iter(codes(row[0])), ""): row[1] for row in rows(substitutions()["settings"])[1:]}

    assert table == Config.DOCUMENTED
    assert "{{ settings }}" in page("reference/settings")


@pytest.mark.parametrize("module", READERS)
def test_every_variable_that_the_code_reads_is_documented(module: str) -> None:
    documented = set(Config.DOCUMENTED) | {code for row in rows(page("reference/settings")) for code in codes(row[0])}

    used = environment_names(read(ROOT / "dashapp" / f"{module}.py"))

    assert used
    assert used <= documented


def test_every_documented_setting_is_read_somewhere() -> None:
    used = {
        name
        for module in ("settings", "gunicorn_conf")
        for name in environment_names(read(ROOT / "dashapp" / f"{module}.py"))
    }
    named = {name: f"https://{name.lower()}.example" for name in (*ADDRESSES, *CLIENTS)}  # read in loops

    assert set(Config.DOCUMENTED) <= used | named.keys()
    assert {name: getattr(TestConfig(named), name) for name in named} == named


def test_every_configuration_is_described() -> None:
    described = {code for row in rows(page("reference/settings")) for code in codes(row[0])}

    assert set(CONFIGS) <= described


# ---- exports and columns


@pytest.mark.parametrize("export", [key for key, service in SERVICES.items() if service.upload])
def test_every_export_has_its_how_to_page(export: str) -> None:
    name = "import-csv" if export == "csv" else f"import-{export}-export"

    assert f"flask --app dashapp import {export} " in page(f"how-to/{name}")
    assert f"\n{name}\n" in page("how-to/index")
    assert f"docs/how-to/{name}.md" in read(ROOT / "README.md")


@pytest.mark.parametrize("key", [key for key, service in SERVICES.items() if service.live])
def test_every_live_service_has_its_how_to_page(key: str) -> None:
    assert page(f"how-to/connect-{key}")
    assert f"\nconnect-{key}\n" in page("how-to/index")


@pytest.mark.parametrize("export", ["x", "mastodon", "github", "facebook", "linkedin"])
def test_a_how_to_page_names_only_files_that_are_read(export: str) -> None:
    table = section(page(f"how-to/import-{export}-export"), "What is read")
    files = {code for row in rows(table)[1:] for code in codes(row[0])}

    assert len(files) > 2
    assert all(upload_of(export).export.wants(name) for name in files)


@pytest.mark.parametrize("kind", COLUMNS)
def test_every_csv_column_is_documented(kind: str) -> None:
    table = rows(section(page("reference/csv-columns"), kind))[1:]
    documented = {code for row in table for code in codes(row[0])}
    needed = {code for row in table for code in codes(row[0]) if "**" in row[0]}

    assert documented == set(COLUMNS[kind])
    assert needed == set(REQUIRED[kind])


def test_every_other_name_of_a_column_is_listed() -> None:
    listed = {(row[0], *codes(row[1])): codes(row[2]) for row in rows(substitutions()["csv_names"])[1:]}

    assert listed == {
        (kind, ours): set(others.split()) for kind, own in COLUMNS.items() for ours, others in own.items()
    }
    assert "{{ csv_names }}" in page("reference/csv-columns")


# ---- commands


def commands() -> Iterator[tuple[str, click.Command]]:
    """Our `flask` commands by the words that call them."""
    from dashapp import cli

    top = [each for each in vars(cli).values() if isinstance(each, click.Command)]
    groups = [each for each in top if isinstance(each, click.Group)]
    inner = {command.name for group in groups for command in group.commands.values()}
    yield from ((each.name or "", each) for each in top if each not in groups and each.name not in inner)
    yield from ((f"{group.name} {name}", command) for group in groups for name, command in group.commands.items())


def test_every_command_and_option_is_documented() -> None:
    for name, command in commands():
        described = section(page("reference/commands"), f"`{name}`")
        options = [param.opts[0] for param in command.params if isinstance(param, click.Option)]

        assert described, name
        assert all(re.search(rf"`{option}[ `]", described) for option in options), name


def test_only_commands_that_exist_are_documented() -> None:
    documented = set(re.findall(r"^## `([^`]+)`$", page("reference/commands"), re.MULTILINE))

    assert documented == {name for name, _ in commands()}


@pytest.mark.parametrize("path", [*TOP, *PAGES], ids=names)
def test_make_is_asked_only_for_targets_that_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
    asked = set(re.findall(r"(?:^|`)make ([a-z]+)", read(path), re.MULTILINE))

    assert asked <= targets


def test_the_readme_begins_with_the_two_commands() -> None:
    assert re.findall(r"^make ([a-z]+)", read(ROOT / "README.md"), re.MULTILINE) == ["run", "test"]


# ---- measures, pages, downloads


def exported(module: ModuleType) -> list[Any]:
    """What a module of measures offers: what it says it does, else its own public functions and classes."""
    if hasattr(module, "__all__"):
        named = [getattr(module, name) for name in module.__all__]
        return [each for each in named if callable(each)]
    public = [each for name, each in vars(module).items() if callable(each) and not name.startswith("_")]
    return [each for each in public if getattr(each, "__module__", None) == module.__name__]


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(analytics.__path__)])
def test_every_measure_is_in_the_reference(name: str) -> None:
    listed = set(re.findall(r"automodule:: ([\w.]+)", page("reference/measures")))

    module = importlib.import_module(f"analytics.{name}")
    elsewhere = {each.__module__ for each in exported(module)} - listed

    assert exported(module)
    assert module.__name__ in listed or not elsewhere


def test_every_download_is_documented() -> None:
    addresses = {code for row in rows(page("reference/downloads")) for code in codes(row[0])}
    tables = {"posts", "changes", *export_contents.LISTS}
    graphs = {f"{name}-graph" for name in export_contents.LISTS}

    assert {f"/download/<account>/{what}.<format>" for what in tables | graphs} <= addresses
    assert {f"/download/<account>/{what}.<format>" for what in CHARTS} <= addresses
    assert {f"/download/crosscheck/{what}.<format>" for what in crosscheck_tables.TABLES} <= addresses
    assert {f"/download/overview/{what}.<format>" for what in overview_tables.TABLES} <= addresses


def test_every_format_is_documented() -> None:
    text = page("reference/downloads")
    addresses = [row for row in rows(text) if row[0].startswith("`/download/<account>/")]

    for address, formats, *_ in addresses:
        assert formats == ("{{ graph_formats }}" if "-graph" in address else "{{ table_formats }}"), address
    assert substitutions()["table_formats"].split(", ") == [form.suffix for form in FORMATS.values() if form.table]
    assert substitutions()["graph_formats"].split(", ") == [form.suffix for form in FORMATS.values() if form.graph]


def test_every_format_of_graphs_is_described() -> None:
    described = {code for row in rows(section(page("reference/downloads"), "Graphs")) for code in codes(row[0])}

    assert described == {form.suffix for form in GRAPH_FORMATS}


@pytest.mark.parametrize(
    "columns",
    [export_contents.POST, export_contents.PERSON, export_contents.CHANGE, crosscheck.PERSON, crosscheck.PAIR],
    ids=["posts", "people", "changes", "people-of-all-services", "pairs"],
)
def test_every_column_of_a_download_is_described(columns: tuple[str, ...]) -> None:
    described = {code for row in rows(page("reference/downloads")) for code in codes(row[0])}

    assert set(columns) <= described


def test_every_page_is_documented() -> None:
    addresses = {code for row in rows(page("reference/pages")) for code in codes(row[0])}

    assert {f"/dashboard{one.PATH or one.TEMPLATE}" for one in PAGES_OF_DASHBOARD} <= addresses


def documented_addresses() -> list[str]:
    """The addresses of the reference, with something in place of what varies."""
    cells = [code for row in rows(page("reference/pages")) for code in codes(row[0]) if code.startswith("/")]
    return [re.sub(r"<\w+>", "1", code) for code in cells if "..." not in code]


def test_documented_addresses_exist() -> None:
    app = make_app("sqlite:///:memory:")
    addresses = documented_addresses()

    assert len(addresses) > 10
    for address in addresses:
        assert any(matches(app, address, method) for method in ("GET", "POST")), address
    close(app)


def matches(app: Flask, address: str, method: str) -> bool:
    """Whether some view answers at that address."""
    try:
        app.url_map.bind("localhost").match(address, method)
    except HTTPException:
        return False
    return True


# ---- the quick start


def uploads_of_the_quick_start() -> list[tuple[list[Path], dict[str, str]]]:
    """The files that are brought together, and what is said of them."""
    table = rows(section(page("quickstart"), "Bring an account"))[1:]
    cells = [[re.findall(r"`([^`]+)`", cell) for cell in row] for row in table]
    return [([ROOT / path for path in paths], {"handle": handle, "as_of": day}) for paths, [handle], [day] in cells]


@pytest.mark.slow
def test_who_follows_the_quick_start_finds_something_in_every_part(app: Flask) -> None:
    visitor = BrowserSession(app)
    visitor.register()

    for paths, said in uploads_of_the_quick_start():
        files = [(io.BytesIO(path.read_bytes()), path.name) for path in paths]
        visitor.send("/connect/csv", {"files": files, "service": "csv", **said})
        run_waiting(app, threading.Event())

    with app.app_context():
        owner = users.find_user(ADA["name"])
        assert owner is not None
        [account] = accounts.accounts(owner.id)
        assert [(row.state, row.report.n_skipped) for row in imports.imports(owner.id)] == [("done", 0)] * 2
    graphs = [f"{name}-graph" for name in export_contents.LISTS]
    parts = [*CHARTS, "posts", "changes", *export_contents.LISTS, *graphs]
    lengths = {part: visitor.get(f"/download/{account.id}/{part}.csv").text.count("\n") for part in parts}
    assert [part for part, lines in lengths.items() if lines < 3] == []


def test_the_quick_start_without_a_browser_brings_the_same() -> None:
    commands = section(page("quickstart"), "Without a browser").replace("\\\n", " ")
    brought = [line.split(" import csv ")[1].split() for line in commands.splitlines() if " import csv " in line]

    assert [(words[: words.index("--user")], words[-3], words[-1]) for words in brought] == [
        ([str(path.relative_to(ROOT)) for path in paths], said["handle"], said["as_of"])
        for paths, said in uploads_of_the_quick_start()
    ]


# ---- the text itself


def targets(path: Path) -> list[str]:
    """Where the links of a page go, without those to other sites."""
    return [link for link in LINK.findall(read(path)) if not re.match(r"[a-z]+:", link)]


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and MyST make them."""
    headings = re.findall(r"^#+ (.+)$", read(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", [*TOP, *PAGES], ids=names)
def test_internal_links_resolve(path: Path) -> None:
    for link in targets(path):
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path

        assert target.is_file(), link
        assert not anchor or anchor in anchors(target), link


def test_every_chapter_of_the_manual_has_small_pictures_in_both_themes() -> None:
    chapters = [path for path in (DOCS / "manual").glob("*.md") if path.stem != "index"]
    shown = {path: PICTURE.findall(read(path)) for path in (*chapters, ROOT / "README.md")}
    files = {path: {(path.parent / picture).resolve() for picture in pictures} for path, pictures in shown.items()}
    drawn = set((DOCS / "images").iterdir())

    assert set().union(*files.values()) == drawn
    assert all(2 <= len(each) <= 4 for each in files.values())
    assert max(file.stat().st_size for file in drawn) < 80_000
    assert sum(file.stat().st_size for file in drawn) < 1_200_000


@pytest.mark.parametrize("path", [*TOP, *PAGES], ids=names)
def test_no_page_names_a_path_of_one_machine(path: Path) -> None:
    assert not SYSTEM_PATH.findall(read(path))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        pytest.param("put it into /" + "etc/nginx", True, id="path"),
        pytest.param("open /" + "dashboard/user", False, id="address"),
        pytest.param("https://example.org/" + "home/ada", False, id="elsewhere"),
        pytest.param("%h/sociogram/" + "bin/flask", False, id="relative"),
    ],
)
def test_a_path_is_told_from_an_address(line: str, found: bool) -> None:
    assert bool(SYSTEM_PATH.search(line)) is found


def test_the_changelog_keeps_to_its_form() -> None:
    headings = re.findall(r"^##+ (.+)$", read(ROOT / "CHANGELOG.md"), re.MULTILINE)
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}

    assert headings[0] == "Unreleased"
    assert set(headings[1:]) <= kinds | {h for h in headings if re.match(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d$", h)}


@pytest.mark.parametrize("path", sorted((DOCS / "decisions").glob("[!i]*.md")), ids=names)
def test_a_decision_has_its_four_parts(path: Path) -> None:
    headings = re.findall(r"^## (.+)$", read(path), re.MULTILINE)

    assert [each for each in headings if each != "What it costs"] == [
        "Problem",
        "Options",
        "Choice",
        "What would change our mind",
    ]
