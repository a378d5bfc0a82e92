"""What stands out, as it is stored: of all that a page could say of a period, the few sentences worth it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import pandas as pd

from analytics.findings import Candidate, Place, of_crosscheck, of_growth, telling
from analytics.timeline import PERIODS, Days

from ..services.records import ALL
from ..store import accounts, crosscheck
from ..store.rows import AccountRow

COLUMNS = {"sentence": "str", "section": "str", "p": "float64", "period": "str"}


def findings_frame(
    account: AccountRow,
    growth: pd.DataFrame,
    *,
    of_posts: Mapping[str, tuple[Days, Sequence[Candidate]]],
    of_people: Sequence[Candidate],
) -> pd.DataFrame:
    """What is said in each period; all that its page could say is judged together. Without posts all days are one."""
    rows = []
    for period in PERIODS:
        days, candidates = of_posts.get(period, (None, ()))
        said = telling([*candidates, *_of_growth(account, growth, days), *of_people])
        rows += [(each.sentence, each.section, each.p, period) for each in said]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def _of_growth(account: AccountRow, growth: pd.DataFrame, days: Days | None) -> Iterable[Candidate]:
    """Lists may be newer than posts: the days of a period go on until they were read last."""
    if growth.empty:
        return ()
    first, last = growth["day"].min(), growth["day"].max()
    start, stop = (first, last) if days is None else days.local
    stop = max(stop, last + timedelta(days=1))
    return of_growth(growth, start=start.date(), stop=stop.date(), who=account.main_list)


def of_all_accounts(owner: int) -> list[Candidate]:
    """What may be said of the people of all of the owner's accounts."""
    rows = [row for row in accounts.accounts(owner) if row.service != ALL]
    mutual = {row.id for row in rows if row.mutual_ties}
    counts = crosscheck.pattern_counts(owner)
    people = [(crosscheck.relations(pattern, mutual), n) for pattern, n in counts.items()]
    met = {account for relations, _ in people for account in relations}
    called = accounts.titles([row for row in rows if row.id in met])
    places = {
        row.id: Place(title=called[row.id], whole=row.whole_lists, one_sided=not row.mutual_ties)
        for row in rows
        if row.id in met
    }
    return of_crosscheck(people, places)
