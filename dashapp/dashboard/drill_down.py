"""The posts behind a bar of a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component
from flask import abort
from flask_login import current_user

from analytics.sentiment import reasons
from analytics.timeline import midnight

from ..store import posts
from ..store.rows import PostRow
from .account_view import AccountView
from .address import YEARS
from .components.numbers import plural
from .components.posts import ListedPost, post_list

MOST = 50
WORDS = {"reply": ("reply", "replies"), "repost": ("repost", "reposts")}


def clicked(click: Any) -> tuple[int, date]:
    """Which trace and which unit a click of plotly names."""
    try:
        point = click["points"][0]
        curve, start = int(point["curveNumber"]), date.fromisoformat(str(point["x"])[:10])
    except (TypeError, KeyError, IndexError, ValueError, OverflowError):
        abort(400)
    return (curve, start) if curve >= 0 and start.year in YEARS else abort(400)


def posts_behind(view: AccountView, start: date, *, kind: str | None = None, label: str | None = None) -> html.Details:
    """The newest posts of the unit that begins on that day, in words that can be folded away."""
    bounds = view.bounds() or abort(400)
    first, last = unit_days(start, view.unit)
    begin, end = max(midnight(first, view.time_zone), bounds[0]), min(midnight(last, view.time_zone), bounds[1])
    return read_between(
        view, begin.to_pydatetime(), end.to_pydatetime(), title=unit_title(start, view.unit), kind=kind, label=label
    )


def read_between(
    view: AccountView, begin: datetime, end: datetime, *, title: str, kind: str | None = None, label: str | None = None
) -> html.Details:
    """The newest posts of [begin, end)."""
    found = posts.posts_between(current_user.id, view.id, start=begin, end=end, kind=kind, label=label, limit=MOST + 1)
    more = "the newest " if len(found) > MOST else ""
    heading = f"{title}: {more}{plural(len(found[:MOST]), *_words(kind, label))}"
    listed: Component = html.P("No post here.", className="sg-remark")
    if found:
        listed = post_list(explained(found[:MOST]), time_zone=view.time_zone)
    content = html.Div(listed, className="sg-tall", tabIndex=0)
    return html.Details([html.Summary(heading), content], open=True, className="sg-card sg-behind")


def explained(rows: Sequence[PostRow]) -> list[ListedPost]:
    """Posts with the reasons of their labels.

    An import stores those of the top posts alone: a bar may hold any post, and the reasons take forty times as long as
    the labels. Here they are those of `MOST` posts, however many the account has.
    """
    texts = pd.Series([row.text if row.label else None for row in rows], dtype="str")
    languages = pd.Series([row.language for row in rows], dtype="str")
    return [_listed(row, why) for row, why in zip(rows, reasons(texts, languages), strict=True)]


def _listed(row: PostRow, why: Any) -> ListedPost:
    shared = {each.name: getattr(row, each.name) for each in fields(ListedPost) if each.name != "why"}
    return ListedPost(**shared, why=why if isinstance(why, str) else None)


def _words(kind: str | None, label: str | None) -> tuple[str, str]:
    if label is not None:
        return f"{label} post", f"{label} posts"
    return WORDS.get(kind or "", ("post", "posts"))


def unit_days(start: date, unit: str) -> tuple[date, date]:
    """The first day of a unit, and the first one after it."""
    if unit == "month":
        first = start.replace(day=1)
        return first, (first + timedelta(days=32)).replace(day=1)
    return start, start + timedelta(days=7 if unit == "week" else 1)


def unit_title(start: date, unit: str) -> str:
    """A unit in words."""
    if unit == "month":
        return start.strftime("%B %Y")
    written = start.strftime("%-d %B %Y")
    return f"Week of {written}" if unit == "week" else written
