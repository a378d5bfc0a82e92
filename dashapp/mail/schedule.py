"""When weekly e-mails go, and what becomes of those that do not."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

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
    zone = _zone(time_zone)
    day = after.astimezone(zone).date()
    monday = day - timedelta(days=day.weekday())
    mornings = (datetime.combine(monday + weeks * WEEK, EARLIEST, tzinfo=zone) for weeks in (0, 1))
    times = (morning.astimezone(UTC) + timedelta(minutes=owner % SPREAD) for morning in mornings)
    return next(at for at in times if at > after)


def follow_time_zone(owner: int) -> None:
    """The next mail goes on the same Monday of the calendar that the user has chosen now."""
    row = weekly_mails.find(owner)
    if row is not None and row.due_at is not None:
        weekly_mails.move(row, next_time(owner, row.time_zone, row.due_at - LEAST))


def _zone(name: str) -> ZoneInfo:
    """The time zone, or UTC if this host does not know it any more."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def send_due(stopping: threading.Event) -> int:
    """Sends what is due, one mail after the other; how many have gone."""
    if not current_app.config["MAIL_URL"]:
        return 0
    weekly_mails.drop_unconfirmed()
    n_sent = 0
    while not stopping.is_set() and (row := weekly_mails.first_due()) is not None:
        message = _made(row)  # before it is claimed: a database that goes away meanwhile loses no mail
        claimed = next_time(row.owner_id, row.time_zone, datetime.now(UTC) + LEAST)
        if not weekly_mails.claim(row, claimed):  # another process is at it, and goes on with the others
            break
        n_sent += message is not None and _send(row, message, claimed)
    return n_sent


def _made(row: WeeklyMailRow) -> EmailMessage | None:
    """That mail; None if there is nothing to tell, or it is not due yet by the clock as it is set now."""
    at = datetime.now(UTC)
    if row.due_at is None or row.due_at > at:
        return None
    since = row.sent_at if row.sent_at and row.sent_at < at else at - WEEK
    try:
        told = week(row.owner_id, _zone(row.time_zone).key, since=since)
        return None if told is None else weekly(row, told)
    except Exception as error:  # the others' mails go all the same
        if is_away(error):
            raise
        logger.exception("weekly mail of user=%s failed", row.owner_id)
        return None


def _send(row: WeeklyMailRow, message: EmailMessage, claimed: datetime) -> bool:
    try:
        deliver(message)
    except NotDeliveredError as error:
        _leave(row, claimed, error)
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
