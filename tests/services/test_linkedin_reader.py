"""Tests of the reader of LinkedIn, which is told a name and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.errors import DeniedError, RateLimitedError, ServiceError, UnavailableError
from dashapp.services.linkedin.reader import ONLY_NAME, limit, reader
from dashapp.services.net.response import Response
from dashapp.services.reading import Target
from dashapp.services.records import Profile
from tests.services.fakes.linkedin import REVOKED, TOKEN, Fake
from tests.services.live_reading import FakeAccess, read
from tests.services.servers import serving

pytestmark = pytest.mark.server


@contextmanager
def open_access(fake: Fake, token: str | None = TOKEN) -> Iterator[FakeAccess]:
    with serving(fake) as url:
        access = FakeAccess({"LINKEDIN_API_URL": url, "PRIVATE_HOSTS": []}, token)
        try:
            yield access
        finally:
            access.close()


def profile(fake: Fake, token: str | None = TOKEN) -> Profile:
    with open_access(fake, token) as access:
        return reader(Target(), access).profile()


def test_profile_tells_the_name_and_no_address() -> None:
    told = profile(Fake())

    assert (told.service, told.key, told.handle, told.name) == ("linkedin", "li-ada", "Ada Example", "Ada Example")
    assert "example.social" not in repr(told)
    assert (told.followers, told.friends, told.posts) == (None, None, None)


def test_a_name_in_two_parts_is_one() -> None:
    fake = Fake()
    del fake.me["name"]

    assert profile(fake).name == "Ada Example"


def test_an_account_without_a_name_has_its_number_as_handle() -> None:
    fake = Fake()
    fake.me = {"sub": "li-ada"}

    assert (profile(fake).handle, profile(fake).name) == ("li-ada", None)


def test_nothing_but_the_profile_is_asked_for() -> None:
    fake = Fake()
    with open_access(fake) as access:
        reading = reader(Target(), access)
        reading.profile()
        kept, coverage = read(reading)
        read(reader(Target(), access), kept)

    assert fake.calls == {"/userinfo": 1}
    assert len(kept.steps) == 1
    assert (coverage.complete, coverage.notes) == (frozenset(), (ONLY_NAME,))


def test_nothing_is_told_without_a_token() -> None:
    with pytest.raises(DeniedError, match="bring its export"):
        profile(Fake(), None)


def test_a_token_that_ended_is_denied() -> None:
    fake = Fake()
    fake.fault = (401, REVOKED)

    with pytest.raises(DeniedError, match="connect the account again") as caught:
        profile(fake)

    assert caught.value.status == 401


def test_a_daily_limit_ends_at_midnight() -> None:
    at = datetime(2026, 11, 20, 16, 30, 5, tzinfo=UTC)

    assert limit(Response(429, at=at)) == datetime(2026, 11, 21, tzinfo=UTC)
    assert limit(Response(429, {"Retry-After": "60"}, at=at)) == at + timedelta(minutes=1)
    assert limit(Response(200, at=at)) is None


def test_no_call_leaves_before_the_limit_ends() -> None:
    fake = Fake()
    fake.fault = (429, {"status": 429})
    with open_access(fake) as access:
        for _ in range(2):
            with pytest.raises(RateLimitedError):
                reader(Target(), access).profile()

    assert fake.calls.total() == 1


@pytest.mark.parametrize("value", [[], {}, {"sub": 7}, "ada", None])
def test_what_is_no_account_is_trouble(value: Any) -> None:
    fake = Fake()
    fake.fault = (200, value)

    with pytest.raises(UnavailableError):
        profile(fake)


@given(
    sub=st.none() | st.integers() | st.text(max_size=5),
    name=st.none() | st.lists(st.none(), max_size=1) | st.text(max_size=5),
    status=st.sampled_from([200, 400, 403, 404, 500]),
)
def test_wrong_types_bring_errors_of_services_alone(sub: Any, name: Any, status: int) -> None:
    fake = Fake()
    fake.fault = (status, {"sub": sub, "name": name, "given_name": name})

    with suppress(ServiceError):
        profile(fake)
