"""How a graph is looked at: what size and colour stand for, and whom it shows; controls, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
import numpy as np
from dash import html
from numpy.typing import NDArray

from analytics.audience import SIZES as SIZE_CLASSES
from analytics.graph_drawing import GraphDrawing
from analytics.graph_traits import GraphTraits

from ...services import service_of
from ..address import PageQuery
from ..components.forms import labelled
from ..figures.graph import NAMED, Look

SIZES: Mapping[str, str] = {"ties": "Ties", "followers": "Followers"}
COLOURS: Mapping[str, str] = {
    "community": "Community", "followers": "Followers", "mutual": "Mutual", "service": "Service",
}  # fmt: skip
EVERYBODY, MUTUALS, SEVERAL = "all", "mutuals", "several"
COMMUNITIES = tuple(f"community-{rank}" for rank in range(1, NAMED + 1))
MOST_TIES = 10_000
#: the number of the colour of people on several services, and those of services, of which there may be more
OF_SEVERAL = 3
OF_SERVICES = tuple(number for number in range(NAMED) if number != OF_SEVERAL)


@dataclass(frozen=True, slots=True)
class GraphChoices:
    """What somebody chose; unknown services and communities show everybody."""

    size: str = "ties"
    colour: str = "community"
    shown: str = EVERYBODY
    ties: int = 0

    @property
    def is_usual(self) -> bool:
        """Whether nothing but the drawing is needed."""
        return self == GraphChoices()

    def look(self, drawing: GraphDrawing, traits: GraphTraits) -> Look:
        """The sizes, colours and people that were chosen."""
        colours = {"followers": follower_colours, "service": service_colours, "mutual": mutual_colours}
        shown = self._shown(drawing, traits)
        tied = drawing.degree >= self.ties if self.ties else None
        return Look(
            size=np.sqrt(np.maximum(traits.followers, 0)).astype(np.int64) if self.size == "followers" else None,
            colour=colours[self.colour](traits) if self.colour in colours else None,
            few_to_many=self.colour == "followers",
            inside=tied if shown is None else shown if tied is None else shown & tied,
        )

    def _shown(self, drawing: GraphDrawing, traits: GraphTraits) -> NDArray[np.bool_] | None:
        if self.shown == MUTUALS:
            return traits.mutual
        if self.shown == SEVERAL:
            return traits.on_several
        if self.shown in COMMUNITIES:
            members = drawing.colour == COMMUNITIES.index(self.shown)
            return members if members.any() else None  # another list may have fewer
        return traits.on(self.shown) if self.shown in traits.services else None


def parse_choices(size: Any, colour: Any, shown: Any, ties: Any) -> GraphChoices:
    """What a browser or an address says; what is unknown is as usual."""
    usual = GraphChoices()
    return GraphChoices(
        size if isinstance(size, str) and size in SIZES else usual.size,
        colour if isinstance(colour, str) and colour in COLOURS else usual.colour,
        shown if isinstance(shown, str) and len(shown) < 100 else usual.shown,
        _ties(str(ties)),
    )


def _ties(written: str) -> int:
    is_number = len(written) <= len(str(MOST_TIES)) and written.isascii() and written.isdecimal()
    return int(written) if is_number and int(written) <= MOST_TIES else GraphChoices().ties


def follower_colours(traits: GraphTraits) -> NDArray[np.uint8]:
    """The number of each one's colour: that of their class, or of those of whom it is not told."""
    classes = np.searchsorted([least for least, _ in SIZE_CLASSES.values()], traits.followers, side="right") - 1
    return np.where(traits.followers < 0, NAMED, classes).astype(np.uint8)


def service_colours(traits: GraphTraits) -> Any:
    """The number of each one's colour: that of their service, or that of several."""
    colour = np.full(len(traits.places), NAMED, dtype=np.uint8)
    for number, service in zip(OF_SERVICES, traits.services, strict=False):
        colour[traits.on(service)] = number
    colour[traits.on_several] = OF_SEVERAL
    return colour


def mutual_colours(traits: GraphTraits) -> NDArray[np.uint8]:
    """The number of each one's colour: that of mutuals, or of all others."""
    return np.where(traits.mutual, 0, NAMED).astype(np.uint8)


def choices(services: Sequence[str], query: PageQuery, *, mutuals: bool, followers: bool) -> list[html.Div]:
    """The controls; what a graph does not have is not offered."""
    chosen = parse_choices(query.size, query.colour, query.shown, query.ties)
    offered = {"ties": True, "community": True, "followers": followers, "mutual": mutuals, "service": bool(services)}
    sizes, colours = ({key: title for key, title in of.items() if offered[key]} for of in (SIZES, COLOURS))
    shown = whom(services, mutuals=mutuals)
    shown |= {chosen.shown: "A community"} if chosen.shown in COMMUNITIES else {}  # until the drawing says which
    return [
        labelled("Size", _select("graph-size", sizes, chosen.size)),
        labelled("Colour", _select("graph-colour", colours, chosen.colour)),
        labelled("Show", _select("graph-shown", shown, chosen.shown)),
        labelled("Ties, at least", _least(chosen.ties)),
    ]


def whom(services: Sequence[str], communities: Sequence[str] = (), *, mutuals: bool) -> dict[str, str]:
    """Whom a graph can be narrowed to: everybody, mutuals, those on a service or on several, a community."""
    shown = {EVERYBODY: "Everybody"} | ({MUTUALS: "Mutuals"} if mutuals else {})
    shown |= {key: f"On {service_of(key).title}" for key in services}
    shown |= {SEVERAL: "On more than one service"} if services else {}
    return shown | dict(zip(COMMUNITIES, communities, strict=False))


def _least(ties: int) -> dbc.Input:
    return dbc.Input(id="graph-ties", type="number", min=0, max=MOST_TIES, step=1, value=ties or None, debounce=600)


def _select(name: str, options: Mapping[str, str], value: str) -> dbc.Select:
    return dbc.Select(id=name, options=as_options(options), value=value if value in options else next(iter(options)))


def as_options(options: Mapping[str, str]) -> list[dict[str, str]]:
    """Titles by value, as a control takes them."""
    return [{"label": label, "value": key} for key, label in options.items()]
