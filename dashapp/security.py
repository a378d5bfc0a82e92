"""What every response carries, and what a visitor of the demo may not do."""

from __future__ import annotations

from flask import Flask, Response, abort, current_app, request
from flask_login import current_user

from .dashboard.callbacks import UPDATE
from .services import SERVICES

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
#: what a read-only visitor of the demo may send: their own way in and out, and reading by way of callbacks
OPEN_TO_DEMO = {
    "users.sign_out", "users.sign_in", "users.register", "public.demo", "connect.sign_up_page", "fake_services.proxy",
    "users.forgotten_password",
    "users.confirm_mail", "users.unsubscribe", "users.confirm_address", "users.reset_password",  # of who holds the link
    *(f"connect.{key}.sign_in" for key, service in SERVICES.items() if service.oauth and service.oauth.signs_in),
}  # fmt: skip
POLICY = (
    "default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; worker-src 'none'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def register(app: Flask) -> None:
    """Binds both to the app."""
    app.before_request(keep_demo_as_it_is)
    app.after_request(add_headers)


def keep_demo_as_it_is() -> None:
    """Visitors of the demo read; nothing of it changes."""
    if request.method in SAFE_METHODS or request.endpoint in OPEN_TO_DEMO:
        return
    reads = request.endpoint == UPDATE  # a callback of Dash, whatever its method
    if current_user.is_authenticated and current_user.is_demo and not reads:
        abort(403, "The demo is read-only: register to bring your own data.")


def add_headers(response: Response) -> Response:
    """Headers for all; what belongs to one user is not kept by any cache."""
    for name, value in headers(current_app).items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def headers(app: Flask) -> dict[str, str]:
    """The headers for all."""
    hashes = " ".join(app.extensions.get("csp_hashes", []))
    https = {"Strict-Transport-Security": "max-age=31536000"} if app.config["SECURE"] else {}
    return {"Content-Security-Policy": POLICY.format(hashes=hashes), **HEADERS, **https}
