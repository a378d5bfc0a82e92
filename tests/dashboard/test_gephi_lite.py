"""Opening a graph in Gephi Lite: by an address that its owner gets, that anybody may fetch, for some minutes."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, urlsplit

import networkx as nx
import pytest
from flask import Flask

from dashapp.dashboard import gephi_lite
from dashapp.public_address import is_reachable
from dashapp.store import users

from .downloads import add_account, sign_in

HOST = "https://sociogram.example.org"


@pytest.fixture
def owner(app: Flask) -> int:
    """Who has the account."""
    with app.app_context():
        return users.add_user("Ada", "!")


@pytest.fixture
def opened(app: Flask, owner: int) -> str:
    """What Gephi Lite is told to fetch, as its owner's browser is sent there."""
    app.config["PUBLIC_URL"] = HOST
    with app.app_context():
        account = add_account(owner)
    answer = sign_in(app, owner).get(f"/open/{account}/friends")
    assert answer.status_code == 303
    assert answer.location.startswith("https://gephi.org/gephi-lite/?file=https%3A")
    return parse_qs(urlsplit(answer.location).query)["file"][0].removeprefix(HOST)


def test_whoever_has_the_address_reads_that_graph(app: Flask, opened: str) -> None:
    answer = app.test_client().get(opened)

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert len(nx.read_gexf(io.BytesIO(answer.data))) > 0
    assert urlsplit(opened).path.endswith(".gexf")
    assert opened.endswith(".gexf")


def test_an_address_ends_after_minutes_and_cannot_be_made(
    app: Flask, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = opened.replace("token=", "token=x")
    assert app.test_client().get(forged).status_code == 404

    monkeypatch.setattr(gephi_lite, "LIFETIME", -1)

    assert app.test_client().get(opened).status_code == 404


def test_no_other_site_sends_a_graph_there(app: Flask, owner: int) -> None:
    app.config["PUBLIC_URL"] = HOST
    with app.app_context():
        account = add_account(owner)

    answer = sign_in(app, owner).get(f"/open/{account}/friends", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("url", "reachable"),
    [
        (HOST, True),
        ("https://9.9.9.9", True),
        (None, False),
        ("http://sociogram.example.org", False),
        ("https://localhost:8000", False),
        ("https://192.168.1.5", False),
        ("https://sociogram.lan", False),
    ],
)
def test_only_a_server_of_the_internet_is_reachable(app: Flask, url: str | None, reachable: bool) -> None:
    app.config["PUBLIC_URL"] = url
    with app.app_context():
        assert is_reachable() is reachable
