"""Live imports: a first look, all of it at the end; asleep in the database, and on from the cursor by whoever comes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import InterfaceError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from dashapp import models
from dashapp.imports import cross_check, jobs, live
from dashapp.imports.analysis import analyse
from dashapp.imports.jobs import run
from dashapp.imports.live import ENDED_EARLY
from dashapp.services import SERVICES
from dashapp.services.errors import DeniedError, RateLimitedError, ServiceError, UnavailableError
from dashapp.services.reading import Coverage, Cursor, Known, Step
from dashapp.services.records import Batch, Person, Profile, Whereabouts
from dashapp.services.service import Live, Service
from dashapp.store import (
    accounts,
    change_list,
    connections,
    cooldowns,
    crosscheck,
    imports,
    people,
    posts,
    results,
)
from dashapp.store.database import now, writing
from dashapp.store.rows import ImportRow
from tests.conftest import ON_BOTH
from tests.records import follower, friend, merged, post, ties

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("unmeasured")]
PROFILE = Profile(service="mastodon", key="ada@example.social", handle="ada@example.social", followers=3)
SOON = timedelta(hours=1)
BATCHES = [
    Batch(posts=[post(1, likes=1), post(2)], step="posts"),
    Batch(people=[follower("b"), follower("c")], step="followers"),
    Batch(people=[friend("d")], step="friends"),
    Batch(ties=ties("bc", "bz"), ties_of=["b"], step="ties"),
    Batch(ties=ties("cb"), ties_of=["c"], step="ties"),
]


class Script:
    """A reader of those batches, one a step; `before` may raise what a service does to a reader."""

    def __init__(self, before: Callable[[int], None] = lambda at: None, batches: list[Batch] = BATCHES) -> None:
        self.before, self.batches = before, batches
        self.begun: list[int] = []
        self.known: Known | None = None
        self.asked: list[list[str]] = []
        self.answers: list[Whereabouts] = []
        self.told = PROFILE

    def profile(self) -> Profile:
        return self.told

    def read(self, cursor: Cursor, known: Known) -> Iterator[Step]:
        self.known = known
        self.begun.append(cursor.get("at", 0))
        for at in range(cursor.get("at", 0), len(self.batches)):
            self.before(at)
            yield Step(batch=self.batches[at], cursor={"at": at + 1}, show=at == 2)

    def coverage(self, cursor: Cursor) -> Coverage:
        everything = cursor.get("at") == len(self.batches)
        complete = frozenset({"posts", "followers", "friends"}) if everything else frozenset()
        return Coverage(complete=complete, notes=() if everything else ("Reading goes on.",))

    def whereabouts(self, people: Sequence[Person]) -> Iterator[Whereabouts]:
        self.asked.append([person.key for person in people])
        yield from self.answers
        raise UnavailableError("The rest is not told.")


def read_by(reader: Any) -> Service:
    """Mastodon with that reader."""
    return replace(SERVICES["mastodon"], live=Live(reader=reader))


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Script]:
    """Makes a script the reader of Mastodon."""

    def install(before: Callable[[int], None] = lambda at: None, batches: list[Batch] = BATCHES) -> Script:
        script = Script(before, batches)
        monkeypatch.setitem(SERVICES, "mastodon", read_by(lambda target, access: script))
        return script

    return install


def connected(owner: int) -> int:
    token = {"access_token": "t"}
    return connections.connect(owner, service="mastodon", host="h", uid="1", handle="ada", token=token, expires_at=None)


def queued(owner: int) -> int:
    return imports.add_live(owner, service="mastodon", handle="ada@example.social")


def run_once(import_id: int) -> None:
    row = imports.claim(import_id)
    assert row is not None
    run(row, stopping=threading.Event())


def state(owner: int, import_id: int) -> ImportRow:
    row = imports.get_import(owner, import_id)
    assert row is not None
    return row


def raising(error: Exception, *, at: int, times: int = 1) -> Callable[[int], None]:
    left = [times]

    def before(step: int) -> None:
        if step == at and left[0]:
            left[0] -= 1
            raise error

    return before


def wake(import_id: int) -> None:
    imports.change_import(import_id, wake_at=now() - timedelta(seconds=1))


def stored(owner: int, account: int) -> tuple[Any, ...]:
    """Everything that an import leaves, without the moments of reading and the numbers of rows."""
    persons = people.people(owner, account)
    keys = persons.set_index("person")["handle"]
    follows = people.ties(owner, account)
    return (
        posts.posts(owner, account).drop(columns=["post"]).to_csv(),
        persons[["handle", "is_follower", "is_friend"]].to_csv(),
        sorted(zip(follows["source"].map(keys), follows["target"].map(keys), strict=True)),
        accounts.accounts(owner)[0].lists,
    )


@ON_BOTH
def test_a_live_import_becomes_an_analysed_account(
    owner: int, reader: Callable[..., Script], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cross_check, "analyse", analyse)
    reader()
    import_id = queued(owner)

    run_once(import_id)

    ended = state(owner, import_id)
    account = accounts.account(owner, ended.account_id)
    assert account is not None
    assert (ended.state, account.source, account.notes) == ("done", "live", [])
    assert account.lists == ["followers", "friends", "posts"]
    assert "graph_nodes" in results.read(owner, account.id, "graph_nodes")


def test_a_follower_who_is_a_friend_is_one_person_also_behind_a_pause(
    owner: int, reader: Callable[..., Script]
) -> None:
    lists = [
        Batch(people=[follower("b"), follower("c")], step="followers"),
        Batch(people=[friend("c")], step="friends"),
    ]
    reader(raising(RateLimitedError("later", now() + SOON), at=1), lists)
    import_id = queued(owner)
    run_once(import_id)
    wake(import_id)
    run_once(import_id)

    assert state(owner, import_id).report.people == 2


def test_ties_to_strangers_are_not_kept(owner: int, reader: Callable[..., Script]) -> None:
    reader()
    import_id = queued(owner)

    run_once(import_id)

    account = state(owner, import_id).account_id
    assert len(people.ties(owner, account)) == 2
    assert people.people(owner, account)["handle"].tolist() == ["b", "c", "d"]


@pytest.mark.parametrize(
    ("pause", "expected"),
    [
        pytest.param(0.0, [(["Reading goes on."], [], 2)], id="of one that takes long"),
        pytest.param(60.0, [], id="none of one that is read at once"),
    ],
)
def test_the_first_look_is_on_the_page_before_the_rest_is_read(
    pause: float,
    expected: list[Any],
    owner: int,
    reader: Callable[..., Script],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(live, "BEFORE_LOOK", pause)

    def look(at: int) -> None:
        if at == 3:
            found = accounts.accounts(owner)
            seen.extend((each.notes, each.lists, len(posts.posts(owner, each.id))) for each in found)

    reader(look)

    run_once(queued(owner))

    assert seen == expected


def test_progress_never_falls_back(owner: int, reader: Callable[..., Script]) -> None:
    foreseen = [(1, 2), (2, 3), (3, 30), (6, 30), (30, 30)]  # more and more, and a first look behind the third
    shares: list[float] = []
    steps = [replace(each, done=done, total=total) for each, (done, total) in zip(BATCHES, foreseen, strict=True)]
    reader(lambda _: shares.append(state(owner, import_id).share), steps)
    import_id = queued(owner)

    run_once(import_id)

    assert shares == [0, pytest.approx(0.3), pytest.approx(0.4), pytest.approx(0.4), pytest.approx(0.4)]
    assert state(owner, import_id).share > 0.6


def test_an_account_that_was_read_whole_is_analysed_once_when_it_is_read_again(
    owner: int, reader: Callable[..., Script], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader()
    run_once(queued(owner))
    analysed, counted = [], live.analyse_and_compare
    for module in (live, jobs):
        monkeypatch.setattr(module, "analyse_and_compare", lambda *args: analysed.append(args) or counted(*args))

    run_once(queued(owner))

    assert len(analysed) == 1


@pytest.mark.parametrize(
    ("error", "at"),
    [
        pytest.param(ServiceError("gone"), 2, id="what was read of one that is refused"),
        pytest.param(RateLimitedError("wait", now() + SOON), 3, id="a first look"),
    ],
)
def test_people_of_all_services_are_compared_whatever_was_merged(
    error: Exception, at: int, owner: int, reader: Callable[..., Script]
) -> None:
    merged(owner, Batch(people=[follower("z")]), profile=Profile(service="github", key="1", handle="ada"))
    reader(raising(error, at=at))

    run_once(queued(owner))

    found, _ = crosscheck.table_page(owner)
    assert {"github:z", "mastodon:b", "mastodon:c"} <= {row.key for row in found}


@ON_BOTH
def test_nobody_is_gained_twice_by_two_merges_of_one_import(owner: int, reader: Callable[..., Script]) -> None:
    reader()
    run_once(queued(owner))
    reader(batches=[BATCHES[0], Batch(people=[follower("b"), follower("e")]), *BATCHES[2:]])
    import_id = queued(owner)

    run_once(import_id)

    report = state(owner, import_id).report
    assert (report.gained_followers, report.lost_followers, report.new_people) == (1, 1, 1)


def test_it_is_asked_what_became_of_who_is_missing_and_a_failure_costs_the_reason_alone(
    owner: int, reader: Callable[..., Script]
) -> None:
    reader()
    run_once(queued(owner))
    script = reader(batches=[BATCHES[0], Batch(people=[friend("b")]), Batch()])
    script.answers = [Whereabouts("d", "gone")]
    import_id = queued(owner)

    run_once(import_id)

    row = state(owner, import_id)
    assert script.asked == [["b", "c", "d"]]
    why = {(c.key, c.change): c.reason for c in change_list.changes(owner, row.account_id or 0)}
    assert why == {("b", "lost"): None, ("c", "lost"): None, ("d", "lost"): "gone", ("b", "gained"): None}
    assert (row.state, row.report.lost_followers, row.report.gone_friends) == ("done", 2, 1)

    script = reader(batches=script.batches)
    script.answers, script.told = [Whereabouts("c", "there")], replace(PROFILE, followers=0)
    run_once(queued(owner))

    assert script.asked == [["c"]]  # b is there: they are a friend
    told = {(c.key, c.change): c.reason for c in change_list.changes(owner, row.account_id or 0)}
    assert told == why | {("c", "lost"): "unfollowed"}


def test_nobody_is_missing_from_a_list_that_is_not_whole(owner: int, reader: Callable[..., Script]) -> None:
    reader()
    run_once(queued(owner))
    script = reader(batches=[BATCHES[0], Batch(people=[follower("b")])])
    script.coverage = lambda cursor: Coverage(complete=frozenset({"friends"}))  # type: ignore[method-assign]

    run_once(queued(owner))

    assert script.asked == [["d"]]


def test_a_limit_sends_the_import_to_sleep_and_says_why(owner: int, reader: Callable[..., Script]) -> None:
    until = now() + SOON
    reader(raising(RateLimitedError("Mastodon asks to wait.", until), at=3))
    import_id = queued(owner)

    run_once(import_id)

    row = state(owner, import_id)
    assert (row.state, row.wake_at, row.message) == ("queued", until, "Mastodon asks to wait.")
    assert imports.claim() is None


def test_a_sleeper_goes_on_from_its_cursor(owner: int, reader: Callable[..., Script]) -> None:
    script = reader(raising(RateLimitedError("wait", now() + SOON), at=3))
    import_id = queued(owner)
    run_once(import_id)
    wake(import_id)

    run_once(import_id)

    assert script.begun == [0, 3]
    assert state(owner, import_id).state == "done"


@pytest.mark.parametrize(
    ("database", "at"),
    [*(("sqlite", at) for at in range(len(BATCHES))), pytest.param("postgres", 3, marks=pytest.mark.postgres)],
)
def test_an_interrupted_import_leaves_what_an_undisturbed_one_does(
    owner: int, reader: Callable[..., Script], at: int
) -> None:
    reader()
    run_once(queued(owner))
    (undisturbed,) = accounts.accounts(owner)
    expected = stored(owner, undisturbed.id)
    accounts.delete_account(owner, undisturbed.id)
    reader(raising(RateLimitedError("wait", now() + SOON), at=at))
    import_id = queued(owner)

    run_once(import_id)
    wake(import_id)
    run_once(import_id)

    assert stored(owner, state(owner, import_id).account_id) == expected


def test_trouble_is_tried_again_later_each_time(owner: int, reader: Callable[..., Script]) -> None:
    reader(raising(UnavailableError("Mastodon does not answer. Try again later."), at=1, times=3))
    import_id = queued(owner)
    pauses = []

    for _ in range(3):
        run_once(import_id)
        assert state(owner, import_id).message == "Mastodon does not answer."  # its card says when it goes on
        pauses.append((state(owner, import_id).wake_at - now()).total_seconds())
        wake(import_id)
    run_once(import_id)

    assert pauses[0] < pauses[1] < pauses[2]
    assert state(owner, import_id).state == "done"


def test_trouble_without_end_ends_the_import_and_keeps_what_was_read(owner: int, reader: Callable[..., Script]) -> None:
    reader(raising(UnavailableError("Mastodon does not answer."), at=4, times=10**6))
    import_id = queued(owner)

    for _ in range(live.TROUBLES + 1):
        run_once(import_id)
        wake(import_id)

    (account,) = accounts.accounts(owner)
    assert state(owner, import_id).state == "failed"
    assert "Mastodon does not answer." in state(owner, import_id).message
    assert account.notes == ["Reading ended before everything was read: Mastodon does not answer.", "Reading goes on."]
    assert account.lists == []
    assert len(people.ties(owner, account.id)) == 1  # read after the first look


@pytest.mark.parametrize("paused", [False, True], ids=["at-once", "behind-a-pause"])
def test_reading_ends_at_the_users_limit_and_keeps_what_was_read(
    app: Flask, owner: int, reader: Callable[..., Script], paused: bool
) -> None:
    app.config["USER_MOST_PEOPLE"] = 2
    merged(owner, Batch(people=[follower("b")]))  # takes no room again
    script = reader(raising(RateLimitedError("Wait.", now()), at=2) if paused else lambda _: None)
    import_id = queued(owner)
    run_once(import_id)
    if paused:
        wake(import_id)
        run_once(import_id)

    row = state(owner, import_id)
    assert row.state == "failed"
    assert row.message.startswith("No room is left for more people: this server keeps 2 for each user.")
    assert script.begun == ([0, 2] if paused else [0])
    assert len(people.followers_and_friends(owner, row.account_id)) == 3


def test_at_the_limit_of_ties_all_else_is_read_and_the_account_says_so(
    app: Flask, owner: int, reader: Callable[..., Script], monkeypatch: pytest.MonkeyPatch
) -> None:
    script = reader()
    run_once(queued(owner))
    app.config["USER_MOST_TIES"] = 2
    # of a short list ties are asked for before all posts are
    script.batches = [Batch(posts=[post(3)]), BATCHES[3], Batch(posts=[post(4)]), *BATCHES[3:]]
    lists = frozenset({"followers", "friends"})
    monkeypatch.setattr(
        script, "coverage", lambda cursor: Coverage(complete=lists | {"posts"} if cursor["at"] > 2 else lists)
    )
    asked = list[int]()
    script.before = asked.append
    import_id = queued(owner)

    run_once(import_id)

    row, (account,) = state(owner, import_id), accounts.accounts(owner)
    assert row.state == "done"
    assert account.notes[-1].startswith("No room is left for more ties: this server keeps 2 for each user.")
    assert account.lists == ["followers", "friends", "posts"]
    assert row.report.posts == 2
    assert asked == [0, 1, 2, 3]  # where only ties are left, reading ends
    assert len(people.ties(owner, row.account_id)) == 2


def test_what_is_there_already_takes_no_room(app: Flask, owner: int, reader: Callable[..., Script]) -> None:
    reader()
    run_once(queued(owner))
    app.config |= {"USER_MOST_PEOPLE": 3, "USER_MOST_POSTS": 2, "USER_MOST_ACCOUNTS": 1}
    import_id = queued(owner)

    run_once(import_id)

    assert state(owner, import_id).state == "done"


def test_a_step_forward_forgets_earlier_trouble(owner: int, reader: Callable[..., Script]) -> None:
    def before(at: int) -> None:
        if (at, calls[at]) in {(1, 0), (3, 0)}:
            calls[at] += 1
            raise UnavailableError("down")

    calls = dict.fromkeys(range(len(BATCHES)), 0)
    reader(before)
    import_id = queued(owner)

    run_once(import_id)
    wake(import_id)
    run_once(import_id)

    assert state(owner, import_id).troubles == 1


def test_a_limit_after_a_step_forward_does_not_bring_earlier_trouble_back(
    owner: int, reader: Callable[..., Script]
) -> None:
    reader(raising(RateLimitedError("wait", now() + SOON), at=3))
    import_id = queued(owner)
    imports.change_import(import_id, troubles=live.TROUBLES)

    run_once(import_id)

    assert state(owner, import_id).troubles == 0


@ON_BOTH
def test_a_thread_that_stays_apart_takes_only_what_nobody_reads(owner: int) -> None:
    first, second = queued(owner), imports.add_live(owner, service="mastodon", handle="bob@example.social")
    third = imports.add_live(owner, service="github", handle="ada")
    imports.claim(first)

    apart = [imports.claim(live=True, apart=True) for _ in range(2)]
    usual = imports.claim(live=True)

    assert [row and row.id for row in (*apart, usual)] == [third, None, second]


@pytest.mark.parametrize("error", [NoConnectionError("all in use"), InterfaceError("select 1", {}, ValueError())])
def test_a_database_out_of_reach_ends_no_import(owner: int, reader: Callable[..., Script], error: Exception) -> None:
    reader(raising(error, at=2))
    import_id = queued(owner)
    run_once(import_id)
    stopped = state(owner, import_id).state
    imports.change_import(import_id, lease_until=now() - timedelta(seconds=1))

    run_once(import_id)

    assert (stopped, state(owner, import_id).state) == ("running", "done")


def test_a_token_that_is_refused_breaks_the_connection(owner: int, reader: Callable[..., Script]) -> None:
    connection = connected(owner)
    reader(raising(DeniedError("Connect again.", 401), at=1))
    import_id = imports.add_live(owner, service="mastodon", connection=connection)

    run_once(import_id)

    assert state(owner, import_id).state == "failed"
    assert connections.connections(owner)[0].broken is True


def test_a_token_that_was_replaced_meanwhile_breaks_no_connection(owner: int, reader: Callable[..., Script]) -> None:
    connection = connected(owner)

    def before(at: int) -> None:
        if at == 1 and len(script.begun) == 1:
            place = {"service": "mastodon", "host": "h", "uid": "1", "handle": "ada"}
            connections.connect(owner, **place, token={"access_token": "new"}, expires_at=None)
            raise DeniedError("Connect again.", 401)

    script = reader(before)
    import_id = imports.add_live(owner, service="mastodon", connection=connection)
    run_once(import_id)
    run_once(import_id)

    assert state(owner, import_id).state == "done"
    assert connections.connections(owner)[0].broken is False


def test_disconnecting_takes_the_token_from_an_import_which_goes_on_in_public(
    owner: int, reader: Callable[..., Script], monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, given = connected(owner), []

    def disconnect(at: int) -> None:
        if at == 4:
            connections.disconnect(owner, connection)

    script = reader(disconnect)
    live_service = read_by(lambda target, access: given.append((target.handle, access.token)) or script)
    monkeypatch.setitem(SERVICES, "mastodon", live_service)
    import_id = imports.add_live(owner, service="mastodon", connection=connection)
    run_once(import_id)
    taken = state(owner, import_id)
    run_once(import_id)

    ended = state(owner, import_id)
    assert (taken.state, taken.batches, script.begun) == ("queued", 4, [0, 0])
    assert given == [("", "t"), (PROFILE.handle, None)]
    assert (ended.state, ended.report.new_people) == ("done", 3)
    (account,) = accounts.accounts(owner)
    assert (account.connection_id, account.refresh_at) == (None, None)


@pytest.mark.parametrize(("told", "way"), [("strangers", "by its handle."), ("nobody", "by its export.")])
def test_whoever_disconnects_before_anything_is_read_is_told_so(
    owner: int, reader: Callable[..., Script], monkeypatch: pytest.MonkeyPatch, told: str, way: str
) -> None:
    reader()
    if told == "nobody":
        monkeypatch.setitem(SERVICES, "mastodon", replace(SERVICES["mastodon"], handle=None))
    connection = connected(owner)
    import_id = imports.add_live(owner, service="mastodon", connection=connection)
    connections.disconnect(owner, connection)

    run_once(import_id)

    ended = state(owner, import_id)
    assert (ended.state, ended.message.partition(". ")[0]) == (
        "failed",
        "The account was disconnected before anything of it was read",
    )
    assert ended.message.endswith(way)


def test_where_strangers_are_told_nothing_a_disconnected_import_ends_with_what_it_has(
    owner: int, reader: Callable[..., Script], monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = connected(owner)
    script = reader(lambda at: connections.disconnect(owner, connection) if at == 2 else None)
    monkeypatch.setitem(SERVICES, "mastodon", replace(read_by(lambda target, access: script), handle=None))
    import_id = imports.add_live(owner, service="mastodon", connection=connection)
    run_once(import_id)
    run_once(import_id)

    ended = state(owner, import_id)
    assert (ended.state, ended.message.partition(",")[0]) == (
        "failed",
        "The account was disconnected while it was being read",
    )
    (account,) = accounts.accounts(owner)
    assert len(posts.posts(owner, account.id)) == 2
    assert account.notes[0].endswith("What was read until then is kept.")


def test_an_import_without_its_connection_fails_with_a_sentence(owner: int, reader: Callable[..., Script]) -> None:
    reader()
    connection = connected(owner)
    import_id = imports.add_live(owner, service="mastodon", connection=connection)
    connections.break_connection(owner, connection)

    run_once(import_id)

    assert state(owner, import_id).message.startswith("This connection has ended.")


def test_what_a_service_refuses_ends_the_import_with_its_sentence(owner: int, reader: Callable[..., Script]) -> None:
    reader(raising(ServiceError("This account is private."), at=0))
    import_id = queued(owner)

    run_once(import_id)

    assert (state(owner, import_id).state, state(owner, import_id).message) == (
        "failed",
        "This account is private.",
    )


def test_the_same_account_is_not_queued_twice(owner: int) -> None:
    assert queued(owner) == queued(owner)


def test_readers_know_what_was_read_before(owner: int, reader: Callable[..., Script]) -> None:
    reader()
    run_once(queued(owner))
    script = reader()

    run_once(queued(owner))

    assert script.known is not None
    assert script.known.posts_until == post(2).created_at
    assert script.known.fresh == {"b", "c"}
    assert [person.key for person in script.known.people()] == []


def test_what_was_read_by_a_clock_that_was_set_back_since_is_read_again(
    owner: int, reader: Callable[..., Script]
) -> None:
    reader()
    run_once(queued(owner))
    ahead = datetime.now(UTC) + timedelta(days=31)
    accounts.change_account(owner, accounts.accounts(owner)[0].id, posts_read_at=ahead)
    with writing() as session:
        session.execute(update(models.Person).values(asked_since=ahead, ties_at=ahead))
    script = reader()

    run_once(queued(owner))

    assert script.known is not None
    assert (script.known.posts_until, script.known.fresh) == (None, frozenset())


def told(owner: int) -> set[str]:
    """Pairs of whom it is told whether the first follows the second."""
    rows = people.followers_and_friends(owner, accounts.accounts(owner)[0].id)
    known = [(a.ties_at, b.asked_since, a.key + b.key) for a in rows for b in rows if a is not b]
    return {pair for ties_at, asked, pair in known if ties_at and asked and ties_at >= asked}


def test_whose_ties_were_read_says_nothing_of_who_came_later(owner: int, reader: Callable[..., Script]) -> None:
    reader()
    run_once(queued(owner))
    first = told(owner)
    script = reader(batches=[*BATCHES[:3], Batch(people=[follower("e")])])
    run_once(queued(owner))

    assert first == told(owner) == {"bc", "bd", "cb", "cd"}
    assert script.known is not None
    assert (script.known.fresh, script.known.held) == ({"b", "c"}, {"b", "c", "d", "e"})


@ON_BOTH
def test_newcomers_are_those_of_whom_the_fresh_have_not_told(owner: int, reader: Callable[..., Script]) -> None:
    reader()
    run_once(queued(owner))
    newcomers = []
    asking = [*BATCHES[:3], Batch(people=[follower("e")]), Batch(ties=ties("be"), ties_to=["e"])]
    script = reader(lambda at: newcomers.append(script.known.newcomers()) if at == 4 else None, asking)
    run_once(queued(owner))
    reader(batches=[*asking[:4], Batch(step="posts")])
    run_once(queued(owner))

    assert newcomers == [{"e"}]
    assert told(owner) == {"bc", "bd", "be", "cb", "cd", "ce"}


def test_of_who_left_and_came_back_the_fresh_have_not_told(owner: int, reader: Callable[..., Script]) -> None:
    reader()
    run_once(queued(owner))
    reader(batches=[*BATCHES[:2], Batch(step="friends")])
    run_once(queued(owner))
    reader(batches=BATCHES[:3])
    run_once(queued(owner))

    assert told(owner) == {"bc", "cb"}


def test_of_whom_the_service_does_not_tell_nobody_does(owner: int, reader: Callable[..., Script]) -> None:
    reader(batches=[*BATCHES, Batch(no_ties_to=["d"])])

    run_once(queued(owner))

    assert told(owner) == {"bc", "cb"}


def test_posts_of_an_import_that_ended_early_are_read_again(owner: int, reader: Callable[..., Script]) -> None:
    reader(raising(ServiceError("gone"), at=4))
    run_once(queued(owner))
    script = reader()

    run_once(queued(owner))

    assert script.known is not None
    assert script.known.posts_until is None
    assert len(accounts.accounts(owner)) == 1


def test_what_strangers_were_told_is_not_all_of_the_posts(owner: int, reader: Callable[..., Script]) -> None:
    reader()
    run_once(queued(owner))
    connection = connected(owner)
    script = reader(raising(RateLimitedError("later", now() + SOON), at=4))
    import_id = imports.add_live(owner, service="mastodon", connection=connection)
    known = []
    for _ in range(2):
        run_once(import_id)
        known.append(script.known.posts_until if script.known else post(0).created_at)
        wake(import_id)
    again = reader()
    run_once(imports.add_live(owner, service="mastodon", connection=connection))

    assert known == [None, None]
    assert again.known is not None
    assert again.known.posts_until == post(2).created_at


def test_what_was_whole_when_reading_ended_early_stays_whole(
    owner: int, reader: Callable[..., Script], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Coverage(complete=frozenset({"posts"}), notes=("Friends are not told.",))
    monkeypatch.setattr(Script, "coverage", lambda self, cursor: whole)
    reader(raising(ServiceError("gone"), at=4))
    run_once(queued(owner))

    account = accounts.accounts(owner)[0]

    assert (account.lists, account.posts_until) == (["posts"], post(2).created_at)
    assert account.notes == [ENDED_EARLY.format(why="gone"), "Friends are not told."]


def test_a_wait_is_never_shortened(app: Flask, owner: int) -> None:
    late, early = now() + SOON, now() + timedelta(minutes=1)
    cooldowns.wait("h", late)

    cooldowns.wait("h", early)

    assert cooldowns.until("h") == late


def test_a_wait_that_is_over_is_none(app: Flask, owner: int) -> None:
    cooldowns.wait("h", datetime(2026, 1, 1, tzinfo=UTC))

    assert cooldowns.until("h") is None


def test_an_account_that_is_connected_again_keeps_what_was_chosen_for_it(
    owner: int, reader: Callable[..., Script], monkeypatch: pytest.MonkeyPatch
) -> None:
    script = reader()
    run_once(queued(owner))
    accounts.save_options(owner, accounts.accounts(owner)[0].id, refresh_at=None, home="1")
    seen = []
    monkeypatch.setitem(SERVICES, "mastodon", read_by(lambda target, access: seen.append(target.options) or script))

    run_once(queued(owner))

    assert seen[0]["home"] == "1"
