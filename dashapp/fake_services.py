"""Fake services in the place of real ones: the process they run in, and how a browser reaches their pages.

They stand among the tests (`tests/services/fakes/demo_world`) and listen on this machine alone. A browser elsewhere
gets the one page of each that it needs, where somebody allows or denies, passed on by the application.
"""

from __future__ import annotations

import importlib
import os
import signal
import socket
import threading
from collections.abc import Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urlsplit

import click
import requests
from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from .extensions import csrf
from .services import SERVICES
from .services.errors import ServiceError
from .services.net.ssrf import GuardedAdapter
from .settings import (
    FAKE_DATABASE,
    FAKES,
    FIRST_FAKE_PORT,
    FIRST_FAKE_PORTS,
    NAMED_BY_USERS,
    fake_ports,
    fake_url,
    faked,
)

FAKES_MODULE = "tests.services.fakes.demo_world"
CAP = 1_000_000  # bytes of a page
#: where each service asks whether somebody allows; nothing else of them is passed on
PAGES: Mapping[str, str] = {key: service.oauth.fake_page for key, service in SERVICES.items() if service.oauth}
NOT_THERE = "The fake services do not answer. Start the server again."
TAKEN = "The fake services cannot listen at port {port} ({why}): name the first of {number} free ports, as in {how}."

blueprint = Blueprint("fake_services", __name__)


def register(app: Flask) -> None:
    """Tells the templates, and adds the pages where there are fakes."""
    app.jinja_env.globals["fake_services"] = bool(app.config["FAKE_SERVICES"])
    if app.config["FAKE_SERVICES"]:
        app.register_blueprint(blueprint)


# ---- in the browser


@blueprint.get("/fake")
def index() -> str:
    """Whom somebody can connect, and what they have to type."""
    ports = current_app.config["FAKE_SERVICES"]
    return render_template("fake_services.html", mastodon=urlsplit(fake_url(ports["mastodon"])).netloc)


def proxied_url(address: str) -> str:
    """The address of a service's page, as every browser reaches it."""
    service, parts = _service_at(address), urlsplit(address)
    if service is None:
        return address
    port = current_app.config["FAKE_SERVICES"][service]
    return f"{url_for('fake_services.proxy', port=port, path=parts.path.lstrip('/'))}?{parts.query}"


def _service_at(address: str) -> str | None:
    ports = current_app.config["FAKE_SERVICES"].items()
    return next((service for service, port in ports if address.startswith(f"{fake_url(port)}/")), None)


@blueprint.route("/fake/<int:port>/<path:path>", methods=["GET", "POST"])
@csrf.exempt  # the form is the service's, and changes nothing here
def proxy(port: int, path: str) -> ResponseReturnValue:
    """A fake's page; no cookie goes there or comes from there."""
    service = next((name for name, at in current_app.config["FAKE_SERVICES"].items() if at == port), "")
    if PAGES.get(service) != path:
        abort(404)
    answer = _asked(f"{fake_url(port)}/{path}")
    there = answer.headers.get("Location", "")
    if there and urlsplit(there).netloc != request.host:
        abort(404)
    return redirect(there) if there else Response(answer.content, answer.status_code, mimetype="text/html")


def _asked(url: str) -> requests.Response:
    """What the fake answers to the request at hand."""
    params, data = list(request.args.items(multi=True)), list(request.form.items(multi=True))
    asked = requests.Request(request.method, url, params=params, data=data)
    with closing(GuardedAdapter(cap=CAP)) as adapter:
        try:
            return adapter.send(asked.prepare())
        except requests.RequestException as error:
            raise ServiceError(NOT_THERE) from error


# ---- where they run


@click.command("fake-services")
@click.option(
    "--port",
    "first",
    type=click.IntRange(FIRST_FAKE_PORTS[0], FIRST_FAKE_PORTS[-1]),
    default=FIRST_FAKE_PORT,
    show_default=True,
    help=f"The first of their {len(FAKES)} ports.",
)
def fake_services_command(first: int) -> None:
    """Runs fake services until Ctrl-C, and prints the settings with which another Sociogram reads them."""
    ports = fake_ports({"FAKE_SERVICES": str(first)})
    with ExitStack() as stack:
        try:
            sockets = listen(ports, stack, how="--port 8201")
        except OSError as error:
            raise click.ClickException(str(error)) from error
        for line in exports(ports):
            click.echo(line)
        with suppress(KeyboardInterrupt):
            _fakes().serve(sockets)


def exports(ports: Mapping[str, int]) -> list[str]:
    """Lines for a shell, in which Sociogram then reads the fakes, into a database of their own."""
    hosts = ",".join(fake_url(ports[service]) for service in NAMED_BY_USERS)
    faked_settings = {**faked(ports), "PRIVATE_HOSTS": hosts, "DATABASE_URL": f"sqlite:///{FAKE_DATABASE}"}
    server = f"127.0.0.1:{ports['mastodon']}"
    remark = f"# Mastodon's server is {server}, a handle at Bluesky ada.example.social. Ctrl-C ends all."
    return [*(f"export {name}={value}" for name, value in faked_settings.items()), remark]


def listen(ports: Mapping[str, int], stack: ExitStack, *, how: str) -> dict[str, socket.socket]:
    """A socket for each fake, closed with the stack. Raises `OSError` with a sentence."""
    return {service: stack.enter_context(_listening(port, how)) for service, port in ports.items()}


def _listening(port: int, how: str) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise OSError(TAKEN.format(port=port, why=os.strerror(error.errno or 0), number=len(FAKES), how=how)) from error


def _fakes() -> Any:
    """Loaded only when wanted: it is no part of a server that reads real services."""
    return importlib.import_module(FAKES_MODULE)


@dataclass(frozen=True, slots=True)
class FakeProcess:
    """The process of the fakes."""

    pid: int
    held: int  # it ends when nobody has this open any more, whatever became of the server

    def end(self) -> None:
        """Ends it."""
        os.close(self.held)
        with suppress(ChildProcessError, ProcessLookupError):  # gunicorn may have found it ended
            os.kill(self.pid, signal.SIGTERM)
            os.waitpid(self.pid, 0)


def start(ports: Mapping[str, int]) -> FakeProcess:
    """Starts the fakes in a process of their own, which shares the memory of this one. Exits if a port is taken."""
    with ExitStack() as stack:
        try:
            sockets = listen(ports, stack, how="FAKE_SERVICES=8201")
        except OSError as error:
            raise SystemExit(str(error)) from error
        watched, held = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(held)
            _run(sockets, watched)
        os.close(watched)
    return FakeProcess(pid, held)


def _run(sockets: Mapping[str, socket.socket], watched: int) -> NoReturn:
    """Serves until the server is gone; Ctrl-C is for the server to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(watched,), daemon=True).start()
    try:
        _fakes().serve(sockets)
    finally:
        os._exit(1)


def _watch(watched: int) -> NoReturn:
    os.read(watched, 1)
    os._exit(0)
