"""The merge of posts: those that an import read come, and those go that their source does not tell any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, case, delete, func, or_, select
from sqlalchemy.orm import Session

from ..models import Post
from ..services.records import is_short
from .database import Rule, newest, newest_known, upsert
from .imports import batches

COUNTS = ("replies", "reposts", "likes", "quotes", "views")


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeSpan:
    """A span of which an import read all posts that its source shows."""

    since: datetime
    until: datetime
    to_newest: bool  # or until the newest post that was read, if that is later
    sees_all: bool  # also what strangers are not shown
    count: int | None  # of all posts, as the service tells


def add_posts(session: Session, account: int, import_id: int, at: datetime, *, newer: bool) -> int:
    """Adds posts, and changes known ones if the data of that time is `newer`; how many are new."""
    rules: dict[str, Rule] = dict.fromkeys(("kind", "text", "created_at", "told_at"), newest)
    rules |= dict.fromkeys(("url", "language", "reply_to", "counted_at", *COUNTS), newest_known)
    rules |= {"assessed": _still_assessed, "audience": _widest}
    before = _count(session, account)
    rows = _rows(import_id, account_id=account, told_at=at)
    upsert(session, Post, rows, key=["account_id", "key"], update=rules if newer else None)
    return _count(session, account) - before


def _rows(import_id: int, *, told_at: datetime, **shared: Any) -> Iterator[dict[str, Any]]:
    """The posts of the batches; where one is answered by its alias, its key stands in the place of that."""
    keys = {post["alias"]: post["key"] for batch in batches(import_id) for post in batch["posts"] if post.get("alias")}
    for batch in batches(import_id):
        for post in batch["posts"]:
            reply_to = post.pop("reply_to", None)  # older batches lack it, and the audience
            own = {
                "audience": post.get("audience"),
                "created_at": datetime.fromisoformat(post["created_at"]),
                "reply_to": keys.get(reply_to) if post.pop("alias", None) else reply_to,
                "counted_at": told_at if post["replies"] is not None else None,
                "told_at": told_at,
                "assessed": False,
            }
            yield {**post, **own, **shared}


def remove_gone(session: Session, account: int, at: datetime, span: WholeSpan) -> int:
    """Removes the posts of a span that the data of that time does not tell, though it tells the whole; how many.

    Where it tells no post at all, none is gone, unless the service counts none.
    """
    mine = Post.account_id == account
    told = select(func.count(), func.min(Post.created_at), func.max(Post.created_at)).where(mine, Post.told_at == at)
    number, oldest_told, newest_told = session.execute(told).one()
    if not number and span.count != 0:
        return 0
    # a list that holds fewer than are counted may have ended early: then nothing is known of what is older
    is_all = span.to_newest or (span.count is not None and not is_short(number, span.count))
    since = span.since if is_all else max(span.since, oldest_told)
    until = max(span.until, newest_told) if span.to_newest and number else span.until
    shown = Post.audience.is_not(None) if span.sees_all else Post.audience == "everybody"
    within = (Post.created_at >= since) & (Post.created_at <= until)
    gone = delete(Post).where(mine, shown, within, or_(Post.told_at.is_(None), Post.told_at < at))
    return cast(CursorResult[Any], session.execute(gone)).rowcount


def _count(session: Session, account: int) -> int:
    return session.execute(select(func.count()).where(Post.account_id == account)).scalar_one()


def _still_assessed(table: Any, new: Any, _name: str) -> Any:
    return case((table.text == new["text"], table.assessed), else_=False)


def _widest(table: Any, new: Any, name: str) -> Any:
    to_everybody = or_(table.audience == "everybody", new[name] == "everybody")
    return case((to_everybody, "everybody"), else_=func.coalesce(new[name], table.audience))
