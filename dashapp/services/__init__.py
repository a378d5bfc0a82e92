"""The services that are read, and which of them an upload belongs to."""

from __future__ import annotations

from collections.abc import Mapping

from . import csv_files, github
from .base import Export
from .bluesky import BlueskyExport
from .bluesky import reader as bluesky_reader
from .csv_files import CsvExport
from .facebook import FacebookExport
from .facebook.reader import reader as facebook_reader
from .github import GitHubExport
from .linkedin import LinkedInExport
from .linkedin.reader import reader as linkedin_reader
from .live import ReaderOf
from .mastodon import MastodonExport
from .mastodon.reader import reader as mastodon_reader
from .recognition import recognise
from .x import XExport
from .x.reader import reader as x_reader

__all__ = ["EXPORTS", "MUTUAL", "READERS", "csv_files", "recognise"]

EXPORTS: Mapping[str, Export] = {
    "x": XExport(),
    "mastodon": MastodonExport(),
    "bluesky": BlueskyExport(),
    "github": GitHubExport(),
    "facebook": FacebookExport(),
    "linkedin": LinkedInExport(),
    "csv": CsvExport(),
}
#: exports of services where people are friends of each other: a tie has no direction
MUTUAL = frozenset({"facebook", "linkedin"})
#: services that are read live
READERS: Mapping[str, ReaderOf] = {
    "github": github.reader,
    "mastodon": mastodon_reader,
    "bluesky": bluesky_reader,
    "x": x_reader,
    "facebook": facebook_reader,
    "linkedin": linkedin_reader,
}
