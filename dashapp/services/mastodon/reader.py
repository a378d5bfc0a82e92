"""Reads an account of any Mastodon server: posts, lists, and the ties that its server knows.

A server tells which of the account's friends follow a person, unless either hides that; and it knows of remote accounts
only what touches its own ones. So whom somebody follows it tells in full of its own people among the friends alone. The
rest the persons' own servers tell, in a second pass that the user has to ask for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from ..errors import (
    UNAUTHORIZED,
    DeniedError,
    NotFoundError,
    RateLimitedError,
    ResponseError,
    ServiceError,
    UnavailableError,
    UnusableError,
)
from ..files.values import as_dict, as_list, count, label, latest, link, moment
from ..net.client import Client
from ..net.response import Response
from ..net.ssrf import host_name, instance_url
from ..paging import Listed, Reason, check_answers, dump, load, read_since
from ..reading import Access, Coverage, Cursor, Known, Reader, Step, Target
from ..records import Batch, Person, Profile, Skipped, Tie, Whereabouts
from ..whereabouts import asked_singly
from . import webfinger
from .api_records import (
    ACCT,
    address,
    entries,
    following,
    ident,
    key_in,
    key_of,
    limit,
    person,
    post,
)
from .cursor import FAMILIAR, PEOPLE, PLAN, POSTS, MastodonCursor
from .home_servers import HomeServers, home_of, knows_people
from .texts import display_name, written
from .webfinger import ResolvedHandle

LISTS = {"followers": "followers", "friends": "following"}
#: people about whom it is asked what became of them; so many at their own servers
MISSING, MISSING_AT_HOME = 100, 20
COUNTS = {"posts": "statuses_count", "followers": "followers_count", "friends": "following_count"}
NO_ACCOUNT = "There is no account {handle} at {host}. Check how it is written, as in ada@example.social."
NO_SERVER = "{handle} names no server: write it with its server, as in ada@example.social."
SUSPENDED = "{host} has suspended the account {handle} and tells nothing of it any more."
CLOSED = "{host} tells strangers nothing of its accounts: sign in there to connect yours."
NO_RECORD = "{host} sends something that is no account. Try again later."


class MastodonReader(Reader):
    """One account. The cursor says who it is, where each part's next page begins, and what waits."""

    service: ClassVar[str] = "mastodon"

    def __init__(self, target: Target, access: Access) -> None:
        self._access, self._signed = access, access.token is not None
        self._user, self._domain = webfinger.split(target.handle)
        if not self._signed and not (self._user and (self._domain or target.host)):
            raise NotFoundError(NO_SERVER.format(handle=target.handle or "This"))
        self._host = host_name(target.host or self._domain)  # of the connection, else the one that the handle means
        self._home = target.options.get("home") == "1"
        self._passed_over = list(LISTS) if target.options.get("only") == "posts" else []  # for a quick look
        self._clients: dict[tuple[str, bool], Client] = {}
        self._account: dict[str, Any] | None = None
        self._met = Listed()
        self._key, self._asked_at_home = "", 0

    def _client(self, host: str, *, signed: bool = False) -> Client:
        """The token goes only to the server that gave it."""
        if (host, signed) not in self._clients:
            base = instance_url(host, self._access.settings["PRIVATE_HOSTS"])
            headers = {"Authorization": f"Bearer {self._access.token}"} if signed else {}
            made = self._access.client(base, name=host, limit=limit, headers=headers, guarded=True)
            self._clients[host, signed] = made
        return self._clients[host, signed]

    # -- the account

    def profile(self) -> Profile:
        """The account."""
        account = self._fetch_account()
        handle, key = self._names(account)
        return Profile(
            service=self.service,
            key=key,
            handle=handle,
            name=display_name(account, account.get("display_name")),
            url=link(account.get("url")),
            bio=written(account, account.get("note")) or None,
            followers=count(account.get("followers_count")),
            friends=count(account.get("following_count")),
            posts=count(account.get("statuses_count")),
            created_at=moment(account.get("created_at")),
            aliases=(f"{handle.partition('@')[0]}@{self._host}".lower(),),
        )

    def _names(self, account: dict[str, Any]) -> tuple[str, str]:
        """Handle and key."""
        handle = address(account, self._domain) or ""
        return handle, key_of(handle) or handle.lower()

    def _fetch_account(self) -> dict[str, Any]:
        """As the server tells it to the account itself, else to everybody; asked for once."""
        if self._account is None:
            account = self._own() if self._signed else self._public()
            if not ident(account.get("id")) or address(account, self._domain) is None:
                raise UnavailableError(NO_RECORD.format(host=self._host))
            if account.get("suspended") is True:
                raise NotFoundError(SUSPENDED.format(host=self._host, handle=self._names(account)[0]), 404)
            self._account = account
        return self._account

    def _own(self) -> dict[str, Any]:
        """Whose token it is. What stands in handles of its server need not be the server's name."""
        account = as_dict(self._client(self._host, signed=True).get("api/v1/accounts/verify_credentials").json())
        user = label(account.get("username")) or self._user
        if not self._domain:
            found = webfinger.find(self._client, user, self._host, tries=3) if user else None
            self._domain = found.domain if found and found.host == self._host else self._host
        return account

    def _public(self) -> dict[str, Any]:
        """The account that the handle means, at its server."""
        typed = f"{self._user}@{self._domain or self._host}"
        found = webfinger.find(self._client, self._user, self._domain or self._host)
        found = found or ResolvedHandle(self._user, host_name(self._domain or self._host), self._host)
        self._domain, self._host = found.domain, found.host
        client = self._client(found.host)
        try:
            account = as_dict(client.get("api/v1/accounts/lookup", {"acct": found.user}).json())
        except NotFoundError as error:
            raise NotFoundError(NO_ACCOUNT.format(handle=typed, host=found.host), error.status) from error
        except DeniedError as error:
            raise DeniedError(CLOSED.format(host=found.host), error.status) from error
        if (key_in(account, found.domain) or "").rpartition("@")[2] not in ("", found.domain):
            raise NotFoundError(NO_ACCOUNT.format(handle=typed, host=found.host), 404)
        return account

    # -- reading

    def read(self, cursor: Cursor, known: Known) -> Iterator[Step]:
        """A page of everything for the first look, then all of it, then, if wanted, the persons' own servers."""
        state = load(MastodonCursor, PLAN, cursor)
        if not state.id:
            self._begin(state)
        self._host, self._domain, self._key = state.host, state.domain, state.key
        self._met = state.paging.listed(known)
        while (part := state.next()) is not None:
            batch = state.paging.measured(self._batch(part, state, known), state.calls_left(signed=self._signed))
            show = state.paging.is_first_look(more=self._home or state.next() is not None)
            yield Step(batch=batch, cursor=dump(state), show=show)
        if self._home:
            yield from self._homes(state, known)
        elif self._signed and state.tells_ties():
            state.ties_said = True
            yield Step(batch=state.paging.measured(self._told(state, known), 0), cursor=dump(state))

    def _begin(self, state: MastodonCursor) -> None:
        account = self._fetch_account()
        state.id, state.key = ident(account["id"]), self._names(account)[1]
        state.host, state.domain = self._host, self._domain
        state.moved = key_in(account.get("moved"), self._domain) or ""
        for part, name in COUNTS.items():
            state.paging.progress[part].count = count(account.get(name))
        for part in self._passed_over:
            state.paging.stop(part, Reason.NOT_ASKED)

    def _batch(self, part: str, state: MastodonCursor, known: Known) -> Batch:
        """The next page. What the server refuses or fails to tell is not told; the rest may be."""
        try:
            if part == "posts":
                return self._posts(state, known)
            return self._familiar(state) if part == "ties" else self._people(part, state)
        except UnavailableError as error:
            if part == "ties":
                check_answers(lambda: self._ask_account(state))
                untold = state.take_familiar()
                state.pass_over(len(untold))
                return Batch(step=part, no_ties_to=[*untold.values()])
            state.paging.miss(part, error, lambda: self._ask_account(state))
            return Batch(step=part)
        except ResponseError as error:
            if error.status == UNAUTHORIZED and self._signed:
                raise
            state.refuse(part)
            if state.is_refused():
                raise
            return Batch(step=part)

    def _ask_account(self, state: MastodonCursor) -> Response:
        return self._client(self._host, signed=self._signed).get(f"api/v1/accounts/{state.id}")

    def _posts(self, state: MastodonCursor, known: Known) -> Batch:
        """A page of posts, the newest first; of an earlier import only the newest are read again."""
        response = self._page("posts", "statuses", POSTS, state)
        batch, statuses = Batch(step="posts"), entries(response)
        for status in statuses:
            try:
                found = post(status, state.id, latest=latest(None, {}))
            except UnusableError as why:
                batch.skipped.append(Skipped(f"post {ident(as_dict(status).get('id'))}".strip(), str(why)))
                continue
            if found is not None:
                batch.posts.append(found)
        newest = max((each.created_at for each in batch.posts), default=None)
        skipped, since = len(batch.skipped), read_since(newest, known)
        behind = following(response, statuses, POSTS)
        state.paging.turn("posts", len(statuses), behind, unreadable=skipped, since=since)
        return batch

    def _people(self, part: str, state: MastodonCursor) -> Batch:
        """A page of a list; who of the friends follow them is asked next. Servers tell some persons twice."""
        response = self._page(part, LISTS[part], PEOPLE, state)
        batch, flags = Batch(step=part), {"is_follower": part == "followers", "is_friend": part == "friends"}
        accounts = entries(response)
        for account in accounts:
            found = person(account, state.domain, **flags)
            if found is None:
                batch.skipped.append(Skipped(part, "it is not as Mastodon's accounts are"))
                continue
            if found.key not in self._met and self._signed:
                state.keep_familiar(ident(as_dict(account).get("id")), found.key)
            if self._met.add(part, found.key) and found.key != state.key:
                batch.people.append(found)
                self._note_hidden(as_dict(account), found, state, batch)
        read, skipped = len(batch.people), len(batch.skipped)
        progress = state.paging.progress[part]
        told = progress.read + progress.unreadable + read + skipped
        is_all = not read and progress.count is not None and told >= progress.count  # counts alone may lag
        behind = following(response, accounts, PEOPLE, is_all=is_all)
        state.paging.turn(part, len(accounts), behind, read=read, unreadable=skipped)
        return batch

    def _familiar(self, state: MastodonCursor) -> Batch:
        """Which friends follow each of the next persons. Servers before 3.5 do not tell."""
        asked, batch = dict(state.familiar[:FAMILIAR]), Batch(step="ties")
        untold = dict(asked)
        client = self._client(self._host, signed=True)
        response = client.get("api/v1/accounts/familiar_followers", {"id[]": list(asked)})
        state.take_familiar()
        for entry in map(as_dict, entries(response)):
            target = untold.pop(ident(entry.get("id")), None)
            friends = (key_in(each, state.domain) for each in as_list(entry.get("accounts")))
            ends = {friend for friend in friends if friend and target not in (None, friend)} - {state.key}
            batch.ties.extend(Tie(friend, str(target)) for friend in sorted(ends))
        batch.no_ties_to.extend(untold.values())
        return batch

    def _note_hidden(self, account: dict[str, Any], found: Person, state: MastodonCursor, batch: Batch) -> None:
        """Who hides their lists, or may do so: of them it is not told who follows them, nor whom they follow."""
        shows = account.get("hide_collections", True) in (None, False) and ident(account.get("id"))
        if shows or self._home or not self._signed:
            return
        batch.no_ties_to.append(found.key)
        if found.is_friend and _host_of(found.key) == _host_of(state.key):
            state.hiding.append(found.key)

    def _told(self, state: MastodonCursor, known: Known) -> Batch:
        """Friends at this server who hide nothing: it knows all that they follow."""
        friends = {each.key for each in known.people() if each.is_friend and _host_of(each.key) == _host_of(state.key)}
        return Batch(step="ties", ties_of=sorted(friends - set(state.hiding)))

    def _page(self, part: str, name: str, size: int, state: MastodonCursor) -> Response:
        """The next page."""
        query = state.paging.progress[part].next or f"limit={size}"
        client = self._client(self._host, signed=self._signed)
        return client.get(f"api/v1/accounts/{state.id}/{name}?{query}")

    def _homes(self, state: MastodonCursor, known: Known) -> Iterator[Step]:
        """Asks each person's own server whom they follow; of newcomers only those tell who are asked anew."""
        homes = HomeServers(self._access, state.homes, own=state.key)
        for batch in homes.read(known.people(), frozenset() if known.newcomers() else known.fresh):
            yield Step(batch=batch, cursor=dump(state))

    def coverage(self, cursor: Cursor) -> Coverage:
        """Lists that were read to their end and are not hidden."""
        return load(MastodonCursor, PLAN, cursor).coverage(signed=self._signed, home=self._home)

    # -- who is missing

    def whereabouts(self, people: Sequence[Person]) -> Iterator[Whereabouts]:
        """As the server knows them, else as their own does, for a server may have forgotten them."""
        addressed = [person for person in people if ACCT.fullmatch(person.key)]
        return asked_singly(addressed, self._look_for, own=self._key, most=MISSING)

    def _look_for(self, person: Person) -> Whereabouts | None:
        is_own = _host_of(person.key) == self._domain
        try:
            return _looked_up(self._client(self._host, signed=self._signed), person.key, self._domain)
        except NotFoundError as error:
            if not knows_people(error):
                return None
            if is_own:
                raise
        return self._look_at_home(person)

    def _look_at_home(self, person: Person) -> Whereabouts | None:
        """That one may be slow, closed or of another kind: then it is not told."""
        self._asked_at_home += 1
        if self._asked_at_home > MISSING_AT_HOME:
            return None
        try:
            return _looked_up(self._client(host_name(home_of(person))), person.key, _host_of(person.key), tries=1)
        except RateLimitedError:
            return None
        except ServiceError as error:
            return Whereabouts(person.key, "gone") if knows_people(error) else None


def _looked_up(client: Client, key: str, domain: str, *, tries: int | None = None) -> Whereabouts | None:
    """Somebody at a server of that domain, which knows its own people by their names alone."""
    address = key.removesuffix(f"@{domain}")
    account = as_dict(client.get("api/v1/accounts/lookup", {"acct": address}, tries=tries).json())
    if key_in(account, domain) != key:
        return None
    if account.get("suspended") is True:
        return Whereabouts(key, "gone")
    new = key_in(account.get("moved"), domain)
    return Whereabouts(key, "moved", new) if new else Whereabouts(key, "there")


def _host_of(key: str) -> str:
    return key.rpartition("@")[2]
