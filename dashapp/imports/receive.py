"""Receives uploads: looks at what it is, keeps the entries that are read, and queues the import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from ..services import upload_of
from ..services.errors import ExportError
from ..services.files.archive import open_upload
from ..services.files.entries import Entries
from ..services.recognition import named, recognise
from ..services.service import KEEP_GONE
from ..store import imports
from .queue import announce

OF_ALL = frozenset({"as_of", "time_zone", KEEP_GONE.name})  # options that are not of one account


def receive(
    owner: int,
    files: Sequence[tuple[str, BinaryIO]],
    *,
    expected: str | None = None,
    options: Mapping[str, str],
    ask: bool,
) -> list[int]:
    """The ids of the imports that will read the files, one for each service. Raises `ExportError`: nothing is kept.

    `expected` is the service that the user chose, of which the `options` tell, and which comes first; `ask` says that
    somebody is there to name the columns of a CSV. What there is to say of the upload stands with the imports.
    """
    opened = open_upload(files)
    found = recognise(opened)
    expected = expected or next(iter(found))
    if expected not in found:
        chosen = upload_of(expected).with_article
        card = "its own card" if len(found) == 1 else "the card of one of them"
        raise ExportError(f"This is {named(found)}, not {chosen}: bring it by {card} on the overview.")
    services = sorted(found, key=lambda service: service != expected)
    files_of = {service: {opened.uploaded[path] for path in found[service].paths()} for service in services}
    received: dict[int, str] = {}
    try:
        for service in services:
            own = options if service == expected else {key: options[key] for key in OF_ALL & options.keys()}
            filename = _joined(service, [name for name, _ in files if name in files_of[service]])
            files_at = opened.written_at(found[service].paths())
            import_id = imports.add_import(owner, export=service, filename=filename, options=own, files_at=files_at)
            received[import_id] = "receiving"
            received[import_id] = _keep(import_id, service, found[service], own, ask=ask)
    except Exception as error:
        for import_id in received:
            imports.forget_import(owner, import_id)
        if len(found) > 1 and isinstance(error, ExportError):
            raise ExportError(f"The upload holds {named(services)}. {error} Or upload them one by one.") from error
        raise
    message = _remark(services, [name for name, _ in files if not any(name in read for read in files_of.values())])
    for import_id, state in received.items():
        imports.change_import(import_id, state=state, lease_until=None, message=message)
        if state == "queued":
            announce(import_id)
    return list(received)


def _joined(service: str, names: Sequence[str]) -> str:
    """Names in one text, of which only the beginning is kept: those that tell when the data was made come first."""
    dated = upload_of(service).dated_name
    return ", ".join(sorted(names, key=lambda name: dated is None or not dated.search(name)))


def _keep(import_id: int, service: str, found: Entries, options: Mapping[str, str], *, ask: bool) -> str:
    """Keeps what is read of an export; the state of its import from now on."""
    upload = upload_of(service)
    for name in found.names():
        imports.add_entry(import_id, name, found.open(name))
    kept = imports.entries(import_id)
    if ask and upload.unclear(kept, options):
        return "columns"
    upload.export.profile(kept, options)
    return "queued"


def _remark(services: Sequence[str], unread: Sequence[str]) -> str:
    """What is said of an upload that is not one export and nothing else."""
    several = f"The upload holds {named(services)}: each is read by an import of its own." if len(services) > 1 else ""
    nothing = f"Nothing is read of {', '.join(unread)}." if unread else ""
    return " ".join(filter(None, (several, nothing)))


def queue_live(owner: int, *, service: str, **source: Any) -> int:
    """Queues the reading of a service: of a connection, a public handle, or an account that is known."""
    import_id = imports.add_live(owner, service=service, **source)
    announce(import_id)
    return import_id


def name_columns(owner: int, import_id: int, options: Mapping[str, str]) -> None:
    """Queues a CSV import that waited for its columns. Raises `ExportError` while something is missing."""
    row = imports.get_import(owner, import_id)
    if row is None or row.state != "columns":
        raise ExportError("This import does not wait for its columns any more: upload the files again.")
    merged = {**row.options, **options}
    upload_of(row.export).export.profile(imports.entries(import_id), merged)
    imports.change_import(import_id, options=merged, state="queued")
    announce(import_id)
