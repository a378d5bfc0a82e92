"""Users: sign in, register, settings."""

from __future__ import annotations

from . import settings_views, views, weekly_mail_views

__all__ = ["blueprint", "settings_views", "weekly_mail_views"]

blueprint = views.blueprint
