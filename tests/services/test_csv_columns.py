"""What only whole columns of CSV files tell: how numbers and dates are written, whose posts they are; known formats."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from dashapp.services.csv_files.export import CsvExport
from dashapp.services.csv_files.headers import file_columns
from dashapp.services.errors import ExportError
from dashapp.services.records import Batch, Person, Tie
from tests.services.exports import Files, csv_text, read_all

CSV = CsvExport()


def read(text: str, **options: str) -> Batch:
    return read_all(CSV, {"a.csv": text}, **{"handle": "ada", **options})


# numbers


def likes(*cells: str, **options: str) -> list[int | None]:
    """What is read of a column of counts."""
    rows = [{"created_at": f"2024-03-05 14:{minute:02}", "likes": cell} for minute, cell in enumerate(cells)]
    return [post.likes for post in read(csv_text(rows), **options).posts]


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["0", " 17 ", "17.0", "1,234,567"], [0, 17, 17, 1_234_567]),
        (["1.000", "12.500"], [1_000, 12_500]),
        (["1,000", "350"], [1_000, 350]),
        (["1.000", "1.234,0"], [1_000, 1_234]),
        (["0.000", "1.000", "12.000"], [0, 1, 12]),
        (["1.000", "7.5"], [1, None]),
        (["1 200", "1\u00a0200", "1\u202f200", "1’200", "12,34,567"], [1_200, 1_200, 1_200, 1_200, 1_234_567]),
        (["1.5K", "12,5 k", "3M", "2b", "1,2 Mio.", "900"], [1_500, 12_500, 3_000_000, 2 * 10**9, 1_200_000, 900]),
        (["1.234", "7", "1.2K"], [1_234, 7, 1_200]),
        (["1.000"], [None]),
        (["1.000", "7", "1200"], [None, 7, 1_200]),
        (["1.200", "1,200", "1.000.000"], [None, None, 1_000_000]),
    ],
)
def test_numbers_are_read_as_their_column_writes_them(cells: list[str], numbers: list[int | None]) -> None:
    assert likes(*cells) == numbers


@pytest.mark.parametrize(("mark", "number"), [(",", 1_000), (".", 1)])
def test_a_number_that_may_be_two_is_what_the_user_says(mark: str, number: int) -> None:
    assert likes("1.000", decimal=mark) == [number]


def test_what_is_stated_stands_behind_what_a_column_shows() -> None:
    assert likes("1.000", "12.500", decimal=".") == [1_000, 12_500]


def test_a_number_that_may_be_two_is_counted_with_how_to_say_which() -> None:
    batch = read("created_at,likes\n2024-03-05,1.000\n")

    assert [each.why for each in batch.not_told] == [
        "likes '1.000' may be 1000 or 1: say which decimal mark the numbers have"
    ]


# dates


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (["5/3/2024", "24/11/2017"], [(2024, 3, 5), (2017, 11, 24)]),
        (["5/3/2024", "11/24/2017"], [(2024, 5, 3), (2017, 11, 24)]),
        (["5-3-2024", "24-11-2017"], [(2024, 3, 5), (2017, 11, 24)]),
    ],
)
def test_the_order_of_dates_is_found_in_their_column(cells: list[str], days: list[tuple[int, int, int]]) -> None:
    batch = read(csv_text([{"created_at": cell} for cell in cells]))

    assert [(post.created_at.year, post.created_at.month, post.created_at.day) for post in batch.posts] == days


def test_a_date_of_which_the_column_tells_no_order_is_asked_about() -> None:
    batch = read("created_at,text\n24/11/2017,a\n11/24/2017,b\n5/3/2024,c\n")

    assert len(batch.posts) == 2
    assert batch.skipped[0].why.endswith("say which, or write it as 2024-03-05 14:02")


def test_a_day_since_when_somebody_follows_is_that_day_in_any_time_zone() -> None:
    people = read("person,friend_since\n1,2024-03-05\n2,2024-03-05 10:00\n", time_zone="Europe/Berlin").people

    assert [f"{each.friend_since:%Y-%m-%d %H:%M}" for each in people] == ["2024-03-05 00:00", "2024-03-05 09:00"]


def test_a_date_that_need_not_be_told_costs_no_person() -> None:
    batch = read("person,follower_since\n1,2024-03-05\n2,long ago\n3,\n")

    assert [(each.is_follower, each.follower_since is None) for each in batch.people] == [
        (True, False),
        (True, True),
        (False, True),
    ]
    assert batch.not_told[0].why.startswith("follower_since 'long ago' is no date")


# ids


@pytest.mark.parametrize("cell", ["7.9E+17", "7,90E+17", "790000000000000000.0"])
def test_ids_that_a_spreadsheet_cut_are_refused_with_what_to_do(cell: str) -> None:
    files = Files({"a.csv": csv_text([{"post": cell, "created_at": "2024-03-05"}], delimiter=";")})

    with pytest.raises(
        ExportError, match=r"The ids in column post of a\.csv were cut .* and do not save it from such a program"
    ):
        CSV.profile(files, {"handle": "ada"})


# authors, replies, reposts


AUTHORS = "created_at,text,author\n2024-03-05,a,@Ada\n2024-03-05,b,bob\n2024-03-05,c,\n"


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        ({"handle": "ada"}, ["a"]),
        ({"handle": "eve", "author": "Bob"}, ["b"]),
        ({"handle": "eve", "name": "bob"}, ["b"]),
        ({"handle": "eve", "columns": '{"a.csv": {"kind": "posts", "author": "ada", "columns": '
          '{"created_at": "created_at", "text": "text", "author": "author"}}}'}, ["a"]),
    ],
)  # fmt: skip
def test_of_several_authors_only_the_accounts_posts_are_read(options: dict[str, str], texts: list[str]) -> None:
    batch = read(AUTHORS, **options)

    assert [post.text for post in batch.posts] == texts
    assert len(batch.skipped) == 2
    assert all("not by the account" in each.why for each in batch.skipped)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"handle": "eve"}, "holds posts of several authors, such as @Ada, bob: say which"),
        ({"handle": "ada", "author": "eve"}, "holds no posts of 'eve': its authors are @Ada, bob"),
    ],
)
def test_posts_of_others_are_never_the_accounts(options: dict[str, str], words: str) -> None:
    with pytest.raises(ExportError, match=words):
        CSV.profile(Files({"a.csv": AUTHORS}), options)


def test_a_single_author_of_another_name_is_said_to_be_so() -> None:
    files = Files({"a.csv": "created_at,author\n2024-03-05,Bob\n"})

    assert "by Bob" in CSV.notes(files, {"handle": "ada"})[-1]
    assert len(CSV.notes(files, {"handle": "bob"})) == 1


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"reply_to": "9"}, "reply"),
        ({"reply_to": "1"}, "post"),
        ({"reply_to_author": "bob"}, "reply"),
        ({"reply_to_author": "@Ada", "reply_to": "9"}, "post"),
        ({"reply_to": "False", "reply_to_author": "[]"}, "post"),
        ({"repost_of": "9"}, "repost"),
        ({"repost_of": "True"}, "repost"),
        ({"repost_of": "no", "text": "RT @bob: hi"}, "post"),
        ({"kind": "photo", "reply_to": "yes"}, "reply"),
        ({"kind": "reply", "reply_to": "1"}, "reply"),
    ],
)
def test_replies_and_reposts_are_known_by_what_they_point_at(row: dict[str, str], kind: str) -> None:
    columns = dict.fromkeys(row, "")
    rows: list[dict[str, Any]] = [{"post": "1", "created_at": "2024-03-05", **columns}]

    batch = read(csv_text([*rows, {"post": "2", "created_at": "2024-03-05", **row}]))

    assert [post.kind for post in batch.posts] == ["post", kind]


# people and ties


@pytest.mark.parametrize(("listed", "flags"), [("followers", (True, False)), ("friends", (False, True))])
def test_all_people_of_a_list_are_what_it_is_said_to_be(listed: str, flags: tuple[bool, bool]) -> None:
    files = Files({"a.csv": "id,screen_name\n1,bob\n"})
    options = {"handle": "ada", "list": listed}

    (person,) = read_all(CSV, files, **options).people

    assert (person.is_follower, person.is_friend) == flags
    assert CSV.complete(files, options) == {listed}


def test_who_is_in_two_lists_is_in_both() -> None:
    files = Files({"followers.csv": "id,username\n1,bob\n2,eve\n", "following.csv": "id,username\n2,eve\n3,dan\n"})
    columns = {"person": "id", "handle": "username"}
    choice = {
        "followers.csv": {"kind": "people", "columns": columns, "list": "followers"},
        "following.csv": {"kind": "people", "columns": columns, "list": "friends"},
    }

    batch = read_all(CSV, files, handle="ada", columns=json.dumps(choice))

    assert [(each.handle, each.is_follower, each.is_friend) for each in batch.people] == [
        ("bob", True, False),
        ("eve", True, True),
        ("dan", False, True),
    ]
    assert batch.skipped == []


def test_an_undirected_tie_is_two_and_nodes_give_the_names() -> None:
    nodes = "Id,Label,timeset\n1,Bob,\n2,Eve,\n3,Ada,\n"
    edges = "Source,Target,Type,Id,Weight\n1,2,Undirected,0,3.0\n2,1,Directed,1,1.0\n3,1,Undirected,2,1\n"

    batch = read_all(CSV, {"nodes.csv": nodes, "edges.csv": edges}, handle="ada")

    assert batch.ties == [Tie("1", "2"), Tie("2", "1")]
    assert batch.people == [Person(key="1", name="Bob", is_follower=True, is_friend=True), Person(key="2", name="Eve")]
    assert batch.skipped == []


def test_a_tie_may_name_its_ends() -> None:
    text = "Source,Destination,Type,Source Label,Target Label\nn1,n2,Directed,Bob,Eve\nn2,n3,Directed,Eve,Ada\n"

    batch = read(text)

    assert batch.ties == [Tie("n1", "n2")]
    assert batch.people == [Person(key="n1", name="Bob"), Person(key="n2", name="Eve", is_follower=True)]


# known formats


@pytest.mark.parametrize(
    ("header", "kind", "mapping"),
    [
        pytest.param(
            "id,conversation_id,referenced_tweets.replied_to.id,referenced_tweets.retweeted.id,author_id,"
            "in_reply_to_user_id,in_reply_to_username,created_at,text,lang,public_metrics.impression_count,"
            "public_metrics.like_count,public_metrics.quote_count,public_metrics.reply_count,"
            "public_metrics.retweet_count,author.id,author.username,author.public_metrics.followers_count", "posts",
            {"post": "id", "created_at": "created_at", "text": "text", "language": "lang",
             "replies": "public_metrics.reply_count", "reposts": "public_metrics.retweet_count",
             "likes": "public_metrics.like_count", "quotes": "public_metrics.quote_count",
             "views": "public_metrics.impression_count", "author": "author.username",
             "reply_to": "referenced_tweets.replied_to.id", "reply_to_author": "in_reply_to_user_id",
             "repost_of": "referenced_tweets.retweeted.id"}, id="twarc",
        ),
        pytest.param(
            "id,created_at,username,name,description,public_metrics.followers_count,public_metrics.following_count,"
            "public_metrics.tweet_count,url", "people",
            {"person": "id", "handle": "username", "name": "name", "url": "url", "bio": "description",
             "followers": "public_metrics.followers_count", "friends": "public_metrics.following_count",
             "posts": "public_metrics.tweet_count"}, id="twarc-users",
        ),
        pytest.param(
            "id,thread_id,timestamp,unix_timestamp,link,subject,body,author,author_fullname,author_followers,source,"
            "language_guess,retweet_count,reply_count,like_count,quote_count,is_retweet,retweeted_user,is_reply,"
            "replied_user", "posts",
            {"post": "id", "created_at": "timestamp", "text": "body", "url": "link", "language": "language_guess",
             "replies": "reply_count", "reposts": "retweet_count", "likes": "like_count", "quotes": "quote_count",
             "author": "author", "reply_to": "is_reply", "reply_to_author": "replied_user",
             "repost_of": "is_retweet"}, id="4cat",
        ),
        pytest.param(
            "id,conversation_id,created_at,date,time,timezone,user_id,username,name,place,tweet,language,replies_count,"
            "retweets_count,likes_count,link,retweet,user_rt_id,user_rt,retweet_id,reply_to", "posts",
            {"post": "id", "created_at": "created_at", "time": "time", "text": "tweet", "url": "link",
             "language": "language", "replies": "replies_count", "reposts": "retweets_count", "likes": "likes_count",
             "author": "username", "reply_to": "reply_to", "repost_of": "retweet_id"}, id="twint",
        ),
        pytest.param(
            "Account,User Name,Followers at Posting,Post Created,Post Created Date,Type,Total Interactions,Likes,"
            "Comments,Views,URL,Link,Photo,Title,Description,Image Text", "posts",
            {"created_at": "Post Created", "kind": "Type", "text": "Description", "url": "URL", "replies": "Comments",
             "likes": "Likes", "views": "Views", "author": "User Name"}, id="crowdtangle-instagram",
        ),
        pytest.param(
            "Page Name,User Name,Facebook Id,Likes at Posting,Post Created,Post Created Date,Type,Likes,Comments,"
            "Shares,URL,Message,Link,Description", "posts",
            {"created_at": "Post Created", "kind": "Type", "text": "Message", "url": "URL", "replies": "Comments",
             "reposts": "Shares", "likes": "Likes", "author": "User Name"}, id="crowdtangle-facebook",
        ),
        pytest.param(
            "Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Shares,New follows,Replies,Reposts",
            "posts",
            {"post": "Post id", "created_at": "Date", "text": "Post text", "url": "Post Link", "replies": "Replies",
             "reposts": "Reposts", "likes": "Likes", "views": "Impressions"}, id="x-analytics",
        ),
        pytest.param(
            "Tweet id,Tweet permalink,Tweet text,time,impressions,engagements,retweets,replies,likes", "posts",
            {"post": "Tweet id", "created_at": "time", "text": "Tweet text", "url": "Tweet permalink",
             "replies": "replies", "reposts": "retweets", "likes": "likes", "views": "impressions"},
            id="x-analytics-of-old",
        ),
        pytest.param("Date,Impressions,Likes,New follows,Unfollows,Create Post", None, {}, id="x-analytics-of-days"),
        pytest.param(
            "id,level,parent_id,object_id,object_type,query_time,from.name,message,shares.count,"
            "comments.summary.total_count,likes.summary.total_count,created_time", "posts",
            {"post": "object_id", "created_at": "created_time", "text": "message",
             "replies": "comments.summary.total_count", "reposts": "shares.count",
             "likes": "likes.summary.total_count", "author": "from.name"}, id="facepager",
        ),
        pytest.param(
            "tweet_id,in_reply_to_status_id,in_reply_to_user_id,timestamp,source,text,retweeted_status_id,"
            "retweeted_status_user_id,retweeted_status_timestamp,expanded_urls", "posts",
            {"post": "tweet_id", "created_at": "timestamp", "text": "text", "reply_to": "in_reply_to_status_id",
             "reply_to_author": "in_reply_to_user_id", "repost_of": "retweeted_status_id"}, id="x-archive-of-old",
        ),
        pytest.param(
            "id,screen_name,name,description,followers_count,friends_count,statuses_count,favourites_count,url,"
            "following,followed_by,created_at", "people",
            {"person": "id", "handle": "screen_name", "name": "name", "url": "url", "bio": "description",
             "followers": "followers_count", "friends": "friends_count", "posts": "statuses_count"},
            id="twitter-web-exporter-users",
        ),
        pytest.param(
            "id,created_at,full_text,media,screen_name,name,in_reply_to,retweeted_status,quoted_status,favorite_count,"
            "retweet_count,quote_count,reply_count,views_count,favorited,retweeted,url", "posts",
            {"post": "id", "created_at": "created_at", "text": "full_text", "url": "url", "replies": "reply_count",
             "reposts": "retweet_count", "likes": "favorite_count", "quotes": "quote_count", "views": "views_count",
             "author": "screen_name", "reply_to": "in_reply_to", "repost_of": "retweeted_status"},
            id="twitter-web-exporter",
        ),
        pytest.param("Id,Label,timeset,modularity_class", "people", {"person": "Id", "name": "Label"}, id="gephi"),
        pytest.param(
            "Source,Destination,Type,Weight", "ties",
            {"source": "Source", "target": "Destination", "direction": "Type"}, id="gephi-edges",
        ),
    ],
)  # fmt: skip
def test_columns_of_known_programs_are_found(header: str, kind: str | None, mapping: dict[str, str]) -> None:
    (seen,) = file_columns(Files({"a.csv": f"{header}\n"}))

    assert (seen.kind, dict(seen.mapping)) == (kind, mapping)


def test_a_file_of_a_known_program_is_read_as_it_is() -> None:
    text = (
        "Page Name,User Name,Post Created,Type,Likes,Comments,URL,Message\n"
        'Ada,ada,2021-03-05 14:02:11 EST,Photo,"1,200",30,https://example.com/1,a &amp; b\n'
        "Ada,ada,2021-07-05 09:00:00 EDT,Status,12,3,https://example.com/2,c\n"
    )

    batch = read(text)

    assert [(post.created_at, post.kind, post.likes, post.text) for post in batch.posts] == [
        (datetime(2021, 3, 5, 19, 2, 11, tzinfo=UTC), "post", 1_200, "a & b"),
        (datetime(2021, 7, 5, 13, tzinfo=UTC), "post", 12, "c"),
    ]
