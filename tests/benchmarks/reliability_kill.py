"""kill -9 of the server and its workers in the middle of imports: the rows are those of an undisturbed one."""

from __future__ import annotations

import io
import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

from dashapp.imports.receive import receive
from dashapp.store import accounts, imports, people, posts, users
from tests.imports.test_killed_server import POSTS, TIES

from .reliability_server import OURS, Asked, Row, Server, World, private_postgres, serving, world

FILES = {"posts": POSTS, "ties": TIES}
LIMIT = 300.0  # seconds


def rows(asked: Asked) -> Iterator[Row]:
    """On SQLite, and on a Postgres of our own."""
    yield from killed(asked, "SQLite")
    with ExitStack() as stack:
        url = private_postgres(stack)
        if url is None:
            yield Row("kill -9 on Postgres", None, "no Postgres is installed")
        else:
            yield from killed(replace(asked, database=url), "Postgres")


def killed(asked: Asked, name: str) -> Iterator[Row]:
    """So many imports, each killed once while it runs: by turns the whole server and one worker."""
    dice, same, longest = random.Random(0), 0, 0.0
    with world(asked, peopled=False) as there:
        with serving(OURS, there.environ) as server:
            undisturbed = stored(there, *begun(there, "undisturbed"))
        for number in range(asked.kills):
            whole = number % 2 == 0
            with serving(OURS, there.environ) as server:
                owner, import_id = begun(there, f"killed{number}", wait=False)
                until(there, owner, import_id, lambda row: row.state == "running")
                time.sleep(dice.uniform(0, 4))
                kill(server, whole=whole)
                at = time.monotonic()
                if not whole:
                    after = stored(there, owner, import_id)
            if whole:
                with serving(OURS, there.environ):
                    after = stored(there, owner, import_id)
            longest = max(longest, time.monotonic() - at)
            same += after == undisturbed
    told = f"{same} of {asked.kills} have the rows of an undisturbed import; the longest ended {longest:.0f} s after"
    yield Row(
        f"kill -9 of the server or a worker, {asked.kills} times at random moments, {name}", same == asked.kills, told
    )


def begun(there: World, name: str, *, wait: bool = True) -> tuple[int, int]:
    """A user whose import waits."""
    with there.app.app_context():
        owner = users.add_user(name, "!")
        files = [(f"{kind}.csv", io.BytesIO(text.encode())) for kind, text in FILES.items()]
        [number] = receive(owner, files, options={"handle": "graph"}, ask=False)
    return owner, number


def until(there: World, owner: int, number: int, fits: object) -> None:
    """Waits for the import's row."""
    limit = time.monotonic() + LIMIT
    while time.monotonic() < limit:
        with there.app.app_context():
            row = imports.get_import(owner, number)
        if row is not None and (fits(row) or row.state in ("done", "failed")):  # type: ignore[operator]
            return
        time.sleep(0.2)


def stored(there: World, owner: int, number: int) -> tuple[object, ...]:
    """What there is when the import has ended."""
    until(there, owner, number, lambda row: row.state in ("done", "failed"))
    with there.app.app_context():
        row = imports.get_import(owner, number)
        found = accounts.accounts(owner)
        if row is None or not found:
            return ()
        account = found[0].id
        assessed, of = posts.progress(owner, account)
        handles = people.people(owner, account).set_index("person")["handle"]
        ties = people.ties(owner, account)
        named = sorted(zip(ties["source"].map(handles), ties["target"].map(handles), strict=True))
        return row.state, len(found), assessed, of, sorted(handles), named


def kill(server: Server, *, whole: bool) -> None:
    """Without a word."""
    if whole:
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
    else:
        random.choice(server.processes()[1:]).kill()
