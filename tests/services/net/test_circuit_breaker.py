"""A host that hangs: one finds out for all, the others stay away, and everybody comes back when it answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from dashapp.services.errors import RateLimitedError, UnavailableError
from dashapp.services.net import circuit_breaker
from dashapp.services.net.circuit_breaker import LONGER, MOST, NOTICED, CircuitBreaker
from dashapp.services.net.client import Client, LocalCooldowns
from dashapp.services.net.response import no_limit
from tests.services.servers import hang, http, raw

HOST, KEY = "example.social", "example.social!"


def line(cooldowns: LocalCooldowns, *, probes: bool = True) -> CircuitBreaker:
    return CircuitBreaker(HOST, "Example", cooldowns, probes=probes)


def record_timeout(cooldowns: LocalCooldowns, times: int) -> CircuitBreaker:
    made = line(cooldowns)
    for _ in range(times):
        made.check()
        made.record_timeout()
    return made


def over(cooldowns: LocalCooldowns) -> None:
    """The wait ended a moment ago."""
    cooldowns.end(KEY)
    cooldowns.wait(KEY, datetime.now(UTC) - timedelta(seconds=1))


def test_one_answer_that_does_not_come_disturbs_nobody() -> None:
    cooldowns = LocalCooldowns()
    record_timeout(cooldowns, NOTICED - 1)

    line(cooldowns).check()

    assert cooldowns.until(KEY) is None


def test_the_others_stay_away_and_hear_until_when() -> None:
    cooldowns = LocalCooldowns()
    first = record_timeout(cooldowns, NOTICED)

    first.check()
    with pytest.raises(RateLimitedError, match="Example does not answer in time") as told:
        line(cooldowns).check()

    assert told.value.until == cooldowns.until(KEY)
    assert told.value.until > datetime.now(UTC) + LONGER


def test_after_the_wait_one_finds_out_and_the_others_wait_on() -> None:
    cooldowns = LocalCooldowns()
    record_timeout(cooldowns, NOTICED)
    over(cooldowns)

    line(cooldowns).check()

    with pytest.raises(RateLimitedError):
        line(cooldowns).check()


def test_one_failure_of_who_finds_out_is_enough() -> None:
    cooldowns = LocalCooldowns()
    record_timeout(cooldowns, NOTICED)
    over(cooldowns)
    prober = line(cooldowns)
    prober.check()
    over(cooldowns)

    prober.record_timeout()

    with pytest.raises(RateLimitedError):
        line(cooldowns).check()


def test_an_answer_lets_everybody_call_again() -> None:
    cooldowns = LocalCooldowns()
    first = record_timeout(cooldowns, NOTICED)

    first.record_response()
    line(cooldowns).check()

    assert cooldowns.until(KEY) is None


def test_nobody_tries_without_end() -> None:
    first = record_timeout(LocalCooldowns(), MOST)

    with pytest.raises(UnavailableError):
        first.check()


def test_who_has_no_time_stays_away_and_tells_nobody() -> None:
    cooldowns = LocalCooldowns()
    hurried = line(cooldowns, probes=False)
    for _ in range(NOTICED):
        hurried.check()
        hurried.record_timeout()
    line(cooldowns).check()
    record_timeout(cooldowns, NOTICED)

    with pytest.raises(RateLimitedError):
        hurried.check()


@contextmanager
def client(url: str, cooldowns: LocalCooldowns, key: str = "") -> Iterator[Client]:
    options = {"limit": no_limit, "pause": lambda _: None, "timeout": (1.0, 0.05)}
    with Client(
        url, name="Example", cooldowns=cooldowns, headers={"Authorization": f"Bearer {key}"}, **options
    ) as made:
        yield made


@pytest.mark.server
def test_a_host_that_hangs_for_one_token_is_not_called_with_another() -> None:
    cooldowns = LocalCooldowns()
    with raw(hang) as server, client(server.url, cooldowns, "one") as one, client(server.url, cooldowns, "two") as two:
        with pytest.raises(UnavailableError):
            one.get("x")
        with pytest.raises(RateLimitedError):
            two.get("x")

        assert (one.calls, two.calls) == (3, 0)


@pytest.mark.server
@pytest.mark.parametrize("response", [http(b"{}", status=500), http(b"{", length=1)])
def test_a_host_that_answers_anything_does_not_hang(response: bytes) -> None:
    cooldowns = LocalCooldowns()
    with (
        raw(response) as server,
        client(server.url, cooldowns, "one") as one,
        client(server.url, cooldowns, "two") as two,
    ):
        for each in (one, two):
            with pytest.raises(UnavailableError):
                each.get("x")

        assert (one.calls, two.calls) == (3, 3)


def test_waits_for_a_host_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circuit_breaker, "LONGER", timedelta(hours=1))
    cooldowns = LocalCooldowns()
    record_timeout(cooldowns, 3)

    until = cooldowns.until(KEY)

    assert until is not None
    assert until > datetime.now(UTC) + timedelta(hours=2.9)
