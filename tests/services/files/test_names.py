"""Names of files: the day on which a service made an export."""

from __future__ import annotations

from datetime import datetime

import pytest

from dashapp.services import upload_of
from dashapp.services.files.names import named_time


@pytest.mark.parametrize(
    ("service", "name", "at"),
    [
        ("linkedin", "Complete_LinkedInDataExport_11-20-2025 (1).zip", "2025-11-21T04:59:59.999999Z"),
        ("linkedin", "Basic_LinkedInDataExport_20-11-2025.zip", None),
        ("mastodon", "archive-20251101123456-0a1b.tar.gz", "2025-11-01T12:34:56Z"),
        ("mastodon", "archive-ada-20251101T123456-Ab1.zip", "2025-11-01T12:34:56Z"),  # Pleroma's
        ("mastodon", "archive-20251101.zip, following_accounts.csv", None),
        ("facebook", "facebook-ada-2025-11-01-Ab1Cd2.zip", "2025-11-02T03:59:59.999999Z"),
        ("facebook", "facebook-ada-2999-11-01.zip", None),
        ("facebook", "facebook-ada-9999-12-31.zip", None),
        ("x", "twitter-2025-07-01-0a1b.zip, twitter-2025-07-02-0a1b.zip", "2025-07-03T03:59:59.999999Z"),
        ("x", "holidays-2025-07-01.zip", None),
    ],
)
def test_the_name_that_a_service_gives_tells_the_day(service: str, name: str, at: str | None) -> None:
    pattern = upload_of(service).dated_name
    assert pattern is not None

    assert named_time(pattern, name, "America/New_York") == (datetime.fromisoformat(at) if at else None)
