"""How gunicorn serves the app, on a laptop as on a host; the Procfile names this file."""

from __future__ import annotations

import gc
import math
import os
import socket
from typing import Any

from dashapp.settings import number, redis_url
from dashapp.try_counts import SHARED_MEMORY


def listen_at() -> str:
    """BIND_HOST:PORT. Without BIND_HOST every interface: what a host's router needs."""
    everywhere = "::" if socket.has_dualstack_ipv6() else "0.0.0.0"  # noqa: S104
    host = (os.environ.get("BIND_HOST") or everywhere).strip("[]")
    return f"{f'[{host}]' if ':' in host else host}:{os.environ.get('PORT') or 8000}"


bind = listen_at()
worker_class = "dashapp.gunicorn_worker.BufferingWorker"
has_jobs = not redis_url(os.environ)  # else they are Celery's
workers = number(os.environ, "WEB_CONCURRENCY", 2, least=1) + has_jobs
threads = 5
worker_connections = 800  # with files and database below the 1,024 that many systems let a process open
timeout = 20  # a heartbeat of the worker, not the limit of a request
jobs_timeout = 600  # of the one that runs imports: igraph lets none of its threads go on while it looks for communities
graceful_timeout = 15  # a dyno is killed 30 s after SIGTERM
keepalive = 95  # longer than the 90 s after which the router drops an idle connection
preload_app = True
max_requests = 2000
max_requests_jitter = 200
worker_tmp_dir = SHARED_MEMORY  # a heartbeat must not wait for a disk
control_socket_disable = True
accesslog = "-"
# the rule in place of the path, in which names stand, and no address of a user; none for files that are as they are
access_log_format = '"%(m)s %({sociogram.rule}e)s" %(s)s %(B)sB %(M)sms request_id=%({sociogram.request_id}e)s'


fakes: list[Any] = []  # the process of the fake services, if there is one


def on_starting(_server: Any) -> None:
    """Starts the fake services, if the settings want any, before workers inherit this process."""
    from dashapp import fake_services
    from dashapp.wsgi import server as app

    if app.config["FAKE_SERVICES"]:
        fakes.append(fake_services.start(app.config["FAKE_SERVICES"]))


def on_exit(_server: Any) -> None:
    """Ends them."""
    while fakes:
        fakes.pop().end()


def when_ready(server: Any) -> None:
    """Loads what workers share, and tells the person in front of it where to look."""
    from analytics.sentiment.model import trained

    trained()  # pages correct by its errors, and explain labels
    gc.collect()
    gc.freeze()  # what is loaded stays: no worker looks through it for garbage, which at its end takes it a second
    if os.environ.get("BIND_HOST"):
        server.log.info("Sociogram is ready: open %s (Ctrl-C stops it)", server.LISTENERS[0])


def pre_fork(server: Any, worker: Any) -> None:
    """One of the processes takes no requests, but runs imports and sends mails; if it dies, the next one does."""
    worker.has_jobs = has_jobs and not any(other.has_jobs for other in server.WORKERS.values())
    if worker.has_jobs:
        worker.age = math.inf  # gunicorn ends the oldest where there are too many
        last_beat = worker.tmp.last_update
        worker.tmp.last_update = lambda: last_beat() + jobs_timeout - timeout


def post_fork(server: Any, worker: Any) -> None:
    """Forgets the parent's connections without closing them: two processes on one connection mix their answers."""
    from dashapp.extensions import db
    from dashapp.wsgi import server as app

    with app.app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)
    if worker.has_jobs and server.num_workers > 1:  # `gunicorn --workers 1` asks for one process that does all
        for listener in worker.sockets:
            listener.close()
        worker.sockets = []


def post_worker_init(worker: Any) -> None:
    """Threads do not survive a fork, so imports run and mails go from here on."""
    from dashapp import imports, mail
    from dashapp.wsgi import server as app

    if worker.has_jobs:
        imports.give_way()
        imports.start(app)
        mail.start(app)


def worker_exit(_server: Any, _worker: Any) -> None:
    """Lets go of running imports, so that the next process takes them up at once."""
    from dashapp import imports, mail
    from dashapp.wsgi import server as app

    imports.stop(app)
    mail.stop(app)
