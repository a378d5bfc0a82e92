"""The services that are read, and which of them an upload belongs to."""

from __future__ import annotations

from collections.abc import Mapping

from .bluesky.export import BlueskyExport
from .bluesky.reader import reader as bluesky_reader
from .csv_files.export import CsvExport
from .facebook.export import FacebookExport
from .facebook.reader import reader as facebook_reader
from .github.export import GitHubExport
from .github.reader import reader as github_reader
from .linkedin.export import LinkedInExport
from .linkedin.reader import reader as linkedin_reader
from .mastodon.export import MastodonExport
from .mastodon.reader import reader as mastodon_reader
from .reading import Export, ReaderOf
from .recognition import recognise
from .x.export import XExport
from .x.reader import reader as x_reader

__all__ = ["EXPORTS", "MUTUAL", "READERS", "recognise"]

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
    "github": github_reader,
    "mastodon": mastodon_reader,
    "bluesky": bluesky_reader,
    "x": x_reader,
    "facebook": facebook_reader,
    "linkedin": linkedin_reader,
}
