"""The figures of an account's page over a million posts, ours and as one would write them with pandas alone.

    python -m tests.benchmarks.timeline [--posts 1000000] [--repeats 3]

The posts are made here: eight years, three kinds, a fifth of the counts not told; a quarter of the texts with
hashtags, a fifth with mentions, a third with a web address. The first table is what a page shows of one period, here
of all posts. pandas' side is the plain way: `groupby`, `sort_values`, `resample` and `str.extractall`, in the same
time zone, without intervals, without units that had no posts, and without leaving out what stands in web addresses.
Where both mean the same number, they are compared. The second table is what an import does: all four periods.

CPU seconds, the median of the repeats, which take turns; in brackets the least.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analytics import text, timeline
from analytics.figures import figures
from analytics.findings import of_posts, telling
from analytics.frames import KINDS, POSTS, check
from analytics.ranges import of_days
from analytics.shares import answered_shares, tone_shares
from dashapp.store.results import packed, unpacked

AS_OF = pd.Timestamp("2024-07-01T00:00Z")
ZONE = "Europe/Berlin"
WORDS = [
    "the",
    "new",
    "day",
    "we",
    "good",
    "work",
    "people",
    "today",
    "code",
    "release",
    "open",
    "great",
    "thanks",
    "see",
]
TAGS = ["#python", "#Python", "#data", "#日本語"]
RESPONSES = list(timeline.RESPONSES)


def made_posts(n: int, *, seed: int = 0) -> pd.DataFrame:
    """Posts as `frames.POSTS`."""
    rng = np.random.default_rng(seed)
    said = np.array([_said(i, rng) for i in range(20_000)], dtype=object)

    def counts(mean: float) -> Any:
        return np.where(rng.random(n) < 0.2, np.nan, rng.poisson(mean, n))

    columns = {
        "post": np.arange(n),
        "created_at": AS_OF - pd.to_timedelta(rng.integers(1, 8 * 365 * 86_400_000_000, n), unit="us"),
        "kind": rng.choice(KINDS, n, p=[0.5, 0.3, 0.2]),
        "text": said[rng.integers(0, len(said), n)],
        "url": None,
        "language": "en",
        **{name: counts(mean) for name, mean in zip(RESPONSES, (0.3, 0.5, 2.0, 0.1), strict=True)},
        "views": np.nan,
        "label": rng.choice(timeline.LABELS, n),
    }
    return check(pd.DataFrame(columns), POSTS)


def _said(i: int, rng: np.random.Generator) -> str:
    tag = f" {rng.choice(TAGS)}" if i % 4 == 0 else ""
    mention = " @ada@example.social" if i % 5 == 0 else ""
    link = f" https://example.org/?n={i}" if i % 3 == 0 else ""
    return " ".join(rng.choice(WORDS, 15)) + tag + mention + link


# ---- ours


def per_unit(posts: pd.DataFrame) -> pd.DataFrame:
    """Days, weeks and months, with the shares answered and the shares of labels of each."""
    daily = timeline.daily(posts, time_zone=ZONE)
    tones = timeline.tones(posts, time_zone=ZONE)
    start, end = timeline.period_bounds(posts, "all", as_of=AS_OF, time_zone=ZONE)
    for unit in ("day", "week", "month"):
        posted, read = (
            timeline.per_unit(each, unit, start=start, end=end, as_of=AS_OF, time_zone=ZONE) for each in (daily, tones)
        )
        answered_shares(posted)
        tone_shares(read)
    return daily


OURS: dict[str, Callable[[pd.DataFrame], Any]] = {
    "figures with intervals": lambda posts: figures(
        timeline.daily(posts, time_zone=ZONE),
        timeline.received(posts, time_zone=ZONE),
        timeline.period_days(posts, "all", as_of=AS_OF, time_zone=ZONE),
    ),
    "days, weeks, months": per_unit,
    "hours of the week": lambda posts: timeline.responses_by_hour(timeline.hours(posts, time_zone=ZONE)),
    "top posts": lambda posts: timeline.top_posts(timeline.best_posts(posts, time_zone=ZONE)),
    "hashtags": text.hashtags,
    "mentions": text.mentions,
}


# ---- pandas alone


def plain_figures(posts: pd.DataFrame) -> list[float]:
    """Response rate, reply rate, median interactions, posts a week."""
    mine = posts[posts["kind"] != "repost"]
    told = mine[mine[RESPONSES].notna().any(axis=1)]
    weeks = (AS_OF - mine["created_at"].min()) / pd.Timedelta(weeks=1)
    return [
        (told[RESPONSES] > 0).any(axis=1).mean(),
        (mine["replies"].dropna() > 0).mean(),
        told[RESPONSES].sum(axis=1).median(),
        len(mine) / weeks,
    ]


def plain_units(posts: pd.DataFrame) -> pd.DataFrame:
    """Sums by local day and kind, then by week and month, and the counts of labels."""
    local = posts.assign(day=posts["created_at"].dt.tz_convert(ZONE).dt.date)
    mine = local.assign(
        with_counts=local[RESPONSES].notna().any(axis=1),
        answered=(local[RESPONSES] > 0).any(axis=1),
        interactions=local[RESPONSES].sum(axis=1),
    )
    sums = {name: (name, "sum") for name in (*RESPONSES, "with_counts", "answered", "interactions")}
    daily = mine.groupby(["day", "kind"]).agg(posts=("post", "size"), **sums).reset_index()
    labels = local.groupby(["day", "kind", "label"]).size().unstack(fill_value=0)
    dated = daily.join(labels, on=["day", "kind"]).assign(day=lambda rows: pd.to_datetime(rows["day"])).set_index("day")
    _ = [dated.groupby("kind").resample(rule).sum(numeric_only=True) for rule in ("W-SUN", "MS")]
    return daily


def plain_hours(posts: pd.DataFrame) -> pd.DataFrame:
    """Posts by local weekday and hour."""
    local = posts.loc[posts["kind"] != "repost", "created_at"].dt.tz_convert(ZONE)
    return pd.crosstab(local.dt.day_of_week, local.dt.hour)


def plain_top(posts: pd.DataFrame) -> pd.DataFrame:
    """The ten with the most interactions."""
    mine = posts[posts["kind"] != "repost"]
    ranked = mine.assign(interactions=mine[RESPONSES].sum(axis=1, min_count=1)).dropna(subset="interactions")
    return ranked.sort_values(["interactions", "created_at"], ascending=False).head(10)


def plain_hashtags(posts: pd.DataFrame) -> pd.DataFrame:
    """Posts and response rate of each tag."""
    mine = posts[posts["kind"] != "repost"].set_index("post")
    tags = mine["text"].str.extractall(r"#(\w+)")[0].str.lower().reset_index().drop_duplicates(["post", 0])
    answered = (mine[RESPONSES] > 0).any(axis=1).where(mine[RESPONSES].notna().any(axis=1))
    return tags.join(answered.rename("answered"), on="post").groupby(0)["answered"].agg(["size", "mean"])


def plain_mentions(posts: pd.DataFrame) -> pd.Series[int]:
    """Posts with each handle."""
    mine = posts[posts["kind"] != "repost"].set_index("post")
    found = mine["text"].str.extractall(r"@(\w+(?:@[\w.]+)?)")[0].str.lower().reset_index()
    return found.drop_duplicates()[0].value_counts()


PEER: dict[str, Callable[[pd.DataFrame], Any]] = dict(
    zip(OURS, (plain_figures, plain_units, plain_hours, plain_top, plain_hashtags, plain_mentions), strict=True)
)
SAME: dict[str, Callable[[Any, Any], bool]] = {
    "figures with intervals": lambda ours, peer: np.allclose(
        [e.value for e in (ours.response_rate, ours.reply_rate, ours.median_interactions, ours.posts_per_week)],
        peer,
        rtol=1e-3,  # the first post known, of whatever kind, begins our weeks
    ),
    "days, weeks, months": lambda ours, peer: ours["posts"].tolist() == peer["posts"].tolist(),
    "hours of the week": lambda ours, peer: bool((ours["posts"] == peer.to_numpy().ravel()).all()),
    "top posts": lambda ours, peer: ours["interactions"].tolist() == peer["interactions"].tolist(),
    "hashtags": lambda ours, peer: sorted(ours["posts"]) == sorted(peer["size"]),
    "mentions": lambda ours, peer: sorted(ours["posts"]) == sorted(peer),
}


# ---- what an import does


def imported(with_texts: pd.DataFrame) -> None:
    """All of `analytics.timeline` that an import calls: four periods, and the days that are stored."""
    posts = with_texts.drop(columns=["text", "url"])  # as the import does: they are the most of the memory
    by_day = {name: of(posts, time_zone=ZONE) for name, of in timeline.BY_DAY.items()}
    for period in timeline.PERIODS:
        of_days(by_day, timeline.period_days(posts, period, as_of=AS_OF, time_zone=ZONE))


def of_any_days(posts: pd.DataFrame) -> Callable[[], object]:
    """What a page makes of a range of 500 days, of what is stored."""
    stored = {name: packed(of(posts, time_zone=ZONE)) for name, of in timeline.BY_DAY.items()}
    whole = timeline.period_days(posts, "all", as_of=AS_OF, time_zone=ZONE)
    days = replace(whole, start=timeline.midnight((AS_OF - pd.Timedelta(days=500)).date(), ZONE))
    return lambda: of_days({name: unpacked(frame) for name, frame in stored.items()}, days)


def said(posts: pd.DataFrame) -> None:
    """What stands out in the four periods."""
    for period in timeline.PERIODS:
        start, _ = timeline.period_bounds(posts, period, as_of=AS_OF, time_zone=ZONE)
        telling(of_posts(posts, start=start, as_of=AS_OF.to_pydatetime(), time_zone=ZONE))


def words(posts: pd.DataFrame) -> None:
    """All of `analytics.text` that an import calls."""
    tags, handles = text.hashtag_uses(posts), text.mention_uses(posts)
    for period in timeline.PERIODS:
        part = timeline.within(posts, *timeline.period_bounds(posts, period, as_of=AS_OF, time_zone=ZONE))
        text.hashtags(part, tags)
        text.mentions(part, handles)


# ---- tables


def cpu(action: Callable[[pd.DataFrame], Any], posts: pd.DataFrame) -> tuple[float, Any]:
    """CPU seconds, and what came out."""
    start = time.process_time()
    found = action(posts)
    return time.process_time() - start, found


def raced(name: str, posts: pd.DataFrame, *, repeats: int) -> tuple[float, float]:
    """Prints a line; the medians of both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        (mine, ours), (theirs, peer) = cpu(OURS[name], posts), cpu(PEER[name], posts)
        times[0].append(mine)
        times[1].append(theirs)
    agree = "same" if SAME[name](ours, peer) else "DIFFERENT"
    middle, other = (statistics.median(each) for each in times)
    seconds = f"{middle:7.2f} [{min(times[0]):5.2f}] {other:7.2f} [{min(times[1]):5.2f}] {other / middle:6.1f}x"
    print(f"{name:<26} {seconds}  {agree}", flush=True)
    return middle, other


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    posts = made_posts(asked.posts)
    print(f"pandas {pd.__version__}, numpy {np.__version__}; {len(posts):,} posts; CPU seconds, median [least]")
    print(f"{'all posts':<26} {'ours':>15} {'pandas alone':>15} {'ratio':>7}")
    middles = [raced(name, posts, repeats=asked.repeats) for name in OURS]
    for label, rows in {"analytics.timeline": middles[:4], "with analytics.text": middles}.items():
        ours, peer = (sum(each) for each in zip(*rows, strict=True))
        print(f"{label:<26} {ours:7.2f} {'':>7} {peer:7.2f} {'':>7} {peer / ours:6.1f}x")
    print(f"\n{'an import, four periods':<26}")
    for label, action in {"analytics.timeline": imported, "analytics.findings": said, "analytics.text": words}.items():
        seconds = [cpu(action, posts)[0] for _ in range(asked.repeats)]
        print(f"{label:<26} {statistics.median(seconds):7.2f} [{min(seconds):5.2f}]", flush=True)
    any_days = of_any_days(posts)
    seconds = [cpu(lambda _: any_days(), posts)[0] for _ in range(asked.repeats)]
    print(f"\n{'a page, any 500 days':<26} {statistics.median(seconds):7.3f} [{min(seconds):5.3f}]", flush=True)


if __name__ == "__main__":
    main()
