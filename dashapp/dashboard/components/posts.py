"""Posts to be read: the best of a period, or those behind a bar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPost:
    """A post as a list shows it; `why` it has its label. None: not known."""

    created_at: datetime
    kind: str
    text: str | None = None
    url: str | None = None
    label: str | None = None
    why: str | None = None
    replies: int | None = None
    reposts: int | None = None
    quotes: int | None = None
    likes: int | None = None
    views: int | None = None


def listed(frame: pd.DataFrame) -> list[ListedPost]:
    """The posts of a frame, in which some columns may be missing."""
    known = frame.reindex(columns=[each.name for each in fields(ListedPost)]).astype(object)
    return [ListedPost(**post) for post in known.where(known.notna(), None).to_dict("records")]


def post_list(posts: Iterable[ListedPost], *, time_zone: str, ordered: bool = False) -> html.Ol | html.Ul:
    """Posts with their time, text, counts and link; texts are shown as they are, never as markup."""
    items = [html.Li(article(post, time_zone=time_zone), className="sg-post") for post in posts]
    return html.Ol(items, className="sg-posts sg-ranked") if ordered else html.Ul(items, className="sg-posts")


def article(post: ListedPost, *, time_zone: str) -> html.Article:
    """One post."""
    why = _reason(post)
    head = [html.Span(KINDS.get(post.kind, post.kind)), _time(post, time_zone), _tone(post, why)]
    counts = [(getattr(post, name), words) for name, words in COUNTS.items()]
    counted = [plural(int(count), *words) for count, words in counts if count is not None]
    text = post.text if post.text and post.text.strip() else "Without text"
    return html.Article(
        [
            html.Div(head, className="sg-post-head"),
            html.P(text, className="sg-post-text", dir="auto"),
            html.Div(
                [html.P(", ".join(counted) or "No counts told", className="sg-remark"), _shown(why)],
                className="sg-post-foot",
            ),
        ]
    )


def _reason(post: ListedPost) -> str | None:
    """Why the post has its label, if that is known; a label that an older model gave has reasons of its own."""
    known = post.label is not None and post.why is not None and post.why.startswith(post.label)
    return post.why if known else None


def _tone(post: ListedPost, why: str | None) -> html.Span | html.Button | None:
    """The label; as a button where its reason is known, which is shown while it is pointed at or focused."""
    if post.label is None:
        return None
    look = f"sg-tone sg-{post.label}"
    return (
        html.Button(post.label, type="button", className=look, **aria(label=why))
        if why
        else html.Span(post.label, className=look)
    )


def _shown(why: str | None) -> html.Span | None:
    # the button's name says it already
    return html.Span(why, className="sg-why", dir="auto", **aria(hidden="true")) if why else None


def _time(post: ListedPost, time_zone: str) -> html.A | html.Time:
    time = html.Time(moment(post.created_at, time_zone), dateTime=post.created_at.isoformat())
    link = safe_link(post.url)
    return html.A(time, href=link, rel="noopener nofollow", target="_blank") if link else time


def safe_link(url: Any) -> str | None:
    """The address if it is one of the web: nothing else becomes a link."""
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else None
