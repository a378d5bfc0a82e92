"""Downloads under stable addresses, for the signed-in owner only; all of them are sent while they are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

from flask import Blueprint, Response, abort, request, stream_with_context
from flask_login import current_user, login_required

from analytics.growth import LISTS
from analytics.timeline import PERIODS, Unit, local_day

from ..store import accounts
from ..store.change_list import ChangeFilter
from ..store.database import LARGEST_ID, now
from ..store.rows import KINDS, AccountRow
from ..users import limits
from . import compare_view, crosscheck_tables, export_contents, overview_tables
from .account_view import read
from .address import parse_period, parse_query
from .chart_tables import file_of
from .compare_view import read_compare
from .crosscheck_view import KIND, read_crosscheck
from .filenames import account_filename, attachment, filename
from .formats import FORMATS
from .formats.records import Format, Table
from .formats.zip import zipped
from .full_export import files
from .parts import Chart
from .sections import CHARTS
from .sections.changes import ANY, change_filter
from .sections.people import CLASSES, narrowed

blueprint = Blueprint("downloads", __name__, url_prefix="/download")
UNITS = get_args(Unit)
GRAPH, CHANGES = "-graph", "changes"
ZIP = Format(label="ZIP", suffix="zip", mimetype="application/zip")


@blueprint.get(f"/<int(max={LARGEST_ID}):account_id>/<what>.<form>")
@login_required
def download(account_id: int, what: str, form: str) -> Response:
    """A list, a graph or a chart's data of an account in some format."""
    account = accounts.account(current_user.id, account_id)
    if account is None or form not in FORMATS:
        abort(404)
    period, unit = _period(), _chosen("unit", UNITS, usual="day")
    chart = CHARTS.get(what)
    narrowed = {name: request.args[name] for name in (chart.narrowed if chart else ()) if name in request.args}
    by_period = what == CHANGES or (chart is not None and "period" in chart.by)
    if chart is not None:
        table = _of_chart(chart, account_id, period, unit, narrowed)
    elif what in export_contents.LISTS:
        table = _of_list(account_id, what)
    elif what == CHANGES:
        table = export_contents.changes(current_user.id, account_id, _changes_of(account_id, period))
    else:
        table = export_contents.table(what, current_user.id, account)
    parts = [what, *narrowed.values(), *([period] if by_period else [])]
    name = account_filename(account, *parts, time_zone=current_user.time_zone)
    return sent(_written(what, FORMATS[form], account, table), FORMATS[form], name=name)


@blueprint.get("/crosscheck/<what>.<form>")
@login_required
def crosscheck_file(what: str, form: str) -> Response:
    """What the cross-check of all accounts found."""
    writer = FORMATS[form].table if form in FORMATS else None
    view = read_crosscheck() if writer and what in crosscheck_tables.TABLES else None
    if view is None or writer is None:
        abort(404)
    rows = crosscheck_tables.TABLES[what](view, request.args)
    which = [request.args.get("list", KIND)] if what == "combinations" else []
    name = filename("cross-check", what, *which, day=view.derived.data_day(current_user.time_zone))
    return sent(writer(rows), FORMATS[form], name=name)


@blueprint.get("/overview/<what>.<form>")
@login_required
def overview_file(what: str, form: str) -> Response:
    """What the overview shows of all accounts."""
    writer = FORMATS[form].table if form in FORMATS else None
    if writer is None or what not in overview_tables.TABLES:
        abort(404)
    query = parse_query({**request.args, "period": _period()})
    rows, name = overview_tables.TABLES[what](query)
    return sent(writer(rows), FORMATS[form], name=name)


@blueprint.get("/compare/<what>.<form>")
@login_required
def compared_file(what: str, form: str) -> Response:
    """What a comparison shows, of the sides that the address names as the page does."""
    writer = FORMATS[form].table if form in FORMATS else None
    view = read_compare(request.args) if writer and what in compare_view.TABLES else None
    if view is None or writer is None or view.is_of_others:
        abort(404)
    if refused := " ".join(filter(None, view.refused)):
        abort(400, refused)
    rows = compare_view.table(view, what, _chosen("unit", UNITS, usual=view.unit))
    return sent(writer(rows), FORMATS[form], name=view.filename(what))


@blueprint.get("/everything.zip")
@login_required
@limits.whole_downloads_by_client
def everything() -> Response:
    """All that is stored about the user, as CSV and JSON."""
    at = now()
    name = filename(current_user.name, "everything", day=local_day(at, current_user.time_zone))
    return sent(zipped(files(current_user.id), at=at), ZIP, name=name)


def _written(what: str, form: Format, account: AccountRow, table: Table | None) -> Iterator[bytes]:
    which = what.removesuffix(GRAPH)
    if what.endswith(GRAPH) and which in export_contents.LISTS and form.graph is not None:
        return form.graph(
            export_contents.graph(which, current_user.id, account, day=account.data_day(current_user.time_zone))
        )
    if table is None or form.table is None:
        abort(404)
    return form.table(table)


def _of_chart(chart: Chart, account_id: int, period: str, unit: Any, narrowed: Mapping[str, str]) -> Table | None:
    """The rows of a chart in exactly that unit: a file may be longer than a figure."""
    shown = read(account_id, period=period, unit=unit, names=chart.frames) or abort(404)
    rows = chart.rows(replace(shown, unit=unit))
    if rows is None:
        return None
    for name, value in narrowed.items():
        rows = rows[rows[name] == _known(name, value, rows[name].unique())]
    return file_of(rows)


def _of_list(account_id: int, which: str) -> Table:
    """The people that the address names, as the page narrows them."""
    view = read(account_id, period="all", unit=None, names=CLASSES) or abort(404)
    return export_contents.all_people(current_user.id, account_id, which=which, **narrowed(view, which, request.args))


def _changes_of(account_id: int, period: str) -> ChangeFilter:
    """The changes that the address names, as the page narrows them."""
    view = read(account_id, period=period, unit=None, names=()) or abort(404)
    relation = _chosen("relation", (ANY, *LISTS), usual=ANY)
    named = filter(None, request.args.get("what", "").split(","))
    return change_filter(view, [_known("what", kind, KINDS) for kind in named], relation, request.args.get("search"))


def _period() -> str:
    if not request.args.get("from") and not request.args.get("to"):
        return _chosen("period", PERIODS, usual="all")
    period, refused = parse_period(request.args)
    return abort(400, refused) if refused else period


def _chosen(name: str, known: Iterable[str], *, usual: str) -> str:
    return _known(name, request.args.get(name, usual), known)


def _known(name: str, value: str, known: Iterable[str]) -> str:
    if value not in known:
        abort(400, f"There is no {name} {value[:20]!r}: use one of {', '.join(known)}.")
    return value


def sent(body: Iterator[bytes], form: Format, *, name: str) -> Response:
    """A file under that name, sent while it is made."""
    response = Response(stream_with_context(body), mimetype=form.mimetype)
    response.headers["Content-Disposition"] = attachment(f"{name}.{form.suffix}")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
