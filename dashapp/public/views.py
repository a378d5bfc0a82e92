"""The landing page, the demo's door, and what a host asks: is it alive, is it ready, which version."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from ..dashboard.components.numbers import plural
from ..extensions import limiter
from ..page_paths import ALL_SERVICES
from ..services import SERVICES
from ..store.database import reading
from ..store.users import demo_user
from ..theme import chosen_theme, current_theme
from ..users import audit, limits, sessions

blueprint = Blueprint("public", __name__)
logger = logging.getLogger(__name__)


@blueprint.app_context_processor
def context() -> dict[str, Any]:
    """What every template may ask."""
    return {"chosen_theme": chosen_theme, "current_theme": current_theme, "plural": plural}


@blueprint.get("/")
def landing() -> str:
    """What this is, and the ways in."""
    services = [service for service in SERVICES.values() if service.tells]
    return render_template("public/landing.html", has_demo=demo_user() is not None, services=services)


@blueprint.post("/demo")
@limits.demo_by_client
def demo() -> ResponseReturnValue:
    """Signs a visitor in as the demo's read-only user, who first sees all its people in one picture."""
    owner = demo_user()
    if owner is None:
        abort(404)
    sessions.begin(owner)
    audit.log("demo", owner)
    return redirect(ALL_SERVICES, 303)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The process answers; asks nobody else."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """The database answers too; 503 tells a host to send nobody here. Without Redis nobody needs to be sent away."""
    try:
        with reading() as session:
            session.connection()  # a new one, or one of the pool that a ping found alive
    except SQLAlchemyError:
        logger.exception("not ready: the database does not answer")
        return {"status": "unavailable", "reason": "database"}, 503
    if limiter.enabled and not limiter.storage.check():
        return {"status": "ready", "away": "redis"}
    return {"status": "ready"}


@blueprint.get("/version")
def version() -> ResponseReturnValue:
    """Which commit runs."""
    return {"version": current_app.config["GIT_SHA"]}


@blueprint.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    """Where browsers look for it by themselves."""
    return current_app.send_static_file("favicon.ico")
