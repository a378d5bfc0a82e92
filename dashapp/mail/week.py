"""What a weekly e-mail tells: of each account that was read the last seven days, from what an import stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd

from analytics.timeline import PERIODS, local_day, own

from ..page_paths import account_page
from ..services import service_of
from ..store import accounts, crosscheck, results
from ..store.rows import AccountRow

DAYS = 7
MOST_ACCOUNTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountWeek:
    """Seven days of an account. None: not told."""

    title: str  # of its service
    handle: str
    path: str
    first: date
    last: date  # the day of the data
    posts: int | None  # own ones and replies
    list_name: str
    people: int | None  # on that list
    gained: int | None
    lost: int | None
    since: date | None  # with which reading of the list the last ones were compared
    findings: Sequence[str]
    findings_days: int | None  # of how many days; None: of all
    is_analysed: bool  # whether the newest data is; else nothing of it is told

    @property
    def figures(self) -> Mapping[str, int | None]:
        """The numbers by their titles."""
        return {
            "Posts": self.posts,
            self.list_name.capitalize(): self.people,
            "Gained": self.gained,
            "Lost": self.lost,
        }

    @property
    def notes(self) -> Iterator[str]:
        """What the numbers rest on, and why one is not told."""
        if not self.is_analysed:
            yield "The newest data is not analysed yet. Open its page later to see what is new."
            return
        if self.posts is None:
            yield "How many posts there were in these days is not known."
        if self.gained is None:
            yield f"Who was gained and lost is not told: the {self.list_name} were not read whole and compared."
        elif self.since is not None:
            yield f"Gained and lost: against the {self.list_name} of {self.since:%-d %B %Y}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What there is to tell a user."""

    accounts: Sequence[AccountWeek]
    more: int  # accounts that were read too, but are too many
    unread: Sequence[str]  # accounts of which there is no newer data
    on_several: int | None  # people on more than one account; None: nothing was compared
    to_decide: int  # pairs of people who may be the same

    @property
    def subject(self) -> str:
        """What a list of mails shows."""
        last = max(account.last for account in self.accounts)
        return f"Your week on Sociogram, up to {last:%-d %B %Y}"

    @property
    def pairs(self) -> str:
        """How many pairs wait, of which no more are counted than somebody decides on; empty without any."""
        said = "1 pair waits" if self.to_decide == 1 else f"{self.to_decide:,} pairs wait"
        least = "At least " if self.to_decide >= crosscheck.MOST else ""
        return f"{least}{said} for you to say whether they are the same." if self.to_decide else ""


def week(owner: int, time_zone: str, *, since: datetime) -> Week | None:
    """What data newer than that tells; None if there is none."""
    mine = accounts.accounts(owner)
    read = [account for account in mine if account.analysed_at and _is_newer(account, since)]
    if not read:
        return None
    counts = crosscheck.pattern_counts(owner) if crosscheck.derived(owner) else None
    return Week(
        accounts=[_account_week(owner, account, time_zone) for account in read[:MOST_ACCOUNTS]],
        more=len(read[MOST_ACCOUNTS:]),
        unread=[_called(each) for each in mine if not _is_newer(each, since)][:MOST_ACCOUNTS],
        on_several=None if counts is None else _on_several(counts),
        to_decide=crosscheck.suggestions(owner, limit=0)[1] if counts else 0,
    )


def _is_newer(account: AccountRow, since: datetime) -> bool:
    return account.data_at is not None and account.data_at > since


def _on_several(counts: Mapping[str, int]) -> int:
    """How many people have a pattern of several accounts."""
    return sum(people for pattern, people in counts.items() if len(pattern.split()) > 1)


def _account_week(owner: int, account: AccountRow, time_zone: str) -> AccountWeek:
    found = results.read(owner, account.id, "daily", "periods", "growth", "findings", "audience_told")
    is_analysed = _is_analysed(account, found)
    if not is_analysed:
        found = {}
    last = account.data_day(time_zone)
    first = last - timedelta(days=DAYS - 1)
    name = account.main_list
    growth = found.get("growth", pd.DataFrame())
    gained, lost, since = _changes(growth, name, first, last)
    findings, findings_days = _findings(found.get("findings", pd.DataFrame()))
    service = service_of(account.service)
    return AccountWeek(
        title=service.title,
        handle=one_line(account.handle),
        path=account_page(account.service, account.id),
        first=first,
        last=last,
        posts=_posts(account, found, first, last, time_zone),
        list_name=f"{service.friend}s" if account.mutual_ties else name,
        people=_count(growth, name),
        gained=gained,
        lost=lost,
        since=since,
        findings=findings,
        findings_days=findings_days,
        is_analysed=is_analysed,
    )


def _is_analysed(account: AccountRow, found: Mapping[str, pd.DataFrame]) -> bool:
    """Whether the results are of the newest data: posts and people each have stored of when theirs was."""
    names = ["audience_told", *(["periods"] if account.as_of else [])]  # else periods end with the newest post
    frames = [found[name] for name in names if name in found and not found[name].empty]
    return account.data_at is None or all(frame["as_of"].iloc[0] >= account.data_at for frame in frames)


def _posts(account: AccountRow, found: dict[str, pd.DataFrame], first: date, last: date, time_zone: str) -> int | None:
    """How many there were; None where it is not known when the data was made, or posts may be missing."""
    daily, periods = found.get("daily", pd.DataFrame()), found.get("periods", pd.DataFrame())
    if account.as_of is None or daily.empty or periods.empty:
        return None
    is_cut = account.source == "live" and account.posts_until is None
    if is_cut and local_day(periods["whole_since"].iloc[0], time_zone) > first:
        return None
    return int(_between(own(daily), first, last)["posts"].sum())


def _changes(growth: pd.DataFrame, name: str, first: date, last: date) -> tuple[int | None, int | None, date | None]:
    """How many were gained and lost, as far as the list was read whole and compared in these days, and since when."""
    if growth.empty:
        return None, None, None
    whole = growth[growth[f"gained_{name}"].notna()]
    compared = _between(whole, first, last)
    if compared.empty:
        return None, None, None
    before = whole.loc[whole["day"] < compared["day"].iloc[0], "day"]
    gained, lost = (int(compared[f"{change}_{name}"].sum()) for change in ("gained", "lost"))
    return gained, lost, None if before.empty else before.iloc[-1].date()


def _count(growth: pd.DataFrame, name: str) -> int | None:
    told = growth.get(name, pd.Series(dtype="float64")).dropna()
    return None if told.empty else int(told.iloc[-1])


def _findings(found: pd.DataFrame) -> tuple[list[str], int | None]:
    """What stands out in the shortest period of which anything does. Communities are named after people: none here."""
    if found.empty:
        return [], None
    found = found[found["section"] != "graph"]
    for period, days in PERIODS.items():
        said = found.loc[found["period"] == period, "sentence"]
        if not said.empty:
            return [one_line(sentence) for sentence in said], days
    return [], None


def _between(by_day: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    day = by_day["day"].dt.date
    return by_day[(day >= first) & (day <= last)]


def _called(account: AccountRow) -> str:
    return f"{one_line(account.handle)} ({service_of(account.service).title})"


def one_line(text: str) -> str:
    """What somebody else wrote, so that it begins no line of its own and hides nothing."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
