"""Figure cards: a number, what it means, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import html

from .attributes import aria
from .numbers import DASH, count, decimal, percent


@dataclass(frozen=True, slots=True)
class Measure:
    """How a figure is called, written and explained."""

    name: str
    title: str
    meaning: str
    write: Any
    of: str  # what `n` counts


#: the figures of an account, in the order of the page
MEASURES: Sequence[Measure] = (
    Measure("posts", "Posts", "Own posts and replies in the period, without reposts.", count, ""),
    Measure(
        "posts_per_week", "Posts a week", "Own posts and replies divided by the weeks of the period.", decimal, "posts"
    ),
    Measure(
        "response_rate",
        "Response rate",
        "Share of own posts with at least one reply, repost, quote or like, out of those for which the service tells.",
        percent,
        "posts",
    ),
    Measure(
        "reply_rate",
        "Reply rate",
        "Share of own posts with at least one reply, out of the posts for which the service tells of replies.",
        percent,
        "posts",
    ),
    Measure(
        "median_interactions",
        "Median interactions",
        "Half of the own posts got at least so many replies, reposts, quotes and likes together.",
        decimal,
        "posts",
    ),
    Measure("followers", "Followers", "People who follow the account, when the data was made.", count, ""),
    Measure("friends", "Friends", "People whom the account follows, when the data was made.", count, ""),
    Measure("mutuals", "Mutuals", "People who follow the account and whom the account follows.", count, ""),
)
NOT_ANALYSED = "not analysed"
REASONS = {
    "no posts": "no posts in this period",
    "not told": "not told in this data",
    "too few": "too few posts to tell",
    NOT_ANALYSED: "this account has to be analysed again",
}


def cards(figures: pd.DataFrame) -> html.Dl:
    """One card a measure; `figures` has `measure`, `value`, `low`, `high`, `n`, `reason`, `few`."""
    by_measure = {figure["measure"]: figure for figure in figures.to_dict("records")}
    return html.Dl([card(measure, by_measure.get(measure.name, {})) for measure in MEASURES], className="sg-cards")


def card(measure: Measure, figure: Mapping[str, Any]) -> html.Div:
    """The card of one measure; its meaning shows on hover and on focus."""
    written = measure.write(figure.get("value"))
    hint = f"sg-hint-{measure.name}"
    return html.Div(
        [
            html.Dt(measure.title),
            html.Dd(written, className="sg-value" if written != DASH else "sg-value sg-untold"),
            html.Dd(basis(measure, figure), className="sg-basis"),
            html.Dd(html.Span(f"{measure.meaning} {interval(measure, figure)}".strip(), id=hint), className="sg-hint"),
        ],
        className="sg-figure",
        tabIndex=0,
        **aria(describedby=hint),
    )


def basis(measure: Measure, figure: Mapping[str, Any]) -> str:
    """The small line: why there is no number, or what the number rests on."""
    if measure.write(figure.get("value")) == DASH:
        return REASONS.get(figure.get("reason") or "not told", "not told in this data")
    if measure.write(figure.get("low")) != DASH:
        few = ", few posts" if figure.get("few") is True else ""
        return f"{measure.write(figure['low'])} to {measure.write(figure['high'])}{few}"
    return f"of {count(figure['n'])} {measure.of}" if measure.of and figure.get("n") else ""


def interval(measure: Measure, figure: Mapping[str, Any]) -> str:
    """The sentence on the interval."""
    if measure.write(figure.get("low")) == DASH:
        return ""
    return (
        f"It rests on {count(figure['n'])} {measure.of}; with 95% confidence it lies "
        f"between {measure.write(figure['low'])} and {measure.write(figure['high'])}."
    )
