"""What the colours of a graph mean, with how many people have each: a click lights them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from dash import html
from dash.development.base_component import Component

from ...services import service_of
from ..components.attributes import aria, data
from ..figures.graph import NAMED
from .graph_choices import OF_SERVICES, OF_SEVERAL, SIZE_CLASSES
from .graph_selection import ListGraph


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a colour means, by its number, and how many people of the graph have it."""

    colour: int
    title: str
    people: int


def meanings(list_graph: ListGraph) -> Iterator[Meaning]:
    """What is seen in the legend."""
    of = {"community": _communities, "followers": _followers, "service": _services, "mutual": _mutuals}
    return of[list_graph.choices.colour](list_graph)


def legend(list_graph: ListGraph) -> Component | None:
    """The colours as buttons; assets/graph.js marks the one that is lit."""
    items = [html.Li(_button(meaning, list_graph.canvas.colours[meaning.colour])) for meaning in meanings(list_graph)]
    if not items:
        return None
    titles = {"community": "Communities", "followers": "Followers", "service": "Services", "mutual": "Mutual"}
    title = titles[list_graph.choices.colour]
    return html.Div([html.H3(title), html.Ul(items, className="sg-legend")])


def _button(meaning: Meaning, colour: str) -> html.Button:
    dot = html.Span(className="sg-dot", style={"backgroundColor": colour})
    text = html.Span(f"{meaning.title} ({meaning.people:,})", dir="auto")
    options = {**data(colour=str(meaning.colour)), **aria(pressed="false")}
    return html.Button([dot, text], type="button", className="sg-meaning", **options)


def _communities(list_graph: ListGraph) -> Iterator[Meaning]:
    communities, largest = list_graph.communities, list_graph.largest
    if communities.empty:
        return
    for rank, row in enumerate(largest.itertuples(index=False, name="Community")):
        yield Meaning(rank, row.name, row.people)
    if rest := len(communities) - len(largest):
        yield Meaning(NAMED, f"{rest:,} smaller", int(communities["people"].sum() - largest["people"].sum()))


def _followers(list_graph: ListGraph) -> Iterator[Meaning]:
    """The classes that somebody is in, and those of whom it is not told."""
    people = np.bincount(list_graph.canvas.colour, minlength=NAMED + 1).tolist()
    for number, name in enumerate(SIZE_CLASSES):
        if people[number]:
            yield Meaning(number, f"{name} followers", people[number])
    if people[NAMED]:
        yield Meaning(NAMED, "followers not told", people[NAMED])


def _services(list_graph: ListGraph) -> Iterator[Meaning]:
    """The services alone, and those who are on several."""
    traits, colour = list_graph.traits, list_graph.canvas.colour
    for number, key in zip(OF_SERVICES, traits.services, strict=False):
        yield Meaning(number, f"{service_of(key).title} alone", int(np.count_nonzero(colour == number)))
    yield Meaning(OF_SEVERAL, "on several services", int(traits.on_several.sum()))
    if len(traits.services) > len(OF_SERVICES):
        yield Meaning(NAMED, "on another service", int(np.count_nonzero(colour == NAMED)))


def _mutuals(list_graph: ListGraph) -> Iterator[Meaning]:
    mutual = list_graph.traits.mutual
    yield Meaning(0, "follow you, and you follow them", int(mutual.sum()))
    yield Meaning(NAMED, "one way only", int((~mutual).sum()))
