"""What can be connected."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from ...services import SERVICES
from ...services.service import Service
from ..components.boxes import section


def section_of(connected: set[str]) -> html.Section:
    """A card for each service that is not connected yet, and links to add more of the others."""
    waiting = [service for key, service in SERVICES.items() if key not in connected]
    cards = html.Ul([_card(service) for service in waiting], className="sg-connect")
    others = [service for key, service in SERVICES.items() if key in connected]
    return section("Connect an account", "connect", cards, _another(others))


def _card(service: Service) -> html.Li:
    link = html.A(_label(service), href=f"/connect/{service.key}", className="btn btn-outline-secondary btn-sm")
    return html.Li([html.H3(service.title), html.P(_way(service)), link], className="sg-card sg-connect-card")


def _way(service: Service) -> str:
    if service.upload and service.upload.any_service:
        return "With tables of posts, people or ties."
    ways = {
        "by connecting it": service.oauth,
        "by its public handle": service.handle,
        "with its data export": service.upload,
    }
    *others, last = [words for words, ability in ways.items() if ability]
    sentence = f"{', '.join(others)}, or {last}" if others else last
    return f"{sentence[0].upper()}{sentence[1:]}."


def _label(service: Service) -> str:
    if service.upload and service.upload.any_service:
        return service.upload.heading
    return f"Connect {service.title} account"


def _another(services: list[Service]) -> Component | None:
    if not services:
        return None
    links = [html.A(service.title, href=f"/connect/{service.key}") for service in services]
    spaced = [part for link in links for part in (link, " · ")][:-1]
    return html.P(["One more account of: ", *spaced], className="sg-remark")
