"""What was tried, whether it held, and with which figure: a table for docs/reference/reliability.md.

    python -m tests.benchmarks.reliability [--only load,kill] [--seconds 60] [--write FILE]

Everything runs on this machine alone, on servers and databases of its own.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from . import (
    reliability_import,
    reliability_kill,
    reliability_load,
    reliability_parts,
    reliability_refresh,
    reliability_size,
    reliability_storm,
)
from .reliability_server import Asked, Row

PARTS: dict[str, Callable[[Asked], Iterable[Row]]] = {
    "load": reliability_load.rows,
    "import": reliability_import.rows,
    "kill": reliability_kill.rows,
    "parts": reliability_parts.rows,
    "storm": reliability_storm.rows,
    "refresh": reliability_refresh.rows,
    "size": reliability_size.rows,
}
HELD = {True: "yes", False: "**no**", None: "–"}
HEAD = """# Reliability

What was tried, whether it met its goal, and with which figure. `python -m tests.benchmarks.reliability` writes this
page anew, on your machine as on ours; it starts servers and databases of its own.

The goals: 20 requests a second (seven callbacks, two pages, one download of ten) with p95 within 300 ms, p99 within
1 s and no error; 40 % of what a bare Dash application answers with a figure of 500 points, in the same minute; at most
400 MB in all processes, growing by at most 5 %; pages' p95 at most 1.2 times as long while a large import runs in at
most 400 MB, and 1.5 times while a service refuses; rows that nothing loses or doubles, whatever is killed.

Visitors ask for the same again and again, so most callbacks are [kept answers](../decisions/kept-answers.md).
The program that asks runs on the same cores as the server. Ratios are of the same minute; seconds depend on what else
the machine does.
"""
NOT_TRIED = """## Not tried

- More than one machine, a network between server and database, a router in front.
- An hour and more: slow growth of memory, rotation of logs, certificates that run out.
- Kills of Postgres and Redis themselves, disks that lie about what is written, a machine without power.
- Celery workers: neither under this load, nor killed.
- Other clocks in whole servers, as the program `faketime` makes them: tests set the clock within one.
- A flood from many addresses at once, which only a host's network can hold off.
- Real services: all storms are those of fakes.
"""


def main() -> None:
    """Runs the parts, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS), help="the parts, with commas between")
    parser.add_argument("--seconds", type=float, default=60, help="of load, and of a storm")
    parser.add_argument("--rate", type=float, default=20, help="requests a second")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--people", type=int, default=37_700)
    parser.add_argument("--ties", type=int, default=289_003)
    parser.add_argument("--posts", type=int, default=200_000)
    parser.add_argument("--write", type=Path, help="the file to write; else it is printed")
    given = parser.parse_args()
    asked = Asked(given.seconds, given.people, given.ties, given.posts, given.kills, given.rate)
    chosen = [part for part in PARTS if part in given.only.split(",")]
    found = []
    for part in chosen:
        for row in PARTS[part](asked):
            found.append(row)
            print(line(row), file=sys.stderr, flush=True)
    text = "\n".join([HEAD, machine(), "", table(found), "", *left_out(chosen), NOT_TRIED])
    if given.write:
        given.write.write_text(text)
    else:
        print(text)


def machine() -> str:
    """What it ran on, and what else that did."""
    busy = os.getloadavg()[2]
    cores = os.cpu_count() or 1
    return (
        f"{datetime.now(UTC):%-d %B %Y}, {cores} cores, Python {platform.python_version()}, the machine's load in the "
        f"last quarter of an hour {busy:.1f}{'' if busy > 2 * cores else ', most of it these programs'}."
    )


def table(found: Iterable[Row]) -> str:
    """The rows as Markdown."""
    return "\n".join(["| tried | held | figure |", "| --- | --- | --- |", *map(line, found)])


def line(row: Row) -> str:
    """One of them."""
    return f"| {row.tried} | {HELD[row.held]} | {row.figure.replace('|', '/')} |"


def left_out(chosen: list[str]) -> list[str]:
    """The parts that were not asked for."""
    missing = [part for part in PARTS if part not in chosen]
    return [f"Left out of this run: {', '.join(missing)}.", ""] if missing else []


if __name__ == "__main__":
    main()
