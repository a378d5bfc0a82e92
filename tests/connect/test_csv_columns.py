"""The question which column is which, and its answer as the reader takes it."""

from __future__ import annotations

import json

import pytest

from dashapp.connect.csv_columns import KINDS, MEANINGS, form, options
from dashapp.services import upload_of
from dashapp.services.csv_files import tables
from dashapp.services.csv_files.columns import COLUMNS, REQUIRED
from dashapp.services.csv_files.headers import file_columns
from dashapp.services.errors import ExportError
from dashapp.services.records import BATCH
from tests.services.exports import Files

TWEETS = Files({"tweets.csv": "Date,Tweet,Favs\n2026-03-05,hello,3\n"})


def asked(files, sent, **stated):
    return form(files, {"handle": "ada", **stated}, sent, upload_of("csv").fields)


def choices(question, kind):
    return {choice.column: choice.chosen for choice in question.choices[kind]}


def test_every_documented_column_is_asked_for():
    assert {kind: set(columns) for kind, columns in MEANINGS.items()} == {
        kind: set(columns) for kind, columns in COLUMNS.items()
    }
    assert set(KINDS) == {*COLUMNS, ""}


def test_the_guess_is_filled_in():
    question = asked(TWEETS, {}).files[0]

    assert question.kind == "posts"
    assert choices(question, "posts") == dict.fromkeys(MEANINGS["posts"], "") | {
        "created_at": "Date",
        "text": "Tweet",
    }


def test_needed_columns_are_marked():
    question = asked(TWEETS, {}).files[0]

    needed = {
        kind: tuple(choice.column for choice in choices if choice.needed) for kind, choices in question.choices.items()
    }
    assert needed == REQUIRED


def test_of_another_kind_columns_of_the_same_name_are_filled_in():
    file = Files({"odd.csv": "source,target,name,person\na,b,c,d\n"})

    question = asked(file, {}).files[0]

    assert question.kind == "ties"
    assert choices(question, "people")["name"] == "name"


def test_what_was_sent_stands_against_the_guess():
    sent = {"0-kind": "people", "0-people-person": "Favs", "0-posts-created_at": ""}

    question = asked(TWEETS, sent).files[0]

    assert question.kind == "people"
    assert choices(question, "people")["person"] == "Favs"
    assert choices(question, "posts")["created_at"] == ""


def test_the_answer_is_read_as_it_was_meant():
    sent = {"0-kind": "posts", "0-posts-created_at": "Date", "0-posts-likes": "Favs", "0-ties-source": "Tweet"}

    answer = options(file_columns(TWEETS), sent)

    assert json.loads(answer["columns"]) == {
        "tweets.csv": {"kind": "posts", "columns": {"created_at": "Date", "likes": "Favs"}}
    }
    batches = list(upload_of("csv").export.read(TWEETS, {"handle": "ada", **answer}))
    assert [post.likes for batch in batches for post in batch.posts] == [3]


def test_a_file_can_be_left_out():
    answer = options(file_columns(TWEETS), {"0-kind": ""})

    assert json.loads(answer["columns"]) == {"tweets.csv": {"kind": "", "columns": {}}}


def test_an_answer_that_no_form_sends_names_no_columns():
    answer = options(file_columns(TWEETS), {"0-kind": "spells", "0-spells-source": "Date"})

    assert json.loads(answer["columns"])["tweets.csv"]["columns"] == {}


SEVERAL = Files({"t.csv": "created_at,text,author\n2026-03-05,a,@Ada\n2026-03-05,b,bob\n2026-03-05,c,bob\n"})


@pytest.mark.parametrize(("handle", "chosen"), [("ada", "@Ada"), ("eve", "")])
def test_of_several_authors_the_account_is_asked_for(handle, chosen):
    (question,) = asked(SEVERAL, {}, handle=handle).files

    assert (question.authors, question.author) == ({"bob": 2, "@Ada": 1}, chosen)


def test_the_author_of_a_single_account_is_not_asked_for():
    files = Files({"t.csv": "created_at,text,author\n2026-03-05,a,Ada\n"})

    assert asked(files, {}).files[0].authors == {}


def test_a_list_may_be_said_to_be_of_followers_as_its_name_suggests():
    files = Files({"twitter-Followers-17.csv": "id,screen_name\n1,bob\n"})

    question = asked(files, {}).files[0]
    answer = options(file_columns(files), {"0-kind": "people", "0-people-person": "id", "0-list": question.everyone})

    assert question.everyone == "followers"
    (batch,) = upload_of("csv").export.read(files, {"handle": "ada", **answer})
    assert [person.is_follower for person in batch.people] == [True]


@pytest.mark.parametrize(
    ("text", "field", "example"),
    [
        ("date,tweet,likes\n2026-03-05,a,1.000\n", "decimal", "1.000"),
        ("date,tweet\n3/5/2026,a\n", "day_first", "3/5/2026"),
    ],
)
def test_what_may_be_two_things_is_asked_with_an_example(text, field, example):
    files = Files({"t.csv": text})

    (unclear,) = asked(files, {}).unclear

    assert (unclear.field.name, unclear.example) == (field, example)
    assert asked(files, {}, **{field: next(iter([*unclear.field.choices][1:]))}).unclear == []


def test_what_only_other_columns_make_unclear_is_asked_before_they_are_read():
    files = Files({"t.csv": "date,when,text\n2026-03-05,3/5/2026,a\n"})
    sent = {"0-kind": "posts", "0-posts-created_at": "when"}

    assert asked(files, {}).has_asked({})
    assert not asked(files, sent).has_asked(sent)
    assert asked(files, sent).has_asked({**sent, "day_first": ""})


def test_ids_that_were_cut_are_a_problem_at_once():
    files = Files({"t.csv": "tweet_id,date,text\n7.9E+17,2026-03-05,a\n"})

    assert "were cut short by a spreadsheet program, as 7.9E+17 shows" in asked(files, {}).problem


def test_of_long_files_the_form_looks_at_the_beginning_and_reading_at_all(monkeypatch):
    monkeypatch.setattr(tables, "MOST_GLIMPSED", 1)
    rows = "".join(f"2026-03-05,{author}\n" for author in ["bob"] * BATCH + ["cyd"])
    files, export, options = Files({"t.csv": f"created_at,author\n{rows}"}), upload_of("csv").export, {"handle": "ada"}

    (question,) = asked(files, {}).files

    assert question.authors == {}
    assert export.profile(files, options).key == "ada"
    with pytest.raises(ExportError, match="posts of several authors"):
        list(export.read(files, options))
