"""Pairs of people of different services who are the same person, each with its probability and what speaks for it."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
from scipy import special

from analytics.identity.blocking import Block, block, nearest
from analytics.identity.evidence import CODES, evidence, weighed
from analytics.identity.people import Told, told

#: From this probability on a pair is worth a question.
LIKELY = 0.5
_LEAST = 0.0005  # less probable pairs are left out,
_MOST = 3  # and those behind so many more probable ones of both people
_TOLD = ("handle", "name", "bio", "links", "verified_links", "moved_to")
_COLUMNS = ["left", "right", "probability", "certain", *CODES]


def matches(people: pd.DataFrame) -> pd.DataFrame:
    r"""Pairs of people of different services who are, or may be, the same person.

    Parameters
    ----------
    people : DataFrame
        One row a person, any number of services; the lists of several accounts one below the other. Columns ``service``
        and ``key`` (str) say who it is: rows that agree in both are one person, known by the first of them. All others
        may be missing, or missing in some rows, where a service does not tell:

        - ``handle``, ``name``, ``bio`` (str), as the service shows them; what follows ``@`` in a handle is its server.
          Where most handles of a service have a dot they are names of hosts, which the service has verified.
        - ``links``, ``verified_links`` (lists of str): what the person declares, and what of it the service verified.
          Who knows the services' addresses has turned each that is a profile's into ``service:handle`` or
          ``service:key``; all others are addresses of pages as they are. Letter case does not matter.
        - ``moved_to`` (str): the account that this one says it moved to, as ``service:handle`` or ``service:key``.

    Returns
    -------
    DataFrame
        One row a pair, the most probable first. Columns ``left``, ``right`` (labels of the index of `people`, in the
        order of service and key), ``probability`` (in [0, 1]), ``certain`` (bool: to be taken without a question), and
        one column for each code of evidence, `CODES`: its weight in nats, 0 where there is none. Their sum is the
        log-odds of the probability. Pairs that are not certain are left out if they are less probable than 0.0005, or
        not among the three most probable of either person and the other's service; two people of one service are a pair
        only by proof. In ``attrs``, ``too_common`` is how many people were compared with nobody because too many share
        what they tell.

    Notes
    -----
    What is measured of a pair, :math:`x_k`, adds up to log-odds as in the model of Fellegi and Sunter,
    :math:`s = \sum_k \beta_k x_k`; rarity is that among the people at hand. Others whom either of the two could be as
    well speak against it, and of what nobody verified some is copied: :math:`p = \kappa / (1 + e^{-z})`,
    :math:`z = s - \gamma \log(1 + \sum e^{s'})`, the :math:`s'` being those of all other pairs of either person
    between the same two services.

    A pair is certain by proof: a service verified a link from one to the other, both declare each other, or one moved
    to the other. It is also certain if only one declares the other, or both have the same page verified, and their
    folded handles agree, or their names of two words and more. Then nothing may speak against it: no other account in
    the place of one of them, declared or of equal agreement; no links of who does not return this one; no handle that
    looks like the other without being the same.

    The codes are ``prior`` (how many could be meant), ``handle``, ``name``, ``words`` (of the handle of one in name or
    handle of the other), ``bio``, ``link`` (of one side), ``page`` (declared by both), ``contradicted`` (another
    account is declared), ``verified``, ``moved`` and ``declared`` (by both), ``rivals`` and ``copied``.

    References
    ----------
    .. [1] Fellegi, I. P. & Sunter, A. B. (1969). A theory for record linkage. J. Am. Stat. Assoc. 64, 1183-1210.
    .. [2] Zafarani, R. & Liu, H. (2013). Connecting users across social media sites: a behavioral-modeling approach.
       Proc. KDD 19, 41-49.
    """
    known = _in_order(people)
    if known.empty:
        return _with_count(pd.DataFrame(columns=_COLUMNS, dtype="float64").astype({"certain": bool}), 0)
    prepared = told(known)
    compared, crowded = np.zeros((2, len(known)), dtype=bool)
    found = []
    for one, other in combinations_with_replacement(range(len(prepared.bounds) - 1), 2):
        pairs = block(prepared, one, other)
        compared[pairs.left] = compared[pairs.right] = crowded[pairs.crowded] = True
        found.append(_weighed_pairs(prepared, pairs, only_certain=one == other))
    made = pd.concat(found, ignore_index=True)
    made = made.sort_values(["probability", "left", "right"], ascending=[False, True, True], ignore_index=True)
    labels = known["label"].to_numpy()
    made["left"], made["right"] = labels[made["left"].to_numpy()], labels[made["right"].to_numpy()]
    return _with_count(made, int((crowded & ~compared).sum()))


def _in_order(people: pd.DataFrame) -> pd.DataFrame:
    """Each person once, in the order of service and key, with the label and all that is told."""
    whole = people.reindex(columns=["service", "key", *_TOLD]).assign(label=people.index)
    if whole.duplicated(["service", "key"]).any():
        return whole.groupby(["service", "key"], as_index=False).first()
    return whole.sort_values(["service", "key"], ignore_index=True)


def _weighed_pairs(prepared: Told, pairs: Block, *, only_certain: bool) -> pd.DataFrame:
    """The pairs of two services that are worth telling."""
    found = evidence(prepared, pairs.left, pairs.right)
    sums = weighed(found)
    weights = np.column_stack(list(sums.values()))
    probability = special.expit(weights.sum(axis=1))
    best = nearest(probability, pairs.left, _MOST) | nearest(probability, pairs.right, _MOST)
    kept = found.taken | (best & (probability >= _LEAST))
    kept = kept & found.certain if only_certain else kept
    made = {"left": pairs.left, "right": pairs.right, "probability": probability, "certain": found.taken, **sums}
    return pd.DataFrame({name: values[kept] for name, values in made.items()})


def _with_count(made: pd.DataFrame, too_common: int) -> pd.DataFrame:
    made.attrs["too_common"] = too_common
    return made
