"""Whose account it is, where its data came from, and what it covers."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote
from zlib import crc32

import dash_bootstrap_components as dbc
import pandas as pd
from dash import html

from ...services import service_of
from ...store.rows import AccountRow
from ..account_view import Shown
from ..components.attributes import aria
from ..components.numbers import day, moment, plural
from ..formats import GRAPH_FORMATS, TABLE_FORMATS
from ..formats.records import Format
from ..sources import source_title
from .reading import choices

AVATARS = 8
LISTS = {"followers": "follower", "friends": "friend"}
FRAMES = ("periods", "daily", "people", "graph_summary")


def header(shown: Shown, others: Sequence[AccountRow], *, is_demo: bool) -> html.Header:
    """The top of an account's page; `others` are all accounts of the service, itself included."""
    account = shown.account
    name = account.name or account.handle
    return html.Header(
        [
            html.Div(
                [
                    avatar(account),
                    html.Div([html.H1(name, dir="auto"), _address(shown, is_demo=is_demo)], className="sg-who"),
                    _choice(shown, others) if len(others) > 1 else None,
                ],
                className="sg-head-row",
            ),
            html.P(_source(shown), className="sg-source"),
            _coverage(shown),
            html.Div([choices(shown) or _upload(shown, is_demo=is_demo), downloads(shown)], className="sg-actions"),
        ],
        className="sg-head",
    )


def avatar(account: AccountRow) -> html.Span:
    """Initials on a colour that stays with the account."""
    words = (account.name or account.handle).replace("@", " ").replace("_", " ").split()
    initials = "".join(word[0] for word in (words if len(words) < 2 else [words[0], words[-1]])).upper()
    number = crc32(f"{account.service}/{account.key}".encode()) % AVATARS
    return html.Span(initials or "?", className=f"sg-avatar sg-avatar-{number}", **aria(hidden="true"))


def downloads(shown: Shown) -> html.Details:
    """All that can be taken away as data."""
    posts = [("Posts", "posts", TABLE_FORMATS)] if has_posts(shown) else []
    lists = [(list_title(shown, name), name, TABLE_FORMATS) for name in _lists(shown)]
    graphs = [(f"{graph_title(name)}, all ties", f"{name}-graph", GRAPH_FORMATS) for name in _graphs(shown)]
    rows = [
        html.Li([html.Span(title), *download_links(shown.id, what, formats)])
        for title, what, formats in posts + lists + graphs
    ]
    return html.Details(
        [
            html.Summary("Download data", className="btn btn-outline-secondary btn-sm"),
            html.Ul(rows, className="sg-menu"),
        ],
        className="sg-dropdown",
    )


def has_posts(shown: Shown) -> bool:
    """Whether posts were analysed."""
    return not shown.lacks("daily") and not shown.frame("daily").empty


def _lists(shown: Shown) -> list[str]:
    return [] if shown.lacks("people", "graph_summary") else shown.lists()


def _graphs(shown: Shown) -> list[str]:
    return [] if shown.lacks("graph_summary") else shown.graphs()


def download_links(account: int, what: str, formats: Sequence[Format]) -> list[html.A]:
    """Links to one thing in several formats."""
    address = f"/download/{account}/{what}"
    return [html.A(one.label, href=f"{address}.{one.suffix}", className="sg-download") for one in formats]


def list_title(shown: Shown, which: str) -> str:
    """What a list is called."""
    return f"{_one_of(shown, which)}s".capitalize() if which in LISTS else which.capitalize()


def _one_of(shown: Shown, which: str) -> str:
    return service_of(shown.account.service).friend if which == "friends" else LISTS[which]


def graph_title(which: str) -> str:
    """What the graph of a list is called."""
    return {"followers": "Follower graph", "friends": "Friend graph"}.get(which, "Graph of everyone")


def _address(shown: Shown, *, is_demo: bool) -> html.P:
    handle = shown.handle
    linked = html.A(handle, href=shown.url, rel="noopener", target="_blank") if shown.url else html.Span(handle)
    badge = demo_badge() if is_demo else None
    return html.P([linked, html.Span(shown.service, className="sg-service"), badge], className="sg-address")


def _choice(shown: Shown, others: Sequence[AccountRow]) -> html.Div:
    options = [{"label": other.handle, "value": str(other.id)} for other in others]
    select = dbc.Select(id="account-choice", options=options, value=str(shown.id))
    return html.Div([html.Label("Account", htmlFor="account-choice"), select], className="sg-choice")


def _source(shown: Shown) -> str:
    account = shown.account
    source = source_title(account.source)
    if account.as_of:
        return f"{source}, data of {moment(account.as_of, shown.time_zone)}."
    return f"{source}, imported on {day(account.data_at, shown.time_zone)}; the data does not tell when it was made."


def _coverage(shown: Shown) -> html.Div:
    """What there is, and what the source left out."""
    return html.Div([html.P(_holds(shown)), _notes(shown.account.notes)], className="sg-coverage")


def _holds(shown: Shown) -> str:
    if not shown.stored:
        return "Nothing of this account was analysed yet."
    parts = [plural(int(shown.frame("daily")["posts"].sum()), "post")] if has_posts(shown) else []
    lists = _lists(shown)
    for each in shown.frame("people").itertuples() if lists else ():
        if each.measure in LISTS and each.measure in lists:
            one = _one_of(shown, each.measure)
            parts.append(plural(each.listed, one) + ("" if each.complete else " (not the full list)"))
    if not shown.lacks("graph_summary"):
        everyone = shown.of_list("graph_summary", "everyone")
        parts += [plural(int(people), "person", "people") for people in everyone.get("people", [])]
    return f"Holds {', '.join(parts)}." if parts else "Holds the profile alone."


def _notes(notes: Sequence[str]) -> html.Ul | None:
    return html.Ul([html.Li(note) for note in notes]) if notes else None


def dates(shown: Shown) -> str:
    """From when to when the period is."""
    bounds = None if shown.lacks("periods") else shown.bounds()
    if bounds is None:
        return ""
    start, end = bounds
    return f"{day(start, shown.time_zone)} to {day(end - pd.Timedelta(1, unit='us'), shown.time_zone)}"


def _upload(shown: Shown, *, is_demo: bool) -> html.A | None:
    if is_demo:
        return None
    source, service = shown.account.source, shown.account.service
    upload = service_of(source).upload
    of_any = upload is not None and upload.any_service
    href = f"/connect/{source}?service={quote(service)}" if of_any else f"/connect/{service}"
    return html.A("Upload newer data", href=href, className="btn btn-primary btn-sm")


def demo_badge() -> html.Span:
    """What marks an invented person wherever one is shown."""
    return html.Span("Demo: an invented person", className="sg-badge")
