"""Puts the demo into the database, by the way of any import: batches, merge, analysis."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

from ..imports.distinct_records import DistinctRecords
from ..imports.jobs import run
from ..store import imports, users
from ..store.merge import MergeInput, merge
from .generate import COMPLETE, NAME, NOTE, PROFILES, VERSION, DemoAccount, State, demo_accounts
from .posts import TIME_ZONE

USER = f"{NAME} (demo)"  # no name that anybody could choose
NO_PASSWORD = "!"  # no hash looks like this, so nothing matches it  # noqa: S105
LASTS = timedelta(days=30)  # then the newest post looks old
STALE = timedelta(hours=1)  # a load that was stopped left its user behind; a shorter one may still be going on
STATES = 2 * len(PROFILES)


class DemoError(Exception):
    """The demo could not be analysed; the message says where."""


def load_demo(stamp: datetime) -> int:
    """The id of the demo's user; made, or made anew if it is of another version or older than 30 days."""
    former = users.demo_user()
    if former is not None and _is_fresh(former, stamp):
        return former
    owner = users.add_user(users.free_name(USER), NO_PASSWORD)  # the former one goes when this one is whole
    users.change_user(owner, time_zone=TIME_ZONE)
    try:
        for account in demo_accounts(stamp.date()):
            _load(owner, account, stamp.date())
    except Exception:
        users.delete_user(owner)
        raise
    users.change_user(owner, is_demo=True)  # only now, so nobody sees half of it
    _delete_others(owner, stamp)
    return owner


def _is_fresh(owner: int, stamp: datetime) -> bool:
    rows = [row for row in imports.imports(owner, limit=1_000) if row.export == "demo"]
    days = {date.fromisoformat(row.options["day"]) for row in rows if row.options.get("version") == VERSION}
    return len(rows) == STATES and len(days) == 1 and abs(stamp.date() - days.pop()) < LASTS


def _load(owner: int, account: DemoAccount, day: date) -> None:
    earlier = _merged(owner, account.earlier, day)
    imports.end_import(earlier, 1, state="done")
    later = _merged(owner, account.later, day)
    imports.release(later, 1)  # a thread of the server may take it from here: it does the same
    row = imports.claim(later)
    if row is not None:
        run(row, stopping=threading.Event())
    ended = imports.get_import(owner, later)
    if ended is not None and ended.state == "failed":
        raise DemoError(f"The demo's {account.service} account could not be analysed: see the log.")


def _merged(owner: int, state: State, day: date) -> int:
    """An import of that state, merged, with lease 1. It is never queued before: nobody else knows how to read it."""
    options = {"version": VERSION, "day": day.isoformat()}
    name = f"{state.profile.service} as of {state.profile.as_of:%Y-%m-%d}"
    import_id = imports.add_import(owner, export="demo", filename=name, options=options)
    imports.change_import(import_id, state="running", lease=1)
    distinct = DistinctRecords()
    for number, batch in enumerate(state.batches()):
        imports.keep_batch(import_id, 1, number, batch, new=distinct.add(batch))
    merge(
        MergeInput(
            import_id=import_id,
            lease=1,
            owner=owner,
            source="demo",
            profile=state.profile,
            complete=COMPLETE,
            notes=[NOTE],
        )
    )
    return import_id


def _delete_others(owner: int, stamp: datetime) -> None:
    """Former demos, and what loads that were stopped left."""
    for user in users.users_of_hash(NO_PASSWORD):
        is_over = user.is_demo or stamp - user.created_at > STALE
        if user.id != owner and is_over:
            users.delete_user(user.id)
