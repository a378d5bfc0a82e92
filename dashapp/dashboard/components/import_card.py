"""Imports: those that wait, run or failed as cards, those that ended well in a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

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
READ = {"posts": ("post", "posts"), "people": ("person", "people"), "ties": ("tie", "ties")}
CHANGED = {
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


def import_card(row: ImportRow, *, csrf_token: str, time_zone: str = "UTC", back: str = "") -> html.Article:
    """An import that waits, runs or failed: how far it is, what it left out, and what can be done."""
    named = html.Div(
        [
            html.H2(title_of(row), className="sg-import-title"),
            html.P(said_of(row, time_zone), className="sg-remark"),
        ]
    )
    return _framed(
        row,
        [named, html.Div([_columns(row), _forget(row, csrf_token, back)], className="sg-actions")],
        progress_bar(row) if row.is_open else None,
        _message(row),
    )


def ended_card(row: ImportRow, *, csrf_token: str, back: str = "", link: html.A | None = None) -> html.Article:
    """An import that ended well, in a line: what was new, its account's page, and what it left out."""
    line = html.P([html.Strong(title_of(row)), " ", result_of(row.report)], className="sg-import-line")
    return _framed(row, [line, html.Div([link, _forget(row, csrf_token, back)], className="sg-actions")])


def _framed(row: ImportRow, head: Sequence[Component], *parts: Component | None) -> html.Article:
    kept_out = (_listed(row.report, "skipped", *KEPT_OUT), _listed(row.report, "not_told", *UNREADABLE))
    return html.Article(
        [html.Div(head, className="sg-import-head"), *parts, *kept_out],
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
    changed = _counted(report, CHANGED)
    older = OLDER if report.older else OLDER_LISTS if report.older_lists else ""
    sentences = [f"{_brought(report)}.", older, f"{', '.join(changed)}." if changed else "", *report.partial]
    return " ".join(filter(None, sentences))


def _brought(report: ImportReport) -> str:
    """How much was read, and how much of it was new; of ties that is not counted."""
    strangers = report.new_strangers or 0
    listed = None if report.new_people is None else report.new_people - strangers
    counts = [("posts", report.posts or 0, report.new_posts), ("people", report.people or 0, listed)]
    counts = [(name, read, new) for name, read, new in counts if read]
    said = [plural(read, *READ[name]) for name, read, _ in counts]
    n_read = sum(read for _, read, _ in counts)
    if n_read and all(new is not None and new >= read for _, read, new in counts):
        said.append("new" if n_read == 1 else "all new")
    elif n_read and all(new == 0 for _, _, new in counts):
        said.append("not new" if n_read == 1 else "none new")
    else:
        said = [_new_of(read, new, *READ[name]) for name, read, new in counts]
    said += _counted(report, {"ties": READ["ties"]})
    said += [plural(strangers, "new person", "new people") + " in them"] if strangers else []
    return ", ".join(said) or "Nothing but the profile"


def _new_of(read: int, new: int | None, one: str, many: str) -> str:
    """12 new posts of 30; where it was not counted how many are new, 30 posts."""
    if new is None:
        return plural(read, one, many)
    if not new:
        return f"no new {many}"
    if new >= read:
        return plural(read, f"new {one}", f"new {many}")
    return f"{plural(new, f'new {one}', f'new {many}')} of {read:,}"


def _counted(report: ImportReport, words: Mapping[str, Sequence[str]]) -> list[str]:
    counts = {name: getattr(report, name) for name in words}
    return [plural(number, *words[name]) for name, number in counts.items() if number]


def title_of(row: ImportRow) -> str:
    """What is imported: a file, or an account of a service."""
    if not row.live:
        return row.filename or "Import"
    service = service_of(row.service).title
    return f"{service}: {row.filename}" if row.filename else service


def said_of(row: ImportRow, time_zone: str = "UTC") -> str:
    """The state in one sentence; of a service also how much was read, and how long the rest may take."""
    state = state_of(row, time_zone)
    if not row.live or not row.calls:
        return state
    read = f"{', '.join(_counted(row.report, READ)) or 'nothing'} read in {plural(row.calls, 'call')} until now"
    left = time_left(row)
    return f"{state}: {read}, {left} left." if left else f"{state}: {read}."


def state_of(row: ImportRow, time_zone: str = "UTC") -> str:
    """The state in words, with the step that runs, or when it goes on."""
    if row.state == "running" and row.step:
        return row.step
    if row.is_asleep:
        return f"Pauses, and goes on at {moment(row.wake_at, time_zone)}"
    return STATES[row.state]


def time_left(row: ImportRow) -> str | None:
    """As long as it took so far, by the share that is done; None before that says much."""
    if row.state != "running" or not row.step.startswith("Reading") or row.done < FEW or not row.started_at:
        return None
    so_far = (datetime.now(UTC) - row.started_at).total_seconds()
    seconds = so_far * (row.total - row.done) / row.done
    return f"about {plural(max(round(seconds / 60), 1), 'minute')}" if seconds > 45 else "less than a minute"


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


def _forget(row: ImportRow, csrf_token: str, back: str) -> html.Form:
    """The button that cancels it or takes it off the page; `back` is where that leads if not to the overview."""
    label = "Dismiss" if row.state in ("failed", "done") else "Cancel"
    button = html.Button(label, type="submit", className="btn btn-outline-secondary btn-sm")
    address = dbc.Input(type="hidden", name="next", value=back) if back else None
    return post_form(f"/connect/imports/{row.id}/forget", csrf_token, address, button)
