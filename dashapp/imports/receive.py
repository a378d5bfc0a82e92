"""Receives uploads: looks at what it is, keeps the entries that are read, and queues the import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from ..services import upload_of
from ..services.errors import ExportError
from ..services.files.archive import open_upload
from ..services.files.entries import Entries
from ..services.recognition import recognise
from ..services.service import Upload
from ..store import imports
from .queue import announce


def receive(
    owner: int,
    files: Sequence[tuple[str, BinaryIO]],
    *,
    expected: str | None = None,
    options: Mapping[str, str],
    ask: bool,
) -> int:
    """The id of the import that will read the files. Raises `ExportError`, and then nothing of them is kept.

    `expected` is the service that the user chose; `ask` says that somebody is there to name the columns of a CSV.
    """
    opened = open_upload(files)
    service = recognise(opened)
    upload = upload_of(service)
    if expected is not None and service != expected:
        found, chosen = upload.with_article, upload_of(expected).with_article
        raise ExportError(f"This is {found}, not {chosen}: bring it by its own card on the overview.")
    names = ", ".join(name for name, _ in files)
    wanted = [name for name in opened.names() if upload.export.wants(name)]
    files_at = opened.written_at(wanted)
    import_id = imports.add_import(owner, export=service, filename=names, options=options, files_at=files_at)
    try:
        for name in wanted:
            imports.add_entry(import_id, name, opened.open(name))
        kept = imports.entries(import_id)
        state = "columns" if ask and _is_unclear(upload, kept, options) else "queued"
        if state == "queued":
            upload.export.profile(kept, options)
    except ExportError:
        imports.forget_import(owner, import_id)
        raise
    imports.change_import(import_id, state=state, lease_until=None)
    if state == "queued":
        announce(import_id)
    return import_id


def queue_live(owner: int, *, service: str, **source: Any) -> int:
    """Queues the reading of a service: of a connection, a public handle, or an account that is known."""
    import_id = imports.add_live(owner, service=service, **source)
    announce(import_id)
    return import_id


def _is_unclear(upload: Upload, kept: Entries, options: Mapping[str, str]) -> bool:
    """Whether somebody has to say which column is which."""
    if upload.columns is None or "columns" in options:
        return False
    return not all(file.exact for file in upload.columns(kept))


def name_columns(owner: int, import_id: int, options: Mapping[str, str]) -> None:
    """Queues a CSV import that waited for its columns. Raises `ExportError` while something is missing."""
    row = imports.get_import(owner, import_id)
    if row is None or row.state != "columns":
        raise ExportError("This import does not wait for its columns any more: upload the files again.")
    merged = {**row.options, **options}
    upload_of(row.export).export.profile(imports.entries(import_id), merged)
    imports.change_import(import_id, options=merged, state="queued")
    announce(import_id)
