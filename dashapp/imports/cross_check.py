"""The cross-check that follows an analysis: who of a user's people is the same on several services."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pandas as pd

from analytics import identity

from ..services.recognition import link_target
from ..store import accounts, comparisons, grouping, individuals
from ..store.database import is_away
from ..store.rows import ImportRow
from .analysis import analyse

logger = logging.getLogger(__name__)
LINKS = ("links", "verified_links")
DIGITS = 9  # of a probability: sums in another order differ in those behind


def analyse_and_compare(row: ImportRow, account: int) -> Iterator[tuple[str, int, int]]:
    """What follows a merge: the account is analysed, and the people of all are compared; yields step, done, total.

    If they cannot be compared, what was merged is good all the same: a comparison is queued, which tries once more.
    """
    if row.is_comparison:
        yield from cross_check(row.owner_id)
        return
    yield from analyse(row.owner_id, account)
    try:
        yield from cross_check(row.owner_id)
    except Exception as error:
        if is_away(error):
            raise
        logger.exception("import %s: the accounts were not compared", row.id)
        comparisons.add_comparison(row.owner_id)


def cross_check(owner: int) -> Iterator[tuple[str, int, int]]:
    """Compares the people of all accounts; yields step, done, total. Stopped anywhere, it can be run again.

    What another import or the user changes meanwhile is compared once more, by a comparison that waits.
    """
    yield "Comparing services", 0, 1
    before = individuals.state(owner)
    if (account := _compared(owner, before)) is not None:
        yield from analyse(owner, account)
    comparisons.settle(owner, before)


def _compared(owner: int, before: individuals.State) -> int | None:
    """The account of all services, made anew; None if there is nothing to compare, or something changed meanwhile.

    If only decisions came since, it stands as it is: they regroup at once.
    """
    if len(individuals.with_people(owner)) < 2:
        individuals.forget(owner, before)
        return None
    if (known := individuals.compared(owner, before)) is not None:
        return known
    members = individuals.people_of_all(owner)
    found = identity.matches(_with_targets(members))
    pairs = found[found["certain"] | (found["probability"] >= identity.LIKELY)].round({"probability": DIGITS})
    persons = identity.persons(members, pairs, individuals.decided(owner))
    account = grouping.save(owner, members[["service", "key"]], persons, pairs, before)
    if account is not None:
        accounts.change_account(owner, account, notes=_notes(found.attrs["too_common"]))
    return account


def _notes(too_common: int) -> list[str]:
    """What the comparison leaves out, in sentences."""
    if not too_common:
        return []
    who = "1 person was" if too_common == 1 else f"{too_common:,} people were"
    return [f"{who} not compared: too many others have such a name or handle."]


def _with_targets(members: pd.DataFrame) -> pd.DataFrame:
    """With links as the analysis compares them: what leads to an account names its service and handle."""
    moved = members["service"] + ":" + members["moved_to"]
    linked = {name: members[name].map(_targets) for name in LINKS}
    return members.assign(moved_to=moved.where(members["moved_to"].notna(), None), **linked)


def _targets(links: list[str] | None) -> list[str] | None:
    return links and [link_target(link) for link in links]
