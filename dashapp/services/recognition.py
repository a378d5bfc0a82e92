"""Which exports are in an upload, found by what is inside, and which account of which service a link leads to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from . import SERVICES, upload_of
from .errors import ExportError
from .files.beginnings import Beginnings
from .files.entries import Entries
from .files.names import ARCHIVE
from .files.selection import Selection, unwrapped, wanted
from .service import Service

TITLES = [service.title for service in SERVICES.values() if service.upload and not service.upload.any_service]
WEB_PAGES = (
    "This export holds web pages (HTML), which cannot be read: request it again from the service, "
    "choose JSON as its format, and upload that."
)
NOTHING = (
    "There is no file in the upload that Sociogram reads: upload an export of "
    f"{', '.join(TITLES[:-1])} or {TITLES[-1]}, or CSV files, as they were downloaded."
)
AS_CSV = "This is an Excel workbook: save each of its sheets as “CSV UTF-8”, and upload these files."
PACKED_TWICE = "Inside the upload is an archive, {name}: unpack the upload once, and upload that."
SAVED = (
    "{name} holds data of {title} that a program has saved, which is not read: "
    "upload the official archive, {export}, as it was downloaded."
)
JSON = re.compile(r"\.(json|jsonl|ndjson|js)$", re.I)
HEAD, MOST_HEADS = 4096, 20
BEFORE_HOST = re.compile(r"https?://(?:www\.)?")


def recognise(entries: Entries) -> dict[str, Selection]:
    """The exports by their services' keys. Raises `ExportError` with what to do if there is none."""
    found = _exports(entries)
    if found:
        return found
    names = entries.names()
    _refuse_other_forms(names)
    everything = unwrapped(entries)
    for key, service in SERVICES.items():
        if service.upload and service.upload.any_service and service.upload.export.matches(Beginnings(everything)):
            return {key: everything.only(service.upload.export.wants)}
    _refuse_saved(entries)
    raise ExportError(_nothing(entries))


def _nothing(entries: Entries) -> str:
    """What is said where nothing is known."""
    names = entries.names()
    archives = [name for name in names if ARCHIVE.search(name)][:MOST_HEADS]
    packed = next((name for name in archives if _head(entries, name).startswith((b"PK", b"\x1f\x8b"))), "")
    pages = any(re.search(r"\.html?$", name, re.I) for name in names)
    return PACKED_TWICE.format(name=packed) if packed else WEB_PAGES if pages else NOTHING


def named(services: Iterable[str]) -> str:
    """The exports of these services in a sentence."""
    *others, last = [upload_of(key).with_article for key in services]
    return f"{', '.join(others)} and {last}" if others else last


def _exports(entries: Entries) -> dict[str, Selection]:
    """The exports that say themselves of which service they are; each file belongs to one of them."""
    found: dict[str, Selection] = {}
    for key, service in SERVICES.items():
        if service.upload and not service.upload.any_service:
            files = wanted(entries, service.upload.export.wants)
            files = files.only(frozenset(service.upload.export.its_own(Beginnings(files))).__contains__)
            if service.upload.export.matches(Beginnings(files)):
                found[key] = files
    narrowest = sorted(found, key=lambda key: len(found[key].names()))
    for at, key in enumerate(narrowest):
        for narrower in narrowest[:at]:
            if narrower in found and found[key].shares(found[narrower]):
                found[key] = found[key].without(found[narrower])
        if not upload_of(key).export.matches(Beginnings(found[key])):
            del found[key]
    for files in found.values():
        files.check_copies()
    return found


def _refuse_other_forms(names: Iterable[str]) -> None:
    """Tells apart what is known, but is not read."""
    forms = {r"(^|/)xl/workbook\.xml$": AS_CSV}
    for service in SERVICES.values():
        forms |= service.upload.other_forms if service.upload else {}
    for pattern, sentence in forms.items():
        if any(re.search(pattern, name) for name in names):
            raise ExportError(sentence)


def _refuse_saved(entries: Entries) -> None:
    """Says that a file of some tool is not what its service gives."""
    for name in [name for name in entries.names() if JSON.search(name)][:MOST_HEADS]:
        head = _head(entries, name)
        for service in SERVICES.values():
            if service.upload and service.upload.saved_form and service.upload.saved_form.search(head):
                raise ExportError(_saved(name, service))


def _head(entries: Entries, name: str) -> bytes:
    with entries.open(name) as stream:
        return stream.read(HEAD)


def _saved(name: str, service: Service) -> str:
    export = service.upload.with_article if service.upload else service.title
    return SAVED.format(name=name.rpartition("/")[2], title=service.title, export=export)


def link_target(url: str) -> str:
    """`service:handle` or `service:key` if the address is that of a profile, else the address of a page as it is."""
    page, mark, query = unquote(BEFORE_HOST.sub("", url.strip().lower(), count=1).partition("#")[0]).partition("?")
    address = f"{page.rstrip('/')}{mark}{query}"
    found = ((key, service.profile_at(address)) for key, service in SERVICES.items() if service.profile_at)
    return next((f"{key}:{whose}" for key, whose in found if whose), url)
