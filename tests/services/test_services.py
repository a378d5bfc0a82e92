"""What each service says of itself."""

from __future__ import annotations

import pytest

from dashapp.services import SERVICES, service_of
from dashapp.services.recognition import NOTHING

EXPORTED = {key: service for key, service in SERVICES.items() if service.upload and not service.upload.any_service}


def test_every_service_stands_under_its_own_key():
    assert all(service.key == key for key, service in SERVICES.items())
    assert all(service.upload.export.service == key for key, service in SERVICES.items() if service.upload)
    assert all(service.oauth.provider.service == key for key, service in SERVICES.items() if service.oauth)


@pytest.mark.parametrize("key", EXPORTED)
def test_an_upload_says_how_to_get_it_and_what_is_read(key):
    upload = SERVICES[key].upload

    assert upload.steps
    assert upload.reads
    assert upload.never
    assert upload.lacks
    assert upload.with_article.endswith(upload.title)


def test_who_uploads_something_else_is_told_of_every_export():
    assert all(SERVICES[key].title in NOTHING for key in EXPORTED)


def test_names_are_those_of_the_services():
    assert service_of("github").title == "GitHub"
    assert service_of("instagram").title == "instagram"
