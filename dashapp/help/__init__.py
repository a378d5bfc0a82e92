"""The documentation for users, as pages of the application."""

from __future__ import annotations

from .views import blueprint

__all__ = ["blueprint"]
