"""The services that are read, and which of them an upload belongs to."""

from __future__ import annotations

from collections.abc import Mapping

from . import csv_files
from .base import Export
from .csv_files import CsvExport
from .mastodon import MastodonExport
from .recognition import recognise
from .x import XExport

__all__ = ["EXPORTS", "csv_files", "recognise"]

EXPORTS: Mapping[str, Export] = {"x": XExport(), "mastodon": MastodonExport(), "csv": CsvExport()}
