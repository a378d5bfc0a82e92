"""As in tests of users, hashes cost nothing."""

from __future__ import annotations

from tests.users.conftest import quick_hashes

__all__ = ["quick_hashes"]
