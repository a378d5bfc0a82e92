"""Who is grouped as one individual: all anew after they were compared, or those whom a decision concerns."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, delete, func, literal, or_, select, update
from sqlalchemy.orm import Session

from analytics import identity

from ..models import Account, IdentityDecision, IdentityPair, Person
from ..services.records import ALL
from .database import IDS, LARGEST_ID, ROWS, chunks, newest, now, reading, upsert, writing
from .individual_ties import Members, all_individual_ties, replace_individual_ties
from .individuals import (
    COMPARED_STATE,
    PAIR_KEY,
    State,
    by_service,
    decided,
    is_derived,
    is_listed,
    is_of_owner,
    listed_members,
    lock,
    of_accounts,
    of_owner,
    state,
)
from .rows import Key
from .ties import Pairs, every, replace_ties

Member = tuple[int, int]  # person, account

HANDLE = "All services"
LONGEST_KEY = 300
LETTERS: Mapping[tuple[bool, bool], str] = {(True, False): "f", (False, True): "i", (True, True): "m"}
PAIR_VALUES = ("probability", "certain", "evidence")

# what is told of an individual: the first that members tell, in the order of service and key; the largest; and so on
FIRST = ["handle", "name", "url", "bio"]
LARGEST = ["followers", "friends", "posts"]
EARLIEST = ["follower_since", "friend_since", "first_seen"]
LATEST = ["last_seen"]
FLAGS = ["is_follower", "is_friend"]
TOLD = [*FIRST, *LARGEST, *EARLIEST, *LATEST, *FLAGS]


def save(owner: int, members: pd.DataFrame, persons: pd.Series[int], pairs: pd.DataFrame, before: State) -> int | None:
    """Keeps individuals, their ties and the pairs in one transaction; the derived account's id.

    Nothing is kept, and it is None, if what the state `before` tells has changed meanwhile. What differs from
    what stands there is found before anything is locked: what is merged meanwhile is compared by the one who merges it.
    """
    keys = list(zip(members["service"], members["key"], strict=True))
    with reading() as session:
        account = session.execute(_derived(owner)).scalar()
        told, rows = _grouped(session, owner, dict(zip(keys, persons, strict=True)), whole=True)
        if told.empty:
            return None
        found = _differences(session, owner, account, told, rows, whole=True)
        of_pairs = _pair_differences(session, owner, _pairs(owner, pd.Series(keys, members.index), pairs))
    with writing() as session:
        if lock(session, owner) != account or state(owner) != before:
            return None
        account = account or _add_derived(session, owner)
        _describe(session, owner, account, before)
        _set_time(session, account)
        _write(session, owner, account, found)
        _write_pairs(session, *of_pairs)
        return account


def _derived(owner: int) -> Select[int]:
    return select(Account.id).where(is_derived(owner))


def _add_derived(session: Session, owner: int) -> int:
    account = Account(owner_id=owner, service=ALL, key=ALL, handle=HANDLE, source=ALL)
    session.add(account)
    session.flush()
    return account.id


def _describe(session: Session, owner: int, account: int, made_of: State) -> None:
    """The derived account is as old as the newest of the others; a list is whole if it is in all of them."""
    others = session.execute(select(Account.data_at, Account.lists).where(of_owner(owner))).all()
    lists = set.intersection(*({*row.lists} for row in others)) - {"posts"}
    data_at = max((row.data_at for row in others if row.data_at), default=now())
    values = {"lists": sorted(lists), "data_at": data_at, "options": {COMPARED_STATE: of_accounts(made_of)}}
    session.execute(update(Account).where(Account.id == account).values(values))


def _pairs(owner: int, keys: pd.Series[Any], pairs: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Pairs as rows."""
    ends = zip(pairs["left"].map(keys), pairs["right"].map(keys), strict=True)
    weights = pairs[[*identity.CODES]].to_numpy(dtype="float64").round(3).tolist()
    told = zip(ends, pairs["probability"].tolist(), pairs["certain"].astype(bool).tolist(), weights, strict=True)
    for (left, right), probability, certain, evidence in told:
        row = dict(zip(PAIR_KEY, (owner, *left, *right), strict=True))
        known = {code: weight for code, weight in zip(identity.CODES, evidence, strict=True) if weight}
        yield row | {"probability": probability, "certain": certain, "evidence": known}


def _pair_differences(
    session: Session, owner: int, pairs: Iterable[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The pairs that differ from those that stand there, and the keys of those that go."""
    columns = [getattr(IdentityPair, name) for name in (*PAIR_KEY, *PAIR_VALUES)]
    stored = session.execute(select(*columns).where(IdentityPair.owner_id == owner))
    before = {tuple(row[: len(PAIR_KEY)]): row._asdict() for row in stored}
    after = {tuple(pair[name] for name in PAIR_KEY): pair for pair in pairs}
    changed = [pair for key, pair in after.items() if before.get(key) != pair]
    former = [{f"of_{name}": value for name, value in zip(PAIR_KEY, key, strict=True)} for key in before.keys() - after]
    return changed, former


def _write_pairs(session: Session, changed: list[dict[str, Any]], former: list[dict[str, Any]]) -> None:
    upsert(session, IdentityPair, changed, key=PAIR_KEY, update=dict.fromkeys(PAIR_VALUES, newest))
    is_former = and_(*(getattr(IdentityPair, name) == bindparam(f"of_{name}") for name in PAIR_KEY))
    for chunk in chunks(former, ROWS):
        session.connection().execute(delete(IdentityPair).where(is_former), chunk)


# ---- those whom a decision concerns


def regroup(session: Session, owner: int, keys: Collection[Key]) -> None:
    """Groups those anew whom decisions on these keys concern, as comparing all accounts again would.

    The transaction holds the lock.
    """
    account = session.execute(_derived(owner)).scalar()
    if account is None:
        return
    concerned, certain = _concerned(session, owner, keys)
    members = listed_members(session, owner, [], of=concerned)
    rows = {key: row for row, key in enumerate(zip(members["service"], members["key"], strict=True))}
    at_hand = [pair for pair in certain if rows.keys() >= {pair[:2], pair[2:4]}]
    pairs = pd.DataFrame(
        [(rows[pair[:2]], rows[pair[2:4]], pair[4], True) for pair in at_hand],
        columns=["left", "right", "probability", "certain"],
    )
    persons = identity.persons(members, pairs, decided(owner))
    told, individuals = _grouped(session, owner, {key: persons[row] for key, row in rows.items()}, whole=False)
    if not told.empty:
        _write(session, owner, account, _differences(session, owner, account, told, individuals, whole=False))


def _concerned(session: Session, owner: int, keys: Collection[Key]) -> tuple[set[Key], set[tuple[Any, ...]]]:
    """All who may be joined with these, directly or through others, or stand with them now; and the certain pairs."""
    found, certain, new = set[Key](), set[tuple[Any, ...]](), set(keys)
    said = select(*(getattr(IdentityDecision, name) for name in PAIR_KEY[1:]))
    said = said.where(IdentityDecision.owner_id == owner, IdentityDecision.same)
    confirmed = set(map(tuple, session.execute(said)))
    while new:
        found |= new
        touching = _touching(session, owner, new)
        certain |= touching
        joined = [*touching, *(pair for pair in confirmed if new & {pair[:2], pair[2:]})]
        new = {end for pair in joined for end in (pair[:2], pair[2:4])} | _companions(session, owner, new)
        new -= found
    return found, certain


def _touching(session: Session, owner: int, keys: Collection[Key]) -> set[tuple[Any, ...]]:
    """Certain pairs with one of these."""
    pair, found = IdentityPair, set[tuple[Any, ...]]()
    query = select(pair.left_service, pair.left_key, pair.right_service, pair.right_key, pair.probability)
    query = query.where(pair.owner_id == owner, pair.certain)
    for service, some in by_service(keys):
        for own, key in ((pair.left_service, pair.left_key), (pair.right_service, pair.right_key)):
            found |= set(map(tuple, session.execute(query.where(own == service, key.in_(some)))))
    return found


def _companions(session: Session, owner: int, keys: Collection[Key]) -> set[Key]:
    """Who is the same individual as one of these now."""
    own = select(Person.individual).join(Account, Account.id == Person.account_id)
    own = own.where(of_owner(owner), Person.individual.is_not(None))
    query = select(Account.service, Person.key).join(Account, Account.id == Person.account_id)
    query = query.where(is_of_owner(owner))
    found = set[Key]()
    for service, some in by_service(keys):
        ids = session.execute(own.where(Account.service == service, Person.key.in_(some))).scalars().all()
        found |= {(row.service, row.key) for row in session.execute(query.where(Person.individual.in_(ids)))}
    return found


# ---- what both do


def _tells(session: Session, owner: int) -> ColumnElement[bool]:
    """Whether all ties of a member within their account are told (`analytics.network.known`)."""
    asked, told = Person.asked_since, Person.ties_at
    query = select(
        Account.id,
        Account.mutual_ties,
        func.max(asked).label("asked"),
        func.min(told).label("told"),
        (func.count(asked) == func.count()).label("each_is_asked"),
        (func.count(told) == func.count()).label("each_tells"),
    )
    query = query.join(Account, Account.id == Person.account_id).where(of_owner(owner), is_listed())
    known = []
    for row in session.execute(query.group_by(Account.id, Account.mutual_ties)):
        if row.asked and row.each_is_asked:
            known.append(and_(Person.account_id == row.id, told >= row.asked))
        if row.mutual_ties and row.told and row.each_tells:  # what one end tells is told of both
            known.append(and_(Person.account_id == row.id, asked <= row.told))
    return case((or_(literal(False), *known), literal(True)), else_=literal(False))


def _grouped(
    session: Session, owner: int, numbers: Mapping[Key, int], *, whole: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The members with their numbers, and one row a number: those of the same number are one individual."""
    tells = _tells(session, owner).label("tells")
    told = listed_members(session, owner, [*TOLD, "individual"], tells, of=None if whole else numbers)
    own = [numbers.get(key) for key in zip(told["service"], told["key"], strict=True)]
    members = told.assign(number=pd.Series(own, index=told.index)).dropna(subset="number")
    return members, members if members.empty else _individuals(members)


@dataclass(frozen=True, slots=True)
class _Differences:
    """What has to be written so that those of the same number are one individual."""

    rows: Sequence[dict[str, Any]]  # individuals who are new, or of whom something else is told now
    ids: Mapping[str, int]  # by key, of those that stand already
    moved: Mapping[Member, int | None]  # members who get another individual, with the one before
    keys: Mapping[Member, str]  # of the individual of each member
    former: Collection[int]  # individuals without members
    ties: Pairs | None  # all, by place among `known`; None: those of whose members get another individual
    known: Sequence[str] = ()  # all individuals by key, by id, new ones last


def _differences(
    session: Session, owner: int, account: int | None, members: pd.DataFrame, rows: pd.DataFrame, *, whole: bool
) -> _Differences:
    """What differs from that which stands there.

    `whole`: these are all members, else those who stood together before, and stand together now.
    """
    key_of = dict(zip(rows["number"], rows["key"], strict=True))
    own = zip(members["person"], members["account_id"], strict=True)
    keys = dict(zip(own, members["number"].map(key_of).tolist(), strict=True))
    stored = _stored(session, account, rows.columns.drop("number"), None if whole else rows["key"])
    ids = {key: row.id for key, row in stored.items()}
    before = _pointing(session, owner) if whole else _of_members(members)
    moved = {
        of: before.get(of)
        for of in sorted(before.keys() | keys.keys())
        if of not in before or of not in keys or before[of] != ids.get(keys[of])
    }
    standing = set(ids.values()) if whole else set(before.values())
    known = sorted(key_of.values(), key=lambda key: ids.get(key, LARGEST_ID))
    ties = all_individual_ties(session, owner, _places(keys, known)) if whole else None
    changed = [
        new
        for new in _records(rows.drop(columns="number"))
        if (old := stored.get(new["key"])) is None or old[1:] != (*new.values(),)
    ]
    former = standing - {ids[key] for key in known if key in ids}
    return _Differences(changed, ids, moved, keys, former, ties, known)


def _places(keys: Mapping[Member, str], known: Sequence[str]) -> Members:
    """Each member's individual by its place among those that are known."""
    places = {key: place for place, key in enumerate(known)}
    of_persons = np.array(sorted((person, places[key]) for (person, _), key in keys.items()), dtype=np.int64)
    return of_persons[:, 0], of_persons[:, 1]


def _write(session: Session, owner: int, account: int, found: _Differences) -> None:
    """Makes individuals of members; who has none any more goes."""
    ids = {**found.ids, **_save_rows(session, account, found.rows)}
    new = {of: ids[found.keys[of]] if of in found.keys else None for of in found.moved}
    _point(session, new)
    if found.ties is not None:
        replace_ties(session, account, every, [np.array([ids[key] for key in found.known])[found.ties]])
    else:
        concerned = {each for each in (*found.moved.values(), *new.values()) if each is not None}
        theirs = [of for of, key in found.keys.items() if ids[key] in concerned]
        replace_individual_ties(session, owner, account, concerned, theirs)
    for chunk in chunks(sorted(found.former), IDS):
        session.execute(delete(Person).where(Person.account_id == account, Person.id.in_(chunk)))


def _individuals(members: pd.DataFrame) -> pd.DataFrame:
    """One row a number."""
    typed = members.assign(
        **{name: members[name].replace("", None) for name in FIRST},
        **{name: pd.to_numeric(members[name]).astype("Int64") for name in LARGEST},
        **{name: pd.to_datetime(members[name], utc=True) for name in [*EARLIEST, *LATEST]},
        **{name: members[name].astype(bool) for name in [*FLAGS, "tells"]},
    )
    of = typed.groupby("number", sort=False)
    first = of[["service", "key", *FIRST]].first()
    keys = [_key(service, key) for service, key in zip(first["service"], first["key"], strict=True)]
    told = [first[FIRST], of[LARGEST].max(), of[EARLIEST].min(), of[LATEST].max(), of[FLAGS].any(), of["tells"].all()]
    individuals = pd.concat([*told, _patterns(typed)], axis=1).assign(key=keys).reset_index()
    called = individuals["name"].fillna(individuals["handle"]).fillna(individuals["key"])
    return individuals.assign(sort_name=called.str.casefold())


def _key(service: str, key: str) -> str:
    whole = f"{service}:{key}"
    if len(whole) <= LONGEST_KEY:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:32]
    return whole[: LONGEST_KEY - len(digest)] + digest


def _patterns(typed: pd.DataFrame) -> pd.Series[str]:
    """The pattern of each number."""
    places = typed.astype({"account_id": "int64"}).groupby(["number", "account_id"])[FLAGS].any()
    found: dict[int, list[str]] = {}
    for (number, account), follows, is_followed in zip(places.index, *(places[name] for name in FLAGS), strict=True):
        found.setdefault(number, []).append(f"{account}{LETTERS[follows, is_followed]}")
    return pd.Series({number: " ".join(parts) for number, parts in found.items()}, name="pattern").rename_axis("number")


def _records(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows as the database takes them; what is not told is None."""
    plain = []
    for name in rows:
        column = rows[name].dt.to_pydatetime() if isinstance(rows[name].dtype, pd.DatetimeTZDtype) else rows[name]
        plain.append(pd.Series(column, index=rows.index, dtype=object).where(rows[name].notna(), None).tolist())
    names = list(map(str, rows))
    return (dict(zip(names, values, strict=True)) for values in zip(*plain, strict=True))


def _time(session: Session, account: int) -> datetime:
    """How old ties of individuals are: as old as the account's data."""
    return session.execute(select(Account.data_at).where(Account.id == account)).scalar_one() or now()


def _set_time(session: Session, account: int) -> None:
    """Brings the time of all individuals' ties forward at once, or every row would differ by that alone."""
    at = _time(session, account)
    older = update(Person).where(Person.account_id == account, Person.asked_since != at)
    session.execute(older.values(asked_since=at, ties_at=case((Person.ties_at.is_not(None), at))))


def _stored(session: Session, account: int | None, names: Iterable[str], keys: Iterable[str] | None) -> dict[str, Any]:
    """Individuals as they stand there, by key: all, or those of these keys; first the id, then what is named."""
    told = [Person.ties_at.is_not(None) if name == "tells" else getattr(Person, name) for name in names]
    query = select(Person.id, *told).where(Person.account_id == account)
    parts = [query] if keys is None else [query.where(Person.key.in_(chunk)) for chunk in chunks(keys, IDS)]
    return {row.key: row for part in parts for row in session.execute(part)}


def _save_rows(session: Session, account: int, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Writes individuals; their ids by key."""
    if not rows:
        return {}
    at = _time(session, account)
    told = [{name: value for name, value in row.items() if name != "tells"} for row in rows]
    of_ties = [{"account_id": account, "asked_since": at, "ties_at": at if row["tells"] else None} for row in rows]
    values = [{**row, **more} for row, more in zip(told, of_ties, strict=True)]
    changes = [name for name in values[0] if name not in ("account_id", "key")]
    upsert(session, Person, values, key=["account_id", "key"], update=dict.fromkeys(changes, newest))
    written = select(Person.key, Person.id).where(Person.account_id == account)
    parts = (written.where(Person.key.in_(chunk)) for chunk in chunks((row["key"] for row in rows), IDS))
    return {row.key: row.id for part in parts for row in session.execute(part)}


def _pointing(session: Session, owner: int) -> dict[Member, int]:
    """The individual of everybody who has one."""
    query = select(Person.id, Person.account_id, Person.individual).join(Account, Account.id == Person.account_id)
    stored = session.execute(query.where(of_owner(owner), Person.individual.is_not(None)))
    return {(row.id, row.account_id): row.individual for row in stored}


def _of_members(members: pd.DataFrame) -> dict[Member, int]:
    known = members[members["individual"].notna()]
    return dict(zip(zip(known["person"], known["account_id"], strict=True), known["individual"], strict=True))


def _point(session: Session, individuals: Mapping[Member, int | None]) -> None:
    """Lets members point at their individuals, or at nobody."""
    rows = ({"of_person": of[0], "of_account": of[1], "new": each} for of, each in individuals.items())
    statement = update(Person).where(Person.id == bindparam("of_person"), Person.account_id == bindparam("of_account"))
    for chunk in chunks(rows, ROWS):
        session.connection().execute(statement.values(individual=bindparam("new")), chunk)
