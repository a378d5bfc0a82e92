"""The ways in that a service's page offers beside an upload: to connect it, or to name a public account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, render_template, url_for
from flask_login import current_user, login_required

from ..oauth.clients import is_set_up
from ..services import SERVICES, service_of
from ..services.service import Handle, OAuth, Service
from ..store import connections
from ..store.rows import ConnectionRow
from .views import blueprint


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectOptions:
    """The ways in of one service."""

    oauth: OAuth | None
    is_set_up: bool  # the server, for OAuth
    handle: Handle | None
    connected: Sequence[ConnectionRow] = ()  # of this user


@blueprint.app_template_global("connect_options")
def connect_options(key: str) -> ConnectOptions | None:
    """The ways in; None where there are none beside an upload."""
    service = service_of(key)
    if service.oauth is None and service.handle is None:
        return None
    mine = connections.connections(current_user.id) if current_user.is_authenticated else []
    return ConnectOptions(
        oauth=service.oauth,
        is_set_up=is_set_up(key),
        handle=service.handle,
        connected=tuple(row for row in mine if row.service == key),
    )


@blueprint.app_template_global("signing_in")
def signing_in() -> list[Service]:
    """Services that may sign somebody in here."""
    return [service for key, service in SERVICES.items() if service.oauth and service.oauth.signs_in and is_set_up(key)]


# ---- for the people who run the server


@blueprint.get("/connect/<service>/set-up")
@login_required
def set_up_page(service: str) -> str:
    """How the people who run the server set a service up."""
    oauth = service_of(service).oauth or abort(404)
    return render_template(
        "connect/set_up.html",
        service=service,
        name=SERVICES[service].title,
        portal=oauth.portal,
        settings=[*SERVICES[service].client_settings, "TOKEN_KEYS"],
        callback=url_for(f"connect.{service}.authorized", _external=True),
        done=is_set_up(service),
    )
