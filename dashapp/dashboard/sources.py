"""How an account's data came, in words."""

from __future__ import annotations

from collections.abc import Mapping

from ..services import service_of

#: what is no export
OTHERS: Mapping[str, str] = {"live": "Read from the service", "demo": "Invented by the demo"}


def source_title(source: str) -> str:
    """What the data of an account was taken from."""
    upload = service_of(source).upload
    return upload.title if upload else OTHERS.get(source, source)
