"""Posts to be read: the best of a period, or those behind a bar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from dash import html

from .attributes import aria
from .numbers import moment, plural

KINDS = {"post": "Post", "reply": "Reply", "repost": "Repost"}
COUNTS = {
    "replies": ("reply", "replies"),
    "reposts": ("repost", "reposts"),
    "quotes": ("quote", "quotes"),
    "likes": ("like", "likes"),
    "views": ("view", "views"),
}


def post_list(posts: Iterable[Mapping[str, Any]], *, time_zone: str, ordered: bool = False) -> html.Ol | html.Ul:
    """Posts with their time, text, counts and link; texts are shown as they are, never as markup."""
    items = [html.Li(post(row, time_zone=time_zone), className="sg-post") for row in posts]
    return html.Ol(items, className="sg-posts sg-ranked") if ordered else html.Ul(items, className="sg-posts")


def post(row: Mapping[str, Any], *, time_zone: str) -> html.Article:
    """One post."""
    why = _reason(row)
    head = [html.Span(KINDS.get(row["kind"], row["kind"])), _time(row, time_zone), _tone(row, why)]
    told = [plural(int(row[name]), *words) for name, words in COUNTS.items() if pd.notna(row.get(name))]
    text = row["text"] if isinstance(row["text"], str) and row["text"].strip() else "Without text"
    return html.Article(
        [
            html.Div(head, className="sg-post-head"),
            html.P(text, className="sg-post-text", dir="auto"),
            html.Div(
                [html.P(", ".join(told) or "No counts told", className="sg-remark"), _shown(why)],
                className="sg-post-foot",
            ),
        ]
    )


def _reason(row: Mapping[str, Any]) -> str | None:
    """Why the post has its label, if that is known; a label that an older model gave has reasons of its own."""
    label, why = row.get("label"), row.get("why")
    known = isinstance(label, str) and isinstance(why, str) and why.startswith(label)
    return str(why) if known else None


def _tone(row: Mapping[str, Any], why: str | None) -> html.Span | html.Button | None:
    """The label; as a button where its reason is known, which is shown while it is pointed at or focused."""
    label = row.get("label")
    if not isinstance(label, str):
        return None
    look = f"sg-tone sg-{label}"
    return (
        html.Button(label, type="button", className=look, **aria(label=why))
        if why
        else html.Span(label, className=look)
    )


def _shown(why: str | None) -> html.Span | None:
    # the button's name says it already
    return html.Span(why, className="sg-why", dir="auto", **aria(hidden="true")) if why else None


def _time(row: Mapping[str, Any], time_zone: str) -> html.A | html.Time:
    written = moment(row["created_at"], time_zone)
    time = html.Time(written, dateTime=row["created_at"].isoformat())
    link = safe_link(row.get("url"))
    return html.A(time, href=link, rel="noopener nofollow", target="_blank") if link else time


def safe_link(url: Any) -> str | None:
    """The address if it is one of the web: nothing else becomes a link."""
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else None
