"""Receives uploads: looks at what it is, keeps the entries that are read, and queues the import."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

from ..services import upload_of
from ..services.errors import ExportError
from ..services.files.archive import UploadedEntries, open_upload
from ..services.files.beginnings import Beginnings
from ..services.files.entries import Entries
from ..services.files.selection import Selection
from ..services.recognition import named, recognise
from ..services.service import KEEP_GONE
from ..store import imports
from .queue import announce
from .quotas import check_upload

OF_ALL = frozenset({"as_of", "time_zone", KEEP_GONE.name})  # options that are not of one account
SECONDS = 20.0  # of work, while somebody waits
MOST_FILES = 2_000  # of an export that are read
LONGEST_NAME = 300  # characters, as long as the column
TOO_MANY = "The upload holds {count:,} files to be read, more than any real export: upload one export at a time."


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
    somebody is there to name the columns of a CSV, and waits. What there is to say of the upload stands with the
    imports. Only what shows that it is a wrong one is looked at here: what it holds is read by the imports.
    """
    opened = open_upload(files, seconds=SECONDS if ask else math.inf)
    found = recognise(opened)
    expected = expected or next(iter(found))
    if expected not in found:
        chosen = upload_of(expected).with_article
        card = "its own card" if len(found) == 1 else "the card of one of them"
        raise ExportError(f"This is {named(found)}, not {chosen}: bring it by {card} on the overview.")
    services = sorted(found, key=lambda service: service != expected)
    own = {service: options if service == expected else _of_all(options) for service in services}
    with _naming(services):
        states = {service: _look(service, found[service], own[service], ask=ask) for service in services}
    check_upload(owner, sum(opened.packed_size(path) for each in found.values() for path in each.paths()))
    files_of = {service: {opened.uploaded[path] for path in found[service].paths()} for service in services}
    unread = [name for name, _ in files if not any(name in read for read in files_of.values())]
    message = _remark(services, unread)
    received: dict[int, str] = {}
    try:
        with _naming(services):
            for service in services:
                filename = _joined(service, [name for name, _ in files if name in files_of[service]])
                at = opened.written_at(found[service].paths())
                added = imports.add_import(owner, export=service, filename=filename, options=own[service], files_at=at)
                received[added] = states[service]
                _keep(added, opened, found[service])
            check_upload(owner)  # again: others of the user may have come meanwhile
    except Exception:
        for import_id in received:
            imports.forget_import(owner, import_id)
        raise
    for import_id, state in received.items():
        imports.change_import(import_id, state=state, lease_until=None, message=message)
        if state == "queued":
            announce(import_id)
    return list(received)


def _of_all(options: Mapping[str, str]) -> dict[str, str]:
    return {key: options[key] for key in OF_ALL & options.keys()}


@contextmanager
def _naming(services: Sequence[str]) -> Iterator[None]:
    """Of several exports an error names all, for one that is wrong spoils them."""
    try:
        yield
    except ExportError as error:
        if len(services) == 1:
            raise
        raise ExportError(f"The upload holds {named(services)}. {error} Or upload them one by one.") from error


def _look(service: str, found: Entries, options: Mapping[str, str], *, ask: bool) -> str:
    """The state of its import from now on. Raises `ExportError` for what shows at its beginning that it is wrong."""
    upload = upload_of(service)
    if len(found.names()) > MOST_FILES:
        raise ExportError(TOO_MANY.format(count=len(found.names())))
    beginnings = Beginnings(found)
    try:
        if ask and upload.unclear(beginnings, options):
            return "columns"
        upload.export.profile(beginnings, options)
    except ExportError:
        if not beginnings.are_cut:  # else the import finds out whether it is right
            raise
    return "queued"


def _joined(service: str, names: Sequence[str]) -> str:
    """Names in one text, of which only the beginning is kept: those that tell when the data was made come first."""
    dated = upload_of(service).dated_name
    return ", ".join(sorted(names, key=lambda name: dated is None or not dated.search(name)))


def _keep(import_id: int, opened: UploadedEntries, found: Selection) -> None:
    """Keeps what is read of an export; what came packed stays so."""
    for name, path in zip(found.names(), found.paths(), strict=True):
        if packed := opened.packed(path):
            imports.add_packed(import_id, _short(name), packed, opened.size(path))
        else:
            imports.add_entry(import_id, _short(name), opened.open(path))


def _short(name: str) -> str:
    """The name, of one that is too long the end, which says what it is, and a mark that no other has."""
    if len(name) <= LONGEST_NAME:
        return name
    mark = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:16]
    return mark + name[len(mark) - LONGEST_NAME :]


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
    _look(row.export, imports.entries(import_id), merged, ask=False)
    imports.change_import(import_id, options=merged, state="queued")
    announce(import_id)
