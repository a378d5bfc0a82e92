"""A quick look at a public account: whether it is there, and what it is called."""

from __future__ import annotations

from flask import current_app

from ..services import READERS
from ..services.base import Profile
from ..services.guard import host_name
from ..services.live import Target
from .live import Reach

PUBLIC = ("github", "mastodon", "bluesky")  # whose accounts can be read without being asked


def public_profile(service: str, handle: str) -> Profile | None:
    """The profile behind a handle; None where no reader can tell. Raises `ServiceError`."""
    reader_of = READERS.get(service)
    if reader_of is None:
        return None
    reach = Reach(current_app.config, None, lambda seconds: None)
    try:
        return reader_of(Target(handle=handle, host=host_of(service, handle)), reach).profile()
    finally:
        reach.close()


def host_of(service: str, handle: str) -> str:
    """The server in a handle, where there are several. Raises `HostError`."""
    return host_name(handle) if service == "mastodon" else ""

