"""Whose account it is, where its data came from, and what it covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import dash_bootstrap_components as dbc
from dash import html

from analytics.timeline import local_day

from ...services import service_of
from ...store.data_time import is_whole_day
from ...store.rows import AccountRow
from ..account_view import A_MOMENT, AccountView
from ..address import period_query, range_days
from ..compare_view import compare_address
from ..components.attributes import aria, data
from ..components.data_day import data_day
from ..components.downloads import download_links
from ..components.forms import labelled
from ..components.numbers import day, moment, plural
from ..filenames import account_filename
from ..formats import GRAPH_FORMATS, TABLE_FORMATS
from .live_reading import choices

COLOURS = 8  # of accounts, in assets/dashboard.css
MEMBER_NOUNS = {"followers": "follower", "friends": "friend"}
#: how data came that is no export
OTHER_SOURCES: Mapping[str, str] = {"live": "Read from the service", "demo": "Invented by the demo"}
FRAMES = ("periods", "daily", "people", "graph_summary")


def header(view: AccountView, others: Sequence[AccountRow], *, is_demo: bool) -> html.Header:
    """The top of an account's page; `others` are all accounts of the service, itself included."""
    account = view.account
    name = account.name or account.handle
    return html.Header(
        [
            html.Div(
                [
                    avatar(account),
                    html.Div([html.H1(name, dir="auto"), _address(view)], className="sg-who"),
                    _choice(view, others) if len(others) > 1 else None,
                ],
                className="sg-head-row",
            ),
            html.P(_source(view), className="sg-source"),
            _coverage(view),
            html.Div(
                [
                    choices(view) or _upload(view, is_demo=is_demo),
                    downloads(view),
                    _report(),
                    _comparison(view),
                    _sharing(view),
                ],
                className="sg-actions",
            ),
        ],
        className="sg-head",
    )


def avatar(account: AccountRow) -> html.Span:
    """Initials on the account's colour."""
    words = (account.name or account.handle).replace("@", " ").replace("_", " ").split()
    initials = "".join(word[0] for word in (words if len(words) < 2 else [words[0], words[-1]])).upper()
    return html.Span(initials or "?", className=f"sg-avatar {account_class(account)}", **aria(hidden="true"))


def account_class(account: AccountRow) -> str:
    """The class of what has the account's colour, as `figures.style.account_colour` draws it."""
    return f"sg-account-{account.place % COLOURS}"


def downloads(view: AccountView) -> html.Details:
    """All that can be taken away as data."""
    posts = [("Posts", "posts", TABLE_FORMATS)] if has_posts(view) else []
    lists = [(list_title(view, name), name, TABLE_FORMATS) for name in _lists(view)]
    drawn = [] if view.lacks("graph_summary") else view.graphs()
    graphs = [(f"{graph_title(name)}, all ties", f"{name}-graph", GRAPH_FORMATS) for name in drawn]
    rows = [
        html.Li([html.Span(title), *download_links(view.id, what, formats)])
        for title, what, formats in posts + lists + graphs
    ]
    rows.append(html.Li([html.Span("Card to share"), _card(view)]))
    return html.Details(
        [
            html.Summary("Download data", className="btn btn-outline-secondary btn-sm"),
            html.Ul(rows, className="sg-menu"),
        ],
        className="sg-dropdown",
    )


def _report() -> html.Button:
    """The page on paper, or as PDF: the browser's print asks which."""
    return html.Button(
        "Report (PDF)", type="button", className="btn btn-outline-secondary btn-sm", **data(print="report")
    )


def _comparison(view: AccountView) -> html.A:
    return html.A("Compare", href=compare_address(view), className="btn btn-outline-secondary btn-sm")


def _sharing(view: AccountView) -> html.A:
    """To where links are made by which others read this page."""
    href = f"/shares?account={view.id}&{period_query(view.period)}"
    return html.A("Share", href=href, className="btn btn-outline-secondary btn-sm")


def _card(view: AccountView) -> html.Button:
    """A picture of the account for a post elsewhere: drawn by the server, made a PNG by the browser."""
    source = f"/shares/card/{view.id}.svg?{period_query(view.period)}"
    options = data(card=source, name=account_filename(view.account, "card", view.period, time_zone=view.time_zone))
    return html.Button("PNG", type="button", className="sg-download", title="Card to share as PNG", **options)


def has_posts(view: AccountView) -> bool:
    """Whether posts were analysed."""
    return not view.lacks("daily") and not view.frame("daily").empty


def _lists(view: AccountView) -> list[str]:
    return [] if view.lacks("people", "graph_summary") else view.lists()


def list_title(view: AccountView, which: str) -> str:
    """What a list is called."""
    return f"{_one_of(view, which)}s".capitalize() if which in MEMBER_NOUNS else which.capitalize()


def _one_of(view: AccountView, which: str) -> str:
    return service_of(view.account.service).friend if which == "friends" else MEMBER_NOUNS[which]


def graph_title(which: str) -> str:
    """What the graph of a list is called."""
    return {"followers": "Follower graph", "friends": "Friend graph"}.get(which, "Graph of everyone")


def _address(view: AccountView) -> html.P:
    handle = view.handle
    linked = html.A(handle, href=view.url, rel="noopener", target="_blank") if view.url else html.Span(handle)
    return html.P([linked, html.Span(view.service, className="sg-service")], className="sg-address")


def _choice(view: AccountView, others: Sequence[AccountRow]) -> html.Div:
    options = [{"label": other.handle, "value": str(other.id)} for other in others]
    select = dbc.Select(id="account-choice", options=options, value=str(view.id))
    return labelled("Account", select)


def _source(view: AccountView) -> str:
    account = view.account
    source = _source_title(account.source)
    if not account.as_of:
        return f"{source}, {data_day(account, view.time_zone)}; the data does not tell when it was made."
    write = day if is_whole_day(account.as_of, view.time_zone) else moment
    return f"{source}, {data_day(account, view.time_zone, write)}."


def _source_title(source: str) -> str:
    upload = service_of(source).upload
    return upload.title if upload else OTHER_SOURCES.get(source, source)


def _coverage(view: AccountView) -> html.Div:
    """What there is, and what the source left out."""
    notes = html.Ul([html.Li(note) for note in view.account.notes]) if view.account.notes else None
    return html.Div([html.P(_holds(view)), notes], className="sg-coverage")


def _holds(view: AccountView) -> str:
    if not view.stored:
        return "Nothing of this account was analysed yet."
    parts = [plural(int(view.frame("daily")["posts"].sum()), "post")] if has_posts(view) else []
    lists = _lists(view)
    for each in view.frame("people").itertuples() if lists else ():
        if each.measure in MEMBER_NOUNS and each.measure in lists:
            one = _one_of(view, each.measure)
            parts.append(plural(each.listed, one) + ("" if each.complete else " (not the full list)"))
    if not view.lacks("graph_summary"):
        everyone = view.of_list("graph_summary", "everyone")
        parts += [plural(int(people), "person", "people") for people in everyone.get("people", [])]
    return f"Holds {', '.join(parts)}." if parts else "Holds the profile alone."


def unknown_days(view: AccountView) -> list[str]:
    """Sentences on the days of a range of which nothing, or not all, is known."""
    days = range_days(view.period)
    if days is None or view.lacks("periods"):
        return []
    known = view.of_period("periods").iloc[0]
    last, first, whole = (
        local_day(at, view.time_zone) for at in (known["as_of"] - A_MOMENT, known["first_at"], known["whole_since"])
    )
    said = [
        (days[0] < first, f"No post from before {first:%-d %B %Y} is known."),
        (first < whole and days[0] < whole, f"Before {whole:%-d %B %Y} posts may be missing."),
        (days[1] > last, f"The data ends on {last:%-d %B %Y}: of later days nothing is known."),
    ]
    return [sentence for holds, sentence in said if holds]


def _upload(view: AccountView, *, is_demo: bool) -> html.A | None:
    if is_demo:
        return None
    source, service = view.account.source, view.account.service
    upload = service_of(source).upload
    of_any = upload is not None and upload.any_service
    href = f"/connect/{source}?service={quote(service)}" if of_any else f"/connect/{service}"
    return html.A("Upload newer data", href=href, className="btn btn-primary btn-sm")
