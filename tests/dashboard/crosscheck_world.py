"""Two accounts whose people overlap: one pair is certain, one is likely."""

from __future__ import annotations

from dashapp.imports.cross_check import cross_check
from dashapp.services.records import Batch, Person, Profile, Tie
from dashapp.store import accounts
from dashapp.store.database import now
from tests.records import BOTH, follower, friend, merged, mutual


def on_github() -> list[Person]:
    """Quill declares her Mastodon account there, which has the same handle."""
    return [
        mutual("quillwood", name="Ada Quillwood", links=("https://social.example/@quillwood",)),
        follower("zebrafinch", name="Zoe Brafinch", bio="Maps of rivers"),
        friend("lonelyheron", name="Lone Heron"),
        friend("carolgull", name="Carol Gull"),
    ]


def on_mastodon() -> list[Person]:
    """Zebrafinch has the same handle there, and no link."""
    return [
        follower("quillwood@social.example", name="Ada Quillwood", url="https://social.example/@quillwood"),
        friend("zebrafinch@social.example", name="Zoe Brafinch"),
        follower("otter@social.example", name="Otto Ter"),
    ]


def add(
    owner: int, service: str, people: list[Person], complete: frozenset[str] = BOTH, *, mutual_ties: bool = False
) -> int:
    """An account with these people, of which only the comparison is analysed."""
    profile = Profile(service=service, key="me", handle=f"me-{service}")
    tie = Tie(people[0].key, people[-1].key)
    told = complete | {"ties"}
    account, _ = merged(
        owner, Batch(people=people, ties=[tie]), profile=profile, complete=told, mutual_ties=mutual_ties
    )
    return account


def compare(owner: int) -> None:
    """As at the end of imports of all accounts."""
    for account in accounts.accounts(owner):
        accounts.change_account(owner, account.id, analysed_at=now())
    for _ in cross_check(owner):
        pass
