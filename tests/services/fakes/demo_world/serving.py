"""The town's services, each at a socket of its own, in one process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

from ..oauth import Quiet
from . import bluesky, github, mastodon, others

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

SERVICES: Mapping[str, Callable[[str], WSGIApplication]] = {
    "github": lambda _host: github.application(),
    "mastodon": mastodon.application,
    "bluesky": lambda _host: bluesky.application(),
    "x": lambda _host: others.x_application(),
    "facebook": lambda _host: others.facebook_application(),
    "linkedin": lambda _host: others.linkedin_application(),
}


def applications(hosts: Mapping[str, str]) -> dict[str, WSGIApplication]:
    """Each service as it is at its `host:port`."""
    return {service: SERVICES[service](host) for service, host in hosts.items()}


def serve(sockets: Mapping[str, socket.socket]) -> None:
    """Serves all of them until the process ends."""
    hosts = {service: "{}:{}".format(*listening.getsockname()) for service, listening in sockets.items()}
    made = applications(hosts)
    threads = [threading.Thread(target=_serve, args=(sockets[service], made[service])) for service in sockets]
    for thread in threads:
        thread.daemon = True
        thread.start()
    for thread in threads:
        thread.join()


def _serve(listening: socket.socket, app: WSGIApplication) -> None:
    host, port = listening.getsockname()
    server = make_server(host, port, app, threaded=True, request_handler=Quiet, fd=listening.fileno())
    server.serve_forever()
