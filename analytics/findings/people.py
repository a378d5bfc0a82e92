"""What may be said of people: who follows back more or less often than the rest, and what communities are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from analytics.audience import MOST, class_of
from analytics.findings.candidates import Candidate, Share, surest
from analytics.languages import language_name
from analytics.uncertainty import FEW

_LISTS: Mapping[str, tuple[str, str]] = {
    "followers": ("is_follower", "is_friend"),
    "friends": ("is_friend", "is_follower"),
}
#: of whom a class is, by measure: a person has many words
_WHO: Mapping[str, str] = {
    "size": "with {} followers",
    "age": "whose account is {} old",
    "activity": "whose last post was {}",
    "server": "at {}",
    "language": "with a bio in {}",
}
_ARE: Mapping[str, str] = {"server": "are at {}", "language": "have a bio in {}"}
_TOLD = "of the others of whom this is told"


def of_people(people: pd.DataFrame, *, as_of: datetime) -> list[Candidate]:
    """What may be said of who follows back, by what people tell of themselves.

    Parameters
    ----------
    people : DataFrame
        As for `audience.audience`, with ``is_follower``, ``is_friend`` (bool); both lists whole.
    as_of : datetime
        The time of the data, from which ages are counted.

    Returns
    -------
    list of Candidate
        One for each list and measure that is told of enough people.

    Notes
    -----
    Of each measure, but for words, the class that differs most surely from all others of whom the measure is told: see
    `candidates.surest`.

    References
    ----------
    .. [1] Fisher, R. A. (1935). The logic of inductive inference. J. R. Stat. Soc. 98, 39-82.
    """
    found = []
    for which, (listed, back) in _LISTS.items():
        members = people[people[listed]]
        for measure in _WHO:
            by_class = _by_group(members[back], class_of(members, measure, as_of=as_of))
            if told := surest(by_class):
                p, name, share, other = told
                who = _WHO[measure].format(_called(measure, name))
                found.append(Candidate(p, _followed_back(which, who, share, _TOLD, other), "audience"))
    return found


def of_communities(people: pd.DataFrame, named: pd.DataFrame, *, follow_back: bool) -> list[Candidate]:
    """What may be said of communities: who of them follows back, and what they are.

    Parameters
    ----------
    people : DataFrame
        One row a person: ``community`` (Int64, missing of whom ties are not told), ``server``, ``language`` (str,
        missing where not told), ``is_follower``, ``is_friend`` (bool).
    named : DataFrame
        Columns ``list`` (``"followers"``, ``"friends"``, or another for everybody), ``community``, ``name``: what each
        is called in the graph of that list; the list that is shown first comes first.
    follow_back : bool
        Whether both lists are whole, and somebody can follow without being followed.

    Returns
    -------
    list of Candidate
        One for each list, and one for servers and for languages of those in the first list.

    Notes
    -----
    Communities are made of ties among people. That there are more ties inside than outside says nothing; servers,
    languages and follow-back were not used. Of those who are in a community, the one is taken that differs most surely
    from all others: see `candidates.surest`. Of servers and languages, the `audience.MOST` most frequent of 20 people
    and more, all pairs with a community are looked at.

    References
    ----------
    .. [1] Fisher, R. A. (1935). The logic of inductive inference. J. R. Stat. Soc. 98, 39-82.
    """
    found = []
    lists = [str(which) for which in named["list"].unique()]
    for which in lists:
        names = named[named["list"] == which].set_index("community")["name"]
        members = people[people[_LISTS[which][0]]] if which in _LISTS else people
        inside = members[members["community"].isin(names.index)]
        back = _by_group(inside[_LISTS[which][1]], inside["community"]) if follow_back and which in _LISTS else {}
        if told := surest(back):
            p, group, share, other = told
            who = f"in the community “{names[group]}”"
            found.append(Candidate(p, _followed_back(which, who, share, "of those in others", other), "graph"))
        if which == lists[0]:
            found += [each for trait in _ARE for each in _told_by(trait, inside.dropna(subset=trait), names)]
    return found


def _told_by(trait: str, told: pd.DataFrame, names: pd.Series[str]) -> Iterator[Candidate]:
    """Which community has most surely another share of a server or language."""
    frequent = told[trait].value_counts().sort_index().nlargest(MOST)
    by_group = {
        (group, value): counted
        for value in frequent.index[frequent >= FEW].tolist()
        for group, counted in _by_group(told[trait] == value, told["community"]).items()
    }
    if differs := surest(by_group):
        p, (group, value), share, other = differs
        are = _ARE[trait].format(_called(trait, value))
        yield Candidate(
            p,
            f"In the community “{names[group]}” {share.counted} {are}, in others {other.counted}, where this is told.",
            "graph",
        )


def _by_group(outcome: pd.Series[bool], group: pd.Series[Any]) -> dict[Any, tuple[Share, Share]]:
    """The share of each group, and that of all others who are in any."""
    counts = outcome.groupby(group).agg(["sum", "count"])
    hits, total = int(counts["sum"].sum()), int(counts["count"].sum())
    rows = zip(counts.index, counts["sum"].tolist(), counts["count"].tolist(), strict=True)
    return {name: (Share(k, n), Share(hits - k, total - n)) for name, k, n in rows}


def _called(measure: str, name: str) -> str:
    return language_name(name) if measure == "language" else name


def _followed_back(which: str, who: str, share: Share, others: str, other: Share) -> str:
    if which == "followers":
        return f"Of your followers {who} you follow back {share.counted}, {others} {other.counted}."
    return f"Of your friends {who} {share.counted} follow you back, {others} {other.counted}."
