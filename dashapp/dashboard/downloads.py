"""Downloads under stable addresses, for the signed-in owner only; all of them are sent while they are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from flask import Blueprint, Response, abort, request, stream_with_context
from flask_login import current_user, login_required

from analytics.timeline import PERIODS, Unit

from ..store import accounts
from ..store.database import LARGEST_ID, now
from . import export_contents
from .filenames import attachment, filename
from .formats import FORMATS
from .formats.zip import zipped
from .full_export import files

blueprint = Blueprint("downloads", __name__, url_prefix="/download")
UNITS = get_args(Unit)
GRAPH = "-graph"


@blueprint.get(f"/<int(max={LARGEST_ID}):account_id>/<what>.<form>")
@login_required
def download(account_id: int, what: str, form: str) -> Response:
    """A list, a graph or a chart's data of an account in some format."""
    account = accounts.account(current_user.id, account_id)
    if account is None or form not in FORMATS:
        abort(404)
    wanted = export_contents.Wanted(
        owner=current_user.id,
        account=account,
        period=_chosen("period", PERIODS, usual="all"),
        unit=_chosen("unit", UNITS, usual="day"),  # type: ignore[arg-type]
        time_zone=current_user.time_zone,
    )
    parts = [
        account.service,
        account.handle,
        what,
        *([wanted.period] if what in export_contents.OF_PERIOD else []),
    ]
    name = filename(*parts, day=account.data_day, suffix=form)
    return _sent(_written(what, form, wanted), mimetype=FORMATS[form].mimetype, name=name)


@blueprint.get("/everything.zip")
@login_required
def everything() -> Response:
    """All that is stored about the user, as CSV and JSON."""
    at = now()
    name = filename(current_user.name, "everything", day=at.date(), suffix="zip")
    return _sent(zipped(files(current_user.id), at=at), mimetype="application/zip", name=name)


def _written(what: str, form: str, wanted: export_contents.Wanted) -> Iterator[bytes]:
    writers = FORMATS[form]
    which = what.removesuffix(GRAPH)
    if what.endswith(GRAPH) and which in export_contents.LISTS and writers.graph is not None:
        return writers.graph(export_contents.graph(which, wanted))
    table = export_contents.table(what, wanted) if writers.table is not None else None
    if table is None or writers.table is None:
        abort(404)
    return writers.table(table)


def _chosen(name: str, known: Iterable[str], *, usual: str) -> str:
    value = request.args.get(name, usual)
    if value not in known:
        abort(400, f"There is no {name} {value[:20]!r}: use one of {', '.join(known)}.")
    return value


def _sent(body: Iterator[bytes], *, mimetype: str, name: str) -> Response:
    response = Response(stream_with_context(body), mimetype=mimetype)
    response.headers["Content-Disposition"] = attachment(name)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
