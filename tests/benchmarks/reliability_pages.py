"""What pages cost: CPU of their answers at first and again, for few people and for many, and how many a second."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from dashapp.store import accounts
from tests.dashboard.dash_client import Page
from tests.dashboard.downloads import sign_in

from .bare_dash import body
from .reliability_server import (
    BARE,
    OURS,
    SESSIONS,
    UPDATE,
    Asked,
    Row,
    World,
    as_many,
    bodies,
    serving,
    visitor,
    world,
)

TIMES = 15  # of which the least counts: what else the machine does costs too
MOST_RATIO = 1.5  # of the CPU for many people to that for few
SERVICE = "mastodon"  # the account of the demo that is looked at
SECONDS = 10.0  # of each rate


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of CPU of an answer that is made, and of one that is kept."""

    first: float
    again: float

    def __str__(self) -> str:
        return f"{self.first:.0f} / {self.again:.1f} ms"


#: by page, and how many a second at least
GOALS = {"overview": (Cost(80, 20), 100), "account": (Cost(120, 30), 60), "graph": (Cost(50, 20), 60)}


def rows(asked: Asked) -> Iterator[Row]:
    """Of the demo, and of the account with very many people."""
    with ExitStack() as stack:
        there = stack.enter_context(world(asked))
        with there.app.app_context():
            small = next(row.id for row in accounts.accounts(there.demo) if row.service == SERVICE)
        few, many = costs(there, there.demo, small, SERVICE), costs(there, there.owner, there.large, "csv")
        for name, (goal, _) in GOALS.items():
            held = few[name].first <= goal.first and few[name].again <= goal.again
            yield Row(f"the {name} of the demo, CPU at first / again", held, f"{few[name]}; goal {goal}")
        for name in ("account", "graph"):
            ratio = many[name].again / few[name].again
            told = f"{many[name]}; {many[name].first / few[name].first:.1f} × and {ratio:.1f} × that of the demo"
            yield Row(f"the {name} of {asked.people:,} people, CPU at first / again", ratio <= MOST_RATIO, told)
        yield from rates(stack, there, small)


def costs(there: World, owner: int, account: int, service: str) -> dict[str, Cost]:
    """In this process, by page."""
    page = Page(sign_in(there.app, owner))
    answers = there.app.extensions["answers"]

    def cost(asked: dict[str, Any], *, kept: bool) -> float:
        if not kept:
            answers.clear()
        began = time.process_time()
        assert page.post(asked).status_code == 200
        return 1000 * (time.process_time() - began)

    return {
        name: Cost(*(min(cost(asked, kept=kept) for _ in range(TIMES)) for kept in (False, True)))
        for name, asked in bodies(page, account, service).items()
        if name in GOALS
    }


def rates(stack: ExitStack, there: World, account: int) -> Iterator[Row]:
    """Of two processes with five threads each, for ten who ask without pause; a bare application in the same minute."""
    server = stack.enter_context(serving(OURS, there.environ))
    bare = stack.enter_context(serving(BARE, {}, path="/"))
    page, who = Page(sign_in(there.app, there.demo)), visitor(there, there.demo, account, SERVICE)
    known = {"cookies": who.cookies, "headers": {"X-CSRFToken": who.token, "Accept-Encoding": "gzip"}}

    def a_second(address: str, what: dict[str, Any], **options: Any) -> float:
        return as_many(SECONDS, lambda: SESSIONS.session.post(address, json=what, timeout=60, **options))

    figure = a_second(f"{bare.base}/_dash-update-component", body("figure.figure"))
    for name, asked in bodies(page, account, SERVICE).items():
        if name in GOALS:
            rate, least = a_second(server.base + UPDATE, asked, **known), GOALS[name][1]
            told = f"{rate:.0f}; goal {least}; bare Dash {figure:.0f} (500-point figure): {rate / figure:.0%}"
            yield Row(f"the {name} of the demo, answers a second, ten at a time", rate >= least, told)
