"""What the people of all accounts tell of themselves, made comparable: handles, names, bios, and the words in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from analytics.identity.links import Bools, Links, links
from analytics.identity.names import folded, handle_words, name_words, own_handle, sound, spellings, undisguised
from analytics.identity.tables import Floats, Ints, Table, directions, gram_table, rare, surprise, table

_BIO_WORD = re.compile(r"[^\W\d_]{4,}")
_INNER = re.compile(r"(?<=[^\W_])[-_.](?=[^\W_])")
_MOSTLY = 0.5  # of a service's handles with a dot: they are names of hosts


@dataclass(frozen=True)
class Told:
    """What people tell, one row a person, in the order of service and key.

    Attributes
    ----------
    bounds : ndarray of int
        Where each service begins, and the number of people.
    service : ndarray of int
        The number of each person's service.
    handle, chosen : ndarray of int
        Numbers that are the same where the handles are: folded, and with the punctuation at their ends; -1 where not
        told.
    letters : ndarray of bytes
        Handles as `names.undisguised` gives them.
    surprise : ndarray of float64
        Of each handle, as `tables.surprise` gives it.
    name : ndarray of int
        Numbers that are the same where the words of the names are; -1 where the name tells no more than the handle.
    full_name : ndarray of bool
        The name has more than one word.
    initials : ndarray of int
        The sounds that words of the name begin with, as bits.
    words : csr_array
        Of names, with their rarity.
    grams : csr_array
        Runs of three letters in the name, as directions.
    parts : csr_array
        Words of the name and the handle together.
    bios : csr_array
        Words of the bio, as directions.
    keys : csr_array
        By what people are found: who has none in common is never compared.
    links : Links
        What is declared and verified.
    """

    bounds: Ints
    service: Ints
    handle: Ints
    chosen: Ints
    letters: NDArray[np.bytes_]
    surprise: Floats
    name: Ints
    full_name: Bools
    initials: Ints
    words: Table
    grams: Table
    parts: Table
    bios: Table
    keys: Table
    links: Links


def told(people: pd.DataFrame) -> Told:
    """What people tell, made comparable.

    Parameters
    ----------
    people : DataFrame
        As `matching.matches` takes it, with all columns, at least one row, in the order of service and key.

    Returns
    -------
    Told
    """
    services = people["service"].to_numpy(dtype=object)
    bounds = np.flatnonzero(np.concatenate([[True], services[1:] != services[:-1], [True]]))
    handles = people["handle"].tolist()
    hosts = {services[a]: _are_hosts(handles[a:b]) for a, b in pairwise(bounds)}
    of_handle, chosen = _different(
        own_handle(handle, is_host=hosts[service]) if isinstance(handle, str) else ""
        for handle, service in zip(handles, services, strict=True)
    )
    of_name, names = _different(name if isinstance(name, str) else "" for name in people["name"].tolist())
    fold, words = list(map(folded, chosen)), list(map(name_words, names))
    texts = _numbers([*fold, *map("".join, words)])
    # a name that is the handle once more tells nothing that the handle does not: as if it were empty
    of_name = np.where(texts[of_handle] == texts[len(fold) + of_name], len(names), of_name)
    words.append(())
    joined = list(map("".join, words))
    known = {word: sound(word) for word in {word for each in words for word in each}}
    heard = [{known[word] for word in each if len(word) > 1} for each in words]
    sounds = rare(table(heard)[of_name], bounds)
    whole = rare(table([" ".join(sorted(each))] if len(each) > 1 else () for each in heard)[of_name], bounds)
    parts = _either([handle_words(each, known.keys()) for each in chosen], map(_long, words), of_handle, of_name)
    made = _either([[each] if each else () for each in fold], map(spellings, words), of_handle, of_name)
    return Told(
        bounds=bounds,
        service=np.repeat(np.arange(len(bounds) - 1), np.diff(bounds)),
        handle=texts[of_handle],
        chosen=_numbers([_INNER.sub("", handle.casefold()) for handle in chosen])[of_handle],
        letters=np.array(list(map(undisguised, fold)), dtype="S32")[of_handle],
        surprise=surprise(fold, [*fold, *joined])[of_handle],
        name=_numbers([" ".join(sorted(set(each))) for each in words])[of_name],
        full_name=np.array([len(set(each)) > 1 for each in words])[of_name],
        initials=np.array([_bits({known[word][0] for word in each}) for each in words])[of_name],
        words=rare(table(map(set, words))[of_name], bounds),
        grams=directions(rare(gram_table(joined)[of_name], bounds)),
        parts=rare(parts, bounds),
        bios=directions(rare(table(map(_bio_words, people["bio"].tolist())), bounds)),
        keys=sp.hstack([rare(made, bounds), whole, sounds, rare(parts, bounds)], format="csr"),
        links=links(people, bounds, hosts),
    )


def _either(
    by_handle: Sequence[Iterable[str]], by_name: Iterable[Iterable[str]], of_handle: Ints, of_name: Ints
) -> Table:
    """Words that each person has of the handle, of the name, or of both."""
    words, n = table(chain(by_handle, by_name)), len(by_handle)
    return words[:n][of_handle].maximum(words[n:][of_name])


def _long(words: Iterable[str]) -> set[str]:
    return {word for word in words if len(word) > 2}


def _bits(letters: set[str]) -> int:
    return sum(1 << ord(letter) - ord("a") for letter in letters)


def _different(texts: Iterable[str]) -> tuple[Ints, list[str]]:
    """Of each text the number among those that differ; these."""
    codes, known = pd.factorize(np.array(list(texts), dtype=object))
    return codes.astype(np.int64), known.tolist()


def _are_hosts(handles: list[object]) -> bool:
    """Whether the handles of a service are names of hosts."""
    given = [handle for handle in handles if isinstance(handle, str)]
    return sum("." in handle.partition("@")[0] for handle in given) > _MOSTLY * len(given)


def _bio_words(bio: object) -> set[str]:
    return set(_BIO_WORD.findall(bio.casefold())) if isinstance(bio, str) else set()


def _numbers(texts: list[str]) -> Ints:
    """The same number for the same text; -1 for none."""
    codes, _ = pd.factorize(np.array([text or None for text in texts], dtype=object))
    return codes.astype(np.int64)
