"""What may be said of people who are on several accounts of one user, and of the accounts beside each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import NamedTuple

from analytics.findings.candidates import Candidate, Section, Share, surest

# what somebody is on an account: f follower, i friend, m mutual, - not there; any of these letters
_FOLLOWER, _FRIEND, _MUTUAL, _ONLY_FRIEND = "fm", "im", "m", "i"
_NO_FOLLOWER, _NO_FRIEND, _ANY = "i-", "f-", "fim-"
_BOTH = frozenset({"followers", "friends"})

Relations = Mapping[int, str]
_Pair = tuple[str, str]  # on the one account, and on the other


class _Question(NamedTuple):
    """Two shares of people, and the sentence that tells them; asked of one account and another."""

    of: _Pair
    share: _Pair  # of these
    others: _Pair
    other_share: _Pair
    tells: Collection[str]  # which lists of the other account have to be whole
    sentence: str
    section: Section


_QUESTIONS = (
    _Question(
        (_FOLLOWER, _FOLLOWER), (_MUTUAL, _FOLLOWER), (_FOLLOWER, _NO_FOLLOWER), (_MUTUAL, _NO_FOLLOWER), {"followers"},
        "Of those who follow you on {here} and {there} you follow back {share} on {here}, of those who follow you on "
        "{here} and not on {there} {others}.",
        "where",
    ),
    _Question(
        (_FRIEND, _FRIEND), (_MUTUAL, _FRIEND), (_FRIEND, _NO_FRIEND), (_MUTUAL, _NO_FRIEND), {"friends"},
        "Of those whom you follow on {here} and {there} {share} follow you back on {here}, of those whom you follow on "
        "{here} and not on {there} {others}.",
        "where",
    ),
    _Question(
        (_FOLLOWER, _ANY), (_FOLLOWER, _FOLLOWER), (_ONLY_FRIEND, _ANY), (_ONLY_FRIEND, _FOLLOWER), {"followers"},
        "Of your followers on {here} {share} follow you on {there} too, of those whom you follow on {here} and who do "
        "not follow you there {others}.",
        "where",
    ),
    _Question(
        (_FOLLOWER, _ANY), (_MUTUAL, _ANY), (_ANY, _FOLLOWER), (_ANY, _MUTUAL), _BOTH,
        "Of your followers on {here} you follow back {share}, of those on {there} {others}.",
        "accounts",
    ),
    _Question(
        (_FRIEND, _ANY), (_MUTUAL, _ANY), (_ANY, _FRIEND), (_ANY, _MUTUAL), _BOTH,
        "Of your friends on {here} {share} follow you back, of those on {there} {others}.",
        "accounts",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One of the accounts.

    Attributes
    ----------
    title : str
        What it is called among the others.
    whole : collection of str
        Which of its lists were read whole: ``"followers"``, ``"friends"``.
    one_sided : bool
        Whether somebody can follow without being followed.
    """

    title: str
    whole: Collection[str]
    one_sided: bool


def of_crosscheck(people: Sequence[tuple[Relations, int]], accounts: Mapping[int, Place]) -> list[Candidate]:
    """What may be said of the people of all accounts.

    Parameters
    ----------
    people : sequence of (mapping of int to str, int)
        What somebody is on which account, and how many people this is so of: ``"f"`` follower, ``"i"`` friend, ``"m"``
        mutual; missing where they are not.
    accounts : mapping of int to Place
        By the same numbers.

    Returns
    -------
    list of Candidate
        One for each of five questions that can be asked: whether those are followed back more often who follow on
        another account too; whether those follow back more often whom the user follows on another account too; whether
        followers of one account follow on another more often than those whom the user follows there in vain; and how
        two accounts differ in either share of follow-back.

    Notes
    -----
    Each is asked of all pairs of accounts whose lists tell it, and the surest answer is taken: see
    `candidates.surest`. Who is missing on a list that was not read whole is not counted as missing. Between accounts,
    people who are on both are counted twice, which makes the two less different than other people would be.

    Ties are not asked: who is on several services has ties on several, so more of them.

    References
    ----------
    .. [1] Fisher, R. A. (1935). The logic of inductive inference. J. R. Stat. Soc. 98, 39-82.
    """
    whole = [account for account, place in accounts.items() if place.one_sided and set(place.whole) >= _BOTH]
    pairs = [(one, other) for one, other in permutations(accounts, 2) if one in whole]
    counts = {pair: _together(people, *pair) for pair in pairs}
    found = []
    for question in _QUESTIONS:
        of_two = question.tells == _BOTH  # the same in either order
        asked = [(one, other) for one, other in pairs if not of_two or (other in whole and one < other)]
        told = [pair for pair in asked if set(accounts[pair[1]].whole) >= set(question.tells)]
        found += [*_surest(question, {pair: counts[pair] for pair in told}, accounts)]
    return found


def _together(people: Sequence[tuple[Relations, int]], one: int, other: int) -> Counter[_Pair]:
    """How many people are what on the one account and on the other."""
    counts: Counter[_Pair] = Counter()
    for relations, n in people:
        counts[relations.get(one, "-"), relations.get(other, "-")] += n
    return counts


def _surest(
    question: _Question, counts: Mapping[tuple[int, int], Counter[_Pair]], accounts: Mapping[int, Place]
) -> Iterator[Candidate]:
    answers = {
        pair: (
            Share(_number(of_pair, question.share), _number(of_pair, question.of)),
            Share(_number(of_pair, question.other_share), _number(of_pair, question.others)),
        )
        for pair, of_pair in counts.items()
    }
    if found := surest(answers):
        p, pair, share, other = found
        here, there = (accounts[account].title for account in pair)
        sentence = question.sentence.format(here=here, there=there, share=share.counted, others=other.counted)
        yield Candidate(p, sentence, question.section)


def _number(counts: Counter[_Pair], of: _Pair) -> int:
    return sum(n for (one, other), n in counts.items() if one in of[0] and other in of[1])
