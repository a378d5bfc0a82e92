"""Uploads: a service's page, receiving the files, naming the columns of a CSV, giving up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from flask import Blueprint, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..errors import wants_json
from ..extensions import csrf
from ..imports.receive import name_columns, receive
from ..services import SERVICES, service_of, upload_of
from ..services.csv_files.columns import REQUIRED
from ..services.errors import ExportError
from ..services.files.beginnings import Beginnings
from ..store import imports
from ..store.database import LARGEST_ID
from ..store.rows import ImportRow
from ..users import limits, sessions
from . import csv_columns, landing
from .upload_forms import UploadForm, upload_form

blueprint = Blueprint("connect", __name__)
IMPORT = f"<int(max={LARGEST_ID}):import_id>"
NO_FILES = "Choose at least one file."


@blueprint.app_template_filter("service_title")
def service_title(service: str) -> str:
    """A service's name as it writes it."""
    return service_of(service).title


@blueprint.get("/connect/<service>")
@login_required
def service_page(service: str) -> ResponseReturnValue:
    """The ways in of one service, as far as they work."""
    if service not in SERVICES:
        abort(404)
    can_upload = SERVICES[service].upload is not None
    return page(service, upload_form(service, service=asked_service(service)) if can_upload else None)


@blueprint.post("/connect/<service>")
@csrf.exempt  # checked below: before, it would have the whole upload read for whoever sends one
@login_required
@limits.uploads_by_user
def upload(service: str) -> ResponseReturnValue:
    """Receives the files and queues their import."""
    if request.mimetype == "multipart/form-data":  # parts go to files, another form into memory
        request.max_content_length = current_app.config["UPLOAD_MAX_BYTES"]
    csrf.protect()
    if service not in SERVICES or SERVICES[service].upload is None:
        abort(404)
    form = upload_form(service)
    files = [file for file in request.files.getlist("files") if file.filename]  # nameless and empty if none was chosen
    if not form.validate_on_submit():
        return refuse(service, form, str(next(iter(form.errors.values()))[0]))
    if not files:
        return refuse(service, form, NO_FILES)
    pairs = [(printable(file.filename or ""), cast(BinaryIO, file.stream)) for file in files]
    try:
        received = receive(current_user.id, pairs, expected=service, options=form.options(), ask=True)
    except ExportError as error:
        return refuse(service, form, str(error))
    return go_on(received)


@blueprint.get(f"/connect/columns/{IMPORT}")
@login_required
@limits.columns_by_user
def name_the_columns(import_id: int) -> ResponseReturnValue:
    """Asks which column is which."""
    row = waiting(import_id)
    return columns_page(row, columns_form(row, {}), None)


@blueprint.post(f"/connect/columns/{IMPORT}")
@login_required
@limits.columns_by_user
def save_columns(import_id: int) -> ResponseReturnValue:
    """Queues the import with the columns as named."""
    row = waiting(import_id)
    form = columns_form(row, request.form)
    if not form.has_asked(request.form):
        return columns_page(row, form, csv_columns.UNASKED), 422
    try:
        name_columns(current_user.id, import_id, form.options(request.form))
    except ExportError as error:
        return columns_page(row, form, str(error)), 422
    return redirect(landing.import_page([import_id]), 303)


@blueprint.post(f"/connect/imports/{IMPORT}/forget")
@login_required
def forget(import_id: int) -> ResponseReturnValue:
    """Cancels an import, or takes an ended one off the list."""
    if not imports.forget_import(current_user.id, import_id):
        abort(404)
    return redirect(sessions.safe_next(request.form.get("next")), 303)


def waiting(import_id: int) -> ImportRow:
    """The user's own import that waits for its columns, else 404."""
    row = imports.get_import(current_user.id, import_id)
    if row is None or row.state != "columns":
        abort(404)
    return row


def asked_service(default: str) -> str:
    """The service that a link to the CSV page names."""
    asked = request.args.get("service", default)
    return asked if asked in SERVICES else default


def printable(name: str) -> str:
    """A file's name without what a database or a page may refuse; the browser may send anything."""
    return "".join(character for character in name if character.isprintable()) or "upload"


def go_on(received: Sequence[int]) -> ResponseReturnValue:
    """To the question about columns, or to where the progress is shown."""
    row = imports.get_import(current_user.id, received[0])
    if row is not None and row.message:
        flash(row.message)
    asks = row is not None and row.state == "columns"
    target = url_for("connect.name_the_columns", import_id=received[0]) if asks else landing.import_page(received)
    return jsonify(location=target) if wants_json() else redirect(target, 303)


def refuse(service: str, form: UploadForm, problem: str) -> ResponseReturnValue:
    """The same page with what is wrong; what was typed stays."""
    if wants_json():
        return jsonify(error=problem), 422
    return page(service, form, problem), 422


def page(service: str, form: UploadForm | None, problem: str | None = None) -> str:
    """The page of a service; the form is that of its upload."""
    most = current_app.config["UPLOAD_MAX_BYTES"]
    return render_template(
        "connect/service.html",
        service=service,
        title=SERVICES[service].title,
        upload=SERVICES[service].upload,
        form=form,
        problem=problem,
        most=most,
        meanings=csv_columns.MEANINGS,
        required=REQUIRED,
    )


def columns_page(row: ImportRow, form: csv_columns.Form, problem: str | None) -> str:
    """The question which column is which."""
    return render_template(
        "connect/columns.html",
        row=row,
        form=form,
        kinds=csv_columns.KINDS,
        who_all_are=csv_columns.WHO_ALL_ARE,
        problem=problem or form.problem,
    )


def columns_form(row: ImportRow, sent: Any) -> csv_columns.Form:
    """What is asked about the columns, answered as it was sent."""
    return csv_columns.form(Beginnings(imports.entries(row.id)), row.options, sent, upload_of(row.export).fields)
