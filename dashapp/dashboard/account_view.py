"""What a page reads: an account of the user and its stored results, for a period."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
from flask import abort
from flask_login import current_user
from werkzeug.exceptions import NotFound

from analytics import ranges, timeline
from analytics.shares import answered_shares, tone_shares

from ..services import service_of
from ..store import accounts, results
from ..store.rows import AccountRow
from ..theme import current_theme
from . import free_range
from .address import LARGEST, parse_period, range_days, unit_for
from .components.cards import MEASURES, NOT_ANALYSED
from .components.posts import safe_link

A_MOMENT = pd.Timedelta(1, unit="us")
ONE_DAY = timedelta(days=1)
FIGURES = ["measure", "value", "low", "high", "n", "reason", "few", "change", "change_low", "change_high"]
NOT_STORED = "This part was not stored when this account was analysed: it has to be analysed again."


class NotStoredError(NotFound):
    """A frame that the account's results lack: an earlier version made them, or nobody did yet."""

    def __init__(self) -> None:
        super().__init__(NOT_STORED)


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as a page shows it: its row, the period, and its stored results as far as they were fetched."""

    account: AccountRow
    period: str  # or a range: see `address.range_name`
    unit: timeline.Unit
    time_zone: str
    theme: str
    frames: Mapping[str, pd.DataFrame | None]  # those that were fetched; None: not stored
    stored: frozenset[str]  # the names of all that are
    made: dict[Any, pd.DataFrame] = field(default_factory=dict, compare=False)  # see `once`

    @property
    def id(self) -> int:
        """The account's id."""
        return self.account.id

    @property
    def service(self) -> str:
        """The service's name as it is written."""
        return service_of(self.account.service).title

    @property
    def handle(self) -> str:
        """The handle as its service writes it."""
        return self.account.handle

    @property
    def called(self) -> str:
        """The account in one line."""
        return f"{self.handle}, {self.service}"

    @property
    def data_day(self) -> date:
        """The day of the data on the user's calendar."""
        return self.account.data_day(self.time_zone)

    @property
    def url(self) -> str | None:
        """The account's page at the service."""
        return safe_link(self.account.url)

    def lacks(self, *names: str) -> bool:
        """Whether one of these frames was never stored."""
        return not self.stored.issuperset(names)

    def narrowed(self, names: Iterable[str]) -> AccountView:
        """The same with these frames alone. `KeyError` names one that nobody fetched."""
        return replace(self, frames={name: self.frames[name] for name in names})

    def frame(self, name: str) -> pd.DataFrame:
        """A stored frame. `KeyError` names one that nobody fetched."""
        frame = self.frames[name]
        if frame is None:
            raise NotStoredError
        return frame

    def once(self, key: Any, make: Callable[..., pd.DataFrame], *given: Any, **options: Any) -> pd.DataFrame:
        """What several parts of a page are made of, made once of frames that each of them was given."""
        if key not in self.made:
            self.made[key] = make(*given, **options)
        return self.made[key]

    def of_period(self, name: str) -> pd.DataFrame:
        """The rows of a frame that belong to the period."""
        return self.once((name, self.period), _rows, self.frame(name), "period", self.period)

    def of_list(self, name: str, which: str) -> pd.DataFrame:
        """The rows of a frame that belong to a list."""
        return self.once((name, which), _rows, self.frame(name), "list", which)

    def figures(self) -> pd.DataFrame:
        """The figures of the period, and the counts of people, which hold for each."""
        people = self.frame("people")
        if self.account.mutual_ties and not people.empty:
            people = _with_friends_as_mutuals(people)
        parts = [part.reindex(columns=FIGURES) for part in (self.of_period("figures"), people) if not part.empty]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=FIGURES)

    def by_measure(self) -> dict[str, Mapping[str, Any]]:
        """The same by their measures; of an account that was not analysed, that they are not told."""
        if self.lacks("figures", "people"):
            return {measure.name: {"reason": NOT_ANALYSED} for measure in MEASURES}
        return {figure["measure"]: figure for figure in self.figures().to_dict("records")}

    def bounds(self) -> tuple[pd.Timestamp, pd.Timestamp] | None:
        """The period's first instant, and the first one after it; None without posts."""
        rows = self.of_period("periods")
        return None if rows.empty else (rows["start"].iloc[0], rows["end"].iloc[0])

    def days(self) -> timeline.Days | None:
        """The period's days with what is known of them; None without posts."""
        rows = self.of_period("periods")
        return None if rows.empty else timeline.Days(**rows.iloc[0].to_dict(), time_zone=self.time_zone)

    def shown_days(self) -> tuple[date, date] | None:
        """The first and the last day of these; None without posts, and of a range of which nothing is known."""
        bounds = self.bounds()
        if bounds is None or not bounds[0] < bounds[1]:
            return None
        first, last = (timeline.local_day(at, self.time_zone) for at in (bounds[0], bounds[1] - A_MOMENT))
        return first, last

    def units(self, unit: timeline.Unit | None = None, *, of: str = "daily") -> pd.DataFrame:
        """Sums of the period by unit (`timeline.per_unit`) of that frame. No rows without posts."""
        periods, daily, unit = self.of_period("periods"), self.frame(of), unit or self.unit
        if periods.empty:
            return pd.DataFrame()
        bounds = periods.iloc[0][["start", "end", "as_of"]].to_dict()
        return self.once((of, unit), timeline.per_unit, daily, unit, **bounds, time_zone=self.time_zone)

    def units_with_before(self) -> pd.DataFrame:
        """The units of posts, with those at the same place of the period before (`ranges.posts_before`) as `before`."""
        units, days = self.units(), self.days()
        return units if days is None else self.once("units_with_before", _with_before, units, self.frame("daily"), days)

    def answered_shares(self) -> pd.DataFrame:
        """The share answered by unit (`shares.answered_shares`)."""
        return self.once("answered_shares", answered_shares, self.units())

    @property
    def span(self) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
        """The first instant of the days shown of lists, which may be newer than posts, and the first one after them.

        None: without a bound, as all is that an account without posts has.
        """
        if days := range_days(self.period):
            first, last = days
            return timeline.midnight(first, self.time_zone), timeline.midnight(last + ONE_DAY, self.time_zone)
        bounds = None if self.period == "all" else self.bounds()
        return (None if bounds is None else bounds[0]), None

    def growth(self) -> pd.DataFrame:
        """Counts of the period by day on which the account was read, and who came and went (`growth.growth`)."""
        daily = self.frame("growth")
        if daily.empty:
            return daily
        since, until = (at and timeline.local_day(at, self.time_zone) for at in self.span)
        return self.once("growth", _of_days, daily, since or date.min, until or date.max)

    def tone_shares(self, *, whole: bool = False) -> pd.DataFrame:
        """Shares of the labels by unit, or of the whole period (`shares.tone_shares`). No rows without own posts."""
        units = self.units(of="tones")
        if whole and not units.empty:
            units = units.assign(start=units["start"].iloc[0])
        if units.empty:
            return units
        return self.once(("tone_shares", whole), tone_shares, units, validated=self.tone_validated)

    @property
    def tone_validated(self) -> bool:
        """Whether the sentiment model's errors are known of such texts."""
        return service_of(self.account.service).tone_validated

    def lists(self) -> list[str]:
        """The lists that hold somebody, by their names in the store."""
        people = self.frame("people")
        listed = {} if people.empty else dict(zip(people["measure"], people["listed"], strict=True))
        named = [name for name in ("followers", "friends", "mutuals") if listed.get(name, 0)]
        if self.account.mutual_ties:
            named = _each_once(named, listed)
        return named or (["everyone"] if "everyone" in self.graphs() else [])

    def n_people(self) -> int | None:
        """How many are followers or friends, each once; without any, how many have a tie. None if that is nobody."""
        people = self.frame("people")
        listed = dict.fromkeys(("followers", "friends", "mutuals"), 0)
        listed |= {} if people.empty else dict(zip(people["measure"], people["listed"], strict=True))
        everyone = self.of_list("graph_summary", "everyone").get("people", pd.Series(dtype=int))
        return listed["followers"] + listed["friends"] - listed["mutuals"] or int(everyone.sum()) or None

    def graphs(self) -> list[str]:
        """The lists whose graph was drawn."""
        summary = self.frame("graph_summary")
        return [] if summary.empty else summary.loc[summary["ties"] > 0, "list"].tolist()


def _rows(frame: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
    """The rows with that value, without the column; none of a frame that was stored because there is nothing."""
    if column not in frame:
        return pd.DataFrame()
    mask, others = (frame[column] == value).to_numpy(), frame.drop(columns=column)
    return others if mask.all() else others[mask].reset_index(drop=True)


def _of_days(daily: pd.DataFrame, since: date, until: date) -> pd.DataFrame:
    day = daily["day"].dt.date
    return daily[(day >= since) & (day < until)].reset_index(drop=True)


def _with_before(units: pd.DataFrame, daily: pd.DataFrame, days: timeline.Days) -> pd.DataFrame:
    return units.assign(before=ranges.posts_before(daily, units, days))


def _with_friends_as_mutuals(people: pd.DataFrame) -> pd.DataFrame:
    """Where people are friends of each other, as many are mutuals, even if the followers are not told."""
    counts = people.set_index("measure")
    columns = ["value", "reason"]
    counts.loc["mutuals", columns] = counts.loc["friends", columns]
    return counts.reset_index()


def _each_once(named: list[str], listed: Mapping[str, int]) -> list[str]:
    """Friends first; where people are friends of each other, the other lists often hold the same people again."""
    friends = listed.get("friends", 0)
    each_follows = listed.get("mutuals", 0) == friends
    again = {name for name in ("followers", "mutuals") if each_follows and listed.get(name, 0) == friends}
    return sorted((name for name in named if name not in again), key="friends".__ne__)


def read(account_id: int, *, period: str, unit: Any, names: Iterable[str]) -> AccountView | None:
    """The user's account with these frames; None if it is not theirs."""
    return read_of(current_user.id, account_id, time_zone=current_user.time_zone, period=period, unit=unit, names=names)


def read_of(
    owner: int, account_id: int, *, time_zone: str, period: str, unit: Any, names: Iterable[str]
) -> AccountView | None:
    """The account of that owner, whoever looks at it."""
    row = accounts.account(owner, account_id)
    if row is None:
        return None
    names = {*names, "periods"}
    stored = results.stored(owner, account_id)  # first: what an analysis adds meanwhile is not missing
    frames = results.read(owner, account_id, *free_range.read_for(period, names))
    frames = free_range.with_range(owner, account_id, frames, names, period=period, time_zone=time_zone)
    days = n_days(frames.get("periods"), period)
    return AccountView(
        account=row,
        period=period,
        unit=unit_for(unit, days),
        time_zone=time_zone,
        theme=current_theme(),
        frames={**dict.fromkeys(names), **frames},
        stored=free_range.told(stored, period),
    )


def n_days(periods: pd.DataFrame | None, period: str) -> int:
    """How many days a period has; one that a clock change makes shorter or longer is a day."""
    rows = pd.DataFrame() if periods is None else _rows(periods, "period", period)
    return 0 if rows.empty else round((rows["end"].iloc[0] - rows["start"].iloc[0]) / pd.Timedelta(days=1))


def view_of_callback(data: Any, *, names: Iterable[str]) -> AccountView:
    """The account of a callback; `data` is what the page sent, and is believed only after the store said yes."""
    account = account_of_callback(data)
    period, _ = parse_period(data)
    return read(account, period=period, unit=data.get("unit"), names=names) or abort(404)


def account_of_callback(data: Any) -> int:
    """The id that the page sent, of whomever it is."""
    account = data.get("account") if isinstance(data, dict) else None
    if not isinstance(account, int) or isinstance(account, bool) or not 0 < account < LARGEST:
        abort(400)
    return account
