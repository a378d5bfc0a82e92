"""Reads an account of GitHub without a token, by REST: what sixty calls an hour allow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from ..errors import NotFoundError, ResponseError, UnusableError
from ..files.values import as_dict, link
from ..net.client import Client
from ..reading import Coverage, Cursor, Known, Step, Target
from ..records import Batch, Profile, Skipped
from . import api_records
from .api_records import listed
from .graphql import NO_ACCOUNT
from .queries import LISTS

PAGE = 100
MOST_PAGES = {"issues": 10, "pulls": 10, **dict.fromkeys(LISTS, 100)}  # no search tells more than a thousand
SEARCHES = {"issues": "is:issue", "pulls": "is:pull-request"}  # GitHub refuses to search for both at once
HANDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[bot\])?")
RECOUNTED = timedelta(days=30)  # posts whose counts are read again
NO_TIES = (
    "Read without signing in at GitHub, which then tells neither how many followers these people have nor whom they "
    "follow. Connect the account to read that."
)
ONLY_ISSUES = "Only issues and pull requests are read without signing in at GitHub, the newest thousand of each."
HIDDEN = "This account hides what it does at GitHub: its issues and pull requests are not told."
SO_FAR = "{n:,} {name} read so far."
CUT = "Only {n:,} {name} could be read: nobody is counted as lost."


class PublicReader:
    """One account, by its handle. The cursor holds the number of each part's next page."""

    service: ClassVar[str] = "github"

    def __init__(self, target: Target, client: Client) -> None:
        self._client, self._key, self._login = client, target.key, target.handle.strip().lstrip("@")

    def profile(self) -> Profile:
        """The account, also when it has another handle by now."""
        told = self._profile()
        self._login, self._key = told.handle, told.key
        return told

    def _profile(self) -> Profile:
        try:
            found = api_records.public_profile(self._client.get(self._path()).json())
            if self._key in ("", found.key):
                return found
        except NotFoundError as error:
            if not self._key:
                raise NotFoundError(NO_ACCOUNT, error.status) from error
        return api_records.public_profile(self._client.get(f"user/{self._key}").json())

    def _path(self) -> str:
        if not HANDLE.fullmatch(self._login):  # it would be another address
            raise NotFoundError(NO_ACCOUNT, 404)
        return f"users/{self._login}"

    def read(self, cursor: Cursor, known: Known) -> Iterator[Step]:
        """The newest posts, then the lists, then the rest of the posts: searching has a limit of its own."""
        state = deepcopy(cursor) or _begin()
        until = known.posts_until and known.posts_until - RECOUNTED
        while state["next"]:
            batch = self._newest(state, until) if not state["steps"] else self._page(_part(state), state, until)
            state["steps"] += 1
            left = len(state["next"])
            batch = replace(batch, done=state["steps"], total=state["steps"] + left)
            yield Step(batch=batch, cursor=deepcopy(state), show=state["steps"] == 1 and left > 0)

    # -- posts

    def _newest(self, state: dict[str, Any], until: datetime | None) -> Batch:
        """A page of each kind."""
        batch = Batch(step="posts")
        for part in SEARCHES:
            self._found(part, state, until, batch)
        return batch

    def _found(self, part: str, state: dict[str, Any], until: datetime | None, batch: Batch) -> None:
        page = state["next"][part]
        query = f"author:{self._login} {SEARCHES[part]}"
        params = {"q": query, "sort": "created", "order": "desc", "per_page": PAGE, "page": page}
        try:
            response = self._client.get("search/issues", params)
        except ResponseError:  # 422: the account hides what it does
            state["hidden"] = True
            del state["next"][part]
            return
        items = listed(as_dict(response.json()).get("items"))
        before = len(batch.posts)
        for item in items:
            try:
                batch.posts.append(api_records.public_post(item))
            except UnusableError as why:
                batch.skipped.append(Skipped(f"{part} {link(as_dict(item).get('html_url')) or ''}".strip(), str(why)))
        enough = until is not None and any(post.created_at < until for post in batch.posts[before:])
        _turn(part, state, more=bool(items) and not enough and response.next() is not None)

    # -- people

    def _page(self, part: str, state: dict[str, Any], until: datetime | None) -> Batch:
        if part in SEARCHES:
            batch = Batch(step="posts")
            self._found(part, state, until, batch)
            return batch
        return self._people(part, state)

    def _people(self, relation: str, state: dict[str, Any]) -> Batch:
        response = self._client.get(
            f"{self._path()}/{LISTS[relation]}", {"per_page": PAGE, "page": state["next"][relation]}
        )
        items, batch = listed(response.json()), Batch(step=relation)
        for item in items:
            try:
                batch.people.append(api_records.public_person(relation, item))
            except UnusableError as why:
                batch.skipped.append(Skipped(relation, str(why)))
        state["read"][relation] = state["read"].get(relation, 0) + len(batch.people)
        more = response.next() is not None
        if _turn(relation, state, more=more and bool(items)) or batch.skipped or (more and not items):
            state["cut"] = sorted({*state["cut"], relation})
        return batch

    def coverage(self, cursor: Cursor) -> Coverage:
        """Lists that were read to their end; posts never are."""
        state = cursor or _begin()
        complete = {name for name in LISTS if name not in state["next"] and name not in state["cut"]}
        notes = [NO_TIES, HIDDEN if state["hidden"] else ONLY_ISSUES]
        for name in (name for name in LISTS if name not in complete):
            sentence = SO_FAR if name in state["next"] else CUT
            notes.append(sentence.format(n=state["read"].get(name, 0), name=name))
        return Coverage(complete=frozenset(complete), notes=tuple(notes))


def _begin() -> dict[str, Any]:
    return {"steps": 0, "next": dict.fromkeys(MOST_PAGES, 1), "read": {}, "cut": [], "hidden": False}


def _part(state: dict[str, Any]) -> str:
    """The lists go before the rest of the posts."""
    return next(part for part in (*LISTS, *SEARCHES) if part in state["next"])


def _turn(part: str, state: dict[str, Any], *, more: bool) -> bool:
    """On to the next page; whether it is one too many."""
    page = state["next"].pop(part) + 1
    if more and page <= MOST_PAGES[part]:
        state["next"][part] = page
    return more and page > MOST_PAGES[part]
