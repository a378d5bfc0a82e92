"""Finds what the tests need beside Python, starts it where it does not run, runs a command, stops what it started.

`python -m tests.needs -- python -m pytest` gives pytest TEST_CHROMIUM, TEST_DATABASE_URL and TEST_REDIS_URL. Each is,
in this order: what the environment says; what is installed, or runs at its usual local port; a private server from
installed programs; the same after `apt-get install` (as root, on Debian or Ubuntu). For what could not be had,
TEST_..._MISSING says why, and the tests that ask for it are skipped with that reason.
"""

from __future__ import annotations

import functools
import getpass
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
POSTGRES_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
REDIS = ("redis-server", "valkey-server")
REDIS_DATABASES = 16  # what a server has unless it is told otherwise
START_SECONDS = 30
STOP_SECONDS = 20


class NeedError(Exception):
    """A need that cannot be met; the message says why."""


def say(text: str) -> None:
    """A line for whoever runs the tests."""
    print(f"needs: {text}", file=sys.stderr, flush=True)


# ---- Chromium


def installed_chromium() -> str | None:
    """The path of a browser that answers; on some systems the name on PATH only tells where to get one."""
    paths = [shutil.which(name) for name in CHROMIUM] + [MAC_CHROME if Path(MAC_CHROME).exists() else None]
    return next((path for path in paths if path and answers([path, "--version"])), None)


def playwright_chromium() -> str | None:
    """Playwright's own browser, downloaded if it is not there yet."""
    if not answers([sys.executable, "-m", "playwright", "install", "chromium"], seconds=600):
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if answers([path, "--version"]) else None


def chromium(_stack: ExitStack) -> str:
    """A browser's path."""
    given = os.environ.get("TEST_CHROMIUM")
    if given and not answers([given, "--version"]):
        raise NeedError(f"TEST_CHROMIUM={given} does not run")
    path = given or installed_chromium() or (apt_install("chromium") and installed_chromium()) or playwright_chromium()
    if not path:
        raise NeedError("no Chromium on PATH, and none could be installed")
    return path


# ---- Postgres


def libpq(url: str) -> str:
    """The address as libpq reads it, without SQLAlchemy's driver."""
    return re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", url)


def postgres_answers(url: str) -> bool:
    """Whether a server is there that lets us create databases."""
    import psycopg

    try:
        with psycopg.connect(libpq(url), connect_timeout=5) as connection:
            rights = connection.execute(
                "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error:
        return False
    return bool(rights and rights[0])


def running_postgres() -> str | None:
    """The server at the usual port, if it takes one of the usual names."""
    if not listens(5432):
        return None
    users = ("postgres:postgres", "postgres", getpass.getuser())
    urls = (f"postgresql://{user}@127.0.0.1:5432/postgres" for user in users)
    return next((url for url in urls if postgres_answers(url)), None)


def postgres_program(name: str) -> str | None:
    """The newest one; Debian keeps them off PATH."""
    found = [path for folder in POSTGRES_FOLDERS for path in Path("/").glob(f"{folder[1:]}/{name}")]
    newest = max(found, default=None, key=lambda path: [int(part) for part in re.findall(r"\d+", str(path))])
    return str(newest) if newest else shutil.which(name)


def private_postgres(stack: ExitStack) -> str | None:
    """A server of our own at a free port of the loopback, behind a password, in a folder that goes with it."""
    initdb, postgres = postgres_program("initdb"), postgres_program("postgres")
    if not initdb or not postgres:
        return None
    folder, port, password = server_folder(stack), free_port(), secrets.token_urlsafe(16)
    keep(folder / "password", password)
    cluster = ["-D", f"{folder}/data", "-U", "postgres", f"--pwfile={folder}/password", "--auth=scram-sha-256"]
    if not answers([initdb, *cluster, "-E", "UTF8", "--locale=C", "--no-sync"], seconds=120, folder=folder):
        return None
    options = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(folder),
        "fsync": "off",  # a crash may lose it all: nobody will miss it
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    command = [postgres, "-D", f"{folder}/data", *(f"--{name}={value}" for name, value in options.items())]
    url = f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
    # SIGINT is Postgres' fast shutdown; at SIGTERM it waits for clients
    return url if starts(stack, command, lambda: postgres_answers(url), folder=folder, stop=signal.SIGINT) else None


def postgres(stack: ExitStack) -> str:
    """A server's address; its user may create databases."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given and not postgres_answers(given):
        raise NeedError("at TEST_DATABASE_URL no Postgres answers that lets us create databases")
    url = (
        given
        or running_postgres()
        or private_postgres(stack)
        or (apt_install("postgresql") and private_postgres(stack))
    )
    if not url:
        raise NeedError("no Postgres at 127.0.0.1:5432 or TEST_DATABASE_URL, and none could be started or installed")
    return url


# ---- Redis


def redis_answers(url: str) -> bool:
    """Whether a Redis is there."""
    import redis

    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def running_redis() -> str | None:
    """The one at the usual port, unless somebody keeps something there: tests empty its databases."""
    import redis

    url = "redis://127.0.0.1:6379/0"
    if not listens(6379) or not redis_answers(url):
        return None
    with redis.Redis.from_url(url) as client:
        return None if client.info("keyspace") else url


def private_redis(stack: ExitStack) -> str | None:
    """A server of our own that saves nothing; its password stands in a file, where no `ps` shows it."""
    program = next(filter(None, map(shutil.which, REDIS)), None)
    if not program:
        return None
    folder, port, password = server_folder(stack), free_port(), secrets.token_urlsafe(16)
    settings = folder / "redis.conf"
    keep(settings, f'bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir {folder}\nsave ""\nappendonly no\n')
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    return url if starts(stack, [program, str(settings)], lambda: redis_answers(url), folder=folder) else None


def redis(stack: ExitStack) -> str:
    """A server's address; what is in its databases will be deleted, for each worker of the tests takes one."""
    given = os.environ.get("TEST_REDIS_URL")
    if given and not redis_answers(given):
        raise NeedError("at TEST_REDIS_URL no Redis answers")
    url = given or running_redis() or private_redis(stack) or (apt_install("redis-server") and private_redis(stack))
    if not url:
        raise NeedError("no Redis at 127.0.0.1:6379 or TEST_REDIS_URL, and none could be started or installed")
    return url


# ---- programs and servers


def answers(command: Sequence[str], *, seconds: float = 60, folder: Path | None = None) -> bool:
    """Whether a program ends well, in a server's folder as the server's user; says so where it does not."""
    where = {"cwd": folder, **server_account()} if folder else {}
    output: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    try:
        run = subprocess.run(command, timeout=seconds, env=clean_environment(), check=False, **output, **where)
    except (OSError, subprocess.SubprocessError) as error:
        say(f"{command[0]}: {error}")
        return False
    if run.returncode:
        say(f"{' '.join(command[:4])}: {' / '.join(run.stdout.strip().splitlines()[-2:])}")
    return not run.returncode


def starts(
    stack: ExitStack,
    command: Sequence[str],
    ready: Callable[[], bool],
    *,
    folder: Path,
    stop: signal.Signals = signal.SIGTERM,
) -> bool:
    """Starts a server that ends with the stack; whether it answers within START_SECONDS."""
    log = stack.enter_context((folder / "log").open("w+"))
    # a session of its own: Ctrl-C is for the tests, which still need the server to clean up
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        **server_account(),
    )
    stack.callback(end, process, stop)
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if ready():
            return True
        time.sleep(0.1)
    log.seek(0)
    say(f"{command[0]} does not answer: {' / '.join(log.read().strip().splitlines()[-2:])}")
    return False


def end(process: subprocess.Popen[Any], stop: signal.Signals = signal.SIGTERM) -> None:
    """Stops a server, gently first."""
    process.send_signal(stop)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def server_folder(stack: ExitStack) -> Path:
    """An empty folder of the server's user, gone with the stack."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sociogram-")))
    give(folder)
    return folder


def keep(path: Path, text: str) -> None:
    """A file that only the server's user reads."""
    path.touch(mode=0o600)
    path.write_text(text)
    give(path)


def give(path: Path) -> None:
    """Makes it the server user's own."""
    if who := server_account():
        os.chown(path, who["user"], who["group"])


def server_account() -> dict[str, Any]:
    """Whom a server runs as, for `subprocess`: Postgres refuses root, so then it is Debian's `postgres` or nobody."""
    if os.geteuid() != 0:
        return {}
    import pwd

    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def clean_environment() -> dict[str, str]:
    """Ours, less what would point Postgres' programs at another cluster."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def listens(port: int) -> bool:
    """Whether anything is at that port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """A port that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def apt_install(package: str) -> bool:
    """Whether Debian's package is installed now."""
    if os.geteuid() != 0 or not shutil.which("apt-get") or not Path("/etc/debian_version").exists():
        return False
    say(f"installing {package}")
    command = ["apt-get", "-o", "Dpkg::Use-Pty=0", "install", "-y", "--no-install-recommends", package]
    return apt_update() and answers(["env", "DEBIAN_FRONTEND=noninteractive", *command], seconds=900)


@functools.cache
def apt_update() -> bool:
    """Once: a new machine has no list of packages."""
    return answers(["apt-get", "update"], seconds=300)


# ---- the command

NEEDS: dict[str, Callable[[ExitStack], str]] = {
    "TEST_CHROMIUM": chromium,
    "TEST_DATABASE_URL": postgres,
    "TEST_REDIS_URL": redis,
}


def met(stack: ExitStack) -> dict[str, str]:
    """What the tests are told of each need."""
    told = {}
    for variable, find in NEEDS.items():
        try:
            told[variable] = find(stack)
            say(f"{variable} is {re.sub(r':[^:@/]*@', ':***@', told[variable])}")
        except NeedError as error:
            told |= {variable: "", f"{variable}_MISSING": str(error)}
            say(f"{variable} is missing: {error}")
    return told


def run(command: Sequence[str], told: dict[str, str]) -> int:
    """The command's exit status; signals are the command's to answer."""
    with subprocess.Popen(command, env=os.environ | told) as process:
        signal.signal(signal.SIGINT, lambda *_: None)  # a terminal sends it to the command too
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        status = process.wait()
    return status if status >= 0 else 128 - status


def main(arguments: Sequence[str]) -> int:
    """Meets the needs, runs the command, ends what was started."""
    if len(arguments) < 2 or arguments[0] != "--":
        say("usage: python -m tests.needs -- COMMAND [ARGUMENT...]")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as stack:
        return run(arguments[1:], met(stack))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
