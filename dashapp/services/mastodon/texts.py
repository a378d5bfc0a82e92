"""The words of an author, out of what servers tell: HTML, with signs and lines in it that programs put there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..files.html_text import text_of
from ..files.values import as_dict, as_list, body, label

#: The line for programs that know no quotes, where its markup does not say what it is.
QUOTE_LINE = re.compile(r"RE:\s*(\S+)", re.I)
QUOTES = ("quote", "quoteUrl", "quoteUri", "quote_url", "_misskey_quote")
SHORTCODE = re.compile(r"(?<![ \u200b])[ \u200b]*:([\w.+-]{1,100}):\u200b*")


def written(record: Mapping[str, Any], markup: Any) -> str:
    """A text of the post or the account: without quote line and custom emojis, as the record tells them."""
    lines = text_of(body(markup)).split("\n")
    for at in (0, -1):
        line = QUOTE_LINE.fullmatch(lines[at].strip())
        if line and line[1] in _quoted(record):
            lines[at] = ""
    return _without_emojis(record, "\n".join(lines)).strip()


def post_text(note: Mapping[str, Any], warning: Any) -> str:
    """The text of a post, its content warning in front."""
    parts = (_without_emojis(note, body(warning)).strip(), written(note, note.get("content")))
    return "\n\n".join(filter(None, parts))


def display_name(account: Mapping[str, Any], name: Any) -> str | None:
    """A name on one line, without custom emojis."""
    return label(_without_emojis(account, body(name)))


def _without_emojis(record: Mapping[str, Any], text: str) -> str:
    codes = set(_shortcodes(record)) if SHORTCODE.search(text) else set()
    return SHORTCODE.sub(lambda found: "" if found[1] in codes else found[0], text) if codes else text


def _shortcodes(record: Mapping[str, Any]) -> Iterator[str]:
    """As the interface names them, and as ActivityPub does."""
    for each in map(as_dict, as_list(record.get("emojis"))):
        yield body(each.get("shortcode"))
    tags = record.get("tag")
    for each in map(as_dict, tags if isinstance(tags, list) else [tags]):
        if each.get("type") == "Emoji":
            yield body(each.get("name")).strip(":")
    yield from as_dict(record.get("emoji"))


def _quoted(record: Mapping[str, Any]) -> Iterator[str]:
    """Addresses of a quoted post."""
    for name in QUOTES:
        quote = record.get(name)
        post = as_dict(as_dict(quote).get("quoted_status")) or as_dict(quote)
        yield from filter(None, (body(quote), body(post.get("url")), body(post.get("uri")), body(post.get("id"))))
