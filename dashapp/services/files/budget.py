"""What an upload may cost while somebody waits: bytes unpacked, whatever was promised, and seconds of work."""

from __future__ import annotations

import math
import time

from ..errors import ExportError

LEAST, PER_BYTE, MOST = 256 << 20, 50, 16 << 30  # posts as JSON pack about 1:20
MEMBER = 4096  # bytes that a member of a gzip file counts, and a header of a tar: an empty one takes time too
TOO_LONG = (
    "The upload takes too long to unpack: upload only its data files, without pictures and videos, "
    "or download the export again from the service itself."
)


class Budget:
    """What is left of it for an upload of that many bytes."""

    def __init__(self, sent: int, *, seconds: float = math.inf) -> None:
        self.left = min(max(LEAST, sent * PER_BYTE), MOST)
        self._until = time.thread_time() + seconds  # of work: a busy machine is not the upload's fault

    def spend(self, unpacked: int) -> None:
        """Takes so many bytes off. Raises `ExportError` where nothing is left."""
        self.left -= unpacked
        if self.left < 0 or time.thread_time() > self._until:
            raise ExportError(TOO_LONG)
