"""How often somebody may try. Checked before a password is hashed; nobody is locked out for longer than the window."""

from __future__ import annotations

import hmac
import re
from ipaddress import IPv6Address, ip_address, ip_network

from flask import current_app, request
from flask_limiter.util import get_remote_address
from flask_login import current_user

from ..extensions import limiter
from .rules import canonical


def client() -> str:
    """The visitor's address; of IPv6 the network, for everybody has 2^64 addresses of their own."""
    address = get_remote_address()
    try:
        parsed = ip_address(address)
    except ValueError:  # a server on a Unix socket
        return address
    return str(ip_network((parsed, 64), strict=False)) if isinstance(parsed, IPv6Address) else address


def address() -> str:
    """The e-mail address that is tried, unreadable in store and logs; without a valid one the visitor's."""
    tried = canonical(request.form.get("email") or str(getattr(current_user, "email", "")))
    return client() if tried is None else _unreadable(tried)


def mailbox() -> str:
    """The mailbox that a mail is asked for, likewise: ada+a@ and ada+b@ are one."""
    asked = canonical(request.form.get("address", ""))
    return client() if asked is None else _unreadable(re.sub(r"\+[^@]*@", "@", asked))


def _unreadable(text: str) -> str:
    return hmac.digest(current_app.config["SECRET_KEY"].encode(), text.encode(), "sha256").hex()


def user() -> str:
    """The signed-in user, else the visitor."""
    return str(current_user.id) if current_user.is_authenticated else client()


POST = ["POST"]
sign_in_by_client = limiter.limit("10 per 5 minutes", key_func=client, methods=POST)
register_by_client = limiter.shared_limit("10 per hour", scope="new users", key_func=client, methods=POST)
demo_by_client = limiter.limit("30 per hour", key_func=client, methods=POST)
connecting_by_user = limiter.limit("40 per hour", key_func=user, methods=POST)
oauth_sign_in_by_client = limiter.shared_limit("20 per 5 minutes", scope="elsewhere", key_func=client, methods=POST)
look_ups_by_client = limiter.limit("5 per minute; 20 per hour", key_func=client)  # those that ask a service
uploads_by_user = limiter.limit("30 per hour", key_func=user, methods=POST)
mails_by_user = limiter.limit("5 per day", key_func=user, methods=POST)  # those that ask to confirm an address
mails_by_client = limiter.limit("10 per day", key_func=client, methods=POST)
mails_by_mailbox = limiter.limit("3 per day", key_func=mailbox, methods=POST)
columns_by_user = limiter.limit("60 per hour", key_func=user)  # to show them reads the files
#: the ways to try a password on an address are counted together
tries_by_address = limiter.shared_limit(
    "10 per 5 minutes; 50 per hour", scope="address", key_func=address, methods=POST
)
tries_by_user = limiter.shared_limit("10 per 5 minutes", scope="own password", key_func=user, methods=POST)
