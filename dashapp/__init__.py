"""Sociogram: analytics for social accounts."""

from __future__ import annotations

import logging

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from . import models, process_memory
from .extensions import csrf, db, limiter, login_manager, migrate
from .request_body import WholeRequest
from .settings import ROOT, Config, config_from

__all__ = ["create_app", "models"]


def create_app(config: Config | None = None) -> Flask:
    """The server with everything mounted; assembles, decides nothing."""
    from .cli import register as register_commands
    from .compression import register as register_compression
    from .connect import blueprint as connect
    from .dashboard import add_dashboard, register_guard
    from .dashboard.downloads import blueprint as downloads
    from .dashboard.gephi_lite import blueprint as gephi_lite
    from .dashboard.reanalysis import blueprint as reanalysis
    from .errors import register as register_errors
    from .fake_services import register as register_fake_services
    from .help import blueprint as help_pages
    from .public import blueprint as public
    from .request_log import register as register_request_log
    from .security import register as register_security
    from .sharing import own_pages, shared_pages
    from .store.users import signed_in
    from .users import blueprint as users

    process_memory.bound()
    app = Flask(
        __name__, static_folder=str(ROOT / "assets"), static_url_path="/assets", instance_path=str(ROOT / "instance")
    )
    app.request_class = WholeRequest
    app.config.from_object(config or config_from())
    quiet_loggers()
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=app.config["PROXY_HOPS"], x_proto=app.config["PROXY_HOPS"], x_host=0)  # type: ignore[method-assign]
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    login_manager.init_app(app)
    login_manager.user_loader(signed_in)
    login_manager.login_view = "users.sign_in"
    login_manager.session_protection = "basic"  # "strong" would sign out whoever changes their network
    register_guard(app)  # before CSRF: an ended session is 401, not a bad token
    csrf.init_app(app)
    limiter.init_app(app)
    register_request_log(app)
    register_security(app)
    register_compression(app)
    register_errors(app)
    register_commands(app)
    pages = (public, help_pages, users, connect, downloads, gephi_lite, reanalysis, own_pages, shared_pages)
    for blueprint in pages:
        app.register_blueprint(blueprint)
    register_fake_services(app)
    app.extensions["dashboard"] = add_dashboard(app)
    return app


def quiet_loggers() -> None:
    """At DEBUG these print client secrets, states and verifiers, whatever the root level is."""
    for name in ("flask_dance", "requests_oauthlib", "oauthlib", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)
