"""Bringing an account: the ways in of each service, uploads, and the form that names a CSV's columns."""

from __future__ import annotations

from .views import blueprint

__all__ = ["blueprint"]
