"""A toy measure, chart, page and format, and what somebody does with them."""

from __future__ import annotations

from dashapp.store.results import VERSION

from .copied_tree import Toy, behind, edited, replaced

MEASURE = '''"""Toys: which kinds of posts there are."""

from __future__ import annotations

import pandas as pd


def toys(posts: pd.DataFrame) -> pd.DataFrame:
    """Posts by kind.

    Parameters
    ----------
    posts : DataFrame
        As `frames.POSTS`.

    Returns
    -------
    DataFrame
        ``kind`` and ``posts``, the number of its posts; no rows without posts.
    """
    return posts.groupby("kind", as_index=False).size().rename(columns={"size": "posts"})
'''
MEASURED = '''"""Toys, counted by hand."""

import pandas as pd

from analytics.toy import toys


def test_toys_are_counted_by_kind():
    assert toys(pd.DataFrame({"kind": ["post", "reply", "post"]})).to_dict("list") == {
        "kind": ["post", "reply"], "posts": [2, 1],
    }
'''
FIGURE = '''"""Which kinds of posts there are."""

from __future__ import annotations

import pandas as pd

from .style import Figure, figure


def toy(counts: pd.DataFrame, *, theme: str) -> Figure:
    """A bar a kind."""
    return figure(theme, [{"type": "bar", "x": counts["kind"].to_numpy(), "y": counts["posts"].to_numpy()}])
'''
DRAWN = '''"""The figure of toys."""

import pandas as pd

from dashapp.dashboard.figures.toy import toy
from tests.dashboard.dash_client import as_plotly


def test_every_kind_has_a_bar():
    drawn = as_plotly(toy(pd.DataFrame({"kind": ["post"], "posts": [2]}), theme="light"))

    assert list(drawn.data[0].y) == [2]
'''
DECLARED = """TOY = Chart(
    name="toys",
    title="Toy chart",
    frames=("toys",),
    box=lambda view: ChartBox(summary="Toys by kind.", height=200),
    figure=lambda view: toy(view.of_period("toys"), theme=view.theme),
    table=chart_tables.toys,
    rows=partial(chart_tables.of_period, name="toys"),
)
"""
TABLE = '''

def toys(view: AccountView) -> pd.DataFrame:
    """Posts by kind."""
    return view.of_period("toys").rename(columns={"kind": "Toy", "posts": "Posts"})
'''
PAGE = '''"""The page of toys."""

from __future__ import annotations

from typing import Any

from dash import Dash, html

PATH, TEMPLATE, TITLE = "/user/toys", None, "Toys · Sociogram"


def layout(**_parameters: Any) -> html.Div:
    """All toys."""
    return html.Div([html.H1("A page of toys")])


def register(_app: Dash) -> None:
    """Toys answer to no clicks."""
'''
OPENED = '''"""The page of toys."""

from dashapp.dashboard.pages import toys


def test_the_page_has_a_heading():
    assert toys.layout().children[0].children == "A page of toys"
'''
FORMAT = '''"""Toys: the first column alone."""

from __future__ import annotations

from collections.abc import Iterator

from .records import Graph, Table, portions


def table(rows: Table) -> Iterator[bytes]:
    """A toy a line."""
    return portions(f"toy {row[rows.columns[0]]}\\n" for row in rows.rows)


def graph(drawn: Graph) -> Iterator[bytes]:
    """A tie of toys a line."""
    return portions(f"{edge.source} plays with {edge.target}\\n" for edge in drawn.edges)
'''
WRITTEN = '''"""The format of toys."""

from dashapp.dashboard.formats.records import Table
from dashapp.dashboard.formats.toy import table


def test_every_row_is_a_toy():
    assert b"".join(table(Table(["a"], [{"a": 1}]))) == b"toy 1\\n"
'''
OFFERED = """        Format(label="Toy", suffix="toy", mimetype="text/plain", table=toy.table, graph=toy.graph),
"""
TOYS = (
    Toy(
        "A measure",
        "toy",
        {
            "analytics/toy.py": MEASURE,
            "tests/analytics/test_toy.py": MEASURED,
            "docs/reference/measures.md": lambda text: text + "\n```{eval-rst}\n.. automodule:: analytics.toy\n```\n",
            "dashapp/imports/analysis.py": edited(
                replaced(
                    "from analytics import frames, text, timeline", "from analytics import frames, text, timeline, toy"
                ),
                behind('"hashtags": text.hashtags', '        "toys": toy.toys(part),\n'),
            ),
            "dashapp/store/results.py": edited(
                replaced(f"\nVERSION = {VERSION}\n", f"\nVERSION = {VERSION + 1}\n"),
                behind("dict.fromkeys(_NAMES", f'    | {{"toys": {VERSION + 1}}}\n'),
            ),
        },
    ),
    Toy(
        "A chart",
        "toy",
        {
            "dashapp/dashboard/figures/toy.py": FIGURE,
            "tests/dashboard/figures/test_toy.py": DRAWN,
            "dashapp/dashboard/chart_tables.py": lambda text: text + TABLE,
            "dashapp/dashboard/sections/posts.py": edited(
                behind("from ..figures.rhythm", "from ..figures.toy import toy\n"),
                replaced("PARTS = (", DECLARED + "PARTS = (TOY, "),
                behind("TIMELINE.of(view)", "        TOY.of(view),\n"),
            ),
            "docs/reference/downloads.md": behind(
                "/mentions.<format>",
                "| `/download/<account>/toys.<format>` | {{ table_formats }} | `period` | toys |\n",
            ),
        },
    ),
    Toy(
        "A page",
        "toys",
        {
            "dashapp/dashboard/pages/toys.py": PAGE,
            "tests/dashboard/pages/test_toys.py": OPENED,
            "dashapp/dashboard/pages/__init__.py": edited(
                replaced(
                    "import account, all_services, compare, crosscheck, overview",
                    "import account, all_services, compare, crosscheck, overview, toys",
                ),
                replaced(
                    "(overview, all_services, compare, crosscheck, account)",
                    "(overview, all_services, compare, crosscheck, account, toys)",
                ),
            ),
            "docs/reference/pages.md": behind("/dashboard/user/<service>", "| `/dashboard/user/toys` | toys |\n"),
        },
    ),
    Toy(
        "A format",
        "toy",
        {
            "dashapp/dashboard/formats/toy.py": FORMAT,
            "tests/dashboard/formats/test_toy.py": WRITTEN,
            "dashapp/dashboard/formats/__init__.py": edited(
                replaced("import csv, gexf, graphml, json", "import csv, gexf, graphml, json, toy"),
                behind("graph=graphml.graph", OFFERED),
            ),
            "docs/reference/downloads.md": behind("| `graphml` |", "| `toy` | toys |\n"),
            "docs/manual/downloads.md": replaced("GEXF (Gephi), GraphML.", "GEXF (Gephi), GraphML, toys."),
        },
    ),
)
#: what somebody does who works from a signed-in browser; and what is done for the toys' documentation
USE = """
import threading
from dashapp import imports
from dashapp.imports import run_waiting, sweep
from dashapp.store import results, users
from dashapp.store.results import FRAMES, VERSION
from tests import test_docs
from tests.analytics.test_toy import test_toys_are_counted_by_kind
from tests.dashboard.dash_client import Page, has_id, links, text
from tests.dashboard.downloads import add_analysed_account, sign_in
from tests.dashboard.figures.test_toy import test_every_kind_has_a_bar
from tests.dashboard.formats.test_toy import test_every_row_is_a_toy
from tests.dashboard.pages.test_toys import test_the_page_has_a_heading

with app.app_context():
    owner = users.add_user("Ada", "!")
    account = add_analysed_account(owner)
    kept = results.read(owner, account, *(name for name in FRAMES if name != "toys"))
    results.save(owner, account, kept, version=VERSION - 1)
page = Page(sign_in(app, owner))
chart = {"type": "chart", "chart": "toys"}
address = f"user/mastodon?account={account}&period=all"

old = page.open(address)
assert "Toy chart This part was not stored" in text(old), text(old)
imports.GRACE = 0  # seconds, in which processes of the version before may still run
sweep(app)
assert run_waiting(app, threading.Event()) == 1
new = page.open(address)
assert has_id(new, chart) and not has_id(old, chart)
shown = {"account": account, "period": "all", "unit": "day"}
opened = {"type": "table-open", "chart": "toys"}
values = {
    '{"chart":["MATCH"],"type":"table-open"}.n_clicks': 1,
    '{"chart":["MATCH"],"type":"table-open"}.id': opened,
    "account-shown.data": shown,
}
table = page.answer('{"chart":["MATCH"],"type":"table"}.children', values, match="toys")
assert "Toy Posts post 2 reply 1 repost 1" in text(next(iter(table.values()))["children"]), table
rows = page.client.get(f"/download/{account}/toys.csv").text.split()
assert rows == ["\\ufeffkind,posts", "post,2", "reply,1", "repost,1"], rows

assert page.client.get("/dashboard/user/toys").status_code == 200
assert text(page.open("user/toys")) == "A page of toys"

offered = links(new)
for what, expected in {"followers": "toy bob", "followers-graph": "bob plays with carol"}.items():
    assert f"/download/{account}/{what}.toy" in offered, offered
    assert expected in page.client.get(f"/download/{account}/{what}.toy").text

for test in (
    test_toys_are_counted_by_kind, test_every_kind_has_a_bar, test_every_row_is_a_toy, test_the_page_has_a_heading,
    test_docs.test_every_download_is_documented, test_docs.test_every_format_is_documented,
    test_docs.test_every_format_of_graphs_is_described, test_docs.test_every_page_is_documented,
):
    test()
test_docs.test_every_measure_is_in_the_reference("toy")
"""
