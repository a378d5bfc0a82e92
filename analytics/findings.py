"""The few sentences worth saying about an account. Nothing is said that rests on too little."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from analytics.timeline import LABELS, Figures
from analytics.uncertainty import FEW, Estimate, rate, wilson

MAX_FINDINGS = 5

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_Z99 = 2.5758293035489004
_BLOCK_HOURS = 4
_BLOCK_POSTS = 50  # who posts in bursts fills four hours with a few of them
_BLOCK_SHARE = 1 / 3  # twice what four hours hold of posts that come at any hour


def findings(
    current: Figures,
    previous: Figures | None = None,
    *,
    daily: pd.DataFrame,
    hours: pd.DataFrame,
    before: str = "the period before",
) -> list[str]:
    """Up to five plain sentences about an account in a period, the most telling first.

    Parameters
    ----------
    current : Figures
        As `timeline.figures` gives them for the period.
    previous : Figures, optional
        Those of the period before it, as long; None if there is none to compare with.
    daily : DataFrame
        As `timeline.daily`, the days of the period.
    hours : DataFrame
        As `timeline.responses_by_hour`, of the period's posts.
    before : str
        What to call the period before: ``"the 90 days before"``.

    Returns
    -------
    list of str
        At most `MAX_FINDINGS`; empty if there is nothing to say.

    Notes
    -----
    Two numbers are said to differ only if their 95 % intervals do not overlap and neither is flagged `few`: stricter
    than a test at 5 %. A best weekday or hour is picked out of many, so the 5 % of its interval, and of that of all
    others, are divided by the number of candidates (Bonferroni); a candidate needs 20 posts of its own. The same holds
    for the four hours with the most posts; there must be 50 posts, and the share over a third. More posts read positive
    than negative, or fewer, if the 99 % interval of the positive among both leaves out one half, from 20 posts on.

    References
    ----------
    .. [1] Schenker, N. & Gentleman, J. F. (2001). On judging the significance of differences by examining the overlap
       between confidence intervals. Am. Stat. 55, 182-186.
    """
    said = [
        _pace(current, previous, before=before),
        _responses(current, previous, before=before),
        _most_answered(hours),
        _kinds(daily),
        _mood(daily),
        _rhythm(hours),
    ]
    return [sentence for sentence in said if sentence][:MAX_FINDINGS]


def _differ(one: Estimate, other: Estimate) -> bool:
    """Whether the intervals lie apart; never if something is undefined or rests on too little."""
    if one.few or other.few:
        return False
    return one.ci_low > other.ci_high or one.ci_high < other.ci_low


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def _pace(current: Figures, previous: Figures | None, *, before: str) -> str | None:
    if previous is None or not _differ(current.posts_per_week, previous.posts_per_week):
        return None
    now, then = current.posts_per_week.value, previous.posts_per_week.value
    verb = "rose" if now > then else "fell"
    return f"Posts {verb} from {then:.1f} to {now:.1f} a week against {before}."


def _responses(current: Figures, previous: Figures | None, *, before: str) -> str | None:
    if previous is None or not _differ(current.response_rate, previous.response_rate):
        return None
    now, then = current.response_rate, previous.response_rate
    verb = "rose" if now.value > then.value else "fell"
    shares = f"from {_percent(then.value)} to {_percent(now.value)}"
    return f"The response rate {verb} {shares} against {before} ({now.n:,} posts now, {then.n:,} then)."


def _most_answered(hours: pd.DataFrame) -> str | None:
    for by in (["weekday", "hour"], ["weekday"], ["hour"]):
        best = _best(hours, by)
        if best is not None:
            return best
    return None


def _best(hours: pd.DataFrame, by: Sequence[str]) -> str | None:
    """The group that is answered most often, if it stands out from all others together."""
    slots = hours.groupby(list(by), as_index=False)[["told", "answered"]].sum()
    slots = slots[slots["told"] >= FEW]
    if len(slots) < 2:
        return None
    slots = slots.assign(share=slots["answered"] / slots["told"])
    best = slots.sort_values("share", kind="stable").iloc[-1]
    known, answered = int(best["told"]), int(best["answered"])
    rest_known, rest_answered = int(hours["told"].sum()) - known, int(hours["answered"].sum()) - answered
    z = _quantile(candidates=len(slots))
    low, _ = wilson(answered, known, z=z)
    _, rest_high = wilson(rest_answered, rest_known, z=z)
    if low <= rest_high:
        return None
    others = _percent(rest_answered / rest_known)
    return f"Most answered: {_slot(best)} ({_percent(best['share'])} of {known:,} posts, else {others})."


def _quantile(*, candidates: int) -> float:
    """Of the normal distribution, for 95 % intervals that hold for all candidates together."""
    return float(special.ndtri(1 - 0.025 / candidates))


def _slot(row: pd.Series[float]) -> str:
    day = [_DAYS[int(row["weekday"])]] if "weekday" in row else []
    span = [_span(int(row["hour"]), 1)] if "hour" in row else []
    return " ".join(day + span)


def _span(hour: int, length: int) -> str:
    return f"{hour}-{(hour + length - 1) % 24 + 1} h"


def _kinds(daily: pd.DataFrame) -> str | None:
    sums = daily.groupby("kind")[["told", "answered"]].sum().reindex(["post", "reply"], fill_value=0)
    posts, replies = (rate(int(answered), int(known)) for known, answered in sums.to_numpy())
    if not _differ(posts, replies):
        return None
    how = "more" if posts.value > replies.value else "less"
    shares = f"{_percent(posts.value)} of {posts.n:,} against {_percent(replies.value)} of {replies.n:,}"
    return f"Posts are answered {how} often than replies ({shares})."


def _mood(daily: pd.DataFrame) -> str | None:
    counts = daily.loc[daily["kind"] != "repost", list(LABELS)].sum()
    more, less = ("positive", "negative") if counts["positive"] > counts["negative"] else ("negative", "positive")
    clear = int(counts[more] + counts[less])
    low, _ = wilson(counts[more], clear, z=_Z99)
    if clear < FEW or low <= 0.5:
        return None
    assessed = int(counts.sum())
    shares = f"{_percent(counts[more] / assessed)} against {_percent(counts[less] / assessed)} of {assessed:,}"
    return f"More posts read {more} than {less} ({shares})."


def _rhythm(hours: pd.DataFrame) -> str | None:
    counts = hours.groupby("hour")["posts"].sum().reindex(range(24), fill_value=0).to_numpy()
    total = int(counts.sum())
    blocks = np.sum([np.roll(counts, -offset) for offset in range(_BLOCK_HOURS)], axis=0)
    hour = int(np.argmax(blocks))
    low, _ = wilson(blocks[hour], total, z=_quantile(candidates=24))
    if total < _BLOCK_POSTS or low <= _BLOCK_SHARE:
        return None
    return f"{_percent(blocks[hour] / total)} of {total:,} posts were written at {_span(hour, _BLOCK_HOURS)}."
