"""Reads an account of X. Each post and each person costs money: nothing is asked for beyond what the user allowed.

An answer that did not arrive whole may have been billed. Its price is set aside until the same page comes: X bills what
is sent twice on one day (UTC) once. Only a process that is killed between X's answer and our transaction leaves a page
of which we know nothing: it is asked for again, which costs something again only behind midnight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from ..errors import (
    DeniedError,
    NotFoundError,
    PaymentRequiredError,
    RateLimitedError,
    ResponseError,
    ServiceError,
    UnavailableError,
    UnusableError,
)
from ..files.values import body
from ..net.response import Response, reset_at, whole_number
from ..reading import Access, Coverage, Cursor, Known, Step, Target
from ..records import Batch, Profile, Skipped
from .api_records import LONGEST_TOKEN, SPELLINGS, USER_FIELDS, Page, page, person, post, profile, tells_counts
from .pricing import NEWEST, PERSON, PRICES, Purse, size

PAYMENT_REQUIRED, BAD_REQUEST, UNAUTHORIZED, TOO_MANY = 402, 400, 401, 429
PARTS = ("posts", "followers", "friends")
LISTS = {"followers": "followers", "friends": "following"}
EMPTY = 5  # pages in a row without anything on them, until paging counts as broken
NEARLY_ALL = NEWEST - 200  # X counts deleted posts too

CREDITS = (
    "X asks the people who run this server to pay before it answers: their credits or their monthly cap are used up."
)
NOTHING_LEFT = (
    "X charges a cent even for telling the profile, and the amount that you allow for this account is used up, or is "
    "nothing yet. Open “Reading” at the top of the account's page, allow a larger one, save it, and choose “Read now”."
)
NOTES: Mapping[str, str] = {
    "money": "Not all is read of {parts}: the amount that you allow for this account is used up, or is nothing yet. "
    "Open “Reading” above to see what they cost, allow as much as you want to spend, save it, and choose “Read now”.",
    "credits": f"{CREDITS} Not all is read of {{parts}}. Once they have paid, open “Reading” above and choose “Read "
    "now”.",
    "private": "X does not show {parts}: a permission is missing, or they are hidden. Connect the account again, and "
    "allow all that X asks for.",
    "broken": "X broke off in the middle of {parts}; what came until then is kept. Open “Reading” above and choose "
    "“Read now”.",
}
NAMES = {"posts": "posts", "followers": "followers", "friends": "those whom the account follows"}
ALL_TOLD = "X tells only the newest 3,200 posts: older ones come with your archive."
NO_TIES = "Who of these people follow each other is not read: X would charge a cent for each person on each list."


def limit(response: Response) -> datetime | None:
    """By X's headers; a cap of the plan does not end at their reset."""
    if is_cap(response):
        return None
    spent = response.status == TOO_MANY or whole_number(response, "x-rate-limit-remaining") == 0
    return reset_at(response, "x-rate-limit-reset") if spent else None


def is_cap(response: Response) -> bool:
    """Whether a 429 means money, not time."""
    return response.status == TOO_MANY and any(sign in response.body for sign in (b"UsageCap", b"usage-cap"))


class Watch:
    """Looks at the answers of a client: its errors alone do not say whether X answered, which it bills."""

    def __init__(self) -> None:
        self.refused = 0  # answers that were errors; X does not bill those
        self.capped = False

    def __call__(self, response: Response) -> datetime | None:
        self.refused += response.status >= 300
        self.capped = is_cap(response)
        return limit(response)


def reader(target: Target, access: Access) -> XReader:
    """With the user's token; X tells strangers nothing."""
    if access.token is None:
        raise DeniedError("X tells nothing without an authorisation: connect the account, or bring its archive.")
    headers, watch = {"Authorization": f"Bearer {access.token}"}, Watch()
    client = access.client(access.settings["X_API_URL"], name="X", limit=watch, headers=headers)
    return XReader(target, client, watch)


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"  # X's day


class XReader:
    """One account. The cursor holds the next page of each part, and why a part was left."""

    service: ClassVar[str] = "x"

    def __init__(self, target: Target, client: Any, watch: Watch, today: Callable[[], str] = _today) -> None:
        self._target, self._client, self._watch, self._today = target, client, watch, today
        self._key, self._handle, self._purse = target.key, target.handle, Purse(target)
        self._open = 0  # calls before this page that were not refused

    # -- the account

    def profile(self) -> Profile:
        """The account: a cent, which the user allows by connecting it, and later out of the amount."""
        if self._target.key and self._purse.left < PERSON.each:
            raise PaymentRequiredError(NOTHING_LEFT)
        told = profile(self._get("2/users/me", {"user.fields": USER_FIELDS}))
        if self._target.key and told.key != self._target.key:
            raise DeniedError("This connection is one of another account of X: connect this account again.")
        self._key, self._handle = told.key, told.handle
        return told

    def _get(self, path: str, params: Mapping[str, Any]) -> Any:
        self._watch.capped = False
        try:
            return self._client.get(path, params).json()
        except RateLimitedError:
            if self._watch.capped:
                raise PaymentRequiredError(CREDITS) from None
            raise
        except ResponseError as error:
            if error.status == PAYMENT_REQUIRED:
                raise PaymentRequiredError(CREDITS) from error
            raise

    # -- reading

    def read(self, cursor: Cursor, known: Known) -> Iterator[Step]:
        """A page of each part, then each to its end, as long as the allowed money lasts."""
        state = deepcopy(cursor) or _start(known)
        owed = PERSON.each if not cursor and self._target.key else 0  # for the profile
        self._purse.pay(owed)
        before: Cursor = cursor
        while (part := _next(state)) is not None:
            try:
                step = self._step(part, state)
            except ServiceError as error:
                if _left_out(part, state, error):
                    continue
                aside, show = self._set_aside(part, state, error), state["shown"] < state["calls"]
                if owed or aside or show:  # it may go on late, or never
                    state["shown"] = state["calls"]
                    yield _still(state, cost=owed + aside, show=show)
                raise
            if step is not None:
                yield Step(batch=step.batch, cursor=step.cursor, cost=step.cost + owed, show=step.show)
                before, owed = step.cursor, 0
        if state != before or owed:  # why parts were left stands in the cursor
            yield _still(state, cost=owed)

    def _step(self, part: str, state: Cursor) -> Step | None:
        """The next page; None if the money does not last for one."""
        aside = state["aside"]["cost"] if state["aside"].get("day") == self._today() else 0
        most = size(part, self._purse.left + aside)
        if most is None:
            state["stopped"][part] = "money"
            return None
        self._open = self._client.calls - self._watch.refused
        found = page(self._asked(part, state, most))
        batch = Batch(step=part, skipped=[Skipped(where, "X does not tell it any more") for where in found.vanished])
        self._add(part, found, batch, state)
        state["aside"] = {}
        _turn(part, state, found)
        cost = found.sold * PRICES[part].each - aside
        self._purse.pay(cost)
        return self._told(batch, state, cost)

    def _told(self, batch: Batch, state: Cursor, cost: int) -> Step:
        state["calls"] += 1
        still = [part for part in PARTS if _is_open(part, state)]
        batch = Batch(
            posts=batch.posts, people=batch.people, skipped=batch.skipped, step=batch.step,
            done=state["calls"], total=state["calls"] + len(still),
        )  # fmt: skip
        show = state["calls"] == len(PARTS) and bool(still)
        if show:
            state["shown"] = state["calls"]
        return Step(batch=batch, cursor=deepcopy(state), cost=cost, show=show)

    def _asked(self, part: str, state: Cursor, most: int) -> Any:
        token = {"pagination_token": state["next"][part]} if part in state["next"] else {}
        params: dict[str, Any] = {"max_results": most, **token}
        if part != "posts":
            return self._get(f"2/users/{self._key}/{LISTS[part]}", {**params, "user.fields": USER_FIELDS})
        if state["since"]:
            params["start_time"] = state["since"]
        path, first = f"2/users/{self._key}/tweets", state["spelling"]
        try:
            return self._get(path, {**params, **SPELLINGS[first]})
        except ResponseError as error:
            if error.status != BAD_REQUEST:
                raise
        state["spelling"] = _other(first)
        return self._get(path, {**params, **SPELLINGS[state["spelling"]]})

    def _add(self, part: str, found: Page, batch: Batch, state: Cursor) -> None:
        """The page's records; a list in which somebody could not be read is not whole."""
        for raw in found.records:
            try:
                if part == "posts":
                    batch.posts.append(post(raw, own=self._key, handle=self._handle))
                else:
                    flags = {"is_follower": part == "followers", "is_friend": part == "friends"}
                    batch.people.append(person(raw, **flags))
            except UnusableError as why:
                batch.skipped.append(Skipped(f"{part}: {body(raw.get('id'))[:40] or 'no id'}", str(why)))
                if part != "posts" and part not in state["partial"]:
                    state["partial"].append(part)
        if part == "posts":
            state["posts"] += len(found.records)
            if not tells_counts(found.records):
                state["spelling"] = _other(state["spelling"])

    def _set_aside(self, part: str, state: Cursor, error: ServiceError) -> int:
        """The price of a page that X may have sent, and that did not arrive; once a day for the same page."""
        refused = self._client.calls - self._watch.refused == self._open
        if refused or not isinstance(error, UnavailableError) or state["aside"].get("day") == self._today():
            return 0
        price = (size(part, self._purse.left) or 0) * PRICES[part].each
        state["aside"] = {"day": self._today(), "cost": price}
        self._purse.pay(price)
        return price

    # -- how much was read

    def coverage(self, cursor: Cursor) -> Coverage:
        """What was bought to its end, and what to do for the rest."""
        complete = set(cursor.get("done", [])) - set(cursor.get("partial", []))
        stopped = cursor.get("stopped", {})
        notes = [_note(why, [part for part in PARTS if stopped.get(part) == why]) for why in NOTES]
        notes += [ALL_TOLD] if cursor.get("posts", 0) >= NEARLY_ALL else []
        notes += [NO_TIES] if cursor.get("calls") else []
        return Coverage(complete=frozenset(complete), notes=tuple(filter(None, notes)))


def _start(known: Known) -> Cursor:
    """Posts begin behind the newest one; it is kept here, for a first look that was merged moves it."""
    since = known.posts_until
    return {
        "next": {},
        "done": [],
        "stopped": {},  # part -> why, as `NOTES` has it
        "partial": [],  # parts that came to their end with holes
        "calls": 0,
        "shown": 0,  # calls whose records are on the page
        "posts": 0,
        "empty": 0,
        "spelling": "tweet",
        "aside": {},
        "since": f"{since + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}" if since else "",
    }


def _other(spelling: str) -> str:
    return next(name for name in SPELLINGS if name != spelling)


def _still(state: Cursor, *, cost: int = 0, show: bool = False) -> Step:
    """A step without records: what was left out, or what was paid."""
    calls = max(state["calls"], 1)
    batch = Batch(step="profile", done=calls, total=calls)
    return Step(batch=batch, cursor=deepcopy(state), cost=cost, show=show)


def _left_out(part: str, state: Cursor, error: ServiceError) -> bool:
    """Whether reading goes on without the part, so that what was paid for is kept."""
    if isinstance(error, PaymentRequiredError):
        state["stopped"].update(dict.fromkeys([name for name in PARTS if _is_open(name, state)], "credits"))
        return True
    if not isinstance(error, ResponseError) or isinstance(error, NotFoundError) or error.status == UNAUTHORIZED:
        return False
    state["stopped"][part] = "private" if isinstance(error, DeniedError) else "broken"
    return True


def _next(state: Cursor) -> str | None:
    """What is read next: a page of each part, then each to its end."""
    still = [part for part in PARTS if _is_open(part, state)]
    fresh = [part for part in still if part not in state["next"]]
    return next(iter(fresh or still), None)


def _is_open(part: str, state: Cursor) -> bool:
    return part not in state["done"] and part not in state["stopped"]


def _turn(part: str, state: Cursor, found: Page) -> None:
    """To the next page; paging that turns in a circle would never end, and would cost."""
    state["empty"] = 0 if found.records else state["empty"] + 1
    token, before = found.following, state["next"].pop(part, None)
    if not found.is_whole and part not in state["partial"]:
        state["partial"].append(part)
    if not token:
        state["done"].append(part)
    elif token == before or len(token) > LONGEST_TOKEN or state["empty"] >= EMPTY:
        state["stopped"][part] = "broken"
    else:
        state["next"][part] = token


def _note(why: str, parts: list[str]) -> str:
    """What to do about parts that were left."""
    if not parts:
        return ""
    names = [NAMES[part] for part in parts]
    return NOTES[why].format(parts=f"{', '.join(names[:-1])} and {names[-1]}" if names[1:] else names[0])
