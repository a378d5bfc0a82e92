"""Mixed load, how it compares with a bare Dash application in the same minute, memory, and many sign-ins."""

from __future__ import annotations

import io
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

import requests

from dashapp.imports import run_waiting
from dashapp.imports.receive import receive
from dashapp.store import accounts, users

from .bare_dash import body
from .reliability_server import (
    BARE,
    OURS,
    SESSIONS,
    UPDATE,
    Asked,
    Row,
    Seen,
    Server,
    Visitor,
    World,
    as_many,
    at_rate,
    large_graph,
    many_posts,
    serving,
    visitor,
    world,
)

MOST_P95, MOST_P99 = 300, 1_000  # ms
LEAST_SHARE = 0.4  # of the bare application's rate
MOST_MEMORY, MOST_GROWTH = 400, 0.05  # MB; of it in the second half
FLOOD = 50  # sign-ins
OWNERS, SMALL = 48, Asked(posts=300, people=150, ties=600)  # of an account of that size each


def rows(asked: Asked) -> Iterator[Row]:
    """Load, rates, memory, sign-ins."""
    with ExitStack() as stack:
        there = stack.enter_context(world(asked))
        known = crowd(there)
        server = stack.enter_context(serving(OURS, there.environ))
        at_rate(replace(asked, seconds=5), server.base, known)  # everything is loaded then
        half = replace(asked, seconds=asked.seconds / 2)
        began, cpu = server.memory(), server.cpu()
        first = at_rate(half, server.base, known)
        middle = server.memory()
        second = at_rate(half, server.base, known)
        grown = server.memory()
        seen = Seen(first.seconds + second.seconds, first.errors + second.errors)
        each = 1000 * (server.cpu() - cpu) / max(len(seen.seconds), 1)
        good = seen.quantile(95) <= MOST_P95 and seen.quantile(99) <= MOST_P99 and not seen.errors
        what = f"{asked.rate:.0f} requests a second for {asked.seconds:.0f} s, {len(known)} visitors"
        wrong = f" ({', '.join(sorted(set(seen.errors))[:3])})" if seen.errors else ""
        yield Row(what, good, f"{seen.line()}{wrong}, {each:.0f} ms of CPU each")
        yield beside_bare(server, known, asked)
        yield from sign_ins(server, known, asked)
        ended = server.memory()
        growth = (grown - middle) / middle
        told = (
            f"{began:.0f} MB, {grown:.0f} after the load ({growth:+.1%} in its second half), {ended:.0f} after sign-ins"
        )
        yield Row("memory of all processes (PSS)", ended <= MOST_MEMORY and growth <= MOST_GROWTH, told)


def crowd(there: World) -> list[Visitor]:
    """Fifty: owners who look at their own account each, and two who look at the large one."""
    files = [(name, stream.read()) for name, stream in (*many_posts(SMALL), *large_graph(SMALL))]
    with there.app.app_context():
        owners = [users.add_user(users.free_name("Bob"), "!") for _ in range(OWNERS)]
        for owner in owners:
            upload = [(name, io.BytesIO(data)) for name, data in files]
            receive(owner, upload, options={"handle": "p0", "mutual": "1"}, ask=False)
        run_waiting(there.app, threading.Event())
        small = [(owner, row.id) for owner in owners for row in accounts.accounts(owner)]
    few = visitor(there, there.owner, there.large, "csv")
    return [visitor(there, owner, account, "csv") for owner, account in small] + [few] * 2


def beside_bare(server: Server, known: list[Visitor], asked: Asked) -> Row:
    """Rates of ten who ask without pause: callbacks of ours, and a figure of 500 points of a bare application."""
    seconds = min(asked.seconds / 4, 15)
    small, dice = known[0], random.Random(0)

    def ours() -> None:
        what, headers = dice.choice(small.callbacks), {"X-CSRFToken": small.token}
        SESSIONS.session.post(server.base + UPDATE, json=what, headers=headers, cookies=small.cookies, timeout=60)

    with serving(BARE, {}, path="/") as bare:

        def tiny() -> None:
            SESSIONS.session.post(f"{bare.base}/_dash-update-component", json=body("tiny.children"), timeout=60)

        def figure() -> None:
            SESSIONS.session.post(f"{bare.base}/_dash-update-component", json=body("figure.figure"), timeout=60)

        rates = [as_many(seconds, what) for what in (tiny, figure, ours)]
    share = rates[2] / rates[1]
    told = f"{rates[2]:.0f} a second; bare Dash {rates[1]:.0f} (500-point figure), {rates[0]:.0f} (a word): {share:.0%}"
    return Row(
        "callbacks of an account of 300 posts and 150 people, ten at a time, beside bare Dash",
        share >= LEAST_SHARE,
        told,
    )


def sign_ins(server: Server, known: list[Visitor], asked: Asked) -> Iterator[Row]:
    """A flood of wrong passwords, and what others notice."""
    statuses: list[int] = []

    def try_one(number: int) -> None:
        with requests.Session() as session:
            token = (
                session.get(f"{server.base}/signin", timeout=60).text.split('name="csrf_token"')[1].split('value="')[1]
            )
            told = {"csrf_token": token.split('"')[0], "name": f"a{number}", "password": "wrong guess"}
            statuses.append(session.post(f"{server.base}/signin", data=told, timeout=60).status_code)

    with ThreadPoolExecutor(8) as pool:
        flood = [pool.submit(try_one, number) for number in range(FLOOD)]
        seen = at_rate(asked, server.base, known, until=lambda: all(each.done() for each in flood))
        for each in flood:
            each.result()
    hashed = sum(status == 422 for status in statuses)
    kinds = {status: statuses.count(status) for status in sorted(set(statuses))}
    held = hashed <= 40 and set(statuses) <= {422, 429} and not seen.errors  # 20 a process, without Redis
    yield Row(f"{FLOOD} wrong sign-ins from one address at once", held, f"answers {kinds}; others: {seen.line()}")
