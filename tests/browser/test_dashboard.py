"""The dashboard in a real browser: it draws, answers clicks, and neither breaks the policy nor writes an error."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from dashapp import static_files
from dashapp.demo import generate
from dashapp.demo.load import load_demo
from dashapp.services.records import Batch, Profile
from dashapp.store import accounts, imports, shares, users
from dashapp.store.database import now
from tests.browser.conftest import DESKTOP, LOOKS, PATIENCE, PHONE, faults, serving
from tests.browser.wire import Wire
from tests.conftest import close, make_app
from tests.dashboard.downloads import AS_OF, sign_in
from tests.records import follower, friend, merged, post, ties

pytestmark = pytest.mark.browser

EVIL = '<a href="https://elsewhere.example">Eve</a><img src=x onerror="window.pwned=1"> %{x}'
PROBLEMS = """() => {
  window.problems = [];
  document.addEventListener("securitypolicyviolation", (event) => window.problems.push(event.violatedDirective));
}"""
SHIFT = """() => new Promise((resolve) => {
  const told = (entry) => [entry.value, ...entry.sources.map((one) => one.node && (one.node.id || one.node.className))];
  const watch = new PerformanceObserver((list) => resolve(list.getEntries().map(told)));
  watch.observe({ type: "layout-shift", buffered: true });
  setTimeout(resolve, 100, []); // nothing has moved, and nobody is told of that
})"""
#: how many components the page's layout has, and how many of them Dash watches
WATCHED = """async () => {
  const options = { headers: { "X-Opened-Page": location.pathname + location.search } };
  const answer = await fetch("/dashboard/_dash-layout", options);
  const layouts = [JSON.parse(await answer.clone().text()), await answer.json()];
  const count = (part) => part && typeof part === "object" && part.type !== "Static"
    ? Object.values(part).reduce((sum, each) => sum + count(each), "namespace" in part) : 0;
  return layouts.map(count);
}"""
ENLARGED = {"width": 320, "height": 256}  # a window of 1280 by 1024 at 400 %
DARK_TICKS = "rgb(157, 171, 175)"
DASHBOARD = ("/dashboard/user?period=all",)
SIGNED_IN = ("/user/Ada", "/shares", "/connect/mastodon", "/connect/x")
OF_THE_DEMO = tuple(f"/dashboard/user/{page}" for page in ("all", "crosscheck", "mastodon?period=all"))
SIGNED_OUT = ("/", "/signin", "/register", "/look-up", "/help/manual/graphs", "/not-there")


@dataclass(frozen=True, slots=True)
class Site:
    """A server that runs, and who owns what on it."""

    address: str
    app: Flask
    owner: int
    account: int


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application with an account of ada's, served by threads, its files as a web server has them."""
    folder = tmp_path_factory.mktemp("browser")
    path = shutil.copy(sqlite_template, folder / "sociogram.sqlite")
    app = make_app(f"sqlite:///{path}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(static_files, "QUALITY", 3)  # quicker, and a tenth larger
        static_files.serve(app, folder / "static")
    with app.app_context():
        owner = users.add_user("Ada", "!")
        account = add_account(owner)
    with serving(app) as address:
        yield Site(address, app, owner, account)
    close(app)


def add_account(owner: int) -> int:
    """Posts on forty days, and people some of whom have names that want to be more than names."""
    from dashapp.imports.analysis import analyse

    posts = [post(n, text=f"What a lovely day {n} #garden", likes=n % 3, replies=n % 2, reposts=0) for n in range(40)]
    people = [follower(name, name=name.title(), followers=120 if name in "abc" else None) for name in "abcdefgh"] + [
        follower("eve", name=EVIL),
        friend("a"),
    ]
    met = ties("ab", "ba", "bc", "cd", "de", "ea", "fg", "gh", "hf", "ad")
    profile = Profile(
        service="mastodon", key="ada", handle="ada@example.social", name="Ada", as_of=datetime(2026, 4, 12, tzinfo=UTC)
    )
    merged(owner, Batch(people=people[:-4]), profile=Profile(service="mastodon", key="ada", handle="ada", as_of=AS_OF))
    account, _ = merged(owner, Batch(posts=posts, people=people, ties=met), profile=profile)
    for _ in analyse(owner, account):
        pass
    return account


@dataclass(frozen=True, slots=True)
class Tab:
    """A page that stays open from test to test, and what its console told of errors."""

    page: Page
    errors: list[str]


@pytest.fixture(scope="module")
def tab(site: Site, browser: Browser) -> Iterator[Tab]:
    """The only one: in a new one Plotly would be fetched and compiled again, which takes longer than most tests."""
    context = browser.new_context(base_url=site.address)
    context.set_default_timeout(PATIENCE)
    tab = Tab(context.new_page(), errors=[])
    tab.page.on("console", lambda message: tab.errors.append(message.text) if message.type == "error" else None)
    tab.page.on("pageerror", lambda error: tab.errors.append(str(error)))
    tab.page.add_init_script(f"({PROBLEMS})()")
    yield tab
    context.close()


@pytest.fixture
def page(request: pytest.FixtureRequest, site: Site, tab: Tab) -> Iterator[Page]:
    """The page, where ada is signed in, on a desktop in the light unless told otherwise; without error or violation."""
    told = {"viewport": DESKTOP, "color_scheme": "light", **getattr(request, "param", {})}
    sign_in_as(tab.page, site, site.owner)
    tab.page.set_viewport_size(told["viewport"])
    tab.page.emulate_media(color_scheme=told["color_scheme"])
    yield tab.page
    errors, violations = list(tab.errors), tab.page.evaluate("window.problems")
    tab.page.evaluate("localStorage.clear()")  # the theme
    tab.page.mouse.move(0, 0)  # nothing of the next page is hovered over
    tab.page.goto("/healthz")  # what the page still asks for is no error of the next test
    tab.errors.clear()
    assert not errors
    assert not violations


def sign_in_as(page: Page, site: Site, owner: int) -> None:
    """From now on the browser is theirs."""
    cookie = sign_in(site.app, owner).get_cookie("session")
    assert cookie is not None
    page.context.add_cookies([{"name": "session", "value": cookie.value, "url": site.address}])


@pytest.fixture(scope="module")
def demo(site: Site) -> int:
    """The demo's user, with two accounts that are compared."""
    two = {service: generate.PROFILES[service] for service in ("github", "mastodon")}
    with pytest.MonkeyPatch.context() as patch, site.app.app_context():
        patch.setattr(generate, "PROFILES", two)
        return load_demo(now())


def chart(page: Page, title: str) -> Locator:
    """The frame of a chart."""
    return page.locator("figure.sg-chart", has=page.get_by_role("heading", name=title, exact=True))


def drawn(page: Page, title: str) -> Locator:
    """The frame of a chart, once it is drawn."""
    frame = chart(page, title)
    frame.scroll_into_view_if_needed()
    expect(frame.locator(".main-svg").first).to_be_visible()
    return frame


def open_account(page: Page, site: Site, query: str = "period=all") -> None:
    """The account's page, until its timeline is drawn."""
    page.goto(f"/dashboard/user/mastodon?account={site.account}&{query}")
    drawn(page, "Timeline")


def test_a_timeline_shows_the_posts_behind_a_bar_is_saved_and_follows_the_theme_button(
    page: Page, site: Site, tmp_path: Path
) -> None:
    open_account(page, site, "period=all&unit=month")
    page.locator(".sg-head h1").evaluate("name => { name.textContent = 'WWWW '.repeat(40) }")
    with page.expect_download() as picture:  # of a chart that was not in sight yet
        page.locator("#chart-hashtags [data-image=svg]").dispatch_event("click")
    assert page.evaluate(
        """svg => {
            const box = document.body.appendChild(document.createElement("div"));
            box.innerHTML = svg;
            const [whole, title] = ["svg", ".g-gtitle"].map(each => box.querySelector(each).getBoundingClientRect());
            box.remove();
            return whole.left < title.left && title.right < whole.right;
        }""",
        picture.value.path().read_text(),
    )
    timeline = drawn(page, "Timeline")
    bar = timeline.locator(".subplot .barlayer .point path").first
    place = bar.evaluate(
        """bar => {
            const [{ x, y, width, height }, area] = [bar, bar.closest(".js-plotly-plot").querySelector(".nsewdrag")]
                .map(each => each.getBoundingClientRect());
            return { x: x + width / 2 - area.x, y: y + height / 2 - area.y };
        }"""
    )  # where it stands in the chart: charts above may still push that down

    timeline.locator(".nsewdrag").first.click(position=place)
    expect(page.locator("#timeline-behind summary")).to_have_text("March 2026: 30 posts")
    expect(page.locator("#timeline-behind")).to_contain_text("What a lovely day 0")

    for kind, beginning in (("png", b"\x89PNG"), ("svg", b"<svg")):
        with page.expect_download() as download:
            timeline.get_by_role("button", name=kind.upper()).click()
        download.value.save_as(tmp_path / kind)
        name = f"sociogram-mastodon-ada_example.social-timeline-all-2026-04-12.{kind}"
        assert download.value.suggested_filename == name
        assert (tmp_path / kind).read_bytes().startswith(beginning)
    timeline.get_by_text("Data as a table").click()
    timeline.get_by_role("button", name="2026-03-01: read its posts").press("Enter")
    expect(page.locator("#timeline-behind summary")).to_be_focused()

    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator(".xtick text").first).to_have_css("fill", DARK_TICKS)


def test_unit_period_and_range_change_the_page_and_stand_in_the_address(page: Page, site: Site) -> None:
    open_account(page, site, "period=all&unit=week")
    posts = page.locator(".sg-figure", has_text="Posts").locator(".sg-value").first
    expect(posts).to_have_text("40")

    page.locator(".sg-unit", has_text="Day").click()
    expect(drawn(page, "Timeline").locator(".ytitle")).to_have_text("Posts a day")
    expect(drawn(page, "Sentiment").locator(".ytitle")).to_have_text("Share of a day's posts")
    page.get_by_role("navigation", name="Period").get_by_role("link", name="30 days").click()
    expect(posts).to_have_text("29")
    page.wait_for_url("**period=30d&unit=day")
    page.go_back()
    expect(posts).to_have_text("40")

    page.get_by_text("From – to").press("Enter")
    page.get_by_label("From", exact=True).fill("2026-03-05")
    page.get_by_label("To", exact=True).fill("2026-04-03")
    page.get_by_label("To", exact=True).press("Enter")
    page.wait_for_url("**from=2026-03-05&to=2026-04-03**")
    expect(page.locator(".sg-periods")).to_contain_text("5 March 2026 to 3 April 2026")
    expect(page.get_by_text("From – to")).to_be_focused()
    bars = drawn(page, "Timeline").locator(".nsewdrag").first
    expect(page.locator(".rangeslider-container")).to_have_count(0)
    bars.hover(position={"x": 20, "y": 90})
    page.wait_for_function("document.querySelector('.js-plotly-plot').layout.dragmode === 'zoom'")
    box = bars.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 90)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 90, steps=4)
    page.mouse.up()
    page.wait_for_url("**from=2026-03-05&to=2026-03-19**")
    page.go_back()
    expect(page.locator(".sg-periods")).to_contain_text("5 March 2026 to 3 April 2026")


def test_a_person_is_found_in_the_graph_and_a_strangers_name_is_a_name_and_nothing_else(page: Page, site: Site) -> None:
    open_account(page, site)
    drawing = drawn(page, "Sociogram").locator(".js-plotly-plot")
    beside, found = page.locator("#graph-person"), page.locator("#graph-found")

    page.get_by_label("Find a person", exact=True).fill("b")
    expect(found.get_by_role("button", name="B", exact=True)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(beside.get_by_role("heading", name="B b")).to_be_visible()
    expect(beside).to_contain_text("2 people with a tie")
    neighbour = arrow_to_a_neighbour(page, drawing)
    page.wait_for_url(f"**person={neighbour}")
    page.get_by_label("Find a person", exact=True).fill("eve")
    expect(found).to_contain_text("The 1 person found")
    expect(found.locator("[data-person]").first).to_have_css("unicode-bidi", "plaintext")
    found.locator("[data-person]").first.click()
    expect(beside.locator("h3")).to_contain_text("<a href=")
    assert page.evaluate("window.pwned") is None
    assert page.locator("a[href*='elsewhere.example']").count() == 0
    page.get_by_label("Find a person", exact=True).fill("")
    beside.get_by_role("button", name="Show all again").click()
    expect(beside).to_contain_text("Click a point")

    clicks_on_a_point(page, drawing)
    titles = page.evaluate("[...document.querySelectorAll('.modebar-btn')].map(b => b.dataset.title || '')")
    assert titles
    assert not [title for title in titles if "share" in title.lower() or "cloud" in title.lower()]


def arrow_to_a_neighbour(page: Page, drawing: Locator) -> int:
    """Goes on by an arrow key, from the picture, where one is after choosing; says to whom."""
    expect(page.locator(".sg-keys")).to_be_focused()
    key, neighbour = drawing.evaluate(
        """graph => {
            const lit = graph._fullData.find(trace => trace.name === 'chosen');
            const [x, y] = [lit.x[1] - lit.x[0], lit.y[1] - lit.y[0]];
            const [across, along] = [x > 0 ? 'ArrowRight' : 'ArrowLeft', y > 0 ? 'ArrowUp' : 'ArrowDown'];
            const key = Math.abs(x) > Math.abs(y) ? across : along;
            return [key, lit.customdata[1]];
        }"""
    )
    page.keyboard.press(key)
    return int(neighbour)


def clicks_on_a_point(page: Page, drawing: Locator) -> None:
    """Somebody is told of, and the view stays where it was zoomed to."""
    expect(page.locator("#graph-remark")).to_contain_text("All 9 people")
    width = "graph => graph._fullLayout.xaxis.range[1] - graph._fullLayout.xaxis.range[0]"
    before = drawing.evaluate(width)
    page.locator(".modebar-btn[data-title='Zoom in']").click()
    while drawing.evaluate(width) == before:
        page.wait_for_timeout(50)
    place = drawing.evaluate(
        """graph => {
            const people = graph._fullData.find(trace => trace.name === 'people');
            const { xaxis, yaxis } = graph._fullLayout;
            const inside = (axis, value) => value > axis.range[0] && value < axis.range[1];
            const one = [...people.x.keys()].find(n => inside(xaxis, people.x[n]) && inside(yaxis, people.y[n]));
            return { x: xaxis._offset + xaxis.c2p(people.x[one]), y: yaxis._offset + yaxis.c2p(people.y[one]) };
        }"""
    )
    view = drawing.evaluate("graph => graph._fullLayout.xaxis.range")
    drawing.scroll_into_view_if_needed()
    drawing.hover(position=place)
    drawing.locator(".hovertext").wait_for()
    drawing.click(position=place)

    expect(page.locator("#graph-person dl")).to_contain_text("Followers in this graph")
    expect(page.locator("#graph-person").get_by_role("button", name="Show all again")).to_be_visible()
    assert drawing.evaluate("graph => graph._fullLayout.xaxis.range") == view


@pytest.mark.parametrize("page", [{"viewport": PHONE}], indirect=True)
def test_a_phone_folds_details_until_somebody_goes_to_them(page: Page, site: Site) -> None:
    open_account(page, site)
    rhythm = chart(page, "Hours of the week")
    expect(rhythm.get_by_text("Data as a table")).to_be_hidden()
    expect(rhythm.locator(".main-svg")).to_have_count(0)

    page.locator(".sg-jump summary").click()
    page.locator(".sg-jump").get_by_role("button", name="Hours of the week").click()

    expect(rhythm.locator(".main-svg").first).to_be_visible()
    expect(rhythm.get_by_text("Data as a table")).to_be_visible()
    page.set_viewport_size(DESKTOP)
    expect(chart(page, "Hashtags").get_by_text("Data as a table")).to_be_visible()
    expect(page.locator(".sg-fold > summary:visible")).to_have_count(0)


def test_changes_and_people_are_narrowed_by_keys_alone_until_the_session_ends(page: Page, site: Site, tab: Tab) -> None:
    open_account(page, site)
    drawn(page, "Growth")
    page.locator("#change-grid").scroll_into_view_if_needed()
    expect(page.locator("#change-count")).to_have_text("4 changes")
    page.get_by_role("combobox", name="Followers or friends").press("ArrowDown")
    expect(page.locator("#change-count")).to_have_text("3 changes")
    page.get_by_label("Find a name or handle").press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#change-grid .ag-row").first).to_contain_text("Gained")
    expect(page.locator("#change-downloads a").first).to_have_attribute(
        "href", re.compile("what=gained&relation=follower")
    )
    page.wait_for_url("**relation=follower&what=gained")

    page.locator("#people-grid").scroll_into_view_if_needed()
    expect(page.locator("#people-count")).to_have_text("9 people")
    page.get_by_label("Search by name or handle").fill("eve")
    expect(page.locator("#people-count")).to_have_text("1 person matches")
    expect(page.locator("#people-grid .ag-row").first).to_contain_text("<a href=")
    page.get_by_label("Search by name or handle").fill("")
    page.get_by_label("List", exact=True).select_option("mutuals")
    expect(page.locator("#people-count")).to_have_text("1 person")
    page.get_by_label("List", exact=True).select_option("followers")
    expect(page.locator("#people-count")).to_have_text("9 people")

    bar = page.get_by_role("button", name="100–999 3")
    bar.press("Enter")
    expect(page.locator("#people-count")).to_have_text("3 people match")
    expect(bar).to_have_attribute("aria-pressed", "true")
    chip = page.get_by_role("button", name="Their followers: 100–999")
    expect(chip).to_be_focused()
    page.reload()  # what is chosen stands in the address
    page.locator("#people-grid").scroll_into_view_if_needed()
    expect(page.locator("#people-count")).to_have_text("3 people match")
    expect(bar).to_have_attribute("aria-pressed", "true")
    chip.press("Enter")
    expect(page.locator("#people-count")).to_have_text("9 people")
    expect(bar).to_be_focused()
    within = page.locator("#people-grid :focus")
    page.locator("#people-downloads a").last.press("Tab")
    expect(within).to_have_class(re.compile("ag-header-cell"))
    page.keyboard.press("ArrowDown")
    expect(within).to_have_class(re.compile("ag-cell"))
    page.keyboard.press("Tab")
    expect(within).to_have_count(0)

    errors = list(tab.errors)
    page.context.clear_cookies(name="session")
    page.get_by_label("List", exact=True).select_option("friends")
    expect(page).to_have_url(re.compile("/signin\\?next=%2Fdashboard%2Fuser%2Fmastodon"))
    tab.errors[:] = errors  # the others are of an answer without a session


@pytest.mark.parametrize("page", LOOKS, indirect=True)
def test_pages_fit_a_narrow_screen_and_have_no_fault_that_axe_knows(
    request: pytest.FixtureRequest, page: Page, site: Site, tab: Tab
) -> None:
    viewport = page.viewport_size
    finger = page.context.new_cdp_session(page)
    finger.send("Emulation.setTouchEmulationEnabled", {"enabled": viewport == PHONE})
    for address in (f"/dashboard/user/mastodon?account={site.account}&period=all", *DASHBOARD):
        page.goto(address)
        page.locator("figure.sg-chart").first.scroll_into_view_if_needed()
        expect(page.locator(".xtick text").first).to_be_visible()
        sliders = int(viewport == PHONE and address not in DASHBOARD)
        expect(page.locator(".rangeslider-container")).to_have_count(sliders)
        if "dark" in request.node.callspec.id:
            expect(page.locator(".xtick text").first).to_have_css("fill", DARK_TICKS)
        draw_all(page)
        assert faults(page) == []
        page.set_viewport_size(ENLARGED)
        expect(page.locator("html")).to_have_js_property("scrollWidth", ENLARGED["width"])
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
    finger.detach()
    for address in (*SIGNED_IN, *SIGNED_OUT):
        if address == SIGNED_OUT[0]:
            page.context.clear_cookies()
        page.goto(address)
        assert faults(page) == []
    tab.errors[:] = [each for each in tab.errors if "404" not in each]  # of the page that is not there


@pytest.mark.parametrize("page", LOOKS, indirect=True)
def test_the_demo_and_what_is_shared_have_no_fault_that_axe_knows(page: Page, site: Site, demo: int) -> None:
    sign_in_as(page, site, demo)
    for address in OF_THE_DEMO:
        page.goto(address)
        page.locator("figure.sg-chart").first.wait_for()
        draw_all(page)
        assert faults(page) == []
    if page.viewport_size == PHONE:
        page.reload()  # and folded again
        drawn(page, "Growth")
        assert page.evaluate("document.documentElement.scrollHeight") < 8_500
    with site.app.app_context():
        account = next(row.id for row in accounts.accounts(demo) if row.service == "mastodon")
        shared = [
            shares.add(demo, which, period="all", names=True, lifetime=timedelta(days=1)) for which in (account, None)
        ]
    page.context.clear_cookies()
    for token in shared:
        page.goto(f"/shared/{token}")
        expect(page.locator(".main-svg").last).to_be_visible()
        assert faults(page) == []


def draw_all(page: Page) -> None:
    """Draws charts and lists that wait until they are seen, also those that are folded."""
    page.evaluate("document.querySelectorAll('.sg-fold').forEach((fold) => { fold.open = true; })")
    page.evaluate("window.sight.drawn(document)")
    for grid in page.locator(".sg-row-grid").all():
        grid.scroll_into_view_if_needed()
        expect(grid.locator(".ag-root")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")  # what the periods lie over is a small target


def test_pages_ask_for_little_and_stay_where_they_are(page: Page, site: Site) -> None:
    """Before anybody scrolls: the overview's chart and the account's list are not seen yet, its timeline is."""
    account = f"/dashboard/user/mastodon?account={site.account}&period=all"
    for address, height, most in (("/dashboard/user?period=all", 400, 450_000), (account, 1000, 750_000)):
        page.set_viewport_size({"width": 1440, "height": height})
        page.context.new_cdp_session(page).send("Network.clearBrowserCache")
        for at_most, requests in ((most, 20), (30_000, 3)):  # at first, and again
            cdp = page.context.new_cdp_session(page)
            wire = Wire(cdp)
            page.goto(address)
            if address == account:
                page.locator("#chart-timeline .main-svg").first.wait_for()
            page.wait_for_load_state("networkidle")
            cdp.detach()

            assert wire.weight <= at_most, wire.answers
            assert len(wire.answers) <= requests, wire.answers
            assert not [name for name, _ in wire.answers if re.search("ag_grid|dash_table|async-", name)]
            moved = page.evaluate(SHIFT)
            assert sum(value for value, *_ in moved) <= 0.02, moved
        components, watched = page.evaluate(WATCHED)
        assert watched < components / 2
        expect(page.locator("[n_clicks]")).to_have_count(0)


def test_an_import_goes_on_before_the_eyes_and_ends(page: Page, site: Site) -> None:
    with site.app.app_context():
        number = imports.add_import(site.owner, export="x", filename="archive.zip", options={})
        imports.change_import(number, state="running", step="Reading posts", share=0.4)
    page.goto("/dashboard/user")
    card = page.locator(".sg-import", has_text="archive.zip")
    expect(card).to_contain_text("40%")

    with site.app.app_context():
        imports.change_import(number, state="failed", message="This zip file is damaged.", finished_at=now())

    expect(card).to_contain_text("This zip file is damaged.")
    card.get_by_role("button", name="Dismiss").click()
    expect(card).to_have_count(0)


def test_a_comparison_is_chosen_by_the_keyboard_and_stands_in_the_address(page: Page, site: Site) -> None:
    page.goto(f"/dashboard/user/compare?left={site.account}&left_period=30d")
    drawn(page, "Timelines")
    right = page.get_by_role("group", name="Right")
    right.get_by_label("Right: days").select_option("days")
    right.get_by_label("From").fill("2026-03-03")
    right.get_by_label("To").fill("2026-03-12")
    page.get_by_label("Left: days").select_option("all")

    page.get_by_role("button", name="Compare").press("Enter")

    compared = page.get_by_role("columnheader").nth(2)
    expect(compared).to_contain_text("3 Mar 2026 to 12 Mar 2026")
    expect(page.get_by_role("button", name="Compare")).to_be_focused()
    expect(page).to_have_url(re.compile("left_period=all.*right_from=2026-03-03.*right_to=2026-03-12"))
    assert "right_period" not in page.url
    page.reload()
    expect(compared).to_contain_text("3 Mar 2026 to 12 Mar 2026")
    expect(page.get_by_label("Left: days")).to_have_value("all")
    expect(right.get_by_label("To")).to_have_value("2026-03-12")
    assert faults(page) == []
    page.go_back()
    expect(page.get_by_label("Left: days")).to_have_value("30d")
