"""Imports that wait, run or failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from .attributes import aria
from .numbers import percent, plural

STATES = {
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
    "gained_friends": ("friend gained", "friends gained"),
    "lost_friends": ("friend lost", "friends lost"),
}
OPEN = ("receiving", "queued", "running")


def import_card(row: Mapping[str, Any], *, csrf_token: str) -> html.Article:
    """One import: how far it is, what it left out, and what can be done."""
    named = html.Div(
        [
            html.H3(row["filename"] or "Import", className="sg-import-title"),
            html.P(state_of(row), className="sg-remark"),
        ]
    )
    return html.Article(
        [
            html.Div(
                [named, html.Div([_columns(row), _forget(row, csrf_token)], className="sg-actions")],
                className="sg-import-head",
            ),
            progress_bar(row) if row["state"] in OPEN else None,
            html.P(row["message"], className="sg-import-message") if row["message"] else None,
            html.P(result_of(row["report"]), className="sg-remark") if row["state"] == "done" else None,
            skipped(row["report"]),
        ],
        className=f"sg-card sg-import sg-import-{row['state']}",
    )


def result_of(report: Mapping[str, Any]) -> str:
    """What an import that ended brought."""
    read = [plural(report.get(name, 0), *words) for name, words in READ.items() if report.get(name)]
    said = f"Read {', '.join(read)}." if read else "Nothing was read."
    changed = [plural(report[name], *words) for name, words in CHANGED.items() if report.get(name)]
    if report.get("older"):
        said += " It is older than what was here already: only posts that were missing were added."
    elif "new_posts" in report and not report["new_posts"] and not changed:
        said += " Nothing in it was new."
    return f"{said} {', '.join(changed)}." if changed else said


def state_of(row: Mapping[str, Any]) -> str:
    """The state in words, with the step that runs."""
    if row["state"] == "running" and row["step"]:
        return row["step"]
    return STATES.get(row["state"], row["state"])


def progress_bar(row: Mapping[str, Any]) -> html.Div:
    """A bar and its words; without a known total it says only that work goes on."""
    share = min(row["done"] / row["total"], 1.0) if row["total"] else None
    bar = {"value": str(share)} if share is not None else {}
    return html.Div(
        [
            html.Progress(max="1", className="sg-progress", **aria(label=f"Import of {row['filename']}"), **bar),
            html.Span(percent(share) if share is not None else "", className="sg-remark"),
        ],
        className="sg-progress-row",
    )


def skipped(report: Mapping[str, Any]) -> html.Details | None:
    """Records that were kept out, and why."""
    number = report.get("n_skipped", 0)
    if not number:
        return None
    examples = report.get("skipped", [])
    items = [html.Li([html.Code(record["where"]), f": {record['why']}"]) for record in examples]
    rest = f"and {number - len(examples):,} more" if number > len(examples) else None
    title = f"{plural(number, 'record')} kept out"
    return html.Details([html.Summary(title), html.Ul(items, className="sg-skipped"), html.P(rest) if rest else None])


def _columns(row: Mapping[str, Any]) -> html.A | None:
    if row["state"] != "columns":
        return None
    return html.A("Name the columns", href=f"/connect/columns/{row['id']}", className="btn btn-primary btn-sm")


def _forget(row: Mapping[str, Any], csrf_token: str) -> html.Form:
    label = "Dismiss" if row["state"] in ("failed", "done") else "Cancel"
    return html.Form(
        [
            dbc.Input(type="hidden", name="csrf_token", value=csrf_token),
            html.Button(label, type="submit", className="btn btn-outline-secondary btn-sm"),
        ],
        method="POST",
        action=f"/connect/imports/{row['id']}/forget",
    )
