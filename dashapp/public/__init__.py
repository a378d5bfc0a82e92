"""What everybody may see: the landing page, the look-up, the demo's door, and what a host asks."""

from __future__ import annotations

from . import look_up
from .views import blueprint

__all__ = ["blueprint", "look_up"]
