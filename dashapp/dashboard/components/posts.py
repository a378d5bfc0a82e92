"""Posts to be read: the best of a period, or those behind a bar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from dash import html

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
    label = row.get("label")
    tone = html.Span(label, className=f"sg-tone sg-{label}") if isinstance(label, str) else None
    head = [html.Span(KINDS.get(row["kind"], row["kind"])), _time(row, time_zone), tone]
    told = [plural(int(row[name]), *words) for name, words in COUNTS.items() if pd.notna(row.get(name))]
    text = row["text"] if isinstance(row["text"], str) and row["text"].strip() else "Without text"
    return html.Article(
        [
            html.P(head, className="sg-post-head"),
            html.P(text, className="sg-post-text", dir="auto"),
            html.P(", ".join(told) or "No counts told", className="sg-remark"),
        ]
    )


def _time(row: Mapping[str, Any], time_zone: str) -> html.A | html.Time:
    written = moment(row["created_at"], time_zone)
    time = html.Time(written, dateTime=row["created_at"].isoformat())
    link = safe_link(row.get("url"))
    return html.A(time, href=link, rel="noopener nofollow", target="_blank") if link else time


def safe_link(url: Any) -> str | None:
    """The address if it is one of the web: nothing else becomes a link."""
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else None
