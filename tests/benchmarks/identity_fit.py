"""Fits the weights of `analytics.identity`, and prints them as they stand in `analytics/identity/evidence.py`.

    python -m tests.benchmarks.identity_fit --data FILE

FILE holds the labelled people (`identity_worlds`). Every second of them is used; `identity.py` measures on the others.
Weights are those of maximum likelihood, with a little ridge, over all pairs that are compared in made worlds: between a
pair's score and its probability stand its rivals and what is copied (`evidence.weighed`), so that the loss is that of
the probabilities as they are told. Pairs that are certain by links are left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import optimize, special

from analytics.identity.blocking import block
from analytics.identity.evidence import MEASURED, PROOF, Evidence, Weights, evidence, others
from analytics.identity.people import told
from tests.benchmarks.identity_worlds import Noise, read, world

NOISES = (
    Noise(impersonators=0.03, twins=0.1, strangers=0.5),
    Noise(same=0.7, twins=0.05, impersonators=0.02, strangers=0.3, lost=0.15, linked=0.3),
    Noise(same=0.25, twins=0.3, strangers=2, lost=0.4, untold=0.1),
    Noise(bio=0, impersonators=0.03),
)
RIDGE = 1e-3
#: not fitted: among n people each is the one with a chance of 1 / n; and of links the made worlds tell little: those to
#: somebody of whom nothing else is known are mostly right, those to another account mostly not out of date
FIXED = {"crowd": 1.0, "link": 3.5, "contradicted": -2.0}
SCORE = 30.0  # beyond it a score counts no more


@dataclass(frozen=True)
class Labelled:
    """Pairs of two services, and which of them are the same."""

    found: Evidence
    same: np.ndarray


def labelled_pairs(people: pd.DataFrame) -> Iterator[Labelled]:
    """All pairs of a world that are compared."""
    people = people.sort_values(["service", "key"], ignore_index=True)
    prepared, who = told(people), people["who"].to_numpy()
    for one, other in combinations(range(len(prepared.bounds) - 1), 2):
        pairs = block(prepared, one, other)
        yield Labelled(evidence(prepared, pairs.left, pairs.right), who[pairs.left] == who[pairs.right])


def as_weights(parameters: np.ndarray) -> Weights:
    """The last three are of rivals and, as logits, of what is copied."""
    copied, copied_alike = special.expit(parameters[-2:])
    return Weights(parameters[:-3], float(parameters[-3]), float(copied), float(copied_alike))


def loss(parameters: np.ndarray, pairs: Sequence[Labelled]) -> tuple[float, np.ndarray]:
    """Minus the log-likelihood for each true pair, and its gradient."""
    parts = [part_of_loss(parameters, each) for each in pairs]
    n = sum(each.same.sum() for each in pairs)
    slope = np.append(parameters[:-3], np.zeros(3)) * (np.arange(len(parameters)) > 0)
    value = sum(part[0] for part in parts) / n + RIDGE * slope @ slope
    return float(value), sum(part[1] for part in parts) / n + 2 * RIDGE * slope


def part_of_loss(parameters: np.ndarray, pairs: Labelled) -> tuple[float, np.ndarray]:
    """The same of the pairs of two services."""
    found, same, weights = pairs.found, pairs.same, as_weights(parameters)
    score = found.measured @ weights.coefficients + PROOF * found.certain
    odds = np.exp(np.clip(score, -SCORE, SCORE))
    rivals = others(odds, found.left, found.right)
    chance = special.expit(score - weights.rivals * np.log1p(rivals))
    most = np.where(found.taken, 1.0, np.where(found.alike, weights.copied_alike, weights.copied))
    p = np.clip(most * chance, 1e-12, 1 - 1e-12)
    value = -np.where(same, np.log(p), np.log1p(-p))[~found.certain].sum()
    by_p = np.where(same, -1 / p, 1 / (1 - p)) * ~found.certain
    by_z = by_p * most * chance * (1 - chance)
    of_rivals = by_z * weights.rivals / (1 + rivals)
    by_others = np.bincount(found.left, of_rivals)[found.left] + np.bincount(found.right, of_rivals)[found.right]
    by_score = np.where(np.abs(score) < SCORE, by_z - odds * (by_others - 2 * of_rivals), by_z)
    copied = [(by_p * chance)[~found.taken & (found.alike == alike)].sum() for alike in (False, True)]
    slopes = special.expit(parameters[-2:]) * special.expit(-parameters[-2:])
    return value, np.concatenate(
        [found.measured.T @ by_score, [-(by_z * np.log1p(rivals)).sum()], np.array(copied) * slopes]
    )


def fitted(people: pd.DataFrame) -> Weights:
    """The weights from worlds of these people, large and small."""
    worlds = [world(people, noise, seed=seed) for seed, noise in enumerate(NOISES)]
    worlds += [world(people.sample(frac=0.3, random_state=k), noise, seed=50 + k) for k, noise in enumerate(NOISES)]
    pairs = [each for made in worlds for each in labelled_pairs(made)]
    start = np.concatenate([[-2.0], np.zeros(len(MEASURED) - 1), [1.0, 3.0, 2.0]])
    bounds = [(FIXED[name], FIXED[name]) if name in FIXED else (None, None) for name in MEASURED] + [(None, None)] * 3
    options = {"maxiter": 500}
    result = optimize.minimize(loss, start, args=(pairs,), jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    print(f"{len(worlds)} worlds, {sum(len(each.same) for each in pairs):,} pairs, loss {result.fun:.4f}")
    return as_weights(result.x)


def main() -> None:
    """Fits and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    weights = fitted(read(parser.parse_args().data)[::2].reset_index(drop=True))
    for name, value in zip(MEASURED, weights.coefficients, strict=True):
        print(f"{name:<16} {value:6.2f}")
    print(f"rivals {weights.rivals:.2f}  copied {weights.copied:.2f}  copied_alike {weights.copied_alike:.2f}")


if __name__ == "__main__":
    main()
