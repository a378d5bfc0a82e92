"""Who the followers and friends are, by what they tell; a bar narrows the list of people to its class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import orjson
import pandas as pd
from dash import ClientsideFunction, Dash, Input, Output, State, html
from dash.development.base_component import Component
from flask import abort

from analytics.audience import LEAST, MEASURES, OTHERS, AudienceClass, classes
from analytics.languages import language_name
from analytics.sentiment import FEWEST_LETTERS
from analytics.uncertainty import Estimate

from ..account_view import AccountView, view_of_callback
from ..address import PageQuery
from ..components.attributes import aria, data
from ..components.bars import Bar, bars
from ..components.boxes import fold, section
from ..components.downloads import downloads, files
from ..components.forms import switch
from ..components.numbers import likely, percent, plural
from ..figures.named_bars import named_bars
from ..figures.style import literal, seen_of
from ..grid_request import LONGEST, storable
from ..parts import Chart
from .header import MEMBER_NOUNS, list_title

SHOWN = 8  # classes that are counted by name; the file has more
TITLES: Mapping[str, str] = {
    "size": "Their followers",
    "age": "Age of account",
    "activity": "Last post",
    "server": "Server",
    "language": "Language of bio",
    "word": "Words of bios",
}
#: what a list may lack
UNTOLD: Mapping[str, str] = {
    "size": "how many follow them",
    "age": "when their accounts began",
    "activity": "when they last posted",
    "word": "bios",
    "server": "servers in their handles",
}
#: what more to know of those on whom a chart rests
NOTES: Mapping[str, str] = {
    "language": ", whose bio is long and clear enough",
    "word": " with a bio; how many have the word in it",
}
NO_FOLLOW_BACK = "Follow-back is not told: followers and friends were not both read in full."
FRAMES = ("audience", "audience_told", "audience_shares", "people", "graph_summary")
COLUMNS = ("measure", "name", "people")
ESTIMATED = [each.name for each in fields(Estimate)]


def section_of(view: AccountView, _query: PageQuery) -> Sequence[Component | None]:
    """The charts of followers or friends."""
    return [AUDIENCE.of(view)]


def audience(view: AccountView) -> Component | None:
    """The list that can be chosen, and what is told of it; nothing where there is no list."""
    listed = told_lists(view)
    if not listed:
        return None
    which = listed[0]
    choice = switch("audience-list", {name: list_title(view, name) for name in listed}, which)
    whole = None if view.frame("audience").empty else files(AUDIENCE.title, AUDIENCE.links(view))
    head = html.Div([choice, whole], className="sg-chart-head")
    box = html.Div(of_list(view, which), id="audience-box", **aria(live="polite"))
    return section("Audience", "audience", html.Div([head, box], className="sg-card sg-chart"))


def told_lists(view: AccountView) -> list[str]:
    """Those that the list of people offers, too."""
    told = view.frame("audience_told")
    return [] if told.empty else [name for name in view.lists() if name in set(told["list"])]


@dataclass(frozen=True, slots=True)
class Listed:
    """What is told of a list: of how many each measure is told, and how many are in each class."""

    which: str
    people: int
    told: Mapping[str, int]
    classes: Mapping[str, list[tuple[str, int]]]

    @classmethod
    def of(cls, view: AccountView, which: str) -> Listed:
        """From the stored frames."""
        told, counted = view.of_list("audience_told", which), view.of_list("audience", which)
        classes: dict[str, list[tuple[str, int]]] = {}
        for measure, name, n in zip(*(counted[column].tolist() for column in COLUMNS), strict=True):
            classes.setdefault(measure, []).append((name, n))
        by_measure = dict(zip(told["measure"].tolist(), told["told"].tolist(), strict=True))
        return cls(which, int(told["people"].iloc[0]), by_measure, classes)

    def rests_on(self, told: int) -> str:
        """So many of the list."""
        return f"all {told:,} {self.which}" if told == self.people else f"{told:,} of {self.people:,} {self.which}"


def of_list(view: AccountView, which: str) -> list[Component]:
    """What is told of a list: sentences, a chart for each measure, and what is not told."""
    listed = Listed.of(view, which)
    sentences = [html.P(sentence) for sentence in said(view, listed)]
    missing = [html.P(sentence, className="sg-remark") for sentence in not_told(listed)]
    return [*sentences, *_charts(view, listed), *missing]


def _charts(view: AccountView, listed: Listed) -> list[Component]:
    measures = [measure for measure in TITLES if measure in listed.classes]
    if not measures:
        return []
    first, *more = (_chart(view, listed, measure) for measure in measures)
    rest = fold(f"More: {_in_words([TITLES[measure].lower() for measure in measures[1:]])}", *more) if more else None
    return [html.Div([first, rest], className="sg-small-charts")]


def said(view: AccountView, listed: Listed) -> list[str]:
    """The shares in words, with what each rests on."""
    records = view.of_list("audience_shares", listed.which).to_dict("records")
    shares = {share["measure"]: Estimate(**{name: share[name] for name in ESTIMATED}) for share in records}
    return [*_inactive(shares["inactive"], listed), *_follow_back(shares.get("follow_back"), view, listed)]


def _inactive(share: Estimate, listed: Listed) -> list[str]:
    if share.n and pd.isna(share.value):
        known = plural(share.n, "person", "people")
        return [f"The last post is told of {known} only: too few to say what share is inactive."]
    if not share.n:
        return []
    return [
        f"{_share(share)} are likely to be inactive: they posted last over a year before this data. "
        f"This rests on {listed.rests_on(share.n)}, of whom it is told when they last posted."
    ]


def _follow_back(share: Estimate | None, view: AccountView, listed: Listed) -> list[str]:
    if share is None:
        return [] if view.account.mutual_ties else [NO_FOLLOW_BACK]
    if pd.isna(share.value):
        return [f"Only {plural(share.n, MEMBER_NOUNS[listed.which])}: too few to say what share is mutual."]
    if listed.which == "followers":
        return [f"You follow back {_share(share)} of your followers. This rests on all {plural(share.n, 'follower')}."]
    return [f"Of your friends {_share(share)} follow you back. This rests on all {plural(share.n, 'friend')}."]


def not_told(listed: Listed) -> list[str]:
    """What has no chart, and why."""
    found = []
    untold = [name for measure, name in UNTOLD.items() if not listed.told[measure]]
    if untold:
        found.append(f"This data does not tell of these {listed.which}: {_in_words(untold)}.")
    if listed.told["word"] and not listed.told["language"]:
        found.append(f"No bio has {FEWEST_LETTERS} letters of which the language is clear.")
    if listed.told["word"] and "word" not in listed.classes:
        found.append(f"No word stands in the bios of {LEAST} people.")
    return found


def _in_words(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _share(share: Estimate) -> str:
    return f"{percent(share.value)} (likely {likely(share.ci_low, share.ci_high)})"


def _chart(view: AccountView, listed: Listed, measure: str) -> Component:
    told, counted = listed.told[measure], shown(listed.classes[measure], measure)
    note = f"Rests on {listed.rests_on(told)}{NOTES.get(measure, '')}."
    drawn = [_bar(name, n, told, listed.which, measure) for name, n in counted]
    labels = [literal(class_label(measure, name), longest=24) for name, _ in counted]
    picture = named_bars(labels, [n for _, n in counted], labels, theme=view.theme)
    name = AUDIENCE.filename(view, listed.which, measure)
    links = AUDIENCE.links(view, list=listed.which, measure=measure)
    title = f"{list_title(view, listed.which)}: {TITLES[measure].lower()}"
    return bars(TITLES[measure], note, drawn, picture=picture, files=downloads(title, name, links, dated=False))


def shown(counted: list[tuple[str, int]], measure: str) -> list[tuple[str, int]]:
    """All classes of sizes and times; else the most frequent, and all others together, but for words."""
    if classes(measure):
        return counted
    named = [(name, n) for name, n in counted if name != OTHERS][:SHOWN]
    others = sum(n for _, n in counted) - sum(n for _, n in named)
    return named if measure == "word" or not others else [*named, (OTHERS, others)]


def _bar(name: str, n: int, told: int, which: str, measure: str) -> Bar:
    label = class_label(measure, name)
    if name == OTHERS:
        return Bar(label=label, number=n, title=f"{label}: {percent(n / told)} of {told:,}")
    chosen = class_data(measure, name, which)
    noun = plural(n, MEMBER_NOUNS[which])
    title = f"{label}: {noun}, {percent(n / told)} of {told:,}. Show them in the list"
    return Bar(label=label, number=n, title=title, attributes=data(audience=orjson.dumps(chosen).decode()))


def class_data(measure: str, name: str, which: str) -> dict[str, str]:
    """A class as the page keeps it."""
    title = f"{TITLES[measure]}: {class_label(measure, name)}"
    return {"measure": measure, "name": name, "list": which, "title": title}


def class_label(measure: str, name: str) -> str:
    """How a class is called."""
    if name == OTHERS:
        return "All others"
    return language_name(name) if measure == "language" else seen_of(name)


def rows_of_file(view: AccountView) -> pd.DataFrame | None:
    """People by list, measure and class, and of how many the measure is told."""
    counted = view.frame("audience")
    if counted.empty:
        return None
    known = view.frame("audience_told")[["list", "measure", "told"]]
    names = counted["name"].where(counted["name"] != OTHERS, "others")
    return counted.assign(name=names).merge(known, on=["list", "measure"])[
        ["list", "measure", "name", "people", "told"]
    ]


def chosen_class(view: AccountView, chosen: Any) -> AudienceClass | None:
    """The class that narrows the list of people; None: the whole list. Answers 400 to what is none."""
    if chosen is None:
        return None
    if not isinstance(chosen, dict) or not is_class(measure := chosen.get("measure"), name := chosen.get("name")):
        abort(400)
    told = view.frame("audience_told")
    return None if told.empty else AudienceClass(measure=measure, name=name, as_of=told["as_of"].iloc[0])


def is_class(measure: Any, name: Any) -> bool:
    """Whether there can be such a class."""
    if not isinstance(measure, str) or measure not in MEASURES or not isinstance(name, str) or not name:
        return False
    return name in (classes(measure) or [storable(name)[:LONGEST]])


def class_of_address(text: str, which: str) -> dict[str, str] | None:
    """The class that an address names, as "size:10–99"; None where it is none."""
    measure, _, name = text.partition(":")
    return class_data(measure, name, which) if is_class(measure, name) else None


AUDIENCE = Chart(
    name="audience",
    title="Audience",
    frames=FRAMES,
    by=(),
    narrowed=("list", "measure"),
    box=audience,
    rows=rows_of_file,
)
PARTS = (AUDIENCE,)


def register(app: Dash) -> None:
    """The choice of a list draws its charts; a bar narrows the list of people, which is the browser's work."""

    @app.callback(
        Output("audience-box", "children"),
        Input("audience-list", "value"),
        State("account-shown", "data"),
        prevent_initial_call=True,
    )
    def choose_list(which: Any, data: Any) -> list[Component]:
        view = view_of_callback(data, names=FRAMES)
        if which not in told_lists(view):
            abort(400)
        return of_list(view, which)

    app.clientside_callback(
        ClientsideFunction("sociogram", "markClass"),
        Input("audience-box", "children"),
        State("people-class", "data"),
        prevent_initial_call=True,
    )
