"""Bluesky: its export, which is an account's repository, and the live reader."""

from __future__ import annotations

from .export import BlueskyExport
from .reader import reader

__all__ = ["BlueskyExport", "reader"]
