"""Fake services in the place of real ones: their settings, what a browser reaches of them, and the command."""

from __future__ import annotations

import ast
import re
import shutil
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from flask import Flask
from packaging.utils import canonicalize_name

from dashapp import create_app, fake_services, settings
from dashapp.connect.oauth_views import redirect_page
from dashapp.fake_services import PAGES, exports, fake_services_command, proxied_url
from dashapp.services import SERVICES
from dashapp.settings import (
    ADDRESSES,
    CLIENTS,
    FAKES,
    DevConfig,
    ProdConfig,
    ReviewConfig,
    SettingsError,
    TestConfig,
)
from tests.conftest import close
from tests.services.servers import Reply, Scripted, free_ports, serving

pytestmark = pytest.mark.server

ROOT = Path(__file__).resolve().parent.parent
PORTS = {key: port for port, key in enumerate(FAKES, 8101)}
PROD = {"SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz", "DATABASE_URL": "postgres://db.example.social/sociogram"}
BANNER = "Fake services: nothing here is real"
ALLOW = f"/fake/8101/{PAGES['github']}"


# ---- settings


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of its own for what settings write beside the code."""
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize("value", ["", "0"])
def test_without_the_setting_all_services_are_real(value: str) -> None:
    config = TestConfig({"FAKE_SERVICES": value})

    assert config.FAKE_SERVICES == {}
    assert {name: getattr(config, name) for name in ADDRESSES} == dict(ADDRESSES)
    assert config.PRIVATE_HOSTS == []


def test_fakes_stand_in_the_place_of_all_services() -> None:
    config = TestConfig({"FAKE_SERVICES": "1"})

    assert config.FAKE_SERVICES == PORTS
    assert {getattr(config, name) for name in ADDRESSES} == {
        f"http://127.0.0.1:{port}" for service, port in PORTS.items() if service != "mastodon"
    }
    assert all(getattr(config, name) for name in CLIENTS)
    assert config.PRIVATE_HOSTS == ["http://127.0.0.1:8102", "http://127.0.0.1:8103"]


def test_nothing_real_is_used_beside_fakes() -> None:
    real = dict.fromkeys((*ADDRESSES, *CLIENTS, "GITHUB_TOKEN"), "https://real.example")

    config = TestConfig({"FAKE_SERVICES": "1", **real})

    assert not [name for name in real if "real" in getattr(config, name)]


def test_the_operators_own_hosts_stay_beside_fakes() -> None:
    config = TestConfig({"FAKE_SERVICES": "1", "PRIVATE_HOSTS": "https://social.example.internal"})

    assert config.PRIVATE_HOSTS[0] == "https://social.example.internal"
    assert len(config.PRIVATE_HOSTS) == 3


def test_a_laptop_keeps_what_is_invented_apart(root: Path) -> None:
    real, invented = DevConfig({}), DevConfig({"FAKE_SERVICES": "1"})

    assert real.SQLALCHEMY_DATABASE_URI.endswith("/instance/sociogram.sqlite")
    assert invented.SQLALCHEMY_DATABASE_URI.endswith("/instance/fake-services.sqlite")


def test_the_ports_may_be_others() -> None:
    config = TestConfig({"FAKE_SERVICES": "8201"})

    assert list(config.FAKE_SERVICES.values()) == list(range(8201, 8201 + len(FAKES)))
    assert config.GITHUB_URL == "http://127.0.0.1:8201"


@pytest.mark.parametrize("value", ["2", "80", "1023", "65531", "70000", "yes"])
def test_a_port_that_is_none_stops_the_start(value: str) -> None:
    with pytest.raises(SettingsError, match=r"^FAKE_SERVICES="):
        TestConfig({"FAKE_SERVICES": value})


@pytest.mark.parametrize("value", ["1", "8201"])
def test_production_refuses_fakes(value: str) -> None:
    with pytest.raises(SettingsError, match="FAKE_SERVICES is set: take it away in production"):
        ProdConfig({**PROD, "FAKE_SERVICES": value})


@pytest.mark.parametrize("environ", [{}, {"FAKE_SERVICES": ""}, {"FAKE_SERVICES": "1"}])
def test_a_review_app_is_production_with_fakes(environ: dict[str, str]) -> None:
    config = ReviewConfig({**PROD, **environ})

    assert config.FAKE_SERVICES == PORTS
    assert (config.SECURE, config.SESSION_COOKIE_NAME) == (True, "__Host-session")


def test_a_review_app_needs_a_real_secret_too() -> None:
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        ReviewConfig({**PROD, "SECRET_KEY": "short"})


# ---- the pages


@pytest.fixture(scope="module")
def made(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Flask]]:
    """Makes applications, whose database no test changes."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("fakes") / "sociogram.sqlite")
    with ExitStack() as stack:

        def make(**environ: str) -> Flask:
            app = create_app(TestConfig({"DATABASE_URL": f"sqlite:///{path}", **environ}))
            stack.callback(close, app)
            return app

        yield make


@pytest.fixture(scope="module")
def one_app(made: Callable[..., Flask]) -> Flask:
    """With fakes, none of which runs."""
    return made(FAKE_SERVICES="1")


@pytest.fixture
def app(one_app: Flask) -> Flask:
    """The same with its own ports."""
    one_app.config["FAKE_SERVICES"] = dict(PORTS)
    return one_app


@pytest.fixture(scope="module")
def real(made: Callable[..., Flask]) -> Flask:
    """Without fakes."""
    return made()


@pytest.mark.parametrize("path", ["/", "/signin", "/register", "/fake", "/nothing/here"])
def test_every_page_says_that_nothing_is_real(path: str, app: Flask) -> None:
    assert BANNER in app.test_client().get(path).text


def test_a_page_of_an_error_says_so_too(made: Callable[..., Flask]) -> None:
    app = made(FAKE_SERVICES="1")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/broken", view_func=lambda: 1 // 0)

    answer = app.test_client().get("/broken")

    assert answer.status_code == 500
    assert BANNER in answer.text


@pytest.mark.parametrize("path", ["/", "/signin", "/nothing/here"])
def test_a_server_with_real_services_says_nothing(path: str, real: Flask) -> None:
    assert BANNER not in real.test_client().get(path).text


@pytest.mark.parametrize("path", ["/fake", ALLOW])
def test_a_server_with_real_services_has_no_such_page(path: str, real: Flask) -> None:
    assert real.test_client().get(path).status_code == 404
    assert real.test_client().post(path).status_code in (400, 404)


def test_one_page_tells_whom_one_can_connect(app: Flask) -> None:
    page = app.test_client().get("/fake").text

    assert all(SERVICES[key].title in page for key in FAKES)
    assert {"ada@127.0.0.1:8102", "ada.example.social"} <= set(re.findall(r"<code[^>]*>([^<]+)</code>", page))


# ---- where OAuth sends the browser


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("http://127.0.0.1:8101/login/oauth/authorize?a=1&b=x%26y", f"{ALLOW}?a=1&b=x%26y", id="a-fake"),
        pytest.param("https://github.com/login?a=1", "https://github.com/login?a=1", id="elsewhere"),
        pytest.param("http://127.0.0.1:81011/x", "http://127.0.0.1:81011/x", id="longer-port"),
        pytest.param("http://127.0.0.1:8199/x", "http://127.0.0.1:8199/x", id="port-of-nobody"),
        pytest.param("http://127.0.0.1:8101@example.org/x", "http://127.0.0.1:8101@example.org/x", id="user-info"),
    ],
)
def test_only_fakes_are_reached_through_this_server(address: str, expected: str, app: Flask) -> None:
    with app.test_request_context():
        assert proxied_url(address) == expected


def test_real_services_are_reached_directly(real: Flask) -> None:
    with real.test_request_context():
        assert proxied_url("http://127.0.0.1:8101/x") == "http://127.0.0.1:8101/x"


def test_the_page_on_the_way_leads_through_this_server(app: Flask) -> None:
    with app.test_request_context():
        page = redirect_page("github", "http://127.0.0.1:8101/login/oauth/authorize?state=s")

    assert f"url={ALLOW}?state=s" in page
    assert "127.0.0.1:8101" not in page


# ---- what is passed on


class Passing(NamedTuple):
    """An application, and something at the port of its fake GitHub."""

    app: Flask
    script: Scripted
    port: int

    @property
    def path(self) -> str:
        """Of the page on which one allows."""
        return f"/fake/{self.port}/{PAGES['github']}"


@contextmanager
def passing(app: Flask, reply: Reply) -> Iterator[Passing]:
    """Something that answers so."""
    script = Scripted({f"/{PAGES['github']}": reply})
    with serving(script) as url:
        port = int(url.rpartition(":")[2])
        app.config["FAKE_SERVICES"] = {**PORTS, "github": port}
        yield Passing(app, script, port)


@pytest.fixture
def there(app: Flask) -> Iterator[Passing]:
    """A page."""
    headers = {"Content-Type": "text/html", "Set-Cookie": "session=theirs"}
    with passing(app, Reply("<p>Allow?</p>", headers=headers)) as each:
        yield each


def test_the_page_of_a_fake_is_passed_on(there: Passing) -> None:
    answer = there.app.test_client().get(f"{there.path}?state=a%26b")

    assert (answer.status_code, answer.text) == (200, "<p>Allow?</p>")
    assert there.script.seen[0].query == {"state": "a&b"}
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_answer_to_the_question_is_passed_on(there: Passing) -> None:
    answer = there.app.test_client().post(there.path, data={"decision": "ada", "state": "s"})

    assert answer.status_code == 200
    assert (there.script.seen[0].method, there.script.seen[0].body) == ("POST", b"decision=ada&state=s")


def test_no_cookie_and_no_password_goes_there_or_comes_from_there(there: Passing) -> None:
    client = there.app.test_client()
    client.set_cookie("session", "ours")

    answer = client.get(there.path, headers={"Authorization": "Bearer ours"})

    assert "Set-Cookie" not in answer.headers
    assert not {"cookie", "authorization"} & there.script.seen[0].headers.keys()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_nothing_but_looking_and_answering_is_passed_on(method: str, there: Passing) -> None:
    answer = there.app.test_client().open(there.path, method=method)

    assert answer.status_code in (400, 405)
    assert there.script.calls() == 0


@pytest.mark.parametrize(
    "path",
    [
        "graphql", "", "login/oauth/access_token", "login/oauth/authorize/", "/login/oauth/authorize",
        "x/../login/oauth/authorize", "%2e%2e/login/oauth/authorize", "login/oauth/authorize%3Fa=1",
        "@example.org/login/oauth/authorize", "oauth/authorize",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_else_of_a_fake_is_passed_on(path: str, method: str, there: Passing) -> None:
    answer = there.app.test_client().open(f"/fake/{there.port}/{path}", method=method)

    assert answer.status_code in (308, 400, 404)
    assert there.script.calls() == 0


def test_no_other_port_is_reached(there: Passing) -> None:
    other = Scripted({f"/{path}": Reply("secret") for path in PAGES.values()})
    with serving(other) as url:
        port = url.rpartition(":")[2]
        client = there.app.test_client()
        tried = (port, f"0{port}", f"{there.port}@127.0.0.1:{port}", f"127.0.0.1:{port}", f"-{port}", "65536", "0", "x")
        answers = [client.get(f"/fake/{each}/{path}") for each in tried for path in PAGES.values()]

    assert {answer.status_code for answer in answers} == {404}
    assert other.calls() == there.script.calls() == 0


@pytest.mark.parametrize(
    ("location", "status"),
    [
        pytest.param("http://localhost/connect/github/authorized?code=c", 302, id="back-here"),
        pytest.param("https://example.org/", 404, id="elsewhere"),
        pytest.param("//example.org/", 404, id="elsewhere-without-scheme"),
        pytest.param("http://localhost@example.org/", 404, id="user-info"),
        pytest.param("http://127.0.0.1:6379/", 404, id="this-machine"),
    ],
)
def test_a_fake_sends_the_browser_back_here_alone(location: str, status: int, app: Flask) -> None:
    with passing(app, Reply("", 302, {"Location": location})) as there:
        answer = there.app.test_client().post(there.path, data={"decision": "ada"})

    assert answer.status_code == status
    assert answer.headers.get("Location", location) == location


def test_a_fake_that_is_gone_is_told_in_a_sentence(app: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    app.config["FAKE_SERVICES"] = {**PORTS, "github": port}

    answer = app.test_client().get(f"/fake/{port}/{PAGES['github']}")

    assert answer.status_code == 502
    assert "The fake services do not answer. Start the server again." in answer.text


# ---- where they run


def outside(path: Path, seen: set[Path]) -> set[str]:
    """The packages that a module of the tests imports, also by way of others of them."""
    if path in seen:
        return set()
    seen.add(path)
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for name in imported(node, path):
            inner = [file for file in files_of(name) if file.is_file()]
            found |= set().union(*(outside(file, seen) for file in inner)) if inner else {name.partition(".")[0]}
    return found


def imported(node: ast.AST, path: Path) -> list[str]:
    """The names that a statement imports, in full."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    package = path.relative_to(ROOT).parent.parts
    above = package[: len(package) - node.level + 1] if node.level else ()
    base = ".".join([*above, *([node.module] if node.module else [])])
    return [base, *(f"{base}.{alias.name}" for alias in node.names)] if base.startswith("tests") else [base]


def files_of(name: str) -> list[Path]:
    """Where a module of the tests stands; something inside it, and it is its own module's."""
    if not name.startswith("tests"):
        return []
    path = ROOT.joinpath(*name.split("."))
    return [path.with_suffix(".py"), path / "__init__.py", path.parent.with_suffix(".py"), path.parent / "__init__.py"]


@pytest.mark.slow
def test_the_fakes_need_nothing_but_what_a_server_has() -> None:
    pins = re.findall(r"^([A-Za-z0-9][\w.-]*)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    folder = ROOT / "tests" / "services" / "fakes" / "demo_world"

    names = set().union(*(outside(path, set()) for path in folder.glob("*.py")))

    packages = packages_distributions()
    needed = {canonicalize_name(each) for name in names for each in packages.get(name, [])}
    assert {"flask", "graphql-core", "joserfc"} <= needed
    assert needed <= {canonicalize_name(pin) for pin in pins}


def test_the_lines_for_a_shell_make_the_same_settings(root: Path) -> None:
    lines = exports(PORTS)

    environ = dict(line.removeprefix("export ").split("=", 1) for line in lines if not line.startswith("#"))
    shell, mode = DevConfig(environ), DevConfig({"FAKE_SERVICES": "1"})
    names = (*ADDRESSES, *CLIENTS, "GITHUB_TOKEN", "PRIVATE_HOSTS")
    assert {name: getattr(shell, name) for name in names} == {name: getattr(mode, name) for name in names}
    assert shell.SQLALCHEMY_DATABASE_URI == "sqlite:///fake-services.sqlite"  # in `instance/`, for Flask-SQLAlchemy
    assert shell.FAKE_SERVICES == {}


def test_the_command_prints_the_lines_and_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Mapping[str, socket.socket]] = []

    class Town:
        @staticmethod
        def serve(sockets: Mapping[str, socket.socket]) -> None:
            served.append(dict(sockets))
            raise KeyboardInterrupt

    monkeypatch.setattr(fake_services, "_fakes", lambda: Town)
    first = free_ports(len(FAKES))

    run = CliRunner().invoke(fake_services_command, ["--port", str(first)])

    assert (run.exit_code, served[0].keys()) == (0, PORTS.keys())
    assert f"export GITHUB_URL=http://127.0.0.1:{first}\n" in run.output


def test_a_taken_port_is_told_with_what_to_do() -> None:
    first = free_ports(len(FAKES))
    with socket.create_server(("127.0.0.1", first + 3)):
        run = CliRunner().invoke(fake_services_command, ["--port", str(first)])
        with pytest.raises(SystemExit, match=rf"port {first + 3} .*as in FAKE_SERVICES=8201"):
            fake_services.start({"github": first + 3})

    assert run.exit_code == 1
    assert f"port {first + 3} (" in run.output
    assert "as in --port 8201" in run.output
