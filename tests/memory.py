"""How much memory a piece of work takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")
LINUX = Path("/proc/self/clear_refs")


def grown_by(work: Callable[[], Result]) -> tuple[Result, int]:
    """What it gives, and by how many MiB the process was larger meanwhile than before."""
    if LINUX.exists():
        LINUX.write_text("5")  # the highest so far is what there is now
    before = highest()
    result = work()
    return result, highest() - before


def highest() -> int:
    """MiB. A child's ru_maxrss begins with that of its parent, so on Linux the kernel's own mark is read."""
    import resource  # Windows has none

    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) >> 10
