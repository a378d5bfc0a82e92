"""A live import: the reader's steps are kept one by one; a new account's first look is merged early, all at the end."""

from __future__ import annotations

import logging
import math
import random
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Any

import orjson
from flask import current_app

from ..oauth import tokens
from ..services import live_of, service_of
from ..services.errors import UNAUTHORIZED, DeniedError, RateLimitedError, ServiceError, UnavailableError
from ..services.files.values import EARLIEST
from ..services.reading import Coverage, Reader, Step, Target
from ..services.records import Batch, Person, Profile, Whereabouts
from ..store import accounts, imports, people
from ..store.database import is_misdated
from ..store.merge import MergeInput, is_told_more, merge
from ..store.rows import AccountRow, ImportRow, KnownTies
from . import quotas
from .cross_check import analyse_and_compare
from .distinct_records import DistinctRecords
from .schedule import DAY, next_refresh
from .service_access import Pause, ServiceAccess

logger = logging.getLogger(__name__)
FRESH = timedelta(days=7)  # so long a person's ties need not be read again
ASKED_AGAIN = timedelta(days=30)  # so long it is asked why somebody is missing, until it is told
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
BEFORE_LOOK = 2.0  # seconds: an account that is read by then needs no first look, which costs as much as all the rest
TROUBLES = 12  # sleeps in a row without a step forward: about half a day
LISTS = {"followers": "is_follower", "friends": "is_friend"}
MISSING = "what became of who is missing"
DISCONNECTED = (
    "The account was disconnected while it was being read, and {service} tells strangers nothing of it. What was read "
    "until then is kept."
)
DISCONNECTED_EARLY = (
    "The account was disconnected before anything of it was read. Connect it again, or bring it by its {way}."
)


class KnownData:
    """What a reader may look up (`services.reading.Known`)."""

    def __init__(
        self, row: ImportRow, account: AccountRow | None, *, fresh_since: datetime, read_since: datetime | None = None
    ) -> None:
        self._import_id, self._owner, self._account, self._fresh_since = row.id, row.owner_id, account, fresh_since
        read_at = account.posts_read_at if account else None
        is_due = read_since is not None and (read_at is None or read_at < read_since or is_misdated(read_at, DAY))
        self._reads_all = is_due or is_told_more(account, row.connection_id)
        self.n_steps = row.batches

    @property
    def posts_until(self) -> datetime | None:
        """When the newest post was made of an import that read all older ones; None if they are to be read again."""
        return self._account.posts_until if self._account and not self._reads_all else None

    @cached_property
    def _stored(self) -> list[KnownTies]:
        return people.followers_and_friends(self._owner, self._account.id) if self._account else []

    @cached_property
    def held(self) -> frozenset[str]:
        """Followers and friends whom earlier imports stored."""
        return frozenset(row.key for row in self._stored)

    @cached_property
    def _told(self) -> dict[str, datetime]:
        """When the ties of those were read of whom that is not long ago, nor before they came back."""
        told = [(row.key, row.ties_at, row.asked_since) for row in self._stored]
        since = self._fresh_since
        return {
            key: at for key, at, asked in told if at and asked and at >= max(since, asked) and not is_misdated(at, DAY)
        }

    @property
    def fresh(self) -> frozenset[str]:
        """Whose ties were read in the days before this import."""
        return frozenset(self._told)

    def newcomers(self) -> frozenset[str]:
        """Who came after the ties of some who are fresh were read."""
        if not self._told:
            return frozenset()
        first = min(self._told.values())
        known = {row.key for row in self._stored if row.asked_since and row.asked_since <= first}
        return frozenset(person.key for person in self.people() if person.key not in known)

    def people(self, *, since: int = 0) -> list[Person]:
        """Followers and friends of the kept batches, each once."""
        found: dict[str, Person] = {}
        for batch in islice(imports.batches(self._import_id), since, None):
            for row in batch["people"]:
                person = Person(**row)
                before = found.get(person.key)
                found[person.key] = _combined(before, person) if before else person
        return list(found.values())

    def missing(self, complete: Collection[str]) -> list[Person]:
        """Who stood on a list that is `complete` now and does no more; then those of whom nobody could tell before."""
        if self._account is None:
            return []
        flags = [flag for name, flag in LISTS.items() if name in complete]
        now = {person.key: person for person in self.people()}
        held = people.held(self._owner, self._account.id)
        lost = [
            each for each in held if any(getattr(each, flag) and not _is(now.get(each.key), flag) for flag in flags)
        ]
        since = datetime.now(UTC) - ASKED_AGAIN
        before = people.unexplained(self._owner, self._account.id, since=since)
        known = now.keys() | {each.key for each in lost}
        return lost + [each for each in before if each.key not in known]


def _is(person: Person | None, flag: str) -> bool:
    return person is not None and bool(getattr(person, flag))


def _combined(before: Person, after: Person) -> Person:
    values = {name: value for name, value in asdict(after).items() if value is not None}
    flags = {name: getattr(before, name) or getattr(after, name) for name in ("is_follower", "is_friend")}
    return replace(before, **values | flags)


class AccountOptions(Mapping[str, str]):
    """What the user chose for an account, and what it has cost: as it stands at each look, for both may change."""

    def __init__(self, owner: int, account_id: int) -> None:
        self._owner, self._account_id = owner, account_id

    def _now(self) -> dict[str, str]:
        account = accounts.account(self._owner, self._account_id)
        return {**account.options, "spent": str(account.spent)} if account else {}

    def __getitem__(self, name: str) -> str:
        return self._now()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())


def open_reader(owner: int, row: ImportRow, pause: Pause) -> tuple[Reader, ServiceAccess]:
    """The reader of an import's account. Raises `DeniedError` when it may not be read any more."""
    service, live = service_of(row.service), live_of(row.service)
    agreed = not live.is_paid or bool(row.handle)  # connecting again is no yes; “Read now” names the account
    account = accounts.account(owner, row.account_id) if row.account_id and agreed else None
    known = row.profile or account
    if row.is_disconnected and service.handle is None:
        why = DISCONNECTED.format(service=service.title) if row.profile else DISCONNECTED_EARLY.format(way="export")
        raise DeniedError(why, UNAUTHORIZED)
    if row.is_disconnected and not (known or row.handle):
        raise DeniedError(DISCONNECTED_EARLY.format(way="handle"), UNAUTHORIZED)
    token = tokens.access(owner, row.connection_id) if row.connection_id else None
    access = ServiceAccess(current_app.config, token, pause)
    target = Target(
        handle=known.handle if known else row.handle,
        host=row.host,
        key=known.key if known else "",
        options=AccountOptions(owner, account.id) if account else {},
    )
    return live.reader(target, access), access


def read(row: ImportRow, check: Callable[[], None], pause: Pause) -> Iterator[tuple[str, int, int]]:
    """Reads on behind the cursor and merges; yields step, done, total. Stopped anywhere, it can be run again.

    Raises what the service's modules raise: the caller puts the import to sleep, or ends it.
    """
    owner = row.owner_id
    reader, access = open_reader(owner, row, pause)
    try:
        yield from _steps(row, reader, access, check)
    except DeniedError as error:
        if row.connection_id and error.status == UNAUTHORIZED:
            tokens.note_refusal(owner, row.connection_id, access.token)
        raise
    finally:
        access.close()


def _steps(
    row: ImportRow, reader: Reader, access: ServiceAccess, check: Callable[[], None]
) -> Iterator[tuple[str, int, int]]:
    owner, import_id, lease = row.owner_id, row.id, row.lease
    profile = _profile(row, reader, access)
    account = accounts.find_account(owner, profile.service, profile.key)
    cursor, number, distinct = row.cursor, row.batches, DistinctRecords()
    room = quotas.LiveRoom(owner, account.id if account else row.account_id)
    for kept in imports.batches(import_id):
        room.take(distinct.add_kept(kept))
    known = KnownData(row, account, fresh_since=_fresh_since(profile), read_since=_read_since(profile))
    due = math.inf  # when to show a first look
    try:
        for step in _with_room(reader.read(cursor, known), reader, room):
            check()
            cursor, batch = step.cursor, step.batch
            calls = row.calls + access.calls
            values = {"cursor": cursor, "calls": calls, "troubles": 0, "message": ""}
            new = distinct.add(batch)
            imports.keep_batch(import_id, lease, number, batch, new=new, cost=step.cost, **values)
            number += 1
            yield f"Reading {batch.step}", batch.done, batch.total
            room.take(new)
            if step.show and not (account and account.lists):  # one that was read whole has a page already
                due = time.monotonic() + BEFORE_LOOK
            if time.monotonic() >= due:
                due = math.inf
                yield from _first_look(row, reader, profile, cursor)
    except (RateLimitedError, UnavailableError):
        if due < math.inf:  # it goes on much later, or never
            yield from _first_look(row, reader, profile, cursor)
        raise
    missing = known.missing(reader.coverage(cursor).complete)
    if missing:
        yield f"Reading {MISSING}", 0, 0
        batch = Batch(whereabouts=_whereabouts(reader, missing, check), step=MISSING)
        # no step forward: each try asks anew
        imports.keep_batch(import_id, lease, number, batch, calls=row.calls + access.calls, attempts=row.attempts)
    check()
    imports.renew(import_id, lease, step="Merging", done=0, total=1)
    yield "Merging", 0, 1
    coverage = reader.coverage(cursor)
    coverage = replace(coverage, notes=(*coverage.notes, *room.notes))
    merged = merge(_merge_input(row, profile, coverage), last=True)
    if not row.is_disconnected:
        _plan_refresh(owner, merged)


def _with_room(steps: Iterator[Step], reader: Reader, room: quotas.LiveRoom) -> Iterator[Step]:
    """The steps without ties for which there is no room; they end where nothing else is left."""
    for step in steps:
        if not step.batch.ties or room.takes_ties():
            yield step
            continue
        yield replace(step, batch=replace(step.batch, ties=[], ties_of=[], ties_to=[], no_ties_to=[]))
        if reader.coverage(step.cursor).complete >= {"posts", *LISTS}:
            return


def _whereabouts(reader: Reader, missing: Sequence[Person], check: Callable[[], None]) -> list[Whereabouts]:
    """What the service tells of who is missing. Where it fails, they are missing all the same, and nobody says why."""
    found = []
    try:
        for each in reader.whereabouts(missing):
            check()
            found.append(each)
    except ServiceError as error:
        logger.info("the service did not tell what became of all who are missing: %s", type(error).__name__)
    return found


def _fresh_since(profile: Profile) -> datetime:
    return (profile.as_of or datetime.now(UTC)) - FRESH


def _read_since(profile: Profile) -> datetime | None:
    """Since when all posts must have been read, so that they need not be again: what was deleted is found then.

    Never where they are paid for: what is bought again finds little.
    """
    days = current_app.config["REREAD_DAYS"]
    if not days or live_of(profile.service).is_paid:
        return None
    return (profile.as_of or datetime.now(UTC)) - timedelta(days=days)


def _plan_refresh(owner: int, account_id: int) -> None:
    """The next reading, a day ahead, unless the user does not want it or it costs money."""
    account = accounts.account(owner, account_id)
    if account and account.options.get("daily") != "0" and not live_of(account.service).is_paid:
        accounts.change_account(owner, account_id, refresh_at=next_refresh())


def _profile(row: ImportRow, reader: Reader, access: ServiceAccess) -> Profile:
    """The account as it was at the beginning of the import: read once."""
    if row.profile is not None:
        return row.profile
    profile = replace(reader.profile(), as_of=datetime.now(UTC))
    kept = orjson.loads(orjson.dumps(profile))
    imports.renew(row.id, row.lease, profile=kept, calls=row.calls + access.calls, filename=profile.handle[:300])
    return profile


def _first_look(
    row: ImportRow, reader: Reader, profile: Profile, cursor: dict[str, Any]
) -> Iterator[tuple[str, int, int]]:
    """Shows what is read. No list counts as complete yet: nobody is lost, and nobody new in it was gained."""
    found = Coverage(notes=reader.coverage(cursor).notes)
    yield from analyse_and_compare(row, merge(_merge_input(row, profile, found), last=False))


def _merge_input(row: ImportRow, profile: Profile, found: Coverage) -> MergeInput:
    return MergeInput(
        import_id=row.id,
        lease=row.lease,
        owner=row.owner_id,
        source="live",
        profile=profile,
        complete=found.complete,
        notes=list(found.notes),
        posts_from=found.posts_from,
        from_the_first=found.posts_from in (None, EARLIEST),
        live=True,
        connection=row.connection_id,
        host=row.host,
        fresh_since=_fresh_since(profile),
    )


ENDED_EARLY = "Reading ended before everything was read: {why}"


def keep_partial(row: ImportRow, why: str) -> Iterator[tuple[str, int, int]]:
    """Merges and analyses what an import has read that cannot go on: what is whole by then stays so.

    Yields step, done, total.
    """
    now = imports.get_import(row.owner_id, row.id)
    if now is None or now.profile is None or not now.batches:
        return
    coverage = _coverage(now)
    found = replace(coverage, notes=(ENDED_EARLY.format(why=why), *coverage.notes))
    account = merge(_merge_input(row, now.profile, found), last=False)
    yield from analyse_and_compare(row, account)


def _coverage(row: ImportRow) -> Coverage:
    """How much was read; that of an account that nobody may read any more is not known."""
    try:
        reader, access = open_reader(row.owner_id, row, lambda _: None)
    except ServiceError:
        return Coverage()
    try:
        return reader.coverage(row.cursor)
    finally:
        access.close()


def wake_time(troubles: int) -> datetime:
    """When to try again after that many troubles in a row: later each time, and not all imports at once."""
    pause = min(FIRST_PAUSE * 2**troubles, LONGEST_PAUSE)
    return datetime.now(UTC) + pause * random.uniform(0.75, 1.25)  # noqa: S311 - no secret
