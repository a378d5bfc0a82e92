"""The addresses of the dashboard's pages, for links and redirects from everywhere."""

from __future__ import annotations

OVERVIEW = "/dashboard/user"
ALL_SERVICES, COMPARE, CROSSCHECK = (f"{OVERVIEW}/{page}" for page in ("all", "compare", "crosscheck"))


def account_page(service: str, account_id: int) -> str:
    """The page of an account."""
    return f"{OVERVIEW}/{service}?account={account_id}"
