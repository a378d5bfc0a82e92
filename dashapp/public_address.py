"""Whether this server has an address that all the internet knows."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import current_app

from .services.net.ssrf import is_public

_INTERNAL = (".localhost", ".local", ".lan", ".internal", ".home.arpa")  # names that only networks of their own know


def is_reachable() -> bool:
    """Whether a page of another host may fetch from here: by https, and under a name or number of the internet."""
    parts = urlsplit(current_app.config["PUBLIC_URL"] or "")
    host = parts.hostname or ""
    try:
        public = is_public(str(ip_address(host)))
    except ValueError:
        public = "." in host and not host.endswith(_INTERNAL)
    return parts.scheme == "https" and public
