"""What each chart and each table of a page offers to take away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .dash_client import Page, parts

CHART = {"png", "svg", "csv", "json"}
TABLE = {"csv", "json"}
#: its data comes with its drawing, by list
GRAPH = "chart-graph"
LISTS = ("sg-overview", "sg-posts sg-ranked")


def tables(layout: Any) -> Iterator[dict[str, Any]]:
    """The cards of a page that hold a table, but for those under a chart."""
    for one in parts(layout):
        inside = [each["props"] for each in parts(one)]
        is_card = "sg-card" in str(one["props"].get("className")) and one["type"] != "Figure"
        if is_card and any(each.get("rowModelType") or each.get("className") in LISTS for each in inside):
            yield one


def missing(page: Page, address: str) -> list[str]:
    """What of a page cannot be taken away in all its formats, or under several names."""
    layout = page.open(address)
    found = []
    for one in parts(layout):
        if one["type"] == "Figure" and one["props"].get("id") != GRAPH:
            formats = taken(page, one)
            names = {name for name, _ in formats}
            if {form for _, form in formats} != CHART or len(names) > 1:
                found.append(f"{one['props'].get('id')}: {sorted(formats)}")
    for each in tables(layout):
        formats = taken(page, each)
        if not {form for _, form in formats} >= TABLE:
            found.append(f"{each['type']} with a table: {sorted(formats)}")
    return found


def taken(page: Page, card: dict[str, Any]) -> set[tuple[str, str]]:
    """The names and the formats of all that a card offers."""
    inside = [each["props"] for each in parts(card)]
    pictures = {(each["data-name"], each["data-image"]) for each in inside if "data-image" in each}
    links = [each["href"] for each in inside if str(each.get("href", "")).startswith("/download/")]
    return pictures | {called(page, link) for link in links}


def called(page: Page, link: str) -> tuple[str, str]:
    """How the file at that address is called, and its format."""
    response = page.client.get(link)
    assert response.status_code == 200, link
    name, _, form = response.headers["Content-Disposition"].rpartition("''")[2].rpartition(".")
    return name, form
