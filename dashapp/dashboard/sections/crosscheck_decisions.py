"""Who may be the same: what the user is asked, decided, and can take back; and joining two people by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from flask import abort
from flask_login import current_user

from ...services import service_of
from ...store import crosscheck
from ...store.grouping import LONGEST_KEY
from ...store.rows import Decision, Key, Member, Suggestion
from ..components.attributes import aria, data
from ..components.boxes import section
from ..components.crosscheck_grid import MARKS
from ..components.evidence import evidence_words, likelihood
from ..components.forms import search_box
from ..components.numbers import plural, short_day
from ..components.posts import safe_link
from ..grid_request import search_text, storable
from .comparing import when_decisions_count

SHOWN = 4  # suggestions at once
MOST_SKIPPED = 200
MOST_DECISIONS = 200
LONGEST_BIO = 220
FOUND = 8  # people in a list to choose from
#: what a button says, what it means to the store, and its key on the keyboard
ANSWERS = {"same": ("Same person", True, "y"), "different": ("Not the same", False, "n"), "skip": ("Skip", None, "s")}
TAKING_BACK = ("undo", "unskip")
READ_ONLY = "The demo is read-only, for all its visitors share it: register to decide about your own people."
GONE = "One of them is not among your followers and friends any more: the next comparison leaves the pair out."


Asked = tuple[list[Suggestion], int]  # the next pairs, and how many there are


def first_asked(limit: int = SHOWN) -> Asked:
    """The pairs that the user is asked about first."""
    return crosscheck.suggestions(current_user.id, limit=limit)


def waiting() -> int:
    """How many pairs the user is asked about."""
    return first_asked(1)[1]


def decide(first: Asked) -> html.Section:
    """The next suggestions, what was decided, and two searches to join by hand."""
    return section(
        "Are they the same?",
        "decide",
        None if current_user.is_demo else html.Div(when_decisions_count()),
        html.Div(id="crosscheck-undo", className="sg-undo", role="status"),
        html.Div(_cards(first, []), id="crosscheck-suggestions", className="sg-suggestions"),
        _by_hand(),
        _decided(),
        dcc.Store(id="crosscheck-answer"),
        dcc.Store(id="crosscheck-skipped", data=[]),
        dcc.Store(id="crosscheck-stamp", data=0),
    )


# ---- suggestions


def suggestions(skipped: Sequence[tuple[Key, Key]]) -> list[Component]:
    """A card for each of the next pairs that were not skipped, and how many there are."""
    return _cards(crosscheck.suggestions(current_user.id, limit=SHOWN + len(skipped)), skipped)


def _cards(asked: Asked, skipped: Sequence[tuple[Key, Key]]) -> list[Component]:
    rows, total = asked
    passed = {frozenset(pair) for pair in skipped}
    left = [row for row in rows if frozenset({row.left.service_key, row.right.service_key}) not in passed]
    n_passed = len(rows) - len(left)
    if not left:
        nothing = "All others are skipped: they come again with the next visit." if n_passed else "Nobody to decide."
        return [html.P(nothing, className="sg-remark")]
    more = html.P(f"{plural(total - n_passed, 'pair')} to decide, the most probable first.", className="sg-remark")
    return [more, *map(_card, left[:SHOWN])]


def _card(row: Suggestion) -> html.Article:
    speaking, against = evidence_words(row.evidence, row.left, row.right)
    told = [html.Strong(likelihood(row.probability)), *([f": {'; '.join(speaking)}"] if speaking else []), "."]
    told += [f" But {'; '.join(against)}."] if against else []
    buttons = [
        html.Button(
            [label, html.Kbd(key.upper(), className="sg-key", **aria(hidden="true"))],
            type="button",
            className=f"btn btn-sm btn-{'primary' if name == 'same' else 'outline-secondary'}",
            **data(answer=name, key=key),
        )
        for name, (label, _, key) in ANSWERS.items()
    ]
    return html.Article(
        [
            html.Div([_profile(row.left), _profile(row.right)], className="sg-two"),
            html.P(told, className="sg-evidence"),
            html.Div(buttons, className="sg-actions"),
        ],
        key=json.dumps([row.left.service_key, row.right.service_key]),
        className="sg-card sg-suggestion",
        tabIndex=0,
        **_pair(row.left.service_key, row.right.service_key),
        **aria(label=f"Are {_called(row.left)} and {_called(row.right)} the same person?"),
    )


def _profile(person: Member) -> html.Div:
    """Somebody as their service tells."""
    bio = " ".join((person.bio or "").split())
    bio = bio if len(bio) <= LONGEST_BIO else bio[: LONGEST_BIO - 1].rstrip() + "…"
    facts = [service_of(person.service).title, MARKS[person.relation][0]]
    followers = plural(person.followers, "follower") if person.followers is not None else "followers not told"
    return html.Div(
        [
            html.H3(person.label, dir="auto"),
            html.P([_linked(person), html.Span(" · ".join(facts))], className="sg-profile-facts"),
            html.P(bio, className="sg-profile-bio", dir="auto") if bio else None,
            html.P(followers, className="sg-remark"),
        ],
        className="sg-profile",
    )


def _linked(person: Member) -> Component:
    handle, link = person.handle or person.key, safe_link(person.url)
    return html.A(handle, href=link, target="_blank", rel="noopener nofollow") if link else html.Span(handle)


def _called(person: Member | None, key: Key | None = None) -> str:
    """Somebody in a sentence."""
    if person is None:
        service, name = key or ("", "")
        return f"{name} on {service_of(service).title}"
    return f"{person.label} on {service_of(person.service).title}"


def _pair(left: Key, right: Key) -> dict[str, str]:
    return data(left=json.dumps(left), right=json.dumps(right))


# ---- what was decided


def _decided() -> html.Details:
    """The list of all that the user said, read when it is opened."""
    opens = html.Summary("What you decided", id="crosscheck-decided-open", n_clicks=0)
    return html.Details([opens, html.Div(id="crosscheck-decided")], className="sg-card sg-behind")


def decisions() -> list[Component]:
    """What the user said last, each to be taken back, and how much it is in all."""
    said = crosscheck.decisions(current_user.id, limit=MOST_DECISIONS)
    if not said:
        return [html.P("Nothing yet.", className="sg-remark")]
    rows = html.Ul([_decision(each) for each in said], className="sg-decisions sg-tall", tabIndex=0)
    total = crosscheck.count_decisions(current_user.id)
    more = f"The newest {len(said):,} of {total:,}: all are in the download of everything."
    return [rows, html.P(more, className="sg-remark")] if total > len(said) else [rows]


def _decision(each: Decision) -> html.Li:
    words = "One person" if each.same else "Not the same"
    both = f"{_called(each.left_member, each.left)} and {_called(each.right_member, each.right)}"
    day = short_day(each.decided_at, current_user.time_zone)
    text = html.Span([html.Strong(f"{words}: "), both, html.Span(f" · {day}", className="sg-muted")])
    return html.Li([text, _take_back("Take back", "undo", each.left, each.right, both)])


def _take_back(label: str, answer: str, left: Key, right: Key, both: str) -> html.Button:
    named = {**data(answer=answer), **_pair(left, right), **aria(label=f"{label}: {both}")}
    return html.Button(label, type="button", className="btn btn-outline-secondary btn-sm", **named)


# ---- by hand


def _by_hand() -> html.Details:
    sides = [
        html.Div(
            [
                search_box({"type": "crosscheck-find", "side": side}, f"{label}: name or handle"),
                dbc.RadioItems(id={"type": "crosscheck-found", "side": side}, options=[], className="sg-candidates"),
            ]
        )
        for side, label in (("left", "One"), ("right", "The other"))
    ]
    button = html.Button(
        "Same person", id="crosscheck-join", type="button", n_clicks=0, className="btn btn-primary btn-sm"
    )
    why = "Two people whom you know to be one: find each, choose both."
    content = [
        html.P(why, className="sg-remark"),
        html.Div(sides, className="sg-two"),
        html.Div(button, className="sg-actions"),
    ]
    return html.Details([html.Summary("Join two people by hand"), *content], className="sg-card sg-behind sg-by-hand")


def candidates(text: str) -> list[dict[str, str]]:
    """Whom a search finds, to choose from."""
    if not text.strip():
        return []
    found = crosscheck.find_members(current_user.id, text, limit=FOUND)
    labels = {json.dumps(each.service_key): f"{_called(each)} ({each.handle or each.key})" for each in found}
    return [{"label": label, "value": value} for value, label in labels.items()]


# ---- answers


def keys_of(answer: Any) -> tuple[Key, Key]:
    """The two whom an answer is about. Answers 400 to what no page of ours sends."""
    if not isinstance(answer, dict):
        abort(400)
    left, right = (_known_key(answer.get(side)) for side in ("left", "right"))
    return left, right


def _known_key(sent: Any) -> Key:
    fits = isinstance(sent, list) and len(sent) == 2
    fits = fits and all(isinstance(part, str) and part == storable(part) for part in sent)
    return (sent[0], sent[1]) if fits and len(sent[0]) + len(sent[1]) < 2 * LONGEST_KEY else abort(400)


def skipped_pairs(sent: Any) -> list[tuple[Key, Key]]:
    """The pairs that a page keeps as skipped."""
    if not isinstance(sent, list) or len(sent) > MOST_SKIPPED:
        abort(400)
    return [keys_of(each) for each in sent]


def named(left: Key, right: Key) -> str | None:
    """The two as they are called; None if one of them is not, or no longer, among the user's people."""
    known = crosscheck.known_members(current_user.id, {left, right})
    return f"{_called(known[left])} and {_called(known[right])}" if known.keys() >= {left, right} else None


def told_after(answer: str, left: Key, right: Key, both: str) -> list[Any]:
    """What was done, and the button that takes it back."""
    words = {
        "same": f"{both} are one person now.",
        "different": f"{both} are not the same: you will not be asked again.",
        "skip": f"Skipped {both}.",
    }
    if answer in TAKING_BACK:
        return [html.Span(f"Taken back: {both}.")]
    back = "unskip" if answer == "skip" else "undo"
    return [html.Span(words[answer]), _take_back("Undo", back, left, right, both)]


def answered(sent: Any, sent_skipped: Any, stamp: Any) -> tuple[Any, Any, Any, Any]:
    """What a page shows and keeps after an answer: suggestions, what was done, who is skipped, a new stamp."""
    left, right = keys_of(sent)
    answer, skipped = sent.get("answer"), skipped_pairs(sent_skipped)
    if answer not in (*ANSWERS, *TAKING_BACK) or not isinstance(stamp, int):
        abort(400)
    skips = answer in ("skip", "unskip")
    if current_user.is_demo and not skips:
        return no_update, [html.Span(READ_ONLY)], no_update, no_update
    both = named(left, right)
    if skips and both is None:
        abort(404)
    skipped = [each for each in skipped if set(each) != {left, right}]
    if answer == "skip":
        skipped = [*skipped, (left, right)][-MOST_SKIPPED:]
    if not skips:
        try:
            crosscheck.decide(current_user.id, left, right, ANSWERS[answer][1] if answer in ANSWERS else None)
        except crosscheck.UnknownPersonError:
            return suggestions(skipped), [html.Span(GONE)], no_update, no_update
    kept = [{"left": one, "right": other} for one, other in skipped]
    told = told_after(answer, left, right, both or "this answer")
    return suggestions(skipped), told, kept, no_update if skips else stamp + 1


def register(app: Dash) -> None:
    """One callback takes every answer; one searches for the two who are joined by hand."""

    app.callback(
        Output("crosscheck-suggestions", "children"),
        Output("crosscheck-undo", "children"),
        Output("crosscheck-skipped", "data"),
        Output("crosscheck-stamp", "data"),
        Input("crosscheck-answer", "data"),
        State("crosscheck-skipped", "data"),
        State("crosscheck-stamp", "data"),
        prevent_initial_call=True,
    )(answered)

    @app.callback(
        Output("crosscheck-decided", "children"),
        Input("crosscheck-decided-open", "n_clicks"),
        Input("crosscheck-stamp", "data"),
        prevent_initial_call=True,
    )
    def list_decisions(clicks: Any, _stamp: Any) -> Any:
        return decisions() if clicks else no_update

    @app.callback(
        Output({"type": "crosscheck-found", "side": MATCH}, "options"),
        Input({"type": "crosscheck-find", "side": MATCH}, "value"),
        prevent_initial_call=True,
    )
    def find(text: Any) -> list[dict[str, str]]:
        return candidates(search_text(text))

    app.clientside_callback(
        ClientsideFunction("crosscheck", "join"),
        Output("crosscheck-answer", "data"),
        Input("crosscheck-join", "n_clicks"),
        State({"type": "crosscheck-found", "side": "left"}, "value"),
        State({"type": "crosscheck-found", "side": "right"}, "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("crosscheck", "focus"),
        Input("crosscheck-suggestions", "children"),
        prevent_initial_call=True,
    )
