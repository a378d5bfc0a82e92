"""What the C library keeps of memory that is not used any more: left to itself, as much as was ever used at once."""

from __future__ import annotations

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8  # glibc's numbers for them
LARGE = 262_144  # bytes of a block that goes back at once, and of what is kept at the end of a heap
HEAPS = 2  # of all threads together


def bound() -> None:
    """Has large blocks given back to the system, such as those of hashes and frames; before threads start."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):  # not in musl
        for option, value in ((M_MMAP_THRESHOLD, LARGE), (M_TRIM_THRESHOLD, LARGE), (M_ARENA_MAX, HEAPS)):
            libc.mallopt(option, value)
