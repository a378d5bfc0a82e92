"""paging: cursors of live imports that are still open

Revision ID: 0004
Revises: 0003
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LISTS = ("followers", "friends")
KINDS = ("issues", "pullRequests", "issueComments", "repositoryDiscussions")
X_REASONS = {"money": "unpaid", "credits": "no_credits", "private": "refused", "broken": "broken_off"}


def upgrade() -> None:
    converters = {"github": github, "mastodon": mastodon, "bluesky": bluesky, "x": x}
    for row, cursor in open_imports():
        if row.options.get("service") in converters:
            keep(row.id, converters[row.options["service"]](cursor) if cursor else {})


def downgrade() -> None:
    """X goes on, for its pages cost money; the others begin anew."""
    for row, cursor in open_imports():
        if row.options.get("service") in ("github", "mastodon", "bluesky", "x"):
            keep(row.id, x_before(cursor) if cursor and row.options["service"] == "x" else {})


imports = sa.table(
    "imports",
    sa.column("id", sa.BigInteger()),
    sa.column("live", sa.Boolean()),
    sa.column("state", sa.String()),
    sa.column("options", sa.JSON()),
    sa.column("cursor", sa.JSON()),
    sa.column("lease", sa.Integer()),
    sa.column("wake_at", sa.DateTime(timezone=True)),
)


def open_imports() -> list:
    query = sa.select(imports).where(imports.c.live.is_(True), imports.c.state.not_in(("done", "failed")))
    return [(row, row.cursor) for row in op.get_bind().execute(query).all()]


def keep(number: int, cursor: dict) -> None:
    """Keeps processes of the version before away, which write their own kind of cursor: the lease is no longer theirs.

    They may still run for a while, and would take the import again: it sleeps until they are gone.
    """
    asleep = {"state": "queued", "lease": imports.c.lease + 1, "wake_at": datetime.now(UTC) + timedelta(minutes=10)}
    op.get_bind().execute(imports.update().where(imports.c.id == number).values(cursor=cursor, **asleep))


def part(**known: object) -> dict:
    progress = {"next": None, "pages": 0, "empty_pages": 0, "read": 0, "count": None}
    return {**progress, "unreadable": 0, "incomplete": False, "stopped": None, **known}


def github(old: dict) -> dict:
    return github_rest(old) if "hidden" in old else github_graphql(old)


def github_graphql(old: dict) -> dict:
    return {
        "parts": {name: github_part(old, name) for name in (*KINDS, *LISTS)},
        "calls": old["steps"],
        "looked": old["steps"] >= 3,
        "pending": old["rest"],
        "too_many_follows": old["many"],
        "unknown_follows": old["untold"],
        "sizes": old["sizes"],
    }


def github_part(old: dict, name: str) -> dict:
    """What was cut bears the sentence that says why; while the list goes on, it is that somebody was unreadable."""
    cut, stopped = old["cut"].get(name), None
    if name in old["done"]:
        stopped = "end" if cut is None else "too_long" if cut.startswith("The newest") else "lost_cursor"
    return part(
        next=old["after"].get(name),
        pages=int(name in old["read"]),
        read=old["read"].get(name, 0),
        count=old["of"].get(name),
        unreadable=int(cut is not None and stopped is None),
        stopped=stopped,
    )


def github_rest(old: dict) -> dict:
    """A part's cursor is the number of its next page; one that has none was read to its end."""
    parts = {name: github_rest_part(old, name) for name in (*LISTS, "issues", "pulls")}
    return {"parts": parts, "calls": old["steps"], "looked": old["steps"] >= 1}


def github_rest_part(old: dict, name: str) -> dict:
    page, read = old["next"].get(name), old["read"].get(name, 0)
    unreadable = int(name in old["cut"])
    if page is None:
        stopped = "refused" if old["hidden"] and name not in LISTS else "end"
        return part(pages=1, read=read, unreadable=unreadable, stopped=stopped)
    return part(next=str(page) if page > 1 else None, pages=page - 1, read=read, unreadable=unreadable)


def mastodon(old: dict) -> dict:
    more = ("id", "key", "host", "domain", "moved", "familiar", "unfamiliar", "homes")
    return {
        "parts": {name: mastodon_part(old, name) for name in ("posts", *LISTS)},
        "calls": old["steps"],
        "looked": old["steps"] >= 3,
        **{name: old[name] for name in more if name in old},
    }


def mastodon_part(old: dict, name: str) -> dict:
    pages, stopped = old["pages"].get(name, 0), None
    if name in old["done"]:
        stopped = "end" if pages else "not_asked"
        stopped = "refused" if name in old["refused"] else "too_long" if name in old["cut"] else stopped
    return part(
        next=old["next"].get(name),
        pages=pages,
        read=old["read"].get(name, 0),
        count=old["of"].get(name),
        unreadable=old["bad"].get(name, 0),
        stopped=stopped,
    )


def bluesky(old: dict) -> dict:
    return {
        "parts": {name: bluesky_part(old, name) for name in ("posts", *LISTS)},
        "calls": old["calls"],
        "looked": len(old["pages"]) == 3,
        **{name: old[name] for name in ("did", "at", "people", "again")},
        "incomplete": old["told"],
        "ties_done": "ties" in old["done"],
    }


def bluesky_part(old: dict, name: str) -> dict:
    """A list of nobody where somebody is counted came to an end: that it is short is found anew."""
    cut, stopped = old["cut"].get(name, ""), None
    if name in old["done"]:
        stopped = "too_long" if cut.startswith("The newest") else "broken_off" if "stopped" in cut else "end"
    return part(
        next=old["next"].get(name),
        pages=old["pages"].get(name, 0),
        read=old["read"].get(name, 0),
        count=old["of"].get(name),
        stopped=stopped,
    )


def x(old: dict) -> dict:
    return {
        "parts": {name: x_part(old, name) for name in ("posts", *LISTS)},
        "calls": old["calls"],
        "looked": old["calls"] >= 3,
        "since": old["since"],
        "spelling": old["spelling"],
        "shown": old["shown"],
        "set_aside": old["aside"],
    }


def x_part(old: dict, name: str) -> dict:
    is_done = name in old["done"]
    return part(
        next=old["next"].get(name),
        pages=int(is_done or name in old["next"]),
        read=old["posts"] if name == "posts" else 0,
        incomplete=name in old["partial"],
        stopped="end" if is_done else X_REASONS.get(old["stopped"].get(name)),
    )


def x_before(new: dict) -> dict:
    reasons = {reason: word for word, reason in X_REASONS.items()}
    parts = new["parts"].items()
    stopped = {name: progress["stopped"] for name, progress in parts if progress["stopped"]}
    return {
        "next": {name: progress["next"] for name, progress in parts if progress["next"]},
        "done": [name for name, reason in stopped.items() if reason == "end"],
        "stopped": {name: reasons.get(reason, "broken") for name, reason in stopped.items() if reason != "end"},
        "partial": [name for name, progress in parts if progress["incomplete"] or progress["unreadable"]],
        "calls": new["calls"],
        "shown": new["shown"],
        "posts": new["parts"]["posts"]["read"],
        "empty": 0,
        "spelling": new["spelling"],
        "aside": new["set_aside"],
        "since": new["since"],
    }
