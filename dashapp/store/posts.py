"""Posts: to be assessed, to be measured, to be read."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Select, bindparam, case, func, or_, select, update
from sqlalchemy.orm import aliased

from analytics import frames

from ..models import Post
from .database import ROWS, columns, every, owned, reading, stream, writing
from .rows import PostRow

TEXT_COLUMNS = (Post.id, Post.created_at, Post.kind, Post.text, Post.url, Post.language, Post.label)
_answer = aliased(Post)
#: The account's own answers to a post, as far as they are known. Later ones are not in what the source counted, nor are
#: those that not everybody may see.
OWN_ANSWERS = (
    select(func.count())
    .where(_answer.account_id == Post.account_id, _answer.reply_to == Post.key)
    .where(or_(Post.counted_at.is_(None), _answer.created_at <= Post.counted_at))
    .where(or_(_answer.audience.is_(None), _answer.audience == "everybody"))
    .correlate(Post)
    .scalar_subquery()
)
#: The answers of others: nobody is answered by themselves. Wherever posts leave the store, these stand in `replies`.
REPLIES = case((Post.replies > OWN_ANSWERS, Post.replies - OWN_ANSWERS), (Post.replies.is_not(None), 0))
COUNT_COLUMNS = (REPLIES.label("replies"), Post.reposts, Post.likes, Post.quotes, Post.views)
ROW = columns(PostRow, Post, replies=REPLIES)
EXPORTED = (Post.key.label("post"), *ROW[1:])


def portions(owner: int, account_id: int) -> Iterator[pd.DataFrame]:
    """All posts of the account (`frames.POSTS`), the oldest first, some thousands at a time; languages as assessed."""
    query = _measured(owner, account_id)
    with reading() as session:
        ordered = query.order_by(Post.created_at, Post.id).execution_options(yield_per=ROWS)
        for part in session.connection().execute(ordered).partitions():
            yield _frame(part)


def posts(owner: int, account_id: int) -> pd.DataFrame:
    """All posts of the account (`frames.POSTS`), the oldest first."""
    parts = [frames.empty(frames.POSTS), *portions(owner, account_id)]
    return pd.concat(parts, ignore_index=True)


def of_ids(owner: int, account_id: int, ids: Sequence[int]) -> pd.DataFrame:
    """The posts of these ids (`frames.POSTS`)."""
    with reading() as session:
        return _frame(session.execute(_measured(owner, account_id).where(Post.id.in_(ids))).all())


def newest(owner: int, account_id: int, *, start: datetime, end: datetime, limit: int) -> pd.DataFrame:
    """The newest posts of [start, end), to be measured (`frames.POSTS`)."""
    query = _measured(owner, account_id).where(Post.created_at >= start, Post.created_at < end)
    with reading() as session:
        return _frame(session.execute(query.order_by(Post.created_at.desc(), Post.id.desc()).limit(limit)).all())


def _measured(owner: int, account_id: int) -> Select[*tuple[Any, ...]]:
    """What measures are made of; languages as assessed."""
    language = func.coalesce(Post.assessed_language, Post.language)
    texts = (language if column is Post.language else column for column in TEXT_COLUMNS)
    return select(*texts, *COUNT_COLUMNS).where(Post.account_id == owned(owner, account_id))


def _frame(rows: Sequence[Any]) -> pd.DataFrame:
    """The frame of some rows. Its few words are each kept once: one string a row would hold on to the texts' memory."""
    frame = pd.DataFrame(rows, columns=["post", *list(frames.POSTS)[1:6], "label", *frames.COUNTS])
    words = {name: frame[name].map(sys.intern, na_action="ignore") for name in ("kind", "language", "label")}
    return frames.check(frame.assign(created_at=pd.to_datetime(frame["created_at"], utc=True), **words), frames.POSTS)


def posts_between(
    owner: int,
    account_id: int,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    label: str | None = None,
    kind: str | None = None,
    limit: int = 50,
) -> list[PostRow]:
    """The newest posts of [start, end), to be read: those behind a bar of a chart."""
    query = select(*ROW).where(Post.account_id == owned(owner, account_id))
    if start is not None:
        query = query.where(Post.created_at >= start)
    if end is not None:
        query = query.where(Post.created_at < end)
    if label is not None:
        query = query.where(Post.label == label)
    if kind is not None:
        query = query.where(Post.kind == kind)
    with reading() as session:
        return every(session, PostRow, query.order_by(Post.created_at.desc(), Post.id.desc()).limit(limit))


def stream_posts(owner: int, account_id: int) -> Iterator[dict[str, Any]]:
    """All posts for a download, the oldest first, in bounded memory."""
    query = select(*EXPORTED).where(Post.account_id == owned(owner, account_id)).order_by(Post.created_at, Post.id)
    return stream(query)


def unassessed(owner: int, account_id: int, *, limit: int) -> pd.DataFrame:
    """Up to `limit` own posts that nobody assessed yet: `post`, `text`, `language`."""
    query = (
        select(Post.id, Post.text, Post.language)
        .where(Post.account_id == owned(owner, account_id), Post.assessed.is_(False), Post.kind != "repost")
        .limit(limit)
    )
    with reading() as session:
        rows = session.execute(query).all()
    return pd.DataFrame(rows, columns=["post", "text", "language"]).astype({"text": "str", "language": "str"})


def save_assessment(owner: int, account_id: int, assessed: pd.DataFrame) -> None:
    """Keeps labels and probabilities by `post`; a missing label says: looked at, cannot be assessed."""
    columns = {name: name for name in ("label", "negative", "neutral", "positive")} | {"language": "assessed_language"}
    statement = (
        update(Post)
        .where(Post.id == bindparam("of_post"), Post.account_id == bindparam("of_account"))
        .values({column: bindparam(f"new_{name}") for name, column in columns.items()} | {"assessed": True})
    )
    renamed = assessed.rename(columns={name: f"new_{name}" for name in columns} | {"post": "of_post"})
    rows: list[dict[Any, Any]] = renamed.astype(object).where(renamed.notna(), None).to_dict("records")
    with writing() as session:
        mine = session.execute(select(owned(owner, account_id))).scalar()
        session.connection().execute(statement, [{**row, "of_account": mine} for row in rows])


def forget_assessments(owner: int, account_id: int) -> None:
    """All posts are to be assessed again, as after a better model came."""
    with writing() as session:
        session.execute(update(Post).where(Post.account_id == owned(owner, account_id)).values(assessed=False))


def progress(owner: int, account_id: int) -> tuple[int, int]:
    """How many own posts are assessed, of how many."""
    own = (Post.account_id == owned(owner, account_id)) & (Post.kind != "repost")
    with reading() as session:
        row = session.execute(select(func.count(), func.count().filter(Post.assessed)).where(own)).one()
    return row[1], row[0]
