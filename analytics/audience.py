"""Who an audience is, by what its people tell: servers, sizes, ages, last activity, languages and words of bios."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from math import inf
from typing import Any

import numpy as np
import pandas as pd

from analytics.sentiment.cleaning import own_words
from analytics.sentiment.sources import listed
from analytics.text import MARKS
from analytics.uncertainty import FEW, TOO_FEW, Estimate, rate, undefined

#: what people are counted by, and the column of it
MEASURES: Mapping[str, str] = {
    "size": "followers",
    "age": "created_at",
    "activity": "active_at",
    "server": "server",
    "language": "language",
    "word": "word",
}
#: classes of their followers: from the first number on, below the second
SIZES: Mapping[str, tuple[float, float]] = {
    "0–9": (0, 10),
    "10–99": (10, 100),
    "100–999": (100, 1_000),
    "1,000–9,999": (1_000, 10_000),
    "10,000–99,999": (10_000, 100_000),
    "100,000 and more": (100_000, inf),
}
#: classes of days that something is ago: more than the first number, at most the second
DAYS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "age": {
        "up to 3 months": (-inf, 91),
        "3 to 12 months": (91, 365),
        "1 to 3 years": (365, 3 * 365),
        "3 to 6 years": (3 * 365, 6 * 365),
        "6 to 10 years": (6 * 365, 3_652),
        "over 10 years": (3_652, inf),
    },
    "activity": {
        "in the last week": (-inf, 7),
        "8 to 30 days ago": (7, 30),
        "1 to 3 months ago": (30, 91),
        "3 to 12 months ago": (91, 365),
        "over a year ago": (365, inf),
    },
}
INACTIVE = "over a year ago"
#: all classes but the most frequent ones, which are kept by name
OTHERS, MOST = "", 50
LEAST = 3  # people in whose bios a word must stand to be counted

_LETTER = rf"[^\W\d_][{MARKS}]*"
_WORD = re.compile(rf"(?:{_LETTER})+(?:['’·-](?:{_LETTER})+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceClass:
    """A class of a measure (a key of `MEASURES`) as it was counted then."""

    measure: str
    name: str
    as_of: datetime


def classes(measure: str) -> list[str]:
    """The classes of sizes and times, in their order; none of what is counted by name."""
    return list(SIZES if measure == "size" else DAYS.get(measure, {}))


def bounds(measure: str, name: str, *, as_of: datetime) -> tuple[Any, Any]:
    """Between which values a class lies.

    Parameters
    ----------
    measure : str
        ``"size"``, ``"age"`` or ``"activity"``.
    name : str
        One of `classes`. `KeyError` for any other.
    as_of : datetime
        The time of the data, from which ages are counted.

    Returns
    -------
    low, high : float or datetime, or None
        From `low` on, below `high`; None where there is no bound.
    """
    if measure == "size":
        low, high = SIZES[name]
        return low, None if high == inf else high
    near, far = DAYS[measure][name]
    from_then, until = (None if abs(days) == inf else as_of - timedelta(days=days) for days in (far, near))
    return from_then, until


def servers(handles: pd.Series[str]) -> pd.Series[str]:
    """The server of handles such as ``ada@example.social``, in small letters; missing of all others."""
    return handles.str.lower().str.extract(r"^.+@([^@]+)$", expand=False)


def bio_words(bios: pd.DataFrame) -> pd.DataFrame:
    """The words of bios that say something, each once a person.

    Parameters
    ----------
    bios : DataFrame
        One row a person: ``person``, ``bio`` (str), ``language`` (ISO 639-1 code, missing where unknown).

    Returns
    -------
    DataFrame
        Columns ``person`` (int64), ``word`` (str, in small letters).

    Notes
    -----
    A word is a run of two or more letters. Web addresses and mentions of handles are left out, and the most common
    words of the bio's language; where that is unknown, those of any language.

    References
    ----------
    .. [1] Manning, C. D., Raghavan, P. & Schütze, H. (2008). Introduction to information retrieval, section 2.2.2.
    """
    stop, every = _stop_words()
    texts = own_words(bios["bio"]).fillna("").str.lower().tolist()
    codes = bios["language"].fillna("").tolist()
    found = [
        {word for word in _WORD.findall(text) if len(word) > 1} - (stop.get(code, frozenset()) if code else every)
        for text, code in zip(texts, codes, strict=True)
    ]
    person = np.repeat(bios["person"].to_numpy(), [len(words) for words in found])
    words = pd.Series(list(chain.from_iterable(map(sorted, found))), dtype="str")
    return pd.DataFrame({"person": person.astype(np.int64), "word": words})


@cache
def _stop_words() -> tuple[Mapping[str, frozenset[str]], frozenset[str]]:
    """Of each language, and of all together."""
    lists = [listed(name) for name in ("function_words", "stop_words")]
    codes = {code for each in lists for code in each}
    by_code = {code: frozenset(chain.from_iterable(each.get(code, ()) for each in lists)) for code in codes}
    return by_code, frozenset(chain.from_iterable(by_code.values()))


def audience(people: pd.DataFrame, words: pd.DataFrame, *, as_of: datetime) -> pd.DataFrame:
    """How many people are in each class.

    Parameters
    ----------
    people : DataFrame
        One row a person of a list: ``person``, ``followers`` (float64), ``created_at``, ``active_at`` (UTC),
        ``server``, ``language`` (str), each missing where it is not told.
    words : DataFrame
        As `bio_words` gives them, of these people and others.
    as_of : datetime
        The time of the data, from which ages are counted.

    Returns
    -------
    DataFrame
        Columns ``measure`` (a key of `MEASURES`), ``name`` (of the class), ``people`` (int64). Sizes and times have all
        their classes in order, also empty ones; servers, languages and words the `MOST` most frequent, equals in the
        order of the alphabet, and servers and languages one named `OTHERS` for all else. A measure that is told of
        nobody has no row.

    Notes
    -----
    Everybody of whom a measure is told is in exactly one of its classes, but for words: a person has many, and a word
    counts from `LEAST` people on. Twice in a bio counts once.

    References
    ----------
    .. [1] Kwak, H., Lee, C., Park, H. & Moon, S. (2010). What is Twitter, a social network or a news media? Proc. WWW,
       591-600.
    """
    counts = {measure: _in_classes(people[MEASURES[measure]], measure, as_of) for measure in ("size", *DAYS)}
    counts |= {measure: _most(people[measure].value_counts()) for measure in ("server", "language")}
    used = words.loc[words["person"].isin(people["person"]), "word"].value_counts()
    counts["word"] = _ordered(used[used >= LEAST]).head(MOST)
    rows = [(measure, name, n) for measure, each in counts.items() for name, n in each.items()]
    return pd.DataFrame(rows, columns=["measure", "name", "people"]).astype({"people": "int64"})


def _in_classes(values: pd.Series[Any], measure: str, as_of: datetime) -> pd.Series[int]:
    names = classes(measure) if values.notna().any() else []
    return pd.Series({name: int(_within(values, *bounds(measure, name, as_of=as_of)).sum()) for name in names})


def _within(values: pd.Series[Any], low: Any, high: Any) -> pd.Series[bool]:
    from_low = values.notna() if low is None else values >= low
    return from_low if high is None else from_low & (values < high)


def class_of(people: pd.DataFrame, measure: str, *, as_of: datetime) -> pd.Series[str]:
    """In which class of a measure each person is.

    Parameters
    ----------
    people : DataFrame
        As for `audience`.
    measure : str
        A key of `MEASURES`, but for ``"word"``.
    as_of : datetime
        The time of the data, from which ages are counted.

    Returns
    -------
    Series of str
        Names of classes, in the order of `people`; missing where the measure is not told.
    """
    values = people[MEASURES[measure]]
    if not classes(measure):
        return values
    found = pd.Series(None, index=people.index, dtype="str")
    for name in classes(measure):
        found = found.mask(_within(values, *bounds(measure, name, as_of=as_of)), name)
    return found


def _ordered(counts: pd.Series[int]) -> pd.Series[int]:
    return counts.sort_index().sort_values(ascending=False, kind="stable")


def _most(counts: pd.Series[int]) -> pd.Series[int]:
    """The most frequent, and how many have any other."""
    ordered = _ordered(counts)
    others = pd.Series({OTHERS: int(ordered.iloc[MOST:].sum())} if len(ordered) > MOST else {}, dtype="int64")
    return pd.concat([ordered.head(MOST), others])


def told(people: pd.DataFrame) -> pd.DataFrame:
    """Of how many people each measure is told.

    Parameters
    ----------
    people : DataFrame
        As for `audience`, and ``has_bio`` (bool).

    Returns
    -------
    DataFrame
        Columns ``measure``, ``told``, ``people`` (int64): all of the list.
    """
    of = {measure: int(people[MEASURES[measure]].notna().sum()) for measure in MEASURES if measure != "word"}
    of["word"] = int(people["has_bio"].sum())
    return pd.DataFrame({"measure": list(of), "told": list(of.values()), "people": len(people)})


def inactive(people: pd.DataFrame, *, as_of: datetime) -> Estimate:
    """Share of people who are likely to be inactive.

    Parameters
    ----------
    people : DataFrame
        One row a person of a list, with ``active_at`` (UTC).
    as_of : datetime
        The time of the data.

    Returns
    -------
    Estimate
        In [0, 1]; undefined without (``"not told"``), and below `FEW` people of whom it is told (``"too few"``).

    Notes
    -----
    Of the n people whose last post is told, k posted last over a year (365 days) before the data: :math:`k / n`, with
    the interval of `uncertainty.wilson`. Somebody may read and never post.

    References
    ----------
    .. [1] Garcia, D., Mavrodiev, P. & Schweitzer, F. (2013). Social resilience in online communities: the autopsy of
       Friendster. Proc. COSN, 39-50.
    """
    known = people["active_at"].dropna()
    return _share(int(_within(known, *bounds("activity", INACTIVE, as_of=as_of)).sum()), len(known))


def follow_back(people: pd.DataFrame, *, of: str) -> Estimate:
    """Share of followers whom the account follows, or of friends who follow it.

    Parameters
    ----------
    people : DataFrame
        With ``is_follower``, ``is_friend`` (bool); both lists whole.
    of : str
        ``"followers"`` or ``"friends"``.

    Returns
    -------
    Estimate
        In [0, 1]; undefined without (``"not told"``), and below `FEW` people on the list (``"too few"``).

    Notes
    -----
    With m mutuals among n people of the list: :math:`m / n`, with the interval of `uncertainty.wilson`.

    References
    ----------
    .. [1] Kwak, H., Lee, C., Park, H. & Moon, S. (2010). What is Twitter, a social network or a news media? Proc. WWW,
       591-600.
    """
    on_list = people["is_follower" if of == "followers" else "is_friend"]
    return _share(int((people["is_follower"] & people["is_friend"]).sum()), int(on_list.sum()))


def _share(part: int, n: int) -> Estimate:
    return undefined(TOO_FEW, n=n) if 0 < n < FEW else rate(part, n)
