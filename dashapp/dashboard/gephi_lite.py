"""Gephi Lite, which fetches a graph from here by an address that its owner's browser was given for some minutes."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import Blueprint, Response, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from itsdangerous import BadData, URLSafeTimedSerializer

from ..public_address import is_reachable
from ..signing import signer
from ..store import accounts, users
from ..store.database import LARGEST_ID
from . import export_contents
from .downloads import sent
from .filenames import account_filename
from .formats import FORMATS, gexf
from .sections.graph_remark import GEPHI_LITE

LIFETIME = 600  # seconds in which it can be fetched
FILE = "/open/graph.gexf"

blueprint = Blueprint("gephi_lite", __name__)


@blueprint.get(f"/open/<int(max={LARGEST_ID}):account_id>/<what>")
@login_required
def open_graph(account_id: int, what: str) -> ResponseReturnValue:
    """To Gephi Lite, with the address of the file."""
    known = what in export_contents.LISTS and accounts.account(current_user.id, account_id) is not None
    if not known or not is_reachable():
        abort(404)
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        abort(403, "Open it from the page of your account.")  # no other site decides where a graph goes
    token = _signer().dumps([current_user.id, account_id, what])
    # no log keeps a query; Gephi Lite tells the format by how an address ends
    file = f"{current_app.config['PUBLIC_URL']}{FILE}?{urlencode({'token': token, 'as': 'graph.gexf'})}"
    return redirect(f"{GEPHI_LITE}?file={quote(file, safe='')}", 303)


@blueprint.get(FILE)
def graph_file() -> Response:
    """The graph that the token names: whoever holds it may read, for some minutes and without signing in."""
    try:
        owner, account_id, what = _signer().loads(request.args.get("token", ""), max_age=LIFETIME)
    except BadData:
        abort(404)
    account = accounts.account(owner, account_id) or abort(404)
    time_zone = users.user(owner).time_zone
    graph = export_contents.graph(what, owner, account, day=account.data_day(time_zone))
    name = account_filename(account, f"{what}-graph", time_zone=time_zone)
    response = sent(gexf.graph(graph), FORMATS["gexf"], name=name)
    response.headers["Access-Control-Allow-Origin"] = "*"  # it is asked without cookies: the token alone opens it
    return response


def _signer() -> URLSafeTimedSerializer:
    return signer("graph for Gephi Lite")
