"""Attributes whose names Python cannot write."""

from __future__ import annotations

from typing import Any


def aria(**values: str) -> dict[str, Any]:
    """`aria-` attributes."""
    return {f"aria-{name}": value for name, value in values.items()}


def data(**values: str) -> dict[str, Any]:
    """`data-` attributes, which the scripts of assets/ read."""
    return {f"data-{name}": value for name, value in values.items()}
