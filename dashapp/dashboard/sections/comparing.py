"""When all accounts are compared: what follows a decision at once and what later, and the button if that failed."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from ...store import comparisons
from ..components.forms import post_form

AT_ONCE = "What you decide in the cross-check counts at once in its sentence, chart, table and files."
LATER = "The picture of all services, and who connects them,"


def when_decisions_count() -> list[Component]:
    """What the counts include already, and when the rest follows."""
    newest = comparisons.newest(current_user.id)
    if newest is not None and newest.state == "failed":
        failed = f"{AT_ONCE} {LATER} may be older: the last comparison failed."
        return [html.P(failed, className="sg-remark"), compare_now()]
    follows = "follows by itself, about a minute after your last answer."
    if newest is not None and newest.is_open:
        follows = f"does not show the last ones yet: it {follows}"
    return [html.P(f"{AT_ONCE} {LATER} {follows}", className="sg-remark")]


def compare_now() -> Component:
    """The button."""
    button = html.Button("Compare now", type="submit", className="btn btn-primary btn-sm")
    return post_form("/compare", generate_csrf(), button)
