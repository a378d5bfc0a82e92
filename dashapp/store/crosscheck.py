"""Who is the same person on several services: individuals and pairs to be read, and what the user decides of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, and_, delete, func, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from analytics.identity import CODES, LIKELY

from ..models import Account, IdentityDecision, IdentityPair, Person
from .accounts import COLUMNS
from .comparisons import AFTER_DECIDING, queue_comparison
from .database import IDS, chunks, columns, newest, now, of, one, reading, stream, upsert, writing
from .grouping import regroup
from .individuals import (
    PAIR_KEY,
    by_service,
    is_derived,
    is_listed,
    is_of_owner,
    lock,
    of_owner,
)
from .people import named, order_by
from .rows import AccountRow, Decision, Individual, Key, Member, Pair, Suggestion, known_relation
from .ties import ties_of

MEMBER = columns(Member, Person, Account, person_id=Person.id.expression)
INDIVIDUAL = [Person.id, Person.key, Person.handle, Person.name, Person.followers, Person.pattern]
DECIDED, PAIRED = (
    ((table.left_service, table.left_key), (table.right_service, table.right_key))
    for table in (IdentityDecision, IdentityPair)
)
#: of a decision: it is about the pair
IS_ABOUT_PAIR = and_(*(getattr(IdentityDecision, name) == getattr(IdentityPair, name) for name in PAIR_KEY))
#: columns of files
PAIR = (*PAIR_KEY[1:], "probability", "certain", "same", *CODES)
PERSON = ("person", "name", "handle", "url", "followers", "is_follower", "is_friend", "accounts")
MOST = 1_000  # suggestions that are counted: nobody decides on more
RELATIONS = {"f": "follower", "i": "friend", "m": "mutual"}
#: by what the table is sorted; `n`: the number of accounts
SORTS: Mapping[str, Any] = {
    "name": Person.sort_name,
    "handle": func.lower(Person.handle),
    "followers": Person.followers,
    "n": func.length(Person.pattern) - func.length(func.replace(Person.pattern, " ", "")),
}


class UnknownPersonError(LookupError):
    """Somebody is not among the followers and friends of the user; the message says who."""


def places(owner: int) -> pd.Series[Any]:
    """On which services each individual is, by id: tuples of their keys."""
    individuals = select(Person.id, Person.pattern).join(Account, Account.id == Person.account_id)
    with reading() as session:
        accounts = session.execute(select(Account.id, Account.service).where(of_owner(owner)))
        services = {row.id: row.service for row in accounts}
        rows = session.execute(individuals.where(is_derived(owner))).all()
    known = {
        pattern: tuple(sorted({services[account] for account in relations(pattern, ()) if account in services}))
        for pattern in {row.pattern or "" for row in rows}
    }
    return pd.Series([known[row.pattern or ""] for row in rows], index=[row.id for row in rows], dtype=object)


# ---- the table


def derived(owner: int) -> AccountRow | None:
    """The account of all services, if the owner's accounts were compared."""
    with reading() as session:
        return one(session, AccountRow, select(*COLUMNS).where(is_derived(owner)))


def relations(pattern: str, mutual: Collection[int]) -> dict[int, str]:
    """What somebody of that pattern is, by account; `mutual` are the accounts whose ties are mutual."""
    told = ((int(part[:-1]), part[-1]) for part in pattern.split())
    return {account: known_relation(letter, mutual_ties=account in mutual) for account, letter in told}


def pattern_counts(owner: int) -> dict[str, int]:
    """How many individuals have each pattern."""
    query = select(Person.pattern, func.count()).where(_is_individual(owner)).group_by(Person.pattern)
    with reading() as session:
        return {pattern: n for pattern, n in session.execute(query) if pattern}


def table_page(
    owner: int,
    *,
    patterns: Collection[str] | None = None,
    search: str = "",
    sort: Sequence[tuple[str, str]] = (),
    offset: int = 0,
    limit: int = 100,
) -> tuple[list[Individual], int]:
    """Individuals [offset, offset + limit) as filtered and sorted, and how many there are."""
    chosen = _chosen(owner, patterns, search)
    order = [_in_order(name, way) for name, way in sort if name in SORTS]
    query = select(*INDIVIDUAL).where(chosen).order_by(*order, Person.key).offset(offset).limit(limit)
    with reading() as session:
        total = session.execute(select(func.count()).select_from(Person).where(chosen)).scalar_one()
        rows = session.execute(query).mappings().all()
        members = _members_of(session, owner, [row["id"] for row in rows])
    return [Individual(**row, members=members.get(row["id"], [])) for row in rows], total


def _in_order(name: str, way: str) -> Any:
    """By name as its index has it: all individuals have one, and no index serves who says that NULL comes last."""
    return SORTS[name] if (name, way) == ("name", "asc") else order_by(SORTS[name], way)


def stream_table(owner: int, patterns: Collection[str] | None = None, search: str = "") -> Iterator[dict[str, Any]]:
    """Individuals for a download, in bounded memory: for each account their handles there, and how they stand to it."""
    with reading() as session:
        mutual = set(session.execute(select(Account.id).where(of_owner(owner), Account.mutual_ties)).scalars())
    person = aliased(Person)
    chosen = select(Person.id).where(_chosen(owner, patterns, search))
    shown = [person.key.label("person"), person.name, person.handle, person.url, person.followers]
    query = (
        select(*shown, person.is_follower, person.is_friend, person.pattern, person.id)
        .add_columns(Person.account_id, func.coalesce(Person.handle, Person.name, Person.key).label("as"))
        .join(Person, and_(Person.individual == person.id, is_listed()), isouter=True)
        .join(Account, and_(Account.id == Person.account_id, is_of_owner(owner)), isouter=True)
        .where(person.id.in_(chosen))
        .order_by(person.id, Account.service, Person.key)
    )
    names = account_columns(owner)
    for _, members in groupby(stream(query), key=lambda row: row["id"]):
        first, *others = members
        places = relations(first["pattern"], mutual)
        row = {name: first.get(name) for name in PERSON} | {"accounts": len(places)}
        for account, (handle, relation) in names.items():
            known = [str(each["as"]) for each in (first, *others) if each["account_id"] == account]
            row[handle] = "; ".join(known) or None
            row[relation] = RELATIONS[places[account]] if account in places else None
        yield row


def table_columns(owner: int) -> list[str]:
    """The columns of `stream_table`."""
    return [*PERSON, *(name for names in account_columns(owner).values() for name in names)]


def account_columns(owner: int) -> dict[int, tuple[str, str]]:
    """The names of the two columns of each account in a file."""
    query = select(Account.id, Account.service, Account.handle).where(of_owner(owner)).order_by(Account.id)
    with reading() as session:
        rows = session.execute(query).all()
    labels = [f"{row.service} {row.handle}" for row in rows]
    unique = [
        label if labels.count(label) == 1 else f"{label} {row.id}" for label, row in zip(labels, rows, strict=True)
    ]
    return {row.id: (f"{label} handle", f"{label} relation") for label, row in zip(unique, rows, strict=True)}


def find_members(owner: int, text: str, *, limit: int = 20) -> list[Member]:
    """Followers and friends whose name or handle holds the text, those with most followers first."""
    query = select(*MEMBER).join(Account, Account.id == Person.account_id)
    query = query.where(of_owner(owner), is_listed(), named(text.strip()))
    query = query.order_by(order_by(Person.followers, "desc"), Person.id).limit(limit)
    with reading() as session:
        return [of(Member, row) for row in session.execute(query).mappings()]


def members(owner: int, individual: int) -> list[Member]:
    """Who an individual is on which service."""
    with reading() as session:
        return _members_of(session, owner, [individual]).get(individual, [])


def known_members(owner: int, keys: Collection[Key]) -> dict[Key, Member]:
    """Who of these are among the user's followers and friends."""
    with reading() as session:
        return _members_by_key(session, owner, keys)


def tie_services(owner: int, individual: int, others: Collection[int]) -> dict[int, list[str]]:
    """On which services an individual has a tie with each of these others."""
    own = select(Person.id, Person.account_id, Account.service).join(Account, Account.id == Person.account_id)
    own = own.where(is_of_owner(owner), Person.individual == individual).order_by(Person.account_id)
    wanted, found = {*others} - {individual}, dict[int, set[str]]()
    with reading() as session:
        for (account, service), group in groupby(
            session.execute(own).all(), key=lambda row: (row.account_id, row.service)
        ):
            ends = np.unique(ties_of(session, account, [row.id for row in group])).tolist()
            query = select(Person.individual).where(Person.account_id == account)
            for chunk in chunks(ends, IDS):
                tied = session.execute(query.where(Person.id.in_(chunk))).scalars()
                for person in wanted.intersection(tied):
                    found.setdefault(person, set()).add(service)
    return {person: sorted(services) for person, services in found.items()}


def _is_individual(owner: int) -> ColumnElement[bool]:
    return Person.account_id == select(Account.id).where(is_derived(owner)).scalar_subquery()


def _chosen(owner: int, patterns: Collection[str] | None, search: str) -> ColumnElement[bool]:
    conditions = [_is_individual(owner)]
    if patterns is not None:
        conditions.append(Person.pattern.in_(sorted(patterns)))
    if search.strip():
        found = select(Person.individual).join(Account, Account.id == Person.account_id)
        found = found.where(of_owner(owner), Person.individual.is_not(None), is_listed(), named(search.strip()))
        conditions.append(Person.id.in_(found))
    return and_(*conditions)


def _members_of(session: Session, owner: int, ids: Collection[int]) -> dict[int, list[Member]]:
    """The members of individuals, by service."""
    found: dict[int, list[Member]] = {}
    query = select(Person.individual, *MEMBER).join(Account, Account.id == Person.account_id)
    query = query.where(is_of_owner(owner), is_listed()).order_by(Account.service, Person.key, Person.account_id)
    for chunk in chunks(ids, IDS):
        for row in session.execute(query.where(Person.individual.in_(chunk))).mappings():
            values = dict(row)
            found.setdefault(values.pop("individual"), []).append(of(Member, values))
    return found


# ---- pairs


def pairs_of(owner: int, keys: Collection[Key]) -> dict[frozenset[Key], Pair]:
    """The pairs among these people."""
    found, wanted = {}, set(keys)
    query = _pair_query(owner)
    with reading() as session:
        for service, some in by_service(wanted):
            for row in session.execute(query.where(PAIRED[0][0] == service, PAIRED[0][1].in_(some))):
                pair = _pair(row)
                if pair.right in wanted:
                    found[frozenset({pair.left, pair.right})] = pair
    return found


def suggestions(owner: int, *, offset: int = 0, limit: int = 20) -> tuple[list[Suggestion], int]:
    """Pairs [offset, offset + limit) to be decided, the most probable first, and how many there are, up to `MOST`."""
    said = select(IdentityDecision.same).where(IdentityDecision.owner_id == owner, IS_ABOUT_PAIR).exists()
    one, other = (_individual_of(owner, *end) for end in PAIRED)
    query = _pair_query(owner).where(~IdentityPair.certain, IdentityPair.probability >= LIKELY, ~said, one != other)
    query = query.where(tuple_(one, other).not_in(_apart(owner)))
    with reading() as session:
        total = session.execute(select(func.count()).select_from(query.limit(MOST).subquery())).scalar_one()
        page = query.order_by(IdentityPair.probability.desc(), *PAIRED[0], *PAIRED[1]).offset(offset).limit(limit)
        pairs = [_pair(row) for row in session.execute(page)]
        members = _members_by_key(session, owner, {key for pair in pairs for key in (pair.left, pair.right)})
    shown = [
        Suggestion(
            left=members[pair.left], right=members[pair.right], probability=pair.probability, evidence=pair.evidence
        )
        for pair in pairs
        if members.keys() >= {pair.left, pair.right}  # who left the lists since the first query is not asked about
    ]
    return shown, total


def _apart(owner: int) -> Any:
    """Individuals who are kept apart by what the user said of their members, in either order."""
    left, right = (_individual_of(owner, *end) for end in DECIDED)
    rejected = select(left.label("left"), right.label("right"))
    ends = rejected.where(IdentityDecision.owner_id == owner, ~IdentityDecision.same).subquery().c
    known = ends.left.is_not(None) & ends.right.is_not(None)  # else nothing is "not in" them
    return union_all(select(ends.left, ends.right).where(known), select(ends.right, ends.left).where(known))


def stream_pairs(owner: int) -> Iterator[dict[str, Any]]:
    """All pairs for a download, the most probable first, with what the user said of each and the weight of evidence."""
    told = select(*PAIRED[0], *PAIRED[1], IdentityPair.probability, IdentityPair.certain, IdentityPair.evidence)
    query = told.add_columns(IdentityDecision.same).join(IdentityDecision, IS_ABOUT_PAIR, isouter=True)
    query = query.where(IdentityPair.owner_id == owner)
    for row in stream(query.order_by(IdentityPair.probability.desc(), *PAIRED[0], *PAIRED[1])):
        yield row | {code: row["evidence"].get(code) for code in CODES}


def _pair_query(owner: int) -> Any:
    pair = IdentityPair
    return select(*PAIRED[0], *PAIRED[1], pair.probability, pair.certain, pair.evidence).where(pair.owner_id == owner)


def _pair(row: Any) -> Pair:
    return Pair(
        left=(row.left_service, row.left_key),
        right=(row.right_service, row.right_key),
        probability=row.probability,
        certain=row.certain,
        evidence=row.evidence,
    )


def _individual_of(owner: int, service: Any, key: Any) -> Any:
    """Who the person of that service and key is; they may be in the lists of two accounts."""
    query = select(func.min(Person.individual)).join(Account, Account.id == Person.account_id)
    return query.where(of_owner(owner), is_listed(), Account.service == service, Person.key == key).scalar_subquery()


# ---- what the user decides


def decide(owner: int, left: Key, right: Key, same: bool | None) -> None:
    """Keeps what the user says of two people, None takes it back; whom it concerns is grouped anew at once.

    What is measured of all follows by a comparison, once the user has stopped deciding.

    Raises `UnknownPersonError` for somebody who is not among the user's people, unless it is taken back.
    """
    one, other = sorted((left, right))
    values = dict(zip(PAIR_KEY, (owner, *one, *other), strict=True))
    with writing() as session:
        compared = lock(session, owner)
        if same is None:
            mine = and_(*(getattr(IdentityDecision, name) == value for name, value in values.items()))
            session.execute(delete(IdentityDecision).where(mine))
        else:
            known = _members_by_key(session, owner, {one, other})
            for service, key in (one, other):
                if (service, key) not in known:
                    raise UnknownPersonError(f"{key} ({service}) is not among your followers and friends any more.")
            if one == other:
                raise UnknownPersonError("Choose two different people.")
            row = {**values, "same": same, "decided_at": now()}
            changes = dict.fromkeys(("same", "decided_at"), newest)
            upsert(session, IdentityDecision, [row], key=PAIR_KEY, update=changes)
        regroup(session, owner, {one, other})
        if compared is not None:
            queue_comparison(session, owner, after=AFTER_DECIDING)


def confirmed(owner: int, keys: Collection[Key]) -> set[frozenset[Key]]:
    """Who of these people are the same because the user said so."""
    found, wanted = set[frozenset[Key]](), set(keys)
    query = select(*DECIDED[0], *DECIDED[1]).where(IdentityDecision.owner_id == owner, IdentityDecision.same)
    with reading() as session:
        for service, some in by_service(wanted):
            of_left = query.where(DECIDED[0][0] == service, DECIDED[0][1].in_(some))
            pairs = (frozenset({(row[0], row[1]), (row[2], row[3])}) for row in session.execute(of_left))
            found |= {pair for pair in pairs if pair <= wanted}
    return found


def count_decisions(owner: int) -> int:
    """Of how many pairs the user said something."""
    query = select(func.count()).where(IdentityDecision.owner_id == owner)
    with reading() as session:
        return session.execute(query).scalar_one()


def decisions(owner: int, *, limit: int | None = None) -> list[Decision]:
    """What the user said, the newest first; all of it without a limit."""
    query = select(IdentityDecision).where(IdentityDecision.owner_id == owner)
    query = query.order_by(IdentityDecision.decided_at.desc(), *DECIDED[0], *DECIDED[1]).limit(limit)
    with reading() as session:
        said = session.execute(query).scalars().all()
        ends = {key for row in said for key in ((row.left_service, row.left_key), (row.right_service, row.right_key))}
        members = _members_by_key(session, owner, ends)
        return [
            Decision(
                left=(left := (row.left_service, row.left_key)),
                right=(right := (row.right_service, row.right_key)),
                same=row.same,
                decided_at=row.decided_at,
                left_member=members.get(left),
                right_member=members.get(right),
            )
            for row in said
        ]


def _members_by_key(session: Session, owner: int, keys: Iterable[Key]) -> dict[Key, Member]:
    """Followers and friends of these keys; of two accounts' the first."""
    query = select(*MEMBER).join(Account, Account.id == Person.account_id).where(of_owner(owner), is_listed())
    found: dict[Key, Member] = {}
    for service, some in by_service(keys):
        of_service = query.where(Account.service == service, Person.key.in_(some)).order_by(Person.account_id)
        for row in session.execute(of_service).mappings():
            member = of(Member, row)
            found.setdefault(member.service_key, member)
    return found
