"""Reads an account of X. Each post and each person costs money: nothing is asked for beyond what the user allowed.

An answer that did not arrive whole may have been billed. Its price is set aside until the same page comes: X bills what
is sent twice on one day (UTC) once. Only a process that is killed between X's answer and our transaction leaves a page
of which we know nothing: it is asked for again, which costs something again only behind midnight.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from ..errors import (
    FORBIDDEN,
    DeniedError,
    PaymentRequiredError,
    RateLimitedError,
    ResponseError,
    ServiceError,
    UnavailableError,
    UnknownClientError,
    UnusableError,
)
from ..files.values import body
from ..net.response import Response, reset_at, whole_number
from ..paging import Listed, Reason, dump, load
from ..reading import Access, Coverage, Cursor, Known, Reader, Step, Target
from ..records import Batch, Profile, Skipped, Whereabouts
from .api_records import SPELLINGS, USER_FIELDS, Page, page, person, post, profile, tells_counts
from .cursor import CREDITS, PLAN, UNKNOWN_CLIENT, XCursor
from .pricing import PERSON, PRICES, Budget, affordable_page_size

PAYMENT_REQUIRED, BAD_REQUEST, TOO_MANY = 402, 400, 429
LISTS = {"followers": "followers", "friends": "following"}

NOTHING_LEFT = (
    "X charges a cent even for telling the profile, and the amount that you allow for this account is used up, or is "
    "nothing yet. Open “Reading” at the top of the account's page, allow a larger one, save it, and choose “Read now”."
)


def limit(response: Response) -> datetime | None:
    """By X's headers; a cap of the plan does not end at their reset."""
    if is_cap(response):
        return None
    spent = response.status == TOO_MANY or whole_number(response, "x-rate-limit-remaining") == 0
    return reset_at(response, "x-rate-limit-reset") if spent else None


def is_cap(response: Response) -> bool:
    """Whether a 429 means money, not time."""
    return response.status == TOO_MANY and any(sign in response.body for sign in (b"UsageCap", b"usage-cap"))


def is_unknown_client(status: int, content: bytes) -> bool:
    """Whether X refuses this application, not the user: nothing that the user allows changes it."""
    return status == FORBIDDEN and b"client-forbidden" in content


class ResponseMonitor:
    """Looks at the responses of a client: its errors alone do not say whether X answered, which it bills."""

    def __init__(self) -> None:
        self.refused = 0  # responses that were errors; X does not bill those
        self.capped = False

    def __call__(self, response: Response) -> datetime | None:
        self.refused += response.status >= 300
        self.capped = is_cap(response)
        return limit(response)


def reader(target: Target, access: Access) -> XReader:
    """With the user's token; X tells strangers nothing."""
    if access.token is None:
        raise DeniedError("X tells nothing without an authorisation: connect the account, or bring its archive.")
    headers, monitor = {"Authorization": f"Bearer {access.token}"}, ResponseMonitor()
    client = access.client(access.settings["X_API_URL"], name="X", limit=monitor, headers=headers)
    return XReader(target, client, monitor)


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"  # X's day


class XReader(Reader):
    """One account. What became of who is missing is not asked: X would charge a cent for each of them."""

    service: ClassVar[str] = "x"

    def __init__(self, target: Target, client: Any, monitor: ResponseMonitor) -> None:
        self._target, self._client, self._monitor, self._today = target, client, monitor, _today
        self._key, self._handle, self._budget = target.key, target.handle, Budget(target)
        self._open = 0  # calls before this page that were not refused
        self._profile: Profile | None = None
        self._listed = Listed()

    # -- the account

    def profile(self) -> Profile:
        """The account: a cent, which the user allows by connecting it, and later out of the amount."""
        if self._target.key and self._budget.left < PERSON.each:
            raise PaymentRequiredError(NOTHING_LEFT)
        found = profile(self._get("2/users/me", {"user.fields": USER_FIELDS}))
        if self._target.key and found.key != self._target.key:
            raise DeniedError("This connection is one of another account of X: connect this account again.")
        self._key, self._handle, self._profile = found.key, found.handle, found
        return found

    def _get(self, path: str, params: Mapping[str, Any]) -> Any:
        self._monitor.capped = False
        try:
            return self._client.get(path, params).json()
        except RateLimitedError:
            if self._monitor.capped:
                raise PaymentRequiredError(CREDITS) from None
            raise
        except ResponseError as error:
            if error.status == PAYMENT_REQUIRED:
                raise PaymentRequiredError(CREDITS) from error
            if is_unknown_client(error.status, error.body):
                raise UnknownClientError(UNKNOWN_CLIENT.format(parts="anything")) from error
            raise

    # -- reading

    def read(self, cursor: Cursor, known: Known) -> Iterator[Step]:
        """A page of each part, then each to its end, as long as the allowed money lasts."""
        state = load(XCursor, PLAN, cursor)
        if not cursor:
            state.begin(known, self._profile)
        self._listed = state.paging.listed(known)
        owed = PERSON.each if not cursor and self._target.key else 0  # for the profile
        self._budget.pay(owed)
        before: Cursor = cursor
        while (part := state.paging.next()) is not None:
            try:
                step = self._step(part, state)
            except ServiceError as error:
                if state.leave_out(part, error):
                    continue
                aside, show = self._set_aside(part, state, error), state.shown < state.paging.calls
                if owed or aside or show or not before:  # it may go on late, or never
                    state.shown = state.paging.calls
                    yield _without_records(state, cost=owed + aside, show=show)
                raise
            if step is not None:
                yield Step(batch=step.batch, cursor=step.cursor, cost=step.cost + owed, show=step.show)
                before, owed = step.cursor, 0
        if dump(state) != before or owed:  # why parts were left stands in the cursor
            yield _without_records(state, cost=owed)

    def _step(self, part: str, state: XCursor) -> Step | None:
        """The next page; None if the money does not last for one."""
        aside = state.set_aside_on(self._today())
        most = affordable_page_size(part, self._budget.left + aside)
        if most is None:
            state.paging.stop(part, Reason.UNPAID)
            return None
        self._open = self._client.calls - self._monitor.refused
        found = page(self._asked(part, state, most))
        batch = Batch(step=part, skipped=[Skipped(where, "X does not tell it any more") for where in found.vanished])
        batch.whereabouts.extend(Whereabouts(key, "gone") for key in found.gone if key and part != "posts")
        gone, read = len(found.vanished), self._add(part, found, batch)
        if part == "posts" and not tells_counts(found.records):
            state.spelling = _other(state.spelling)
        state.set_aside = {}
        number, following = len(found.records), found.following or None
        unreadable, incomplete = len(batch.skipped) - gone, not found.is_whole
        state.paging.turn(
            part, number, following, read=read + gone, unreadable=unreadable, incomplete=incomplete,
            since=state.asked_since() if following is None and part == "posts" else None,
        )  # fmt: skip
        cost = found.sold * PRICES[part].each - aside
        self._budget.pay(cost)
        unfinished = len(state.paging.unfinished())
        batch, show = state.paging.measured(batch, unfinished), state.paging.is_first_look(more=unfinished > 0)
        if show:
            state.shown = state.paging.calls
        return Step(batch=batch, cursor=dump(state), cost=cost, show=show)

    def _asked(self, part: str, state: XCursor, most: int) -> Any:
        following = state.paging.progress[part].next
        token = {"pagination_token": following} if following else {}
        params: dict[str, Any] = {"max_results": most, **token}
        if part != "posts":
            return self._get(f"2/users/{self._key}/{LISTS[part]}", {**params, "user.fields": USER_FIELDS})
        if state.since:
            params["start_time"] = state.since
        path, first = f"2/users/{self._key}/tweets", state.spelling
        try:
            return self._get(path, {**params, **SPELLINGS[first]})
        except ResponseError as error:
            if error.status != BAD_REQUEST:
                raise
        state.spelling = _other(first)
        return self._get(path, {**params, **SPELLINGS[state.spelling]})

    def _add(self, part: str, found: Page, batch: Batch) -> int:
        """The page's records; how many of them are new."""
        for raw in found.records:
            try:
                if part == "posts":
                    batch.posts.append(post(raw, own=self._key, handle=self._handle))
                else:
                    flags = {"is_follower": part == "followers", "is_friend": part == "friends"}
                    batch.people.append(person(raw, **flags))
            except UnusableError as why:
                batch.skipped.append(Skipped(f"{part}: {body(raw.get('id'))[:40] or 'no id'}", str(why)))
        return len(batch.posts) + sum([self._listed.add(part, each.key) for each in batch.people])

    def _set_aside(self, part: str, state: XCursor, error: ServiceError) -> int:
        """The price of a page that X may have sent, and that did not arrive; once a day for the same page."""
        refused = self._client.calls - self._monitor.refused == self._open
        if refused or not isinstance(error, UnavailableError) or state.set_aside_on(self._today()):
            return 0
        price = (affordable_page_size(part, self._budget.left) or 0) * PRICES[part].each
        state.set_aside = {"day": self._today(), "cost": price}
        self._budget.pay(price)
        return price

    # -- how much was read

    def coverage(self, cursor: Cursor) -> Coverage:
        """What was bought to its end, and what to do for the rest."""
        return load(XCursor, PLAN, cursor).coverage()


def _other(spelling: str) -> str:
    return next(name for name in SPELLINGS if name != spelling)


def _without_records(state: XCursor, *, cost: int = 0, show: bool = False) -> Step:
    """A step that says what was left out, or what was paid."""
    calls = max(state.paging.calls, 1)
    batch = Batch(step="profile", done=calls, total=calls)
    return Step(batch=batch, cursor=dump(state), cost=cost, show=show)
