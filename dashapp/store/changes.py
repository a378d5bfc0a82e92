"""Who came and who went by an import, why as far as it is told, and who got another name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.orm import Session, aliased

from analytics.growth import LISTS

from ..models import Account, Change, Person
from ..services.records import is_short
from .database import ROWS, chunks

#: why somebody is missing, by what became of them
REASONS = {"there": "unfollowed", "gone": "gone", "moved": "moved"}


@dataclass(frozen=True, slots=True)
class StoredPerson:
    """A person as they stand here."""

    id: int
    handle: str | None
    is_follower: bool
    is_friend: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What an import tells of an account's lists."""

    import_id: int
    at: datetime
    complete: frozenset[str]
    live: bool
    mutual_ties: bool
    counts: Mapping[str, int | None]  # of people, by list, as the service tells
    keys: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in LISTS})  # by relation
    whereabouts: dict[str, dict[str, Any]] = field(default_factory=dict)  # by key

    def add(self, batch: Mapping[str, Any]) -> None:
        """Whom a kept batch lists, and what it tells of who is missing."""
        for relation, keys in self.keys.items():
            keys.update(person["key"] for person in batch["people"] if person[f"is_{relation}"])
        self.whereabouts.update({each["key"]: each for each in batch.get("whereabouts", ())})  # older batches lack it

    def reason(self, key: str, *, may_be_cut: bool) -> str | None:
        """Why somebody is missing, if it is told: from a list that may be cut, who is there need not have gone."""
        reason = REASONS.get(self.state(key))
        return None if may_be_cut and reason == "unfollowed" else reason

    def state(self, key: str) -> str:
        """What became of somebody; empty if it is not told."""
        return str(self.whereabouts.get(key, {}).get("state", ""))

    def is_short(self, relation: str, *, by: int = 0) -> bool:
        """Whether the service counts more people than the list holds, and `by` more."""
        return is_short(len(self.keys[relation]) + by, self.counts[LISTS[relation]])


def stored_people(session: Session, account: int) -> dict[str, StoredPerson]:
    """Everybody, by key."""
    columns = (Person.key, Person.id, Person.handle, Person.is_follower, Person.is_friend)
    rows = session.execute(select(*columns).where(Person.account_id == account))
    return {row.key: StoredPerson(row.id, row.handle, row.is_follower, row.is_friend) for row in rows}


def note_changes(
    session: Session, account: Account, listed: Listed, before: Mapping[str, StoredPerson]
) -> dict[str, int]:
    """Compares the lists with whom they held before; the numbers for the import's report."""
    report: dict[str, int] = {}
    after, lost = stored_people(session, account.id), set[str]()
    for relation, name in LISTS.items():
        keys = listed.keys[relation] & after.keys()
        held = {key for key, known in before.items() if getattr(known, f"is_{relation}")}
        gained = keys - held if name in account.lists else set()
        lost = held - keys if name in listed.complete else set()
        returned = _once_lost(session, account, relation) if gained else set()
        came = {after[key].id: "returned" if after[key].id in returned else None for key in gained}
        n_gone = sum(listed.state(key) in ("gone", "moved") for key in lost)  # services go on counting them
        may_be_cut = listed.is_short(relation, by=n_gone + _uncounted(getattr(account, name), len(held)))
        went = {after[key].id: listed.reason(key, may_be_cut=may_be_cut) for key in lost}
        shared = {"import_id": listed.import_id, "seen_at": listed.at, "relation": relation}
        _add(session, account, came, change="gained", **shared)
        _add(session, account, went, change="lost", **shared)
        _end(session, relation, [after[key].id for key in sorted(lost)])
        report |= {f"gained_{name}": len(gained), f"lost_{name}": len(lost)}
        report[f"gone_{name}"] = [*went.values()].count("gone")
    if listed.mutual_ties:  # who is no friend any more, as the loop's last turn found, does not follow either
        _end(session, "follower", [after[key].id for key in sorted(lost - listed.keys["follower"])])
    _ask_no_more(session, account)
    _explain(session, account, listed)
    _note_moved_to(session, account, listed)
    if listed.live:  # exports tell handles as of some post or other
        _note_renamed(session, account, listed, before, after)
    return report


def _uncounted(count: int | None, held: int) -> int:
    """By how many a list fell short of its count before, such as those who are switched off."""
    return 0 if count is None else max(count - held, 0)


def _once_lost(session: Session, account: Account, relation: str) -> set[int]:
    lost = select(Change.person_id).where(Change.account_id == account.id, Change.change == "lost")
    return set(session.execute(lost.where(Change.relation == relation)).scalars())


def _add(session: Session, account: Account, why: Mapping[int, str | None], **shared: Any) -> None:
    """A change for each person, with its reason."""
    shared["account_id"] = account.id
    session.add_all(Change(person_id=person, reason=reason, **shared) for person, reason in sorted(why.items()))


def _end(session: Session, relation: str, people: Iterable[int]) -> None:
    """Takes a relation from those who were lost."""
    values = {f"is_{relation}": False, f"{relation}_since": None}
    gone = update(Person).where(Person.id == bindparam("of_person")).values(values)
    for chunk in chunks(({"of_person": person} for person in people), ROWS):
        session.connection().execute(gone, chunk)


def _ask_no_more(session: Session, account: Account) -> None:
    """Of who is neither follower nor friend any more, no service is asked who follows them."""
    lost = select(Change.person_id).where(Change.account_id == account.id, Change.change == "lost")
    gone = update(Person).where(Person.account_id == account.id, ~Person.is_follower, ~Person.is_friend)
    session.execute(gone.where(Person.id.in_(lost)).values(asked_since=None))


def is_unexplained() -> ColumnElement[bool]:
    """Of losses: nothing tells why, and the person has not come back since."""
    later = aliased(Change)
    same = (later.person_id == Change.person_id) & (later.relation == Change.relation)
    back = select(later.id).where(same, later.change == "gained", later.id > Change.id).exists()
    return (Change.change == "lost") & Change.reason.is_(None) & ~back


def _explain(session: Session, account: Account, listed: Listed) -> None:
    """Adds the reasons of losses of which earlier imports were not told."""
    of_person = select(Person.id).where(Person.account_id == account.id, Person.key == bindparam("of_key"))
    statement = update(Change).where(Change.person_id == of_person.scalar_subquery(), is_unexplained())
    may_be_cut = any(map(listed.is_short, LISTS))
    reasons = {key: listed.reason(key, may_be_cut=may_be_cut) for key in listed.whereabouts}
    for chunk in chunks(({"of_key": key, "why": why} for key, why in reasons.items() if why), ROWS):
        session.connection().execute(statement.values(reason=bindparam("why")), chunk)


def _note_moved_to(session: Session, account: Account, listed: Listed) -> None:
    """Where those went who are missing: should that account come to a list, it is theirs."""
    statement = update(Person).where(Person.account_id == account.id, Person.key == bindparam("of_key"))
    moved = [(each["key"], each["moved_to"]) for each in listed.whereabouts.values() if each["moved_to"]]
    for chunk in chunks(({"of_key": key, "to": to} for key, to in moved), ROWS):
        session.connection().execute(statement.values(moved_to=bindparam("to")), chunk)


def _note_renamed(
    session: Session,
    account: Account,
    listed: Listed,
    before: Mapping[str, StoredPerson],
    after: Mapping[str, StoredPerson],
) -> None:
    shared = {"import_id": listed.import_id, "seen_at": listed.at, "relation": None, "change": "renamed"}
    for key in sorted(set().union(*listed.keys.values()) & before.keys()):
        old, new = before[key].handle, after[key].handle
        if old and new and old.casefold() != new.casefold():
            session.add(Change(account_id=account.id, person_id=after[key].id, former=old, **shared))
