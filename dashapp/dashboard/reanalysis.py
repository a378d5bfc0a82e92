"""The buttons that analyse an account again, where a page lacks what was never stored, and compare all accounts."""

from __future__ import annotations

from flask import Blueprint, abort, redirect
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..page_paths import CROSSCHECK, account_page
from ..store import accounts, comparisons, imports
from ..store.database import LARGEST_ID
from ..users import limits

blueprint = Blueprint("reanalysis", __name__)


@blueprint.post(f"/analyse/<int(max={LARGEST_ID}):account_id>")
@login_required
@limits.uploads_by_user
def analyse(account_id: int) -> ResponseReturnValue:
    """Queues the analysis of an account of the user."""
    account = accounts.account(current_user.id, account_id) or abort(404)
    imports.add_analysis(current_user.id, account_id, "asked for on its page")
    return redirect(account_page(account.service, account_id), 303)


@blueprint.post("/compare")
@login_required
@limits.uploads_by_user
def compare() -> ResponseReturnValue:
    """Queues the comparison of all accounts of the user."""
    comparisons.add_comparison(current_user.id)
    return redirect(CROSSCHECK, 303)
