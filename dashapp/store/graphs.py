"""Graphs for downloads: persons with their degrees and ties with their ends' names, all in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Subquery, and_, case, cast, false, func, or_, select, union, union_all
from sqlalchemy.orm import aliased

from ..models import Person, Tie
from .database import columns, of, owned, reading, stream
from .individual_ties import member_ties
from .people import LISTS
from .rows import NodeRow

ROWS = 2_000
SOURCE, TARGET = aliased(Person), aliased(Person)
FLAGS: Mapping[str, Sequence[str]] = {
    "followers": ["is_follower"],
    "friends": ["is_friend"],
    "mutuals": ["is_follower", "is_friend"],
    "everyone": [],
}


def stream_nodes(owner: int, account_id: int, which: str, *, directed: bool) -> Iterator[NodeRow]:
    """The persons of a list, by id."""
    degrees, listed = _degrees(owner, account_id, which), (Person.account_id == owned(owner, account_id)) & LISTS[which]
    degree = case((_has_known_ties(listed, directed=directed), func.coalesce(degrees.c.degree, 0)))
    query = (
        select(*columns(NodeRow, Person, degree=degree))
        .join(degrees, degrees.c.person == Person.id, isouter=True)
        .where(listed)
    )
    return (of(NodeRow, values) for values in stream(query.order_by(Person.id)))


def stream_edges(owner: int, account_id: int, which: str, *, directed: bool) -> Iterator[Sequence[Any]]:
    """Ties among the persons of a list, by source and target: both ends' keys, then both ends' names.

    Not `directed`: where a tie stands for both directions, a pair that is kept both ways comes once.
    """
    columns = (SOURCE.key, TARGET.key, SOURCE.name, TARGET.name)
    query = _among(select(*columns).select_from(Tie), owner, account_id, which)
    if not directed:
        query = query.where(~((Tie.source > Tie.target) & _returned()))
    ordered = query.order_by(Tie.source, Tie.target).execution_options(yield_per=ROWS)
    # tuples, as a million dicts take twice as long; closed by us where a download is broken off
    with reading() as session, session.execute(ordered) as rows:
        yield from rows


def stream_edges_of_all(owner: int, which: str) -> Iterator[Sequence[Any]]:
    """The same of the account of all services, each tie with the services on which it is."""
    ties = union(*member_ties(owner)).subquery()
    ends = [getattr(end, flag) for flag in FLAGS[which] for end in (SOURCE, TARGET)]
    query = (
        select(SOURCE.key, TARGET.key, SOURCE.name, TARGET.name, ties.c.service)
        .join(SOURCE, SOURCE.id == ties.c.source)
        .join(TARGET, TARGET.id == ties.c.target)
        .where(*ends)
        .order_by(ties.c.source, ties.c.target, ties.c.service)
    )
    with reading() as session, session.execute(query.execution_options(yield_per=ROWS)) as rows:
        for tie, parts in groupby(rows, key=lambda row: tuple(row[:4])):
            yield (*tie, [part[4] for part in parts])


def _has_known_ties(listed: ColumnElement[bool], *, directed: bool) -> ColumnElement[bool]:
    """Whether all ties of a person within the list are told (`analytics.network.known`); of the lost nobody tells."""
    here = or_(Person.is_follower, Person.is_friend, Person.asked_since.is_not(None))
    asked, told = Person.asked_since, Person.ties_at
    query = select(
        func.max(asked).label("asked"),
        func.min(told).label("told"),
        (func.count(asked) == func.count()).label("each_is_asked"),
        (func.count(told) == func.count()).label("each_tells"),
    )
    with reading() as session:
        known = session.execute(query.where(listed, here)).one()
    follows = told >= known.asked if known.asked and known.each_is_asked else false()
    followers = asked <= known.told if known.told and known.each_tells else false()
    return and_(follows, followers) if directed else or_(follows, followers)


def _degrees(owner: int, account_id: int, which: str) -> Subquery:
    """Ties from a person, and those to them that they do not return: so nobody is counted twice."""

    def counted(end: Any) -> Any:
        query = select(end.label("person"), func.count().label("ties")).select_from(Tie).group_by(end)
        return _among(query, owner, account_id, which)

    both = union_all(counted(Tie.source), counted(Tie.target).where(~_returned())).subquery()
    return (
        select(both.c.person, cast(func.sum(both.c.ties), BigInteger).label("degree"))
        .group_by(both.c.person)
        .subquery()
    )


def _among(query: Any, owner: int, account_id: int, which: str) -> Any:
    ends = [getattr(end, flag) for flag in FLAGS[which] for end in (SOURCE, TARGET)]
    joined = query.join(SOURCE, SOURCE.id == Tie.source).join(TARGET, TARGET.id == Tie.target)
    return joined.where(Tie.account_id == owned(owner, account_id), *ends)


def _returned() -> ColumnElement[bool]:
    back = aliased(Tie)
    pair = (back.account_id == Tie.account_id) & (back.source == Tie.target) & (back.target == Tie.source)
    return select(back.source).where(pair).exists()
