"""When workers sweep: Celery's own scheduler, which only does not wait for a clock that was set back."""

from __future__ import annotations

from typing import Any

from celery.beat import Scheduler

from . import SWEEP


class Beat(Scheduler):
    """It keeps nothing on the disk, so that each start begins anew."""

    def tick(self, **options: Any) -> float:
        """Sends what is due; the seconds until the next."""
        pause: float = super().tick(**options)
        if pause <= SWEEP:
            return pause
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now()
        self.populate_heap()
        return float(super().tick(**options))
