"""A storm at a service, as `tests.benchmarks.storms` makes it: what other pages notice, and who calls too early."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

from tests.conftest import ROOT

from .reliability_server import Asked, Row

MOST_RATIO = 1.5  # of the other pages' p95


def rows(asked: Asked) -> Iterator[Row]:
    """All kinds, one after the other."""
    minutes = asked.seconds / 60
    command = [sys.executable, "-m", "tests.benchmarks.storms", "--minutes", f"{minutes:g}", "--users", "5"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=1_800)
    p95 = [int(found) for found in re.findall(r"p95 (\d+) ms", run.stdout)]
    wrong = [int(found) for found in re.findall(r"own 5xx (\d+)", run.stdout)]
    early = [int(found) for found in re.findall(r"(\d+) too early", run.stdout)]
    if run.returncode or len(p95) != 2 or len(wrong) != 2:
        yield Row("a storm at a service", False, f"it did not end: {run.stderr[-200:]!r}")
        return
    same = re.search(r"after: *(\d+ of \d+)", run.stdout)
    ratio = p95[1] / p95[0]
    told = f"own 5xx {sum(wrong)}, other pages' p95 {p95[1]} ms ({ratio:.1f} × that before), {sum(early)} too early"
    told += f", {same[1]} imports end as undisturbed ones" if same else ""
    held = not sum(wrong) and not sum(early) and ratio <= MOST_RATIO
    yield Row(f"refusals, silence, broken and huge answers of a service for {minutes:g} minutes", held, told)
