"""The pages of the dashboard."""

from . import account, overview

PAGES = (overview, account)
