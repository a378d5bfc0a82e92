"""Settings, chosen by APP_SETTINGS; the only reader of the environment.

A value that cannot be right stops the start with its name: better no server than an unsafe one.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from email_validator import EmailNotValidError, validate_email

from .services import SERVICES
from .services.errors import HostError
from .services.net.oauth import is_safe
from .services.net.ssrf import places

ROOT = Path(__file__).resolve().parent.parent
#: where each service lives; another address is one's own server, or a test's
ADDRESSES: Mapping[str, str] = {
    name: address for service in SERVICES.values() for name, address in service.addresses.items()
}
#: id and secret of this application where the operator registers it
CLIENTS = [name for service in SERVICES.values() for name in service.client_settings]
#: services in whose place fakes can run, in the order of their ports
FAKES = [key for key, service in SERVICES.items() if service.live]
FIRST_FAKE_PORT = 8101
FIRST_FAKE_PORTS = range(1024, 65_537 - len(FAKES))  # so that the last has a number too
#: services whose servers are called only if PRIVATE_HOSTS lets them
NAMED_BY_USERS = [key for key, service in SERVICES.items() if service.oauth and service.oauth.provider.guarded]
FAKE_DATABASE = "fake-services.sqlite"
#: what the fakes know this application by
FAKE_CLIENT = {"ID": "fake-client-id", "SECRET": "fake-client-secret"}
LEAST_DIFFERENT = 8  # characters of a secret: 32 random hexadecimal digits have fewer once in 28 million times
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
    MAX_CONTENT_LENGTH = 1_000_000  # bytes of any request but an upload's; parsed, they take thirty times as many
    MAX_FORM_MEMORY_SIZE = 500_000
    RATELIMIT_HEADERS_ENABLED = False
    #: seconds after which a Redis that does not answer is one that is away
    REDIS_TIMEOUTS: ClassVar[Mapping[str, int]] = {"socket_connect_timeout": 1, "socket_timeout": 2}
    SEND_FILE_MAX_AGE_DEFAULT = 3600

    #: settings of the environment: name -> what the reference page says of it
    DOCUMENTED: ClassVar[Mapping[str, str]] = {
        "APP_SETTINGS": "`DevConfig` (default), `ProdConfig`, `ReviewConfig` or `TestConfig`",
        "SECRET_KEY": "signs cookies and forms; at least 32 characters; needed in production",
        "DATABASE_URL": "SQLAlchemy address; default: an SQLite file in `instance/`",
        "REDIS_URL": "limits are counted there, so that several machines share them, and imports run in Celery "
        "workers instead of a process beside gunicorn's; default: neither",
        "PORT": "port to listen on; default 8000",
        "BIND_HOST": "address to listen on; default: every interface (`make run`: 127.0.0.1)",
        "WEB_CONCURRENCY": "gunicorn workers that take requests; default 2",
        "PROXY_HOPS": "proxies in front whose X-Forwarded-For is believed; default 1 on a dyno, else 0",
        "TRUSTED_HOSTS": "comma-separated host names that the server answers to; default: any, but in production no "
        "Mastodon server gets to know one that stands neither here nor in PUBLIC_URL",
        "PUBLIC_URL": "where users find the server, such as `https://sociogram.example.org`: links in mails begin with "
        "it; default: HEROKU_APP_DEFAULT_DOMAIN_NAME or unknown",
        "MAIL_URL": "the mail server, such as `smtp://user:password@mail.example.org:587`; default: no mail is sent",
        "MAIL_FROM": "whom mails are from, such as `Sociogram <sociogram@example.org>`",
        "CONTACT": "an e-mail address or `https://` page of whoever runs the server, in the foot of every page; "
        "default: none",
        "SOURCE_URL": "where the code that runs can be read, likewise; default: none",
        "TOKEN_KEYS": "comma-separated random secrets of at least 32 characters, or Fernet keys: the first encrypts "
        "tokens of services, all decrypt them; needed in production once a service is set up",
        "PRIVATE_HOSTS": "comma-separated servers on private networks that users may name, such as "
        "`https://social.example.internal` or `http://127.0.0.1:9001`; default: none",
        "UPLOAD_MAX_MB": "largest upload in MB; default 512",
        "USER_MOST_UPLOAD_MB": "what may wait to be imported of a user's uploads, in MB; `0`: no limit; default 1024",
        "USER_MOST_ACCOUNTS": "accounts that a user may bring; `0`: no limit; default 50",
        "USER_MOST_POSTS": "posts of all accounts of a user; `0`: no limit; default 1000000",
        "USER_MOST_PEOPLE": "people of all accounts of a user; `0`: no limit; default 500000",
        "USER_MOST_TIES": "ties of all accounts of a user; `0`: no limit; default 20000000",
        "IMPORT_THREADS": "imports of uploads that run at once; default 1",
        "LIVE_THREADS": "imports from services that run at once, and one more for a service that nobody reads while "
        "all are busy; default 3",
        "REREAD_DAYS": "after so many days all posts of an account are read again at its service, and those that were "
        "deleted there go here too; `0`: only the newest are read again; those of X are never bought twice; default 30",
        **{name: "the id that the service gave this application" for name in CLIENTS if name.endswith("_ID")},
        **{name: "the secret that belongs to it" for name in CLIENTS if name.endswith("_SECRET")},
        "X_MOST_DOLLARS": "the most that a user may allow for an account of X, which your credits pay; default 25",
        "GITHUB_TOKEN": "a token without any scope, with which public handles are read; without it far fewer calls",
        **{name: f"address of the service; default `{address}`" for name, address in ADDRESSES.items()},
        "FAKE_SERVICES": "`1`: invented services of the server's own stand in the place of all real ones, whatever is "
        f"set for those; or the first of their {len(FAKES)} ports, else {FIRST_FAKE_PORT}; refused in production",
        "GIT_SHA": "what `/version` tells; default: HEROKU_SLUG_COMMIT or unknown",
    }

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self.FAKE_SERVICES = self.fake_services(environ)
        environ = {**environ, **faked(self.FAKE_SERVICES)}
        self.SQLALCHEMY_DATABASE_URI = database_url(environ, self.default_database(environ))
        self.SQLALCHEMY_ENGINE_OPTIONS = engine_options(self.SQLALCHEMY_DATABASE_URI)
        self.SECRET_KEY = self.secret_key(environ)
        self.RATELIMIT_STORAGE_URI = redis_url(environ) or "file://"
        self.RATELIMIT_STORAGE_OPTIONS = self.REDIS_TIMEOUTS if redis_url(environ) else {}
        self.PROXY_HOPS = number(environ, "PROXY_HOPS", 1 if "DYNO" in environ else 0)
        self.TRUSTED_HOSTS = trusted_hosts(environ)
        self.PUBLIC_URL = public_url(environ, secure=self.SECURE)
        self.MAIL_URL = mail_url(environ.get("MAIL_URL", ""))
        self.MAIL_FROM = mail_from(environ.get("MAIL_FROM", ""))
        if (self.MAIL_URL or self.MAIL_FROM) and not (self.MAIL_URL and self.MAIL_FROM and self.PUBLIC_URL):
            raise SettingsError(
                "mail is half set up: set MAIL_URL, MAIL_FROM and PUBLIC_URL, or neither of the first two"
            )
        self.CONTACT = contact(environ.get("CONTACT", "").strip())
        self.SOURCE_URL = web_page("SOURCE_URL", environ.get("SOURCE_URL", "").strip())
        self.UPLOAD_MAX_BYTES = number(environ, "UPLOAD_MAX_MB", 512, least=1) * 1_000_000
        self.USER_MOST_UPLOAD_BYTES = number(environ, "USER_MOST_UPLOAD_MB", 1024) * 1_000_000
        self.USER_MOST_ACCOUNTS = number(environ, "USER_MOST_ACCOUNTS", 50)
        self.USER_MOST_POSTS = number(environ, "USER_MOST_POSTS", 1_000_000)
        self.USER_MOST_PEOPLE = number(environ, "USER_MOST_PEOPLE", 500_000)
        self.USER_MOST_TIES = number(environ, "USER_MOST_TIES", 20_000_000)
        self.IMPORT_THREADS = number(environ, "IMPORT_THREADS", 1, least=1)
        self.LIVE_THREADS = number(environ, "LIVE_THREADS", 3, least=1)
        self.REREAD_DAYS = number(environ, "REREAD_DAYS", 30)
        self.CELERY = redis_url(environ)
        self.X_MOST_DOLLARS = number(environ, "X_MOST_DOLLARS", 25)
        self.PRIVATE_HOSTS = private_hosts(environ)
        loopback = not self.SECURE or bool(self.FAKE_SERVICES)
        for name, address in ADDRESSES.items():
            setattr(self, name, service_address(environ, name, address, self.PRIVATE_HOSTS, loopback=loopback))
        for name in CLIENTS:
            setattr(self, name, environ.get(name) or None)
            other = name.removesuffix("ID") + "SECRET" if name.endswith("_ID") else name.removesuffix("SECRET") + "ID"
            if environ.get(name) and not environ.get(other):
                raise SettingsError(f"{name} is set and {other} is not: they belong together")
        self.GITHUB_TOKEN = environ.get("GITHUB_TOKEN") or None
        self.TOKEN_KEYS = self.token_keys(environ)
        self.PRIVATE_HOSTS += [fake_url(port) for name, port in self.FAKE_SERVICES.items() if name in NAMED_BY_USERS]
        self.GIT_SHA = environ.get("GIT_SHA") or environ.get("HEROKU_SLUG_COMMIT") or "unknown"
        self.SESSION_COOKIE_SECURE = self.SECURE
        self.SESSION_COOKIE_NAME = "__Host-session" if self.SECURE else "session"
        self.PREFERRED_URL_SCHEME = "https" if self.SECURE else "http"

    def default_database(self, environ: Mapping[str, str]) -> str:
        """An SQLite file beside the code; another one with fakes, so that nothing real is read from them."""
        name = FAKE_DATABASE if self.FAKE_SERVICES else "sociogram.sqlite"
        return f"sqlite:///{ROOT / 'instance' / name}"

    def secret_key(self, environ: Mapping[str, str]) -> str:
        """The one of the environment, else one that is made once and kept in `instance/`."""
        return environ.get("SECRET_KEY") or kept_secret(ROOT / "instance" / "secret_key")

    def fake_services(self, environ: Mapping[str, str]) -> dict[str, int]:
        """The fakes' ports by service; none where the services are real."""
        return fake_ports(environ)

    def token_keys(self, environ: Mapping[str, str]) -> list[str]:
        """Those of the environment, else one that is made once and kept in `instance/`."""
        return fernet_keys(environ) or [kept_secret(ROOT / "instance" / "token_key", Fernet.generate_key().decode())]


class DevConfig(Config):
    """A laptop: SQLite, a secret of its own, plain http."""


class ProdConfig(Config):
    """A server that strangers reach: https, a real secret, a database that outlives the machine."""

    SECURE = True

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        super().__init__(environ)
        if "DYNO" in environ and self.SQLALCHEMY_DATABASE_URI.startswith("sqlite"):
            raise SettingsError("DATABASE_URL is SQLite, which a dyno loses at each restart: add Heroku Postgres")

    def fake_services(self, environ: Mapping[str, str]) -> dict[str, int]:
        """Never any."""
        if fake_ports(environ):
            raise SettingsError("FAKE_SERVICES is set: take it away in production, or use ReviewConfig for trying out")
        return {}

    def secret_key(self, environ: Mapping[str, str]) -> str:
        """Only a real one of the environment."""
        key = environ.get("SECRET_KEY", "")
        if is_weak(key):
            raise SettingsError(
                "SECRET_KEY is missing, a default, shorter than 32 characters or the same few again and again: set a "
                "random one"
            )
        return key

    def token_keys(self, environ: Mapping[str, str]) -> list[str]:
        """Only those of the environment: without any, no service can be connected by OAuth."""
        return fernet_keys(environ)


class ReviewConfig(ProdConfig):
    """A server for trying out what is not merged yet: as in production, but with nothing real."""

    def fake_services(self, environ: Mapping[str, str]) -> dict[str, int]:
        """Always all."""
        return fake_ports({"FAKE_SERVICES": environ.get("FAKE_SERVICES") or "1"})


class TestConfig(Config):
    """Tests: no limits unless a test asks for them."""

    __test__ = False  # not a test class, whatever its name
    TESTING = True
    RATELIMIT_ENABLED = False

    def secret_key(self, environ: Mapping[str, str]) -> str:
        """A fixed one."""
        return environ.get("SECRET_KEY", "only-for-tests-" + "0" * 32)

    def token_keys(self, environ: Mapping[str, str]) -> list[str]:
        """A fixed one."""
        return fernet_keys(environ) or ["b25seSBmb3IgdGVzdHMsIDMyIGJ5dGVzIG9mIGtleSE="]

    def default_database(self, environ: Mapping[str, str]) -> str:
        """Nothing outlives a test."""
        return "sqlite:///:memory:"


CONFIGS: Mapping[str, type[Config]] = {c.__name__: c for c in (DevConfig, ProdConfig, ReviewConfig, TestConfig)}


def config_from(environ: Mapping[str, str] = os.environ) -> Config:
    """The configuration that APP_SETTINGS names."""
    name = environ.get("APP_SETTINGS", "DevConfig").rpartition(".")[2]
    if name not in CONFIGS:
        raise SettingsError(f"APP_SETTINGS={name!r}: use one of {', '.join(CONFIGS)}")
    return CONFIGS[name](environ)


def private_hosts(environ: Mapping[str, str]) -> list[str]:
    """Servers that users may name though they are private."""
    hosts = listed(environ, "PRIVATE_HOSTS")
    try:
        places(hosts)
    except HostError as error:
        raise SettingsError(f"PRIVATE_HOSTS: {error}") from error
    return hosts


def service_address(
    environ: Mapping[str, str], name: str, default: str, private: Sequence[str], *, loopback: bool
) -> str:
    """An address of the environment to which secrets may be sent, without a slash at its end."""
    address = (environ.get(name) or default).rstrip("/")
    if not address.startswith(("https://", "http://")):
        raise SettingsError(f"{name}={address!r}: use an address that begins with https://")
    if not is_safe(address, private, loopback=loopback):
        raise SettingsError(f"{name}={address!r}: secrets go there: use https://, or name it in PRIVATE_HOSTS as well")
    return address


def trusted_hosts(environ: Mapping[str, str]) -> list[str] | None:
    """The names that the server answers to."""
    hosts = listed(environ, "TRUSTED_HOSTS")
    if wrong := [host for host in hosts if "/" in host or "*" in host]:
        raise SettingsError(f"TRUSTED_HOSTS: {wrong[0]!r}: use a name alone, such as sociogram.example.org")
    return hosts or None


def public_url(environ: Mapping[str, str], *, secure: bool) -> str | None:
    """The address of the server itself, without a slash at its end; a dyno may know its name."""
    dyno = environ.get("HEROKU_APP_DEFAULT_DOMAIN_NAME")
    url = (environ.get("PUBLIC_URL") or (f"https://{dyno}" if dyno else "")).strip().rstrip("/")
    parts = urlsplit(url)
    if url and (
        parts.scheme not in ("http", "https") or not parts.hostname or url != f"{parts.scheme}://{parts.netloc}"
    ):
        raise SettingsError(f"PUBLIC_URL={url!r}: use an address such as https://sociogram.example.org")
    if url and secure and parts.scheme != "https":
        raise SettingsError(f"PUBLIC_URL={url!r}: in production use an address that begins with https://")
    return url or None


def contact(given: str) -> str | None:
    """Where a link to whoever runs the server leads: a page, or an e-mail address."""
    if "@" not in given or "/" in given:
        return web_page("CONTACT", given)
    try:
        validate_email(given, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise SettingsError(f"CONTACT={given!r}: use an e-mail address, or a page that begins with https://") from error
    return f"mailto:{given}"


def web_page(name: str, url: str) -> str | None:
    """A page that everybody may be led to."""
    if url and not (url.startswith(("https://", "http://")) and urlsplit(url).hostname):
        raise SettingsError(f"{name}={url!r}: use an address that begins with https://")
    return url or None


def mail_url(url: str) -> str | None:
    """The mail server, if it is one; what is refused is not repeated, for a password may stand in it."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        whole = parts.hostname and parts.port != 0 and parts.path in ("", "/") and not parts.fragment
        whole = whole and parts.scheme in ("smtp", "smtps") and parts.query in ("", "tls=no")
    except ValueError:
        whole = False
    if not whole:
        raise SettingsError(
            "MAIL_URL: use an address such as smtp://user:password@mail.example.org:587, or smtps:// with port 465; "
            "write special characters of user and password as in %40"
        )
    if not unquote(f"{parts.username}{parts.password}").isascii():
        raise SettingsError("MAIL_URL: use a user and password of English letters, digits and signs alone")
    if parts.query and (parts.scheme == "smtps" or parts.username):
        raise SettingsError("MAIL_URL: tls=no is for smtp:// without user and password, which others could read")
    return url


def mail_from(sender: str) -> str | None:
    """An address, with or without a name."""
    if not sender:
        return None
    try:
        validate_email(parseaddr(sender)[1], check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise SettingsError(f"MAIL_FROM={sender!r}: use Sociogram <sociogram@example.org>, or an address") from error
    if not sender.isprintable():
        raise SettingsError(f"MAIL_FROM={sender!r}: use one line")
    return sender


def fake_ports(environ: Mapping[str, str]) -> dict[str, int]:
    """The port of each fake; FAKE_SERVICES is 1, or the first of them."""
    first = number(environ, "FAKE_SERVICES", 0)
    first = FIRST_FAKE_PORT if first == 1 else first
    if first and first not in FIRST_FAKE_PORTS:
        raise SettingsError(f"FAKE_SERVICES={first}: use 1, or the first of {len(FAKES)} free ports such as 8201")
    return {key: port for port, key in enumerate(FAKES, first)} if first else {}


def fake_url(port: int) -> str:
    """The address of a fake."""
    return f"http://127.0.0.1:{port}"


def faked(ports: Mapping[str, int]) -> dict[str, str]:
    """What the environment says of services where fakes stand in their place; a real key is of no use there."""
    if not ports:
        return {}
    addresses = {name: fake_url(port) for key, port in ports.items() for name in SERVICES[key].addresses}
    clients = {name: FAKE_CLIENT[name.rpartition("_")[2]] for name in CLIENTS}
    return {**addresses, **clients, "GITHUB_TOKEN": FAKE_CLIENT["SECRET"]}


def listed(environ: Mapping[str, str], name: str) -> list[str]:
    """What stands between the commas of a setting."""
    return [value.strip() for value in environ.get(name, "").split(",") if value.strip()]


def number(environ: Mapping[str, str], name: str, default: int, *, least: int = 0) -> int:
    """A whole number of the environment."""
    value = environ.get(name, "")
    if value and not value.isdecimal():
        raise SettingsError(f"{name}={value!r}: use a whole number")
    if value and int(value) < least:
        raise SettingsError(f"{name}={value!r}: use {least} or more")
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
    """Pools that fit the 20 connections of the smallest Postgres plan: 3 processes of 6, and room for a release."""
    private = {"hide_parameters": True}  # what is stored stands in no log
    if url.startswith("sqlite"):
        return private
    pool = {"pool_size": 3, "max_overflow": 3, "pool_timeout": 15, "pool_recycle": 300, "pool_pre_ping": True}
    return {**private, **pool, "connect_args": {"connect_timeout": 5}}


def redis_url(environ: Mapping[str, str]) -> str:
    """REDIS_URL; on Heroku its certificate is self-signed."""
    url = environ.get("REDIS_URL", "")
    if url.startswith("rediss://") and "DYNO" in environ and "ssl_cert_reqs" not in url:
        url += ("&" if "?" in url else "?") + "ssl_cert_reqs=none"
    return url


def is_weak(secret: str) -> bool:
    """Whether it can be guessed."""
    return secret.lower() in UNSAFE_SECRETS or len(secret) < 32 or len(set(secret)) < LEAST_DIFFERENT


def fernet_keys(environ: Mapping[str, str]) -> list[str]:
    """The keys of TOKEN_KEYS. A host that makes secrets by itself makes plain text: a key is derived from it."""
    return [fernet_key(key, number) for number, key in enumerate(listed(environ, "TOKEN_KEYS"), 1)]


def fernet_key(key: str, number: int) -> str:
    """A Fernet key as it stands, or one derived from at least 32 other characters."""
    if is_weak(key):
        raise SettingsError(
            f"TOKEN_KEYS: key {number} is shorter than 32 characters or the same few again and again: set a random one"
        )
    try:
        Fernet(key)
    except ValueError:
        derived = HKDF(SHA256(), 32, salt=None, info=b"sociogram tokens").derive(key.encode())
        return base64.urlsafe_b64encode(derived).decode()
    return key


def kept_secret(path: Path, fresh: str = "") -> str:
    """The secret in that file, made at the first start; `fresh` is its value then."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")  # another start must never read half a secret
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(fresh or secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)  # unlike a rename, it leaves the secret of a start that was faster
        draft.unlink()
    return path.read_text()
