"""A copy of the tree, changed by a recipe of CONTRIBUTING.md: in the files that it lists, and in nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

CHANGED = ("CONTRIBUTING.md", "README.md", "analytics", "assets", "dashapp", "docs", "migrations", "tests")
BUILT = shutil.ignore_patterns("_build")  # what is compiled comes along: compiling takes longer than the toys


@dataclass(frozen=True, slots=True)
class Toy:
    """What somebody adds by a recipe."""

    recipe: str
    key: str  # its name in those of files
    files: Mapping[str, str | Callable[[str], str]]  # path -> its text, or what becomes of it

    def listed(self) -> set[str]:
        """The files that CONTRIBUTING.md lists for it."""
        text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition(f"\n### {self.recipe}\n")[2]
        steps = re.findall(r"^- ((?:`[^`]+`(?:, )?)+):", re.split(r"\n##+ ", text)[0], re.MULTILINE)
        paths = {path for step in steps for path in re.findall(r"`([^`]+)`", step)}
        return {re.sub("<key>|<name>", self.key, path).replace("<number>", "9999") for path in paths}

    def add(self, folder: Path) -> None:
        """Writes what its author writes, where the recipe says so."""
        for path in self.listed() & set(self.files):
            target, content = folder / path, self.files[path]
            target.parent.mkdir(exist_ok=True)
            target.write_text(content if isinstance(content, str) else content(target.read_text("utf-8")), "utf-8")


def copied(folder: Path) -> Path:
    """The tree in a new folder, to change as one likes."""
    folder.mkdir()
    for path in ROOT.iterdir():
        if path.name in CHANGED and path.is_dir():
            shutil.copytree(path, folder / path.name, ignore=BUILT)
        elif path.name in CHANGED:
            shutil.copy2(path, folder / path.name)
        elif not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    return folder


def run(folder: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What Python makes of the code in the copy."""
    work = [sys.executable, "-c", code, *arguments]
    return subprocess.run(work, cwd=folder, capture_output=True, text=True, timeout=250, check=False)


def behind(anchor: str, added: str) -> Callable[[str], str]:
    """Adds a line behind the first one that holds something."""

    def edit(text: str) -> str:
        found = re.search(rf"^.*{re.escape(anchor)}.*\n", text, re.MULTILINE)
        assert found, anchor
        return text[: found.end()] + added + text[found.end() :]

    return edit


def edited(*edits: Callable[[str], str]) -> Callable[[str], str]:
    """One edit after the other."""

    def edit(text: str) -> str:
        for each in edits:
            text = each(text)
        return text

    return edit


def replaced(old: str, new: str) -> Callable[[str], str]:
    """Puts something in place of what stands there once."""

    def edit(text: str) -> str:
        assert text.count(old) == 1, old
        return text.replace(old, new)

    return edit
