"""The files that a host reads, held to the host's rules: most of these mistakes otherwise show at the first deploy."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock, Mock

import brotli
import psutil
import pytest

from dashapp import gunicorn_conf, imports, request_log
from dashapp.gunicorn_worker import BufferingWorker
from dashapp.settings import CONFIGS, Config
from tests import needs
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120  # seconds, after which something will never happen
SUPPORTED_PYTHON = re.compile(r"3\.(11|12|13|14)")  # no patch number: one that is named gets no security updates
PACKAGE_MANAGERS = ("requirements.txt", "Pipfile.lock", "poetry.lock", "uv.lock")
MISSPELLED = (
    "python-version", "python_version", ".python_version", ".pyton-version", ".python-version.txt",
    "python-version.txt", "runtime", "Runtime.txt", "runtimes.txt", "procfile", "Procfile.txt", "App.json",
)  # fmt: skip
KEYS = {
    "name", "description", "keywords", "website", "repository", "logo", "success_url", "scripts", "env", "formation",
    "addons", "buildpacks", "stack", "image", "environments",
}  # fmt: skip
ENVIRONMENT_KEYS = {"env", "formation", "addons", "buildpacks", "scripts"}
SCRIPTS = {
    None: {"postdeploy", "pr-predestroy"},
    "review": {"postdeploy", "pr-predestroy"},
    "test": {"test-setup", "test"},
}


def read(name: str) -> str:
    """A file at the top."""
    return (ROOT / name).read_text(encoding="utf-8")


def processes(name: str = "Procfile") -> dict[str, str]:
    """A Procfile's commands; a line that is none stops the test."""
    lines = [re.fullmatch(r"([A-Za-z0-9_-]+): *(\S.*)", line) for line in read(name).splitlines()]
    return {match[1]: match[2] for match in lines if match or pytest.fail(f"{name} has a line that names no process")}


@pytest.fixture(scope="module")
def app_json() -> dict[str, Any]:
    """app.json as a host reads it."""
    manifest: dict[str, Any] = json.loads(read("app.json"))
    return manifest


def parts(manifest: dict[str, Any]) -> Iterator[tuple[str | None, dict[str, Any]]]:
    """The manifest itself and each of its environments."""
    yield None, manifest
    yield from manifest["environments"].items()


# ---- the build


def test_exactly_one_package_manager_file_exists() -> None:
    found = [name for name in PACKAGE_MANAGERS if (ROOT / name).exists()]

    assert found == ["requirements.txt"]


def test_both_version_files_name_the_same_supported_python() -> None:
    runtime = read("runtime.txt").strip()
    version = read(".python-version").strip()

    assert runtime == f"python-{version}"
    assert SUPPORTED_PYTHON.fullmatch(version)


def test_conda_makes_the_same_python() -> None:
    assert f"python={read('.python-version').strip()}\n" in read("environment.yml")


@pytest.mark.parametrize("name", MISSPELLED)
def test_no_file_has_a_name_that_a_build_takes_for_a_slip(name: str) -> None:
    assert name not in os.listdir(ROOT)


def test_no_virtual_environment_would_be_deployed() -> None:
    ignored = read(".gitignore").splitlines()
    environments = {path.parent.name for path in ROOT.glob("*/pyvenv.cfg")}

    assert ".venv/" in ignored
    assert environments <= {".venv"}


# ---- Procfile


def test_procfile_names_the_web_server_the_worker_and_the_release() -> None:
    assert processes().keys() == {"release", "web", "worker"}


def test_a_release_migrates_and_loads_no_demo() -> None:
    assert processes()["release"] == "flask --app dashapp db upgrade"


def test_windows_has_a_web_process_too() -> None:
    assert processes("Procfile.windows").keys() == {"web"}


def test_make_run_takes_its_commands_from_the_procfile() -> None:
    def would_run() -> str:
        command = ["make", "--no-print-directory", "-n", "-o", ".venv/installed", "run"]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    lines = would_run().splitlines()

    assert f"exec .venv/bin/python -m {processes()['web']}" == lines[-1]
    assert f".venv/bin/python -m {processes()['release']}" in lines


# ---- app.json


def test_app_json_has_only_keys_that_the_schema_knows(app_json: dict[str, Any]) -> None:
    environments = app_json["environments"]

    assert app_json.keys() <= KEYS
    assert environments.keys() <= {"test", "review", "production"}
    assert {key for environment in environments.values() for key in environment} <= ENVIRONMENT_KEYS


def test_variables_have_the_form_that_the_schema_asks_for(app_json: dict[str, Any]) -> None:
    variables = [variable for _, part in parts(app_json) for variable in part.get("env", {}).values()]

    for variable in variables:
        assert variable.keys() <= {"description", "value", "required", "generator"}
        assert isinstance(variable.get("value", ""), str)
        assert isinstance(variable.get("required", True), bool)
        assert variable.get("generator", "secret") == "secret"


def test_no_required_variable_is_left_without_a_value(app_json: dict[str, Any]) -> None:
    for name, part in parts(app_json):
        empty = {
            variable
            for variable, says in part["env"].items()
            if says.get("required", True) and not says.keys() & {"value", "generator"}
        }

        assert not empty, f"these stop the creation of {name or 'an app'}"


def test_variables_are_settings_that_the_code_reads(app_json: dict[str, Any]) -> None:
    names = {name for _, part in parts(app_json) for name in part["env"]}

    assert names <= set(Config.DOCUMENTED)


def test_every_environment_chooses_a_configuration_that_exists(app_json: dict[str, Any]) -> None:
    chosen = {name: part["env"]["APP_SETTINGS"]["value"] for name, part in parts(app_json)}

    assert chosen == {None: "ProdConfig", "review": "ReviewConfig", "test": "TestConfig"}
    assert set(chosen.values()) <= set(CONFIGS)


def test_secrets_are_made_anew_for_each_app(app_json: dict[str, Any]) -> None:
    names = {None: ("SECRET_KEY", "TOKEN_KEYS"), "review": ("SECRET_KEY", "TOKEN_KEYS"), "test": ("SECRET_KEY",)}
    secrets = [part["env"][name] for environment, part in parts(app_json) for name in names[environment]]

    assert len(secrets) == 5
    assert all(secret.get("generator") == "secret" and "value" not in secret for secret in secrets)


def test_every_app_has_postgres_and_the_python_buildpack(app_json: dict[str, Any]) -> None:
    stages = {
        "essential-0": [app_json, app_json["environments"]["review"]],
        "in-dyno": [app_json["environments"]["test"]],
    }

    assert app_json["stack"] in {"heroku-24", "heroku-26"}
    assert app_json["buildpacks"] == [{"url": "heroku/python"}]
    for plan, members in stages.items():
        assert all(f"heroku-postgresql:{plan}" in part["addons"] for part in members)


def test_formation_has_only_processes_of_the_procfile(app_json: dict[str, Any]) -> None:
    formations = [part["formation"] for _, part in parts(app_json) if "formation" in part]

    assert all(formation.keys() <= processes().keys() for formation in formations)


def test_a_worker_has_the_queue_that_it_waits_at(app_json: dict[str, Any]) -> None:
    for name, part in parts(app_json):
        redis = any(addon.startswith("heroku-redis:") for addon in part["addons"])

        assert ("worker" in part["formation"] if "formation" in part else True) is redis, name


def test_a_review_app_reads_fakes_in_its_web_process(app_json: dict[str, Any]) -> None:
    review = app_json["environments"]["review"]

    assert review["env"]["FAKE_SERVICES"] == {"value": "1"}
    assert review["formation"].keys() == {"web"}
    assert "FAKE_SERVICES" not in app_json["env"]


@pytest.mark.parametrize("name", [".slugignore", ".dockerignore"])
def test_the_fakes_are_deployed_with_the_rest(name: str) -> None:
    dropped = read(name).split() if (ROOT / name).exists() else []

    assert not any("tests" in line for line in dropped)


def test_scripts_have_names_that_are_run(app_json: dict[str, Any]) -> None:
    for name, part in parts(app_json):
        assert part.get("scripts", {}).keys() <= SCRIPTS[name]


def test_a_review_app_shows_the_demo(app_json: dict[str, Any]) -> None:
    assert app_json["environments"]["review"]["scripts"] == {"postdeploy": "flask --app dashapp demo"}


# ---- the server


def test_a_worker_outlives_the_router_and_not_the_dyno() -> None:
    assert gunicorn_conf.keepalive > 90
    assert gunicorn_conf.graceful_timeout < 30
    assert gunicorn_conf.worker_class == f"{BufferingWorker.__module__}.{BufferingWorker.__name__}"


def test_nothing_that_a_visitor_writes_reaches_the_log() -> None:
    fields = set(re.findall(r"%\(([^)]+)\)", gunicorn_conf.access_log_format))

    assert fields == {"m", f"{{{request_log.RULE}}}e", "s", "B", "M", f"{{{request_log.ID}}}e"}


def test_there_is_always_one_process_that_runs_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gunicorn_conf, "has_jobs", True)
    arbiter = SimpleNamespace(WORKERS={})
    forked = [SimpleNamespace(age=number, tmp=SimpleNamespace(last_update=lambda: 0.0)) for number in range(4)]
    for number, worker in enumerate(forked):
        if number == 3:
            del arbiter.WORKERS[0]  # it was killed
        gunicorn_conf.pre_fork(arbiter, worker)
        arbiter.WORKERS[number] = worker

    assert [worker.has_jobs for worker in forked] == [True, False, False, True]
    patience = [worker.tmp.last_update() + gunicorn_conf.timeout for worker in forked]
    assert patience == [gunicorn_conf.jobs_timeout, gunicorn_conf.timeout, gunicorn_conf.timeout, patience[0]]


@pytest.mark.parametrize(("processes", "listeners"), [(1, 1), (2, 0)])
def test_a_process_that_runs_imports_takes_requests_only_where_it_is_alone(
    monkeypatch: pytest.MonkeyPatch, processes: int, listeners: int
) -> None:
    monkeypatch.setitem(sys.modules, "dashapp.wsgi", MagicMock())
    monkeypatch.setattr("dashapp.extensions.db", SimpleNamespace(engines={}))
    worker = SimpleNamespace(has_jobs=True, sockets=[Mock()])

    gunicorn_conf.post_fork(SimpleNamespace(num_workers=processes), worker)

    assert len(worker.sockets) == listeners


@pytest.mark.server
@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({}, {"[::]:8000", "0.0.0.0:8000"}, id="nothing-said"),
        pytest.param({"PORT": "5000"}, {"[::]:5000", "0.0.0.0:5000"}, id="a-host"),
        pytest.param({"PORT": "5000", "BIND_HOST": "127.0.0.1"}, {"127.0.0.1:5000"}, id="a-laptop"),
        pytest.param({"BIND_HOST": "::1"}, {"[::1]:8000"}, id="a-laptop-with-ipv6"),
    ],
)
def test_a_host_reaches_the_server_and_a_laptop_keeps_it_to_itself(
    environment: dict[str, str], expected: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PORT", "BIND_HOST"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert gunicorn_conf.listen_at() in expected


@pytest.mark.slow
def test_the_web_process_serves_and_ends_well(sqlite_url: str) -> None:
    settings = {"APP_SETTINGS": "TestConfig", "DATABASE_URL": sqlite_url, "BIND_HOST": "127.0.0.1", "PORT": "0"}
    settings["REDIS_URL"] = ""
    usual = psutil.Process().nice()
    priorities = [usual, usual, min(usual + imports.NICENESS, 19)]
    command = [sys.executable, "-m", *processes()["web"].split()]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, **pipes) as web:
        try:
            address = next(match[1] for line in web.stderr if (match := re.search(r"open (http://\S+)", line)))
            with urllib.request.urlopen(f"{address}/healthz?q=canary", timeout=PATIENCE) as answer:  # noqa: S310
                status = answer.status
            sheet = urllib.request.Request(f"{address}/assets/base.css", headers={"Accept-Encoding": "br"})  # noqa: S310
            with urllib.request.urlopen(sheet, timeout=PATIENCE) as answer:  # noqa: S310
                encoding, data = answer.headers["Content-Encoding"], answer.read()
            wait_until(lambda: sorted(each.nice() for each in psutil.Process(web.pid).children()) == priorities)
            web.terminate()
            output, log = web.communicate(timeout=PATIENCE)
        finally:
            needs.end(web)

    assert status == 200
    assert encoding == "br"
    assert brotli.decompress(data) == (ROOT / "assets" / "base.css").read_bytes()
    assert web.returncode == 0
    assert '"GET /healthz" 200' in output
    assert "canary" not in output + log
    assert "Traceback" not in log
