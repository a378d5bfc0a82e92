"""Where people are: the sentence, the chart of combinations, and the user's own accounts side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import ClientsideFunction, Dash, Input, Output, State, html
from dash.development.base_component import Component
from flask import abort

from ...page_paths import ALL_SERVICES, CROSSCHECK, account_page
from ...store.rows import AccountRow
from ..components.attributes import data
from ..components.boxes import section
from ..components.chart import ChartBox, as_table, chart
from ..components.data_words import in_words
from ..components.downloads import download_links, files
from ..components.forms import switch
from ..components.numbers import DASH, percent, plural
from ..components.overview_table import side_by_side
from ..crosscheck_view import KINDS, CrosscheckView, read_crosscheck
from ..figures.style import account_colour
from ..figures.upset import MOST, Combination, upset, upset_height
from ..filenames import filename

CHART = "where_people_are"
TITLE = "Where people are"
OF_LISTS = {"follower": ("followers",), "friend": ("friends",), "mutual": ("followers", "friends")}
MOST_ROWS = 50  # of the chart's table
LONGEST_ROW = 22  # letters of an account's title beside the chart: its number stands behind


def lead(view: CrosscheckView, waiting: int) -> html.Div:
    """What was found, in a sentence; its numbers show whom they count."""
    many = view.having({}, "many")
    shared = view.people(many)
    parts: list[Any] = [f"Nobody is known to be with you on more than one {view.place} yet"]
    if shared:
        are = "is" if shared == 1 else "are"
        parts = [shows(plural(shared, "person", "people"), str(many)), f" {are} with you on more than one {view.place}"]
    unreturned = view.unreturned()
    if unreturned:
        account, chosen, count = unreturned
        verb = "does" if count == 1 else "do"
        asked = [view.title(each) for each in view.accounts if each.id in dict(chosen.options)]
        where = "anywhere" if len(asked) == len(view.accounts) else f"on {' or '.join(asked)}"
        words = f" you follow on {view.title(account)} {verb} not follow you {where}"
        parts += ["; ", shows(f"{count:,}", str(chosen)), words]
    parts.append(".")
    if waiting:
        more = "more " if shared else ""
        link = html.A(plural(waiting, f"{more}pair"), href="#part-decide")
        parts += [" ", link, " may be the same: you decide."]
    told = html.P(parts, className="sg-lead sg-crosscheck-lead")
    return html.Div([told, *(html.P(each, className="sg-remark") for each in not_whole(view))])


def invitation(view: CrosscheckView, waiting: int) -> html.P | None:
    """The sentence of the overview that leads here, if something was found."""
    shared = view.people(view.having({}, "many"))
    found = f"{plural(shared, 'person is', 'people are')} with you on more than one {view.place}. " if shared else ""
    asked = f"{plural(waiting, 'pair')} may be the same person. " if waiting else ""
    if not found and not asked:
        return None
    link = html.A("See the cross-check", href=CROSSCHECK)
    graph = html.A("all services in one graph", href=ALL_SERVICES)
    return html.P([found, asked, link, ", or ", graph, "."], className="sg-card sg-invitation")


def shows(label: str, where: str, class_name: str = "sg-pick") -> html.Button:
    """A button that shows in the table whom a filter finds."""
    return html.Button(label, type="button", className=class_name, **data(where=where))


def where_people_are(view: CrosscheckView, kind: str) -> html.Section:
    """The chart, with the switch of who counts."""
    return section(
        TITLE,
        "where",
        html.Div([_switch(kind)], className="sg-toolbar"),
        html.Div(combinations_chart(view, kind), id="crosscheck-chart"),
    )


def _switch(kind: str) -> Component:
    return switch("crosscheck-list", {name: title for name, (title, *_) in KINDS.items()}, kind)


def combinations_chart(view: CrosscheckView, kind: str) -> Component:
    """How many people stand on exactly which accounts."""
    combinations = view.combinations(kind)
    if not combinations:
        nobody = f"No {KINDS[kind][0].lower()} in this data." if kind != "anybody" else "No people in this data."
        return html.P(nobody, className="sg-remark")
    box = ChartBox(
        summary=combinations_summary(combinations),
        height=upset_height(len(view.accounts)),
        note=_note(combinations),
        click="Click a bar or a dot to see these people in the table.",
        below=_table(combinations),
        words=in_words(combinations_table(combinations)),
    )
    name = filename("cross-check", "combinations", kind, day=view.derived.data_day(view.time_zone))
    framed = chart(
        CHART,
        f"{TITLE}: {KINDS[kind][0].lower()}",
        box,
        upset(combinations, row_titles(view, kind), row_colours(view), theme=view.theme),
        filename=name,
        links=download_links("crosscheck", "combinations", query={"list": kind}),
    )
    return html.Div(framed, className="sg-upset sg-upset-wide" if len(combinations) > 8 else "sg-upset")


def row_colours(view: CrosscheckView) -> list[str]:
    """Those of the accounts."""
    return [account_colour(view.theme, account.place) for account in view.accounts]


def row_titles(view: CrosscheckView, kind: str) -> list[str]:
    """What stands beside the chart: each account, and how many people it has."""
    counts = [view.people(view.on(account, KINDS[kind][1])) for account in view.accounts]
    titles = [view.title(account) for account in view.accounts]
    short = [title if len(title) <= LONGEST_ROW else title[: LONGEST_ROW - 1] + "…" for title in titles]
    return [f"{title} · {count:,}" for title, count in zip(short, counts, strict=True)]


def combinations_summary(combinations: Sequence[Combination]) -> str:
    """The chart in words."""
    largest = "; ".join(f"{plural(each.people, 'person', 'people')} on {each.title}" for each in combinations[:3])
    return f"How many people stand on which accounts at once. The most: {largest}."


def _note(combinations: Sequence[Combination]) -> str:
    rest = combinations[MOST:]
    people = plural(sum(each.people for each in rest), "person", "people")
    return f"{plural(len(rest), 'rarer combination')} of {people} in all, not drawn, stand in the CSV." if rest else ""


def not_whole(view: CrosscheckView) -> list[str]:
    """A sentence on lists that were not read whole, if there are any."""
    missing = view.partly_read()
    return [f"Not read in full: {'; '.join(missing)}. Who is missing there may be on them."] if missing else []


def combinations_table(combinations: Sequence[Combination]) -> pd.DataFrame:
    """The data of the chart, as it is read."""
    return pd.DataFrame([{"On exactly": each.title, "People": f"{each.people:,}"} for each in combinations])


def _table(combinations: Sequence[Combination]) -> html.Details:
    head = html.Tr([html.Th(name, scope="col") for name in ("On exactly", "People", "")])
    body = [
        html.Tr([html.Td(each.title), html.Td(f"{each.people:,}", className="sg-number"), html.Td(_show(each))])
        for each in combinations[:MOST_ROWS]
    ]
    rest = len(combinations) - MOST_ROWS
    more = html.P(f"The CSV has {plural(rest, 'rarer combination')} more.", className="sg-remark") if rest > 0 else None
    caption = html.Caption("Data of the chart", className="visually-hidden")
    return as_table(html.Table([caption, html.Thead(head), html.Tbody(body)], className="sg-table"), more)


def _show(each: Combination) -> html.Button:
    button = shows("Show", each.where, "sg-download")
    setattr(button, "aria-label", f"Show who is on {each.title}")
    return button


def combination_rows(view: CrosscheckView, kind: str) -> pd.DataFrame:
    """The chart as the rows of its file: 1 where an account is one of the combination."""
    rows = [
        {view.title(account): int(n in each.rows) for n, account in enumerate(view.accounts)} | {"people": each.people}
        for each in view.combinations(kind)
    ]
    return pd.DataFrame(rows)


# ---- own accounts side by side


def own_accounts(view: CrosscheckView) -> html.Section:
    """How many people each account has, and how many of them are on another one too."""
    names = ["Account", "Followers", "Friends", "Mutuals", "On another one too"]
    overlaps = [f"Also on {view.title(account)}" for account in view.accounts]
    head = [html.Th(name, scope="col", role="columnheader") for name in [*names, *overlaps]]
    table = side_by_side(head, [_own(view, account, names[1:] + overlaps) for account in view.accounts])
    remark = html.P("Shares are of the account's people.", className="sg-remark")
    title = "Your accounts side by side"
    saved = files(title, download_links("crosscheck", "accounts"))
    return section(title, "accounts", html.Div([saved, table], className="sg-card sg-overview-card"), remark)


def own_rows(view: CrosscheckView) -> pd.DataFrame:
    """The same as the rows of its file."""
    rows = []
    for account in view.accounts:
        there = dict(view.on(account, "there").options)
        told = {"service": account.service, "handle": account.handle, "people": view.people(view.on(account, "there"))}
        for option, lists in OF_LISTS.items():
            count = view.people(view.on(account, option))
            told[f"{option}s"] = count if count or view.tells(account, *lists) else None
        told["on_another"] = view.people(view.having(there, "many"))
        for other in view.accounts:
            both = view.having(there | dict(view.on(other, "there").options))
            told[f"also on {view.title(other)}"] = None if other is account else view.people(both)
        rows.append(told)
    return pd.DataFrame(rows)


def _own(view: CrosscheckView, account: AccountRow, names: Sequence[str]) -> html.Tr:
    there = view.on(account, "there")
    people = view.people(there)
    told = [(each, str(view.on(account, each))) for each in ("follower", "friend", "mutual")]
    cells = [_counted(view, account, option, where) for option, where in told]
    many = view.having(dict(there.options), "many")
    cells.append(_share(view.people(many), people, str(many)))
    for other in view.accounts:
        both = view.having(dict(there.options) | dict(view.on(other, "there").options))
        cells.append([] if other is account else _share(view.people(both), people, str(both)))
    name = html.Th(
        html.A(view.title(account), href=account_page(account.service, account.id)),
        scope="row",
        role="rowheader",
    )
    return html.Tr(
        [name, *(html.Td(cell, role="cell", **data(label=label)) for cell, label in zip(cells, names, strict=True))],
        role="row",
    )


def _counted(view: CrosscheckView, account: AccountRow, option: str, where: str) -> list[Any]:
    """A number of people; of a list that was not read whole it is the least that it can be."""
    count = view.people(view.filter(where))
    if not view.tells(account, *OF_LISTS[option]):
        return ["at least ", shows(f"{count:,}", where)] if count else [DASH]
    return [shows(f"{count:,}", where) if count else "0"]


def _share(count: int, of: int, where: str) -> list[Any]:
    shared = html.Small(f" {percent(count / of)}", className="sg-muted") if of else None
    return [shows(f"{count:,}", where), shared] if count else ["0"]


def register(app: Dash, waiting: Any) -> None:
    """The switch, and each decision, draw it anew; `waiting` counts what the user is asked."""

    @app.callback(
        Output("crosscheck-lead", "children"),
        Output("crosscheck-chart", "children"),
        Output("crosscheck-own", "children"),
        Input("crosscheck-list", "value"),
        Input("crosscheck-stamp", "data"),
        prevent_initial_call=True,
    )
    def draw(kind: Any, _stamp: Any) -> tuple[Component, Component, Component]:
        if not isinstance(kind, str) or kind not in KINDS:
            abort(400)
        view = read_crosscheck() or abort(404)
        return lead(view, waiting()), combinations_chart(view, kind), own_accounts(view)

    app.clientside_callback(
        ClientsideFunction("sociogram", "remember"),
        Input("crosscheck-list", "value"),
        State("crosscheck-list", "id"),
        prevent_initial_call=True,
    )
