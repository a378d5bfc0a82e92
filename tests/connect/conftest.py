"""As in tests of users, hashes cost nothing; and fake services to connect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask

from tests.connect.oauth_client import Fake, fake, introduce
from tests.users.browser_session import BrowserSession
from tests.users.conftest import quick_hashes

__all__ = ["quick_hashes"]


@pytest.fixture
def running(app: Flask) -> Iterator[Callable[[str], Fake]]:
    """Starts a fake service, for which the application is set up."""
    with ExitStack() as stack:

        def start(service: str) -> Fake:
            started = stack.enter_context(fake(service))
            introduce(app, started)
            return started

        yield start


@pytest.fixture
def ada(app: Flask) -> BrowserSession:
    """Somebody who is signed in."""
    visitor = BrowserSession(app)
    visitor.register()
    return visitor
