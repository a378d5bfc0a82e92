"""The question what is in CSV files, and its answer as the reader's options."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..services.csv_files.columns import REQUIRED
from ..services.csv_files.headers import FileColumns, file_columns
from ..services.csv_files.tables import LISTS, Table, account_author, glimpsed, is_by, tables
from ..services.errors import ExportError
from ..services.files.entries import Entries
from ..services.service import Field

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
        "time": "the time of day, if another column holds it",
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
        "author": "whose post it is, if not all are the account's",
        "reply_to": "the post that it answers",
        "reply_to_author": "whom it answers",
        "repost_of": "the post that it passes on",
    },
    "people": {
        "person": "an id, the same as in ties",
        "relation": "follower, friend or mutual",
        "handle": "the handle",
        "name": "the name",
        "url": "the address of the profile",
        "bio": "what this person says of themself",
        "links": "addresses that this person names as theirs",
        "verified_links": "those of them that the service verified",
        "followers": "how many follow this person",
        "friends": "how many this person follows",
        "posts": "how many posts this person has",
        "follower_since": "since when this person follows",
        "friend_since": "since when this person is followed",
    },
    "ties": {
        "source": "who follows",
        "target": "who is followed",
        "direction": "directed, or undirected for both ways",
        "source_name": "the name of who follows",
        "target_name": "the name of who is followed",
    },
}
WHO_ALL_ARE = dict(zip(LISTS, ("as the relation says", "followers", "friends", "followers and friends"), strict=True))
OF_FILE = {"posts": ("author",), "people": ("list",)}
MOST_AUTHORS = 200  # in a select
UNASKED = "In these columns something more is unclear: see what is asked below."


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
    at: str  # what the names of its fields begin with
    field: str
    kind: str
    choices: Mapping[str, Sequence[Choice]]  # by kind
    authors: Mapping[str, int]  # how many posts of whom, if several are there
    author: str
    everyone: str  # of `WHO_ALL_ARE`


@dataclass(frozen=True, slots=True)
class Unclear:
    """What is asked about all files, with an example."""

    field: Field
    example: str
    chosen: str


@dataclass(frozen=True, slots=True)
class Form:
    """All that is asked."""

    files: Sequence[Question]
    unclear: Sequence[Unclear]
    problem: str = ""

    def has_asked(self, sent: Mapping[str, str]) -> bool:
        """Whether all that is unclear was asked in what was sent."""
        return all(each.field.name in sent for each in self.unclear)

    def options(self, sent: Mapping[str, str]) -> dict[str, str]:
        """What was sent as the reader's options."""
        return options([question.file for question in self.files], sent)


def form(entries: Entries, stated: Mapping[str, str], sent: Mapping[str, str], fields: Sequence[Field]) -> Form:
    """The form, answered as it was sent, else as the files look; `stated` are the options of the upload."""
    files = file_columns(entries)
    found = [_question(number, file, sent) for number, file in enumerate(files)]
    filled = {choice.field: choice.chosen for each in found for choices in each.choices.values() for choice in choices}
    filled |= {each.field: each.kind for each in found}
    answered = {**stated, "columns": options(files, {**filled, **sent})["columns"]}
    try:
        known = {table.name: table for table in glimpsed(entries, _tables(entries, answered, files))}
    except ExportError as error:
        return Form(found, (), str(error))
    examples = {
        "day_first": next((table.unclear_date for table in known.values() if table.unclear_date), ""),
        "decimal": next((table.unclear_number for table in known.values() if table.unclear_number), ""),
    }
    unclear = [
        Unclear(each, examples[each.name], sent.get(each.name, "")) for each in fields if examples.get(each.name)
    ]
    named = [_with_authors(each, known.get(each.file.name), answered) for each in found]
    return Form(named, unclear)


def _tables(entries: Entries, answered: Mapping[str, str], files: Sequence[FileColumns]) -> list[Table]:
    """The files, as far as their columns are known by now."""
    try:
        return tables(entries, answered, files)
    except ExportError:
        return []


def _with_authors(question: Question, table: Table | None, answered: Mapping[str, str]) -> Question:
    if table is None or len(table.authors) < 2:
        return question
    own = account_author(replace(table, author=""), answered) or ""
    own_names = (name for name in table.authors if is_by(own, name))
    chosen = question.author if question.author in table.authors else next(own_names, "")
    most = dict(table.authors.most_common(MOST_AUTHORS))
    return replace(question, authors=most | {chosen: table.authors[chosen]} if chosen else most, author=chosen)


def _question(number: int, file: FileColumns, sent: Mapping[str, str]) -> Question:
    field = f"{number}-kind"
    choices = {
        kind: [_choice(f"{number}-{kind}-{column}", kind, column, file, sent) for column in columns]
        for kind, columns in MEANINGS.items()
    }
    everyone = sent.get(f"{number}-list", _list_in(file.name))
    kind, author = sent.get(field, file.kind or ""), sent.get(f"{number}-author", "")
    return Question(file, str(number), field, kind, choices, {}, author, everyone)


def _list_in(name: str) -> str:
    """What the name of a file says about those in it, to be confirmed."""
    name = name.casefold()
    return "followers" if "follower" in name else "friends" if "following" in name or "friend" in name else ""


def _choice(field: str, kind: str, column: str, file: FileColumns, sent: Mapping[str, str]) -> Choice:
    seen = file.mapping if kind == file.kind else {name: name for name in file.header}
    chosen = sent.get(field, seen.get(column, ""))
    return Choice(field, column, MEANINGS[kind][column], column in REQUIRED[kind], chosen)


def options(files: Sequence[FileColumns], sent: Mapping[str, str]) -> dict[str, str]:
    """The reader's options: `columns` is JSON, what each file holds, what its columns are called, and who is in it."""
    answers = {}
    for number, file in enumerate(files):
        kind = sent.get(f"{number}-kind", "")
        named = {column: sent.get(f"{number}-{kind}-{column}", "") for column in MEANINGS.get(kind, {})}
        answer = {"kind": kind, "columns": {column: theirs for column, theirs in named.items() if theirs}}
        told = {name: sent.get(f"{number}-{name}", "") for name in OF_FILE.get(kind, ())}
        answers[file.name] = answer | {name: value for name, value in told.items() if value}
    stated = {name: sent[name] for name in ("day_first", "decimal") if sent.get(name)}
    return {"columns": json.dumps(answers), **stated}
