"""Draws the landing page's picture anew from the demo's friend graph: `python -m tests.landing_picture`."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from dashapp.demo import load_demo
from dashapp.settings import ROOT
from dashapp.store import accounts
from tests.conftest import close, make_app, migrate
from tests.dashboard.downloads import sign_in

PICTURE = ROOT / "dashapp" / "templates" / "public" / "sociogram.svg"
SERVICE = "mastodon"
SIDE, MARGIN = 640, 16
COLOURS = 6  # of the style sheet; communities behind the last share the grey
NAMES = 5  # of the best connected, each of another community


def drawn(graph: dict[str, Any]) -> str:
    """The graph as SVG. `data-ties` has for each tie the numbers of its two people, as they stand in the picture."""
    ranks = {name: rank for rank, (name, _) in enumerate(Counter(n["community"] for n in graph["nodes"]).most_common())}
    joined = [node for node in graph["nodes"] if node["degree"]]
    people = sorted(joined, key=lambda node: (ranks[node["community"]], -node["degree"], node["id"]))
    left, low = (min(node[axis] for node in people) for axis in "xy")
    scale = (SIDE - 2 * MARGIN) / max(
        max(node[axis] for node in people) - least for axis, least in zip("xy", (left, low), strict=True)
    )
    places = [(MARGIN + (n["x"] - left) * scale, MARGIN + (n["y"] - low) * scale) for n in people]
    height = round(max(y for _, y in places)) + MARGIN
    number = {node["id"]: at for at, node in enumerate(people)}
    ties = sorted({tuple(sorted((number[tie["source"]], number[tie["target"]]))) for tie in graph["links"]})
    path = "".join("M{:.0f} {:.0f}L{:.0f} {:.0f}".format(*places[one], *places[other]) for one, other in ties)
    dots = "\n".join(
        f'<circle class="sg-c{min(ranks[node["community"]], COLOURS)}" cx="{x:.0f}" cy="{y:.0f}" '
        f'r="{max(node["size"] * scale, 3):.1f}"><title>{escape(node["label"])}</title></circle>'
        for node, (x, y) in zip(people, places, strict=True)
    )
    named = [(at, node["community"]) for at, node in enumerate(people) if node["label"] != node["handle"]]
    best = {community: at for at, community in reversed(named)}
    names = "\n".join(
        '<text data-person="{}" x="{:.0f}" y="{:.0f}" dy="1.1em">{}</text>'.format(
            at, *places[at], escape(people[at]["label"])
        )
        for at in sorted(best.values())[:NAMES]
    )
    numbers = " ".join(f"{one} {other}" for one, other in ties)
    return (
        f'<svg class="sg-sociogram" viewBox="0 0 {SIDE} {height}" role="img" data-ties="{numbers}" '
        f"aria-label=\"The demo's graph: {len(people)} invented people as dots, joined by {len(ties)} lines where one "
        f'follows the other, in a colour for each community.">\n'
        f'<path class="sg-tie" d="{path}"/>\n{dots}\n{names}\n</svg>\n'
    )


def main() -> None:
    """Loads the demo into a database of its own, and writes the picture."""
    with tempfile.TemporaryDirectory() as folder:
        migrate(url := f"sqlite:///{Path(folder) / 'demo.sqlite'}")
        app = make_app(url)
        with app.app_context():
            owner = load_demo(datetime(2026, 1, 1, tzinfo=UTC))
            account = next(row for row in accounts.accounts(owner) if row.service == SERVICE)
        graph = sign_in(app, owner).get(f"/download/{account.id}/friends-graph.json").get_json()
        close(app)
    PICTURE.write_text(drawn(graph), encoding="utf-8")


if __name__ == "__main__":
    main()
