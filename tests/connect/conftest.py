"""As in tests of users, hashes and templates cost nothing."""

from __future__ import annotations

from tests.users.conftest import app, quick_hashes

__all__ = ["app", "quick_hashes"]
