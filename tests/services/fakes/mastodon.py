"""Mastodon servers on ports of their own, which answer in the shapes, pages and limits of real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, make_response, redirect, request

from ..servers import serving
from .mastodon_world import Human, Server, World

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

SERVER = "sociogram.server"  # in the environment of a request
PAGING = ("max_id", "min_id", "since_id", "page")
TOKEN = "mastodon-token-canary-{user}"


@contextmanager
def served(world: World, *names: str) -> Iterator[World]:
    """Serves the servers of those names, or all; only then are their addresses known."""
    with ExitStack() as stack:
        for name in names or world.servers:
            server = world.servers[name]
            url = stack.enter_context(serving(application(server)))
            named = server.domain not in (f"{name}.example", server.host)
            server.host = url.removeprefix("http://")
            server.domain = server.domain if named else server.host
        stack.callback(world.over.set)
        yield world


# ---- the interface


def application(server: Server) -> WSGIApplication:
    """One server's."""
    app = _pages()
    return lambda environ, start_response: app(environ | {SERVER: server}, start_response)


@cache
def _pages() -> Flask:
    """Of all servers: to make them takes longer than to serve most worlds."""
    app = Flask(__name__, static_folder=None)
    app.before_request(lambda: _before(request.environ[SERVER]))
    for path, view in {"/.well-known/webfinger": webfinger, **VIEWS}.items():
        app.add_url_rule(path, path, lambda view=view, **ids: view(request.environ[SERVER], **ids))
    app.register_error_handler(404, lambda _: _missing(request.environ[SERVER]))
    return app


def _before(server: Server) -> Any:
    """Counts the call; a fault, a refusal, or nothing."""
    path = request.path
    server.calls[path] += 1
    server.log.append(request.full_path)
    kinds = ["all", *(["paging"] if any(name in request.args for name in PAGING) else [])]
    over = next((kind for kind in kinds if server.used[kind] >= server.limits[kind]), None)
    if over is not None:
        told = _limit_headers(server, over) if server.told_limits else {}
        return make_response(jsonify(error="Too many requests"), 429, told)
    server.used.update(kinds)
    answer = server.fault(path)
    if answer is not None:
        return make_response(answer)
    if server.foreign and path.startswith("/api/"):
        return _missing(server)
    if server.closed and path.startswith("/api/v1/accounts") and _me(server) is None:
        return _error("This API requires an authenticated user", 401)
    if request.headers.get("Authorization") and _me(server) is None:
        return _error("The access token is invalid", 401)
    return None


def _limit_headers(server: Server, kind: str) -> dict[str, str]:
    reset = datetime.now(UTC) + timedelta(minutes=5 if kind == "all" else 15)
    left = max(server.limits[kind] - server.used[kind], 0)
    return {
        "X-RateLimit-Limit": str(server.limits[kind]),
        "X-RateLimit-Remaining": str(left),
        "X-RateLimit-Reset": reset.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }


def _told(server: Server, value: Any, link: str = "") -> Response:
    headers = _limit_headers(server, "all") if server.told_limits else {}
    return make_response(jsonify(value), 200, headers | ({"Link": link} if link and server.links else {}))


def _error(text: str, status: int) -> Response:
    return make_response(jsonify(error=text), status)


def _missing(server: Server) -> Response:
    if server.foreign:
        return make_response(jsonify(error={"code": "UNKNOWN_API_ENDPOINT", "message": "Unknown API endpoint."}), 404)
    return _error("Record not found", 404)


def _me(server: Server) -> Human | None:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    found = (each for each in server.world.humans.values() if each.server is server)
    return next((each for each in found if token == TOKEN.format(user=each.user)), None)


def webfinger(server: Server) -> Any:
    """Of its own people, by either of its names."""
    user, _, domain = request.args.get("resource", "").removeprefix("acct:").partition("@")
    who = server.world.humans.get(user.lower())
    if who is None or who.server is not server or domain not in (server.domain, server.host):
        return "", 404
    href = server.account(who)["uri"]
    links = [
        {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": href},
        {"rel": "self", "type": "application/activity+json", "href": href},
    ]
    return jsonify(subject=f"acct:{who.key}", aliases=[href], links=links)


def sending_on(host: Callable[[], str]) -> Flask:
    """A site that only says where the server of its domain is."""
    app = Flask(__name__)

    @app.get("/.well-known/webfinger")
    def there() -> Any:
        return redirect(f"http://{host()}/.well-known/webfinger?{request.query_string.decode()}", 301)

    @app.errorhandler(404)
    def page(_: Exception) -> Any:
        return "<!doctype html><title>A site</title>", 404

    return app


def lookup(server: Server) -> Any:
    """By name."""
    user, _, domain = request.args.get("acct", "").partition("@")
    who = server.world.humans.get(user.lower())
    if who is None or not server.knows(who) or (domain or server.domain) != who.server.domain:
        return _error("Record not found", 404)
    return _told(server, server.account(who))


def verify_credentials(server: Server) -> Any:
    """Whose token it is."""
    who = _me(server)
    if who is None:
        return _error("The access token is invalid", 401)
    source = {"privacy": "public", "sensitive": False, "note": who.user, "hide_collections": who.hidden}
    return _told(server, server.account(who) | {"source": source})


def by_id(server: Server, ident: str) -> Any:
    """By the number that it has here."""
    who = server.human(ident)
    return _error("Record not found", 404) if who is None else _told(server, server.account(who))


def statuses(server: Server, ident: str) -> Any:
    """The newest first; to who wrote them also those that are not for everybody."""
    who = server.human(ident)
    if who is None:
        return _error("Record not found", 404)
    shown = {each["visibility"] for each in who.statuses} if who is _me(server) else {"public", "unlisted"}
    every = [each for each in reversed(who.statuses) if each["visibility"] in shown and not who.suspended]
    before, size = int(request.args.get("max_id", 10**18)), min(int(request.args.get("limit", 20)), 40)
    page = [each for each in every if int(each["id"]) < before][:size]
    account = {"account": server.account(who)}
    return _told(server, [each | account for each in page], _link(server, page[-1]["id"]) if page else "")


def followers(server: Server, ident: str) -> Any:
    """Who follows somebody."""
    return _list(server, ident, 1)


def following(server: Server, ident: str) -> Any:
    """Whom somebody follows."""
    return _list(server, ident, 0)


def _list(server: Server, ident: str, other: int) -> Any:
    """By relations, whose ids page them, or where no header can tell these, by accounts, as Pleroma does."""
    who = server.human(ident)
    if who is None:
        return _error("Record not found", 404)
    if who.suspended or (who.hidden and who is not _me(server)):
        return _told(server, [])
    before = int(request.args.get("max_id", 10**18))
    size = min(int(request.args.get("limit", 40)), server.largest_page)
    all_of_them = [each for each in server.relations() if each[2 - (1 - other)] == who.user]
    known = [(number, server.account(server.world.humans[each[other - 1]])) for number, *each in all_of_them]
    if server.by_account:
        known = sorted(((int(account["id"]), account) for _, account in known), key=lambda each: -each[0])
    page = [each for each in known if each[0] < before][:size]
    link = _link(server, page[-1][0], ends=len(page) < size) if page else ""
    return _told(server, [account for _, account in page], link)


def _link(server: Server, last: Any, *, ends: bool = False) -> str:
    kept = {name: value for name, value in request.args.items() if name not in PAGING}
    base = f"https://{server.links_to or server.host}{request.path}"
    urls = {rel: f"{base}?{urlencode(kept | {name: last})}" for rel, name in (("next", "max_id"), ("prev", "since_id"))}
    return ", ".join(f'<{url}>; rel="{rel}"' for rel, url in urls.items() if not (ends and rel == "next"))


def familiar_followers(server: Server) -> Any:
    """Which friends of mine follow each."""
    me = _me(server)
    if me is None or not server.familiar:
        return _error("Record not found", 404)
    known, told = {each[1:] for each in server.relations()}, []
    for ident in request.args.getlist("id[]"):
        who = server.human(ident)
        friends = [server.world.humans[name] for name in me.follows]
        shown = [each for each in friends if who and not who.hidden and not each.hidden]
        seen = [each for each in shown if who and (each.user, who.user) in known]
        told.append({"id": ident, "accounts": [server.account(each) for each in seen]})
    return _told(server, told)


def relationships(server: Server) -> Any:
    """Mine to each."""
    me = _me(server)
    if me is None:
        return _error("This method requires an authenticated user", 422)
    told = []
    for ident in request.args.getlist("id[]"):
        who = server.human(ident)
        if who is not None:
            told.append({"id": ident, "following": who.user in me.follows, "followed_by": me.user in who.follows})
    return _told(server, told)


def instance(server: Server) -> Any:
    """The server itself."""
    return _told(server, {"domain": server.domain, "title": server.domain, "version": "4.5.2"})


VIEWS: dict[str, Callable[..., Any]] = {
    "/api/v2/instance": instance,
    "/api/v1/accounts/lookup": lookup,
    "/api/v1/accounts/verify_credentials": verify_credentials,
    "/api/v1/accounts/familiar_followers": familiar_followers,
    "/api/v1/accounts/relationships": relationships,
    "/api/v1/accounts/<ident>": by_id,
    "/api/v1/accounts/<ident>/statuses": statuses,
    "/api/v1/accounts/<ident>/followers": followers,
    "/api/v1/accounts/<ident>/following": following,
}
