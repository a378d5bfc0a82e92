"""Reads an account of X. Each post and each person costs money: nothing is asked for beyond what the user allowed."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from ..answers import Answer, reset_at, whole_number
from ..base import Batch, Kind, Person, Post, Profile, Skipped
from ..fields import Unusable, body, checked, count, label, language, latest, link, moment
from ..live import Access, AnswerError, Coverage, Cursor, DeniedError, Known, Step, Target, TroubleError, UnpaidError

POST_COST, PERSON_COST = 5, 10  # thousandths of a dollar (X's price list of August 2026)
POSTS, PEOPLE = 100, 1_000  # in one answer
FEWEST_POSTS = 5  # X takes no smaller page
NEWEST = 3_200  # posts that X still tells
CAPPED = timedelta(hours=24)
PAYMENT_REQUIRED, BAD_REQUEST = 402, 400
LISTS = {"followers": "followers", "friends": "following"}
FIRST = ("posts", "followers", "friends")
USER_FIELDS = "created_at,description,name,protected,public_metrics,url,username"
POST_FIELDS = "created_at,lang,public_metrics,{referenced},in_reply_to_user_id,{note}"
#: X renames its posts: which spelling a server takes is found by asking
SPELLINGS = {
    "tweet": {"referenced": "referenced_tweets", "note": "note_tweet"},
    "post": {"referenced": "referenced_posts", "note": "note_post"},
}
NO_CREDITS = "X asks the people who run this server to pay before it answers. What was read until now is kept."
NOT_BOUGHT = (
    "X sells what it tells, and the amount that you allow for this account is used up, or is nothing yet. What "
    "the rest costs stands beside the account's name."
)
NO_TIES = "Who of these people follow each other is not read: X would charge a cent for each person on each list."


def limit(answer: Answer) -> datetime | None:
    """By X's headers; a cap of the plan does not end within minutes."""
    if answer.status == 429 and b"UsageCap" in answer.body:
        return answer.at + CAPPED
    return reset_at(answer, "x-rate-limit-reset") if whole_number(answer, "x-rate-limit-remaining") == 0 else None


def cost(posts: int | None, people: int | None) -> int:
    """What reading so much costs, in thousandths of a dollar."""
    return min(posts or 0, NEWEST) * POST_COST + (people or 0) * PERSON_COST


def dollars(mills: int) -> str:
    """An amount as it is written."""
    return f"${mills / 1000:,.2f}"


def reader(target: Target, access: Access) -> XReader:
    """With the user's token; X tells strangers nothing."""
    if access.token is None:
        raise DeniedError("X tells nothing without an authorisation: connect the account, or bring its archive.")
    headers = {"Authorization": f"Bearer {access.token}"}
    client = access.client(access.settings["X_API_URL"], name="X", limit=limit, headers=headers)
    return XReader(target, client)


@dataclass(frozen=True, slots=True)
class Purse:
    """What the user allowed for the account, and what it has cost before this import."""

    allowed: int
    spent: int

    @classmethod
    def of(cls, options: Mapping[str, str]) -> Purse:
        """As the account's options have it; without a word nothing is allowed."""
        return cls(*(int(options.get(name, "0") or 0) for name in ("allowed", "spent")))


def _page(part: str, purse: Purse) -> int | None:
    """The size of the next page that the money lasts for; None: for none."""
    fewest, most, each = (FEWEST_POSTS, POSTS, POST_COST) if part == "posts" else (1, PEOPLE, PERSON_COST)
    size = min(most, (purse.allowed - purse.spent) // each)
    return size if size >= fewest else None


class XReader:
    """One account. The cursor holds the next page of each part, and what this import has cost."""

    service: ClassVar[str] = "x"

    def __init__(self, target: Target, client: Any) -> None:
        self._target, self._client, self._purse = target, client, Purse.of(target.options)

    # -- the account

    def profile(self) -> Profile:
        """The account: a cent, which the user allows by connecting it."""
        value = _dict(self._get("2/users/me", {"user.fields": USER_FIELDS}).json())
        user = _dict(value.get("data"))
        if not label(user.get("id")) or not label(user.get("username")):
            raise TroubleError("X sends something that is no account. Try again later.")
        metrics = _dict(user.get("public_metrics"))
        return Profile(
            service=self.service,
            key=str(label(user["id"])),
            handle=str(label(user["username"])),
            name=label(user.get("name")),
            url=f"https://x.com/{label(user['username'])}",
            bio=html.unescape(body(user.get("description"))).strip() or None,
            followers=count(metrics.get("followers_count")),
            friends=count(metrics.get("following_count")),
            posts=_first(metrics, "tweet_count", "post_count"),
            created_at=moment(user.get("created_at")),
        )

    def _get(self, path: str, params: Mapping[str, Any]) -> Answer:
        try:
            answer: Answer = self._client.get(path, params)
        except AnswerError as error:
            if error.status == PAYMENT_REQUIRED:
                raise UnpaidError(NO_CREDITS) from error
            raise
        return answer

    # -- reading

    def read(self, cursor: Cursor, known: Known) -> Iterator[Step]:
        """A page of each part, then each to its end, as long as the allowed money lasts."""
        start: Cursor = {"next": {}, "done": [], "stopped": [], "calls": 0, "spelling": "tweet"}
        state = deepcopy(cursor) or start
        while (part := _next(state)) is not None:
            page = _page(part, self._purse)
            if page is None:
                state["stopped"].append(part)
                continue
            batch, bought = self._posts(state, page, known) if part == "posts" else self._people(part, state, page)
            state["calls"] += 1
            self._purse = replace(self._purse, spent=self._purse.spent + bought)
            total = state["calls"] + len([name for name in FIRST if _is_open(name, state)])
            batch = replace(batch, done=state["calls"], total=total)
            show = state["calls"] == len(FIRST) and _next(state) is not None
            yield Step(batch=batch, cursor=deepcopy(state), cost=bought, show=show)
        if not state["calls"]:
            yield Step(batch=Batch(step="profile", done=1, total=1), cursor=deepcopy(state))

    def _posts(self, state: Cursor, size: int, known: Known) -> tuple[Batch, int]:
        params: dict[str, Any] = {"max_results": size}
        if known.posts_until is not None:
            params["start_time"] = f"{known.posts_until + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
        value = self._asked(state, params)
        batch = Batch(step="posts")
        raws = [_dict(each) for each in _list(value.get("data"))]
        for raw in raws:
            try:
                batch.posts.append(post(raw, own=self._target.key, handle=self._target.handle))
            except Unusable as why:
                batch.skipped.append(Skipped(f"post {body(raw.get('id'))[:40]}", str(why)))
        _turn("posts", state, value)
        return batch, len(raws) * POST_COST

    def _asked(self, state: Cursor, params: dict[str, Any]) -> dict[str, Any]:
        """A page of posts, in the spelling that the server takes."""
        path = f"2/users/{self._target.key}/tweets"
        if "posts" in state["next"]:
            params["pagination_token"] = state["next"]["posts"]
        for spelling in (state["spelling"], *(name for name in SPELLINGS if name != state["spelling"])):
            fields = POST_FIELDS.format(**SPELLINGS[spelling])
            try:
                value = _dict(self._get(path, {**params, f"{spelling}.fields": fields}).json())
            except AnswerError as error:
                if error.status != BAD_REQUEST:
                    raise
                continue
            state["spelling"] = spelling
            return value
        raise TroubleError("X does not take the question for posts. Try again later.")

    def _people(self, part: str, state: Cursor, size: int) -> tuple[Batch, int]:
        params: dict[str, Any] = {"max_results": size, "user.fields": USER_FIELDS}
        if part in state["next"]:
            params["pagination_token"] = state["next"][part]
        value = _dict(self._get(f"2/users/{self._target.key}/{LISTS[part]}", params).json())
        batch = Batch(step=part)
        raws = [_dict(each) for each in _list(value.get("data"))]
        for raw in raws:
            found = person(raw, is_follower=part == "followers", is_friend=part == "friends")
            if found is None:
                batch.skipped.append(Skipped(part, "it is not as X's accounts are"))
            else:
                batch.people.append(found)
        _turn(part, state, value)
        return batch, len(raws) * PERSON_COST

    # -- how much was read

    def coverage(self, cursor: Cursor) -> Coverage:
        """What was bought to its end, and what the rest would cost."""
        done, stopped = cursor.get("done", []), cursor.get("stopped", [])
        return Coverage(complete=frozenset(done), notes=((NOT_BOUGHT,) if stopped else ()) + (NO_TIES,))


def post(raw: Mapping[str, Any], *, own: str, handle: str) -> Post:
    """The record of a post. Raises `Unusable`."""
    number = body(raw.get("id"))
    if not number.isdecimal() or len(number) > 20:
        raise Unusable("it has no usable id")
    metrics, kind = _dict(raw.get("public_metrics")), _kind(raw, own)
    long = _dict(raw.get("note_tweet")) or _dict(raw.get("note_post"))
    counts = {
        "replies": _first(metrics, "reply_count"),
        "reposts": _first(metrics, "retweet_count", "repost_count"),
        "likes": _first(metrics, "like_count"),
        "quotes": _first(metrics, "quote_count"),
        "views": _first(metrics, "impression_count"),
    }
    return Post(
        key=number,
        created_at=checked(moment(raw.get("created_at")), latest=latest(None, {})),
        kind=kind,
        text=html.unescape(body(long.get("text")) or body(raw.get("text"))),
        url=f"https://x.com/{handle}/status/{number}",
        language=language(raw.get("lang")),
        **({} if kind == "repost" else counts),
    )


def _kind(raw: Mapping[str, Any], own: str) -> Kind:
    """A repost has the counts of the original; a reply to oneself goes on with an own post."""
    told = _list(raw.get("referenced_tweets")) or _list(raw.get("referenced_posts"))
    types = {body(_dict(each).get("type")) for each in told}
    if types & {"retweeted", "reposted"}:
        return "repost"
    return "reply" if "replied_to" in types and body(raw.get("in_reply_to_user_id")) != own else "post"


def person(raw: Mapping[str, Any], *, is_follower: bool, is_friend: bool) -> Person | None:
    """Somebody of a list; None for what is no account."""
    key, handle, metrics = label(raw.get("id")), label(raw.get("username")), _dict(raw.get("public_metrics"))
    if key is None or not key.isdecimal():
        return None
    return Person(
        key=key,
        handle=handle,
        name=label(raw.get("name")),
        url=link(f"https://x.com/{handle}") if handle else None,
        followers=count(metrics.get("followers_count")),
        friends=count(metrics.get("following_count")),
        posts=_first(metrics, "tweet_count", "post_count"),
        is_follower=is_follower,
        is_friend=is_friend,
    )


def _next(state: Cursor) -> str | None:
    """What is read next: a page of each part, then each to its end."""
    calls = state["calls"]
    fresh = [part for part in FIRST if _is_open(part, state) and part not in state["next"]]
    if calls < len(FIRST) and fresh:
        return fresh[0]
    return next((part for part in FIRST if _is_open(part, state)), None)


def _is_open(part: str, state: Cursor) -> bool:
    return part not in state["done"] and part not in state["stopped"]


def _turn(part: str, state: Cursor, value: Mapping[str, Any]) -> None:
    """To the next page; one that repeats would never end, and would cost."""
    following = body(_dict(value.get("meta")).get("next_token"))
    if not following or following == state["next"].get(part):
        state["done"].append(part)
        state["next"].pop(part, None)
    else:
        state["next"][part] = following


def _first(metrics: Mapping[str, Any], *names: str) -> int | None:
    return next((count(metrics[name]) for name in names if name in metrics), None)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
