"""Persons: the accounts that belong to one, by certain pairs and by what the user decided."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping

import pandas as pd

Account = tuple[str, str]
Pair = frozenset[Account]


def persons(people: pd.DataFrame, pairs: pd.DataFrame, decisions: pd.DataFrame) -> pd.Series:
    r"""Which accounts belong to the same person.

    Parameters
    ----------
    people : DataFrame
        As `matches` takes it; of its columns only ``service`` and ``key`` are read.
    pairs : DataFrame
        As `matches` gives it for these people.
    decisions : DataFrame
        What the user said, one row a pair. Columns ``left_service``, ``left_key``, ``right_service``, ``right_key``
        (str; either side first) and ``same`` (bool: confirmed, or not the same for good); of rows on the same pair the
        last counts. Accounts that are not among `people` are passed over.

    Returns
    -------
    Series of int64
        The number of each row's person, from 0 in the order of service and key; the index is that of `people`.

    Notes
    -----
    Pairs that are confirmed or certain join their accounts, the confirmed first, then by probability, then in the order
    of service and key. A pair is passed over if it would join two accounts that are said not to be the same, or, unless
    it is confirmed, two accounts of one service other than the pair itself. The persons are the connected components of
    the graph of all other pairs. They do not depend on the order of rows.

    References
    ----------
    .. [1] Wagstaff, K., Cardie, C., Rogers, S. & Schroedl, S. (2001). Constrained k-means clustering with background
       knowledge. Proc. ICML 18, 577-584.
    """
    accounts = list(zip(people["service"].tolist(), people["key"].tolist(), strict=True))
    at_hand = set(accounts)
    said = {pair: same for pair, same in _decided(decisions) if pair <= at_hand}
    of = dict(zip(people.index, accounts, strict=True))
    groups = _Groups(at_hand, (pair for pair, same in said.items() if not same))
    for one, other, confirmed in _in_turn(pairs, of, said):
        groups.join(one, other, confirmed=confirmed)
    numbers: dict[Account, int] = {}
    for account in sorted(at_hand):
        numbers.setdefault(groups.of[account], len(numbers))
    return pd.Series([numbers[groups.of[account]] for account in accounts], index=people.index, dtype="int64")


def _decided(decisions: pd.DataFrame) -> Iterator[tuple[Pair, bool]]:
    """What the user said of each pair, in order."""
    columns = ("left_service", "left_key", "right_service", "right_key", "same")
    for *names, same in zip(*(decisions[name].tolist() for name in columns), strict=True):
        yield frozenset({(names[0], names[1]), (names[2], names[3])}), bool(same)


def _in_turn(
    pairs: pd.DataFrame, of: Mapping[Hashable, Account], said: Mapping[Pair, bool]
) -> Iterator[tuple[Account, Account, bool]]:
    """Pairs that join their accounts, the surest first, and whether the user confirmed them."""
    certain = pairs[pairs["certain"].astype(bool)]
    rows = zip(*(certain[name].tolist() for name in ("left", "right", "probability")), strict=True)
    sure = {frozenset({of[left], of[right]}): probability for left, right, probability in rows}
    joining = {pair for pair in sure.keys() | said.keys() if said.get(pair, True) and len(pair) > 1}
    turns = sorted((pair not in said, -sure.get(pair, 0.0), *sorted(pair)) for pair in joining)
    yield from ((one, other, not unconfirmed) for unconfirmed, _, one, other in turns)


class _Groups:
    """Groups of accounts that grow by joining."""

    def __init__(self, accounts: Iterable[Account], apart: Iterable[Pair]) -> None:
        self.of = {account: account for account in accounts}
        self.members = {account: {account} for account in self.of}
        self.apart: dict[Account, set[Account]] = {}
        for one, other in map(tuple, apart):
            self.apart.setdefault(one, set()).add(other)
            self.apart.setdefault(other, set()).add(one)

    def join(self, one: Account, other: Account, *, confirmed: bool) -> None:
        """Makes one group of two, unless something stands against it."""
        small, large = sorted((self.of[one], self.of[other]), key=lambda group: len(self.members[group]))
        less, more = self.members[small], self.members[large]
        if small == large or any(not more.isdisjoint(self.apart.get(account, ())) for account in less):
            return
        twice = {service for service, _ in less} & {service for service, _ in more}
        if confirmed or not twice - ({one[0]} & {other[0]}):
            more |= less
            self.of |= dict.fromkeys(less, large)
