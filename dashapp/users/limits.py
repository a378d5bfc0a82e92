"""How often somebody may try. Checked before a password is hashed; nobody is locked out for longer than the window.

A password can be tried ten times in five minutes from one place, and twenty an hour, by whatever door. Beyond that a
place has so many tries for all names, and a name so many an hour from all places. Strangers use these two up: a browser
in which that user has signed in before has its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import request
from flask_limiter.util import get_remote_address
from flask_login import current_user

from ..client_network import network
from ..extensions import limiter
from ..signing import digest
from ..store.users import name_key, user_of_address
from . import devices, sessions
from .rules import canonical

View = Callable[..., Any]


def client() -> str:
    """The visitor's address, or network."""
    return network(get_remote_address())


def mailbox() -> str:
    """The mailbox that a mail is asked for, unreadable in store and logs: ada+a@ and ada+b@ are one."""
    return digest(re.sub(r"\+[^@]*@", "@", canonical(request.form.get("address", "")) or ""))


def browser_of_reader() -> str | None:
    """The number of this browser, if the user of that address has signed in here."""
    reader = user_of_address(canonical(request.form.get("address", "")) or "")
    return devices.known(reader.name if reader else "")  # in the same time whether there is one


def place_of_mail() -> str:
    """Where a mail is asked for: strangers at the place of who reads it use up nothing of theirs."""
    return browser_of_reader() or client()


def mailbox_from_here() -> str:
    """The mailbox, as one place asks for it."""
    return f"{place_of_mail()} {mailbox()}"


def mailbox_of_others() -> str:
    """The mailbox, but of a browser in which the user of that address has signed in."""
    return browser_of_reader() or mailbox()


def user() -> str:
    """The signed-in user, else the visitor."""
    return str(current_user.id) if current_user.is_authenticated else client()


POST = ["POST"]
FROM_HERE = "10 per 5 minutes; 20 per hour"  # less than a name has from everywhere: no single place uses that up
OF_A_PLACE = "20 per 5 minutes; 100 per hour"  # whatever the names: each try takes a processor and 19 MB for a moment
register_by_client = limiter.shared_limit("10 per hour", scope="new users", key_func=client, methods=POST)
demo_by_client = limiter.limit("30 per hour", key_func=client, methods=POST)
connecting_by_user = limiter.limit("40 per hour", key_func=user, methods=POST)
oauth_sign_in_by_client = limiter.shared_limit("20 per 5 minutes", scope="elsewhere", key_func=client, methods=POST)
look_ups_by_client = limiter.limit("5 per minute; 20 per hour", key_func=client)  # those that ask a service
shared_pages_by_client = limiter.shared_limit("60 per minute; 600 per hour", scope="shared pages", key_func=client)
whole_downloads_by_client = limiter.limit("3 per minute; 30 per hour", key_func=client)  # each holds a thread for long
sharing_by_user = limiter.limit("60 per hour", key_func=user, methods=POST)
uploads_by_user = limiter.limit("30 per hour", key_func=user, methods=POST)
columns_by_user = limiter.limit("60 per hour", key_func=user)  # to show them reads the files


def is_visitor() -> bool:
    """Whether nobody is signed in."""
    return not current_user.is_authenticated


# all are of hours, for those of hours would be counted before those of days: these are, the last line first
@limiter.shared_limit("10 per 24 hours", scope="mails", key_func=place_of_mail)
@limiter.shared_limit("5 per 24 hours", scope="mails of a user", key_func=user, exempt_when=is_visitor)
# for each kind of mail, as the next; a link to a new password is good for an hour: who is refused has one that works
@limiter.limit("3 per hour", key_func=mailbox_of_others)
@limiter.limit("3 per 24 hours", key_func=mailbox_from_here)  # first: no single place uses the others up
def count_mail() -> None:
    """Counts a mail that is asked for: to confirm an address, or for a new password."""


def _tries(name: Callable[[], str]) -> Callable[[View], View]:
    """Counts a try of the password of that name."""

    def here() -> str:
        return f"{client()} {digest(name_key(name()))}"

    def at_place() -> str:
        return devices.known(name()) or client()

    def of_name() -> str:
        return devices.known(name()) or digest(name_key(name()))

    def limited(view: View) -> View:
        # those of minutes are counted first, then these in their order: what one refuses uses up nothing of the next
        view = limiter.shared_limit(FROM_HERE, scope="password", key_func=here, methods=POST)(view)
        view = limiter.shared_limit(OF_A_PLACE, scope="passwords at a place", key_func=at_place, methods=POST)(view)
        return limiter.shared_limit("50 per hour", scope="passwords of a name", key_func=of_name, methods=POST)(view)

    return limited


def code_of() -> str:
    """Whose code is tried: who has shown the password, or is signed in."""
    waiting = sessions.asked()
    return str(waiting["owner"]) if waiting else user()


def tries_of_code(view: View) -> View:
    """Counts a try of a code. Only who knows the password can use these up."""
    view = limiter.shared_limit("50 per day", scope="codes", key_func=code_of, methods=POST)(view)
    return limiter.shared_limit("10 per 5 minutes", scope="code", key_func=code_of, methods=POST)(view)


tries_of_typed_name = _tries(lambda: request.form.get("name", ""))
_tries_of_own_name = _tries(lambda: getattr(current_user, "name", ""))
_tries_by_user = limiter.shared_limit("10 per 5 minutes", scope="own password", key_func=user, methods=POST)


def tries_of_own_password(view: View) -> View:
    """Counts a try of the password of who is signed in, with those at the door and from wherever they come."""
    return _tries_of_own_name(_tries_by_user(view))
