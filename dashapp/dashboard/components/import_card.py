"""Imports that wait, run or failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from dash import html

from ...services import service_of
from ...store.rows import ImportReport, ImportRow, State
from .attributes import aria
from .forms import post_form
from .numbers import moment, percent, plural

STATES: Mapping[State, str] = {
    "receiving": "Receiving the upload",
    "columns": "Waits for you: say which column is which",
    "queued": "Waits for its turn",
    "running": "Running",
    "done": "Done",
    "failed": "Failed",
}
READ = {"posts": ("post",), "people": ("person", "people"), "ties": ("tie",)}
CHANGED = {
    "new_posts": ("new post", "new posts"),
    "gained_followers": ("follower gained", "followers gained"),
    "lost_followers": ("follower lost", "followers lost"),
    "gone_followers": ("of these followers deleted or suspended",) * 2,
    "gained_friends": ("friend gained", "friends gained"),
    "lost_friends": ("friend lost", "friends lost"),
    "gone_friends": ("of these friends deleted or suspended",) * 2,
    "removed_posts": ("post removed that is not told any more", "posts removed that are not told any more"),
}
KEPT_OUT = ("record kept out", "records kept out")
UNREADABLE = ("value that could not be read, and is not told", "values that could not be read, and are not told")
FEW = 5  # calls that say little about the rest


def import_card(row: ImportRow, *, csrf_token: str, time_zone: str = "UTC") -> html.Article:
    """One import: how far it is, what it left out, and what can be done."""
    named = html.Div(
        [
            html.H3(title_of(row), className="sg-import-title"),
            html.P(state_of(row, time_zone), className="sg-remark"),
            html.P(effort_of(row), className="sg-remark") if row.live and row.calls else None,
        ]
    )
    return html.Article(
        [
            html.Div(
                [named, html.Div([_columns(row), _forget(row, csrf_token)], className="sg-actions")],
                className="sg-import-head",
            ),
            progress_bar(row) if row.is_open else None,
            _message(row),
            html.P(result_of(row.report), className="sg-remark") if row.state == "done" else None,
            _listed(row.report, "skipped", *KEPT_OUT),
            _listed(row.report, "not_told", *UNREADABLE),
        ],
        className=f"sg-card sg-import sg-import-{row.state}",
    )


OLDER = (
    "It is older than what was here already: only what was missing was added. "
    "If it is not, upload it again and state the day on which it was made."
)
OLDER_LISTS = (
    "Its lists are older than those that were here already: they change nothing. "
    "If they are not, upload it again and state the day on which it was made."
)


def result_of(report: ImportReport) -> str:
    """What an import that ended brought."""
    read = _counted(report, READ)
    sentence = f"Read {', '.join(read)}." if read else "Nothing was read."
    changed = _counted(report, CHANGED)
    if report.older or report.older_lists:
        sentence += f" {OLDER if report.older else OLDER_LISTS}"
    elif report.new_posts == 0 and not (report.new_people or report.ties or changed):  # new ties are not counted
        sentence += " Nothing in it was new."
    changes = [f"{', '.join(changed)}."] if changed else []
    return " ".join([sentence, *changes, *report.partial])


def _counted(report: ImportReport, words: Mapping[str, Sequence[str]]) -> list[str]:
    counts = {name: getattr(report, name) for name in words}
    return [plural(number, *words[name]) for name, number in counts.items() if number]


def title_of(row: ImportRow) -> str:
    """What is imported: a file, or an account of a service."""
    if not row.live:
        return row.filename or "Import"
    service = service_of(row.service).title
    return f"{service}: {row.filename}" if row.filename else service


def state_of(row: ImportRow, time_zone: str = "UTC") -> str:
    """The state in words, with the step that runs, or when it goes on."""
    if row.state == "running" and row.step:
        return row.step
    if row.is_asleep:
        return f"Pauses, and goes on at {moment(row.wake_at, time_zone)}"
    return STATES[row.state]


def effort_of(row: ImportRow) -> str:
    """What a live import has read, in how many calls, and how long the rest may take."""
    sentence = f"{', '.join(_counted(row.report, READ)) or 'Nothing'} read in {plural(row.calls, 'call')}"
    left = time_left(row)
    return f"{sentence}; about {left} left." if left else f"{sentence}."


def time_left(row: ImportRow) -> str | None:
    """As long as it took so far, by the share that is done; None before that says much."""
    if row.state != "running" or not row.step.startswith("Reading") or row.done < FEW or not row.started_at:
        return None
    so_far = (datetime.now(UTC) - row.started_at).total_seconds()
    seconds = so_far * (row.total - row.done) / row.done
    return plural(max(round(seconds / 60), 1), "minute") if seconds > 45 else "less than a minute"


def progress_bar(row: ImportRow) -> html.Div:
    """A bar and its words; where nothing is known of the whole it says only that work goes on."""
    share = row.share if row.reads and row.share else None
    bar = {"value": str(share)} if share is not None else {}
    return html.Div(
        [
            html.Progress(max="1", className="sg-progress", **aria(label=f"Import of {title_of(row)}"), **bar),
            html.Span(percent(share) if share is not None else "", className="sg-remark"),
        ],
        className="sg-progress-row",
    )


def _listed(report: ImportReport, name: str, one: str, many: str) -> html.Details | None:
    """Records or values that were kept out, and why."""
    number, examples = getattr(report, f"n_{name}"), getattr(report, name)
    if not number:
        return None
    items = [html.Li([html.Code(each.where), f": {each.why}"]) for each in examples]
    rest = html.P(f"and {number - len(examples):,} more") if number > len(examples) else None
    return html.Details([html.Summary(plural(number, one, many)), html.Ul(items, className="sg-skipped"), rest])


def _message(row: ImportRow) -> html.P | None:
    """Why it pauses or failed; what there was to say of an upload was said when it came."""
    said = row.message and (row.live or row.state == "failed")
    return html.P(row.message, className="sg-import-message") if said else None


def _columns(row: ImportRow) -> html.A | None:
    if row.state != "columns":
        return None
    return html.A("Name the columns", href=f"/connect/columns/{row.id}", className="btn btn-primary btn-sm")


def _forget(row: ImportRow, csrf_token: str) -> html.Form:
    label = "Dismiss" if row.state in ("failed", "done") else "Cancel"
    button = html.Button(label, type="submit", className="btn btn-outline-secondary btn-sm")
    return post_form(f"/connect/imports/{row.id}/forget", csrf_token, button)
