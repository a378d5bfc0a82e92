"""Repulsion of everybody by everybody in almost linear time: masses on a grid, a convolution, forces read back."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import fft, sparse

from analytics.layout.arrays import Points, Values

_POWER = 0.6  # the potential is r^-p / p: between ForceAtlas2 (0) and charges in space (1)
_SOFTENING = 0.7  # cells within which the force stops growing
_CELLS = 1.5  # cells a side for each of sqrt(n)
_SMALLEST, _LARGEST = 32, 512
_TINY = 1e-20


def grid_size(n: int) -> int:
    """Cells a side for `n` people: the power of two nearest to `_CELLS` sqrt(n), within bounds."""
    wanted = 2 ** round(np.log2(_CELLS * np.sqrt(n)))
    return int(min(max(wanted, _SMALLEST), _LARGEST))


def repulsion(xy: Points, mass: Values) -> Points:
    """Force on each per unit of mass, by the masses of all.

    Parameters
    ----------
    xy : ndarray of float32, shape (2, n)
        Positions.
    mass : ndarray of float32, shape (n,)
        Masses; the force grows in proportion.

    Returns
    -------
    ndarray of float32, shape (2, n)
        Pointing away from the others; 0 for one alone.

    References
    ----------
    .. [1] Hockney, R. W. & Eastwood, J. W. (1988). Computer simulation using particles. Taylor & Francis.
    .. [2] Linderman, G. C. et al. (2019). Fast interpolation-based t-SNE for improved visualization of single-cell
       RNA-seq data. Nat. Methods 16, 243-245.
    """
    size = grid_size(len(mass))
    low = xy.min(axis=1, keepdims=True)
    cell = (xy.max(axis=1, keepdims=True) - low).max() / np.float32(size - 3) + np.float32(_TINY)
    corners = _corners((xy - low) / cell + 1, size)
    force = _field((corners.T @ mass).reshape(size, size)) * (cell ** (-_POWER - 1))
    return np.stack([corners @ along.ravel() for along in force])


def _corners(cells: Points, size: int) -> sparse.csr_array[np.float32, tuple[int, int]]:
    """Share of each of the grid's points in each person: the four around, by nearness (bilinear)."""
    whole = np.floor(cells)
    right, up = part = cells - whole
    left, down = 1 - part
    column, row = whole.astype(np.int32)
    first = column * size + row
    points = np.stack([first, first + 1, first + size, first + size + 1], axis=1)
    shares = np.stack([left * down, left * up, right * down, right * up], axis=1)
    ends = np.arange(0, points.size + 1, 4, dtype=np.int32)
    return sparse.csr_array((shares.ravel(), points.ravel(), ends), shape=(len(first), size * size))


def _field(density: Values) -> Values:
    """Force at the grid's points, shape (2, size, size), with a cell as unit of length."""
    size = len(density)
    # On a torus of twice the size, for a convolution goes around; lines that are empty or not asked for are left out.
    spectrum = fft.fft(fft.rfft(density, 2 * size, axis=1), 2 * size, axis=0)
    spectrum *= _kernel(size)
    potential = fft.irfft(fft.ifft(spectrum, axis=0)[:size], axis=1)[:, :size]
    force = np.zeros((2, size, size), dtype=np.float32)
    force[0, 1:-1] = potential[:-2] - potential[2:]
    force[1, :, 1:-1] = potential[:, :-2] - potential[:, 2:]
    return force / np.float32(2)


@lru_cache
def _kernel(size: int) -> Values:
    """Fourier transform of the potential of a mass at the origin of the torus."""
    line = np.arange(2 * size)
    along = np.minimum(line, 2 * size - line)
    distance = np.sqrt(along[:, None] ** 2 + along**2 + _SOFTENING**2)
    kernel: Values = np.real(fft.rfft2(distance**-_POWER / _POWER)).astype(np.float32)
    return kernel
