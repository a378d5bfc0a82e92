"""Many users at once in one process: no token, no session and no name goes to somebody else."""

from __future__ import annotations

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from dashapp.services import SERVICES
from dashapp.store import connections, users
from tests.connect.oauth_client import authorization_url, decide
from tests.services.fakes.oauth import served

THREADS, ROUNDS = 8, 2
UIDS = {"ada": "1001", "bob": "1002"}


class Browser:
    """A browser that reaches the application over the network."""

    def __init__(self, address):
        self.address, self.session = address, requests.Session()

    def get(self, path):
        """Opens a page; redirects are not followed."""
        answer = self.session.get(self.address + path, allow_redirects=False, timeout=30)
        answer.close()
        return answer

    def send(self, path, **data):
        """Sends a form with its token."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get("/signin").text)[1]
        sent = {"csrf_token": token, **data}
        return self.session.post(self.address + path, data=sent, allow_redirects=False, timeout=30)

    def sign_in(self, service, person):
        """Signs in as that person; who the application says it is."""
        location = decide(authorization_url(self.send(f"/signin/{service}")), person)
        self.get(location.removeprefix(self.address))
        return next((name for name in UIDS if self.get(f"/user/{name}").status_code == 200), None)


@pytest.fixture
def known(app):
    """Two users whom GitHub and LinkedIn sign in, and whose accounts there are connected."""
    owners = {}
    with app.app_context():
        for name, uid in UIDS.items():
            owners[name] = users.add_user(name, "")
            for service, key in (("github", uid), ("linkedin", f"li-{name}")):
                place = {"service": service, "host": "", "uid": key, "handle": name}
                connections.link_identity(owners[name], **place)
                connections.connect(owners[name], **place, token={"access_token": "old"}, expires_at=None)
    return owners


@pytest.mark.slow
def test_users_who_sign_in_at_once_are_never_mixed_up(app, running, known):
    fakes = [running("github"), running("linkedin")]
    for fake in fakes:
        fake.grants.jitter = 0.02
    barrier = threading.Barrier(THREADS)

    def work(number, address):
        barrier.wait()
        mixed = []
        for turn in range(ROUNDS):
            person, fake = ("ada", "bob")[(number + turn) % 2], fakes[(number // 2 + turn) % 2]
            browser = Browser(address)
            seen = browser.sign_in(fake.service, person)
            browser.session.close()
            if seen != person:
                mixed.append((person, seen))
            with app.app_context():  # whose token stands in whose row now
                for name, owner in known.items():
                    for row in connections.connections(owner):
                        mixed += [(name, other) for other in [owner_of_token(app, owner, row, fakes)] if other != name]
        return mixed

    with served(app) as address, ThreadPoolExecutor(THREADS) as pool:
        mixed = [pair for pairs in pool.map(work, range(THREADS), [address] * THREADS) for pair in pairs]

    assert mixed == []
    assert sum(fake.grants.calls["whoami"] for fake in fakes) == THREADS * ROUNDS


def owner_of_token(app, owner, row, fakes):
    """Who the fake says the kept token belongs to; one that was taken back meanwhile was replaced as well."""
    for _ in range(100):
        token = connections.token(owner, row.id).access
        if token == "old":
            return next(name for name, uid in UIDS.items() if row.handle == name)
        for fake in fakes:
            if person := fake.grants.tokens.get(token):
                return person
        time.sleep(0.05)
    raise AssertionError(f"no service gave the token of {row.handle}")


@pytest.mark.server
def test_nothing_of_a_request_stays_on_the_blueprint(app, ada, running):
    from tests.connect.oauth_client import authorize

    flows = {name: each for name, each in app.blueprints.items() if name.startswith("connect.")}
    before = {name: dict(vars(each)) for name, each in flows.items()}

    authorize(ada, running("github"))
    authorize(ada, running("mastodon"))

    assert set(before) == {f"connect.{key}" for key, service in SERVICES.items() if service.oauth}
    assert {name: dict(vars(each)) for name, each in flows.items()} == before
