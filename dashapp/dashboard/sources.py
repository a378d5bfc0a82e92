"""How an account's data came, in words."""

from __future__ import annotations

from collections.abc import Mapping

SOURCES: Mapping[str, str] = {
    "x": "X archive",
    "mastodon": "Mastodon export",
    "bluesky": "Bluesky repository",
    "github": "GitHub archive",
    "facebook": "Facebook export",
    "linkedin": "LinkedIn export",
    "csv": "CSV files",
    "live": "Read from the service",
    "demo": "Invented by the demo",
}
