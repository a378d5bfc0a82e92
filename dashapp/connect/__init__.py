"""Bringing an account: by OAuth, by its public handle, or by an upload, and the form that names a CSV's columns."""

from __future__ import annotations

from . import disconnect, handles, oauth_views, options, pushed_authorization, refresh, sign_up, views

__all__ = ["blueprint", "disconnect", "handles", "oauth_views", "options", "pushed_authorization", "refresh", "sign_up"]

blueprint = views.blueprint
