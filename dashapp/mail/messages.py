"""The mails that are sent, as text and HTML: nothing is loaded from anywhere, and nothing tells who read them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid, parseaddr
from typing import Any
from urllib.parse import urlsplit

from email_validator import validate_email
from flask import current_app

from ..store.rows import WeeklyMailRow
from . import links
from .week import Week

#: folding would tear the addresses of links in headers; 8 bit is not for every server
POLICY = SMTP.clone(max_line_length=900, cte_type="7bit")


def confirmation(owner: int, address: str) -> EmailMessage:
    """The question whether somebody wants the mails there."""
    return _message(
        address, "Confirm your weekly e-mail from Sociogram", "confirm", url=links.link("confirm", owner, address)
    )


def address_confirmation(address: str, name: str, url: str) -> EmailMessage:
    """The question whether an address is that of who is called so here."""
    return _message(address, "Confirm your address for Sociogram", "address", name=name, url=url)


def new_password(address: str, name: str, url: str) -> EmailMessage:
    """The way to a new password, which tells the name as well."""
    return _message(address, "Your name and a new password for Sociogram", "new_password", name=name, url=url)


def weekly(row: WeeklyMailRow, week: Week) -> EmailMessage:
    """The mail of a week. Mail programs show a button to end it (RFC 8058)."""
    stop = links.link("unsubscribe", row.owner_id, row.address)
    message = _message(row.address, week.subject, "weekly", week=week, unsubscribe=stop, page=links.page)
    message["List-Unsubscribe"] = f"<{stop}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def _message(to: str, subject: str, template: str, **told: Any) -> EmailMessage:
    message = EmailMessage(policy=POLICY)
    message["From"] = _with_ascii_domain(current_app.config["MAIL_FROM"])
    message["To"] = _with_ascii_domain(to)
    message["Subject"] = subject
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = make_msgid(domain=urlsplit(current_app.config["PUBLIC_URL"]).hostname)
    message["Auto-Submitted"] = "auto-generated"  # so that nobody's absence is answered
    message.set_content(_rendered(f"{template}.txt", told))
    message.add_alternative(_rendered(f"{template}.html", told), subtype="html")
    return message


def _with_ascii_domain(mailbox: str) -> str:
    """The address, beside a name or not, as every mail server takes it; before the @ there is no other spelling."""
    address = parseaddr(mailbox)[1]
    checked = validate_email(address, check_deliverability=False, globally_deliverable=False)
    return mailbox.replace(address, checked.ascii_email or checked.normalized)


def _rendered(template: str, told: dict[str, Any]) -> str:
    """Without `render_template`, which asks who is signed in: nobody is, where mails are sent."""
    return current_app.jinja_env.get_template(f"mail/{template}").render(told)
