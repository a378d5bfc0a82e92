"""Reading an account again: now, every day, and how far."""

from __future__ import annotations

import re

from flask import abort, current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..imports.receive import queue_live
from ..imports.schedule import next_refresh
from ..page_paths import account_page
from ..services import live_of, service_of
from ..store import accounts, imports
from ..store.database import LARGEST_ID
from ..store.rows import AccountRow
from ..users import limits
from .views import blueprint

ACCOUNT = f"/connect/accounts/<int(max={LARGEST_ID}):account_id>"
AMOUNT = re.compile("([0-9]{1,4})(?:[.,]([0-9]{1,2}))?")
BAD_AMOUNT = "Write the amount in dollars, such as 5 or 2.50. Nothing was changed."
TOO_MUCH = "This server pays at most ${most} for an account. Nothing was changed."


@blueprint.post(f"{ACCOUNT}/read")
@login_required
@limits.uploads_by_user
def read_again(account_id: int) -> ResponseReturnValue:
    """Queues the reading of an account of the user."""
    account = own_account(account_id)
    if not is_read(account_id):
        queue_live(
            current_user.id,
            service=account.service,
            handle=account.handle,
            host=account.host,
            connection=account.connection_id,
            account_id=account_id,
        )
    return to_account(account)


def is_read(account_id: int) -> bool:
    """Whether an import of the account goes on, waits or sleeps: two at once would pay twice."""
    rows = imports.imports(current_user.id, account_id=account_id)
    return any(row.live and row.is_open for row in rows)


@blueprint.post(f"{ACCOUNT}/reading")
@login_required
def choose_reading(account_id: int) -> ResponseReturnValue:
    """Keeps how an account is read: daily or not, by the people's own servers too, for how much money."""
    account = own_account(account_id)
    live = live_of(account.service)
    daily = "daily" in request.form and not live.is_paid
    options = {"daily": "1" if daily else "0"}
    if live.home_servers:
        options["home"] = "1" if "home" in request.form else "0"
    if live.is_paid:
        options["allowed"] = str(mills(request.form.get("allowed", "")))
    refresh_at = (account.refresh_at or next_refresh()) if daily else None
    accounts.save_options(current_user.id, account_id, refresh_at=refresh_at, **options)
    return to_account(account)


def mills(text: str) -> int:
    """Dollars as written, in thousandths."""
    found = AMOUNT.fullmatch(text.strip().lstrip("$"))
    if found is None:
        abort(400, BAD_AMOUNT)
    whole, part = found.groups(default="0")
    asked, most = int(whole) * 1_000 + int(part.ljust(2, "0")) * 10, current_app.config["X_MOST_DOLLARS"]
    if asked > most * 1_000:
        abort(400, TOO_MUCH.format(most=most))
    return asked


def own_account(account_id: int) -> AccountRow:
    """The user's account, if it can be read from its service, else 404."""
    account = accounts.account(current_user.id, account_id) or abort(404)
    if not service_of(account.service).is_readable(connected=account.connection_id is not None):
        abort(404)
    return account


def to_account(account: AccountRow) -> ResponseReturnValue:
    """Back to the account's page."""
    return redirect(account_page(account.service, account.id), 303)
