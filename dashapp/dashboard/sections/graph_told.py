"""What is told of those who are looked at in a graph: beside the picture, and under the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dash.development.base_component import Component
from flask import abort
from flask_login import current_user

from ...services.records import ALL
from ...store import crosscheck, people
from ...store.rows import PersonRow
from ..account_view import AccountView
from ..components.numbers import plural
from ..figures.graph_highlight import Highlight
from ..figures.graph_names import to_name
from .graph_legend import meanings
from .graph_person import MOST_FOUND, MOST_NEIGHBOURS, InGraph, Whereabouts, found, group, joined, nobody, person_facts
from .graph_selection import ListGraph


@dataclass(frozen=True, slots=True)
class Told:
    """What stands beside the picture and under the search, the people of whom it tells, and who is looked at."""

    panel: list[Component]
    found: list[Component] = field(default_factory=list)
    people: Sequence[PersonRow] = ()
    words: str = ""


def told_of(list_graph: ListGraph, choice: Mapping[str, Any]) -> Told:
    """What is told of those who are looked at."""
    if "person" in choice:
        return _person_told(list_graph, choice["person"])
    if "colour" in choice:
        return _colour_told(list_graph, choice["colour"])
    panel = nobody(list_graph.view, list_graph.brokers, list_graph.names)
    if "search" not in choice:
        return Told(panel)
    rows = known_people(list_graph, choice)
    drawn = set(list_graph.drawing.person[list_graph.drawing.numbers(row.id for row in rows)].tolist())
    words = f"Found: {plural(len(rows), 'person', 'people')}"
    return Told(panel, found(choice["search"], rows, drawn), rows, words)


def known_people(list_graph: ListGraph, choice: Mapping[str, Any]) -> Sequence[PersonRow]:
    """Those whom a search finds, or the neighbours of somebody who is not drawn."""
    view, which = list_graph.view, list_graph.which
    if "person" in choice and not len(list_graph.drawing.numbers([choice["person"]])):
        return people.neighbours(current_user.id, view.id, choice["person"], which, limit=MOST_NEIGHBOURS)
    if "search" not in choice:
        return ()
    return people.find_people(current_user.id, view.id, which, choice["search"], limit=MOST_FOUND)


def _person_told(list_graph: ListGraph, person_id: int) -> Told:
    view, drawing, owner = list_graph.view, list_graph.drawing, current_user.id
    person = people.person(owner, view.id, person_id)
    number = next(iter(drawing.numbers([person_id]).tolist()), None)
    if person is None and view.account.service == ALL and number is not None:
        return Told(joined())
    if person is None:
        abort(404)
    around = people.neighbours(owner, view.id, person_id, list_graph.which, limit=MOST_NEIGHBOURS)
    around.sort(key=lambda other: other.n_followers or 0, reverse=True)
    here = None if number is None else InGraph(list_graph.which, int(drawing.degree[number]), *list_graph.here(number))
    where = whereabouts(view, person_id, [other.id for other in around])
    facts = person_facts(view, person, around, list_graph.names, here=here, where=where)
    ties = plural(here.ties, "tie") if here else "too few ties to be drawn"
    return Told(facts, people=[person, *around], words=f"Chosen: {person.label} with {ties}")


def _colour_told(list_graph: ListGraph, colour: int) -> Told:
    drawing = list_graph.drawing
    members = to_name(list_graph.canvas, Highlight(colour=colour))[:MOST_FOUND]
    labels = list_graph.labels(members)
    names = [(person, labels.get(person, "")) for person in drawing.person[members].tolist()]
    called = next((one for one in meanings(list_graph) if one.colour == colour), None)
    if called is None:
        return Told(nobody(list_graph.view, list_graph.brokers, list_graph.names))
    words = f"Chosen: {called.title}, {plural(called.people, 'person', 'people')}"
    return Told(group(called.title, called.people, names), words=words)


def whereabouts(view: AccountView, person_id: int, others: Sequence[int]) -> Whereabouts:
    """On which services a person is, and knows these others; of an account of one service nothing."""
    if view.account.service != ALL:
        return Whereabouts()
    owner = current_user.id
    return Whereabouts(crosscheck.members(owner, person_id), crosscheck.tie_services(owner, person_id, others))
