"""Settings, chosen by APP_SETTINGS; the only reader of the environment.

A value that cannot be right stops the start with its name: better no server than an unsafe one.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

ROOT = Path(__file__).resolve().parent.parent
UNSAFE_SECRETS = {"", "secret", "changeme", "change-me", "dev", "development", "default", "test"}


class SettingsError(Exception):
    """A setting is missing or cannot be right."""


class Config:
    """What all configurations share. Attributes in capitals become Flask's `app.config`."""

    DEBUG = False
    TESTING = False
    SECURE = False  # https in front: Secure cookies, HSTS

    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"  # Strict would lose the state when an OAuth provider sends the user back
    SESSION_LIFETIME = timedelta(hours=12)
    REMEMBER_LIFETIME = timedelta(days=30)
    SESSION_REFRESH_EACH_REQUEST = False
    WTF_CSRF_TIME_LIMIT = None  # a dashboard stays open for days; the token ends with the session
    SQLALCHEMY_TRACK_MODIFICATIONS = False
    MAX_FORM_MEMORY_SIZE = 500_000
    RATELIMIT_HEADERS_ENABLED = False
    SEND_FILE_MAX_AGE_DEFAULT = 3600

    #: settings of the environment: name -> what the reference page says of it
    DOCUMENTED: ClassVar[Mapping[str, str]] = {
        "APP_SETTINGS": "`DevConfig` (default), `ProdConfig` or `TestConfig`",
        "SECRET_KEY": "signs cookies and forms; at least 32 characters; needed in production",
        "DATABASE_URL": "SQLAlchemy address; default: an SQLite file in `instance/`",
        "REDIS_URL": "limits are counted there, so that several processes share them; default: in memory",
        "PORT": "port to listen on; default 8000",
        "BIND_HOST": "address to listen on; default: every interface (`make run`: 127.0.0.1)",
        "WEB_CONCURRENCY": "gunicorn workers; default 2",
        "PROXY_HOPS": "proxies in front whose X-Forwarded-For is believed; default 1 on a dyno, else 0",
        "TRUSTED_HOSTS": "comma-separated host names that the server answers to; default: any",
        "UPLOAD_MAX_MB": "largest upload in MB; default 512",
        "IMPORT_THREADS": "imports that run at once in a process; default 1",
        "GIT_SHA": "what `/version` tells; default: HEROKU_SLUG_COMMIT or unknown",
    }

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self.SQLALCHEMY_DATABASE_URI = database_url(environ, self.default_database(environ))
        self.SQLALCHEMY_ENGINE_OPTIONS = engine_options(self.SQLALCHEMY_DATABASE_URI)
        self.SECRET_KEY = self.secret_key(environ)
        self.RATELIMIT_STORAGE_URI = redis_url(environ) or "memory://"
        self.PROXY_HOPS = number(environ, "PROXY_HOPS", 1 if "DYNO" in environ else 0)
        self.TRUSTED_HOSTS = [h.strip() for h in environ.get("TRUSTED_HOSTS", "").split(",") if h.strip()] or None
        self.MAX_CONTENT_LENGTH = number(environ, "UPLOAD_MAX_MB", 512) * 1_000_000
        self.IMPORT_THREADS = number(environ, "IMPORT_THREADS", 1)
        self.GIT_SHA = environ.get("GIT_SHA") or environ.get("HEROKU_SLUG_COMMIT") or "unknown"
        self.SESSION_COOKIE_SECURE = self.SECURE
        self.SESSION_COOKIE_NAME = "__Host-session" if self.SECURE else "session"
        self.PREFERRED_URL_SCHEME = "https" if self.SECURE else "http"

    def default_database(self, environ: Mapping[str, str]) -> str:
        """An SQLite file beside the code."""
        return f"sqlite:///{ROOT / 'instance' / 'sociogram.sqlite'}"

    def secret_key(self, environ: Mapping[str, str]) -> str:
        """The one of the environment, else one that is made once and kept in `instance/`."""
        return environ.get("SECRET_KEY") or kept_secret(ROOT / "instance" / "secret_key")


class DevConfig(Config):
    """A laptop: SQLite, a secret of its own, plain http."""


class ProdConfig(Config):
    """A server that strangers reach: https, a real secret, a database that outlives the machine."""

    SECURE = True

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        super().__init__(environ)
        if "DYNO" in environ and self.SQLALCHEMY_DATABASE_URI.startswith("sqlite"):
            raise SettingsError("DATABASE_URL is SQLite, which a dyno loses at each restart: add Heroku Postgres")

    def secret_key(self, environ: Mapping[str, str]) -> str:
        """Only a real one of the environment."""
        key = environ.get("SECRET_KEY", "")
        if key.lower() in UNSAFE_SECRETS or len(key) < 32:
            raise SettingsError("SECRET_KEY is missing, a default or shorter than 32 characters: set a random one")
        return key


class TestConfig(Config):
    """Tests: no limits unless a test asks for them."""

    __test__ = False  # not a test class, whatever its name
    TESTING = True
    RATELIMIT_ENABLED = False

    def secret_key(self, environ: Mapping[str, str]) -> str:
        """A fixed one."""
        return environ.get("SECRET_KEY", "only-for-tests-" + "0" * 32)

    def default_database(self, environ: Mapping[str, str]) -> str:
        """Nothing outlives a test."""
        return "sqlite:///:memory:"


CONFIGS: Mapping[str, type[Config]] = {c.__name__: c for c in (DevConfig, ProdConfig, TestConfig)}


def config_from(environ: Mapping[str, str] = os.environ) -> Config:
    """The configuration that APP_SETTINGS names."""
    name = environ.get("APP_SETTINGS", "DevConfig").rpartition(".")[2]
    if name not in CONFIGS:
        raise SettingsError(f"APP_SETTINGS={name!r}: use one of {', '.join(CONFIGS)}")
    return CONFIGS[name](environ)


def number(environ: Mapping[str, str], name: str, default: int) -> int:
    """A whole number of the environment."""
    value = environ.get(name, "")
    if value and not value.isdecimal():
        raise SettingsError(f"{name}={value!r}: use a whole number")
    return int(value) if value else default


def database_url(environ: Mapping[str, str], default: str) -> str:
    """DATABASE_URL as SQLAlchemy 2.1 wants it: Heroku says `postgres://`."""
    url = environ.get("DATABASE_URL") or default
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            url = "postgresql+psycopg://" + url.removeprefix(scheme)
    if "DYNO" in environ and url.startswith("postgresql") and "sslmode" not in url:
        url += ("&" if "?" in url else "?") + "sslmode=require"
    return url


def engine_options(url: str) -> dict[str, Any]:
    """Pools that fit the 20 connections of the smallest Postgres plan: 2 workers of 5, and room for a release."""
    if url.startswith("sqlite"):
        return {}
    return {"pool_size": 3, "max_overflow": 2, "pool_timeout": 5, "pool_recycle": 300, "pool_pre_ping": True}


def redis_url(environ: Mapping[str, str]) -> str:
    """REDIS_URL; on Heroku its certificate is self-signed."""
    url = environ.get("REDIS_URL", "")
    if url.startswith("rediss://") and "DYNO" in environ and "ssl_cert_reqs" not in url:
        url += ("&" if "?" in url else "?") + "ssl_cert_reqs=none"
    return url


def kept_secret(path: Path) -> str:
    """The secret in that file, made at the first start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")  # another start must never read half a secret
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)  # unlike a rename, it leaves the secret of a start that was faster
        draft.unlink()
    return path.read_text()
