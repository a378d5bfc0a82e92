"""What was tried, whether it held, and with which figure: a table for docs/reference/reliability.md.

    python -m tests.benchmarks.reliability [--only load,kill] [--seconds 60] [--write FILE]

Everything runs on this machine alone, on servers and databases of its own. Parts that are not run stay in the file as
they are, with the day on which they were.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from . import (
    reliability_clock,
    reliability_import,
    reliability_kill,
    reliability_load,
    reliability_pages,
    reliability_parts,
    reliability_refresh,
    reliability_size,
    reliability_storm,
)
from .reliability_server import Asked, OutOfTimeError, Row, at_most


@dataclass(frozen=True, slots=True)
class Part:
    """What is tried together."""

    title: str
    rows: Callable[[Asked], Iterable[Row]]
    minutes: int  # that it takes on two idle cores, as it is asked for without options


PARTS = {
    "pages": Part("Pages", reliability_pages.rows, 3),
    "load": Part("Load", reliability_load.rows, 5),
    "import": Part("Large imports", reliability_import.rows, 4),
    "kill": Part("Kills", reliability_kill.rows, 25),
    "parts": Part("Parts that are away", reliability_parts.rows, 2),
    "clock": Part("Other clocks", reliability_clock.rows, 4),
    "storm": Part("A service in trouble", reliability_storm.rows, 8),
    "refresh": Part("Daily refreshes", reliability_refresh.rows, 6),
    "size": Part("Bytes", reliability_size.rows, 4),
}
logger = logging.getLogger(__name__)
HELD = {True: "yes", False: "**no**", None: "–"}
HEAD = """# Reliability

What was tried, whether it met its goal, and with which figure. `python -m tests.benchmarks.reliability --write FILE`
writes this page, on your machine as on ours, all of it or some parts anew; it starts servers and databases of its own.

The goals: 20 requests a second (seven callbacks, two pages, one download of ten) with p95 within 300 ms, p99 within 1 s
and no error; 40 % of what a bare Dash application answers with a figure of 500 points, in the same minute; at most 400
MB in all processes, growing by at most 5 % in the second half of the load; pages' p95 at most 1.2 times as long while a
large import runs in at most 400 MB, and 1.5 times while a service refuses; rows that nothing loses or doubles, whatever
is killed; another clock does [what is documented](../how-to/host-elsewhere.md#clock). A mail may die with the process
that sends it, and never goes twice.

Visitors ask for the same again and again, so most callbacks are [kept answers](../decisions/kept-answers.md).
The program that asks runs on the same cores as the server. Ratios are of the same minutes; seconds depend on what else
the machine does.
"""
NOT_TRIED = """## Not tried

- More than one machine, a network between server and database, a router in front.
- More than an hour: slow growth of memory, rotation of logs, certificates that run out. After an hour of that load, on
  a machine that did much else in its first half, all processes held 342 MB, 13 % less than in its middle.
- Kills of Postgres itself, disks that lie about what is written, a machine without power.
- Celery workers under this load.
- A clock that jumps while a server runs: tests set it within one, and whole servers start by another, as the program
  `faketime` makes it.
- A flood from many addresses at once, which only a host's network can hold off.
- Real services: all storms are those of fakes, and daily refreshes read a fake of Bluesky, which answers at once.
"""


def main() -> None:
    """Runs the parts, one after the other; each is written as soon as it has ended."""
    takes = ", ".join(f"{name} {part.minutes}" for name, part in PARTS.items())
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"About so many minutes on two idle cores: {takes}.",
    )
    parser.add_argument("--only", default=",".join(PARTS), help="the parts, with commas between")
    parser.add_argument("--limit", type=float, default=20, help="minutes after which a row tells what it knows")
    parser.add_argument("--seconds", type=float, default=60, help="of load")
    parser.add_argument("--rate", type=float, default=20, help="requests a second")
    parser.add_argument("--kills", type=int, default=20, help="on each database")
    parser.add_argument("--storm", type=float, default=5, help="minutes of storms")
    parser.add_argument("--accounts", type=int, default=100, help="that are read again")
    parser.add_argument("--people", type=int, default=37_700, help="of the large account")
    parser.add_argument("--ties", type=int, default=289_003, help="of the large account")
    parser.add_argument("--posts", type=int, default=200_000, help="of a large import")
    parser.add_argument("--write", type=Path, help="the file to write; else it is printed")
    given = vars(parser.parse_args())
    chosen, limit, file = given.pop("only").split(","), given.pop("limit"), given.pop("write")
    asked = Asked(**given)
    known = sections(file.read_text()) if file and file.exists() else {}
    for part in [part for name, part in PARTS.items() if name in chosen]:
        before = os.getloadavg()[1]
        rows = table(tried(part, asked, limit))
        known[part.title] = "\n".join([machine(before), "", *rows])
        if file:
            file.write_text(page(known))
    if not file:
        print(page(known))


def tried(part: Part, asked: Asked, limit: float) -> Iterator[Row]:
    """The part's rows, each within so many minutes."""
    found = iter(part.rows(asked))
    while True:
        try:
            with at_most(limit):
                row = next(found, None)
        except OutOfTimeError:
            row = Row(part.title, False, f"nothing more was known after {limit:g} minutes")
        except Exception as error:  # the other parts are tried all the same
            logger.exception("%s broke off", part.title)
            row = Row(part.title, False, f"it broke off: {type(error).__name__}")
        if row is None:
            return
        print(line(row), file=sys.stderr, flush=True)
        yield row


def sections(text: str) -> dict[str, str]:
    """What stands in a page, by the titles of parts."""
    found = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)
    return {title: body.strip() for title, body in zip(found[1::2], found[2::2], strict=True)}


def page(known: Mapping[str, str]) -> str:
    """All parts, and what never was tried."""
    parts = [(part.title, known.get(part.title, "Not run yet.")) for part in PARTS.values()]
    return "\n".join([HEAD, *(f"## {title}\n\n{body}\n" for title, body in parts), NOT_TRIED])


def machine(before: float) -> str:
    """What it ran on, and what else that did."""
    today, python = f"{datetime.now(UTC):%-d %B %Y}", platform.python_version()
    load = f"{before:.1f} before, {os.getloadavg()[1]:.1f} at the end"
    return f"{today}, {os.cpu_count()} cores, Python {python}; load of the machine {load}."


def table(found: Iterable[Row]) -> list[str]:
    """The rows as Markdown."""
    return ["| tried | held | figure |", "| --- | --- | --- |", *map(line, found)]


def line(row: Row) -> str:
    """One of them."""
    return f"| {row.tried} | {HELD[row.held]} | {row.figure.replace('|', '/')} |"


if __name__ == "__main__":
    main()
