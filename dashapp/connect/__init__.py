"""Bringing an account: by OAuth, by its public handle, or by an upload, and the form that names a CSV's columns."""

from __future__ import annotations

from . import bluesky, handles, joining, leaving, oauth, rereading, views, ways

__all__ = ["blueprint", "bluesky", "handles", "joining", "leaving", "oauth", "rereading", "ways"]

blueprint = views.blueprint
