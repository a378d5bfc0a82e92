"""The cross-check at the end of imports, of any mix of services, however many end at the same time."""

from __future__ import annotations

import threading
from typing import Any

import pandas as pd
import pytest
from flask import Flask

from dashapp.imports import cross_check as job
from dashapp.imports import run_waiting
from dashapp.imports.jobs import run
from dashapp.imports.receive import receive
from dashapp.services.records import Batch, Person, Profile
from dashapp.store import accounts, crosscheck, imports, results, users
from dashapp.store.comparisons import AFTER_DECIDING
from dashapp.store.database import now
from dashapp.store.rows import ImportRow
from tests.conftest import ON_BOTH
from tests.dashboard.crosscheck_world import compare
from tests.imports.conftest import files
from tests.records import follower, merged, ties

pytestmark = pytest.mark.slow

GITHUB = "person,handle,name,relation\n1,adaquill,Ada Quill,follower\n2,bo,Bo,friend\n"
MASTODON = "person,handle,name,relation,links\na,adaquill@clay.example,Ada Q.,friend,https://github.com/adaquill\n"
TOGETHER = {"github:1": "1f 2i", "github:2": "1i"}


def upload(owner: int, service: str, people: str) -> int:
    """An import that waits."""
    options = {"handle": f"me_{service}", "service": service}
    return receive(owner, files(people=people), expected="csv", options=options, ask=False)[0]


def patterns(owner: int) -> dict[str, str]:
    rows, _ = crosscheck.table_page(owner)
    return {row.key: row.pattern for row in rows}


@ON_BOTH
def test_an_import_ends_with_the_people_of_all_services_compared_and_measured(owner: int, app: Flask) -> None:
    upload(owner, "github", GITHUB)
    run_waiting(app, threading.Event())
    assert crosscheck.derived(owner) is None

    upload(owner, "mastodon", MASTODON)
    run_waiting(app, threading.Event())

    derived = crosscheck.derived(owner)
    assert derived is not None
    assert patterns(owner) == TOGETHER
    counted = results.read(owner, derived.id, "people")["people"].set_index("measure")["listed"]
    assert counted.to_dict() == {"followers": 1, "friends": 2, "mutuals": 1}
    assert derived.analysis_version == results.VERSION
    assert {row.state for row in imports.imports(owner)} == {"done"}


@pytest.mark.usefixtures("unmeasured")
def test_two_imports_that_end_at_the_same_time_leave_what_all_of_it_gives(
    owner: int, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(owner, "x", GITHUB.replace("1,", "9,"))
    run_waiting(app, threading.Event())
    first, second = upload(owner, "github", GITHUB), upload(owner, "mastodon", MASTODON)
    found_by, beside = job.identity.matches, [second]

    def matches(people: pd.DataFrame) -> pd.DataFrame:
        while beside:
            run(claimed(beside.pop()), stopping=threading.Event())
        return found_by(people)

    monkeypatch.setattr(job.identity, "matches", matches)
    run(claimed(first), stopping=threading.Event())
    run_waiting(app, threading.Event())

    found = patterns(owner)
    compare(owner)
    assert found == patterns(owner)
    assert found["github:1"] == "2f 3i"


def claimed(import_id: int) -> Any:
    row = imports.claim(import_id)
    assert row is not None
    return row


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("failures", [1, 99])
def test_an_import_went_well_though_comparing_failed_which_is_tried_once_more(
    owner: int, app: Flask, monkeypatch: pytest.MonkeyPatch, failures: int
) -> None:
    found_by, left = job.identity.matches, [failures]

    def matches(people: pd.DataFrame) -> pd.DataFrame:
        left[0] -= 1
        if left[0] >= 0:
            raise ValueError("a fault")
        return found_by(people)

    monkeypatch.setattr(job.identity, "matches", matches)
    upload(owner, "github", GITHUB)
    upload(owner, "mastodon", MASTODON)
    run_waiting(app, threading.Event())

    assert [row.state for row in imports.imports(owner)] == ["done" if failures == 1 else "failed", "done", "done"]
    assert patterns(owner) == (TOGETHER if failures == 1 else {})


@pytest.fixture
def compared(owner: int, unmeasured: None) -> int:
    """The account of all services, of two accounts."""
    for service in ("x", "csv"):
        people = [follower("a", name="Ada Quill"), follower("b")]
        merged(owner, Batch(people=people), profile=Profile(service=service, key="me", handle="me"))
    compare(owner)
    derived = crosscheck.derived(owner)
    assert derived is not None
    return derived.id


def waiting(owner: int) -> list[ImportRow]:
    return [row for row in imports.imports(owner) if row.is_comparison and row.state == "queued"]


def decide(owner: int, key: str, same: bool | None) -> None:
    crosscheck.decide(owner, ("x", key), ("csv", key), same)


@ON_BOTH
def test_decisions_are_followed_by_one_comparison_which_waits_for_the_last(
    owner: int, app: Flask, compared: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(owner, "a", same=True)
    [first] = waiting(owner)
    decide(owner, "b", same=False)
    decide(owner, "a", same=None)
    [last] = waiting(owner)

    assert last.id == first.id
    assert last.wake_at is not None
    assert first.wake_at is not None
    assert first.wake_at < last.wake_at <= now() + AFTER_DECIDING
    assert imports.claim() is None
    imports.change_import(last.id, wake_at=now())
    monkeypatch.setattr(job.identity, "matches", None)  # nothing of the accounts has changed
    assert run_waiting(app, threading.Event()) == 1
    assert [row.state for row in imports.imports(owner) if row.is_comparison] == ["done"]


def test_a_comparison_takes_along_the_one_that_waits_unless_a_decision_came_meanwhile(
    owner: int, compared: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(owner, "a", same=True)
    compare(owner)
    assert waiting(owner) == []

    found_by = job.identity.matches

    def matches(people: pd.DataFrame) -> pd.DataFrame:
        decide(owner, "b", same=True)
        return found_by(people)

    monkeypatch.setattr(job.identity, "matches", matches)
    compare(owner)

    [row] = waiting(owner)
    assert row.is_asleep


@pytest.mark.usefixtures("unmeasured")
def test_people_known_by_name_alone_are_joined_by_hand(owner: int) -> None:
    named = Person(key="ada quill", name="Ada Quill", is_follower=True, is_friend=True)
    facebook = Profile(service="facebook", key="me", handle="me")
    merged(owner, Batch(people=[named]), profile=facebook, mutual_ties=True)
    merged(
        owner, Batch(people=[follower("a", name="Ada Quill")]), profile=Profile(service="csv", key="me", handle="me")
    )
    compare(owner)
    assert patterns(owner) == {"csv:a": "2f", "facebook:ada quill": "1m"}

    crosscheck.decide(owner, ("facebook", "ada quill"), ("csv", "a"), True)

    assert patterns(owner) == {"csv:a": "1m 2f"}


@pytest.mark.usefixtures("unmeasured")
def test_accounts_without_people_are_not_compared(owner: int) -> None:
    merged(owner, Batch(people=[follower("a")]), profile=Profile(service="x", key="me", handle="me"))
    merged(owner, Batch(ties=ties("bc")), profile=Profile(service="csv", key="me", handle="me"))
    compare(owner)

    assert crosscheck.derived(owner) is None


@ON_BOTH
@pytest.mark.usefixtures("unmeasured")
def test_a_user_who_is_deleted_meanwhile_is_no_error(owner: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for service in ("x", "csv"):
        merged(owner, Batch(people=[follower("a")]), profile=Profile(service=service, key="me", handle="me"))
    found_by = job.identity.matches

    def matches(people: pd.DataFrame) -> pd.DataFrame:
        users.delete_user(owner)
        return found_by(people)

    monkeypatch.setattr(job.identity, "matches", matches)
    compare(owner)

    assert crosscheck.derived(owner) is None
    assert accounts.accounts(owner) == []


@pytest.mark.usefixtures("unmeasured")
def test_who_is_compared_with_nobody_is_counted(owner: int) -> None:
    for service in ("github", "mastodon"):
        crowd = [Person(key=f"{service}{number}", name="Ada Quill", is_follower=True) for number in range(30)]
        merged(owner, Batch(people=crowd), profile=Profile(service=service, key="me", handle="me"))

    compare(owner)

    derived = crosscheck.derived(owner)
    assert derived is not None
    assert derived.notes == ["60 people were not compared: too many others have such a name or handle."]
