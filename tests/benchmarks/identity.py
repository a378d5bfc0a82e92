"""The same person on several services: precision, recall, calibration, time and memory, beside plain string distances.

    python -m tests.benchmarks.identity --data FILE [--sizes 5000,10000,20000] [--quick]

FILE holds the labelled people (`identity_worlds`); those of every second row, of whom the weights know nothing, are
measured. `--quick` leaves out the time and memory of six services.

Of handle: pairs with a declared link or the same folded handle. Of the others, those whose names are told count. First,
within three: the right one among what is told of the left person. The peer is a plain sum of ratios (difflib): of the
handles, of the sorted words of the names, and the better of one's handle with the other's name.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pandas as pd

from analytics import identity
from analytics.identity.names import folded, own_handle
from tests.benchmarks.identity_worlds import Noise, invented, read, world

WORLDS = {
    "plain: no twins, no impersonators": Noise(twins=0, impersonators=0, strangers=0.3, wrong=0),
    "near-twins beside 15 % of people": Noise(impersonators=0),
    "impersonators of 5 % besides": Noise(),
    "names mostly the same, many links": Noise(same=0.7, twins=0.05, impersonators=0.02, linked=0.4),
    "names mostly different, twins of 30 %": Noise(same=0.2, twins=0.3, strangers=2, lost=0.4, untold=0.1),
    "nothing but handle and name": Noise(bio=0, linked=0, page=0, wrong=0),
}
SEEDS = 3


def true_pairs(people: pd.DataFrame) -> pd.DataFrame:
    """Pairs of people of different services who are the same, and how they can be found."""
    own = [folded(own_handle(each, is_host="." in each.partition("@")[0])) for each in people["handle"]]
    told = [set(map(str.casefold, a + b)) for a, b in zip(people["links"], people["verified_links"], strict=True)]
    address = (people["service"] + ":" + people["handle"]).str.casefold().tolist()
    rows = people.assign(row=people.index)[["row", "service", "name", "who"]]
    both = rows.merge(rows, on="who")
    both = both[both["service_x"] < both["service_y"]]
    ends = list(zip(both["row_x"], both["row_y"], strict=True))
    easy = [own[a] == own[b] or address[b] in told[a] or address[a] in told[b] for a, b in ends]
    named = both["name_x"].notna() & both["name_y"].notna()
    return pd.DataFrame({"left": both["row_x"], "right": both["row_y"], "easy": easy, "named": named})


def ranked(pairs: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """With the place of each pair among those of its left person and the right one's service."""
    service = people["service"].to_numpy()[pairs["right"].to_numpy()]
    place = pairs.assign(service=service).sort_values("probability", ascending=False, kind="stable")
    return pairs.assign(place=place.groupby(["left", "service"]).cumcount().reindex(pairs.index) + 1)


def judged(people: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Each pair that is told or true, with what is known of it."""
    true = true_pairs(people)
    return ranked(pairs, people).merge(true.assign(same=True), on=["left", "right"], how="outer")


def share(values: pd.Series) -> str:
    """A share, and of how many."""
    return f"{values.mean():.3f} of {len(values):<5}" if len(values) else "–         "


def report(title: str, both: pd.DataFrame) -> None:
    """What is taken, what is suggested, and what is found."""
    same, p = both["same"].notna(), both["probability"].fillna(0)
    certain = both["certain"].fillna(False).astype(bool) if "certain" in both else p < 0
    easy = same & both["easy"].fillna(False).astype(bool)
    rest = both[same & ~easy & both["named"].fillna(False).astype(bool)]
    likely = (p > 0.8) & ~certain
    print(title)
    print(f"  precision: taken {share(same[certain])}  suggested above 0.8 {share(same[likely])}")
    print(f"  recall: taken or above 0.8 {share((certain | likely)[same])}")
    print(f"  recall, link or same handle: told {share((p > 0)[easy])}  above 0.5 {share((p > 0.5)[easy])}")
    print(f"  the rest, names told: first {share(rest['place'] == 1)}  within three {share(rest['place'] <= 3)}")


def calibration(both: pd.DataFrame) -> None:
    """The share that is true, in ten bins of the probability from 0.02 on; expected calibration error."""
    told = both[both["probability"] >= 0.02]
    p, same = told["probability"], told["same"].notna()
    bins = (p * 10).astype(int).clip(upper=9)
    error = sum(abs(p[bins == k].sum() - same[bins == k].sum()) for k in range(10)) / len(p)
    rows = [f"{p[bins == k].mean():.2f} {same[bins == k].mean():.2f} ({(bins == k).sum()})" for k in sorted(set(bins))]
    print(f"  probability, share that is true (pairs): {'; '.join(rows)}")
    print(f"  expected calibration error {error:.3f}")


# ---- two services, beside the peer


def two_services(labelled: pd.DataFrame, seed: int) -> pd.DataFrame:
    """GitHub and X, half of those of X without their account at GitHub."""
    quiet = Noise(lost=0, twins=0, impersonators=0, strangers=0, linked=0, wrong=0, bio=0)
    made = world(labelled[["name", "github", "twitter", "website"]], quiet, seed=seed)
    both = made.groupby("who")["service"].transform("nunique") == 2
    gone = np.random.default_rng(seed).permutation(made.loc[both, "who"].unique())[::2]
    return made[~(made["who"].isin(gone) & (made["service"] == "github"))].reset_index(drop=True)


def peer(people: pd.DataFrame) -> pd.DataFrame:
    """All pairs of two services by a plain sum of ratios, scaled to [0, 1]."""
    one, other = (people[people["service"] == service] for service in sorted(people["service"].unique()))
    handles, names = people["handle"].str.lower(), people["name"].fillna("").str.lower()
    told = {row: (handles[row], " ".join(sorted(names[row].split()))) for row in people.index}
    rows = [(a, b, sum(ratios(told[a], told[b])) / 3) for a in one.index for b in other.index]
    return pd.DataFrame(rows, columns=["left", "right", "probability"])


def ratios(one: tuple[str, str], other: tuple[str, str]) -> Iterator[float]:
    """Of handles, of names, and of a handle with a name."""
    yield ratio(one[0], other[0])
    yield ratio(one[1], other[1])
    yield max(ratio(one[0], other[1].replace(" ", "")), ratio(other[0], one[1].replace(" ", "")))


def ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio() if one and other else 0.0


# ---- time and memory


def cost(people: pd.DataFrame) -> tuple[int, int, float, float, float, float]:
    """In a process of its own: people, pairs, seconds of CPU and on the clock, MiB at the peak and before."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cpu, wall = time.process_time(), time.perf_counter()
    pairs = identity.matches(people)
    spent = time.process_time() - cpu, time.perf_counter() - wall
    return len(people), len(pairs), *spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, before


def alone(function: Callable[..., object], *arguments: object) -> object:
    """The result from a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def crowd(labelled: pd.DataFrame, size: int) -> pd.DataFrame:
    """Six services with so many people each."""
    made = world(invented(labelled, size, seed=size), Noise(lost=0, strangers=0, twins=0, impersonators=0), seed=size)
    return made.drop(columns="who")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sizes", default="5000,10000,20000")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    labelled = read(asked.data)[1::2].reset_index(drop=True)
    for title, noise in WORLDS.items():
        made = [world(labelled, noise, seed=100 + seed) for seed in range(SEEDS)]
        both = pd.concat([judged(people, identity.matches(people)) for people in made], ignore_index=True)
        report(title, both)
        calibration(both)
    people = two_services(labelled, seed=7)
    report("two services, names told differently", judged(people, identity.matches(people)))
    report("the same, by the peer", judged(people, peer(people)))
    for size in [] if asked.quick else map(int, asked.sizes.split(",")):
        n, pairs, cpu, wall, peak, before = alone(cost, crowd(labelled, size))
        seconds = f"{cpu:.1f} s CPU, {wall:.1f} s on the clock"
        print(f"{n:,} people of six services: {pairs:,} pairs, {seconds}, {peak:.0f} MiB at most ({before:.0f} before)")


if __name__ == "__main__":
    main()
