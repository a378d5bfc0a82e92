"""Handing mails to a real SMTP server: only encrypted unless told otherwise, and what goes wrong is told apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from dashapp.mail import delivery
from dashapp.mail.delivery import NotDeliveredError, deliver
from dashapp.mail.messages import confirmation

from .smtp_server import Inbox, certificate, smtp_server

pytestmark = pytest.mark.server
ADA = "ada@mail.example"


def send(to: str = ADA) -> None:
    """Some mail."""
    deliver(confirmation(1, to))


def failure() -> NotDeliveredError:
    """How it does not go."""
    with pytest.raises(NotDeliveredError) as error:
        send()
    return error.value


def test_a_mail_arrives_as_text_and_html(inbox: Inbox) -> None:
    send()

    [mail] = inbox.mails
    assert inbox.recipients == [ADA]
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "https://sociogram.example.org/mail/confirm?token=" in mail.get_body(("plain",)).get_content()


def test_an_address_in_another_script_is_written_to(inbox: Inbox) -> None:
    send("ådå@mail.example")

    assert inbox.recipients == ["ådå@mail.example"]


def test_a_domain_in_another_script_is_written_as_every_server_takes_it(app: Flask, inbox: Inbox) -> None:
    app.config["MAIL_FROM"] = "Ådå <post@måil.example>"
    send("ada@måil.example")

    [mail] = inbox.mails
    assert mail["From"] == "Ådå <post@xn--mil-ula.example>"
    assert inbox.recipients == ["ada@xn--mil-ula.example"]


def test_a_password_that_cannot_be_sent_is_no_mail_gone(app: Flask) -> None:
    with smtp_server(auth_require_tls=False) as inbox:
        app.config["MAIL_URL"] = f"smtp://ada:p%C3%A4ss@127.0.0.1:{inbox.port}?tls=no"
        error = failure()

    assert not error.is_permanent
    assert str(error) == "UnicodeEncodeError"


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_user_and_password_go_over_tls(
    app: Flask, scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, believed = certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(believed))
    options = {"context": context, "auth_require_tls": False} if scheme == "smtps" else {"tls_context": context}
    with smtp_server(**options) as inbox:
        app.config["MAIL_URL"] = f"{scheme}://ada:p%40ss@localhost:{inbox.port}"
        send()

    assert len(inbox.mails) == 1
    assert inbox.signed_in == [(b"ada", b"p@ss")]


def test_who_has_not_the_certificate_of_the_host_is_told_nothing(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, believed = certificate(tmp_path, "other.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(believed))
    with smtp_server(tls_context=context) as inbox:
        app.config["MAIL_URL"] = f"smtp://ada:secret@localhost:{inbox.port}"
        error = failure()

    assert not error.is_permanent
    assert "SSLCertVerificationError" in str(error)
    assert (inbox.mails, inbox.signed_in) == ([], [])


def test_a_server_without_tls_gets_nothing_unless_the_settings_say_so(app: Flask, inbox: Inbox) -> None:
    app.config["MAIL_URL"] = f"smtp://ada:secret@127.0.0.1:{inbox.port}"

    assert "SMTPNotSupportedError" in str(failure())
    assert (inbox.mails, inbox.signed_in) == ([], [])


@pytest.mark.parametrize(
    ("command", "answer", "is_permanent"),
    [
        ("RCPT", "450 later", False),
        ("RCPT", f"550 <{ADA}> is nobody", True),
        ("DATA", "451 later", False),
        ("DATA", "554 no", False),
    ],
)
def test_what_the_server_refuses_is_tried_again_unless_nobody_is_there(
    inbox: Inbox, command: str, answer: str, is_permanent: bool
) -> None:
    inbox.answers[command] = answer

    error = failure()

    assert error.is_permanent == is_permanent
    assert ADA not in str(error)  # it goes to the log


@pytest.mark.parametrize("answer", ["break off", "hang"])
def test_what_the_server_took_without_saying_so_is_not_tried_again(
    inbox: Inbox, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.answers["DATA"] = answer
    monkeypatch.setattr(delivery, "TIMEOUT", 2)

    assert failure().is_permanent
    assert len(inbox.mails) == 1


def test_nobody_who_listens_is_no_mail_gone(inbox: Inbox, app: Flask) -> None:
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9?tls=no"

    error = failure()

    assert not error.is_permanent
    assert "ConnectionRefusedError" in str(error)
