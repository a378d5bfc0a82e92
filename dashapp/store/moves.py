"""People who moved to another account: they stay the same person, under the key of the account that they use now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ..models import Change, Person
from .database import IDS, chunks
from .ties import having, replace_ties

TIES_ABOUT = ("ties_of", "ties_to", "no_ties_to")


def find_moves(session: Session, account: int, batches: Iterable[dict[str, Any]], *, live: bool) -> dict[str, str]:
    """From their other keys to that of the account they use now, of people who are or were on a list with that.

    What is told now goes before what was known; whom a service lists without such a word has not moved, or is back.
    """
    listed, told = set[str](), dict[str, str | None]()
    for batch in batches:
        listed |= {person["key"] for person in batch["people"]}
        told |= {person["key"]: person.get("moved_to") for person in batch["people"] if live or person.get("moved_to")}
        told |= {each["key"]: each["moved_to"] for each in batch.get("whereabouts", ())}  # older batches lack it
    moved = _known(session, account) | told
    there = listed | _held(session, account, {*filter(None, moved.values())})
    present = {key: _present(moved, key, there) for key in moved}
    return {old: new for old, new in present.items() if new != old}


def _known(session: Session, account: int) -> dict[str, str | None]:
    """What earlier imports told, also of people who have another key since."""
    former = (
        select(Change.former.label("old"), Person.key.label("new"))
        .join(Person, Person.id == Change.person_id)
        .order_by(Change.id)
    )
    former = former.where(Change.account_id == account, Change.change == "moved")
    stored = select(Person.key.label("old"), Person.moved_to.label("new")).where(Person.account_id == account)
    rows = [*session.execute(former), *session.execute(stored.where(Person.moved_to.is_not(None)))]
    return {row.old: row.new for row in rows}


def _held(session: Session, account: int, keys: set[str]) -> set[str]:
    """Those of them who were followers or friends."""
    return {key for key, row in _rows(session, account, keys).items() if row.is_follower or row.is_friend}


def _present(moved: Mapping[str, str | None], key: str, there: set[str]) -> str:
    """The last one of somebody's accounts that is there; of accounts that lead in a circle nothing is believed."""
    found, seen, following = key, {key}, moved.get(key)
    while following:
        if following in seen:
            return key
        seen.add(following)
        found, following = following if following in there else found, moved.get(following)
    return found


def under_new_keys(batch: dict[str, Any], moved: Mapping[str, str]) -> dict[str, Any]:
    """The batch with one person for all accounts of somebody; the newest one tells all but who follows whom."""
    if not moved:
        return batch
    ends = ((moved.get(source, source), moved.get(target, target)) for source, target in _ties(batch))
    ties = [(source, target) for source, target in ends if source != target]
    return {
        **batch,
        "people": [_under_new_key(person, moved) for person in batch["people"]],
        "sources": [source for source, _ in ties],
        "targets": [target for _, target in ties],
        **{name: [key for key in batch.get(name, ()) if key not in moved] for name in TIES_ABOUT},
    }


def _ties(batch: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    return zip(batch["sources"], batch["targets"], strict=True)


def _under_new_key(person: dict[str, Any], moved: Mapping[str, str]) -> dict[str, Any]:
    if person["key"] not in moved:
        return person
    flags = {name: value for name, value in person.items() if name.startswith("is_")}
    return {**dict.fromkeys(person), **flags, "key": moved[person["key"]]}


def join_moved(
    session: Session, account: int, moved: Mapping[str, str], *, import_id: int, at: datetime
) -> Counter[str]:
    """Gives those who stand here their new key; ties are those of an account, so they are read anew.

    How many, by relation, the import's first look took for gained who had only moved: it knows that since.
    """
    not_gained = Counter[str]()
    rows = _rows(session, account, {*moved, *moved.values()})
    if moving := [rows[old].id for old in moved if old in rows]:
        replace_ties(session, account, having(moving, moving))
    for old, new in moved.items():
        person = rows.pop(old, None)
        if person is None:
            continue
        if new in rows:
            not_gained.update(_take_back_gained(session, person, rows[new], import_id))
            _join(session, person, rows[new])
        else:
            person.key, person.handle, person.moved_to, person.ties_at, person.asked_since = new, None, None, None, None
            rows[new] = person
        change = {"import_id": import_id, "relation": None, "change": "moved", "former": old, "seen_at": at}
        session.add(Change(account_id=account, person_id=rows[new].id, **change))
    session.flush()
    return not_gained


def _take_back_gained(session: Session, former: Person, person: Person, import_id: int) -> list[str]:
    relations = [relation for relation in ("follower", "friend") if getattr(former, f"is_{relation}")]
    gained = delete(Change).where(
        Change.person_id == person.id, Change.import_id == import_id, Change.change == "gained"
    )
    found = session.execute(gained.where(Change.relation.in_(relations)).returning(Change.relation)).scalars()
    return [relation for relation in found if relation]


def _rows(session: Session, account: int, keys: set[str]) -> dict[str, Person]:
    query = select(Person).where(Person.account_id == account)
    found = [session.execute(query.where(Person.key.in_(chunk))).scalars() for chunk in chunks(sorted(keys), IDS)]
    return {person.key: person for persons in found for person in persons}


def _join(session: Session, former: Person, person: Person) -> None:
    person.is_follower |= former.is_follower
    person.is_friend |= former.is_friend
    person.first_seen = min(person.first_seen, former.first_seen)
    session.execute(update(Change).where(Change.person_id == former.id).values(person_id=person.id))
    session.delete(former)
    session.flush()
