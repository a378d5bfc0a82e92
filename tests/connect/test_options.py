"""The ways in on a service's page, and what the people who run the server are told."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from dashapp.services import SERVICES, service_of
from tests.connect.oauth_client import authorize

pytestmark = pytest.mark.server

CONNECTED = [key for key, service in SERVICES.items() if service.oauth]


def page_of(ada, service):
    """A service's page."""
    return BeautifulSoup(ada.get(f"/connect/{service}").text, "html.parser")


@pytest.mark.parametrize("service", CONNECTED)
def test_a_page_offers_all_ways_that_there_are(ada, running, service):
    running(service)

    forms = {form["action"] for form in page_of(ada, service).select("main form")}

    assert f"/connect/{service}/start" in forms
    assert (f"/connect/{service}" in forms) == (SERVICES[service].upload is not None)
    assert (f"/connect/{service}/handle" in forms) == (SERVICES[service].handle is not None)


def test_ones_own_data_comes_by_upload_alone(ada):
    assert [form["action"] for form in page_of(ada, "csv").select("main form")] == ["/connect/csv"]


def test_a_connected_account_stands_on_the_page(ada, running):
    authorize(ada, running("github"))

    assert "Connected: ada." in page_of(ada, "github").text


@pytest.mark.parametrize("service", CONNECTED)
def test_the_page_for_operators_says_what_to_set(ada, service):
    text = ada.get(f"/connect/{service}/set-up").text

    assert f"Setting up {service_of(service).title}" in text
    assert "TOKEN_KEYS" in text
    if service not in ("mastodon", "bluesky"):
        assert f"http://localhost/connect/{service}/authorized" in text
        assert f"{service.upper()}_OAUTH_CLIENT_SECRET" in text


def test_what_cannot_be_set_up_has_no_such_page(ada):
    assert ada.get("/connect/csv/set-up").status_code == 404
