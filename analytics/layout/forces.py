"""Steps towards the balance of forces: ties pull, everybody pushes everybody away, a weak gravity holds all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.layout.arrays import Points, Ties, Values, differences, with_strength
from analytics.layout.mesh import repulsion

_PULL = 1.2  # the pull of a tie is d^(1 - _PULL): 1 is LinLog, 0 a spring; above 1 groups get tighter
_SOFTENING = 10.0  # of the pull, in the square of a person's share of the plane
_GRAVITY = 0.02
_FROZEN = 4  # steps for which the stiffness of ties is kept
_STEP = 0.9  # of the way to where a person would rest if nobody else moved
_MOMENTUM = 0.7
_FLOOR = 0.003  # longest move at the end, in standard deviations of the drawing
_SIZINGS = 6  # each brings the size nearer to balance
_TINY = np.float32(1e-9)


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Ties and the masses of those whom they join; all connected."""

    ties: Ties
    mass: Values


def relaxed(graph: Graph, xy: Points, *, n_steps: int, limit: float) -> Points:
    """The drawing after some steps towards balance.

    Parameters
    ----------
    graph : Graph
        Of n people.
    xy : ndarray of float32, shape (2, n)
        Where they start.
    n_steps : int
        Steps.
    limit : float
        Longest move in the first step, in standard deviations of the drawing; it shrinks to almost 0 at the end.

    Returns
    -------
    ndarray of float32, shape (2, n)
        Where they are then; in equilibrium the drawing is a few units wide, whatever n.

    Notes
    -----
    A step divides the force on a person by the stiffness of all that holds them, so that it needs no step size.

    References
    ----------
    .. [1] Noack, A. (2007). Energy models for graph clustering. J. Graph Algorithms Appl. 11, 453-480.
    .. [2] Jacomy, M. et al. (2014). ForceAtlas2, a continuous graph layout algorithm for handy network visualization.
       PLoS ONE 9, e98679.
    """
    push, gravity = graph.mass / graph.mass.sum(), np.float32(_GRAVITY) * graph.mass
    move: Points = np.zeros_like(xy)
    for step in range(n_steps):
        if step % _FROZEN == 0:
            pull = _pull(graph.ties, xy)
            stiffness: Values = pull.sum(axis=1) + gravity
        force: Points = np.stack([pull @ along for along in xy]) - stiffness * xy + graph.mass * repulsion(xy, push)
        move = np.float32(_MOMENTUM) * move + np.float32(_STEP) * force / stiffness
        longest = xy.std() * np.float32(limit * (1 - step / n_steps) ** 1.5 + _FLOOR)
        move *= np.minimum(1, longest / (np.hypot(*move) + _TINY))
        xy = xy + move
    return xy


def _pull(ties: Ties, xy: Points) -> Ties:
    """For each tie the force per distance."""
    squares = sum((differences(ties, along) ** 2 for along in xy), np.float32(_SOFTENING / xy.shape[1]))
    return with_strength(ties, ties.data * squares ** np.float32(-_PULL / 2))


def in_scale(graph: Graph, xy: Points) -> Points:
    """The drawing around the origin, in the size in which pull and push balance as a whole."""
    xy = xy - xy.mean(axis=1, keepdims=True)
    for _ in range(_SIZINGS):
        pull = _pull(graph.ties, xy)
        stiffness = pull.sum(axis=1) + np.float32(_GRAVITY) * graph.mass
        inward = sum(float(along @ (stiffness * along - pull @ along)) for along in xy)
        outward = float((graph.mass * xy * repulsion(xy, graph.mass / graph.mass.sum())).sum())
        xy = xy * np.float32(np.sqrt(outward / inward))
    return xy
