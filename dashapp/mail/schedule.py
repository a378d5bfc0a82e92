"""When weekly e-mails go, and what becomes of those that do not."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app

from ..store import weekly_mails
from ..store.database import is_away
from ..store.rows import WeeklyMailRow
from .delivery import NotDeliveredError, deliver
from .messages import weekly
from .week import DAYS, week

logger = logging.getLogger(__name__)
WEEK = timedelta(days=DAYS)
EARLIEST = time(6)  # on Monday, where the user lives
SPREAD = 180  # minutes: those of all users need not go at once
LEAST = WEEK / 2  # after a mail that went late, until the next one
#: after each try that failed; after the last one it is left for the next week
WAITS = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=12))


def next_time(owner: int, time_zone: str, after: datetime) -> datetime:
    """The next Monday morning, for a user always at the same minute."""
    zone = ZoneInfo(time_zone)
    day = after.astimezone(zone).date()
    monday = day - timedelta(days=day.weekday())
    mornings = (datetime.combine(monday + weeks * WEEK, EARLIEST, tzinfo=zone) for weeks in (0, 1))
    times = (morning.astimezone(UTC) + timedelta(minutes=owner % SPREAD) for morning in mornings)
    return next(at for at in times if at > after)


def send_due(stopping: threading.Event) -> int:
    """Sends what is due, one mail after the other; how many have gone."""
    if not current_app.config["MAIL_URL"]:
        return 0
    weekly_mails.drop_unconfirmed()
    n_sent = 0
    while not stopping.is_set() and (row := weekly_mails.first_due()) is not None:
        claimed = next_time(row.owner_id, row.time_zone, datetime.now(UTC) + LEAST)
        if not weekly_mails.claim(row, claimed):  # another process is at it, and goes on with the others
            break
        n_sent += _send(row, claimed)
    return n_sent


def _send(row: WeeklyMailRow, claimed: datetime) -> bool:
    """Sends that mail, unless there is nothing to tell."""
    try:
        told = week(row.owner_id, row.time_zone, since=row.sent_at or datetime.now(UTC) - WEEK)
        if told is None:
            return False
        deliver(weekly(row, told))
    except NotDeliveredError as error:
        _leave(row, claimed, error)
        return False
    except Exception as error:  # the others' mails go all the same
        if is_away(error):
            raise
        logger.exception("weekly mail of user=%s failed", row.owner_id)
        return False
    weekly_mails.note_sent(row.owner_id, claimed)
    return True


def _leave(row: WeeklyMailRow, claimed: datetime, error: NotDeliveredError) -> None:
    """A mail that certainly has not gone is tried again, so many times; one that may have gone never is."""
    due_at = claimed
    if not error.is_permanent and row.tries < len(WAITS):
        due_at = datetime.now(UTC) + WAITS[row.tries]
        weekly_mails.try_again(row, claimed, due_at)
    logger.warning("weekly mail of user=%s not sent (%s), due again at %s", row.owner_id, error, due_at)
