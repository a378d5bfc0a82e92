"""What stands in the repository: the folders of the design, no trace of one machine, locks that a build can trust."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {"dashapp", "analytics", "tests", "docs", "assets", "migrations", ".ci", ".github"}
FILES = {
    "Procfile", "Procfile.windows", "app.json", "runtime.txt", ".python-version", "environment.yml",
    ".readthedocs.yaml",
    "requirements.txt", "requirements.in", "requirements-test.in", "requirements-test.txt",
    "pyproject.toml", "Makefile", ".gitignore", ".gitattributes", ".editorconfig",
    "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md",
}  # fmt: skip
TEXT = {
    "", ".cfg", ".css", ".csv", ".html", ".in", ".ini", ".js", ".json", ".mako", ".md", ".py", ".rst", ".svg", ".toml",
    ".txt", ".xml", ".yml",
}  # fmt: skip
FOREIGN = ("assets/vendor/",)  # as their authors made them
LOCKS = {"requirements.txt": "requirements.in", "requirements-test.txt": "requirements-test.in"}
#: a home or scratch folder of the machine that something was written on
MACHINE_PATH = re.compile(r"(?<![\w.:/}-])/(?:work|root|home|Users|tmp)/\w|[A-Z]:\\\\?Users\\")
INDEX_LINE = re.compile(r"^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host|--pre)\b|://", re.MULTILINE)


@cache
def files() -> tuple[str, ...]:
    """What is in the repository or about to be."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip(f"git does not list the files: {listing.stderr.strip()}")
    return tuple(name for name in listing.stdout.splitlines() if (ROOT / name).is_file())


def requirements(name: str) -> list[Requirement]:
    """The requirements of a file, without hashes and remarks."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line.rstrip(" \\")) for line in lines if re.match(r"[A-Za-z0-9]", line)]


def test_the_top_level_holds_only_the_rooms_of_the_design() -> None:
    folders = {name.split("/")[0] for name in files() if "/" in name}
    top = {name for name in files() if "/" not in name}

    assert folders <= FOLDERS
    assert top <= FILES


def test_no_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    ours = [name for name in files() if Path(name).suffix in TEXT and not name.startswith(FOREIGN)]
    found = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name in ours
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]

    assert not found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        pytest.param("see /" + "home/ada/notes", True, id="home"),
        pytest.param('open("/' + 'tmp/x")', True, id="scratch"),
        pytest.param("GET https://example.social/" + "home/ada", False, id="address"),
        pytest.param("the network/" + "home/ada", False, id="slash-in-a-word"),
    ],
)
def test_a_machine_path_is_told_from_an_address(line: str, found: bool) -> None:
    assert bool(MACHINE_PATH.search(line)) is found


@pytest.mark.parametrize("name", [*LOCKS, *LOCKS.values()])
def test_requirements_leave_the_choice_of_index_to_the_machine(name: str) -> None:
    assert not INDEX_LINE.search((ROOT / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_is_exact_and_hashed(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^[A-Za-z0-9][^\n]*(?:\n[ \t][^\n]*)*", text, re.MULTILINE)

    assert pins
    assert all(re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+", pin) for pin in pins)
    assert all("--hash=sha256:" in pin for pin in pins)


@pytest.mark.parametrize(("lock", "source"), LOCKS.items(), ids=LOCKS)
def test_the_lock_has_what_its_source_asks_for(lock: str, source: str) -> None:
    pins = [pin for pin in requirements(lock) if not pin.marker or pin.marker.evaluate()]
    versions = {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin in pins}

    for wish in requirements(source):
        assert wish.specifier.contains(versions[canonicalize_name(wish.name)]), f"{wish}: run `make lock`"


def test_both_locks_pin_a_shared_package_alike() -> None:
    first, second = ({(pin.name, str(pin.specifier)) for pin in requirements(name)} for name in LOCKS)
    shared = {name for name, _ in first} & {name for name, _ in second}

    assert shared
    assert {pin for pin in first if pin[0] in shared} == {pin for pin in second if pin[0] in shared}
