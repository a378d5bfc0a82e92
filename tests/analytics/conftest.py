"""Frames of posts from a few words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from analytics.frames import POSTS, check

PostsFactory = Callable[..., pd.DataFrame]


@pytest.fixture(scope="session")
def make_posts() -> PostsFactory:
    """Posts of make_posts({"likes": 3}, ...); what a row leaves out is a post of no text of which nothing is told."""

    def make(*rows: dict[str, Any]) -> pd.DataFrame:
        plain = {"created_at": "2024-01-01T12:00Z", "kind": "post", "text": "", "url": None, "language": None}
        silent = dict.fromkeys(("replies", "reposts", "likes", "quotes", "views", "label"))
        frame = pd.DataFrame([{"post": i, **plain, **silent, **row} for i, row in enumerate(rows)], columns=list(POSTS))
        frame["created_at"] = pd.to_datetime(frame["created_at"], utc=True, format="ISO8601")
        return check(frame, POSTS)

    return make
