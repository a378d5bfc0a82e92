"""Settings: what the environment says, what is assumed without it, and what stops the start."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from dashapp import settings
from dashapp.settings import (
    Config,
    DevConfig,
    ProdConfig,
    ReviewConfig,
    SettingsError,
    TestConfig,
    config_from,
    kept_secret,
)

SECRET = "0123456789abcdefghijklmnopqrstuvwxyz"
POSTGRES = "postgres://ada:pw@db.example.social:5432/sociogram"
KEY = Fernet.generate_key().decode()
PROD = {"SECRET_KEY": SECRET, "DATABASE_URL": POSTGRES}


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of its own for what settings write beside the code."""
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    return tmp_path


# ---- which configuration


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, DevConfig),
        ({"APP_SETTINGS": "DevConfig"}, DevConfig),
        ({"APP_SETTINGS": "TestConfig"}, TestConfig),
        ({"APP_SETTINGS": "ProdConfig", **PROD}, ProdConfig),
        ({"APP_SETTINGS": "ReviewConfig", **PROD}, ReviewConfig),
        ({"APP_SETTINGS": "dashapp.settings.ProdConfig", **PROD}, ProdConfig),
    ],
)
def test_app_settings_names_the_configuration(environ: dict[str, str], expected: type[Config]) -> None:
    assert type(config_from(environ)) is expected


@pytest.mark.parametrize("name", ["", "Config", "prodconfig", "ProdConfig.", "os"])
def test_an_unknown_name_stops_the_start_and_says_which_there_are(name: str) -> None:
    with pytest.raises(SettingsError, match="use one of DevConfig, ProdConfig, ReviewConfig, TestConfig"):
        config_from({"APP_SETTINGS": name, **PROD})


def test_what_is_not_set_has_its_documented_value(root: Path) -> None:
    config = DevConfig({})

    assert f"sqlite:///{root / 'instance' / 'sociogram.sqlite'}" == config.SQLALCHEMY_DATABASE_URI
    assert config.SQLALCHEMY_ENGINE_OPTIONS == {"hide_parameters": True}
    assert config.RATELIMIT_STORAGE_URI == "file://"
    assert (config.PROXY_HOPS, config.UPLOAD_MAX_BYTES, config.IMPORT_THREADS) == (0, 512_000_000, 1)
    assert config.REREAD_DAYS == 30
    assert config.TRUSTED_HOSTS is None
    assert config.GIT_SHA == "unknown"


def test_tests_leave_nothing_behind(root: Path) -> None:
    config = TestConfig({})

    assert config.SQLALCHEMY_DATABASE_URI == "sqlite:///:memory:"
    assert config.RATELIMIT_ENABLED is False
    assert len(config.SECRET_KEY) >= 32
    assert list(root.iterdir()) == []


# ---- cookies


def test_production_speaks_https_alone() -> None:
    config = ProdConfig(PROD)

    assert (config.SECURE, config.SESSION_COOKIE_SECURE) == (True, True)
    assert config.SESSION_COOKIE_NAME == "__Host-session"
    assert config.PREFERRED_URL_SCHEME == "https"
    assert (config.DEBUG, config.TESTING) == (False, False)


def test_a_laptop_speaks_plain_http() -> None:
    config = DevConfig({})

    assert (config.SECURE, config.SESSION_COOKIE_SECURE) == (False, False)
    assert config.SESSION_COOKIE_NAME == "session"
    assert config.PREFERRED_URL_SCHEME == "http"


# ---- the secret


@pytest.mark.parametrize("key", [None, "", "secret", "SECRET", "changeme", "dev", "test", SECRET[:31], "abc" * 20])
def test_production_refuses_a_missing_default_or_short_secret(key: str | None) -> None:
    environ = {"DATABASE_URL": POSTGRES} | ({} if key is None else {"SECRET_KEY": key})

    with pytest.raises(SettingsError, match="SECRET_KEY") as error:
        ProdConfig(environ)

    assert not key or key not in str(error.value).split()


@pytest.mark.parametrize("name", ["X_OAUTH_CLIENT_ID", "X_OAUTH_CLIENT_SECRET"])
def test_half_of_a_client_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="belong together"):
        DevConfig({name: "half"})


def test_production_takes_a_secret_of_32_characters(root: Path) -> None:
    config = ProdConfig({**PROD, "SECRET_KEY": SECRET[:32]})

    assert SECRET[:32] == config.SECRET_KEY
    assert list(root.iterdir()) == []


def test_production_refuses_a_long_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "UNSAFE_SECRETS", {SECRET})

    with pytest.raises(SettingsError, match="SECRET_KEY"):
        ProdConfig({**PROD, "SECRET_KEY": SECRET.upper()})


def test_a_laptop_makes_its_secret_once_and_for_its_user_alone(root: Path) -> None:
    first = DevConfig({}).SECRET_KEY
    second = DevConfig({}).SECRET_KEY

    file = root / "instance" / "secret_key"
    assert first == second == file.read_text()
    assert len(first) >= 48
    assert {stat.S_IMODE(file.stat().st_mode) for file in (root / "instance").iterdir()} == {0o600}


def test_each_machine_makes_another_secret(tmp_path: Path) -> None:
    assert kept_secret(tmp_path / "a" / "secret_key") != kept_secret(tmp_path / "b" / "secret_key")


def test_a_secret_is_never_seen_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret_key"
    seen = []

    def look(size: int) -> str:
        seen.append(path.read_text() if path.exists() else None)
        return "s" * size

    monkeypatch.setattr(settings.secrets, "token_urlsafe", look)

    kept_secret(path)

    assert seen == [None]
    assert path.read_text() == "s" * 48


def test_of_two_starts_at_once_the_first_ones_secret_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret_key"

    def overtaken(_size: int) -> str:
        path.write_text("of the other start")
        return "of this start"

    monkeypatch.setattr(settings.secrets, "token_urlsafe", overtaken)

    assert kept_secret(path) == "of the other start"
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_a_secret_of_the_environment_comes_first(root: Path) -> None:
    assert DevConfig({"SECRET_KEY": "mine", "TOKEN_KEYS": KEY}).SECRET_KEY == "mine"
    assert TestConfig({"SECRET_KEY": "mine"}).SECRET_KEY == "mine"
    assert list(root.iterdir()) == []


# ---- keys of tokens


def test_fernet_keys_are_taken_as_they_are() -> None:
    assert TestConfig({"TOKEN_KEYS": f" {KEY} ,{KEY}"}).TOKEN_KEYS == [KEY, KEY]


def test_a_secret_that_a_host_made_becomes_a_key() -> None:
    (key,) = ProdConfig({**PROD, "TOKEN_KEYS": SECRET}).TOKEN_KEYS

    assert Fernet(key).decrypt(Fernet(key).encrypt(b"token")) == b"token"
    assert [key] == ProdConfig({**PROD, "TOKEN_KEYS": SECRET}).TOKEN_KEYS


@pytest.mark.parametrize("weak", ["short", "abc" * 20, base64.urlsafe_b64encode(bytes(32)).decode()])
def test_a_weak_key_stops_the_start(weak: str) -> None:
    with pytest.raises(SettingsError, match="TOKEN_KEYS: key 2"):
        ProdConfig({**PROD, "TOKEN_KEYS": f"{KEY},{weak}"})


def test_production_makes_no_key_by_itself() -> None:
    assert ProdConfig(PROD).TOKEN_KEYS == []


def test_a_laptop_makes_its_key_once(root: Path) -> None:
    assert DevConfig({}).TOKEN_KEYS == DevConfig({}).TOKEN_KEYS
    assert (root / "instance" / "token_key").exists()


# ---- addresses of services


def test_a_service_may_live_elsewhere() -> None:
    assert TestConfig({"GITHUB_API_URL": "http://127.0.0.1:9001/"}).GITHUB_API_URL == "http://127.0.0.1:9001"


@pytest.mark.parametrize("host", ["github.example.org", "10.0.0.1"])
def test_an_address_without_https_stops_the_start_unless_the_operator_trusts_the_network(host: str) -> None:
    address = {"GITHUB_API_URL": f"http://{host}/api/v3"}

    with pytest.raises(SettingsError, match="secrets go there"):
        TestConfig(address)
    TestConfig({**address, "PRIVATE_HOSTS": f"http://{host}"})


def test_production_speaks_plain_http_with_a_service_of_its_own_machine_only_if_told_so() -> None:
    address = {**PROD, "GITHUB_API_URL": "http://127.0.0.1:9001"}

    with pytest.raises(SettingsError, match="secrets go there"):
        ProdConfig(address)
    ProdConfig({**address, "PRIVATE_HOSTS": "http://127.0.0.1:9001"})


def test_a_private_server_that_is_none_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="PRIVATE_HOSTS"):
        DevConfig({"PRIVATE_HOSTS": "ftp://a.example"})


def test_an_address_that_is_none_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="GITHUB_URL"):
        TestConfig({"GITHUB_URL": "github.com"})


# ---- the database


@pytest.mark.parametrize("url", [None, "", "sqlite:///sociogram.sqlite"])
def test_production_refuses_sqlite_on_a_dyno(url: str | None) -> None:
    environ = {"SECRET_KEY": SECRET, "DYNO": "web.1"} | ({} if url is None else {"DATABASE_URL": url})

    with pytest.raises(SettingsError, match="DATABASE_URL is SQLite"):
        ProdConfig(environ)


def test_production_takes_sqlite_on_a_machine_that_stays() -> None:
    config = ProdConfig({"SECRET_KEY": SECRET, "DATABASE_URL": "sqlite:////srv/sociogram.sqlite"})

    assert config.SQLALCHEMY_DATABASE_URI == "sqlite:////srv/sociogram.sqlite"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql+psycopg://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("sqlite:///a.sqlite", "sqlite:///a.sqlite"),
    ],
)
def test_addresses_of_postgres_are_written_as_sqlalchemy_wants_them(given: str, expected: str) -> None:
    assert expected == DevConfig({"DATABASE_URL": given}).SQLALCHEMY_DATABASE_URI


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("postgres://h/d", "postgresql+psycopg://h/d?sslmode=require"),
        ("postgres://h/d?options=x", "postgresql+psycopg://h/d?options=x&sslmode=require"),
        ("postgres://h/d?sslmode=verify-full", "postgresql+psycopg://h/d?sslmode=verify-full"),
    ],
)
def test_a_dyno_speaks_with_postgres_in_secret(given: str, expected: str) -> None:
    config = ProdConfig({"SECRET_KEY": SECRET, "DYNO": "web.1", "DATABASE_URL": given})

    assert expected == config.SQLALCHEMY_DATABASE_URI


def test_the_pools_of_three_processes_leave_room_for_a_release() -> None:
    options = ProdConfig(PROD).SQLALCHEMY_ENGINE_OPTIONS

    assert 3 * (options["pool_size"] + options["max_overflow"]) <= 20 - 2
    assert options["pool_pre_ping"] is True


# ---- redis


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"REDIS_URL": "redis://h:1"}, "redis://h:1"),
        ({"REDIS_URL": "redis://h:1", "DYNO": "web.1"}, "redis://h:1"),
        ({"REDIS_URL": "rediss://h:1"}, "rediss://h:1"),
        ({"REDIS_URL": "rediss://h:1", "DYNO": "web.1"}, "rediss://h:1?ssl_cert_reqs=none"),
        ({"REDIS_URL": "rediss://h:1?db=2", "DYNO": "web.1"}, "rediss://h:1?db=2&ssl_cert_reqs=none"),
        (
            {"REDIS_URL": "rediss://h:1?ssl_cert_reqs=required", "DYNO": "web.1"},
            "rediss://h:1?ssl_cert_reqs=required",
        ),
        ({"REDIS_URL": ""}, "file://"),
    ],
)
def test_limits_are_counted_in_redis_and_a_dynos_certificate_is_not_asked_for(
    environ: dict[str, str], expected: str
) -> None:
    assert expected == DevConfig(environ).RATELIMIT_STORAGE_URI


# ---- numbers and names


@pytest.mark.parametrize("name", ["PROXY_HOPS", "UPLOAD_MAX_MB", "IMPORT_THREADS", "REREAD_DAYS"])
@pytest.mark.parametrize("value", ["many", "-1", "1.5", " ", "1e3"])
def test_a_number_that_is_none_stops_the_start_with_its_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}={value!r}: use a whole number$"):
        DevConfig({name: value})


@pytest.mark.parametrize("name", ["UPLOAD_MAX_MB", "IMPORT_THREADS", "LIVE_THREADS"])
def test_none_at_all_stops_the_start(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}='0': use 1 or more$"):
        DevConfig({name: "0"})


def test_numbers_are_read() -> None:
    config = DevConfig({"PROXY_HOPS": "2", "UPLOAD_MAX_MB": "10", "IMPORT_THREADS": "3"})

    assert (config.PROXY_HOPS, config.UPLOAD_MAX_BYTES, config.IMPORT_THREADS) == (2, 10_000_000, 3)


@pytest.mark.parametrize(
    ("environ", "hops"), [({}, 0), ({"DYNO": "web.1"}, 1), ({"DYNO": "web.1", "PROXY_HOPS": "0"}, 0)]
)
def test_a_dynos_router_is_believed(environ: dict[str, str], hops: int) -> None:
    assert hops == DevConfig(environ).PROXY_HOPS


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", None), (" , ", None), ("a.example", ["a.example"]), ("a.example, b.example,", ["a.example", "b.example"])],
)
def test_hosts_are_a_list(value: str, expected: list[str] | None) -> None:
    assert expected == DevConfig({"TRUSTED_HOSTS": value}).TRUSTED_HOSTS


@pytest.mark.parametrize("host", ["https://a.example", "a.example/app", "*.a.example"])
def test_a_host_that_is_more_than_a_name_stops_the_start(host: str) -> None:
    with pytest.raises(SettingsError, match="TRUSTED_HOSTS"):
        DevConfig({"TRUSTED_HOSTS": host})


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "https://sociogram-0123.herokuapp.com"),
        ({"PUBLIC_URL": "https://sociogram.example.org"}, "https://sociogram.example.org"),
    ],
)
def test_a_dyno_may_know_its_address(environ: dict[str, str], expected: str) -> None:
    config = ProdConfig({**PROD, "HEROKU_APP_DEFAULT_DOMAIN_NAME": "sociogram-0123.herokuapp.com", **environ})

    assert expected == config.PUBLIC_URL


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"GIT_SHA": "abc"}, "abc"),
        ({"HEROKU_SLUG_COMMIT": "def"}, "def"),
        ({"GIT_SHA": "abc", "HEROKU_SLUG_COMMIT": "def"}, "abc"),
    ],
)
def test_the_version_is_the_hosts(environ: dict[str, str], expected: str) -> None:
    assert expected == DevConfig(environ).GIT_SHA


# ---- mail

MAIL = {
    "MAIL_URL": "smtp://ada:p%40ss@mail.example.org:587",
    "MAIL_FROM": "Sociogram <sociogram@example.org>",
    "PUBLIC_URL": "https://sociogram.example.org/",
}


def test_without_settings_no_mail_is_sent() -> None:
    config = ProdConfig(PROD)

    assert (config.MAIL_URL, config.MAIL_FROM, config.PUBLIC_URL) == (None, None, None)


def test_mail_is_set_up_by_three_settings() -> None:
    config = ProdConfig({**PROD, **MAIL})

    assert (MAIL["MAIL_URL"], MAIL["MAIL_FROM"]) == (config.MAIL_URL, config.MAIL_FROM)
    assert config.PUBLIC_URL == "https://sociogram.example.org"


@pytest.mark.parametrize("missing", MAIL)
def test_half_of_the_mail_settings_stop_the_start(missing: str) -> None:
    half = {name: value for name, value in MAIL.items() if name != missing}

    with pytest.raises(SettingsError, match="mail is half set up"):
        ProdConfig({**PROD, **half})


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org", "https://mail.example.org", "smtp://", "smtp://:25", "smtp://mail.example.org:x",
        "smtp://mail.example.org/inbox", "smtp://ada:p#ss@mail.example.org", "smtp://mail.example.org?tls=maybe",
        "smtp://mail.example.org?tls", "smtps://mail.example.org?tls=no", "smtp://ada:p%40ss@mail.example.org?tls=no",
        "smtp://ada:p%C3%A4ss@mail.example.org", "smtp://ada:pässword@mail.example.org",
    ],
)  # fmt: skip
def test_a_mail_server_that_cannot_be_one_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match="MAIL_URL") as error:
        DevConfig({**MAIL, "MAIL_URL": url})

    assert not [part for part in ("p%", "ä") if part in str(error.value)]


@pytest.mark.parametrize("sender", ["Sociogram", "a@b@c", "Sociogram <>", "a@example.org\nBcc: b@example.org"])
def test_a_sender_without_an_address_is_refused(sender: str) -> None:
    with pytest.raises(SettingsError, match="MAIL_FROM"):
        DevConfig({**MAIL, "MAIL_FROM": sender})


@pytest.mark.parametrize(
    "url", ["sociogram.example.org", "https://", "https://example.org/app", "ftp://example.org", "http://example.org"]
)
def test_an_address_that_links_cannot_begin_with_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        ProdConfig({**PROD, **MAIL, "PUBLIC_URL": url})


@pytest.mark.parametrize("given", ["javascript:alert(1)", "ada", "@example.org", "https:///page", "ada@example.org/x"])
def test_a_contact_is_an_address_or_a_page(given: str) -> None:
    assert DevConfig({"CONTACT": "https://example.org/about"}).CONTACT == "https://example.org/about"
    with pytest.raises(SettingsError, match="CONTACT"):
        DevConfig({"CONTACT": given})
