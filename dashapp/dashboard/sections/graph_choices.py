"""How a graph is looked at: what size and colour stand for, and whom it shows; controls, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
import numpy as np
from dash import html

from analytics.graph_drawing import GraphDrawing
from analytics.graph_traits import GraphTraits

from ...services import service_of
from ..address import PageQuery
from ..components.forms import labelled
from ..figures.graph import NAMED, Look

SIZES: Mapping[str, str] = {"ties": "Ties", "followers": "Followers"}
COLOURS: Mapping[str, str] = {"community": "Community", "service": "Service"}
EVERYBODY, SEVERAL = "all", "several"
SHOWN: Mapping[str, str] = {EVERYBODY: "Everybody", SEVERAL: "On more than one service"}
#: the number of the colour of people on several services, and those of services, of which there may be more
OF_SEVERAL = 3
OF_SERVICES = tuple(number for number in range(NAMED) if number != OF_SEVERAL)


@dataclass(frozen=True, slots=True)
class GraphChoices:
    """What somebody chose; unknown services show everybody."""

    size: str = "ties"
    colour: str = "community"
    shown: str = EVERYBODY

    @property
    def is_usual(self) -> bool:
        """Whether nothing but the drawing is needed."""
        return self == GraphChoices()

    def look(self, drawing: GraphDrawing, traits: GraphTraits) -> Look:
        """The sizes, colours and people that were chosen."""
        return Look(
            size=np.sqrt(traits.followers).astype(np.int64) if self.size == "followers" else None,
            colour=service_colours(traits) if self.colour == "service" else None,
            inside=self._inside(traits),
        )

    def _inside(self, traits: GraphTraits) -> Any:
        if self.shown == SEVERAL:
            return traits.on_several
        return traits.on(self.shown) if self.shown in traits.services else None


def parse_choices(size: Any, colour: Any, shown: Any) -> GraphChoices:
    """What a browser or an address says; what is unknown is as usual."""
    usual = GraphChoices()
    return GraphChoices(
        size if isinstance(size, str) and size in SIZES else usual.size,
        colour if isinstance(colour, str) and colour in COLOURS else usual.colour,
        shown if isinstance(shown, str) and len(shown) < 100 else usual.shown,
    )


def service_colours(traits: GraphTraits) -> Any:
    """The number of each one's colour: that of their service, or that of several."""
    colour = np.full(len(traits.places), NAMED, dtype=np.uint8)
    for number, service in zip(OF_SERVICES, traits.services, strict=False):
        colour[traits.on(service)] = number
    colour[traits.on_several] = OF_SEVERAL
    return colour


def choices(services: Sequence[str], query: PageQuery) -> list[html.Div]:
    """The controls; where people are of one service, only that of the size is seen."""
    chosen = parse_choices(query.size, query.colour, query.shown)
    shown = {EVERYBODY: SHOWN[EVERYBODY], **{key: f"On {service_of(key).title}" for key in services}}
    shown[SEVERAL] = SHOWN[SEVERAL]
    known = chosen.shown if chosen.shown in shown else EVERYBODY
    controls = [
        labelled("Size", _select("graph-size", SIZES, chosen.size)),
        labelled("Colour", _select("graph-colour", COLOURS, chosen.colour if services else "community")),
        labelled("Show", _select("graph-shown", shown, known if services else EVERYBODY)),
    ]
    return controls[:1] + (controls[1:] if services else [html.Div(controls[1:], hidden=True)])


def _select(name: str, options: Mapping[str, str], value: str) -> dbc.Select:
    return dbc.Select(id=name, options=[{"label": label, "value": key} for key, label in options.items()], value=value)
