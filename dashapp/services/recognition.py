"""Which service an upload comes from: by the structure inside, whatever the uploaded file is called."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .bluesky.export import CAR_FILE
from .csv_files.headers import MOST_FILES, is_table, look
from .csv_files.rows import head
from .errors import ExportError
from .facebook import export_files as facebook_files
from .files.entries import Entries
from .github import export_files as github_files
from .linkedin.export_tables import is_linkedins
from .mastodon.export import ACTOR, OUTBOX
from .mastodon.export_lists import begins_a_list, is_list
from .x.export_files import FILE, GRAILBIRD

#: Exports and files that people have at hand, but that are not read.
OTHERS = {
    "an Excel workbook": r"^xl/workbook\.xml$",
}
READ = "an export of X, Mastodon, Bluesky, GitHub, Facebook or LinkedIn, or CSV files"
#: Exports of which other parts or forms are read, or that are taken for them: how they are known, and what to do.
OTHER_FORMS = {
    r"followers_and_following/|your_instagram_activity/": "This is an Instagram export, which is not read: when you "
    "request one in the Accounts Center, choose your Facebook profile, and JSON as its format.",
    r"(your_friends|your_posts\w*|profile_information|/friends)\.html$|your_facebook_activity/.*\.html$": "This is a "
    "Facebook export as web pages (HTML), which cannot be read: request it again, choose JSON as its format and All "
    "time as its range of dates, and upload that.",
    r"(your_facebook_activity|your_activity_across_facebook|logged_information|ads_information)/": "This is a Facebook "
    "export without posts and friends: request it again with Posts, Connections and Profile information, as JSON.",
    r"(?i)(^|/)(Ad_Targeting|Email Addresses|PhoneNumbers|Company Follows|Member_Follows|Rich_Media)\.csv$": "This is "
    "a part of a LinkedIn export without connections and posts: wait for LinkedIn's second mail, a day later, and "
    "upload the zip that it brings.",
}
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
    """Which of `EXPORTS` reads it. Raises `ExportError` with what to do if it is none of them."""
    names = entries.names()
    if any(_is_x(name) for name in names):
        return "x"
    if any(CAR_FILE.search(name) for name in names):
        return "bluesky"
    if any(github_files.FILE.fullmatch(name) for name in names):
        return "github"
    tables = [name for name in names if is_table(name)][:MOST_FILES]
    if OUTBOX in names or ACTOR in names or any(_is_account_list(entries, name) for name in tables):
        return "mastodon"
    if any(facebook_files.kind_of(name) for name in names):
        return "facebook"
    if any(is_linkedins(entries, name) for name in names):
        return "linkedin"
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
    for pattern, sentence in OTHER_FORMS.items():
        if any(re.search(pattern, name) for name in names):
            raise ExportError(sentence)
    for what, pattern in OTHERS.items():
        if any(re.search(pattern, name) for name in names):
            raise ExportError(AS_CSV if "Excel" in what else NOT_READ.format(what=what))


def _holds_a_table(entries: Entries, name: str) -> bool:
    """Whether the file is said to be a table, or a text that looks like one."""
    return not name.lower().endswith(".txt") or look(entries, name).kind is not None
