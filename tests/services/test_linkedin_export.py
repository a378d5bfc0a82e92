"""LinkedIn exports: what is read of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.errors import ExportError
from dashapp.services.files.archive import open_upload
from dashapp.services.files.times import times_of
from dashapp.services.linkedin.export import LinkedInExport
from dashapp.services.linkedin.export_records import connected_on, own_words, slug
from dashapp.services.recognition import recognise
from dashapp.services.records import BATCH, Batch, Person, Post
from tests.services.exports import (
    LINKEDIN_CONNECTION,
    LINKEDIN_SHARE,
    Files,
    csv_text,
    linkedin_archive,
    linkedin_connection,
    linkedin_connections,
    linkedin_invitations,
    linkedin_profile,
    linkedin_share,
    linkedin_small,
    linkedin_text,
    read_all,
    table_text,
    zipped,
)

LINKEDIN = LinkedInExport()
SHARE = "urn:li:share:7300000000000000001"
HELLO = Post(
    audience="everybody",
    key=SHARE,
    created_at=datetime(2026, 7, 28, 20, 32, 32, tzinfo=UTC),
    kind="post",
    text="Hello",
    url="https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7300000000000000001",
)
SINCE = datetime(2026, 2, 8, tzinfo=UTC)
BOB = Person(
    key="bob-example-1",
    handle="bob-example-1",
    name="Bob Example 1",
    url="https://www.linkedin.com/in/Bob-Example-1",
    is_follower=True,
    is_friend=True,
    follower_since=SINCE,
    friend_since=SINCE,
)


def read(*shares: list[str], **files: str) -> Batch:
    return read_all(LINKEDIN, linkedin_small(*shares, **files))


def connections(*rows: list[str]) -> list[Person]:
    """Who is read of these rows."""
    return read(Connections=linkedin_connections(*rows)).people


# posts


def test_a_post_is_read_as_the_export_tells_it() -> None:
    batch = read(linkedin_share())

    assert batch.posts == [HELLO]
    assert batch.skipped == []


def test_what_others_answered_is_not_told() -> None:
    (post,) = read(linkedin_share()).posts

    assert (post.replies, post.reposts, post.likes, post.quotes, post.views) == (None,) * 5


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param('One"\n"Two', "One\nTwo", id="line"),
        pytest.param('One"\n"\n"Two', "One\n\nTwo", id="empty-line"),
        pytest.param('One"\r\n"Two', "One\r\nTwo", id="windows"),
        pytest.param('She said "yes"', 'She said "yes"', id="own-quotes"),
        pytest.param('She said "yes""\n"and left', 'She said "yes"\nand left', id="own-quote-at-the-end"),
        pytest.param("One\nTwo", "One\nTwo", id="as-a-csv-has-it"),
        pytest.param('"One"\n"Two"\nThree', '"One"\n"Two"\nThree', id="quotes-on-some-lines"),
        pytest.param("", "", id="empty"),
    ],
)
def test_each_line_stands_in_quotes_that_are_not_the_accounts(written: str, meant: str) -> None:
    assert own_words(written) == meant


@given(st.text(st.characters(codec="utf-8", exclude_characters='\0\r"')).filter(lambda text: text == text.strip()))
def test_a_text_comes_back_from_how_linkedin_writes_it(text: str) -> None:
    share = linkedin_share(ShareCommentary=linkedin_text(text))

    (post,) = read(share).posts

    assert post.text == text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        pytest.param({"Date": "2026-07-28 20:32:32 UTC"}, {}, id="zone-stated"),
        pytest.param({"Visibility": "MEMBER_NETWORK", "SharedUrl": "https://a.example"}, {}, id="connections-only"),
        pytest.param({"ShareCommentary": ""}, {"text": ""}, id="no-words"),
        pytest.param({"ShareLink": "javascript:alert(1)"}, {"url": None}, id="no-web-address"),
    ],
)
def test_a_field_is_read(fields: dict[str, str], told: dict[str, str | None]) -> None:
    (post,) = read(linkedin_share(**fields)).posts

    assert replace(post, key=SHARE) == replace(HELLO, **told)


def test_times_are_of_the_zone_that_the_user_states() -> None:
    files = linkedin_small(linkedin_share())

    (post,) = read_all(LINKEDIN, files, time_zone="America/New_York").posts

    assert post.created_at == datetime(2026, 7, 29, 0, 32, 32, tzinfo=UTC)
    assert any("America/New_York" in note for note in LINKEDIN.notes(Files(files), {"time_zone": "America/New_York"}))
    with pytest.raises(ExportError, match="no time zone"):
        LINKEDIN.profile(Files(files), {"time_zone": "Mars"})


def test_a_repost_has_no_words() -> None:
    link = "https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A72"

    batch = read(InstantReposts=table_text(("Date", "Link"), [("2026-07-28 20:32:32", link)]))

    assert batch.posts == [
        replace(HELLO, key="repost urn:li:activity:72", kind="repost", text="", url=link)
    ]  # fmt: skip


def test_posts_without_a_number_are_known_by_time_and_words() -> None:
    bare = {"ShareLink": ""}

    batch = read(linkedin_share(**bare), linkedin_share(**bare, ShareCommentary="Again"), linkedin_share(**bare))

    assert [post.text for post in batch.posts] == ["Hello", "Again"]
    assert [skipped.why for skipped in batch.skipped] == ["it is there twice"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        pytest.param(linkedin_share(Date="soon"), "no date that we read", id="no-date"),
        pytest.param(linkedin_share(Date="1999-01-01 00:00:00"), "out of range", id="too-early"),
        pytest.param(linkedin_share(Date="2999-01-01 00:00:00"), "out of range", id="too-late"),
        pytest.param([*linkedin_share(), "more"], "more cells than the header", id="too-wide"),
    ],
)
def test_what_is_no_post_is_kept_out_and_told(row: list[str], why: str) -> None:
    batch = read(row, linkedin_share())

    assert batch.posts == [HELLO]
    assert [skipped.where for skipped in batch.skipped] == ["Shares.csv, row 2"]
    assert why in batch.skipped[0].why


# connections


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(linkedin_connections(linkedin_connection()), id="with-preface"),
        pytest.param(linkedin_connections(linkedin_connection(), preface=""), id="before-2021"),
        pytest.param("\ufeff" + linkedin_connections(linkedin_connection()), id="byte-order-mark"),
        pytest.param(linkedin_connections(linkedin_connection()).replace("\n", "\r\n"), id="windows"),
    ],
)
def test_a_connection_is_a_follower_and_a_friend_since_that_day(text: str) -> None:
    batch = read(Connections=text)

    assert batch.people == [BOB]
    assert batch.skipped == []


def test_the_columns_are_found_by_their_names() -> None:
    columns = ("First Name", "Last Name", "Email Address", "Company", "Position", "Connected On")  # before 2023
    row = ("Bob", "Example", "bob@example.social", "Example, Ltd", "Engineer", "08 Feb 2026")

    (person,) = read(Connections=table_text(columns, [row])).people

    assert (person.key, person.name, person.handle, person.url) == ("bob example 2026-02-08", "Bob Example", None, None)


def test_no_e_mail_address_leaves_the_export() -> None:
    batch = read(linkedin_share(), Connections=linkedin_connections(linkedin_connection()))

    assert "bob1@example.social" not in repr(batch)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://www.linkedin.com/in/Bob-Example", "bob-example"),
        ("https://de.linkedin.com/in/bob-example/", "bob-example"),
        ("https://www.linkedin.com/in/zo%C3%AB-e?trk=x", "zoë-e"),
        ("linkedin.com/in/bob", "bob"),
        ("https://www.linkedin.com/company/bob", None),
        ("https://evil.example/in/bob", None),
        ("", None),
    ],
)
def test_a_profile_is_known_by_its_address(address: str, key: str | None) -> None:
    assert slug(address) == key


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("08 Feb 2026", (2026, 2, 8)), ("8 February 2026", (2026, 2, 8)), ("2026-02-08", (2026, 2, 8)),
        ("02/08/2026", (2026, 2, 8)), ("2/8/26", (2026, 2, 8)), ("31 Feb 2026", None), ("08 Fév 2026", None),
        ("8-Feb-26", (2026, 2, 8)), ("08.02.2026", (2026, 2, 8)), ("8. Feb 26", (2026, 2, 8)),
        ("13/40/2026", None), ("", None),
    ],
)  # fmt: skip
def test_the_day_of_connecting_is_read_in_all_spellings(text: str, day: tuple[int, int, int] | None) -> None:
    assert connected_on(text, times=times_of({"day_first": "0"})) == (datetime(*day, tzinfo=UTC) if day else None)


@pytest.mark.parametrize(
    ("days", "first", "note"),
    [
        pytest.param(("2/8/2026", "13/8/2026"), (2026, 8, 2), "", id="day-first"),
        pytest.param(("2/8/2026", "8/13/2026"), (2026, 2, 8), "", id="month-first"),
        pytest.param(("2/8/2026", "3/8/2026"), (2026, 2, 8), "read as month/day/year", id="unclear"),
    ],
)
def test_the_order_in_dates_shows_from_all(days: tuple[str, str], first: tuple[int, int, int], note: str) -> None:
    rows = [linkedin_connection(number, **{"Connected On": day}) for number, day in enumerate(days)]
    files = linkedin_small(Connections=linkedin_connections(*rows))

    assert read_all(LINKEDIN, files).people[0].friend_since == datetime(*first, tzinfo=UTC)
    assert any("read as month" in each for each in LINKEDIN.notes(Files(files), {})) is bool(note)


def test_a_connection_whose_day_cannot_be_read_stays_and_it_is_said() -> None:
    rows = [linkedin_connection(number, **{"Connected On": day}) for number, day in enumerate(("8. Februar", ""))]
    files = linkedin_small(Connections=linkedin_connections(*rows))

    assert [(each.friend_since, each.is_friend) for each in read_all(LINKEDIN, files).people] == [(None, True)] * 2
    assert any(note.startswith("Of 1 connections the day") for note in LINKEDIN.notes(Files(files), {}))


@pytest.mark.parametrize(
    ("preface", "delimiter"),
    [
        pytest.param('Notes:,,,,,,\n"Some, missing",,,,,,\n,,,,,,\n', ",", id="preface-filled-up"),
        pytest.param("", ";", id="semicolons"),
        pytest.param("Notes:\t\t\t\t\t\t\n", "\t", id="tabs"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_list_that_a_spreadsheet_saved_is_read(preface: str, delimiter: str, encoding: str) -> None:
    cells = linkedin_connection(**{"Connected On": "8-Feb-26", "Company": "Oak, Zürich"})
    table = csv_text([dict(zip(LINKEDIN_CONNECTION, cells, strict=True))], delimiter=delimiter)

    [(service, entries)] = recognise(Files({"Connections.csv": f"{preface}{table}".encode(encoding)})).items()

    assert service == "linkedin"
    assert read_all(LINKEDIN, entries, handle="ada").people == [BOB]


def test_connections_that_are_no_more_are_counted_and_left_out() -> None:
    gone = dict.fromkeys(LINKEDIN_CONNECTION, "") | {"Connected On": "15 Jan 2020"}
    files = linkedin_small(Connections=linkedin_connections(linkedin_connection(), linkedin_connection(**gone)))

    batch = read_all(LINKEDIN, files)

    assert batch.people == [BOB]
    assert [(each.where, "names nobody" in each.why) for each in batch.skipped] == [("Connections.csv, row 6", True)]
    assert any(note.startswith("1 connections are listed by their date") for note in LINKEDIN.notes(Files(files), {}))


def test_a_connection_that_is_listed_twice_counts_once() -> None:
    batch = read(Connections=linkedin_connections(linkedin_connection(), linkedin_connection()))

    assert batch.people == [BOB]
    assert [skipped.why for skipped in batch.skipped] == ["it is listed twice"]


# the account


def test_the_profile_says_what_the_export_says_and_no_more() -> None:
    told = LINKEDIN.profile(Files(linkedin_small(Invitations=linkedin_invitations())), {})

    assert (told.service, told.key, told.handle, told.name) == ("linkedin", "ada example", "ada-example", "Ada Example")
    assert (told.url, told.bio) == ("https://www.linkedin.com/in/ada-example", "Engines")
    assert (told.followers, told.friends, told.posts) == (None,) * 3
    assert "1 Example Street" not in repr(told)


def test_the_account_stays_the_same_whether_invitations_came_or_not() -> None:
    without, with_them = linkedin_small(), linkedin_small(Invitations=linkedin_invitations())

    assert LINKEDIN.profile(Files(without), {}).key == LINKEDIN.profile(Files(with_them), {}).key


def test_an_invitation_that_was_received_tells_the_own_address_too() -> None:
    received = linkedin_invitations().replace("OUTGOING", "INCOMING")

    assert LINKEDIN.profile(Files(linkedin_small(Invitations=received)), {}).handle == "bob-example"


def test_single_files_need_to_be_told_whose_they_are() -> None:
    files = Files({"Connections.csv": linkedin_connections(linkedin_connection())})

    with pytest.raises(ExportError, match=r"linkedin\.com/in/"):
        LINKEDIN.profile(files, {})

    told = LINKEDIN.profile(files, {"handle": "https://www.linkedin.com/in/Ada-Example/"})
    assert (told.key, told.handle, told.url) == ("ada-example",) * 2 + ("https://www.linkedin.com/in/ada-example",)


# what is complete, what is missing


def test_connections_are_complete_if_there_are_any() -> None:
    some, none = linkedin_connections(linkedin_connection()), linkedin_connections()

    assert LINKEDIN.complete(Files(linkedin_small(Connections=some)), {}) == {"friends"}
    assert LINKEDIN.complete(Files(linkedin_small(Connections=none)), {}) == set()
    assert LINKEDIN.complete(Files(linkedin_small()), {}) == set()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        pytest.param(linkedin_small(), ["no connections", "does not tell", "time zone"], id="posts-alone"),
        pytest.param(
            {"Connections.csv": linkedin_connections(linkedin_connection())}, ["no posts", "no followers"], id="people"
        ),
    ],
)
def test_it_tells_what_is_missing(files: dict[str, str], words: list[str]) -> None:
    notes = LINKEDIN.notes(Files(files), {})

    assert len(notes) == len(words)
    assert all(word in note for word, note in zip(words, notes, strict=True))


# files


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Connections.csv", True), ("connections (1).csv", True), ("Shares_123456789.csv", True), ("Profile.csv", True),
        ("Instant_Reposts.csv", True), ("Invitations.csv", True), ("Complete_LinkedInDataExport/Shares.csv", False),
        ("messages.csv", False), ("Email Addresses.csv", False), ("PhoneNumbers.csv", False), ("Comments.csv", False),
        ("Ad_Targeting.csv", False), ("Jobs/Saved Jobs.csv", False), ("Company Follows.csv", False),
        ("Articles/Articles/a.html", False), ("Profile Summary.csv", False),
    ],
)  # fmt: skip
def test_it_wants_what_it_reads(name: str, wanted: bool) -> None:
    assert LINKEDIN.wants(name) == wanted


@pytest.mark.parametrize(
    ("files", "service"),
    [
        pytest.param({"Connections.csv": linkedin_connections()}, "linkedin", id="connections"),
        pytest.param({"Profile.csv": linkedin_profile(), "messages.csv": "x"}, "linkedin", id="first-mail"),
        pytest.param({"Shares_12.csv": table_text(LINKEDIN_SHARE, [])}, "linkedin", id="numbered"),
        pytest.param({"Shares.csv": "created_at,text\n2026-01-01,Hello\n"}, "csv", id="own-data-of-the-same-name"),
    ],
)
def test_it_is_recognised_by_its_columns(files: dict[str, str], service: str) -> None:
    assert list(recognise(Files(files))) == [service]


def test_both_mails_are_read_as_one_export() -> None:
    first = {"Profile.csv": linkedin_profile(), "Invitations.csv": linkedin_invitations()}
    second = {**linkedin_small(linkedin_share()), "Connections.csv": linkedin_connections(linkedin_connection())}

    entries = open_upload([("1.zip", zipped(first)), ("2.zip", zipped({"2.zip": zipped(second).getvalue()}))])
    batch = read_all(LINKEDIN, entries)

    assert list(recognise(entries)) == ["linkedin"]
    assert (batch.posts, batch.people) == ([HELLO], [BOB])


def test_archives_come_in_batches_with_progress(tmp_path: Path) -> None:
    path = linkedin_archive(tmp_path / "l.zip", posts=BATCH + 1000, friends=BATCH + 10)

    with path.open("rb") as file:
        batches = list(LINKEDIN.read(open_upload([("l", file)]), {}))

    assert sum(len(batch.posts) for batch in batches) == BATCH + 1000
    assert sum(len(batch.people) for batch in batches) == BATCH + 10
    assert {post.kind for batch in batches for post in batch.posts} == {"post", "repost"}
    assert [batch.done for batch in batches] == sorted(batch.done for batch in batches)
    assert batches[-1].done == batches[-1].total


# anything

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=20)  # a bare CR ends a row
SHARE_FIELDS = st.dictionaries(st.sampled_from(LINKEDIN_SHARE), CELL)
CONNECTION_FIELDS = st.dictionaries(st.sampled_from(LINKEDIN_CONNECTION), CELL)


@given(shares=st.lists(SHARE_FIELDS, max_size=4), people=st.lists(CONNECTION_FIELDS, max_size=4), profile=CELL)
def test_anything_is_read_or_kept_out(shares: list[dict[str, str]], people: list[dict[str, str]], profile: str) -> None:
    rows = [linkedin_share(number, **fields) for number, fields in enumerate(shares, 10**9)]
    listed = [linkedin_connection(number, **fields) for number, fields in enumerate(people)]
    files = linkedin_small(*rows, Connections=linkedin_connections(*listed))
    files["Profile.csv"] = table_text(("First Name", "Last Name", "Headline"), [(profile, profile, profile)])

    batch = read_all(LINKEDIN, files)

    assert len(batch.posts) + len(batch.people) + len(batch.skipped) == len(rows) + len(listed)
    assert all(person.is_friend and person.is_follower and len(person.key) <= 300 for person in batch.people)
    assert LINKEDIN.profile(Files(files), {"handle": "ada"}).key == "ada"
