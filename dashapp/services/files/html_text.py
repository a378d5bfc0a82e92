"""The text of what a service keeps as HTML, and its links.

Not by the standard library's parser: up to 3.13.5 it takes seconds for 100 kB of tags that do not end, and stops with
an AssertionError at some. Services send clean markup, of which only breaks and paragraphs matter here.
"""

from __future__ import annotations

import html
import re

LARGEST = 100_000  # characters: a post has some 500
#: Neither a tag nor a quoted attribute reaches over the next "<", so the time grows with the length alone.
TAG = re.compile(r"""<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*|!)(?:[^<>"']|"[^"<]*"|'[^'<]*')*>""")
#: what servers write for programs that know no quotes: of Mastodon a paragraph, of others a span
QUOTE = re.compile(r"""\bclass=["'][^"']*\bquote-inline\b""", re.I)
LINK = re.compile(r"""\bhref=(?:"([^"]*)"|'([^']*)')""", re.I)
#: links to who is spoken of, and to a word that is searched for
MENTION = re.compile(r"""\bclass=["'][^"']*\b(?:mention|hashtag)\b""", re.I)
BLOCKS = frozenset({"p", "div", "li", "blockquote", "pre"})


def text_of(markup: str) -> str:
    """The words of the markup; breaks and ends of paragraphs become line ends. The line for a quote is left out."""
    text = TAG.sub(_line_end, _without_quote(markup[:LARGEST]))
    return html.unescape(text).strip()


def links_of(markup: str) -> list[str]:
    """Where its links lead, but for mentions and hashtags."""
    tags = (tag[0] for tag in TAG.finditer(markup[:LARGEST]) if tag["name"].lower() == "a")
    found = (LINK.search(tag) for tag in tags if not MENTION.search(tag))
    return [html.unescape(link[1] or link[2] or "") for link in found if link]


def _without_quote(markup: str) -> str:
    """The markup without the first element of that class, if it has an end."""
    tags = TAG.finditer(markup) if QUOTE.search(markup) else ()
    start = next((tag for tag in tags if QUOTE.search(tag[0])), None)
    if start is None:
        return markup
    depth = 1
    for tag in TAG.finditer(markup, start.end()):
        if tag["name"].lower() == start["name"].lower():
            depth += -1 if tag["end"] else 1
        if depth == 0:
            return f"{markup[: start.start()]}{markup[tag.end() :]}"
    return markup


def _line_end(tag: re.Match[str]) -> str:
    name = tag["name"].lower()
    return "\n" if name == "br" or (tag["end"] and name in BLOCKS) else ""
