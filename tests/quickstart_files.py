"""Writes the quick start's files anew, after a change of the demo: `python -m tests.quickstart_files`.

They are the demo's account of Mastodon as two uploads: who was there in December, and everything in March.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from dashapp.demo.generate import State, demo_accounts
from dashapp.services.records import Person
from dashapp.settings import ROOT

FOLDER = ROOT / "docs" / "quickstart"
DAY = date(2026, 3, 3)  # the data ends with the day before, the earlier list with the year
PROFILE = ("followers", "friends", "posts", "bio")
POST = ("created_at", "kind", "text", "language", "replies", "reposts", "likes")


def write(path: Path, head: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A CSV file; what is not told is an empty cell."""
    path.parent.mkdir(exist_ok=True, parents=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def relation(person: Person) -> str:
    """On which lists somebody is."""
    if person.is_follower and person.is_friend:
        return "mutual"
    return "follower" if person.is_follower else "friend"


def main() -> None:
    """Writes all of them."""
    account = next(each for each in demo_accounts(DAY) if each.service == "mastodon")
    everybody = sorted({person.key for state in (account.earlier, account.later) for person in state.people})
    number = {key: at for at, key in enumerate(everybody, 1)}  # short ids: a tie is a few letters then

    def people(state: State, *told: str) -> Iterable[Iterable[object]]:
        for person in sorted(state.people, key=lambda each: each.key):
            counts = (getattr(person, name) for name in told)
            yield number[person.key], person.handle, person.name, relation(person), *counts

    who = ("person", "handle", "name", "relation")
    write(FOLDER / "december" / "people.csv", who, people(account.earlier))
    write(FOLDER / "march" / "people.csv", (*who, *PROFILE), people(account.later, *PROFILE))
    ties = sorted((number[tie.source], number[tie.target]) for tie in account.later.ties)
    write(FOLDER / "march" / "ties.csv", ("source", "target"), ties)
    posts = (
        (at, f"{post.created_at:%Y-%m-%dT%H:%M:%SZ}", *(getattr(post, name) for name in POST[1:]))
        for at, post in enumerate(account.later.posts, 1)
    )
    write(FOLDER / "march" / "posts.csv", ("post", *POST), posts)


if __name__ == "__main__":
    main()
