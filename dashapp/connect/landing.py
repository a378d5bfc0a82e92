"""Where one lands who brought an account: on its page, which shows the import alone until there is an account."""

from __future__ import annotations

from collections.abc import Sequence

from flask_login import current_user

from ..page_paths import OVERVIEW, account_page
from ..store import accounts, imports


def import_page(import_ids: Sequence[int]) -> str:
    """The page of the account that an import reads; of several at once the overview, which shows them all."""
    row = imports.get_import(current_user.id, import_ids[0]) if len(import_ids) == 1 else None
    if row is None:
        return OVERVIEW
    account = accounts.account(current_user.id, row.account_id) if row.account_id else None
    return account_page(account.service, account.id) if account else f"{OVERVIEW}/{row.service}?import={row.id}"
