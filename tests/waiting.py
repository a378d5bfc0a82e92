"""Waiting for what other threads and processes do."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 200.0  # seconds, after which something will never happen


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Looks again and again."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
