"""Forms that the server answers, and controls with their labels."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component


def post_form(action: str, csrf_token: str, *content: Component | None, **attributes: Any) -> html.Form:
    """A form that is sent with its token."""
    token = dbc.Input(type="hidden", name="csrf_token", value=csrf_token)
    return html.Form([token, *content], method="POST", action=action, **attributes)


def labelled(label: str, control: Any, class_name: str = "sg-choice") -> html.Div:
    """A control with its label."""
    return html.Div([html.Label(label, htmlFor=written(control.id)), control], className=class_name)


def written(name: str | dict[str, Any]) -> str:
    """An id as it stands on the page."""
    return name if isinstance(name, str) else json.dumps(name, sort_keys=True, separators=(",", ":"))


def switch(name: str, titles: Mapping[str, str], value: str) -> dbc.RadioItems:
    """Which of a few is shown, as buttons in a row; `titles` by what the page sends."""
    return dbc.RadioItems(
        id=name,
        options=[{"label": title, "value": each} for each, title in titles.items()],
        value=value,
        inline=True,
        className="sg-units",
        inputClassName="btn-check",
        labelClassName="sg-unit",
        labelCheckedClassName="sg-unit-checked",
    )


def search_box(name: str | dict[str, Any], label: str) -> html.Div:
    """Where one types what is searched for."""
    box = dbc.Input(id=name, type="search", debounce=400, maxlength=200, autocomplete="off")
    return labelled(label, box, "sg-choice sg-search")
