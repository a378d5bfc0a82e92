"""The question which column of a CSV file is which, and its answer as the reader's options."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..services.csv_files.headers import REQUIRED, FileColumns

KINDS: Mapping[str, str] = {
    "posts": "Posts",
    "people": "People",
    "ties": "Ties: who follows whom",
    "": "Nothing: leave it out",
}
#: what each documented column holds, by kind of file
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "posts": {
        "created_at": "when it was posted",
        "text": "its text",
        "post": "an id, so that a later upload is not counted twice",
        "kind": "post, reply or repost",
        "url": "its address",
        "language": "a code such as en",
        "replies": "how often it was answered",
        "reposts": "how often it was passed on",
        "likes": "how many liked it",
        "quotes": "how often it was quoted",
        "views": "how often it was shown",
    },
    "people": {
        "person": "an id, the same as in ties",
        "relation": "follower, friend or mutual",
        "handle": "the handle",
        "name": "the name",
        "url": "the address of the profile",
        "followers": "how many follow this person",
        "friends": "how many this person follows",
        "posts": "how many posts this person has",
        "follower_since": "since when this person follows",
        "friend_since": "since when this person is followed",
    },
    "ties": {"source": "who follows", "target": "who is followed"},
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A select: what a documented column is called in the file."""

    field: str
    column: str
    meaning: str
    needed: bool
    chosen: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the form asks about one file."""

    file: FileColumns
    field: str
    kind: str
    choices: Mapping[str, Sequence[Choice]]  # by kind


def questions(files: Sequence[FileColumns], sent: Mapping[str, str]) -> list[Question]:
    """The form's questions, answered as it was sent, else as the files look."""
    return [_question(number, file, sent) for number, file in enumerate(files)]


def _question(number: int, file: FileColumns, sent: Mapping[str, str]) -> Question:
    field = f"{number}-kind"
    choices = {
        kind: [_choice(f"{number}-{kind}-{column}", kind, column, file, sent) for column in columns]
        for kind, columns in MEANINGS.items()
    }
    return Question(file, field, sent.get(field, file.kind or ""), choices)


def _choice(field: str, kind: str, column: str, file: FileColumns, sent: Mapping[str, str]) -> Choice:
    seen = file.mapping if kind == file.kind else {name: name for name in file.header}
    chosen = sent.get(field, seen.get(column, ""))
    return Choice(field, column, MEANINGS[kind][column], column in REQUIRED[kind], chosen)


def options(files: Sequence[FileColumns], sent: Mapping[str, str]) -> dict[str, str]:
    """The reader's option `columns`: JSON, what each file holds and what its columns are called."""
    answers = {}
    for number, file in enumerate(files):
        kind = sent.get(f"{number}-kind", "")
        named = {column: sent.get(f"{number}-{kind}-{column}", "") for column in MEANINGS.get(kind, {})}
        answers[file.name] = {"kind": kind, "columns": {column: theirs for column, theirs in named.items() if theirs}}
    return {"columns": json.dumps(answers)}
