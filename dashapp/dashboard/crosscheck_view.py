"""What the cross-check's page reads: the user's accounts, and how many people stand where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from flask_login import current_user

from ..services import service_of
from ..store import accounts, crosscheck
from ..store.rows import AccountRow
from ..theme import current_theme
from .crosscheck_filter import BOTH, OF_BOTH_WAYS, OF_MUTUAL_TIES, OF_ONE_RELATION, OPTIONS, Filter, parse_filter
from .figures.upset import Combination

#: how people can be looked at: what counts as standing on an account, and what as not
KINDS: Mapping[str, tuple[str, str, str]] = {
    "anybody": ("Anybody", "there", "absent"),
    "followers": ("Followers", "follower", "no-follower"),
    "friends": ("Friends", "friend", "no-friend"),
    "mutuals": ("Mutuals", "mutual", "no-mutual"),
}
KIND = "anybody"


@dataclass(frozen=True, slots=True)
class Question:
    """Something worth asking, the filter that answers it, and how many people it finds."""

    label: str
    where: str
    people: int


@dataclass(frozen=True, slots=True)
class CrosscheckView:
    """The accounts that were compared, and how many people there are of each pattern."""

    derived: AccountRow
    accounts: Sequence[AccountRow]
    counts: Mapping[str, int]
    relations: Mapping[str, Mapping[int, str]]  # by pattern and account
    theme: str
    time_zone: str

    @property
    def ids(self) -> list[int]:
        """The accounts' ids."""
        return [account.id for account in self.accounts]

    @property
    def is_older(self) -> bool:
        """Whether accounts were analysed after all were compared, as where comparing failed."""
        last = self.derived.analysed_at
        return last is None or any(row.analysed_at and row.analysed_at > last for row in self.accounts)

    def title(self, account: AccountRow) -> str:
        """What an account is called among the others."""
        return accounts.titles(self.accounts)[account.id]

    @property
    def place(self) -> str:
        """What a column is: people with two accounts of one service do not count services."""
        services = {account.service for account in self.accounts}
        return "service" if len(services) == len(self.accounts) else "account"

    def filter(self, text: object) -> Filter:
        """The filter that an address or a page names."""
        return parse_filter(text, self.ids)

    def option(self, account: AccountRow, option: str) -> str | None:
        """An option as that account has it; None: it cannot be there."""
        return self.options(account).get(option)

    def options(self, account: AccountRow) -> Mapping[str, str]:
        """What each option comes to on that account."""
        if not account.mutual_ties:
            return OF_BOTH_WAYS
        follows_alone = any(relations.get(account.id) == "f" for relations in self.relations.values())
        return OF_MUTUAL_TIES if follows_alone else OF_ONE_RELATION

    def having(self, options: Mapping[int, str], spread: str | None = None) -> Filter:
        """The filter with these options, in the order of the accounts."""
        return Filter(tuple((each, options[each]) for each in self.ids if each in options), spread)

    def patterns(self, chosen: Filter) -> list[str] | None:
        """The patterns that the filter lets through; None: all."""
        if not str(chosen):
            return None
        return [pattern for pattern, relations in self.relations.items() if chosen.accepts(relations)]

    def people(self, chosen: Filter) -> int:
        """How many people the filter lets through."""
        return sum(count for pattern, count in self.counts.items() if chosen.accepts(self.relations[pattern]))

    def relations_of(self, pattern: str) -> Mapping[int, str]:
        """What somebody of that pattern is on which account; of one that came meanwhile nothing is known yet."""
        return self.relations.get(pattern, {})

    def tells(self, account: AccountRow, *names: str) -> bool:
        """Whether these lists of the account were read whole; where ties are mutual they are one."""
        return account.whole_lists >= set(names)

    def partly_read(self) -> list[str]:
        """Which lists were not read whole, in words."""
        parts = []
        for account in self.accounts:
            missing = [name for name in sorted(BOTH) if not self.tells(account, name)]
            words = service_of(account.service).friend + "s" if account.mutual_ties else " and ".join(missing)
            parts += [f"{words} on {self.title(account)}"] if missing else []
        return parts

    def combinations(self, kind: str) -> list[Combination]:
        """How many people stand on exactly which accounts, the most first."""
        inside, outside = KINDS[kind][1:]
        met: Counter[frozenset[int]] = Counter()
        for pattern, count in self.counts.items():
            relations = self.relations[pattern]
            met[frozenset(n for n, each in enumerate(self.ids) if relations.get(each, "") in _of(inside))] += count
        ordered = sorted(met.items(), key=lambda each: (-each[1], len(each[0]), sorted(each[0])))
        return [self._combination(rows, people, inside, outside) for rows, people in ordered if rows]

    def _combination(self, rows: frozenset[int], people: int, inside: str, outside: str) -> Combination:
        options = {
            account.id: self.option(account, inside if row in rows else outside) or ""
            for row, account in enumerate(self.accounts)
        }
        names = [self.title(account) for row, account in enumerate(self.accounts) if row in rows]
        title = " and ".join(names) if len(names) > 1 else f"{names[0]} alone"
        return Combination(rows=rows, people=people, where=str(self.having(options)), title=title)

    def on(self, account: AccountRow, option: str) -> Filter:
        """Who is that on this account."""
        chosen = self.option(account, option)
        return self.having({account.id: chosen} if chosen else {})

    def questions(self) -> list[Question]:
        """What can be asked of all accounts at once, then of two, with the number of people."""
        mutual = {account.id: self.option(account, "mutual") or "" for account in self.accounts}
        asked = [
            (f"On more than one {self.place}", self.having({}, "many")),
            (f"On one {self.place} alone", self.having({}, "one")),
            ("Mutual everywhere", self.having(mutual)),
            *self._of_two(),
        ]
        return [Question(label, str(chosen), self.people(chosen)) for label, chosen in asked]

    def _of_two(self) -> Iterator[tuple[str, Filter]]:
        for one, other in permutations(self.accounts, 2):
            follows, not_there = self.option(one, "follower"), self.option(other, "no-follower")
            label = f"Follow you on {self.title(one)}, not on {self.title(other)}"
            yield label, self.having({one.id: follows or "", other.id: not_there or ""})
            if follows_alone := self.option(other, "follower-only"):
                label = f"Friend on {self.title(one)}, only follower on {self.title(other)}"
                yield label, self.having({one.id: self.option(one, "friend") or "", other.id: follows_alone})

    def unreturned(self) -> tuple[AccountRow, Filter, int] | None:
        """The account with the most friends who do not follow on any account of which that is told."""
        told = [account for account in self.accounts if self.tells(account, "followers")]
        nowhere = {account.id: self.option(account, "no-follower") or "" for account in told}
        one_sided = [account for account in told if not account.mutual_ties]
        asked = [(account, self.having(nowhere | {account.id: "friend-only"})) for account in one_sided]
        found = [(account, chosen, self.people(chosen)) for account, chosen in asked]
        most = max(found, key=lambda each: each[2], default=None)
        return most if most and most[2] else None


def _of(option: str) -> frozenset[str]:
    return OPTIONS[option].relations


def read_crosscheck() -> CrosscheckView | None:
    """The user's cross-check; None where nothing was compared."""
    return read_crosscheck_of(current_user.id, current_user.time_zone)


def read_crosscheck_of(owner: int, time_zone: str) -> CrosscheckView | None:
    """The cross-check of that owner, whoever looks at it."""
    derived = crosscheck.derived(owner)
    if derived is None:
        return None
    counts = crosscheck.pattern_counts(owner)
    known = {row.id: row for row in accounts.accounts(owner)}
    mutual = {row.id for row in known.values() if row.mutual_ties}
    told = {pattern: crosscheck.relations(pattern, mutual) for pattern in counts}
    relations = {pattern: {each: told[pattern][each] for each in told[pattern] if each in known} for pattern in told}
    met = {account for each in relations.values() for account in each}
    return CrosscheckView(
        derived=derived,
        accounts=[row for row in known.values() if row.id in met],
        counts=counts,
        relations=relations,
        theme=current_theme(),
        time_zone=time_zone,
    )
