"""The rows that leave the store. A query reads the columns that the fields name, so the two cannot differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from analytics.timeline import local_day

from ..services.records import Kind, Profile, Skipped

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = TypeVar("Row", bound="DataclassInstance")
State = Literal["receiving", "columns", "queued", "running", "done", "failed"]
TOLD = timedelta(days=1)  # so long an import that ended well is told of
COMPARISON = "comparison"  # in the place of an export: the people of all accounts are compared
READS_NOTHING = ("analysis", COMPARISON)
Relation = Literal["follower", "friend"]
Change = Literal["gained", "lost", "moved", "renamed"]
Reason = Literal["returned", "unfollowed", "gone", "moved"]
#: what happened to somebody, by change and reason; `lost` alone: why is not told
KINDS: Mapping[str, tuple[Change, Reason | None]] = {
    "gained": ("gained", None),
    "returned": ("gained", "returned"),
    "unfollowed": ("lost", "unfollowed"),
    "gone": ("lost", "gone"),
    "moved_away": ("lost", "moved"),
    "lost": ("lost", None),
    "moved": ("moved", None),
    "renamed": ("renamed", None),
}
_KIND_OF = {about: kind for kind, about in KINDS.items()}
BOTH_LISTS = frozenset({"followers", "friends"})
READ = "read"  # in a field's metadata: what makes its value of a column of JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """A social account that a user looks at (`models.Account`)."""

    id: int
    owner_id: int
    service: str
    key: str
    handle: str
    name: str | None
    url: str | None
    bio: str | None
    source: str
    mutual_ties: bool
    followers: int | None
    friends: int | None
    posts: int | None
    created_at: datetime | None
    data_at: datetime | None
    as_of: datetime | None
    files_at: datetime | None
    notes: list[str]
    lists: list[str]
    host: str
    connection_id: int | None
    options: Mapping[str, str]  # fields of the service's own form
    refresh_at: datetime | None
    posts_until: datetime | None
    posts_read_at: datetime | None
    spent: int
    analysed_at: datetime | None
    analysis_version: int | None
    place: int  # how many of the user's accounts are older: by it an account has its colour

    @property
    def main_list(self) -> Literal["followers", "friends"]:
        """The list whose changes are told; where ties are mutual, friends."""
        return "friends" if self.mutual_ties else "followers"

    @property
    def whole_lists(self) -> frozenset[str]:
        """Which lists were read whole; where ties are mutual, each friend follows too."""
        if self.mutual_ties:
            return BOTH_LISTS if "friends" in self.lists else frozenset()
        return BOTH_LISTS.intersection(self.lists)

    @property
    def tells_follow_back(self) -> bool:
        """Whether both lists were read whole, and somebody can follow without being followed."""
        return not self.mutual_ties and self.whole_lists == BOTH_LISTS

    def data_day(self, time_zone: str) -> date:
        """The day of the data on the user's calendar."""
        return local_day(self.data_at or datetime.now(UTC), time_zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import read and changed; None where it was not counted."""

    posts: int | None = None
    people: int | None = None
    ties: int | None = None
    n_skipped: int | None = None
    skipped: tuple[Skipped, ...] = ()  # examples
    n_not_told: int | None = None  # cells that are not told, since nobody can read them
    not_told: tuple[Skipped, ...] = ()  # examples
    partial: tuple[str, ...] = ()  # which lists are not whole, in sentences
    older: bool | None = None
    older_lists: bool | None = None  # beside posts that are not
    new_posts: int | None = None
    removed_posts: int | None = None
    new_people: int | None = None
    new_strangers: int | None = None  # of these who stand on no list, and are only the end of a tie
    gained_followers: int | None = None
    lost_followers: int | None = None
    gone_followers: int | None = None  # of those who were lost
    gained_friends: int | None = None
    lost_friends: int | None = None
    gone_friends: int | None = None

    def counted(self) -> dict[str, Any]:
        """What was counted, by name."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name)) is not None}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> ImportReport:
        """The report as its row keeps it."""
        lists = {name: tuple(Skipped(**each) for each in stored.get(name, ())) for name in ("skipped", "not_told")}
        return cls(**_known(cls, stored) | lists | {"partial": tuple(stored.get("partial", ()))})


def _profile(stored: Mapping[str, Any] | None) -> Profile | None:
    if stored is None:
        return None
    times = {name: stored[name] and datetime.fromisoformat(stored[name]) for name in ("created_at", "as_of")}
    return Profile(**_known(Profile, stored) | times | {"aliases": tuple(stored.get("aliases", ()))})


def _known(kind: type[DataclassInstance], stored: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON tells of a record; what only another version knows is passed over."""
    return {each.name: stored[each.name] for each in fields(kind) if each.name in stored}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """One run of reading an account (`models.Import`)."""

    id: int
    owner_id: int
    account_id: int | None
    export: str
    filename: str
    options: Mapping[str, str]  # fields of the reader's own form; of a live import, whom it reads
    files_at: datetime | None
    state: State
    step: str
    done: int
    total: int
    share: float
    batches: int
    merged: bool
    message: str
    report: ImportReport = field(metadata={READ: ImportReport.read})
    lease: int
    lease_until: datetime | None
    attempts: int
    live: bool
    connection_id: int | None
    profile: Profile | None = field(metadata={READ: _profile})
    cursor: dict[str, Any]  # the service's own
    calls: int
    troubles: int
    wake_at: datetime | None
    started_at: datetime | None
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it goes on by itself, now or later."""
        return self.state in ("receiving", "queued", "running")

    @property
    def is_comparison(self) -> bool:
        """Whether it reads nothing, and compares the people of all accounts."""
        return self.export == COMPARISON

    @property
    def reads(self) -> bool:
        """Whether it reads an account, and does not only analyse or compare what is there."""
        return self.export not in READS_NOTHING

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to say of it: it read nothing and ended well, or follows what the user decides."""
        return (self.state == "done" and not self.reads) or (self.is_comparison and self.is_asleep)

    @property
    def is_past(self) -> bool:
        """Whether it ended well so long ago that it is not told of any more."""
        ended_at = self.finished_at if self.state == "done" else None
        return ended_at is not None and datetime.now(UTC) - ended_at > TOLD

    @property
    def is_asleep(self) -> bool:
        """Whether it waits for a moment that its service named."""
        return self.state == "queued" and self.wake_at is not None and self.wake_at > datetime.now(UTC)

    @property
    def service(self) -> str:
        """Of which service the account is that it reads."""
        return self.options.get("service") or self.export

    @property
    def handle(self) -> str:
        """Of a live import: whom it reads; empty where the connection says it."""
        return self.options.get("handle", "")

    @property
    def host(self) -> str:
        """Of a live import: the instance that it reads."""
        return self.options.get("host", "")

    @property
    def is_disconnected(self) -> bool:
        """Whether the connection by which it read was ended before it was."""
        return "disconnected" in self.options


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRow:
    """Somebody whose name or handle may be unknown."""

    key: str
    handle: str | None
    name: str | None

    @property
    def label(self) -> str:
        """What they are called on a page."""
        return self.name or self.handle or self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow(NamedRow):
    """Somebody met as follower, friend or end of a tie (`models.Person`)."""

    id: int
    url: str | None
    bio: str | None
    links: list[str] | None
    verified_links: list[str] | None
    followers: int | None
    friends: int | None
    posts: int | None
    created_at: datetime | None
    active_at: datetime | None
    is_follower: bool
    is_friend: bool
    follower_since: datetime | None
    friend_since: datetime | None
    moved_to: str | None
    first_seen: datetime
    last_seen: datetime | None
    ties_at: datetime | None
    shared_followers: int | None
    common_friends: int | None
    n_followers: int | None
    n_friends: int | None
    community: int | None
    bio_language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTies:
    """Which ties of a person are told (`models.Person`)."""

    key: str
    ties_at: datetime | None
    asked_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRow(NamedRow):
    """A person in a graph that is downloaded; `degree`: with how many others they have a tie, None if not all told."""

    id: int
    followers: int | None
    friends: int | None
    community: int | None
    degree: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow(NamedRow):
    """A person who was gained or lost, or got another name (`models.Change`)."""

    id: int
    url: str | None
    moved_to: str | None
    relation: Relation | None
    change: Change
    reason: Reason | None
    former: str | None
    seen_at: datetime
    import_id: int
    is_follower: bool
    is_friend: bool
    first_seen: datetime
    last_seen: datetime | None

    @property
    def kind(self) -> str:
        """What happened, as `KINDS` names it."""
        return _KIND_OF[self.change, self.reason]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """A post to be read (`models.Post`)."""

    id: int
    created_at: datetime
    kind: Kind
    text: str
    url: str | None
    language: str | None
    label: str | None
    replies: int | None
    reposts: int | None
    likes: int | None
    quotes: int | None
    views: int | None
    negative: float | None
    neutral: float | None
    positive: float | None


Key = tuple[str, str]  # service, key


def known_relation(letter: str, *, mutual_ties: bool) -> str:
    """What somebody is to an account: where ties are mutual, each friend follows too."""
    return "m" if mutual_ties and letter == "i" else letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(NamedRow):
    """A follower or friend of one account, as one of those who are the same individual."""

    person_id: int
    account_id: int
    service: str
    url: str | None
    bio: str | None
    followers: int | None
    is_follower: bool
    is_friend: bool
    mutual_ties: bool  # of the account

    @property
    def relation(self) -> str:
        """What they are to the account: f (follower), i (friend), m (mutual)."""
        letter = ("m" if self.is_follower else "i") if self.is_friend else "f"
        return known_relation(letter, mutual_ties=self.mutual_ties)

    @property
    def service_key(self) -> Key:
        """By what pairs and decisions name somebody."""
        return self.service, self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Individual(NamedRow):
    """Somebody who is a follower or friend of any of a user's accounts; `pattern` says of which (individuals.py)."""

    id: int
    followers: int | None
    pattern: str
    members: list[Member]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two people who are, or may be, the same, and what speaks for and against it, in nats (`models.IdentityPair`)."""

    left: Key
    right: Key
    probability: float
    certain: bool
    evidence: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Two people of whom the user is asked whether they are the same."""

    left: Member
    right: Member
    probability: float
    evidence: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the user said of two people; a member is None where nobody of that key is a follower or friend now."""

    left: Key
    right: Key
    same: bool
    decided_at: datetime
    left_member: Member | None
    right_member: Member | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRow:
    """Somebody who signs in (`models.User`), without the password's hash."""

    id: int
    name: str
    email: str | None
    email_changed_at: datetime | None
    time_zone: str
    theme: str
    is_demo: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A signed-in browser (`models.UserSession`)."""

    id: str
    device: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRow:
    """A link by which anybody sees a page of a user (`models.Share`), without its token."""

    id: int
    account_id: int | None  # None: the counts of the cross-check
    period: str
    names: bool
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedRow(ShareRow):
    """The same, for who opens the link: whose it is, and on which calendar its days are."""

    owner_id: int
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorRow:
    """What a user needs beside the password (`models.SecondFactor`), without its secrets."""

    confirmed_at: datetime | None
    recovery_codes: int  # that are left


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyMailRow:
    """Where a user's weekly e-mail goes (`models.WeeklyMail`)."""

    owner_id: int
    time_zone: str  # the user's
    address: str
    asked_at: datetime
    confirmed_at: datetime | None
    due_at: datetime | None
    sent_at: datetime | None
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRow:
    """An account at a service that signs a user in (`models.Identity`)."""

    service: str
    host: str
    uid: str
    handle: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRow:
    """An authorisation that a user gave at a service (`models.Connection`), without its token."""

    id: int
    service: str
    host: str
    uid: str
    handle: str
    expires_at: datetime | None
    broken: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """This application as a server knows it (`models.Instance`)."""

    client_id: str
    client_secret: str = field(repr=False)
    scopes: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """The account to which stored rows belong."""

    id: int
    service: str
    handle: str


@dataclass(frozen=True, slots=True)
class StoredRows:
    """How many rows of a table are about a user; `account` is None for the user's own."""

    table: str
    account: StoredAccount | None
    rows: int


@dataclass(frozen=True, slots=True)
class Usage:
    """How much a user has."""

    accounts: int
    posts: int
    people: int  # of all accounts; somebody on two of them counts twice
    ties: int
    upload_bytes: int  # of uploads that wait, as they are kept


@dataclass(frozen=True, slots=True)
class UserUsage:
    """The same with whose it is, and how many links show a page of theirs."""

    id: int
    name: str
    usage: Usage
    shares: int
