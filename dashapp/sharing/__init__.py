"""Pages that a user shares by links: what others see of them, and how they are made and revoked."""

from __future__ import annotations

from .own_views import blueprint as own_pages
from .views import blueprint as shared_pages

__all__ = ["own_pages", "shared_pages"]
