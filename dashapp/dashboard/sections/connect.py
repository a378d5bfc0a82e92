"""What can be connected."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from ...connect.refresh import PUBLIC
from ...connect.services import SERVICES, title
from ..components.empty import section


def section_of(connected: set[str]) -> html.Section:
    """A card for each service that is not connected yet, and links to add more of the others."""
    waiting = [name for name in SERVICES if name not in connected]
    cards = html.Ul([_card(name) for name in waiting], className="sg-connect")
    return section("Connect an account", "connect", cards, _another([name for name in SERVICES if name in connected]))


def _card(name: str) -> html.Li:
    link = html.A(_label(name), href=f"/connect/{name}", className="btn btn-outline-secondary btn-sm")
    return html.Li([html.H3(title(name)), html.P(_way(name)), link], className="sg-card sg-connect-card")


def _way(name: str) -> str:
    if name == "csv":
        return "With tables of posts, people or ties."
    if name in PUBLIC:
        return "By connecting it, by its public handle, or with its data export."
    return "By connecting it, or with its data export."


def _label(name: str) -> str:
    return "Bring your own data" if name == "csv" else f"Connect {title(name)} account"


def _another(names: list[str]) -> Component | None:
    if not names:
        return None
    links = [html.A(title(name), href=f"/connect/{name}") for name in names]
    spaced = [part for link in links for part in (link, " · ")][:-1]
    return html.P(["One more account of: ", *spaced], className="sg-remark")
