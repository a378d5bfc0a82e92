"""Browsers in words."""

from __future__ import annotations

import pytest

from dashapp.users import devices

LIKE_ALL = "Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (LIKE_ALL % "Windows NT 10.0; Win64; x64", "Chrome on Windows"),
        (LIKE_ALL % "Windows NT 10.0; Win64; x64" + " Edg/140.0.0.0", "Edge on Windows"),
        (LIKE_ALL % "Linux; Android 15; Pixel 9", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/26.0 Safari/605", "Safari on macOS"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) CriOS/140 Safari/604",
            "Chrome on iPhone",
        ),
        ("Somebody's Firefox", "Firefox"),
        ("<script>" * 1000, ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_words_of_ours(user_agent, words):
    assert devices.in_words(user_agent) == words
