"""The look-up of a public account: what its page shows, what is kept, what is refused and how, how often."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from dashapp import create_app
from dashapp.extensions import limiter
from dashapp.preview import fetch
from dashapp.public.handles import HANDLES
from dashapp.services import SERVICES, live_of
from dashapp.services.errors import DeniedError, NotFoundError, RateLimitedError, ServiceError, UnavailableError
from dashapp.services.reading import Cursor, Known, Step, Target
from dashapp.services.records import Batch, Post, Profile
from dashapp.settings import TestConfig
from dashapp.store import previews, users
from dashapp.store.database import now
from tests.conftest import COMPILED, close
from tests.users.browser_session import BrowserSession

pytestmark = pytest.mark.slow

ADA = "/look-up?handle=ada@example.social"
TUESDAY = datetime(2026, 11, 3, 14, 30, tzinfo=UTC)
PROFILE = Profile(
    service="mastodon",
    key="ada@example.social",
    handle="ada@example.social",
    name="Ada",
    url="https://example.social/@ada",
    bio="Looms & otters",
    followers=1234,
    posts=4,
)


def post(number: int, at: datetime, **more: Any) -> Post:
    """A post of ada's."""
    return Post(**{"key": str(number), "created_at": at, "kind": "post", "language": "en", **more})


#: of three own posts two are answered; by the model's labels one is positive, one negative, one cannot be assessed
POSTS = [
    post(1, TUESDAY, text="What a lovely wonderful day, thank you all!", likes=2, replies=0),
    post(2, TUESDAY - timedelta(days=7), text="This is terrible, I hate it so much", likes=0, replies=1),
    post(3, TUESDAY - timedelta(days=21, hours=1), text="…", likes=0, replies=0),
    post(4, TUESDAY - timedelta(days=1), kind="repost"),
]


class Script:
    """A service: tells a profile and pages of posts, or raises; counts how often it is asked."""

    def __init__(self) -> None:
        self.result: Profile | ServiceError = PROFILE
        self.pages: list[Batch | ServiceError] = [Batch(posts=POSTS, step="posts")]
        self.asked: list[Target] = []
        self.steps = 0

    def __call__(self, target: Target, _access: Any) -> Script:
        self.asked.append(target)
        return self

    def profile(self) -> Profile:
        """The account."""
        if isinstance(self.result, ServiceError):
            raise self.result
        return self.result

    def read(self, _cursor: Cursor, _known: Known) -> Iterator[Step]:
        """One page a step."""
        for page in self.pages:
            self.steps += 1
            if isinstance(page, ServiceError):
                raise page
            yield Step(batch=page, cursor={})


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Script:
    """The one that all services are."""
    script = Script()
    for key in HANDLES:
        monkeypatch.setitem(SERVICES, key, replace(SERVICES[key], live=replace(live_of(key), reader=script)))  # type: ignore[type-var]
    return script


def soup(page: Any) -> BeautifulSoup:
    """A page."""
    return BeautifulSoup(page.text, "html.parser")


def tiles(page: Any) -> dict[str, tuple[str, str]]:
    """Each figure's value, and what it rests on."""
    rows = soup(page).select(".sg-tiles > div")
    bases = [row.select_one(".sg-tile-basis") for row in rows]
    return {
        row.dt.text: (row.select_one(".sg-tile-value").text, basis.text if basis else "")
        for row, basis in zip(rows, bases, strict=True)
    }


def problem(page: Any) -> str:
    """The sentence at the form."""
    return str(soup(page).select_one("#look-problem").text)


# ---- the page


def test_the_landing_page_holds_the_form(client: Any) -> None:
    page = client.get("/")
    form = soup(page).select_one("form.sg-look")

    assert (form["method"], form["action"]) == ("get", "/look-up")
    assert [option["value"] for option in form.select("option")] == ["", *HANDLES]
    assert "X-Robots-Tag" not in page.headers


def test_an_account_is_shown_with_what_each_figure_rests_on(client: Any, service: Script) -> None:
    page = client.get(ADA)

    assert page.status_code == 200
    assert soup(page).h1.text == "Ada"
    assert soup(page).select_one(".sg-who a")["href"] == "https://example.social/@ada"
    figures = tiles(page)
    assert figures["Followers"] == ("1,234", "")
    assert figures["Friends"] == ("–", "Mastodon does not tell")
    assert figures["Response rate"] == ("67%", "of 3 posts; 21% to 94%")  # Wilson's interval of 2 of 3, by hand
    assert "The newest 4 posts, 1 of them reposts" in page.text


def test_own_answers_are_no_answers_here_either(client: Any, service: Script) -> None:
    asked, thread = (
        replace(POSTS[0], key="1", likes=1, replies=5),
        replace(POSTS[0], key="2", likes=1, replies=0, reply_to="1"),
    )
    service.pages = [Batch(posts=[asked, thread], step="posts")]

    assert tiles(client.get(ADA))["Median interactions"][0] == "3"


def test_the_rhythm_is_a_table_by_weekday_and_hour(client: Any, service: Script) -> None:
    rows = soup(client.get(ADA)).select(".sg-heat tbody tr")

    counts = [[int(cell.text) for cell in row.select("td")] for row in rows]
    assert [len(row) for row in counts] == [24] * 7
    assert (sum(map(sum, counts)), counts[1][14], counts[1][13]) == (3, 2, 1)
    assert rows[1].select("td")[14]["title"] == "Tuesday 14:00, 2 posts"


def test_tone_is_told_in_words_too_and_what_cannot_be_assessed_is_not_neutral(client: Any, service: Script) -> None:
    page = client.get(ADA)

    parts = [" ".join(part.text.split()) for part in soup(page).select(".sg-tone-key li")]
    assert [part.split("; likely ")[0] for part in parts] == ["50% positive (1", "0% neutral (0", "50% negative (1"]
    assert parts[1].endswith("; likely 0% to 66%)")
    assert "2 of 3 own posts could be assessed." in page.text


def test_what_was_understood_is_shown_and_can_be_changed(client: Any, service: Script) -> None:
    form = soup(client.get("/look-up?handle=https://example.social/@Ada")).select_one("form.sg-look")

    assert form.select_one("input")["value"] == "Ada@example.social"
    assert form.select_one("option[selected]")["value"] == "mastodon"


def test_an_account_without_posts_has_a_page(client: Any, service: Script) -> None:
    service.pages = [Batch(step="posts")]
    service.result = Profile(service="github", key="1", handle="ada", posts=0)

    page = client.get("/look-up?handle=ada")

    assert page.status_code == 200
    assert tiles(page)["Response rate"] == ("–", "no posts were read")
    assert soup(page).select_one(".sg-note") is None


def test_posts_that_are_not_told_to_strangers_are_no_missing_posts(client: Any, service: Script) -> None:
    service.pages = [Batch(step="posts")]

    assert fetch.UNTOLD in client.get(ADA).text


def test_a_post_ahead_of_our_clock_is_counted_everywhere(client: Any, service: Script) -> None:
    service.pages = [Batch(posts=[post(n, now() + timedelta(hours=n)) for n in range(3)], step="posts")]

    page = client.get(ADA)

    assert "0 of 3 own posts" in page.text or "No own post holds text" in page.text
    assert sum(int(cell.text) for cell in soup(page).select(".sg-heat tbody td")) == 3
    assert tiles(page)["Response rate"][1] == "Mastodon does not tell"


def test_reading_stops_at_a_hundred_posts(client: Any, service: Script) -> None:
    service.pages = [
        Batch(posts=[post(100 * page + n, TUESDAY - timedelta(hours=page, minutes=n)) for n in range(60)], step="posts")
        for page in range(3)
    ]

    page = client.get(ADA)

    assert service.steps == 2
    assert "The newest 100 posts" in page.text


def test_lists_are_not_read(client: Any, service: Script) -> None:
    service.pages.append(Batch(step="followers"))
    service.pages.append(Batch(posts=[post(9, TUESDAY)], step="posts"))

    assert "The newest 4 posts" in client.get(ADA).text


def test_a_page_of_posts_that_fails_leaves_the_rest(client: Any, service: Script) -> None:
    service.pages.append(UnavailableError("example.social does not answer."))

    page = client.get(ADA)

    assert page.status_code == 200
    assert "Not all posts could be read. example.social does not answer." in page.text
    assert "The newest 4 posts" in page.text


# ---- who may keep it, and for how long


@pytest.mark.parametrize("path", [ADA, "/look-up", "/look-up?handle=a+b"])
def test_nothing_of_it_is_for_search_engines_or_shared_caches(client: Any, service: Script, path: str) -> None:
    page = client.get(path)

    assert page.headers["X-Robots-Tag"].startswith("noindex")
    assert soup(page).find("meta", {"name": "robots"})["content"].startswith("noindex")
    assert page.headers["Cache-Control"].startswith("private")


def test_the_same_account_is_asked_for_once_an_hour_however_it_is_written(client: Any, service: Script) -> None:
    first, second = client.get(ADA), client.get("/look-up?handle=@ADA@Example.social&service=mastodon")

    assert len(service.asked) == 1
    assert tiles(first) == tiles(second)


def test_what_is_kept_holds_no_post(app: Flask, service: Script) -> None:
    app.test_client().get(ADA)

    with app.app_context():
        stored = previews.find(f"{fetch.VERSION}:mastodon:ada@example.social")
    assert stored is not None
    assert not any(post.text in str(stored) for post in POSTS[:2])


def test_an_old_row_is_neither_shown_nor_kept(app: Flask, service: Script) -> None:
    with app.app_context():
        previews.keep(f"{fetch.VERSION}:mastodon:ada@example.social", {"sentence": "gone", "status": 404}, until=now())
        assert previews.find(f"{fetch.VERSION}:mastodon:ada@example.social") is None
        previews.keep("other", {}, until=now() + timedelta(hours=1))
        assert app.test_client().get(ADA).status_code == 200


@pytest.mark.parametrize(
    ("error", "status", "asked"),
    [
        (NotFoundError("There is no such account.", 404), 404, 1),
        (DeniedError("It is private.", 403), 403, 1),
        (UnavailableError("example.social does not answer."), 424, 1),
        (RateLimitedError("GitHub takes no more calls before 2026-11-20 16:00 UTC.", TUESDAY), 424, 2),
    ],
)
def test_a_refusal_is_a_sentence_at_the_form_and_kept_unless_it_is_a_limit(
    client: Any, service: Script, error: ServiceError, status: int, asked: int
) -> None:
    service.result = error

    pages = [client.get(ADA) for _ in range(2)]

    assert [page.status_code for page in pages] == [status] * 2
    assert [problem(page) for page in pages] == [str(error)] * 2
    assert soup(pages[0]).select_one("#look-handle")["value"] == "ada@example.social"
    assert len(service.asked) == asked


def test_what_is_no_handle_asks_nobody(client: Any, service: Script) -> None:
    page = client.get("/look-up?handle=a+b&service=mastodon")

    assert (page.status_code, service.asked) == (400, [])
    assert problem(page).startswith("This is no handle")
    assert soup(page).select_one("#look-handle")["value"] == "a b"
    assert soup(page).select_one("option[selected]")["value"] == "mastodon"


def test_without_a_handle_there_is_the_form(client: Any, service: Script) -> None:
    page = client.get("/look-up")

    assert (page.status_code, service.asked) == (200, [])
    assert soup(page).select_one("#look-problem") is None


def test_only_some_threads_look_at_a_time(client: Any, service: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_free", fetch.threading.BoundedSemaphore(1))

    with fetch._free:
        page = client.get(ADA)

    assert (problem(page), service.asked) == (fetch.BUSY, [])
    assert client.get(ADA).status_code == 200


# ---- limits


class Limited(TestConfig):
    """As tests are, but with limits."""

    RATELIMIT_ENABLED = True


@pytest.fixture
def limited(sqlite_url: str) -> Iterator[Flask]:
    """An application with limits."""
    app = create_app(Limited({"DATABASE_URL": sqlite_url}))
    app.jinja_env.bytecode_cache = COMPILED
    with app.app_context():
        limiter.reset()
    yield app
    with app.app_context():
        limiter.reset()
    limiter.enabled = False
    close(app)


def statuses(app: Flask, handles: list[str], *, address: str) -> list[int]:
    """Of so many look-ups from one place."""
    visitor = BrowserSession(app, address=address)
    return [visitor.get(f"/look-up?handle={handle}").status_code for handle in handles]


def test_who_looks_up_many_accounts_waits_and_is_told_how_long(limited: Flask, service: Script) -> None:
    assert statuses(limited, [f"ada{n}" for n in range(6)], address="192.0.2.1") == [200] * 5 + [429]

    page = BrowserSession(limited, address="192.0.2.1").get("/look-up?handle=ada6")

    assert 0 < int(page.headers["Retry-After"]) <= 61  # rounded up
    assert "It goes on in" in problem(page)
    assert soup(page).select_one("#look-handle")["value"] == "ada6"
    assert len(service.asked) == 5


def test_what_was_looked_up_before_and_other_places_are_not_limited(limited: Flask, service: Script) -> None:
    statuses(limited, [f"ada{n}" for n in range(6)], address="192.0.2.1")

    assert statuses(limited, ["ada0"] * 3, address="192.0.2.1") == [200] * 3
    assert statuses(limited, ["ada6"], address="192.0.2.2") == [200]


def test_twenty_in_an_hour(limited: Flask, service: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    real, ahead = time.time, [0.0]
    monkeypatch.setattr(time, "time", lambda: real() + ahead[0])
    service.pages, seen = [], []
    for number in range(21):
        ahead[0] += 30
        seen += statuses(limited, [f"ada{number}"], address="192.0.2.1")

    assert seen == [200] * 20 + [429]


# ---- hostile accounts


HOSTILE = '</p><script src="/x"></script><img src=x onerror=alert(1)> {{ 7*7 }} \u202e'


def test_what_strangers_wrote_is_text(client: Any, service: Script) -> None:
    service.result = Profile(
        service="mastodon",
        key="ada@example.social",
        handle='ada"><b>@example.social',
        name=HOSTILE,
        url="javascript:alert(1)",
        bio=HOSTILE * 100,
    )

    page = soup(client.get(ADA))

    assert page.h1.text == HOSTILE
    assert page.select_one(".sg-bio").text == (HOSTILE * 100).strip()[:1_000]
    assert not page.main.find_all(["script", "img", "b"])
    assert not page.select(".sg-who a")


def test_what_the_visitor_typed_is_text(client: Any, service: Script) -> None:
    page = soup(client.get("/look-up", query_string={"handle": HOSTILE, "service": HOSTILE}))

    assert page.select_one("#look-handle")["value"] == HOSTILE
    assert not page.main.find_all(["script", "img"])


def test_a_long_handle_is_cut_before_anything_looks_at_it(client: Any, service: Script) -> None:
    page = client.get("/look-up", query_string={"handle": "a" * 5_000})

    assert page.status_code == 400
    assert len(soup(page).select_one("#look-handle")["value"]) == 300


def test_the_page_needs_no_script_of_its_own(client: Any, service: Script) -> None:
    page = soup(client.get(ADA))

    assert all(script.get("src", "").startswith("/assets/") and not script.text for script in page.find_all("script"))
    assert not [tag for tag in page.find_all() if any(name.startswith("on") for name in tag.attrs)]


# ---- what comes next


def test_a_stranger_is_offered_to_register_and_the_demo(app: Flask, service: Script) -> None:
    with app.app_context():
        users.add_user("Demo", "!", is_demo=True)

    page = soup(BrowserSession(app).get(ADA)).select_one(".sg-more-there")

    assert page.a["href"] == "/register"
    assert page.form["action"] == "/demo"


def test_a_user_can_have_the_account_read_whole(app: Flask, service: Script) -> None:
    visitor = BrowserSession(app)
    visitor.register()

    form = soup(visitor.get(ADA)).select_one(".sg-more-there form")

    assert form["action"] == "/connect/mastodon/handle"
    assert form.select_one("[name=handle]")["value"] == "ada@example.social"
    sent = visitor.send(form["action"], {"handle": "ada@example.social"})
    assert sent.headers["Location"].startswith("/dashboard/user/mastodon?import=")
