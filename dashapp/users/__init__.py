"""Users: sign in, register, settings."""

from __future__ import annotations

from . import address_views, second_factor_views, settings_views, views, weekly_mail_views

__all__ = ["address_views", "blueprint", "second_factor_views", "settings_views", "weekly_mail_views"]

blueprint = views.blueprint
