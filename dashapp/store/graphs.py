"""Graphs for downloads: persons with their degrees and ties with their ends' names, all in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from ..models import Account, Person
from .database import ROWS, columns, of, owned, reading, stream
from .individual_ties import Ids, individual_ties, members
from .individuals import is_derived, of_owner
from .people import LISTS
from .rows import NodeRow
from .ties import Pairs, among, in_portions, is_new, labelled, read_ties


def stream_nodes(owner: int, account_id: int, which: str, *, directed: bool) -> Iterator[NodeRow]:
    """The persons of a list, by id."""
    listed = (Person.account_id == owned(owner, account_id)) & LISTS[which]
    degrees = _degrees(owner, account_id, listed)
    known = case((_has_known_ties(listed, directed=directed), 0))
    rows = stream(select(*columns(NodeRow, Person, degree=known)).where(listed).order_by(Person.id))
    return (of(NodeRow, row if row["degree"] is None else row | {"degree": degrees.get(row["id"], 0)}) for row in rows)


def stream_edges(owner: int, account_id: int, which: str, *, directed: bool) -> Iterator[Sequence[Any]]:
    """Ties among the persons of a list: both ends' keys, then both ends' names.

    Not `directed`: where a tie stands for both directions, a pair that is kept both ways comes once.
    """
    listed = (Person.account_id == owned(owner, account_id)) & LISTS[which]
    with reading() as session:
        ties = read_ties(session, owned(owner, account_id))
        if not directed:
            persons = _ids(session, listed)
            ties = (persons[_as_kept(pairs)] for pairs in _pairs(session, owner, account_id, persons))
        for source, target in labelled(session, ties, listed):
            yield source[0], target[0], source[1], target[1]


def stream_edges_of_all(owner: int, which: str) -> Iterator[Sequence[Any]]:
    """The same of the account of all services, each tie with the services on which it is."""
    listed = Person.account_id.in_(select(Account.id).where(is_derived(owner))) & LISTS[which]
    with reading() as session:
        services = sorted(set(session.execute(select(Account.service).where(of_owner(owner))).scalars()))
        persons, who = _ids(session, listed), members(session, owner)

        def rows() -> Iterator[Pairs]:
            for service, ties in individual_ties(session, owner, who):
                yield np.insert(among(ties, persons), 2, services.index(service), axis=1)

        parts = in_portions(rows, len(persons))
        ties = (np.column_stack([persons[part[:, :2]], part[:, 2]]) for part in parts)
        edges = labelled(session, ties, listed)
        for (source, target), of_services in groupby(edges, key=lambda edge: edge[:2]):
            yield source[0], target[0], source[1], target[1], [services[edge[2]] for edge in of_services]


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


def _ids(session: Session, listed: ColumnElement[bool]) -> Ids:
    query = select(Person.id).where(listed).order_by(Person.id).execution_options(yield_per=ROWS)
    return np.fromiter(session.execute(query).scalars(), dtype=np.int64)


def _degrees(owner: int, account_id: int, listed: ColumnElement[bool]) -> dict[int, int]:
    """With how many others of the list they have a tie, of those who have one."""
    with reading() as session:
        persons = _ids(session, listed)
        degrees = np.zeros(len(persons), dtype=np.int64)
        for pairs in _pairs(session, owner, account_id, persons):
            degrees += np.bincount(pairs[:, :2].ravel(), minlength=len(persons))
    return dict(zip(persons[degrees > 0].tolist(), degrees[degrees > 0].tolist(), strict=True))


def _pairs(session: Session, owner: int, account_id: int, persons: Ids) -> Iterator[Pairs]:
    """Who has a tie with whom, by their places, the smaller first, and whether it goes from the larger alone."""

    def rows() -> Iterator[Pairs]:
        for pairs in read_ties(session, owned(owner, account_id)):
            places = among(pairs[pairs[:, 0] != pairs[:, 1]], persons)  # older merges kept ties of one with themself
            yield np.column_stack([np.sort(places, axis=1), places[:, 0] > places[:, 1]])

    for part in in_portions(rows, len(persons)):
        yield part[is_new(part[:, :2])]


def _as_kept(pairs: Pairs) -> Pairs:
    return np.where(pairs[:, 2:], pairs[:, 1::-1], pairs[:, :2])
