"""What people declare of each other and services verified: links from profile to profile, and pages that two share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from analytics.identity.tables import Ints, Table, shared

Bools = NDArray[np.bool_]

_AROUND = re.compile(r"^\w+://(?:www\.)?|/*(?:[?#].*)?$")
_OWNERS = 2  # people of one service who may tell a page as their own; of more it is their employer's


@dataclass(frozen=True)
class Links:
    """Who points at whom.

    Attributes
    ----------
    declared, verified, moved : ndarray of int
        Pairs "from, to" as one number, ``from * n + to``, in order. What is verified is declared too.
    pages, verified_pages : csr_array
        Other pages that people declare, one row a person.
    elsewhere : ndarray of bool, shape (n_people, n_services)
        The person declares an account of that service, be it at hand or not.
    named : ndarray of bool
        The person's handle is told, so that a link can be known to lead to somebody else.
    tells : ndarray of bool
        The person declares anything, or returned a link, as what is verified is returned.
    """

    declared: Ints
    verified: Ints
    moved: Ints
    pages: Table
    verified_pages: Table
    elsewhere: Bools
    named: Bools
    tells: Bools


@dataclass(frozen=True)
class Said:
    """What links say of each pair.

    Attributes
    ----------
    verified, moved : ndarray of bool
        A service verified that one is the other; one moved to the other.
    forth, back : ndarray of bool
        The left declares the right; the right declares the left.
    page, verified_page : ndarray of bool
        Both declare the same page; of both it is verified.
    contradicted : ndarray of bool
        One declares another account in the other's place.
    unanswered : ndarray of bool
        One declares the other, who tells of links, but not of this one.
    """

    verified: Bools
    moved: Bools
    forth: Bools
    back: Bools
    page: Bools
    verified_page: Bools
    contradicted: Bools
    unanswered: Bools

    @property
    def certain(self) -> Bools:
        """A service verified it, both declare each other, or one moved to the other."""
        return self.verified | self.moved | (self.forth & self.back)


def page(address: str) -> str:
    """A page's address without what is not the page: scheme, www, slash at the end, query, fragment; in lower case."""
    return _AROUND.sub("", address.casefold())


def links(people: pd.DataFrame, bounds: Ints, hosts: Mapping[str, bool]) -> Links:
    """What is declared and verified.

    Parameters
    ----------
    people : DataFrame
        As `matching.matches` takes it, in the order of services.
    bounds : ndarray of int
        Where each service begins, and the number of people.
    hosts : mapping of str to bool
        Of each service, whether its handles are names of hosts: such a handle is a page that the service verified.

    Returns
    -------
    Links
    """
    n = len(people)
    verified = _listed(people["verified_links"])
    declared = _listed(people["links"]) + verified
    moved = [(row, to) for row, to in enumerate(people["moved_to"].tolist()) if isinstance(to, str)]
    directory = _Directory(people, bounds, hosts, told=declared + moved)
    pages = directory.pages(declared), directory.pages(verified)
    returned = directory.arrows(verified)
    return Links(
        declared=directory.arrows(declared),
        verified=returned,
        moved=directory.arrows(moved),
        pages=_owned(pages[0], bounds),
        verified_pages=_owned(pages[1], bounds),
        elsewhere=directory.elsewhere(declared),
        named=np.array([isinstance(handle, str) for handle in people["handle"].tolist()]),
        tells=np.isin(np.arange(n), [row for row, _ in declared] + (returned % n).tolist()),
    )


def said(told: Links, left: Ints, right: Ints, service: Ints) -> Said:
    """What links say of pairs.

    Parameters
    ----------
    told : Links
        Of all people.
    left, right : ndarray of int
        The pairs.
    service : ndarray of int
        Of each person, the number of the service.

    Returns
    -------
    Said
    """
    n = len(told.tells)
    there, here = left * n + right, right * n + left
    forth, back = _among(there, told.declared), _among(here, told.declared)
    verified = _among(there, told.verified) | _among(here, told.verified)
    moved = _among(there, told.moved) | _among(here, told.moved)
    other_right = told.elsewhere[left, service[right]] & told.named[right] & ~forth
    other_left = told.elsewhere[right, service[left]] & told.named[left] & ~back
    return Said(
        verified=verified,
        moved=moved,
        forth=forth,
        back=back,
        page=shared(told.pages, left, right) > 0,
        verified_page=shared(told.verified_pages, left, right) > 0,
        contradicted=other_right | other_left,
        unanswered=(forth & ~back & told.tells[right]) | (back & ~forth & told.tells[left]),
    )


def _among(pairs: Ints, listed: Ints) -> Bools:
    """Which pairs stand in a list that is in order; quicker than `numpy.isin`, for the list is short."""
    found: Bools = np.append(listed, -1)[np.searchsorted(listed, pairs)] == pairs
    return found


def _listed(column: pd.Series) -> list[tuple[int, str]]:
    """Rows of the people, with each text that they tell."""
    told = ((row, value) for row, value in enumerate(column.tolist()) if isinstance(value, list | tuple | np.ndarray))
    return [(row, text) for row, texts in told for text in texts]


def _owned(pages: Table, bounds: Ints) -> Table:
    """Without the pages that too many of one service declare."""
    held = (pages.indices[pages.indptr[a] : pages.indptr[b]] for a, b in pairwise(bounds))
    holders = np.max([np.bincount(each, minlength=pages.shape[1]) for each in held], axis=0)
    kept = (holders <= _OWNERS).astype(np.float32)
    return sp.csr_array((kept[pages.indices], pages.indices, pages.indptr), shape=pages.shape)


class _Directory:
    """Finds whom links point at, among the people at hand."""

    def __init__(
        self, people: pd.DataFrame, bounds: Ints, hosts: Mapping[str, bool], *, told: list[tuple[int, str]]
    ) -> None:
        names = people["service"].tolist()
        self.n = len(names)
        self.services = {names[begin].casefold(): number for number, begin in enumerate(bounds[:-1])}
        self.service = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds)).tolist()
        self.own: list[tuple[int, str]] = []
        self.people: dict[str, int] = {}
        wanted = {text.casefold() for _, text in told}
        told_of = zip(names, people["key"].tolist(), people["handle"].tolist(), strict=True)
        for row, (name, key, handle) in enumerate(told_of):
            for form in (key, handle):
                if isinstance(form, str) and (address := f"{name}:{form}".casefold()) in wanted:
                    self.people[address] = row
            if hosts[name] and isinstance(handle, str):
                self.own.append((row, handle.casefold()))
        self.people |= {host: row for row, host in self.own}
        self.targets = {text: self._target(text) for text in {text for _, text in told}}

    def _target(self, text: str) -> tuple[int | None, int | None, str]:
        """Whom at hand a link points at, the service if it is of an account, and the page if it is none."""
        person, address = self.people.get(text.casefold()), page(text)
        person = self.people.get(address) if person is None else person
        named = self.services.get(text.casefold().partition(":")[0])
        return person, named if person is None else self.service[person], address

    def arrows(self, told: list[tuple[int, str]]) -> Ints:
        """Pairs "from, to" as one number, in order."""
        pairs = ((row, self.targets[text][0]) for row, text in told)
        return np.array(sorted({row * self.n + to for row, to in pairs if to is not None}), dtype=np.int64)

    def elsewhere(self, told: list[tuple[int, str]]) -> Bools:
        """Of which services people declare an account."""
        made = np.zeros((self.n, len(self.services)), dtype=bool)
        for row, text in told:
            if (service := self.targets[text][1]) is not None:
                made[row, service] = True
        return made

    def pages(self, told: list[tuple[int, str]]) -> Table:
        """The pages of each person, the host that is the handle among them."""
        others = [(row, self.targets[text][2]) for row, text in told if self.targets[text][1] is None]
        rows = np.array([row for row, _ in self.own + others], dtype=np.int64)
        codes, known = pd.factorize(np.array([address for _, address in self.own + others], dtype=object))
        made = sp.csr_array((np.ones(len(rows), dtype=np.float32), (rows, codes)), shape=(self.n, len(known)))
        made.sum_duplicates()
        return made
