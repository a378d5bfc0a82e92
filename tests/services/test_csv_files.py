"""CSV files: what columns mean, how cells are read, what ties with the account say."""

from __future__ import annotations

import io
import json
import re
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.csv_files.export import CsvExport
from dashapp.services.csv_files.headers import file_columns
from dashapp.services.errors import ExportError
from dashapp.services.files import csv_rows
from dashapp.services.files.archive import open_upload
from dashapp.services.records import BATCH, Batch, Person, Post, Tie
from tests.services.exports import Files, csv_files, csv_text, read_all

CSV = CsvExport()
AT = datetime(2024, 3, 5, 14, 2, tzinfo=UTC)
POSTS = "post,created_at,kind,text,url,language,replies,reposts,likes,quotes,views\n"
HELLO_ROW = "1,2024-03-05T14:02Z,post,Hello,https://example.com/1,en,1,2,3,4,5\n"
HELLO = Post(
    key="1",
    created_at=AT,
    kind="post",
    text="Hello",
    url="https://example.com/1",
    language="en",
    replies=1,
    reposts=2,
    likes=3,
    quotes=4,
    views=5,
)


def read(text: str | bytes, name: str = "a.csv", **options: str) -> Batch:
    return read_all(CSV, {name: text}, **{"handle": "ada", **options})


def posts(*rows: dict[str, Any], **options: str) -> Batch:
    """What is read of a table of these posts, each with a time."""
    return read(csv_text([{"created_at": "2024-03-05 14:02", **row} for row in rows]), **options)


def reasons(batch: Batch) -> list[str]:
    return [skipped.why for skipped in batch.skipped]


# posts


def test_a_post_of_the_documented_columns_is_read_as_it_stands() -> None:
    batch = read(POSTS + HELLO_ROW)

    assert batch.posts == [HELLO]
    assert batch.skipped == []


def test_a_date_alone_is_enough() -> None:
    (post,) = read("created_at\n2024-03-05 14:02\n").posts

    assert (post.created_at, post.kind, post.text, post.likes) == (AT, "post", "", None)


@pytest.mark.parametrize("cell", ["", " ", "-", "–", "NaN", "None", "null", "n/a", "-1"])
def test_a_count_that_is_not_told_is_not_zero(cell: str) -> None:
    assert posts({"likes": cell}).posts[0].likes is None


@pytest.mark.parametrize("cell", ["many", "1.5", "1,23", "-2", "9" * 17, "9" * 40, "1e3", "²", "NaN?"])
def test_a_count_that_is_no_number_is_not_told_and_the_row_stays(cell: str) -> None:
    batch = posts({"post": "1", "likes": "1"}, {"post": "2", "likes": cell})

    assert [post.likes for post in batch.posts] == [1, None]
    assert batch.skipped == []
    (not_told,) = batch.not_told
    assert not_told.where == "a.csv, row 3"
    assert re.fullmatch(rf"likes {re.escape(repr(cell))} is no (whole )?number", not_told.why)


@pytest.mark.parametrize(
    ("column", "cell", "why"),
    [
        ("kind", "advert", "is none of post, reply, repost"),
        ("url", "example.com", "is no web address"),
        ("language", "English, mostly", "is no code of a language, such as en"),
    ],
)
def test_what_a_post_need_not_tell_costs_no_post(column: str, cell: str, why: str) -> None:
    batch = posts({column: cell, "text": "Hello"})

    assert [(post.kind, post.url, post.language) for post in batch.posts] == [("post", None, None)]
    assert [each.why for each in batch.not_told] == [f"{column} {cell!r} {why}"]


@pytest.mark.parametrize(
    "cell",
    [
        "2024-03-05T14:02:00Z", "2024-03-05 14:02", "2024-03-05T14:02:00.000000+00:00", "2024-03-05 15:02 +0100",
        "2024-03-05 14:02:00 UTC", "2024-03-05 09:02 EST", "2024-03-05 14:02:00+00", "Tue, 05 Mar 2024 14:02:00 +0000",
        "5-Mar-24 14:02", "March 5th, 2024 at 2:02 PM", "2:02 PM · Mar 5, 2024", "45356.5847222222",
        "2024-03-05 2:02 pm",
        "20240305T140200Z", "2024/3/5 14:02", "2024-3-5 14:02", "1709647320", "1709647320.0",
        "5.3.2024, 14:02 Uhr", "5.3.2024 um 14:02 h", "2024-03-05 16:02 UTC+2", "2024-03-05 15:02 Uhr CET",
        "5.3.2024 15:02 MEZ",
        "1709647320000", "Tue Mar 05 14:02:00 +0000 2024", "5.3.2024 14:02", "05.03.2024, 14:02:00",
    ],
)  # fmt: skip
def test_a_time_is_read_in_many_forms(cell: str) -> None:
    assert read(csv_text([{"created_at": cell}])).posts[0].created_at == AT


@pytest.mark.parametrize(
    ("header", "day", "clock"),
    [
        ("Datum;Uhrzeit", "5.3.2024", "14:02 Uhr"),
        ("date;time", "2024-03-05", "2:02 PM"),
        ("created_at;time", "2024-03-05 14:02", "9:00"),
        ("created_at;time", "1709647320.0", "9:00"),
    ],
)
def test_the_time_of_a_day_may_stand_in_a_column_of_its_own(header: str, day: str, clock: str) -> None:
    assert [post.created_at for post in read(f"{header}\n{day};{clock}\n").posts] == [AT]


@pytest.mark.parametrize(
    ("cell", "day_first", "expected"),
    [
        ("3/5/2024 2:02 PM", "0", AT),
        ("5/3/2024 14:02", "1", AT),
        ("13/3/2024", "", datetime(2024, 3, 13, tzinfo=UTC)),
        ("3/13/24", "", datetime(2024, 3, 13, tzinfo=UTC)),
        ("3/13/2024 24:00", "", datetime(2024, 3, 14, tzinfo=UTC)),
        ("3/3/2024 12:00 am", "", datetime(2024, 3, 3, tzinfo=UTC)),
        ("3/3/2024 12:30 pm", "", datetime(2024, 3, 3, 12, 30, tzinfo=UTC)),
    ],
)
def test_a_date_with_slashes_is_read_where_its_order_is_known(cell: str, day_first: str, expected: datetime) -> None:
    assert read(csv_text([{"created_at": cell}]), day_first=day_first).posts[0].created_at == expected


def test_a_date_of_unknown_order_is_asked_about() -> None:
    batch = read("created_at\n2024-03-05\n3/5/2024\n")

    assert reasons(batch) == [
        "created_at '3/5/2024' may begin with the day or with the month: say which, or write it as 2024-03-05 14:02"
    ]


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("soon", "is no date"), ("", "is no date"), ("2024-02-30", "is no date"), ("2024-03-05 25:00", "is no date"),
        ("5.3.2024 noon", "is no date"), ("31.2.2024", "is no date"), ("2024", "is no date"), ("12", "is no date"),
        ("1999-12-31", "out of range"), ("2999-01-01", "out of range"), ("0001-01-01", "out of range"),
        ("0001-01-01T00:00+14:00", "is no date"), ("1:11" * 25_000, "is no date"), ("9999999999", "out of range"),
    ],
)  # fmt: skip
def test_a_row_whose_date_cannot_be_is_kept_out(cell: str, why: str) -> None:
    batch = posts({"created_at": "2024-03-05"}, {"created_at": cell})

    assert len(batch.posts) == 1
    assert why in batch.skipped[0].why


def test_times_without_zone_are_in_the_stated_zone() -> None:
    text = "post,created_at\n1,2024-03-05 15:02\n2,2024-03-05T14:02Z\n3,2024-07-05 16:02\n"

    found = [post.created_at.hour for post in read(text, time_zone="Europe/Berlin").posts]

    assert found == [14, 14, 14]


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(ExportError, match="is no time zone"):
        CSV.profile(Files({"a.csv": "created_at\n"}), {"handle": "ada", "time_zone": "../etc"})


def test_the_time_of_the_data_is_the_last_that_can_be() -> None:
    batch = read("created_at\n2024-03-05\n2024-03-06\n2024-03-08\n", as_of="2024-03-05")

    assert [post.created_at.day for post in batch.posts] == [5, 6]


@pytest.mark.parametrize(
    ("cell", "kind"), [("", "post"), ("Post", "post"), ("retweet", "repost"), ("boost", "repost"), ("Comment", "reply")]
)
def test_kinds_have_many_names(cell: str, kind: str) -> None:
    assert posts({"kind": cell}).posts[0].kind == kind


def test_without_a_column_for_it_a_repost_is_known_by_its_text() -> None:
    assert [post.kind for post in posts({"text": "RT @bob: Hi"}, {"text": "Hi RT @bob"}).posts] == ["repost", "post"]


def test_texts_keep_quotes_line_ends_and_delimiters() -> None:
    text = 'One "two",\nthree; four\r\nfive'

    assert posts({"post": "1", "text": text}).posts[0].text == text


def test_html_escapes_are_undone_only_in_files_of_other_programs() -> None:
    assert read("created_at,text\n2024-03-05,a &amp; b\n").posts[0].text == "a &amp; b"
    assert read("created_at,tweet\n2024-03-05,a &amp; b\n").posts[0].text == "a & b"


def test_without_an_id_the_address_is_the_key() -> None:
    assert posts({"url": "https://example.com/7"}).posts[0].key == "https://example.com/7"


def test_without_id_and_address_time_and_text_are_the_key() -> None:
    first, other = posts({"text": "Hello"}, {"text": "Bye"}).posts

    again = read("date,body\n2024-03-05T15:02+01:00,Hello\n").posts[0]

    assert first.key == again.key != other.key
    assert reasons(posts({"text": "Hello"}, {"text": "Hello"})) == ["it is there twice"]


def test_an_empty_id_keeps_the_row_out() -> None:
    assert reasons(posts({"post": "1"}, {"post": " "}, {"post": "x" * 301}, {"post": "1"})) == [
        "post is empty",
        "post is longer than 300 characters",
        "it is there twice",
    ]


def test_only_web_addresses_become_links() -> None:
    rows = [
        {"post": place, "url": url} for place, url in enumerate(["javascript:alert(1)", "example.com", "http://a.b/c"])
    ]

    assert [post.url for post in posts(*rows).posts] == [None, None, "http://a.b/c"]


# people


def test_a_person_of_the_documented_columns_is_read_as_it_stands() -> None:
    row = {
        "person": "7", "handle": "@bob", "name": " Bob  B. ", "url": "https://example.com/bob",
        "bio": "Looms\nand lace", "links": "https://bob.example  https://code.example/bob bob.example",
        "verified_links": "looms", "followers": "10", "friends": "", "posts": "30", "relation": "mutual",
        "follower_since": "2024-03-05", "friend_since": "",
    }  # fmt: skip

    batch = read(csv_text([row]))

    assert batch.people == [
        Person(
            key="7",
            handle="bob",
            name="Bob B.",
            url="https://example.com/bob",
            bio="Looms and lace",
            links=("https://bob.example", "https://code.example/bob"),
            followers=10,
            friends=None,
            posts=30,
            is_follower=True,
            is_friend=True,
            follower_since=datetime(2024, 3, 5, tzinfo=UTC),
        )
    ]
    assert [each.why for each in batch.not_told] == ["verified_links 'looms' are no web addresses"]


@pytest.mark.parametrize(
    ("row", "flags"),
    [
        ({"relation": "follower"}, (True, False)),
        ({"relation": "Following"}, (False, True)),
        ({"relation": "both"}, (True, True)),
        ({"relation": ""}, (False, False)),
        ({"follower_since": "2024-03-05"}, (True, False)),
        ({"friend_since": "2024-03-05", "relation": "follower"}, (True, True)),
    ],
)
def test_a_relation_is_read(row: dict[str, str], flags: tuple[bool, bool]) -> None:
    (person,) = read(csv_text([{"person": "7", **row}])).people

    assert (person.is_follower, person.is_friend) == flags


def test_bad_people_are_kept_out_and_told() -> None:
    rows = ["7,follower,1", "7,friend,1", ",friend,1", "8,enemy,1", "9,friend,lots", "10,friend,1,2"]

    batch = read("person,relation,followers\n" + "\n".join(rows))

    assert [(person.key, person.is_friend, person.followers) for person in batch.people] == [
        ("7", False, 1),
        ("8", False, 1),
        ("9", True, None),
    ]
    assert [each.why for each in batch.not_told] == ["followers 'lots' is no number"]
    assert sorted(reasons(batch)) == sorted(
        [
            "it is there twice",
            "person is empty",
            "relation 'enemy' is none of follower, friend, mutual: the person is on no list",
            "it has more cells than the header: a quote may be missing",
        ]
    )


def test_the_account_itself_is_no_person() -> None:
    batch = read("person,handle\n1,@Ada\nADA,x\n2,bob\n")

    assert [person.key for person in batch.people] == ["2"]


# ties


def test_ties_are_read_once_each() -> None:
    batch = read("source,target\nbob,eve\neve,bob\nbob,eve\nbob,bob\n,eve\nbob\n")

    assert batch.ties == [Tie("bob", "eve"), Tie("eve", "bob")]
    assert batch.people == []
    assert sorted(reasons(batch)) == sorted(
        ["it is there twice", "source and target are the same", "source is empty", "target is empty"]
    )


def test_ties_with_the_account_make_followers_and_friends() -> None:
    batch = read("source,target\nbob,ada\n@Ada,eve\neve,ADA\nbob,eve\n")

    assert batch.ties == [Tie("bob", "eve")]
    assert [(each.key, each.is_follower, each.is_friend) for each in batch.people] == [
        ("bob", True, False),
        ("eve", True, True),
    ]


def test_ties_with_the_account_add_to_what_people_say() -> None:
    files = {"people.csv": "person,name\nbob,Bob\ndan,Dan\n", "ties.csv": "source,target\nbob,ada\nada,eve\n"}

    batch = read_all(CSV, files, handle="ada")

    assert batch.people == [
        Person(key="bob", name="Bob", is_follower=True),
        Person(key="dan", name="Dan"),
        Person(key="eve", is_friend=True),
    ]


def test_in_a_list_of_mutual_ties_the_account_and_others_are_both() -> None:
    batch = read("source,target\nbob,ada\nada,eve\n", mutual="1")

    assert [(each.key, each.is_follower, each.is_friend) for each in batch.people] == [
        ("bob", True, True),
        ("eve", True, True),
    ]


# files


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("created_at;text\n2024-03-05 14:02;Grüße\n".encode(), id="semicolon"),
        pytest.param("created_at\ttext\n2024-03-05 14:02\tGrüße\n".encode(), id="tab"),
        pytest.param("sep=;\ncreated_at;text\n2024-03-05 14:02;Grüße\n".encode(), id="excels-own-line"),
        pytest.param("created_at|text\r\n2024-03-05 14:02|Grüße\r\n".encode(), id="bar-and-crlf"),
        pytest.param("\ufeffcreated_at,text\n2024-03-05 14:02,Grüße\n".encode(), id="utf-8-with-mark"),
        pytest.param("created_at,text\n2024-03-05 14:02,Grüße\n".encode("utf-16"), id="utf-16"),
        pytest.param("created_at,text\n2024-03-05 14:02,Grüße\n".encode("cp1252"), id="windows-1252"),
        pytest.param("created_at,text\r2024-03-05 14:02,Grüße\r".encode(), id="old-mac"),
        pytest.param("\n\ncreated_at,text\n\n2024-03-05 14:02,Grüße\n\n".encode(), id="empty-lines"),
        pytest.param("  \ncreated_at,text\n2024-03-05 14:02,Grüße\n \n".encode(), id="blank-lines"),
        pytest.param('"created_at","text"\n"2024-03-05 14:02","Grüße"'.encode(), id="quoted-without-end-of-line"),
        pytest.param("created_at,text,\n2024-03-05 14:02,Grüße,,,\n".encode(), id="empty-cells-at-the-end"),
    ],
)
def test_encoding_and_delimiter_are_found_out(data: bytes) -> None:
    batch = read(data)

    assert [(post.created_at, post.text) for post in batch.posts] == [(AT, "Grüße")]
    assert batch.skipped == []


def test_a_file_of_more_rows_than_can_be_gone_through_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "MOST_ROWS", 100)

    with pytest.raises(ExportError, match=r"a\.csv has more than 100 rows"):
        read(POSTS + HELLO_ROW + "\n" * 10_000)


def test_a_missing_quote_costs_only_the_rows_up_to_the_limit_of_a_cell() -> None:
    text = POSTS + HELLO_ROW + '2,2024-03-05,post,"Hello\n' + "x\n" * 70_000 + "3,2024-03-05,post,Bye,,,,,,,\n"

    batch = read(text)

    assert [post.key for post in batch.posts] == ["1", "3"]
    assert "a quote is missing" in batch.skipped[0].why


@pytest.mark.parametrize(
    "last",
    [
        pytest.param("", id="at-the-end-of-the-file"),
        pytest.param('15,"Eve" E,follower\n', id="another-quote"),
        pytest.param('15,"Eve, E",follower\n', id="a-cell-in-quotes"),
        pytest.param('15,"Eve, E",follower\n16,"Ed" E,follower\n', id="both"),
        pytest.param("".join(f"{n},Eve,follower\n" for n in range(15, 9_015)), id="beyond-the-limit-of-a-cell"),
    ],
)
def test_a_missing_quote_costs_no_row_but_its_own(last: str) -> None:
    before, behind = ("".join(f"{n},Bob,follower\n" for n in numbers) for numbers in (range(10), range(11, 15)))

    batch = read(f'person,name,relation\n{before}10,"Bob,follower\n{behind}{last}')

    assert [int(person.key) for person in batch.people] == [*range(10), *range(11, 15 + last.count("\n"))]
    assert [(each.where, each.why.partition(",")[0]) for each in batch.skipped] == [
        ("a.csv, row 12", "a quote is missing")
    ]


def test_people_of_several_lines_are_kept_out_but_for_what_is_not_read_of_them() -> None:
    batch = read('person,relation,bio\n1,follower,"one\ntwo"\n2,"follower\n3","follower,5"\n4,follower,\n')

    assert [person.key for person in batch.people] == ["1", "4"]
    assert reasons(batch) == ["a cell goes over several lines: a quote may be missing"]


EDGE = [Tie("1", "2")]


@pytest.mark.parametrize(
    ("text", "name", "ties"),
    [
        pytest.param("1,2\n", "a.csv", EDGE, id="numbers"),
        pytest.param("1 2\n", "a.txt", EDGE, id="spaces"),
        pytest.param("1 2 0.5\n", "a.edges", EDGE, id="weights"),
        pytest.param("1,2,4,1289241911.7\n", "a.csv", EDGE, id="ratings-with-times"),
        pytest.param("1 2 {'weight': 1.0}\n", "a.edgelist", EDGE, id="networkx"),
        pytest.param("# Friends\n# Nodes: 2 Edges: 1\n# FromNodeId\tToNodeId\n1\t2\n", "a.txt", EDGE, id="snap"),
        pytest.param("# A line of words\n1   2\n", "a.txt", EDGE, id="comment-and-many-spaces"),
        pytest.param("% sym unweighted\n1 2\n", "a.edges", [*EDGE, Tie("2", "1")], id="undirected-konect"),
        pytest.param("# Undirected graph: friends\n1\t2\n", "a.txt", [*EDGE, Tie("2", "1")], id="undirected-snap"),
        pytest.param("bob eve\n", "a.edgelist", [Tie("bob", "eve")], id="names"),
        pytest.param("bob eve\neve dan\n", "a.txt", [Tie("bob", "eve"), Tie("eve", "dan")], id="names-come-again"),
        pytest.param("bob,eve\neve,dan\n", "a.csv", [Tie("bob", "eve"), Tie("eve", "dan")], id="names-with-commas"),
        pytest.param("source target weight\n1 2 3\n", "a.txt", EDGE, id="header-and-spaces"),
    ],
)
def test_lists_of_edges_are_ties(text: str, name: str, ties: list[Tie]) -> None:
    assert read(text, name=name).ties == ties


@pytest.mark.parametrize("text", ["What this is.\n", "Two words\nand more\n", "1 2 3 4 5\n1 2\n"])
def test_a_text_is_no_list_of_edges(text: str) -> None:
    assert file_columns(Files({"a.txt": text}))[0].kind is None


def test_a_matrix_is_refused_with_what_to_do() -> None:
    with pytest.raises(ExportError, match="a list of edges"):
        file_columns(Files({"a.csv": ";A;B\nA;0;1\nB;1;0\n"}))


def test_a_column_called_like_a_comment_is_a_column() -> None:
    assert [person.handle for person in read("#,Username,Followers\n1,bob,7\n").people] == ["bob"]


def test_a_file_without_rows_has_nothing() -> None:
    assert read("source,target\n") == Batch()


def test_a_file_of_which_no_row_can_be_read_is_refused() -> None:
    with pytest.raises(ExportError, match=r"None of the rows of a\.csv can be read; the first: row 2: created_at"):
        read("created_at\nsoon\nlater\n")


# columns


@pytest.mark.parametrize(
    ("header", "kind", "mapping"),
    [
        (
            "created_at,text,url,replies,retweets,favorites,user", "posts",
            {"created_at": "created_at", "text": "text", "url": "url", "replies": "replies",
             "reposts": "retweets", "likes": "favorites", "author": "user"},
        ),
        (
            "Tweet ID,Date,Full Text,Retweet Count,Like Count,View_Count,Lang", "posts",
            {"post": "Tweet ID", "created_at": "Date", "text": "Full Text", "reposts": "Retweet Count",
             "likes": "Like Count", "views": "View_Count", "language": "Lang"},
        ),
        ("id_1,id_2", "ties", {"source": "id_1", "target": "id_2"}),
        ("From,To,Weight", "ties", {"source": "From", "target": "To"}),
        ("source,target,id,date,text", "ties", {"source": "source", "target": "target"}),
        (
            "id,date,from,to,text,views", "posts",
            {"post": "id", "created_at": "date", "text": "text", "views": "views"},
        ),
        ("follower,followed", "ties", {"source": "follower", "target": "followed"}),
        ("id,ml_target", "people", {"person": "id"}),
        (
            "username,Display Name,followers_count,following_count,tweet_count,created_at", "people",
            {"person": "username", "handle": "username", "name": "Display Name", "followers": "followers_count",
             "friends": "following_count", "posts": "tweet_count"},
        ),
        ("id,screen_name,relation", "people", {"person": "id", "handle": "screen_name", "relation": "relation"}),
    ],
)  # fmt: skip
def test_columns_of_other_programs_are_guessed(header: str, kind: str, mapping: dict[str, str]) -> None:
    (seen,) = file_columns(Files({"a.csv": f"{header}\n"}))

    assert (seen.kind, dict(seen.mapping), seen.exact) == (kind, mapping, False)


@pytest.mark.parametrize(
    ("header", "exact"),
    [
        (POSTS.strip(), True), ("text,created_at", True), ("Created At,TEXT", True), ("created_at,text,user", False),
        ("source,target", True), ("person,relation", True), ("date,text", False), ("created_at,text,text", False),
    ],
)  # fmt: skip
def test_nobody_need_be_asked_about_documented_columns(header: str, exact: bool) -> None:
    assert file_columns(Files({"a.csv": f"{header}\n"}))[0].exact == exact


def test_a_form_sees_header_and_first_rows() -> None:
    (seen,) = file_columns(Files({"a.csv": "foo,,foo\n1,2,3\n4,5,6\n"}))

    assert (seen.name, seen.header, seen.sample) == (
        "a.csv",
        ("foo", "column 2", "foo (3)"),
        (("1", "2", "3"), ("4", "5", "6")),
    )
    assert (seen.kind, seen.mapping, seen.exact) == (None, {}, False)


def test_the_users_choice_of_columns_is_followed() -> None:
    files = {"a.csv": "wann,was,mag\n2024-03-05,Hallo,3\n", "b.csv": "x\n1\n"}
    choice = {
        "a.csv": {"kind": "posts", "columns": {"created_at": "wann", "text": "was", "likes": "mag", "views": ""}},
        "b.csv": {"kind": ""},
    }

    batch = read_all(CSV, files, handle="ada", columns=json.dumps(choice))

    assert [(post.text, post.likes) for post in batch.posts] == [("Hallo", 3)]


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ('{"a.csv": {"kind": "posts", "columns": {"created_at": "wann?"}}}', "has no column 'wann[?]'"),
        ('{"a.csv": {"kind": "posts", "columns": {"text": "wann"}}}', "lacks the column created_at"),
        ('{"a.csv": {"kind": "posts", "columns": {"writer": "wann"}}}', "choose the columns again"),
        ('{"a.csv": {"kind": "stuff"}}', "choose the columns again"),
        ('{"a.csv": {"kind": ["posts"]}}', "choose the columns again"),
        ('{"a.csv": {"kind": "posts", "columns": ["wann"]}}', "choose the columns again"),
        ('{"a.csv": {"kind": "posts", "columns": {"created_at": ["wann"]}}}', "has no column"),
        ('{"a.csv": "posts"}', "choose the columns again"),
        ("[]", "choose the columns again"),
        ("{", "choose the columns again"),
        ('{"a.csv": {"kind": ""}}', "no CSV file"),
    ],
)
def test_a_choice_that_cannot_be_followed_is_refused(choice: str, words: str) -> None:
    with pytest.raises(ExportError, match=words):
        CSV.profile(Files({"a.csv": "wann\n2024-03-05\n"}), {"handle": "ada", "columns": choice})


def test_a_text_beside_the_tables_is_left_out() -> None:
    files = {"a.csv": "source,target\na,b\n", "README.txt": "What this is.\n"}

    assert read_all(CSV, files, handle="ada").ties == [Tie("a", "b")]


def test_too_many_tables_are_refused() -> None:
    files = Files({f"{number}.csv": "source,target\n" for number in range(51)})

    with pytest.raises(ExportError, match="holds 51 tables"):
        file_columns(files)


# the account, what is complete, what is missing


def test_the_profile_is_what_the_user_states() -> None:
    options = {"handle": " @Ada ", "name": "Ada L.", "service": "Instagram", "as_of": "2024-03-05"}

    told = CSV.profile(Files({"a.csv": "created_at\n"}), options)

    assert (told.service, told.key, told.handle, told.name) == ("instagram", "ada", "Ada", "Ada L.")
    assert told.as_of == datetime(2024, 3, 5, 23, 59, 59, 999_999, tzinfo=UTC)  # the day counts whole
    assert CSV.profile(Files({"a.csv": "created_at\n"}), {"handle": "ada"}).service == "csv"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "handle of the account"),
        ({"handle": "ada", "service": "../x"}, "no name of a service"),
        ({"handle": "ada", "service": "All"}, "no name of a service"),
    ],
)
def test_a_profile_that_is_not_stated_is_asked_for(options: dict[str, str], words: str) -> None:
    with pytest.raises(ExportError, match=words):
        CSV.profile(Files({"a.csv": "created_at\n"}), options)


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("person,relation\n7,follower\n8,friend\n", {"followers", "friends"}),
        ("person,relation\n7,mutual\n", {"followers", "friends"}),
        ("person,relation\n7,follower\n8,\n9,enemy\n", {"followers"}),
        ("person,name\n7,Bob\n", set()),
        ("source,target\nbob,eve\n", {"ties"}),
        ("source,target\n", set()),
        ("source,target\nbob,ada\nbob,bob\n", {"followers"}),
        ("source,target\nada,bob\nbob,eve\n", {"ties", "friends"}),
        ("created_at\n", set()),
    ],
)  # fmt: skip
def test_only_what_somebody_is_told_of_is_complete(text: str, complete: set[str]) -> None:
    assert CSV.complete(Files({"a.csv": text}), {"handle": "ada"}) == complete


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("created_at\n", ["no ties"]),
        ("source,target\nbob,ada\n", ["no posts", "no ties among the people"]),
        ("source,target\nbob,eve\n", ["no posts", "who is a follower"]),
    ],
)
def test_it_tells_what_is_missing(text: str, notes: list[str]) -> None:
    told = CSV.notes(Files({"a.csv": text}), {"handle": "ada"})

    assert len(told) == len(notes)
    assert all(words in note for words, note in zip(notes, told, strict=True))


def test_large_files_come_in_batches_with_progress(tmp_path: Path) -> None:
    paths = csv_files(tmp_path, posts=BATCH + 10, people=200, ties=BATCH + 10)
    files = [(path.name, io.BytesIO(path.read_bytes())) for path in paths]

    batches = list(CSV.read(open_upload(files), {"handle": "person_1"}))

    assert sum(len(batch.posts) for batch in batches) == BATCH + 10
    assert max(len(batch.posts) for batch in batches) <= BATCH
    assert sum(len(batch.ties) for batch in batches) > BATCH - 400
    assert [batch.done for batch in batches] == sorted(batch.done for batch in batches)
    assert batches[-1].done == batches[-1].total


# anything


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
COUNT = st.none() | st.integers(0, 10**12)
RECORDS = st.lists(
    st.builds(
        Post,
        key=st.integers(1, 10**9).map(str),
        created_at=st.datetimes(datetime(2000, 1, 1), datetime(2024, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),  # noqa: DTZ001
        kind=st.sampled_from(["post", "reply", "repost"]),
        text=TEXT.map(str.strip),
        url=st.none() | st.integers().map(lambda number: f"https://example.com/{number}"),
        language=st.sampled_from([None, "en", "pt-BR"]),
        replies=COUNT, reposts=COUNT, likes=COUNT, quotes=COUNT, views=COUNT,
    ),
    min_size=1, max_size=8, unique_by=lambda post: post.key,
)  # fmt: skip


@given(
    records=RECORDS,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_posts_come_back_as_they_were_written(records: list[Post], delimiter: str, encoding: str) -> None:
    rows = [{**asdict(record), "created_at": record.created_at.isoformat()} for record in records]
    text = csv_text([{"post": row.pop("key"), **row} for row in rows], delimiter=delimiter)

    batch = read(text.encode(encoding))

    assert batch.posts == records
    assert batch.skipped == []


@given(st.lists(st.tuples(TEXT, TEXT), max_size=10))
def test_every_row_of_ties_is_read_or_kept_out(pairs: list[tuple[str, str]]) -> None:
    text = csv_text([{"source": "bob", "target": "eve"}, *({"source": a, "target": b} for a, b in pairs)])

    batch = read(text, handle="nobody at all")

    assert len(batch.ties) + len(batch.skipped) == 1 + len(pairs)


@given(
    st.sampled_from(["", POSTS, "person,relation,followers\n", "source,target\n"]),
    st.binary(max_size=300) | TEXT.map(str.encode),
)
def test_random_bytes_end_in_an_error_of_ours(header: str, data: bytes) -> None:
    entries = Files({"a.csv": header.encode() + data})
    options = {"handle": "ada"}

    try:
        file_columns(entries)
        assert CSV.profile(entries, options).key == "ada"
        assert CSV.complete(entries, options) <= {"followers", "friends", "ties"}
        assert isinstance(CSV.notes(entries, options), list)
        read_all(CSV, entries, **options)
    except ExportError as error:
        assert str(error).endswith(".")  # noqa: PT017 - either outcome is right


def test_texts_of_our_own_downloads_lose_the_apostrophe_that_defused_them() -> None:
    batch = read("post,created_at,text\n1,2024-03-05,'=1+1\n2,2024-03-05,'tis\n")

    assert [post.text for post in batch.posts] == ["=1+1", "'tis"]
