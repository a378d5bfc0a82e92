"""What stands beside the graph: a person with their ties, the people whom a search found, or what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from ...services import service_of
from ...store.rows import Member, PersonRow
from ..account_view import AccountView
from ..components.attributes import data
from ..components.crosscheck_grid import MARKS
from ..components.handles import breakable
from ..components.numbers import DASH, count, plural, short_day
from ..components.posts import safe_link
from ..figures.graph import in_graph
from .graph_brokers import connecting, pick

MOST_FOUND = 20
MOST_NEIGHBOURS = 200
UNTOLD = "“–”: which of these people follow each other is not known in full."


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Who somebody is on which service, and on which services they have a tie with whom."""

    members: Sequence[Member] = ()
    services: Mapping[int, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InGraph:
    """Somebody's ties in the graph of a list: with how many people, and what is told in full of either direction."""

    which: str
    ties: int
    followers: int | None
    friends: int | None


def nobody(view: AccountView, brokers: pd.DataFrame, communities: Mapping[Any, str]) -> list[Component]:
    """What can be done, and who connects the others."""
    what_to_do = (
        "Click a point, or find a person by name: their ties light up, and what is known of them stands here. In the "
        "picture the arrow keys go from person to neighbour, and Escape back."
    )
    return [
        html.H3("Who is who"),
        html.P(what_to_do, className="sg-on-screen"),
        *connecting(view, brokers, communities),
    ]


def joined() -> list[Component]:
    """Instead of somebody who is one with another since the drawing was made."""
    why = "You joined this person with another, or parted them. The drawing is made anew with the next import."
    return [html.H3("Not here any more"), html.P(why), _clear()]


def found(text: str, rows: Sequence[PersonRow], drawn: set[int]) -> list[Component]:
    """The people whom a search found; those who are not drawn say so."""
    if not rows:
        return [html.P(f"No name or handle here holds “{text}”.", role="status")]
    first = "first " if len(rows) == MOST_FOUND else ""
    items = [
        html.Li([_pick(row), None if row.id in drawn else html.Span(" not drawn", className="sg-remark")])
        for row in rows
    ]
    count = html.P(f"The {first}{plural(len(rows), 'person', 'people')} found", className="sg-remark", role="status")
    return [count, html.Ul(items, className="sg-names")]


def group(meaning: str, people: int, names: Sequence[tuple[int, str]]) -> list[Component]:
    """Those who share a colour: what it means, and the best connected of them."""
    return [
        html.H3(breakable(meaning), dir="auto"),
        html.P(plural(people, "person", "people")),
        html.H4("Best connected"),
        html.Ul([html.Li(pick(person, label)) for person, label in names], className="sg-names sg-tall", tabIndex=0),
        _clear(),
    ]


def person_facts(
    view: AccountView,
    person: PersonRow,
    around: Sequence[PersonRow],
    communities: Mapping[Any, str],
    *,
    here: InGraph | None,
    where: Whereabouts,
) -> list[Component]:
    """What is known of a person, and who has a tie with them; `here` is None of those who are not drawn."""
    ties = {} if here is None else _ties(person, here, directed=not view.account.mutual_ties)
    is_known = DASH not in ties.values()
    facts = {**_facts(view, person, communities), **ties}
    facts = {term: value for term, value in facts.items() if value != DASH or term in ties}
    parts = [
        html.H3(_linked(person)),
        None if here else html.P("Not in the picture: too few ties.", className="sg-remark"),
        _members(where.members),
        html.Dl([html.Div([html.Dt(term), html.Dd(breakable(value), dir="auto")]) for term, value in facts.items()]),
        None if is_known else html.P(UNTOLD, className="sg-remark"),
        html.H4(_with_ties(len(around), here, is_known=is_known)),
        html.Ul(
            [_neighbour(other, where.services.get(other.id, ())) for other in around],
            className="sg-names sg-tall",
            tabIndex=0,
        ),
        _clear(),
    ]
    return [part for part in parts if part is not None]


def _with_ties(listed: int, here: InGraph | None, *, is_known: bool) -> str:
    ties = listed if here is None else here.ties
    first = f", the first {listed:,} of them" if listed < ties else ""
    return f"{plural(ties, 'person', 'people')} with a {'' if is_known else 'known '}tie in this graph{first}"


def _linked(person: PersonRow) -> Component:
    """A person's name, linked where the service has a page of them."""
    second = f" {person.handle}" if person.name and person.handle else ""
    return html.Span([_link(person, person.label), html.Span(second, className="sg-remark")], dir="auto")


def _link(person: PersonRow | Member, text: str) -> Component:
    link = safe_link(person.url)
    parts = breakable(text)
    return html.A(parts, href=link, rel="noopener nofollow", target="_blank") if link else html.Span(parts)


def _facts(view: AccountView, person: PersonRow, communities: Mapping[Any, str]) -> dict[str, str]:
    return {
        "Their followers": count(person.followers),
        "Their friends": count(person.friends),
        "Community": communities.get(person.community, DASH),
        "First seen": short_day(person.first_seen, view.time_zone),
    }


def _ties(person: PersonRow, here: InGraph, *, directed: bool) -> dict[str, str]:
    """What is counted of their ties, as far as it could be; of followers, whom they follow here are those shared."""
    counts = dict(zip(in_graph(directed=directed), (here.followers, here.friends), strict=False))
    shared, common = person.is_follower and here.which != "followers", person.is_friend and here.which != "friends"
    counts |= {"Shared followers": person.shared_followers} if shared else {}
    counts |= {"Common friends": person.common_friends} if common else {}
    return {term: count(number) for term, number in counts.items()}


def _neighbour(person: PersonRow, services: Sequence[str]) -> html.Li:
    """A neighbour, and on which services the tie is."""
    titles = ", ".join(service_of(service).title for service in services)
    return html.Li([_pick(person), html.Span(f" {titles}", className="sg-remark") if titles else None])


def _members(members: Sequence[Member]) -> html.Ul | None:
    """Who a person is on which service."""
    items = [
        html.Li(
            [
                f"{service_of(each.service).title} ",
                _link(each, each.handle or each.label),
                f" ({MARKS[each.relation][0]})",
            ]
        )
        for each in members
    ]
    return html.Ul(items, className="sg-names") if items else None


def _pick(person: PersonRow) -> html.Button:
    return pick(person.id, person.label)


def _clear() -> html.Button:
    return html.Button("Show all again", type="button", className="btn btn-outline-secondary btn-sm", **data(person=""))
