"""A look at an account, as the page writes and draws it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analytics.figures import Figures
from analytics.timeline import LABELS
from analytics.uncertainty import NO_POSTS, NOT_TOLD, TOO_FEW, Estimate

from ..dashboard.components.numbers import count, day, decimal, likely, moment, percent, plural
from ..preview.summary import Preview
from ..services import service_of

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = 24
SHADES = 4  # of the heat map, beside none


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure: its name, how it is written, what it rests on or why it is missing, and what it means."""

    name: str
    value: str
    basis: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour of the week: posts, and how dark it is drawn."""

    title: str
    posts: int
    shade: int


@dataclass(frozen=True, slots=True)
class ToneShare:
    """A part of the bar of tones."""

    label: str
    posts: int
    share: str
    likely: str  # empty where the model's errors are not known


class PreviewView:
    """What the template asks for."""

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        self.service = service_of(preview.service).title
        self.name = preview.name or preview.handle
        self.figures = Figures.from_record(preview.figures)
        self.at = moment(_time(preview.at))
        self.joined = day(_time(preview.created_at)) if preview.created_at else ""

    @property
    def monogram(self) -> str:
        """In place of a picture, which would tell the service who looks."""
        return next((mark for mark in f"{self.name}{self.preview.handle}" if mark.isalnum()), "?").upper()

    # -- figures

    def tiles(self) -> list[Tile]:
        """The service's own numbers, and ours."""
        missing = f"{self.service} does not tell"
        counts = (
            ("Followers", self.preview.followers),
            ("Friends", self.preview.friends),
            ("Posts", self.preview.posts),
        )
        tiles = [Tile(name, count(number), "" if number is not None else missing) for name, number in counts]
        return [*tiles, *self._measures()]

    def _measures(self) -> list[Tile]:
        figures = self.figures
        return [
            Tile(
                "Posts a week",
                decimal(figures.posts_per_week.value),
                self._basis(figures.posts_per_week, decimal),
                "Own posts and replies, since the oldest of those that were read.",
            ),
            Tile(
                "Response rate",
                percent(figures.response_rate.value),
                self._basis(figures.response_rate, percent),
                "Share of own posts with at least one reply, repost, quote or like.",
            ),
            Tile(
                "Median interactions",
                decimal(figures.median_interactions.value),
                self._basis(figures.median_interactions, decimal),
                "Half of the own posts got at least so many replies, reposts, quotes and likes together.",
            ),
        ]

    def _basis(self, of: Estimate, write: Callable[[Any], str]) -> str:
        if of.reason is not None:
            return self._reason(of.reason)
        between = f"; {write(of.ci_low)} to {write(of.ci_high)}" if of.ci_low == of.ci_low else ""
        return f"of {plural(of.n, 'post')}{between}"

    def _reason(self, reason: str) -> str:
        return {
            NO_POSTS: "no posts were read",
            NOT_TOLD: f"{self.service} does not tell",
            TOO_FEW: "the posts that were read cover too little time",
        }[reason]

    def rests_on(self) -> str:
        """Which posts the figures are about."""
        if not self.preview.read:
            return "No public post was read."
        since, until = (day(_time(text)) for text in (self.preview.since, self.preview.until))
        when = f"of {since}" if since == until else f"{since} to {until}"
        posts = "The only post" if self.preview.read == 1 else f"The newest {plural(self.preview.read, 'post')}"
        reposts = f", {self.figures.reposts:,} of them reposts" if self.figures.reposts else ""
        return f"{posts}{reposts}, {when}."

    # -- rhythm

    def week(self) -> Iterator[tuple[str, list[Slot]]]:
        """Rows of the heat map."""
        hours, most = self.preview.hours, max(self.preview.hours)
        for place, name in enumerate(DAYS):
            row = enumerate(hours[place * HOURS : (place + 1) * HOURS])
            yield name, [Slot(f"{name} {hour}:00, {plural(n, 'post')}", n, _shade(n, most)) for hour, n in row]

    def busiest(self) -> str:
        """The heat map in a sentence."""
        by_day = [sum(self.preview.hours[at * HOURS : (at + 1) * HOURS]) for at in range(len(DAYS))]
        by_hour = [sum(self.preview.hours[hour::HOURS]) for hour in range(HOURS)]
        number, hour = max(by_day), _place(by_hour)
        return (
            f"Most of {plural(sum(by_day), 'post')} by day: {DAYS[_place(by_day)]} ({number:,}); "
            f"by hour: {hour}:00 to {(hour + 1) % HOURS}:00 ({max(by_hour):,})."
        )

    # -- tone

    def tone(self) -> list[ToneShare]:
        """The bar's parts, the positive ones first; none where nothing could be assessed."""
        assessed = self.assessed
        parts = [(label, self.preview.tone[label]) for label in reversed(LABELS)]
        bounds = {label: f"likely {likely(*pair)}" for label, pair in self.preview.tone_likely.items()}
        if not assessed:
            return []
        return [ToneShare(label, posts, percent(posts / assessed), bounds.get(label, "")) for label, posts in parts]

    @property
    def assessed(self) -> int:
        """How many own posts have a label."""
        return sum(self.preview.tone.values())

    def tone_rests_on(self) -> str:
        """How many posts the bar is about."""
        return f"{self.assessed:,} of {plural(self.figures.posts, 'own post')} could be assessed."


def _shade(posts: int, most: int) -> int:
    return -(-SHADES * posts // most) if most else 0


def _place(numbers: Sequence[int]) -> int:
    return max(range(len(numbers)), key=numbers.__getitem__)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
