"""The tables. Persons, posts and ties belong to one account of one user: nothing is shared, deletion is one cascade."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from .extensions import Base


class UTCDateTime(TypeDecorator[datetime]):
    """Aware datetimes in UTC; SQLite keeps them without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """To the database: in UTC."""
        return value if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """From the database: aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")
Id = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=True)]
When = Annotated[datetime, mapped_column(UTCDateTime)]
MaybeWhen = Annotated[datetime | None, mapped_column(UTCDateTime)]
Count = Annotated[int | None, mapped_column(BigInteger)]
MaybeTexts = Annotated[list[str] | None, mapped_column(JSON(none_as_null=True))]
OfUser = Annotated[int, mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), index=True)]
OfAccount = Annotated[int, mapped_column(BigId, ForeignKey("accounts.id", ondelete="CASCADE"))]


class User(Base):
    """Somebody who signs in, by a name that nobody else has in any spelling (`store.users.name_key`)."""

    __tablename__ = "users"
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(300))
    name_key: Mapped[str] = mapped_column(String(300), index=True, unique=True)
    email: Mapped[str | None] = mapped_column(String(254))  # confirmed: a new password may be sent there
    email_key: Mapped[str | None] = mapped_column(String(254), index=True, unique=True)
    email_changed_at: Mapped[MaybeWhen]  # confirmed or forgotten: no link that was sent before counts any more
    password_hash: Mapped[str] = mapped_column(String(200))
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    theme: Mapped[str] = mapped_column(String(8), default="auto")
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[When]


class UserSession(Base):
    """A signed-in browser. The cookie holds the token, the table only its hash: deleting the row signs out."""

    __tablename__ = "user_sessions"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[OfUser]
    device: Mapped[str] = mapped_column(String(60))  # browser and system in words, as it says; empty: it does not
    created_at: Mapped[When]
    seen_at: Mapped[When]  # to the day
    expires_at: Mapped[When]


class SecondFactor(Base):
    """What a user needs beside the password: codes of an application that shares a secret, or one of a list."""

    __tablename__ = "second_factors"
    owner_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)  # encrypted
    confirmed_at: Mapped[MaybeWhen]  # nothing is asked for before the first code
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)  # of the newest code that was taken: none twice
    recovery_hashes: Mapped[list[str]] = mapped_column(JSON, default=list)  # of the codes that are left


class WeeklyMail(Base):
    """Where a user's weekly e-mail goes. Nothing is due before the address is confirmed."""

    __tablename__ = "weekly_mails"
    owner_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    asked_at: Mapped[When]
    confirmed_at: Mapped[MaybeWhen]
    due_at: Mapped[MaybeWhen] = mapped_column(index=True)  # put ahead before a mail is sent: who does so sends it
    sent_at: Mapped[MaybeWhen]
    tries: Mapped[int] = mapped_column(default=0)  # that failed, of the mail that is due


class Identity(Base):
    """An account at a service that signs a user in. Never an address: a service may let anybody claim one."""

    __tablename__ = "identities"
    service: Mapped[str] = mapped_column(String(20), primary_key=True)
    host: Mapped[str] = mapped_column(String(300), primary_key=True)  # the instance; empty where there is one
    uid: Mapped[str] = mapped_column(String(300), primary_key=True)
    user_id: Mapped[OfUser]
    handle: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[When]


class Connection(Base):
    """An authorisation that a user gave at a service. The token is encrypted (store/connections.py)."""

    __tablename__ = "connections"
    __table_args__ = (UniqueConstraint("owner_id", "service", "host", "uid"),)
    id: Mapped[Id]
    owner_id: Mapped[OfUser]
    service: Mapped[str] = mapped_column(String(20))
    host: Mapped[str] = mapped_column(String(300), default="")
    uid: Mapped[str] = mapped_column(String(300))
    handle: Mapped[str] = mapped_column(String(300))
    token: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[MaybeWhen]
    refreshing_until: Mapped[MaybeWhen]  # somebody is renewing the token: one at a time
    broken: Mapped[bool] = mapped_column(default=False)  # the service does not take it any more: connect again
    created_at: Mapped[When]


class Instance(Base):
    """This application as it registered itself at a server that a user named. The secret is encrypted."""

    __tablename__ = "instances"
    host: Mapped[str] = mapped_column(String(300), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(300))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    scopes: Mapped[str] = mapped_column(String(300))
    redirect_uri: Mapped[str] = mapped_column(String(600))
    created_at: Mapped[When]


class Cooldown(Base):
    """No call to that host (and with that token) before `until`: it said so, or it is in trouble."""

    __tablename__ = "waits"
    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    until: Mapped[When]


class StoredPreview(Base):
    """What a look-up without an account told, kept for a while for whoever asks the same. Holds no post."""

    __tablename__ = "lookups"
    key: Mapped[str] = mapped_column(String(400), primary_key=True)  # service and handle
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    expires_at: Mapped[When] = mapped_column(index=True)


class Account(Base):
    """A social account that a user looks at."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("owner_id", "service", "key"),)
    id: Mapped[Id]
    owner_id: Mapped[OfUser] = mapped_column(nullable=True)  # NULL: deleted, though not all its rows are yet
    service: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(300))
    handle: Mapped[str] = mapped_column(String(300))
    name: Mapped[str | None] = mapped_column(String(300))
    url: Mapped[str | None] = mapped_column(String(600))
    bio: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(20))  # how it came: "x", "mastodon", "csv", "demo"
    mutual_ties: Mapped[bool] = mapped_column(default=False)  # a tie stands for both directions
    followers: Mapped[Count]  # the service's own counts
    friends: Mapped[Count]
    posts: Mapped[Count]
    created_at: Mapped[MaybeWhen]
    data_at: Mapped[MaybeWhen]  # when the data was made, else its files, else when it was imported
    as_of: Mapped[MaybeWhen]  # when the data was made, if that is known (store/data_time.py): periods end there
    files_at: Mapped[MaybeWhen]  # when the files in its zip or tar were written
    lists_at: Mapped[MaybeWhen]  # when the data of its followers and friends was made, else imported
    notes: Mapped[list[str]] = mapped_column(JSON, default=list)  # what the source left out, in sentences
    lists: Mapped[list[str]] = mapped_column(JSON, default=list)  # lists ever read in full
    host: Mapped[str] = mapped_column(String(300), default="")  # the instance, where there are several
    connection_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("connections.id", ondelete="SET NULL"), index=True
    )
    options: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # what the user chose for live reading
    refresh_at: Mapped[MaybeWhen] = mapped_column(index=True)  # when it is read again; NULL: not by itself
    posts_until: Mapped[MaybeWhen]  # all older posts were read from the service
    posts_read_at: Mapped[MaybeWhen]  # when all of them were last read, not only the newest
    spent: Mapped[int] = mapped_column(BigInteger, default=0)  # thousandths of a dollar that reading has cost
    analysed_at: Mapped[MaybeWhen]
    analysis_version: Mapped[int | None]  # of the analysis that made the results, or is queued to make them anew


class Post(Base):
    """One post of an account; a count is NULL where the service does not tell."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        Index(None, "account_id", "created_at"),
        Index(None, "account_id", "reply_to"),
    )
    id: Mapped[Id]
    account_id: Mapped[OfAccount]
    key: Mapped[str] = mapped_column(String(300))
    reply_to: Mapped[str | None] = mapped_column(String(300))  # key of the post that it answers
    audience: Mapped[str | None] = mapped_column(String(10))  # everybody, followers; NULL: never taken for gone
    created_at: Mapped[When]
    kind: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str | None] = mapped_column(String(600))
    language: Mapped[str | None] = mapped_column(String(16))  # as the service says
    replies: Mapped[Count]
    reposts: Mapped[Count]
    likes: Mapped[Count]
    quotes: Mapped[Count]
    views: Mapped[Count]
    told_at: Mapped[MaybeWhen]  # when the newest data was made that has it
    counted_at: Mapped[MaybeWhen]  # the same, of data that tells the replies
    assessed: Mapped[bool] = mapped_column(default=False)
    label: Mapped[str | None] = mapped_column(String(8))  # NULL: not assessed, or not assessable
    negative: Mapped[float | None] = mapped_column(Float)
    neutral: Mapped[float | None] = mapped_column(Float)
    positive: Mapped[float | None] = mapped_column(Float)
    assessed_language: Mapped[str | None] = mapped_column(String(16))


class Person(Base):
    """Somebody met as follower, friend or end of a tie of one account."""

    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        Index(None, "account_id", "pattern"),
        Index(None, "account_id", "sort_name", "key"),
    )
    id: Mapped[Id]
    account_id: Mapped[OfAccount]
    key: Mapped[str] = mapped_column(String(300))
    handle: Mapped[str | None] = mapped_column(String(300))
    name: Mapped[str | None] = mapped_column(String(300))
    url: Mapped[str | None] = mapped_column(String(600))
    bio: Mapped[str | None] = mapped_column(Text)  # empty: they have none
    links: Mapped[MaybeTexts]  # addresses that they name as theirs
    verified_links: Mapped[MaybeTexts]  # those of them that the service verified
    followers: Mapped[Count]  # the service's own counts
    friends: Mapped[Count]
    posts: Mapped[Count]
    created_at: Mapped[MaybeWhen]  # when their account began, as the service tells
    active_at: Mapped[MaybeWhen]  # when they last posted, as the service tells
    is_follower: Mapped[bool] = mapped_column(default=False)
    is_friend: Mapped[bool] = mapped_column(default=False)
    follower_since: Mapped[MaybeWhen]  # as the service tells
    friend_since: Mapped[MaybeWhen]
    moved_to: Mapped[str | None] = mapped_column(String(300))  # the key of the account that they use now
    first_seen: Mapped[When]  # time of the data in which they first stood
    last_seen: Mapped[MaybeWhen]  # the same, last on a list
    ties_at: Mapped[MaybeWhen]  # when it was last told in full whom of the account's people they follow
    asked_since: Mapped[MaybeWhen]  # follows told since then say whether they go to this person; NULL: none do
    shared_followers: Mapped[Count]  # results of the analysis
    common_friends: Mapped[Count]
    n_followers: Mapped[Count]  # within the data
    n_friends: Mapped[Count]
    community: Mapped[Count]
    bio_language: Mapped[str | None] = mapped_column(String(16))
    bio_words: Mapped[str | None] = mapped_column(Text)  # those that charts show, a space around each
    individual: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("people.id", ondelete="SET NULL"), index=True
    )  # who they are in the account of all services; NULL: not compared yet
    pattern: Mapped[str | None] = mapped_column(Text)  # of these: where they are (store/individuals.py)
    sort_name: Mapped[str | None] = mapped_column(Text)  # of these: by what their table is sorted at first


class Ties(Base):
    """`n` ties, by who follows: those of `first` and of some who come after (store/ties.py)."""

    __tablename__ = "ties"
    account_id: Mapped[OfAccount] = mapped_column(primary_key=True)
    first: Mapped[int] = mapped_column(BigId, primary_key=True)
    n: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Change(Base):
    """Who was gained or lost by which import, or got another name."""

    __tablename__ = "changes"
    __table_args__ = (Index(None, "account_id", "seen_at"),)
    id: Mapped[Id]
    account_id: Mapped[OfAccount]
    import_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people.id", ondelete="CASCADE"), index=True)
    relation: Mapped[str | None] = mapped_column(String(8))  # follower, friend; NULL: of the person as such
    change: Mapped[str] = mapped_column(String(8))  # gained, lost, moved, renamed
    reason: Mapped[str | None] = mapped_column(String(10))  # returned; unfollowed, gone, moved; NULL: new, not told
    former: Mapped[str | None] = mapped_column(String(300))  # the key before they moved, the handle before another
    seen_at: Mapped[When]


class Snapshot(Base):
    """Counts of an account, as data of that time told them."""

    __tablename__ = "snapshots"
    account_id: Mapped[OfAccount] = mapped_column(primary_key=True)
    at: Mapped[When] = mapped_column(primary_key=True)
    followers: Mapped[Count]
    friends: Mapped[Count]
    posts: Mapped[Count]
    followers_compared: Mapped[bool] = mapped_column(default=False)  # whole lists: who is no change stayed
    friends_compared: Mapped[bool] = mapped_column(default=False)


class Result(Base):
    """A small frame that an analysis stored and a page reads."""

    __tablename__ = "results"
    account_id: Mapped[OfAccount] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int | None]  # of the analysis
    frame: Mapped[bytes] = mapped_column(LargeBinary)


class Share(Base):
    """A link by which anybody sees a page of a user. The link holds the token, the table only its hash."""

    __tablename__ = "shares"
    id: Mapped[Id]
    owner_id: Mapped[OfUser]
    account_id: Mapped[int | None] = mapped_column(  # NULL: the counts of the cross-check
        BigId, ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    period: Mapped[str] = mapped_column(String(40))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    names: Mapped[bool]  # whether people are named
    created_at: Mapped[When]
    expires_at: Mapped[When]
    opened_at: Mapped[MaybeWhen]  # to the day


class IdentityPair(Base):
    """Two people of a user's accounts who are, or may be, the same; the smaller (service, key) is the left."""

    __tablename__ = "identity_pairs"
    __table_args__ = (
        Index(None, "owner_id", "right_service", "right_key"),
        Index(None, "owner_id", "probability"),
        {"sqlite_with_rowid": False},
    )
    owner_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    left_service: Mapped[str] = mapped_column(String(20), primary_key=True)
    left_key: Mapped[str] = mapped_column(String(300), primary_key=True)
    right_service: Mapped[str] = mapped_column(String(20), primary_key=True)
    right_key: Mapped[str] = mapped_column(String(300), primary_key=True)
    probability: Mapped[float] = mapped_column(Float)
    certain: Mapped[bool]  # taken without a question
    evidence: Mapped[dict[str, float]] = mapped_column(JSON)  # nats by code (analytics.identity.CODES)


class IdentityDecision(Base):
    """What a user said of two people; the smaller (service, key) is the left. Outlives imports and accounts."""

    __tablename__ = "identity_decisions"
    owner_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    left_service: Mapped[str] = mapped_column(String(20), primary_key=True)
    left_key: Mapped[str] = mapped_column(String(300), primary_key=True)
    right_service: Mapped[str] = mapped_column(String(20), primary_key=True)
    right_key: Mapped[str] = mapped_column(String(300), primary_key=True)
    same: Mapped[bool]  # else never the same
    decided_at: Mapped[When]


def first_lease() -> int:
    """Unlike others: SQLite gives a new import the number of a deleted one, whose holder must not take it for that."""
    return secrets.randbelow(2**30)


class Import(Base):
    """One run of reading an account. Its row is the truth: whoever holds the lease works, the next one goes on."""

    __tablename__ = "imports"
    id: Mapped[Id]
    owner_id: Mapped[OfUser]
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    export: Mapped[str] = mapped_column(String(20))  # which reader
    filename: Mapped[str] = mapped_column(String(300))
    options: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    files_at: Mapped[MaybeWhen]  # when the files in the upload's zip or tar were written
    state: Mapped[str] = mapped_column(String(10), index=True)  # receiving, columns, queued, running, done, failed
    step: Mapped[str] = mapped_column(String(80), default="")
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    share: Mapped[float] = mapped_column(Float, default=0.0)  # of the whole import, which never gets less
    batches: Mapped[int] = mapped_column(default=0)  # the cursor: so many batches are kept
    merged: Mapped[bool] = mapped_column(default=False)
    message: Mapped[str] = mapped_column(Text, default="")
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    lease: Mapped[int] = mapped_column(default=first_lease)  # its number: a former holder cannot write any more
    lease_until: Mapped[MaybeWhen]
    attempts: Mapped[int] = mapped_column(default=0)  # claims without a step forward
    live: Mapped[bool] = mapped_column(default=False)  # read from the service; the rest is for that
    connection_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("connections.id", ondelete="SET NULL"), index=True
    )
    profile: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # as read at the beginning
    cursor: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    calls: Mapped[int] = mapped_column(default=0)
    troubles: Mapped[int] = mapped_column(default=0)  # sleeps in a row because the service was in trouble
    wake_at: Mapped[MaybeWhen]  # sleeps until then
    started_at: Mapped[MaybeWhen]
    created_at: Mapped[When]
    finished_at: Mapped[MaybeWhen]


class ImportPart(Base):
    """A compressed piece of an uploaded entry, kept until the import ends."""

    __tablename__ = "import_parts"
    import_id: Mapped[int] = mapped_column(BigId, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    entry: Mapped[str] = mapped_column(String(300), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)  # before compression
    data: Mapped[bytes] = mapped_column(LargeBinary)


class ImportBatch(Base):
    """Records that were read and wait for the merge."""

    __tablename__ = "import_batches"
    import_id: Mapped[int] = mapped_column(BigId, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
