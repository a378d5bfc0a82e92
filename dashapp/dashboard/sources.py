"""How an account's data came, in words."""

from __future__ import annotations

from collections.abc import Mapping

SOURCES: Mapping[str, str] = {
    "x": "X archive",
    "mastodon": "Mastodon export",
    "csv": "CSV files",
    "demo": "Invented by the demo",
}
