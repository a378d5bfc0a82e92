"""The same people in about the same place as in an earlier drawing."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.layout.arrays import Points, Ties

_LEAST, _MOST = 0.9, 1.1  # how far from the middle a drawing may end that is fitted to an earlier one
_TINY = 1e-12


def earlier(start: pd.DataFrame | None, people: pd.Index[int]) -> Points:
    """Where people stood, shape (2, n); NaN for those who did not."""
    if start is None:
        return np.full((2, len(people)), np.nan, dtype=np.float32)
    places = start.drop_duplicates("person").set_index("person")[["x", "y"]].reindex(people)
    old = places.to_numpy(dtype=np.float32).T
    return np.where(np.isfinite(old).all(axis=0), old, np.float32(np.nan))


def known(old: Points) -> NDArray[np.bool_]:
    """Who stood somewhere."""
    finite: NDArray[np.bool_] = np.isfinite(old[0])
    return finite


def entered(ties: Ties, old: Points, rng: np.random.Generator) -> Points:
    """Everybody's place at the start: new people come to the mean of their neighbours, then those who know these.

    Parameters
    ----------
    ties : sparse matrix, shape (n, n)
        All connected.
    old : ndarray of float32, shape (2, n)
        Where people stood, NaN for new ones; somebody did.
    rng : Generator
        Moves new people a little, so that no two are on one point.

    Returns
    -------
    ndarray of float32, shape (2, n)
    """
    here, xy = known(old), np.nan_to_num(old)
    noise = 0.5 * old[:, here].std() / np.sqrt(len(here)) * rng.standard_normal(xy.shape)
    while not here.all():
        weight = ties @ here.astype(np.float32)
        near = ~here & (weight > 0)
        means = np.stack([ties @ along for along in xy])[:, near] / weight[near]
        xy[:, near] = means + noise[:, near]
        here = here | near
    return xy


def aligned(xy: Points, old: Points) -> Points:
    """The drawing around the origin, turned or mirrored to lie as it did; longest side across, if nobody was there.

    References
    ----------
    .. [1] Schönemann, P. H. (1966). A generalized solution of the orthogonal Procrustes problem. Psychometrika 31,
       1-10.
    """
    here = known(old)
    xy = xy - xy.mean(axis=1, keepdims=True)
    if here.sum() < 2:
        turn = np.linalg.svd(xy @ xy.T)[0].T
        turn *= np.where(turn @ xy[:, :1] > 0, -1, 1)  # the first person to the lower left: no sign is left to chance
    else:
        before = old[:, here] - old[:, here].mean(axis=1, keepdims=True)
        left, _, right = np.linalg.svd(before @ xy[:, here].T)
        turn = left @ right
    turned: Points = turn.astype(np.float32) @ xy
    return turned


def framed(xy: NDArray[np.float64], old: Points) -> Points:
    """The drawing from -1 to 1; about so, but as near as can be to the earlier one, if there was one.

    Parameters
    ----------
    xy : ndarray, shape (2, n)
        Positions in any unit.
    old : ndarray, shape (2, n)
        Where people stood, NaN for new ones.

    Returns
    -------
    ndarray of float32, shape (2, n)
        Not turned: moved and sized only.
    """
    low, high = xy.min(axis=1, keepdims=True), xy.max(axis=1, keepdims=True)
    xy = (xy - (low + high) / 2) / max(float((high - low).max()) / 2, _TINY)
    here = known(old)
    if here.sum() < 2:
        return xy.astype(np.float32)
    mean, old_mean = (points[:, here].mean(axis=1, keepdims=True) for points in (xy, old.astype(np.float64)))
    spread = ((xy - mean)[:, here] ** 2).sum()
    size = ((xy - mean)[:, here] * (old[:, here] - old_mean)).sum() / max(spread, _TINY)
    size = min(max(size, _LEAST), _MOST)
    room = _MOST - size * xy.max(axis=1, keepdims=True)
    placed: Points = (size * xy + np.clip(old_mean - size * mean, -room, room)).astype(np.float32)
    return placed
