"""What speaks for and against two people being the same, in words."""

from __future__ import annotations

from collections.abc import Mapping

from analytics.identity.names import folded, name_words, own_handle

from ...store.rows import NamedRow

_TOLD = 0.5  # nats: less says nothing worth a word
_RARE = 5.0  # nats of the same handle: about one in 150 would have it by chance
WORDS: Mapping[str, tuple[str, str]] = {  # for, against
    "verified": ("a service verified the link from one to the other", ""),
    "moved": ("one moved to the other", ""),
    "declared": ("each links to the other", ""),
    "proof": ("proven by their links", ""),  # of a comparison that did not yet tell how
    "link": ("one links to the other, which does not link back", ""),
    "page": ("both name the same page as theirs", ""),
    "handle": ("handles are nearly the same", ""),
    "name": ("names agree in part", "names differ"),
    "words": ("the handle of one stands in the name of the other", ""),
    "bio": ("bios have rare words in common", ""),
    "contradicted": ("", "one of them links to somebody else there"),
    "rivals": ("", "others could be meant as well"),
}


def evidence_words(evidence: Mapping[str, float], left: NamedRow, right: NamedRow) -> tuple[list[str], list[str]]:
    """What speaks for it and what against, the strongest first."""
    strongest = sorted(evidence, key=lambda code: -abs(evidence[code]))
    told = [(code, evidence[code]) for code in strongest if code in WORDS and abs(evidence[code]) >= _TOLD]
    told = [each for each in told if each[0] != "words" or not _handles(left) & _handles(right)]  # said by the handle
    names_count = any(code == "name" for code, _ in told)  # not where they tell no more than the handles
    speaking = [_word(code, weight, left, right, names_count=names_count) for code, weight in told if weight > 0]
    against = [WORDS[code][1] for code, weight in told if weight < 0]
    return [word for word in speaking if word], [word for word in against if word]


def _word(code: str, weight: float, left: NamedRow, right: NamedRow, *, names_count: bool) -> str:
    if code == "handle" and _handles(left) & _handles(right):
        same = "same rare handle" if weight >= _RARE else "same handle"
        return f"{same} and name" if _same_name(left, right) and not names_count else same
    if code == "name" and _same_name(left, right):
        return "same name"
    return WORDS[code][0]


def _same_name(left: NamedRow, right: NamedRow) -> bool:
    words = set(name_words(left.name or ""))
    return bool(words) and words == set(name_words(right.name or ""))


def _handles(person: NamedRow) -> set[str]:
    """The handle, folded; of one with a dot also as the name of a host."""
    given = person.handle or ""
    return {folded(own_handle(given, is_host=is_host)) for is_host in (False, True)} - {""}


def sentence(evidence: Mapping[str, float], left: NamedRow, right: NamedRow) -> str:
    """All of it in one sentence."""
    speaking, against = evidence_words(evidence, left, right)
    told = "; ".join(speaking) or "little that both tell agrees"
    return f"{told[0].upper()}{told[1:]}." + (f" But {'; '.join(against)}." if against else "")


def likelihood(probability: float) -> str:
    """A probability in words, of pairs that are no certain ones."""
    tenths = min(round(probability * 10), 9)
    if tenths > 7:
        return f"Likely, {tenths} in 10"
    return f"Rather likely, {tenths} in 10" if tenths > 5 else "As likely as not"
