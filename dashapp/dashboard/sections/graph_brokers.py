"""Who connects the people of a graph: brokers by name, each with why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component
from flask_login import current_user

from ...services import service_of
from ...services.records import ALL
from ...store import people
from ..account_view import AccountView
from ..components.attributes import data
from ..components.boxes import fold
from ..components.numbers import DASH, likely, percent, plural
from ..figures.graph import short_name

FIRST = 3  # of whom a phone tells at once


def connecting(view: AccountView, brokers: pd.DataFrame, communities: Mapping[Any, str]) -> list[Component]:
    """The list; nothing where nobody connects anybody."""
    if brokers.empty:
        return []
    title = "Who connects your accounts" if view.account.service == ALL else "Who connects the communities"
    rows = brokers.to_dict("records")
    without = [int(broker["person"]) for broker in rows if not isinstance(broker["label"], str)]
    keys = people.labels(current_user.id, view.id, without)  # of those who tell no name, which no frame has
    items = [
        html.Li([pick(broker["person"], called), html.P(" ".join(reasons(broker, communities)))])
        for broker in rows
        for called in (broker["label"] if isinstance(broker["label"], str) else keys.get(broker["person"], DASH),)
    ]
    first, more = items[:FIRST], items[FIRST:]
    rest = fold(f"{len(more)} more", html.Ol(more, start=FIRST + 1, className="sg-brokers")) if more else None
    return [html.H4(title), html.Ol(first, className="sg-brokers"), *([rest] if rest else [])]


def reasons(broker: Mapping[str, Any], communities: Mapping[Any, str]) -> Iterator[str]:
    """Why somebody is in the list, in sentences."""
    exact = broker["ci_low"] == broker["ci_high"]
    error = "" if exact else f" (likely {likely(broker['ci_low'], broker['ci_high'])})"
    yield f"On {percent(broker['betweenness'])}{error} of the shortest ways between others."
    tied = broker.get("tied")
    if isinstance(tied, list) and len(tied) > 1:
        names = [service_of(service).title for service in tied]
        each = "both" if len(names) == 2 else "each"
        yield f"Is on {', '.join(names[:-1])} and {names[-1]}, and knows people on {each}."
    if pd.notna(broker["second"]):
        first, second = (short_name(communities.get(broker[end], "others")) for end in ("first", "second"))
        known = plural(broker["n_first"], "person", "people")
        yield f"Knows {known} around {first} and {broker['n_second']:,} around {second}{_others(broker)}."


def _others(broker: Mapping[str, Any]) -> str:
    more = int(broker["reached"]) - 2
    return f", and some of {plural(more, 'more community', 'more communities')}" if more > 0 else ""


def pick(person: int, label: str) -> html.Button:
    """Looks at a person; assets/graph.js puts the choice into the store."""
    return html.Button(label, type="button", className="sg-pick", **data(person=str(person)))
