"""Light or dark: this browser's choice, else the user's, else the system's."""

from __future__ import annotations

import pytest

from dashapp.theme import chosen_theme, current_theme


@pytest.mark.parametrize(
    ("cookie", "chosen", "current"),
    [
        ("", "auto", "light"),
        ("auto-light", "auto", "light"),
        ("auto-dark", "auto", "dark"),
        ("dark", "dark", "dark"),
        ("light", "light", "light"),
        ("<script>", "auto", "light"),
    ],
)
def test_the_cookie_says_what_the_browser_chose_or_its_system_says(app, cookie, chosen, current):
    with app.test_request_context(headers={"Cookie": f"theme={cookie}"}):
        assert (chosen_theme(), current_theme()) == (chosen, current)
