"""No request takes much more memory than it may have bytes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT

MEMORY = 64  # MB


@pytest.mark.slow
def test_no_large_body_takes_much_memory(sqlite_url: str) -> None:
    command = [sys.executable, "-m", "tests.large_bodies", sqlite_url]

    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    said = json.loads(run.stdout)
    assert len(said) == 20
    assert {name: answer for name, (answer, _) in said.items() if answer not in (400, 413)} == {}
    assert {name: took for name, (_, took) in said.items() if took > MEMORY} == {}
