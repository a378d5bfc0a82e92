"""The question which column is which, and its answer as the reader takes it."""

from __future__ import annotations

import json

from dashapp.connect.csv_columns import KINDS, MEANINGS, options, questions
from dashapp.services import upload_of
from dashapp.services.csv_files.headers import COLUMNS, REQUIRED, file_columns
from tests.services.exports import Files

TWEETS = Files({"tweets.csv": "Date,Tweet,Favs\n2026-03-05,hello,3\n"})


def choices(question, kind):
    return {choice.column: choice.chosen for choice in question.choices[kind]}


def test_every_documented_column_is_asked_for():
    assert {kind: set(columns) for kind, columns in MEANINGS.items()} == {
        kind: set(columns) for kind, columns in COLUMNS.items()
    }
    assert set(KINDS) == {*COLUMNS, ""}


def test_the_guess_is_filled_in():
    question = questions(file_columns(TWEETS), {})[0]

    assert question.kind == "posts"
    assert choices(question, "posts") == dict.fromkeys(MEANINGS["posts"], "") | {
        "created_at": "Date",
        "text": "Tweet",
    }


def test_needed_columns_are_marked():
    question = questions(file_columns(TWEETS), {})[0]

    needed = {
        kind: tuple(choice.column for choice in choices if choice.needed) for kind, choices in question.choices.items()
    }
    assert needed == REQUIRED


def test_of_another_kind_columns_of_the_same_name_are_filled_in():
    file = Files({"odd.csv": "source,target,name,person\na,b,c,d\n"})

    question = questions(file_columns(file), {})[0]

    assert question.kind == "ties"
    assert choices(question, "people")["name"] == "name"


def test_what_was_sent_stands_against_the_guess():
    sent = {"0-kind": "people", "0-people-person": "Favs", "0-posts-created_at": ""}

    question = questions(file_columns(TWEETS), sent)[0]

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
