"""Texts inside XML 1.0: escaped, and without the characters that no XML may hold."""

from __future__ import annotations

import re

_FORBIDDEN = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_REPLACEMENT = "\ufffd"
_IN_TEXT = re.compile(f"[{_FORBIDDEN}]")
_IN_KEY = re.compile(f"[{_FORBIDDEN}{_REPLACEMENT}]")
_ESCAPED = re.compile('[&<>"\t\n\r]')
_SPECIAL = re.compile(f'[{_FORBIDDEN}{_REPLACEMENT}&<>"\t\n\r]')  # one look is enough for nearly all


def escaped(text: str) -> str:
    """The text for an element or an attribute in double quotes; a replacement character for what XML forbids."""
    return _with_references(_IN_TEXT.sub(_REPLACEMENT, text)) if _SPECIAL.search(text) else text


def escaped_key(key: str) -> str:
    """The same for a node's id: two that differ only in what XML forbids stay two."""
    if not _SPECIAL.search(key):
        return key
    return _with_references(_IN_KEY.sub(lambda found: f"{_REPLACEMENT}{ord(found[0]):04x}", key))


def _with_references(text: str) -> str:
    return _ESCAPED.sub(lambda found: f"&#{ord(found[0])};", text)
