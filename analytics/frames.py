"""The frames that are passed around: their columns, dtypes and units, and a check for each."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

TIME = "datetime64[us, UTC]"
KINDS = ("post", "reply", "repost")
COUNTS = ("replies", "reposts", "likes", "quotes", "views")

#: One row a post. Counts are NaN where the service does not tell; `label` is missing until a post is assessed.
POSTS: Mapping[str, str] = {
    "post": "int64",
    "created_at": TIME,
    "kind": "str",
    "text": "str",
    "url": "str",
    "language": "str",
    "replies": "float64",
    "reposts": "float64",
    "likes": "float64",
    "quotes": "float64",
    "views": "float64",
    "label": "str",
}

#: One row a person; `followers`, `friends`, `posts` are the service's own counts, NaN where it does not tell. `ties_at`
#: and `asked_since` say which follows among the people are told (`network.known`).
PEOPLE: Mapping[str, str] = {
    "person": "int64",
    "handle": "str",
    "name": "str",
    "followers": "float64",
    "friends": "float64",
    "posts": "float64",
    "is_follower": "bool",
    "is_friend": "bool",
    "ties_at": TIME,
    "asked_since": TIME,
}

#: One row a follower or friend, with what they tell of themselves; missing where the service does not pass it on.
AUDIENCE: Mapping[str, str] = {
    "person": "int64",
    "handle": "str",
    "bio": "str",
    "followers": "float64",
    "created_at": TIME,
    "active_at": TIME,
    "is_follower": "bool",
    "is_friend": "bool",
}

#: One row a tie: `source` follows `target`. Persons' ids, no duplicates, no self-ties, without the account itself.
TIES: Mapping[str, str] = {"source": "int64", "target": "int64"}

#: One row a day on which an account was read; NaN where the service does not tell. A list is compared where it was read
#: in full then and before: who is no change stayed.
SNAPSHOTS: Mapping[str, str] = {
    "day": "datetime64[us]",
    "followers": "float64",
    "friends": "float64",
    "posts": "float64",
    "followers_compared": "bool",
    "friends_compared": "bool",
}

#: One row for each who came to a list or went from it, in that order: `relation` is follower or friend, `change` gained
#: or lost, `reason` missing where it is not told; `is_follower` and `is_friend` are what the person is today.
CHANGES: Mapping[str, str] = {
    "person": "int64",
    "day": "datetime64[us]",
    "relation": "str",
    "change": "str",
    "reason": "str",
    "is_follower": "bool",
    "is_friend": "bool",
}


def check(frame: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """The frame, with exactly the stated columns and dtypes.

    Parameters
    ----------
    frame : DataFrame
        Rows as read; columns that are not stated are left out.
    columns : mapping of str to str
        `POSTS`, `PEOPLE`, `AUDIENCE`, `TIES`, `SNAPSHOTS` or `CHANGES`.

    Returns
    -------
    DataFrame
        A new frame; the one given is not changed.

    Raises
    ------
    KeyError
        If a stated column is missing.
    """
    missing = [name for name in columns if name not in frame]
    if missing:
        raise KeyError(f"missing columns: {', '.join(missing)}")
    return frame[list(columns)].astype(dict(columns))


def empty(columns: Mapping[str, str]) -> pd.DataFrame:
    """A frame with the stated columns and no rows."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})
