"""Tests of the reader of Facebook, which goes by the code of an error and hardly by its status."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.errors import DeniedError, RateLimitedError, ResponseError, ServiceError, UnavailableError
from dashapp.services.facebook.reader import ONLY_NAME, limit, reader
from dashapp.services.net.response import Response
from dashapp.services.reading import Target
from dashapp.services.records import Profile
from tests.services.fakes.facebook import SECRET, TOKEN, Fake, error
from tests.services.live_reading import FakeAccess, read
from tests.services.servers import serving

pytestmark = pytest.mark.server


@contextmanager
def open_access(fake: Fake, token: str | None = TOKEN, *, secret: str | None = SECRET) -> Iterator[FakeAccess]:
    with serving(fake) as url:
        settings = {"FACEBOOK_API_URL": url, "FACEBOOK_OAUTH_CLIENT_SECRET": secret, "PRIVATE_HOSTS": []}
        access = FakeAccess(settings, token)
        try:
            yield access
        finally:
            access.close()


def profile(fake: Fake, **access: Any) -> Profile:
    with open_access(fake, **access) as access:
        return reader(Target(), access).profile()


def test_profile_tells_the_name_and_how_many_friends() -> None:
    told = profile(Fake())

    assert (told.service, told.key, told.handle, told.name) == ("facebook", "3001", "Ada Example", "Ada Example")
    assert (told.friends, told.followers, told.posts) == (348, None, None)


def test_friends_that_may_not_be_counted_are_not_told() -> None:
    assert profile(Fake(friends=None)).friends is None


def test_nothing_but_the_profile_is_asked_for() -> None:
    fake = Fake()
    with open_access(fake) as access:
        reading = reader(Target(), access)
        reading.profile()
        kept, coverage = read(reading)

    assert fake.calls == {"/me": 1, "/me/friends": 1}
    assert (kept.posts, kept.people()) == ([], [])
    assert (coverage.complete, coverage.notes) == (frozenset(), (ONLY_NAME,))


def test_what_was_read_is_not_read_again() -> None:
    with open_access(Fake()) as access:
        kept, _ = read(reader(Target(), access))
        read(reader(Target(), access), kept)

    assert len(kept.steps) == 1


def test_calls_prove_that_the_secret_is_known() -> None:
    fake = Fake()
    fake.needs_proof = True

    assert profile(fake).friends == 348


def test_without_a_secret_there_is_no_proof() -> None:
    assert profile(Fake(), secret=None).key == "3001"


def test_nothing_is_told_without_a_token() -> None:
    with pytest.raises(DeniedError, match="bring its export"):
        profile(Fake(), token=None)


@pytest.mark.parametrize("status", [400, 401, 403, 500])
@pytest.mark.parametrize("code", [102, 190])
@pytest.mark.parametrize("path", ["/me", "/me/friends"])
def test_a_token_that_ended_is_denied_whatever_the_status(path: str, code: int, status: int) -> None:
    fake = Fake()
    fake.faults = {path: error(code, status, subcode=460)}

    with pytest.raises(DeniedError, match="connect the account again") as caught:
        profile(fake)

    assert caught.value.status == 401


@pytest.mark.parametrize("status", [400, 403, 500])
@pytest.mark.parametrize("code", [4, 17, 32, 613])
def test_a_limit_is_waited_for_an_hour_whatever_the_status(code: int, status: int) -> None:
    fake = Fake()
    fake.faults = {"/me": error(code, status)}

    with open_access(fake) as access:
        with pytest.raises(RateLimitedError):
            reader(Target(), access).profile()
        with pytest.raises(RateLimitedError):
            reader(Target(), access).profile()

    assert fake.calls == {"/me": 1}


@pytest.mark.parametrize("code", [1, 2])
def test_what_is_temporary_is_tried_again_later(code: int) -> None:
    fake = Fake()
    fake.faults = {"/me": error(code)}

    with pytest.raises(UnavailableError):
        profile(fake)


def test_a_blocked_application_says_so() -> None:
    fake = Fake()
    fake.faults = {"/me": error(368)}

    with pytest.raises(ResponseError, match="blocked this application"):
        profile(fake)


def test_a_missing_permission_does_not_end_the_connection() -> None:
    fake = Fake()
    fake.faults = {"/me": error(10, 401)}

    with pytest.raises(DeniedError) as caught:
        profile(fake)

    assert caught.value.status == 403


@pytest.mark.parametrize("fault", [error(4), error(2), error(100), (500, "broken"), (200, [])])
def test_the_number_of_friends_is_not_waited_for(fault: tuple[int, Any]) -> None:
    fake = Fake()
    fake.faults = {"/me/friends": fault}

    told = profile(fake)

    assert (told.name, told.friends) == ("Ada Example", None)


@pytest.mark.parametrize(("used", "friends"), [(79, 348), (80, None), (96, None)])
def test_an_application_that_has_used_most_slows_down(used: int, friends: int | None) -> None:
    fake = Fake()
    fake.usage = used

    assert profile(fake).friends == friends


@pytest.mark.parametrize(
    ("status", "usage", "wait"),
    [
        (200, '{"call_count": 28, "total_time": 95}', timedelta(hours=1)),
        (200, '{"call_count": 80}', timedelta(minutes=1)),
        (400, '{"call_count": 80}', None),
        (400, '{"call_count": 100}', timedelta(hours=1)),
        (200, '{"call_count": "many", "total_time": null}', None),
        (200, "[95]", None),
        (200, "nonsense", None),
        (200, "", None),
    ],
)
def test_what_was_used_is_read_from_the_header(status: int, usage: str, wait: timedelta | None) -> None:
    response = Response(status, {"X-App-Usage": usage}, b"{}")

    assert limit(response) == (wait and response.at + wait)


@pytest.mark.parametrize("value", [[], {}, {"id": None}, {"id": 3001.5, "name": "Ada"}, "Ada"])
def test_what_is_no_account_is_trouble(value: Any) -> None:
    fake = Fake()
    fake.faults = {"/me": (200, value)}

    with pytest.raises(UnavailableError):
        profile(fake)


def test_an_account_without_a_name_has_its_number_as_handle() -> None:
    fake = Fake()
    del fake.me["name"]

    assert (profile(fake).handle, profile(fake).name) == ("3001", None)


NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "error", "code"]), inner),
    max_leaves=4,
)


@given(value=NONSENSE, seed=st.integers(0, 10**6))
def test_wrong_types_bring_errors_of_services_alone(value: Any, seed: int) -> None:
    fake, chance = Fake(), Random(seed)
    status = chance.choice([200, 400, 403, 500])
    fake.faults = {chance.choice(["/me", "/me/friends"]): (status, {"error": value, "summary": value, "id": value})}

    with suppress(ServiceError):
        profile(fake)
