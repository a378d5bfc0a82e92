"""The ways in that a service's page offers beside an upload: to connect it, or to name a public account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, render_template, url_for
from flask_login import current_user, login_required

from ..oauth.clients import ADDRESSES, is_set_up
from ..services import SERVICES, service_of
from ..services.providers import PROVIDERS, SIGNING_IN
from ..services.service import Field
from ..store import connections
from .views import blueprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways in of one service."""

    service: str
    connects: bool  # by OAuth, if the server is set up for it
    set_up: bool
    told: str = ""  # what connecting gives, and what not
    asks: Field | None = None  # what connecting asks for beforehand
    agrees: str = ""  # what somebody agrees to beforehand
    handle: Field | None = None  # of any public account
    connected: Sequence[Mapping[str, Any]] = field(default_factory=tuple)  # of this user


TOLD: Mapping[str, str] = {
    "github": "Sociogram reads your profile, your followers and what you write in public. It cannot change anything, "
    "and does not see private code.",
    "mastodon": "Sociogram reads your posts, followers and follows at your server. It cannot post.",
    "bluesky": "This shows that the account is yours. What is read is public; Sociogram cannot post.",
    "x": "Sociogram reads your profile. Posts and people cost money at X: none are read before you say so.",
    "facebook": "Facebook tells applications your name and little more. Posts and friends come with your export.",
    "linkedin": "LinkedIn tells applications your name and little more. Posts and connections come with your export.",
}
ASKS: Mapping[str, Field] = {
    "mastodon": Field(
        name="server",
        label="Your server or address",
        placeholder="example.social",
        help="Such as example.social.",
    ),
    "bluesky": Field(name="handle", label="Your handle", placeholder="ada.bsky.social"),
}
AGREES: Mapping[str, str] = {
    "x": "I know that X bills the people who run this server one cent ($0.010) for telling my name.",
}


def ways_of(service: str) -> Ways | None:
    """The ways in; None for what is no service."""
    if service not in PROVIDERS:
        return None
    mine = connections.connections(current_user.id) if current_user.is_authenticated else []
    return Ways(
        service=service,
        connects=service in PROVIDERS,
        set_up=is_set_up(service),
        told=TOLD[service],
        asks=ASKS.get(service),
        agrees=AGREES.get(service, ""),
        handle=handle.field if (handle := SERVICES[service].handle) else None,
        connected=tuple(row for row in mine if row["service"] == service),
    )


@blueprint.app_template_global("ways_of")
def template_ways(service: str) -> Ways | None:
    """For the page of a service."""
    return ways_of(service)


@blueprint.app_template_global("signing_in")
def signing_in() -> list[str]:
    """Services that may sign somebody in here."""
    return [service for service in SIGNING_IN if is_set_up(service)]


@blueprint.app_template_global("connects")
def connects(service: str) -> bool:
    """Whether the service can be connected here by OAuth."""
    return is_set_up(service)


@blueprint.app_template_global("asks_of")
def asks_of(service: str) -> Field | None:
    """What connecting the service asks for beforehand."""
    return ASKS.get(service)


# ---- for the people who run the server

PORTALS: Mapping[str, str] = {
    "github": "On GitHub, open Settings, then Developer settings, then OAuth Apps, and choose “New OAuth App”.",
    "x": "At console.x.com, create a project with an app, set up OAuth 2.0 as a “Web App”, and buy credits.",
    "facebook": "At developers.facebook.com, create an app and add the product “Facebook Login”.",
    "linkedin": "At linkedin.com/developers, create an app for your company page, and add the product “Sign In with "
    "LinkedIn using OpenID Connect”.",
}


@blueprint.get("/connect/<service>/set-up")
@login_required
def set_up_page(service: str) -> str:
    """How the people who run the server set a service up."""
    if service not in PROVIDERS:
        abort(404)
    names = [f"{service.upper()}_OAUTH_CLIENT_{part}" for part in ("ID", "SECRET")] if service in ADDRESSES else []
    return render_template(
        "connect/set_up.html",
        service=service,
        name=service_of(service).title,
        portal=PORTALS.get(service, ""),
        settings=[*names, "TOKEN_KEYS"],
        callback=url_for(f"connect.{service}.authorized", _external=True),
        done=is_set_up(service),
    )
