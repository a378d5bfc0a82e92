"""Which service an upload comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable

from . import SERVICES
from .errors import ExportError
from .files.entries import Entries
from .service import Upload

READ = "an export of X, Mastodon, Bluesky, GitHub, Facebook or LinkedIn, or CSV files"
WEB_PAGES = (
    "This export holds web pages (HTML), which cannot be read: request it again from the service, "
    "choose JSON as its format, and upload that."
)
NOTHING = f"There is no file in the upload that Sociogram reads: upload {READ}, as they were downloaded."
AS_CSV = "This is an Excel workbook: save each of its sheets as “CSV UTF-8”, and upload these files."


def recognise(entries: Entries) -> str:
    """The key of the service whose export it is. Raises `ExportError` with what to do if it is of none of them."""
    names = entries.names()
    uploads = {key: service.upload for key, service in SERVICES.items() if service.upload}
    for key, upload in uploads.items():
        if upload.any_service:
            _refuse_others(names, uploads.values())
        if upload.export.matches(entries):
            return key
    pages = any(re.search(r"\.html?$", name, re.I) for name in names)
    raise ExportError(WEB_PAGES if pages else NOTHING)


def _refuse_others(names: Iterable[str], uploads: Iterable[Upload]) -> None:
    """Tells apart what is known, but is not read."""
    forms = [form for upload in uploads for form in upload.other_forms.items()]
    for pattern, sentence in [*forms, (r"^xl/workbook\.xml$", AS_CSV)]:
        if any(re.search(pattern, name) for name in names):
            raise ExportError(sentence)
