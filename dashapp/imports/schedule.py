"""What happens to accounts by themselves: they are read again every day, and analysed again after a release."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from ..store import accounts, imports
from .receive import queue_live

DAY = timedelta(days=1)
AT_ONCE = 3  # analyses after a release: users' own imports wait behind them
JITTER = timedelta(hours=1)  # accounts that came in the same minute need not be read in the same one


def next_refresh() -> datetime:
    """A day ahead, more or less."""
    return datetime.now(UTC) + DAY + JITTER * random.uniform(-1, 1)  # noqa: S311 - no secret


def queue_due() -> list[int]:
    """Queues an import for each account whose refresh is due; each account once, whoever asks. Their ids."""
    return [
        queue_live(
            account.owner_id,
            service=account.service,
            handle=account.handle,
            host=account.host,
            connection=account.connection_id,
            account_id=account.id,
        )
        for account in iter(lambda: accounts.claim_due(DAY), None)
    ]  # one at a time: a process that is killed costs one of them its day, and not all


def queue_outdated() -> list[int]:
    """Queues the analysis of some of the accounts whose results an older version made. Their imports' ids."""
    return imports.add_outdated(most=AT_ONCE, why="results were out of date")
