"""A real SMTP server on loopback, which keeps what it gets, or answers as a test wants."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PUBLIC_URL = "https://sociogram.example.org"
SENDER = "Sociogram <sociogram@example.org>"


class Inbox:
    """What came, as hooks of aiosmtpd; `answers` say something else than yes to a command."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.signed_in: list[tuple[bytes, bytes]] = []
        self.answers: dict[str, str] = {}
        self.port = 0
        self.pause = 0.0  # seconds between taking a mail and saying so

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - of aiosmtpd
        """Takes a recipient, or does not."""
        if "RCPT" not in self.answers:
            envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Takes a mail, or does not; "break off" and "hang" take it without saying so."""
        answer = self.answers.get("DATA", "250 OK")
        if answer[0] not in "45":
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
            self.recipients += envelope.rcpt_tos
        await asyncio.sleep(self.pause)
        if answer == "break off":
            server.transport.abort()
        if answer == "hang":
            await asyncio.Event().wait()
        return answer

    def sign_in(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        """Takes any password but "wrong"."""
        self.signed_in.append((data.login, data.password))
        return AuthResult(success=data.password != b"wrong")


@contextmanager
def smtp_server(*, context: ssl.SSLContext | None = None, **options: Any) -> Iterator[Inbox]:
    """The server, until the end; with a context TLS from the beginning, as an option `tls_context` by STARTTLS."""
    inbox, loop = Inbox(), asyncio.new_event_loop()
    listening = loop.create_server(
        lambda: SMTP(
            inbox, hostname="mail.example", enable_SMTPUTF8=True, authenticator=inbox.sign_in, loop=loop, **options
        ),
        "127.0.0.1",
        0,
        ssl=context,
    )
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(listening, loop).result(timeout=60)
    inbox.port = server.sockets[0].getsockname()[1]
    try:
        yield inbox
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(timeout=60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=60)
        loop.close()


async def _end(server: asyncio.Server) -> None:
    """Closes what listens, and every connection."""
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def certificate(folder: Path, host: str) -> tuple[ssl.SSLContext, Path]:
    """TLS for a server of that name, and the file that makes clients believe it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    today = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(today - timedelta(days=1)).not_valid_after(today + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    signed = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file, both = folder / f"{host}.pem", folder / f"{host}-key.pem"
    file.write_bytes(signed)
    both.write_bytes(private + signed)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, file
