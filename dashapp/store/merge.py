"""The merge: what an import read becomes the account's posts, persons and ties, in one transaction, all or nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
from sqlalchemy import Select, false, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from analytics.growth import LISTS

from ..models import Account, Connection, Person, Post, Snapshot
from ..services import service_of
from ..services.records import Profile
from .changes import Listed, note_changes, stored_people
from .data_time import CLOCKS, DataTime, data_time, has_older_lists, is_older, newest_post, time_in
from .database import IDS, chunks, newest, newest_known, oldest_known, upsert, writing
from .imports import LeaseLostError, batches, record_merge
from .individuals import lock_user
from .merge_posts import WholeSpan, add_posts, remove_gone
from .moves import find_moves, join_moved, under_new_keys
from .rows import AccountRow, Usage
from .ties import Pairs, Which, every, having, replace_ties
from .usage import check_growth, usage_in

Batches = Iterable[dict[str, Any]]

#: of persons
OPTIONAL = (
    "handle", "name", "url", "bio", "links", "verified_links", "followers", "friends", "posts", "created_at",
    "active_at", "follower_since", "friend_since", "moved_to",
)  # fmt: skip
_TIMES = ("created_at", "active_at", "follower_since", "friend_since")
_UNTOLD = dict.fromkeys(OPTIONAL)


@dataclass(frozen=True, slots=True)
class MergeInput:
    """What an import knows when all is read."""

    import_id: int
    lease: int
    owner: int
    source: str
    profile: Profile
    complete: frozenset[str]
    notes: list[str]
    partial: list[str] = field(default_factory=list)  # of the notes those on records that were kept out
    absent: frozenset[str] = frozenset()  # what its source says of uploads that lack something
    named_at: datetime | None = None  # when the data was made, as the name of its file says
    files_at: datetime | None = None  # when the files in its zip or tar were written
    mutual_ties: bool = False
    live: bool = False  # read from the service, perhaps in several merges: ties are told person by person
    connection: int | None = None
    host: str = ""
    posts_from: datetime | None = None  # all posts since then were read; those that were not are gone
    to_newest_post: bool = False  # nothing is known of what is newer than its newest post
    from_the_first: bool = False  # posts were asked for from the first on, not only the newest
    fresh_since: datetime | None = None  # whose follows were told since then was not asked again
    most: Usage | None = None  # what the user may have; what goes beyond is not merged. None: what was read is kept


def merge(reading: MergeInput, *, last: bool = True) -> int:
    """Merges the kept batches and notes in the import's report what was new, gained, lost; the account's id.

    A live import merges a first look, and again all of it at the `last`.

    Data older than what stands here adds what is missing: posts, and persons or a profile where there are none. It
    cannot say who is a follower today, nor can newer posts beside lists that are older. Raises `FullError`.
    """
    with writing() as session:
        if not lock_user(session, reading.owner):  # deleted meanwhile, and the import too
            raise LeaseLostError
        reading = replace(reading, connection=_connection(session, reading))
        before = usage_in(session, reading.owner) if reading.most else None
        account = _account(session, reading)
        bare = _is_bare(session, account)
        told, named, files = reading.profile.as_of, reading.named_at, reading.files_at
        data = data_time(reading.import_id, told=told, named=named, files=files)
        newer = bare or not is_older(session, account, data)
        has_people = {*account.lists} - {"posts"} or _count(session, Person, account.id)
        people = not has_people or (newer and not has_older_lists(account, data))
        report: dict[str, Any] = {"older": not newer, "older_lists": newer and not people, "partial": reading.partial}
        report["new_posts"] = add_posts(session, account.id, reading.import_id, data.at, newer=newer)
        if newer and reading.posts_from:
            report["removed_posts"] = remove_gone(session, account.id, data.at, _whole_span(reading, data))
        if people:
            known = _count(session, Person, account.id)
            report |= _people_and_ties(session, account, reading, data.at)
            report["new_people"] = max(_count(session, Person, account.id) - known, 0)  # of two who are one, one goes
            if reading.complete or data.tells_people:
                account.lists_at = data.at
        if newer:
            reading = reading if people else replace(reading, complete=reading.complete & {"posts"})
            beside = not bare and (_tells_profile_alone(reading) or _tells_lists_alone(session, account, reading, data))
            _describe(session, account, reading, data, beside=beside)
        else:
            _add_missing(session, account, reading, data, people=bool(report.get("new_people")))
        if before and reading.most:
            check_growth(before, usage_in(session, reading.owner), reading.most)
        record_merge(session, reading.import_id, reading.lease, account.id, report, last=last)
        return account.id


def _whole_span(reading: MergeInput, data: DataTime) -> WholeSpan:
    """The span of which all posts were read. The day of an export may be a little off."""
    since = reading.posts_from or data.at
    until = data.at if reading.live else (data.as_of or since) - CLOCKS
    until = since if reading.to_newest_post else until
    sees_all = not reading.live or reading.connection is not None
    return WholeSpan(
        since=since,
        until=until,
        to_newest=not reading.live,
        sees_all=sees_all,
        count=reading.profile.posts,
    )


def _connection(session: Session, reading: MergeInput) -> int | None:
    """The connection, unless it was ended meanwhile; until the merge is done it is not."""
    mine = (Connection.id == reading.connection) & (Connection.owner_id == reading.owner)
    query = select(Connection.id).where(mine).with_for_update(read=True, key_share=True)
    return session.execute(query).scalar()


def _account(session: Session, reading: MergeInput) -> Account:
    """The account, locked: of two imports of one each compares with what the other left."""
    account = _found_account(session, reading)
    session.flush()
    mine = select(Account).where(Account.id == account.id, Account.owner_id == reading.owner).with_for_update()
    locked = session.execute(mine.execution_options(populate_existing=True)).scalar()
    return locked or _account(session, reading)  # deleted while this waited for it: then it is made anew


def _found_account(session: Session, reading: MergeInput) -> Account:
    profile = reading.profile
    query = select(Account).where(Account.owner_id == reading.owner, Account.service == profile.service)
    account = session.execute(query.where(Account.key == profile.key)).scalar()
    if account is None:
        account = _by_other_name(session, query, reading)
    if account is None and service_of(profile.service).named_only:
        account = _namesake(session.execute(query).scalars().all(), reading)
        if account is not None and not reading.live:
            account.key = profile.key  # the next export says the same; the connection is known by itself
    account = account or _new_account(session, reading)
    return account or session.execute(query.where(Account.key == profile.key)).scalar_one()


def _new_account(session: Session, reading: MergeInput) -> Account | None:
    """None if another import has just made it."""
    profile = reading.profile
    account = Account(owner_id=reading.owner, service=profile.service, key=profile.key, handle=profile.handle)
    account.source, account.notes, account.lists = reading.source, [], []
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:
        return None
    return account


def _by_other_name(session: Session, query: Select[Account], reading: MergeInput) -> Account | None:
    """The account as data of its service knew it that told less, or as it is known when this tells less."""
    profile, of_service = reading.profile, ("live", reading.profile.service)
    if reading.source not in of_service:
        return None
    query = query.where(Account.source.in_(of_service))
    found = session.execute(query.where(Account.key.in_(profile.aliases))).scalars().all()
    if len(found) == 1:
        _move_neighbours(session, found[0], profile.key)
        found[0].key, found[0].handle = profile.key, profile.handle
    elif profile.key == profile.handle.casefold():  # the handle is all that it knows
        same_page = Account.url == profile.url if profile.url else false()
        found = session.execute(query.where(or_(func.lower(Account.handle) == profile.key, same_page))).scalars().all()
    return found[0] if len(found) == 1 else None


def _move_neighbours(session: Session, account: Account, key: str) -> None:
    """Persons of the account's own server get the domain in their handles that the account gets."""
    old, new = (f"@{each.rpartition('@')[2]}" for each in (account.key, key))
    if "@" not in account.key or old == new:
        return
    query = select(Person).where(Person.account_id == account.id)
    known = set(session.execute(query.with_only_columns(Person.key)).scalars())
    for person in session.execute(query.where(Person.key.endswith(old, autoescape=True))).scalars():
        moved = f"{person.key.removesuffix(old)}{new}"
        if moved not in known:
            person.key, person.handle = moved, f"{(person.handle or moved).rpartition('@')[0]}{new}"


def _namesake(accounts: Sequence[Account], reading: MergeInput) -> Account | None:
    """The account of the same connection, else the only one of that name that no other of its kind has filled."""
    own = [account for account in accounts if reading.live and account.connection_id == reading.connection is not None]
    name = _folded(reading.profile.name)
    same = [account for account in accounts if name and _folded(account.name) == name and _may_join(account, reading)]
    found = own or same
    return found[0] if len(found) == 1 else None


def _may_join(account: Account, reading: MergeInput) -> bool:
    """Two connections tell who is who, and so do two exports; of one and the other the name has to do."""
    return account.connection_id is None if reading.live else account.source == "live"


def _folded(name: str | None) -> str:
    """A name as it is compared; a database's own `lower` knows only English letters."""
    return " ".join(unicodedata.normalize("NFKC", name or "").casefold().split())


def _is_bare(session: Session, account: Account) -> bool:
    """Whether nothing is known but the profile: then any data says more, however old."""
    return not account.lists and not any(_count(session, table, account.id) for table in (Post, Person))


def _tells_profile_alone(reading: MergeInput) -> bool:
    """Whether a service told nothing but the profile, as some do always: how old the rest is does not change by it."""
    records = (batch["posts"] or batch["people"] or batch["ties_of"] for batch in batches(reading.import_id))
    return reading.live and not reading.complete and not any(records)


def _tells_lists_alone(session: Session, account: Account, reading: MergeInput, data: DataTime) -> bool:
    """Whether files hold none of the posts that stand here: how old these are does not change by it."""
    return not reading.live and data.newest_post is None and _count(session, Post, account.id) > 0


def _people_and_ties(session: Session, account: Account, reading: MergeInput, at: datetime) -> dict[str, Any]:
    moved = find_moves(session, account.id, batches(reading.import_id), live=reading.live)
    not_gained = join_moved(session, account.id, moved, import_id=reading.import_id, at=at)
    kept = partial(_kept, reading.import_id, moved)
    before = stored_people(session, account.id)
    upsert_people(session, _people(account.id, kept(), at, live=reading.live), live=reading.live)
    listed = _count(session, Person, account.id)
    ids = _alters(session, account) if reading.live else _ids_with_strangers(session, account, kept, at)
    former = _note_known(session, account, reading, kept(), ids, at)
    replace_ties(session, account.id, former, _ties(kept(), ids))
    report = note_changes(session, account, _listed(reading, kept(), at), before)
    report["new_strangers"] = 0 if reading.live else len(ids) - listed
    return report | {f"gained_{name}": report[f"gained_{name}"] - not_gained[one] for one, name in LISTS.items()}


def _kept(import_id: int, moved: Mapping[str, str]) -> Batches:
    """The kept batches, in which whoever moved stands under the key that they have now."""
    return (under_new_keys(batch, moved) for batch in batches(import_id))


def _listed(reading: MergeInput, kept: Batches, at: datetime) -> Listed:
    listed = Listed(
        import_id=reading.import_id,
        at=at,
        complete=reading.complete,
        live=reading.live,
        mutual_ties=reading.mutual_ties,
        counts={name: getattr(reading.profile, name) for name in LISTS.values()},
    )
    for batch in kept:
        listed.add(batch)
    return listed


def _ids_with_strangers(
    session: Session, account: Account, kept: Callable[[], Batches], first_seen: datetime
) -> dict[str, int]:
    """Persons' ids by key; whoever is only an end of a tie is added."""
    after = stored_people(session, account.id)
    strangers = sorted(_ends(kept()) - after.keys())
    upsert_people(session, ({**_nobody(account.id, first_seen), "key": key} for key in strangers))
    return {key: known.id for key, known in (stored_people(session, account.id) if strangers else after).items()}


def _alters(session: Session, account: Account) -> dict[str, int]:
    """Ids of followers and friends: a service tells far more ties than those among them."""
    known = stored_people(session, account.id).items()
    return {key: person.id for key, person in known if person.is_follower or person.is_friend}


def _note_known(
    session: Session, account: Account, reading: MergeInput, kept: Batches, ids: Mapping[str, int], at: datetime
) -> Which:
    """For whom, and of whom, the import tells ties in full; the ties that were known of these before."""
    people = update(Person).where(Person.account_id == account.id)
    if "ties" in reading.complete:
        session.execute(people.values(ties_at=at, asked_since=at))
    named: dict[str, set[int]] = {"ties_of": set(), "ties_to": set(), "no_ties_to": set()}
    for batch in kept:
        for name, told in named.items():
            told |= {ids[key] for key in batch.get(name, ()) if key in ids}  # older batches lack some names
    for name, values in (
        ("ties_of", {"ties_at": at}),
        ("ties_to", {"asked_since": reading.fresh_since}),
        ("no_ties_to", {"asked_since": None}),
    ):
        for chunk in chunks(sorted(named[name]), IDS):
            session.execute(people.where(Person.id.in_(chunk)).values(values))
    return every if "ties" in reading.complete else having(named["ties_of"], named["ties_to"])


def _describe(session: Session, account: Account, reading: MergeInput, data: DataTime, *, beside: bool) -> None:
    """Notes what is told of the account; `beside` data that stays as it was, its source, notes and age stay too."""
    profile = reading.profile
    for name in ("name", "url", "bio", "followers", "friends", "posts", "created_at"):
        value = getattr(profile, name)
        if value is not None or name in reading.complete:  # a list that is newer than the count goes before it
            setattr(account, name, value)
    named_only = service_of(account.service).named_only
    if beside and not (named_only and reading.live):
        stay = [note for note in account.notes if note not in reading.absent or note in reading.notes]
        said = reading.notes if reading.live else reading.partial
        account.notes = [*stay, *(note for note in said if note not in stay)]
    elif not (reading.live and named_only and account.source != reading.source):
        account.source, account.notes = reading.source, reading.notes
        # a source that knows only the key knows no handle; where names have to do, an export knows more than they
        knows_it = profile.key == account.key and (profile.handle != profile.key or named_only)
        if knows_it or not account.handle:
            account.handle = profile.handle
    if not beside:
        account.data_at, account.as_of, account.files_at = data.at, data.as_of, data.files_at
    account.mutual_ties = account.mutual_ties or reading.mutual_ties
    account.host = reading.host or account.host
    if is_told_more(account, reading.connection):
        account.posts_until = None
    account.connection_id = reading.connection or account.connection_id
    compared = reading.complete & {*account.lists}
    account.lists = sorted({*account.lists, *reading.complete})
    if reading.live and "posts" in reading.complete:
        account.posts_until = newest_post(session, account)
        if reading.from_the_first:
            account.posts_read_at = data.at
    session.flush()
    _add_snapshot(session, account, reading, data.at, compared=compared)


def _add_missing(session: Session, account: Account, reading: MergeInput, data: DataTime, *, people: bool) -> None:
    """What older data tells where nothing stood: a profile that had not even a name, and lists with their notes."""
    if account.name is None:
        for name in ("name", "url", "bio", "created_at"):
            setattr(account, name, getattr(account, name) or getattr(reading.profile, name))
    if people:
        account.lists = sorted({*account.lists, *reading.complete})
        account.notes = reading.notes
        account.mutual_ties = account.mutual_ties or reading.mutual_ties
        _add_snapshot(session, account, reading, data.at, compared=())


def is_told_more(account: Account | AccountRow | None, connection: int | None) -> bool:
    """Whether an account that was read as strangers see it is now connected: it may have posts that these do not."""
    was_public = (
        account is not None and account.connection_id is None and service_of(account.service).handle is not None
    )
    return was_public and connection is not None


def _add_snapshot(
    session: Session, account: Account, reading: MergeInput, at: datetime, *, compared: Collection[str]
) -> None:
    """Notes the counts that this import told; what another one of the same time told stays."""
    counts: dict[str, Any] = {name: _counted(session, account.id, reading, name) for name in LISTS.values()}
    counts["posts"] = reading.profile.posts
    flags = {f"{name}_compared": name in compared for name in LISTS.values()}
    row = {"account_id": account.id, "at": at, **counts, **flags}
    rules = dict.fromkeys(counts, newest_known) | dict.fromkeys(flags, _either)
    upsert(session, Snapshot, [row], key=["account_id", "at"], update=rules)


def _counted(session: Session, account: int, reading: MergeInput, name: str) -> int | None:
    """The service's own count, else that of a list that was read in full, else None: not told."""
    told: int | None = getattr(reading.profile, name)
    if told is not None or name not in reading.complete:
        return told
    flag = Person.is_follower if name == "followers" else Person.is_friend
    return session.execute(select(func.count()).where(Person.account_id == account, flag)).scalar_one()


def upsert_people(session: Session, rows: Iterable[Mapping[str, Any]], *, live: bool = False) -> None:
    """Adds persons; what is told of a known one replaces what was known, what is not told stays.

    A `live` list tells of everybody on it whether they moved.
    """
    rules = dict.fromkeys((*OPTIONAL, "last_seen"), newest_known) | dict.fromkeys(("is_follower", "is_friend"), _either)
    rules |= {"asked_since": oldest_known} | ({"moved_to": newest} if live else {})
    upsert(session, Person, rows, key=["account_id", "key"], update=rules)


def _either(table: Any, new: Any, name: str) -> Any:
    return or_(getattr(table, name), new[name])


def _people(account: int, kept: Batches, at: datetime, *, live: bool) -> Iterator[dict[str, Any]]:
    new = {"account_id": account, "first_seen": at, "last_seen": at, "asked_since": at if live else None}
    for batch in kept:
        for person in batch["people"]:
            times = {name: time_in(person.get(name)) for name in _TIMES}
            yield {**_UNTOLD, **person, **times, **new}  # older batches lack some


def _nobody(account: int, first_seen: datetime) -> dict[str, Any]:
    flags = {"is_follower": False, "is_friend": False}
    return {"account_id": account, "first_seen": first_seen, "last_seen": None, "asked_since": None, **_UNTOLD, **flags}


def _ends(kept: Batches) -> set[str]:
    return {key for batch in kept for end in ("sources", "targets") for key in batch[end]}


def _ties(kept: Batches, ids: Mapping[str, int]) -> Iterator[Pairs]:
    for batch in kept:
        ends = zip(batch["sources"], batch["targets"], strict=True)
        known = [(ids[one], ids[other]) for one, other in ends if one in ids and other in ids and one != other]
        yield np.array(known, dtype=np.int64).reshape(-1, 2)


def _count(session: Session, table: Any, account: int) -> int:
    return session.execute(select(func.count()).where(table.account_id == account)).scalar_one()
