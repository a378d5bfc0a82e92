"""The scripts of Dash and of its component libraries: what a page begins with, and what it fetches when it needs it."""

from __future__ import annotations

import re

#: what a page does without: a polyfill for browsers of before 2018, a table that none of ours has, and the grid, which
#: assets/on-sight.js fetches where there is one
UNUSED = ("/deps/polyfill", "/dash_table/", "/dash_ag_grid/")
TAG = re.compile(r'<script src="([^"]+)"></script>\s*')


def at_once(tags: str) -> list[str]:
    """Of the scripts that Dash would put into a page, the addresses of those that it needs, in their order."""
    return [address for address in TAG.findall(tags) if not any(part in address for part in UNUSED)]


def grid(tags: str) -> str:
    """The address of the grid's."""
    return next(str(address) for address in TAG.findall(tags) if "/dash_ag_grid/" in address)


def inline(tags: str) -> str:
    """The scripts that stand in the page itself."""
    return TAG.sub("", tags)
