"""What is told of any days, put together from what is stored by day: periods are ranges like others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from analytics.figures import figure_rows
from analytics.timeline import Days, responses_by_hour, top_posts

#: of each frame, those of `timeline.BY_DAY` that it is made of, and how
FROM_DAYS: Mapping[str, tuple[tuple[str, ...], Callable[..., pd.DataFrame]]] = {
    "figures": (("daily", "received"), figure_rows),
    "rhythm": (("hours",), lambda hours, days: responses_by_hour(days.of(hours))),
    "top_posts": (("best_posts",), lambda best, days: top_posts(days.of(best))[["post", "interactions"]]),
}


def of_days(
    by_day: Mapping[str, pd.DataFrame], days: Days, names: Iterable[str] = FROM_DAYS
) -> dict[str, pd.DataFrame]:
    """The frames of some days.

    Parameters
    ----------
    by_day : mapping of str to DataFrame
        Frames of all posts as `timeline.BY_DAY` makes them; those that the wanted ones are made of.
    days : Days
        A period, or any others.
    names : iterable of str
        The wanted ones of `FROM_DAYS`.

    Returns
    -------
    dict of str to DataFrame
        The wanted frames.
    """
    made = {name: FROM_DAYS[name] for name in names}
    return {name: make(*(by_day[of] for of in sources), days) for name, (sources, make) in made.items()}
