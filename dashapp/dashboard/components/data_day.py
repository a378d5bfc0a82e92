"""Of which day the data of an account is, as far as it tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ...store.rows import AccountRow
from .numbers import day


def data_day(account: AccountRow, time_zone: str, write: Callable[[datetime | None, str], str] = day) -> str:
    """Data of 3 March 2025; where the data does not tell, of when its files are, or when it was imported."""
    if account.as_of:
        return f"data of {write(account.as_of, time_zone)}"
    return f"{'files of' if account.files_at else 'imported on'} {write(account.data_at, time_zone)}"
