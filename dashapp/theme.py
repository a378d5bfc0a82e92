"""Light or dark, as the user chose or their system says."""

from __future__ import annotations

from typing import TypeVar

from flask import Response, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

R = TypeVar("R", Response, AnyResponse)
THEMES = ("auto", "light", "dark")
#: written by `assets/theme.js`: "light" or "dark" is this browser's own choice, by the button on every page;
#: "auto-light" or "auto-dark" is what its system says. Holds nothing else.
COOKIE = "theme"


def chosen_theme() -> str:
    """This browser's choice, else the user's; "auto" follows the system."""
    if request.cookies.get(COOKIE) in ("light", "dark"):
        return request.cookies[COOKIE]
    return str(current_user.theme) if current_user.is_authenticated else "auto"


def current_theme() -> str:
    """The theme to draw in: "light" or "dark"."""
    chosen = chosen_theme()
    if chosen in ("light", "dark"):
        return chosen
    return "dark" if request.cookies.get(COOKIE) == "auto-dark" else "light"


def follow_setting(response: R) -> R:
    """Takes the browser's own choice back, so that the user's setting counts."""
    response.delete_cookie(COOKIE)
    return response
