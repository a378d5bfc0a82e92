"""What speaks for and against two people being the same: measured of each pair, and weighed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from analytics.identity.links import Bools, Said, said
from analytics.identity.people import Told
from analytics.identity.tables import Floats, Ints, shared

#: What is measured of a pair, and the code under which it counts.
MEASURED = {
    "prior": "prior",
    "crowd": "prior",
    "same_handle": "handle",
    "handle_surprise": "handle",
    "handle_alike": "handle",
    "same_name": "name",
    "name_words": "name",
    "name_letters": "name",
    "initials": "name",
    "conflict": "name",
    "no_name": "name",
    "words": "words",
    "bio": "bio",
    "link": "link",
    "page": "page",
    "contradicted": "contradicted",
}
#: What proves that two are the same, of which the first counts: a service verified it, one moved to the other, both
#: declare each other.
PROOFS = ("verified", "moved", "declared")
#: The codes of all evidence, in the order in which it is told.
CODES = (*dict.fromkeys(MEASURED.values()), *PROOFS, "rivals", "copied")
PROOF = 12.0  # nats of a proof
_INSIDE = 4  # letters of a handle that stands inside another
_MOST = 30.0
_LEVELS = (1, 2, 3)  # of agreement: of the name, of the handle, of both


@dataclass(frozen=True)
class Weights:
    """How much what is measured weighs.

    Attributes
    ----------
    coefficients : ndarray of float64
        Nats for a unit of each of `MEASURED`.
    rivals : float
        How much it speaks against a pair that either of the two could be somebody else.
    copied : float
        The most that a pair without a certain link can reach: anybody can copy the rest.
    copied_alike : float
        The same of handles that are nearly the same, as impersonators choose them.
    """

    coefficients: Floats
    rivals: float
    copied: float
    copied_alike: float


#: Fitted by `python -m tests.benchmarks.identity_fit`, in the order of `MEASURED`.
WEIGHTS = Weights(
    coefficients=np.array(
        [
            *(-2.67, 1.00),
            *(0.91, 0.25, 1.68),
            *(1.86, 0.33, 0.81, 1.45, -1.88, 0.12),
            *(0.58, 1.09, 3.50, 0.89, -2.00),
        ]
    ),
    rivals=0.66,
    copied=0.94,
    copied_alike=0.67,
)


@dataclass(frozen=True)
class Evidence:
    """What is known of pairs of people.

    Attributes
    ----------
    left, right : ndarray of int
        Rows of the people; all left are of one service, and all right of one.
    measured : ndarray of float64, shape (n_pairs, n_measured)
        In the order of `MEASURED`.
    proven : dict of str to ndarray of bool
        By which of `PROOFS`; of each pair by one at most.
    one_way : ndarray of bool
        One declares the other, whose handle or name agrees, and nothing speaks against it.
    alike : ndarray of bool
        The handles are nearly the same, but not the same.
    """

    left: Ints
    right: Ints
    measured: Floats
    proven: dict[str, Bools]
    one_way: Bools
    alike: Bools

    @property
    def certain(self) -> Bools:
        """Which pairs are proven."""
        proven: Bools = np.logical_or.reduce(list(self.proven.values()))
        return proven

    @property
    def taken(self) -> Bools:
        """Which pairs are the same without a question."""
        return self.certain | self.one_way


def evidence(told: Told, left: Ints, right: Ints) -> Evidence:
    """What speaks for and against pairs of people of two services.

    Parameters
    ----------
    told : Told
        What all people tell.
    left, right : ndarray of int
        The pairs.

    Returns
    -------
    Evidence
    """
    links = said(told.links, left, right, told.service)
    handles, names = _handles(told, left, right), _names(told, left, right)
    size = np.diff(told.bounds)[told.service].astype(np.float64)
    pointed = links.certain | links.forth | links.back | links.page
    measured = {
        "prior": np.ones(len(left)),
        "crowd": np.where(pointed, 0.0, -np.log(size[left] * size[right]) / 2),
        **handles,
        **names,
        "words": np.maximum(shared(told.parts, left, right) - names["name_words"], 0.0),
        "bio": shared(told.bios, left, right),
        "link": (links.forth | links.back) & ~links.certain,
        "page": links.page & ~links.certain,
        "contradicted": links.contradicted & ~links.certain,
    }
    agreement = 2 * handles["same_handle"] + names["same_name"] * told.full_name[left]
    return Evidence(
        left=left,
        right=right,
        measured=np.column_stack([measured[name] for name in MEASURED]).astype(np.float64),
        proven={
            "verified": links.verified,
            "moved": links.moved & ~links.verified,
            "declared": links.forth & links.back & ~links.verified & ~links.moved,
        },
        one_way=_one_way(links, agreement, left, right) & (handles["handle_alike"] == 0),
        alike=handles["handle_alike"] > 0,
    )


def _handles(told: Told, left: Ints, right: Ints) -> dict[str, Floats]:
    same = (told.handle[left] == told.handle[right]) & (told.handle[left] >= 0)
    one, other = told.letters[left], told.letters[right]
    inside = (np.strings.find(one, other) >= 0) | (np.strings.find(other, one) >= 0)
    long = np.strings.str_len(told.letters) >= _INSIDE
    alike = (same | (inside & long[left] & long[right])) & (told.chosen[left] != told.chosen[right])
    return {"same_handle": same * 1.0, "handle_surprise": same * told.surprise[left], "handle_alike": alike * 1.0}


def _names(told: Told, left: Ints, right: Ints) -> dict[str, Floats]:
    named = told.name[left] >= 0, told.name[right] >= 0
    both = named[0] & named[1]
    same = both & (told.name[left] == told.name[right])
    sounds = told.initials[left], told.initials[right]
    common = np.bitwise_count(sounds[0] & sounds[1])
    fewest = np.minimum(np.bitwise_count(sounds[0]), np.bitwise_count(sounds[1]))
    return {
        "same_name": same * 1.0,
        "name_words": shared(told.words, left, right),
        "name_letters": np.where(same, 0.0, shared(told.grams, left, right)),
        "initials": 1.0 * (both & (sounds[0] == sounds[1])),
        "conflict": np.where(both, fewest - common.astype(np.float64), 0.0),
        "no_name": 1.0 * ~both,
    }


def _one_way(links: Said, agreement: Floats, left: Ints, right: Ints) -> Bools:
    """Which links of one side alone are believed: the two agree, and nobody else could be meant as well."""
    linked = links.forth | links.back | links.verified_page
    claims = np.where(linked, _LEVELS[-1], agreement)
    rivalled = np.zeros(len(left), dtype=bool)
    for level in _LEVELS:
        for group, meant in ((right, links.forth), (left, links.back), (right, links.verified_page)):
            rivalled |= meant & (agreement == level) & (np.bincount(group, claims >= level)[group] > 1)
    return linked & (agreement > 0) & ~rivalled & ~links.contradicted & ~links.unanswered


def others(odds: Floats, left: Ints, right: Ints) -> Floats:
    """The odds of all other pairs of either of the two."""
    both = np.bincount(left, odds)[left] + np.bincount(right, odds)[right]
    return np.maximum(both - 2 * odds, 0.0).astype(np.float64)


def weighed(found: Evidence, weights: Weights = WEIGHTS) -> dict[str, Floats]:
    r"""What each kind of evidence adds to the log-odds of each pair.

    Parameters
    ----------
    found : Evidence
        All pairs that two services could share.
    weights : Weights
        As fitted.

    Returns
    -------
    dict of str to ndarray of float64
        In nats, by code; their sum is the log-odds that the two are the same.

    Notes
    -----
    With the measures :math:`x_k` of a pair and their weights :math:`\beta_k`, :math:`s = \sum_k \beta_k x_k`, and 12
    more where a service verified it or both sides declare it. The others that either of the two could be speak against
    it: :math:`z = s - \gamma \log(1 + \sum e^{s'})`, with the :math:`s'` of the pair's rivals. Of what nobody verified
    some is copied: the probability is :math:`\kappa / (1 + e^{-z})`, unless the pair is taken.
    """
    codes = list(MEASURED.values())
    products = found.measured * weights.coefficients
    sums = {code: products[:, [own == code for own in codes]].sum(axis=1) for code in dict.fromkeys(codes)}
    sums |= {code: PROOF * proven for code, proven in found.proven.items()}
    alone = sum(sums.values(), np.zeros(len(found.left)))
    rivalry = np.log1p(others(np.exp(np.minimum(alone, _MOST)), found.left, found.right))
    sums["rivals"] = np.where(found.certain, 0.0, -weights.rivals * rivalry)
    score = alone + sums["rivals"]
    most = np.where(found.alike, weights.copied_alike, weights.copied)
    sums["copied"] = np.where(found.taken, 0.0, special.logit(most * special.expit(score)) - score)
    return sums
