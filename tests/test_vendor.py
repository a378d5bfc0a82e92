"""The third-party browser files: their versions, no code made from text, compressed copies of the same bytes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import brotli
import pytest
from plotly.offline import get_plotlyjs_version

VENDOR = Path(__file__).resolve().parent.parent / "assets" / "vendor"
SERVED = sorted(path for path in VENDOR.glob("*.min.*") if path.suffix != ".br")
RECIPE = json.loads((VENDOR / "package.json").read_text())


@pytest.fixture(scope="module", params=["plotly", "scattergl"])
def plotly(request: pytest.FixtureRequest) -> str:
    """A file of plotly.js, as text: its core, and the traces that a graph needs besides."""
    return read(request.param)


def read(name: str) -> str:
    (bundle,) = VENDOR.glob(f"{name}-*.min.js")
    return bundle.read_text(encoding="utf-8")


def by_name(path: Path) -> str:
    return path.name


def test_the_files_served_are_those_of_the_versions_in_the_recipe():
    versions = RECIPE["devDependencies"]

    assert [path.name for path in SERVED] == [
        f"bootstrap-{versions['bootstrap']}.min.css",
        f"plotly-{versions['plotly.js']}.min.js",
        f"scattergl-{versions['plotly.js']}.min.js",
    ]


def test_bundle_is_of_the_version_inside_the_plotly_package(plotly):
    banner = re.match(r"/\*\*\n\* plotly\.js \(.*\) v(\S+)\n", plotly)

    assert banner is not None
    assert banner[1] == get_plotlyjs_version() == RECIPE["devDependencies"]["plotly.js"]


def test_bundle_keeps_its_licence(plotly):
    assert "Licensed under the MIT license" in plotly[:400]
    assert "Bundled license information" in plotly


def test_what_scattergl_takes_from_the_core_is_there():
    taken = set(re.findall(r"Plotly\.parts\[\"([^\"]+)\"\]", read("scattergl")))

    assert taken
    assert taken <= set(re.findall(r'"(node_modules/[^"]+)":', read("plotly")))


def test_bundle_makes_no_code_from_text(plotly):
    assert re.findall(r"\bnew\s+Function\b|(?<![\w$.])eval\(", plotly) == []


def test_scattergl_brings_its_shader_programs_compiled():
    """The ordinary one has none, and draws nothing under a policy without unsafe-eval."""
    programs = set(re.findall(r"\b[0-9a-f]{64}\b", read("scattergl")))

    assert len(programs) >= 10


def test_bootstrap_keeps_its_licence_and_names_its_version():
    (sheet,) = VENDOR.glob("bootstrap-*.min.css")
    text = sheet.read_text(encoding="utf-8")

    assert f"Bootstrap  v{RECIPE['devDependencies']['bootstrap']} " in text[:200]
    assert "Licensed under MIT" in text[:400]


@pytest.mark.parametrize("path", SERVED, ids=by_name)
def test_compressed_copy_holds_the_same_bytes(path):
    packed = path.with_name(f"{path.name}.br").read_bytes()

    assert brotli.decompress(packed) == path.read_bytes()


@pytest.mark.parametrize("path", SERVED, ids=by_name)
def test_file_asks_for_no_source_map(path):
    assert "sourceMappingURL" not in path.read_text(encoding="utf-8")


def test_bootstrap_fetches_nothing():
    (sheet,) = VENDOR.glob("bootstrap-*.min.css")
    sources = re.findall(r"url\([\"']?(\w+)", sheet.read_text(encoding="utf-8"))

    assert set(sources) == {"data"}


def test_lock_file_names_no_package_registry():
    assert '"resolved"' not in (VENDOR / "package-lock.json").read_text()
