"""What a graph shows, in sentences for those who do not see it: from its people, and who of them is looked at."""

from __future__ import annotations

from collections.abc import Iterator

from ..components.numbers import plural
from .graph_choices import COLOURS, SIZES
from .graph_selection import ListGraph
from .graph_told import Told

BEST = 5  # of the best connected are told by name


def in_words(list_graph: ListGraph, told: Told) -> str:
    """How many people, ties and communities, the best connected, and what is chosen."""
    return " ".join(f"{sentence}." for sentence in (*_drawn(list_graph), *_chosen(list_graph), told.words) if sentence)


def _drawn(list_graph: ListGraph) -> Iterator[str]:
    drawing, communities = list_graph.drawing, list_graph.communities
    people, pairs = plural(len(drawing.person), "person", "people"), plural(len(drawing.end), "pair")
    within = "" if communities.empty else f", in {plural(len(communities), 'community', 'communities')}"
    yield f"{people}, {pairs} of them with a known tie{within}"
    if not communities.empty:
        largest = list_graph.largest.iloc[0]
        yield f"The largest is that of {largest['name']}, with {plural(int(largest['people']), 'person', 'people')}"
    best = list_graph.canvas.among(list_graph.canvas.best)[: -BEST - 1 : -1]
    labels = list_graph.labels(best)
    each = zip(drawing.person[best].tolist(), drawing.degree[best].tolist(), strict=True)
    named = [f"{labels[person]} with {plural(ties, 'tie')}" for person, ties in each if ties and person in labels]
    yield f"Best connected: {'; '.join(named)}" if named else ""


def _chosen(list_graph: ListGraph) -> Iterator[str]:
    choices, inside = list_graph.choices, list_graph.canvas.look.inside
    yield f"Size stands for {SIZES[choices.size].lower()}, colour for {COLOURS[choices.colour].lower()}"
    if inside is not None:
        yield f"{plural(int(inside.sum()), 'person', 'people')} pass the filter"
