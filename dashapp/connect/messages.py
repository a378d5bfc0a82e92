"""What is said when connecting does not work out: what happened, and what to do next; no word of what was sent."""

from __future__ import annotations

from collections.abc import Mapping

from ..services import service_of

MESSAGES: Mapping[str, str] = {
    "denied": "You did not allow access at {service}, so nothing was connected. Try again if that was a slip.",
    "state": "This answer of {service} belongs to no question that this browser asked. Start again from this page.",
    "used": "This answer of {service} was taken already. If the account is not on your overview, start again from this "
    "page.",
    "expired": "That took longer than ten minutes, or was used already. Start again from this page.",
    "session": "Somebody else is signed in here than at the beginning. Start again from this page.",
    "code": "{service} no longer accepts its answer: it was used already, or too old. Start again from this page.",
    "scope": "{service} did not give the permissions that reading needs. Start again and leave all of them on.",
    "down": "{service} does not answer as it should. Try again in a few minutes.",
    "busy": "Many servers are being asked right now. Try again in a few seconds.",
    "failed": "{service} refused, and did not say why. Try again in a few minutes.",
    "client": "{service} does not know this site, or not with that secret. Tell the people who run this server.",
    "forgotten": "The server had forgotten this site. Start again from this page: it introduces itself anew.",
    "not-set-up": "{service} is not set up on this server. Bring the account by its handle or its export.",
    "local": "Bluesky lets a site on one's own machine connect only by its number: open it at http://127.0.0.1.",
    "name": "Open this site by its usual address. If this is it, the people who run this server have to set "
    "TRUSTED_HOSTS.",
    "taken": "This {service} account signs in somebody else here: it is read for you, but does not sign you in.",
    "sign-up": "Signing up took longer than ten minutes. Choose “Sign in with {service}” again.",
    "known": "This {service} account signs somebody in already: choose “Sign in with {service}”.",
    "last-way": "This is the only way in to your account. Set a password first, or add another way.",
}
NAMES_OF_DENIAL = frozenset({"access_denied", "user_cancelled_login", "user_cancelled_authorize", "consent_required"})


def message(reason: str, service: str) -> str:
    """What is said for a reason."""
    return MESSAGES[reason].format(service=service_of(service).title)


def reason_of(error: str) -> str:
    """The reason behind an error that a service sent back with the browser."""
    known = {"temporarily_unavailable": "down", "server_error": "down", "invalid_scope": "scope"}
    return "denied" if error in NAMES_OF_DENIAL else known.get(error, "failed")
