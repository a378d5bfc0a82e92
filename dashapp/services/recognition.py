"""Which service an upload comes from: by the structure inside, whatever the uploaded file is called."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .base import Entries, ExportError
from .csv_files.headers import MOST_FILES, is_table, look
from .csv_files.rows import head
from .mastodon import ACTOR, OUTBOX
from .mastodon.lists import begins_a_list, is_list
from .x.files import FILE, GRAILBIRD

#: Exports and files that people have at hand, but that are not read.
OTHERS = {
    "a Facebook export": r"your_facebook_activity/|profile_information\.json|connections/friends/|^friends/",
    "an Instagram export": r"connections/followers_and_following/|followers_and_following/",
    "a LinkedIn export": r"(^|/)(Connections|Profile|Shares)\.csv",
    "a Bluesky repository": r"\.car$",
    "a GitHub export": r"(^|/)(users|repositories)_\d{6}\.json$",
    "an Excel workbook": r"^xl/workbook\.xml$",
}
READ = "an X archive, a Mastodon export, or CSV files"
WEB_PAGES = (
    "This export holds web pages (HTML), which cannot be read: request it again from the service, "
    "choose JSON as its format, and upload that."
)
NOTHING = f"There is no file in the upload that Sociogram reads: upload {READ}, as they were downloaded."
NOT_READ = f"This looks like {{what}}, which Sociogram does not read yet: upload {READ}."
SEVERAL = (
    "This is Sociogram's own download of everything, with several accounts in it: "
    "upload the CSV files of one account's folder at a time."
)
AS_CSV = "This is an Excel workbook: save each of its sheets as “CSV UTF-8”, and upload these files."


def recognise(entries: Entries) -> str:
    """ "x", "mastodon" or "csv". Raises `ExportError` with what to do if it is none of them."""
    names = entries.names()
    if any(_is_x(name) for name in names):
        return "x"
    tables = [name for name in names if is_table(name)][:MOST_FILES]
    if OUTBOX in names or ACTOR in names or any(_is_account_list(entries, name) for name in tables):
        return "mastodon"
    _refuse_others(names)
    if "user.json" in names and len({name.partition("/")[0] for name in tables if "/" in name}) > 1:
        raise ExportError(SEVERAL)
    if any(_holds_a_table(entries, name) for name in tables):
        return "csv"
    pages = any(re.search(r"\.html?$", name, re.I) for name in names)
    raise ExportError(WEB_PAGES if pages else NOTHING)


def _is_x(name: str) -> bool:
    return bool(FILE.fullmatch(name) or GRAILBIRD.fullmatch(name))


def _is_account_list(entries: Entries, name: str) -> bool:
    return is_list(name) and begins_a_list(head(entries, name, "utf-8-sig"))


def _refuse_others(names: Iterable[str]) -> None:
    for what, pattern in OTHERS.items():
        if any(re.search(pattern, name) for name in names):
            raise ExportError(AS_CSV if "Excel" in what else NOT_READ.format(what=what))


def _holds_a_table(entries: Entries, name: str) -> bool:
    """Whether the file is said to be a table, or a text that looks like one."""
    return not name.lower().endswith(".txt") or look(entries, name).kind is not None
