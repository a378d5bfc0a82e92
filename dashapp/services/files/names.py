"""Names inside an archive: which are safe, which are of no interest, and what a file that comes alone is."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from ..errors import ExportError
from .values import EARLIEST, end_of_day

#: Never read by anybody. A real export may hold 100,000 of them, so their names are not even kept.
MEDIA = re.compile(
    r"\.(jpe?g|png|gif|webp|avif|heic|bmp|svg|ico|mp4|m4v|mov|webm|mp3|m4a|aac|ogg|wav|woff2?|ttf|css)$", re.I
)
CLUTTER = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.I)
UNSAFE = re.compile(r"^/|^[A-Za-z]:|(^|/)\.\.(/|$)|[\x00-\x1f\x7f]")
LONGEST = 1_000
X_FILE = re.compile(rb"\s*window\.YTD\.([a-z_]{1,40})\.part(\d{1,6})\b")
X_OLD_FILE = re.compile(rb"\s*Grailbird\.data\.tweets_(\d{4}_\d\d)\b")
CAR_FILE = re.compile(rb"[\x01-\xff]{1,2}\xa2\x65roots")  # Bluesky's: a length, and a map that begins with "roots"
READ = "js|json|jsonl|ndjson|csv|tsv|tab|txt|edges|edgelist|car"
DATA = re.compile(rf"\.({READ})$", re.I)  # what readers open
KNOWN = re.compile(rf"\.({READ}|html?|zip|pdf|xml)$", re.I)
ARCHIVE = re.compile(r"\.(zip|tar|tgz|gz)$", re.I)


def safe_name(raw: str) -> str:
    """The name with forward slashes. Raises `ExportError` for one that would leave its folder."""
    name = raw.replace("\\", "/")
    if UNSAFE.search(name) or len(name) > LONGEST:
        raise ExportError(
            f"The archive holds a file with an unsafe name ({raw[:60]!a}), which no real export does: "
            "download the export again from the service itself."
        )
    return re.sub(r"/{2,}", "/", name.removeprefix("./"))


def is_of_interest(name: str) -> bool:
    """Whether a reader may want the file: no folder, no picture, nothing that an operating system left behind."""
    return bool(name) and not name.endswith("/") and not CLUTTER.search(name) and not MEDIA.search(name)


def plain_name(name: str, head: bytes) -> str:
    """The name that a file has inside an export, by how it begins: alone it may be called anything."""
    head = head.removeprefix(b"\xef\xbb\xbf")
    if found := X_FILE.match(head):
        part = f"-part{int(found[2])}" if int(found[2]) else ""
        return f"data/{found[1].decode().replace('_', '-')}{part}.js"
    if found := X_OLD_FILE.match(head):
        return f"data/js/tweets/{found[1].decode()}.js"
    if CAR_FILE.match(head):
        return name if name.lower().endswith(".car") else f"{name}.car"
    if head.lstrip().startswith(b"window.__THAR_CONFIG"):
        return "data/manifest.js"
    if head.lstrip().startswith(b"{") and b'"https://www.w3.org/ns/activitystreams"' in head:
        is_list = b'"OrderedCollection"' in head
        return name if is_list and b"outbox" not in head else "outbox.json" if is_list else "actor.json"
    return name if KNOWN.search(name) or b"\0" in head else f"{name}.csv"


def named_time(pattern: re.Pattern[str], name: str, time_zone: str) -> datetime | None:
    """When an export was made: `year`, `month`, `day`, perhaps `clock` in UTC, in its name; the newest of several."""
    return max(filter(None, (_named(match, time_zone) for match in pattern.finditer(name))), default=None)


def _named(match: re.Match[str], time_zone: str) -> datetime | None:
    found = match.groupdict()
    try:
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
        clock = found.get("clock")
        at = datetime.combine(day, time.fromisoformat(clock), UTC) if clock else end_of_day(day, time_zone)
    except (ValueError, OverflowError):
        return None
    return at if EARLIEST <= at <= datetime.now(UTC) else None
