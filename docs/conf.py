"""How Sphinx builds this documentation: `make docs`, warnings are errors."""

from __future__ import annotations

import pprint
import re
import shutil
import sys
import textwrap
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from dashapp.dashboard.formats import GRAPH_FORMATS, TABLE_FORMATS  # noqa: E402 - found by the path above
from dashapp.services.csv_files.columns import COLUMNS  # noqa: E402
from dashapp.settings import Config  # noqa: E402

project = "Sociogram"
author = "The Sociogram authors"
project_copyright = "The Sociogram authors"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
source_suffix = {".md": "markdown"}

html_theme = "furo"
html_title = "Sociogram"
html_favicon = "../assets/icon.svg"
html_show_sphinx = False
html_copy_source = False
html_math_renderer = "mathml"
pygments_style = "friendly"
pygments_dark_style = "monokai"

myst_enable_extensions = ["colon_fence", "deflist", "substitution"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_default_options = {"no-value": True}
autodoc_typehints = "none"  # the docstrings say more: units, ranges, when a value is undefined
add_module_names = False
default_role = "code"
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def settings_table() -> str:
    """Every setting, in the words of the code."""
    rows = [(f"`{name}`", meaning) for name, meaning in Config.DOCUMENTED.items()]
    return table(("variable", "meaning"), rows)


def csv_names_table() -> str:
    """Every column of a CSV file, with the other names by which it is known."""
    rows = [
        (kind, f"`{column}`", ", ".join(f"`{other}`" for other in others.split()))
        for kind, columns in COLUMNS.items()
        for column, others in columns.items()
    ]
    return table(("file", "column", "also"), rows)


def list_references(_app: Any, _what: str, _name: str, _obj: Any, _options: Any, lines: list[str]) -> None:
    """Makes a list of the references: as footnotes, those of two functions on one page would have the same number."""
    lines[:] = [re.sub(r"^(\s*)\.\. \[\d+\] ", r"\1#. ", line) for line in lines]


def tell_value(_app: Any, what: str, _name: str, obj: Any, _options: Any, lines: list[str]) -> None:
    """Shows a constant as it is written, where Sphinx would sort it; the empty line hides a colon from napoleon."""
    if what == "data":
        value = pprint.pformat(obj, sort_dicts=False, width=100)
        lines[:] = ["", *lines, "", ".. code-block:: python", "", *textwrap.indent(value, "   ").splitlines(), ""]


def math(translator: Any, node: nodes.math) -> None:
    """Formulas as MathML, which browsers draw themselves: no page of ours asks another host for anything."""
    translator.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def math_block(translator: Any, node: nodes.math_block) -> None:
    """A formula on a line of its own."""
    translator.body.append(f"<p>{tex2mathml(node.astext(), as_block=True)}</p>")
    raise nodes.SkipNode


def copy_images(app: Any, problem: Exception | None) -> None:
    """Pictures in two themes stand in the pages as HTML, which Sphinx does not look into."""
    if problem is None:
        shutil.copytree(ROOT / "docs" / "images", Path(app.outdir) / "images", dirs_exist_ok=True)


def setup(app: Any) -> None:
    """Adds all of it to Sphinx."""
    app.connect("build-finished", copy_images)
    app.add_html_math_renderer("mathml", inline_renderers=(math, None), block_renderers=(math_block, None))
    for change in (list_references, tell_value):
        app.connect("autodoc-process-docstring", change, priority=400)  # before napoleon


myst_substitutions = {
    "settings": settings_table(),
    "csv_names": csv_names_table(),
    "table_formats": ", ".join(form.suffix for form in TABLE_FORMATS),
    "graph_formats": ", ".join(form.suffix for form in GRAPH_FORMATS),
}
