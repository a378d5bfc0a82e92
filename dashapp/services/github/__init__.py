"""GitHub: its export, which is a migration archive, and the live reader."""

from __future__ import annotations

from .export import GitHubExport
from .reader import reader

__all__ = ["GitHubExport", "reader"]
