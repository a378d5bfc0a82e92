"""What everybody may see: the landing page, the demo's door, and what a host asks."""

from __future__ import annotations

from .views import blueprint

__all__ = ["blueprint"]
