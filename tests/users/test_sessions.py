"""`next=` never leaves the site."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.page_paths import OVERVIEW
from dashapp.users.sessions import safe_next

from .browser_session import BrowserSession, is_at

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "\\\\\\evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    " //evil.example",
    " /dashboard/user",
    "/ /evil.example",
    "https:evil.example",
    "https://evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "//user@evil.example",
    "//[evil",
    "/dashboard\r\nSet-Cookie: a=b",
    "evil.example",
    "\x00//evil.example",
    "/\x7f/evil.example",
    "",
    None,
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_what_a_browser_could_read_as_another_site_goes_home(target):
    assert safe_next(target) == OVERVIEW


@pytest.mark.parametrize(
    "target", ["/", "/dashboard/user/x?account=3&period=30d", "/user/ada#password", "/connect/csv", "/a//b"]
)
def test_paths_of_this_site_are_kept(target):
    assert safe_next(target) == target


@given(st.text(alphabet="/\\ \t\r\n:@.?#ae%09", max_size=12))
def test_no_text_leaves_the_site(text):
    target = safe_next(text)

    assert target.startswith("/")
    assert not target.startswith("//")
    assert not set(target) & set("\\\t\r\n ")


def test_signing_in_stays_on_the_site(app):
    BrowserSession(app).register()

    for target in ("//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example"):
        assert is_at(BrowserSession(app).sign_in(next=target), OVERVIEW), target
