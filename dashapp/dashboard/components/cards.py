"""Figure cards: a number, what it means, and what it rests on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import html

from ..figures.certainty import FEW_POSTS
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
OF_PEOPLE = frozenset({"followers", "friends", "mutuals"})  # of these
NOT_ANALYSED = "not analysed"
CHANGE = "Against as many days before; in brackets between what bounds the change is likely to be."
REASONS = {
    "no posts": "no posts in this period",
    "not told": "not told in this data",
    "too few": "too few posts to tell",
    NOT_ANALYSED: "this account has to be analysed again",
}


def cards(figures: pd.DataFrame, names: Collection[str]) -> html.Dl:
    """One card a measure of these; `figures` has `measure`, `value`, `low`, `high`, `n`, `reason`, `few`."""
    by_measure = {figure["measure"]: figure for figure in figures.to_dict("records")}
    shown = [(measure, by_measure.get(measure.name, {})) for measure in MEASURES if measure.name in names]
    compared = any(change(*each) for each in shown)
    return html.Dl([card(*each, compared=compared) for each in shown], className="sg-cards")


def card(measure: Measure, figure: Mapping[str, Any], *, compared: bool = False) -> html.Div:
    """The card of one measure, with room for its change; its meaning shows on hover and on focus."""
    written = measure.write(figure.get("value"))
    hint = f"sg-hint-{measure.name}"
    said = [measure.meaning, interval(measure, figure), change_meaning(measure, figure)]
    return html.Div(
        [
            html.Dt(measure.title),
            html.Dd(written, className="sg-value" if written != DASH else "sg-value sg-untold"),
            html.Dd(basis(measure, figure), className="sg-basis"),
            html.Dd(change(measure, figure), className="sg-basis sg-change", title=CHANGE) if compared else None,
            html.Dd(html.Span(" ".join(filter(None, said)), id=hint), className="sg-hint"),
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
        few = f", {FEW_POSTS}" if figure.get("few") is True else ""
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


def change(measure: Measure, figure: Mapping[str, Any], *, called: str = "change") -> str:
    """How the figure changed against as many days before, such as ▲ 12% (3 to 21); nothing where that is not told."""
    if count(figure.get("change")) == DASH:
        return ""
    if not _is_clear(figure):
        return f"no clear {called}"
    low, high = sorted(abs(figure[name]) for name in ("change_low", "change_high"))
    way = "▲" if figure["change"] > 0 else "▼"
    return f"{way} {_hundredths(figure['change'])}{_unit(measure)} ({_hundredths(low)} to {_hundredths(high)})"


def change_meaning(
    measure: Measure, figure: Mapping[str, Any], *, called: str = "change", against: str = "as many days before"
) -> str:
    """The same as a sentence."""
    if count(figure.get("change")) == DASH:
        return ""
    low, high = (
        f"{'-' if part < 0 else '+'}{_hundredths(part)}" for part in (figure["change_low"], figure["change_high"])
    )
    bounds = f"{low} and {high}{_unit(measure)}"
    if not _is_clear(figure):
        return f"Against {against}, no clear {called}: it lies between {bounds} with 95% confidence."
    more = "more" if figure["change"] > 0 else "less"
    size = f"{_hundredths(figure['change'])}{_unit(measure)}"
    return f"Against {against} it is {size} {more}; with 95% confidence the {called} lies between {bounds}."


def _is_clear(figure: Mapping[str, Any]) -> bool:
    return not figure["change_low"] <= 0 <= figure["change_high"]


def _unit(measure: Measure) -> str:
    """A share changes by points; a count by a part of itself."""
    return " points" if measure.write is percent else "%"


def _hundredths(part: float) -> str:
    size = abs(part) * 100
    return f"{size:.1f}" if size < 1 else f"{size:,.0f}"
