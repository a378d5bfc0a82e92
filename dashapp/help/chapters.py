"""Chapters of the documentation: Markdown in `docs`, as HTML with the application's own addresses."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.deflist import deflist_plugin

from ..settings import ROOT

DOCS = ROOT / "docs"
FOLDERS = ("manual", "how-to")  # what users need; the other folders need Sphinx, or are for whoever hosts it
INDEX = "index"
THEMES = ("light", "dark")
TOCTREE = "{toctree}"
IMAGES = DOCS / "images"
#: in two themes, as GitHub and Sphinx show it too; here it follows the theme that is chosen
PICTURE = re.compile(
    r'<picture>\s*<source media="\(prefers-color-scheme: dark\)" srcset="\.\./images/([\w-]+)-dark\.webp">\s*'
    r'<img src="\.\./images/\1-light\.webp" alt="([^"<>]+)" width="(\d+)" height="(\d+)">\s*</picture>\s*'
)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A page of the documentation."""

    folder: str
    name: str
    title: str
    html: str
    chapters: Sequence[str]  # those that an index lists, in its order


def chapter(folder: str, name: str = INDEX) -> Chapter | None:
    """A chapter; None if there is none of that name, or it is not for users."""
    return _chapter(folder, name) if (folder, name) in _sources() else None


@cache
def _chapter(folder: str, name: str) -> Chapter:
    tokens = _parser().parse(_source(folder, name), {})
    listed = [page for token in tokens if token.info == TOCTREE for page in _pages(token.content)]
    _link(tokens, folder)
    return Chapter(folder, name, _title(tokens), _parser().renderer.render(tokens, _parser().options, {}), listed)


def contents(folder: str) -> list[Chapter]:
    """The chapters of a folder in the order of its index."""
    index = chapter(folder)
    listed = [chapter(folder, name) for name in index.chapters] if index else []
    return [each for each in listed if each]


@cache
def _sources() -> frozenset[tuple[str, str]]:
    """What exists: a name that a visitor sends is looked up here, and never becomes a path."""
    return frozenset((folder, path.stem) for folder in FOLDERS for path in (DOCS / folder).glob("*.md"))


def _source(folder: str, name: str) -> str:
    return (DOCS / folder / f"{name}.md").read_text(encoding="utf-8")


@cache
def pictures() -> frozenset[str]:
    """The names of the files of pictures."""
    return frozenset(path.name for path in IMAGES.glob("*.webp"))


@cache
def _parser() -> MarkdownIt:
    """The Markdown that the documentation is written in; of its own HTML only pictures are drawn."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").disable("html_inline").use(deflist_plugin)
    parser.use(anchors_plugin, max_level=3)
    rules = {"fence": _fence, "html_block": _html, "table_open": _table_open, "table_close": _table_close}
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    return parser


def _title(tokens: Sequence[Token]) -> str:
    first = next(at for at, token in enumerate(tokens) if token.type == "heading_open")
    return "".join(part.content for part in tokens[first + 1].children or [])


def _pages(toctree: str) -> list[str]:
    return [line for line in toctree.split() if not line.startswith(":") and not line.isdigit()]


def _link(tokens: Sequence[Token], folder: str) -> None:
    """Leads links to the chapters that are here; what a link to another page says stays as text."""
    for token in tokens:
        ends = []
        for part in token.children or []:
            if part.type == "link_open":
                address = _address(str(part.attrs["href"]), folder)
                part.tag, part.attrs = ("a", {"href": address}) if address else ("span", {})
                ends.append(part.tag)
            elif part.type == "link_close":
                part.tag = ends.pop()


def _address(href: str, folder: str) -> str | None:
    if href.startswith(("#", "https://")):
        return href
    page, _, section = href.partition("#")
    place, name = posixpath.split(posixpath.normpath(posixpath.join(folder, page)))
    if not page.endswith(".md") or (place, name.removesuffix(".md")) not in _sources():
        return None
    return f"/help/{place}/{name.removesuffix('.md')}" + (f"#{section}" if section else "")


def _fence(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """Code; and for Sphinx's list of pages one of ours is drawn beside the text (`contents`)."""
    return "" if tokens[at].info == TOCTREE else f"<pre><code>{escapeHtml(tokens[at].content)}</code></pre>\n"


def _html(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """A picture in both themes, of which a browser loads the one that it shows; anything else is text."""
    if not (found := PICTURE.fullmatch(tokens[at].content)):
        return f"<p>{escapeHtml(tokens[at].content)}</p>\n"
    name, told, width, height = found.groups()
    shown = f'alt="{told}" width="{width}" height="{height}" loading="lazy"'
    drawn = (f'<img class="sg-in-{theme}" src="/help/images/{name}-{theme}.webp" {shown}>' for theme in THEMES)
    return f"<p>{''.join(drawn)}</p>\n"


def _table_open(*_: Any) -> str:
    """Wide tables are scrolled by themselves, by keyboard too."""
    return '<div class="sg-scroll" tabindex="0" role="region" aria-label="Table"><table>\n'


def _table_close(*_: Any) -> str:
    return "</table></div>\n"
