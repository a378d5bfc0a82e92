"""A small invented town whose people have accounts at all services: to click through Sociogram without any key."""

from __future__ import annotations

from .serving import applications, serve

__all__ = ["applications", "serve"]
