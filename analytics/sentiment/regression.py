"""Multinomial logistic regression on sparse features, the same bit for bit on each run."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Objective = Callable[[Floats], tuple[float, Floats]]

_MEMORY = 6  # steps that the curvature is estimated from
_SUFFICIENT = 1e-4


def fitted(
    features: sp.csr_array, labels: NDArray[np.int64], weights: Floats, penalty: Floats, *, classes: int, steps: int
) -> tuple[Floats, Floats]:
    """Weights, one row a feature, and biases that make the labels likeliest less half the penalised squares.

    Parameters
    ----------
    features : csr_array, shape (n, d)
    labels : array of int, shape (n,)
        From 0 to ``classes - 1``.
    weights : array, shape (n,)
        How much each row counts.
    penalty : array, shape (d,)
        Of the square of each feature's weights.
    classes, steps : int
        Number of labels; of steps of L-BFGS.

    Returns
    -------
    tuple of arrays, shapes (d, classes) and (classes,)
    """
    transposed = features.T.tocsr()
    share = (weights / weights.sum())[:, None]
    wanted = share * np.eye(classes)[labels]
    squares = features.multiply(features).T @ share
    # features scaled so that each is about as curved: a quarter of the steps
    scale = 1 / np.sqrt(0.15 * squares + penalty[:, None])
    many = features.shape[1] * classes

    def objective(point: Floats) -> tuple[float, Floats]:
        slopes = point[:many].reshape(-1, classes) * scale
        scores = features @ slopes + point[many:]
        scores -= scores.max(axis=1, keepdims=True)
        total = np.log(np.exp(scores).sum(axis=1, keepdims=True))
        loss = -(wanted * (scores - total)).sum() + 0.5 * (penalty[:, None] * slopes * slopes).sum()
        error = share * np.exp(scores - total) - wanted
        gradient = (transposed @ error + penalty[:, None] * slopes) * scale
        return float(loss), np.concatenate([gradient.ravel(), error.sum(axis=0)])

    point = minimised(objective, np.zeros(many + classes), steps=steps)
    return point[:many].reshape(-1, classes) * scale, point[many:]


def minimised(objective: Objective, start: Floats, *, steps: int) -> Floats:
    """Where L-BFGS has come to after so many steps.

    Parameters
    ----------
    objective : callable
        Gives the value at a point, and its gradient.
    start : array
        The point to begin at.
    steps : int
        Fewer are made if none leads further down.

    Returns
    -------
    array
        The last point.

    Notes
    -----
    Sums are numpy's own and not BLAS's, whose threads add in an order of their own.

    References
    ----------
    .. [1] Nocedal, J. & Wright, S. (2006). Numerical optimization. 2nd ed., Springer, 178.
    """
    point = start
    value, gradient = objective(point)
    past: list[tuple[Floats, Floats]] = []
    for _ in range(steps):
        direction = -_curved(gradient, past)
        reached = _step(objective, point, value, _dot(gradient, direction), direction)
        if reached is None:
            break
        moved, value, changed = reached
        past = [*past, (moved - point, changed - gradient)][-_MEMORY:]
        point, gradient = moved, changed
    return point


def _step(
    objective: Objective, point: Floats, value: float, slope: float, direction: Floats
) -> tuple[Floats, float, Floats] | None:
    """The first of ever shorter steps that leads down enough."""
    if slope >= 0:
        return None
    for halvings in range(20):
        length = 0.5**halvings
        moved = point + length * direction
        reached, gradient = objective(moved)
        if reached <= value + _SUFFICIENT * length * slope:
            return moved, reached, gradient
    return None


def _curved(gradient: Floats, past: list[tuple[Floats, Floats]]) -> Floats:
    """The gradient times an estimate of the inverse Hessian."""
    rest, parts = gradient.copy(), []
    past = [(step, change) for step, change in past if _dot(step, change) > 0]
    for step, change in reversed(past):
        part = _dot(step, rest) / _dot(step, change)
        rest -= part * change
        parts.append(part)
    if past:
        step, change = past[-1]
        rest *= _dot(step, change) / _dot(change, change)
    for (step, change), part in zip(past, reversed(parts), strict=True):
        rest += (part - _dot(change, rest) / _dot(step, change)) * step
    return rest


def _dot(left: Floats, right: Floats) -> float:
    return float((left * right).sum())
