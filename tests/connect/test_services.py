"""What the pages of services say fits what is read."""

from __future__ import annotations

import pytest

from dashapp.connect.services import SERVICES, title
from dashapp.connect.upload_forms import FORMS
from dashapp.services import EXPORTS


def test_every_reader_has_its_page():
    assert {page.export for page in SERVICES.values()} == set(EXPORTS)
    assert set(FORMS) == set(SERVICES)


@pytest.mark.parametrize("service", ["x", "mastodon", "bluesky", "github", "facebook", "linkedin"])
def test_an_upload_says_how_to_get_it_and_what_is_read(service):
    page = SERVICES[service]

    assert page.steps
    assert page.reads
    assert page.never
    assert page.lacks


def test_names_are_those_of_the_services():
    assert title("github") == "GitHub"
    assert title("instagram") == "instagram"
