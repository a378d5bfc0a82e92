"""Users: sign in, register, settings."""

from __future__ import annotations

from . import settings_views, views

__all__ = ["blueprint", "settings_views"]

blueprint = views.blueprint
