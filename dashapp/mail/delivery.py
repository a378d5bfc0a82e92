"""Handing a mail to the mail server that the settings name."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from flask import current_app

TIMEOUT = 10  # seconds that the mail server may take for an answer
PORTS = {"smtps": 465, "smtp": 587, "plain": 25}
PERMANENT = 500


class NotDeliveredError(Exception):
    """The mail server did not take a mail; the message names no address, for it goes to the log."""

    def __init__(self, error: OSError | ValueError, *, is_permanent: bool = False) -> None:
        code = getattr(error, "smtp_code", "")
        super().__init__(f"{type(error).__name__} {code}".strip())
        self.is_permanent = is_permanent  # whether it must not be tried again


def deliver(message: EmailMessage) -> None:
    """Hands it over. Raises `NotDeliveredError`."""
    try:
        server = _connected()
    except (OSError, ValueError) as error:  # as are all errors of smtplib and ssl, and of what they cannot encode
        raise NotDeliveredError(error) from None
    try:
        server.send_message(message)
        with suppress(OSError):  # it has the mail: how it says goodbye does not matter
            server.quit()
    except smtplib.SMTPRecipientsRefused as error:
        is_unknown = any(code >= PERMANENT for code, _ in error.recipients.values())  # nobody is there
        raise NotDeliveredError(error, is_permanent=is_unknown) from None
    except (smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError) as error:
        raise NotDeliveredError(error) from None
    except (OSError, ValueError) as error:  # the connection broke when it may have had it already
        raise NotDeliveredError(error, is_permanent=True) from None
    finally:
        server.close()


def _connected() -> smtplib.SMTP:
    """A connection on which mail can be sent; encrypted, unless the settings say otherwise."""
    to = urlsplit(current_app.config["MAIL_URL"])
    scheme = "plain" if to.query else to.scheme
    host, port, context = to.hostname or "", to.port or PORTS[scheme], ssl.create_default_context()
    called = urlsplit(current_app.config["PUBLIC_URL"]).hostname  # else a look-up finds a name, which may take long
    if scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, called, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, port, called, timeout=TIMEOUT)
    try:
        if scheme == "smtp":
            server.starttls(context=context)
        if to.username:
            server.login(unquote(to.username), unquote(to.password or ""))
    except (OSError, ValueError):
        server.close()
        raise
    return server
