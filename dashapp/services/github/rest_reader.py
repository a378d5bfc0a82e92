"""Reads an account of GitHub without a token, by REST: what sixty calls an hour allow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from ..errors import NotFoundError, ResponseError, UnavailableError, UnusableError
from ..files.values import as_dict, count, link
from ..net.client import Client
from ..paging import BROKEN, SENTENCES, Listed, Paging, Part, ReadingPlan, Reason, read_since
from ..reading import Coverage, Cursor, Known, Reader, Step, Target
from ..records import Batch, Person, Profile, Skipped, Whereabouts
from ..whereabouts import asked_singly
from . import api_records
from .api_records import listed
from .graphql import NO_ACCOUNT
from .queries import LISTS

PAGE = 100
MISSING = 10  # people about whom it is asked what became of them: each takes a call
SEARCHES = {"issues": "is:issue", "pulls": "is:pull-request"}  # GitHub refuses to search for both at once
HANDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[bot\])?")
NO_TIES = (
    "Read without signing in at GitHub, which then tells neither how many followers these people have nor whom they "
    "follow. Connect the account to read that."
)
ONLY_ISSUES = "Only issues and pull requests are read without signing in at GitHub, the newest thousand of each."
HIDDEN = "This account hides what it does at GitHub: its issues and pull requests are not told."
SO_FAR = "{n:,} {name} read so far."
CUT = "Only {n:,} {name} could be read: nobody is counted as lost."
UNSEARCHED = (
    "GitHub's search broke off before it had found all: issues and pull requests may be missing until the next reading."
)
PLAN = ReadingPlan(
    parts=(
        *(Part(name=name, size=PAGE, people=True, most_pages=100) for name in LISTS),
        *(Part(name=name, size=PAGE, most_pages=10) for name in SEARCHES),  # no search tells more than a thousand
    ),
    first_look=tuple(SEARCHES),
    sentences=SENTENCES
    | {Reason.UNREAD: SO_FAR}
    | dict.fromkeys((*BROKEN, Reason.BROKEN_OFF, Reason.TOO_LONG, Reason.INCOMPLETE, Reason.UNREADABLE), CUT)
    | {Reason.SHORT: CUT},
)


class PublicReader(Reader):
    """One account, by its handle. A part's cursor is the number of its next page."""

    service: ClassVar[str] = "github"

    def __init__(self, target: Target, client: Client) -> None:
        self._client, self._key, self._login = client, target.key, target.handle.strip().lstrip("@")
        self._found: Profile | None = None
        self._listed = Listed()

    def profile(self) -> Profile:
        """The account, also when it has another handle by now."""
        self._found = profile = self._profile()
        self._login, self._key = profile.handle, profile.key
        return profile

    def _profile(self) -> Profile:
        try:
            value = self._client.get(self._path()).json()
        except NotFoundError as error:
            if not self._key:
                raise NotFoundError(NO_ACCOUNT, error.status) from error
        else:
            if not self._key or self._key == str(count(as_dict(value).get("id"))):
                return api_records.public_profile(value)
        return api_records.public_profile(self._client.get(f"user/{self._key}").json())

    def _path(self) -> str:
        if not HANDLE.fullmatch(self._login):  # it would be another address
            raise NotFoundError(NO_ACCOUNT, 404)
        return f"users/{self._login}"

    def read(self, cursor: Cursor, known: Known) -> Iterator[Step]:
        """The newest posts, then the lists, then the rest of the posts: searching has a limit of its own."""
        paging = Paging(PLAN, cursor)
        if not paging.calls:
            profile = self._found or self.profile()
            for name in LISTS:
                paging.progress[name].count = getattr(profile, name)
        self._listed = paging.listed(known)
        while (part := paging.next()) is not None:
            batch = paging.measured(self._batch(part, paging, known), len(paging.unfinished()))
            show = paging.is_first_look(more=paging.next() is not None)
            yield Step(batch=batch, cursor=paging.cursor(), show=show)

    def _batch(self, part: str, paging: Paging, known: Known) -> Batch:
        """The next page; what does not come costs only itself."""
        if part not in LISTS:
            return self._posts([part] if paging.has_begun() else list(SEARCHES), paging, known)
        try:
            return self._people(part, paging)
        except UnavailableError as error:
            number = int(paging.progress[part].next or "1")
            is_last = number * PAGE >= (paging.progress[part].count or 0)
            paging.miss(part, error, self._profile, following="" if is_last else f"{number + 1}")
            return Batch(step=part)

    def _page(self, path: str, part: str, paging: Paging, **params: str) -> tuple[Any, str | None]:
        """What the next page of a part holds, and the number of the one behind it."""
        number = paging.progress[part].next or "1"
        response = self._client.get(path, {**params, "per_page": PAGE, "page": number})
        return response.json(), f"{int(number) + 1}" if response.next() is not None else None

    # -- posts

    def _posts(self, parts: Iterable[str], paging: Paging, known: Known) -> Batch:
        """A page of each kind."""
        batch = Batch(step="posts")
        for part in parts:
            try:
                self._search(part, paging, known, batch)
            except UnavailableError as error:
                paging.miss(part, error, self._profile)
        return batch

    def _search(self, part: str, paging: Paging, known: Known, batch: Batch) -> None:
        query = f"author:{self._login} {SEARCHES[part]}"
        try:
            value, following = self._page("search/issues", part, paging, q=query, sort="created", order="desc")
        except ResponseError:  # 422: the account hides what it does
            paging.stop(part, Reason.REFUSED)
            return
        items = listed(as_dict(value).get("items"))
        posts, skipped = len(batch.posts), len(batch.skipped)
        for item in items:
            try:
                batch.posts.append(api_records.public_post(item))
            except UnusableError as why:
                batch.skipped.append(Skipped(f"{part} {link(as_dict(item).get('html_url')) or ''}".strip(), str(why)))
        oldest = min((post.created_at for post in batch.posts[posts:]), default=None)
        unreadable, since = len(batch.skipped) - skipped, read_since(oldest, known)
        incomplete = as_dict(value).get("incomplete_results") is True
        paging.turn(part, len(items), following, unreadable=unreadable, incomplete=incomplete, since=since)

    # -- people

    def _people(self, relation: str, paging: Paging) -> Batch:
        value, following = self._page(f"{self._path()}/{LISTS[relation]}", relation, paging)
        items, batch = listed(value), Batch(step=relation)
        for item in items:
            try:
                person = api_records.public_person(relation, item)
            except UnusableError as why:
                batch.skipped.append(Skipped(relation, str(why)))
                continue
            if self._listed.add(relation, person.key):
                batch.people.append(person)
        read, unreadable = len(batch.people), len(batch.skipped)
        paging.turn(relation, len(items), following, read=read, unreadable=unreadable)
        return batch

    def coverage(self, cursor: Cursor) -> Coverage:
        """Lists that were read to their end; posts never are."""
        paging = Paging(PLAN, cursor)
        is_hidden = any(paging.progress[name].stopped is Reason.REFUSED for name in SEARCHES)
        unsearched = any(set(paging.gaps(name)) & {Reason.INCOMPLETE, Reason.BROKEN_OFF} for name in SEARCHES)
        notes = [NO_TIES, HIDDEN if is_hidden else ONLY_ISSUES, *[UNSEARCHED] * unsearched, *paging.notes(LISTS)]
        return Coverage(complete=paging.complete().intersection(LISTS), notes=tuple(notes))

    def whereabouts(self, people: Sequence[Person]) -> Iterator[Whereabouts]:
        """By their number, which outlives a new handle."""
        return whereabouts(self._client, people, own=self._key, most=MISSING)


def whereabouts(client: Client, people: Sequence[Person], *, own: str, most: int) -> Iterator[Whereabouts]:
    """Deleted, suspended and hidden people are gone: GitHub knows only one answer for them."""

    def ask(person: Person) -> Whereabouts | None:
        found = count(as_dict(client.get(f"user/{person.key}").json()).get("id"))
        return Whereabouts(person.key, "there") if str(found) == person.key else None

    return asked_singly([person for person in people if person.key.isdecimal()], ask, own=own, most=most)
