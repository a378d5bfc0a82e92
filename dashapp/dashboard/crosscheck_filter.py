"""Which people of the cross-check are looked at: by what they are on each account, and on how many they are.

A filter stands in the address as `3.follower,7.absent,many`. All of it comes from outside: what is unknown is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

LONGEST = 2_000  # characters of a filter
BOTH = frozenset({"followers", "friends"})


@dataclass(frozen=True, slots=True)
class Option:
    """What somebody may be on an account: relations (follower, friend, mutual; none), in words.

    `tells` are the lists that have to be whole: else who is missing on one may stand there all the same.
    """

    label: str
    words: str  # with the account's name behind
    relations: frozenset[str]
    tells: frozenset[str] = frozenset()


#: by their names in addresses, in the order in which they are offered
OPTIONS: Mapping[str, Option] = {
    "there": Option("There", "on", frozenset("fim")),
    "follower": Option("Follows you", "follow you on", frozenset("fm")),
    "friend": Option("You follow", "you follow on", frozenset("im")),
    "mutual": Option("Mutual", "mutual on", frozenset("m")),
    "follower-only": Option("Follows you, you do not", "only follow you on", frozenset("f"), frozenset({"friends"})),
    "friend-only": Option("You follow, they do not", "only you follow on", frozenset("i"), frozenset({"followers"})),
    "no-follower": Option(
        "Does not follow you", "do not follow you on", frozenset({"i", ""}), frozenset({"followers"})
    ),
    "no-friend": Option("You do not follow", "you do not follow on", frozenset({"f", ""}), frozenset({"friends"})),
    "no-mutual": Option("Not mutual", "not mutual on", frozenset({"f", "i", ""}), BOTH),
    "absent": Option("Not there", "not on", frozenset({""}), BOTH),
}
#: where ties are mutual each friend follows too: what the other options come to there
OF_MUTUAL_TIES: Mapping[str, str] = {
    **dict.fromkeys(("there", "follower"), "there"),
    **dict.fromkeys(("friend", "mutual"), "mutual"),
    "follower-only": "follower-only",
    **dict.fromkeys(("no-friend", "no-mutual"), "no-mutual"),
    **dict.fromkeys(("no-follower", "absent"), "absent"),
}
#: the same where nobody follows who is no friend: there is one relation
OF_ONE_RELATION: Mapping[str, str] = {
    **dict.fromkeys(("there", "follower", "friend", "mutual"), "there"),
    **dict.fromkeys(("no-follower", "no-friend", "no-mutual", "absent"), "absent"),
}
OF_BOTH_WAYS: Mapping[str, str] = {name: name for name in OPTIONS}
SPREADS: Mapping[str, str] = {"many": "On more than one", "one": "On one alone"}


@dataclass(frozen=True, slots=True)
class Filter:
    """What has to hold of a person: an option by account, in the order of the accounts, and on how many they are."""

    options: tuple[tuple[int, str], ...] = ()
    spread: str | None = None

    def __str__(self) -> str:
        parts = [f"{account}.{option}" for account, option in self.options]
        return ",".join([*parts, *([self.spread] if self.spread else [])])

    def accepts(self, relations: Mapping[int, str]) -> bool:
        """Whether somebody with these relations, by account, is meant."""
        if self.spread and (self.spread == "many") != (len(relations) > 1):
            return False
        return all(relations.get(account, "") in OPTIONS[option].relations for account, option in self.options)

    def without(self, account: int | None) -> Filter:
        """The same for any relation to that account; None: for any number of accounts."""
        if account is None:
            return replace(self, spread=None)
        return replace(self, options=tuple(each for each in self.options if each[0] != account))


def parse_filter(text: Any, accounts: Sequence[int]) -> Filter:
    """The filter of an address or a page; what no account of these has is left out."""
    parts = text.split(",") if isinstance(text, str) and len(text) < LONGEST else []
    chosen = dict(part.split(".", 1) for part in parts if "." in part)
    options = [(account, chosen.get(str(account), "")) for account in accounts]
    spread = next((part for part in parts if part in SPREADS), None)
    return Filter(tuple(each for each in options if each[1] in OPTIONS), spread)


def offered(whole: Collection[str], known: Mapping[str, str]) -> dict[str, str]:
    """The options of an account with their labels, each of what comes to one once; what is not told says so."""
    named = {name: option for name, option in OPTIONS.items() if known.get(name) == name}
    return {name: of.label + ("" if of.tells.issubset(whole) else ", as far as read") for name, of in named.items()}
