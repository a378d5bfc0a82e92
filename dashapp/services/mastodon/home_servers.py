"""The second pass: whom people follow, as their own servers tell without signing in, one server after the other.

Each server has its own limits and its own troubles. One that asks to wait is asked again when all others are read, and
so is one that stopped answering; one that never answered, or that tells strangers nothing, is left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from ..errors import NotFoundError, RateLimitedError, ServiceError, UnavailableError
from ..files.json_stream import parsed_object
from ..files.values import as_dict, count
from ..net.client import Client
from ..net.ssrf import host_name, instance_url
from ..paging import Paging, Part, ReadingPlan, Reason
from ..reading import Access
from ..records import Batch, Person, Tie
from .api_records import entries, following, ident, key_in, limit

PAGE = 80
MOST_FOLLOWS = 5_000  # of one person
PERSONS, CALLS = 10, 40  # in a step
REFUSALS = 6  # in a row: a server that asks to wait and tells nothing between
TROUBLES = 3  # in a row, of a server that has answered before
STEP = "ties from the people's own servers"
NOTES = {
    "closed": "People whose servers do not tell strangers whom they follow, or did not answer: {n:,}.",
    "many": "People who follow more than {most:,} others, whose ties are not read: {n:,}.",
    "gone": "People who hide whom they follow, or are gone from their servers: {n:,}.",
    "partly": "People whose servers do not tell in full whom they follow: {n:,}.",
}
#: suspended persons stay in counts
FOLLOWS = Part(name="follows", size=PAGE, people=True, most_pages=200, most_records=MOST_FOLLOWS, tolerance=0.1)
PLAN = ReadingPlan(parts=(replace(FOLLOWS, hidden_if_empty=True),), sentences={})
WHY = {Reason.TOO_LONG: "many", Reason.HIDDEN: "gone"}  # and partly for any other reason

Outcome = Literal["on", "limited", "trouble"]


def notes(kept: Mapping[str, Any]) -> list[str]:
    """What this pass could not read."""
    return [text.format(n=kept[name], most=MOST_FOLLOWS) for name, text in NOTES.items() if kept.get(name)]


@dataclass(slots=True)
class ServerQueue:
    """Persons of one server who wait to be asked about, by their numbers in the order."""

    start: int
    end: int
    refusals: int = 0  # in a row
    troubles: int = 0  # in a row
    has_answered: bool = False  # whether the server has ever answered


@dataclass(frozen=True, slots=True)
class Follows:
    """Whom somebody follows, or why that is not told: a name in `NOTES`."""

    targets: Sequence[str] = ()
    why: str = ""


class HomeServers:
    """Asks them. `kept` is this pass's part of the cursor: numbers of persons, ordered by their servers."""

    def __init__(self, access: Access, kept: dict[str, Any], *, own: str) -> None:
        self._access, self._kept, self._own = access, kept, own
        start: dict[str, Any] = {"at": 0, "now": None, "later": [], **dict.fromkeys(NOTES, 0)}
        kept.update(start | kept)
        self._clients: dict[str, Client] = {}
        self._order: list[Person] = []
        self._fresh: Collection[str] = ()
        self._until: datetime | None = None

    def read(self, people: Sequence[Person], fresh: Collection[str]) -> Iterator[Batch]:
        """Everybody who is not `fresh`, a few a step. Raises `RateLimitedError` when only waiting servers are left."""
        self._order, self._fresh = _ordered(people), fresh
        while (queue := self._begun()) is not None:
            yield from self._steps(queue)
        later = self._kept["later"]
        while later:
            self._until, outcomes = None, set[Outcome]()
            for _ in range(len(later)):
                outcomes.add((yield from self._steps(ServerQueue(*later.pop(0)))))
            if outcomes == {"limited"} and self._until is not None:
                raise RateLimitedError("The servers of these people take no more calls for now.", self._until)

    def _begun(self) -> ServerQueue | None:
        """Where reading stands: among the persons of a server, or at the beginning of the next server's."""
        kept, order = self._kept, self._order
        if kept["now"]:
            return ServerQueue(*kept["now"])
        if kept["at"] >= len(order):
            return None
        start = kept["at"]
        host = home_of(order[start])
        kept["at"] = next((n for n in range(start, len(order)) if home_of(order[n]) != host), len(order))
        return ServerQueue(start, kept["at"])

    def _steps(self, queue: ServerQueue) -> Generator[Batch, None, Outcome]:
        """Persons of one server until its end, or until it has to be put aside: why it is, if it told nothing."""
        first = queue.start
        outcome: Outcome = "on"
        while queue.start < queue.end and outcome == "on":
            batch, before = Batch(step=STEP), replace(queue)
            outcome = self._work(queue, batch)
            over = queue.start >= queue.end
            self._kept["now"] = list(astuple(queue)) if outcome == "on" and not over else None
            if outcome != "on" and not over:
                self._kept["later"].append(list(astuple(queue)))
            if queue != before:
                yield self._measured(batch)
        self._kept["now"] = None
        return outcome if queue.start == first else "on"

    def _measured(self, batch: Batch) -> Batch:
        now = [self._kept["now"]] if self._kept["now"] else []
        left = sum(end - start for start, end, *_ in [*now, *self._kept["later"]])
        return replace(batch, done=self._kept["at"] - left, total=len(self._order))

    # -- one server

    def _work(self, queue: ServerQueue, batch: Batch) -> Outcome:
        """Asks about the next persons, as many as fit into a step."""
        host = home_of(self._order[queue.start])
        asked, calls = 0, self._calls(host)
        while queue.start < queue.end and asked < PERSONS and self._calls(host) - calls < CALLS:
            person = self._order[queue.start]
            if person.key in self._fresh:
                queue.start += 1
                continue
            asked += 1
            outcome = self._person(person, host, queue, batch)
            if outcome != "on":
                return outcome
        return "on"

    def _calls(self, host: str) -> int:
        return self._clients[host].calls if host in self._clients else 0

    def _person(self, person: Person, host: str, queue: ServerQueue, batch: Batch) -> Outcome:
        calls = self._calls(host)
        try:
            follows = self._follows(person, host)
        except RateLimitedError as error:
            self._until = min(error.until, self._until or error.until)
            return self._refused(queue, called=self._calls(host) > calls)
        except UnavailableError:
            return self._troubled(queue)
        except ServiceError as error:
            if not knows_people(error):
                return self._close(queue)
            follows = Follows(why="gone")
        queue.start, queue.refusals, queue.troubles = queue.start + 1, 0, 0
        queue.has_answered |= self._calls(host) > calls
        self._add(person, follows, batch)
        return "on"

    def _refused(self, queue: ServerQueue, *, called: bool) -> Outcome:
        """Aside, until the server takes calls again; a wait that was known before is no refusal."""
        queue.refusals += called
        return self._close(queue) if queue.refusals > REFUSALS else "limited"

    def _troubled(self, queue: ServerQueue) -> Outcome:
        """A server that never answered is left alone; another is put aside, and then loses person after person."""
        queue.troubles += 1
        if not queue.has_answered or queue.troubles > TROUBLES:
            return self._close(queue)
        if queue.troubles == 1:
            return "trouble"
        queue.start += 1
        self._kept["closed"] += 1
        return "on"

    def _close(self, queue: ServerQueue) -> Outcome:
        unread = [person for person in self._order[queue.start : queue.end] if person.key not in self._fresh]
        self._kept["closed"] += len(unread)
        queue.start = queue.end
        return "on"

    # -- one person

    def _add(self, person: Person, follows: Follows, batch: Batch) -> None:
        if follows.why:
            self._kept[follows.why] += 1
            return
        targets = (target for target in dict.fromkeys(follows.targets) if target not in (person.key, self._own))
        batch.ties.extend(Tie(person.key, target) for target in targets)
        batch.ties_of.append(person.key)

    def _follows(self, person: Person, host: str) -> Follows:
        """As the server tells it. An empty list of somebody who follows people, or may follow some, is hidden."""
        if (person.friends or 0) > MOST_FOLLOWS:
            return Follows(why="many")
        client, domain = self._client(host), person.key.rpartition("@")[2]
        user = (person.handle or person.key).partition("@")[0]
        account = as_dict(client.get("api/v1/accounts/lookup", {"acct": user}, tries=1).json())
        number, name = count(account.get("following_count")), ident(account.get("id"))
        if not name or key_in(account, domain) != person.key or account.get("suspended") is True:
            return Follows(why="gone")
        if (number or 0) > MOST_FOLLOWS:
            return Follows(why="many")
        return _following(client, f"api/v1/accounts/{name}/following", domain, number)

    def _client(self, host: str) -> Client:
        """That of the server at hand; others are let go."""
        if host not in self._clients:
            for client in self._clients.values():
                client.close()
            base = instance_url(host_name(host), self._access.settings["PRIVATE_HOSTS"])
            self._clients = {host: self._access.client(base, name=host, limit=limit, guarded=True)}
        return self._clients[host]


def _following(client: Client, path: str, domain: str, number: int | None) -> Follows:
    """All pages; as far as they go they are of no use, for what is missing would look as if it had ended."""
    targets: dict[str, None] = {}
    paging = Paging(PLAN, {})
    progress = paging.progress[FOLLOWS.name]
    progress.count = number
    while paging.next() is not None:
        response = client.get(f"{path}?{progress.next or f'limit={PAGE}'}", tries=1)
        accounts = entries(response)
        keys = [key_in(each, domain) for each in accounts]
        targets |= dict.fromkeys(filter(None, keys))
        read = len(targets) - progress.read
        is_all = not read and number is not None and len(targets) >= number  # counts alone may lag
        behind = following(response, accounts, PAGE, is_all=is_all)
        paging.turn(FOLLOWS.name, len(accounts), behind, read=read, unreadable=keys.count(None))
    gaps = paging.gaps(FOLLOWS.name)
    return Follows(why=WHY.get(gaps[0], "partly")) if gaps else Follows(list(targets))


def home_of(person: Person) -> str:
    """The host of somebody's server: that of the profile's page, for the domain of the handle may be another."""
    try:
        host = urlsplit(person.url or "").netloc
    except ValueError:
        host = ""
    return host.lower() or person.key.rpartition("@")[2]


def _ordered(people: Sequence[Person]) -> list[Person]:
    """By server, the ones with most people first: they tell most, and are the first to ask for a wait."""
    sizes = Counter(map(home_of, people))
    return sorted(people, key=lambda person: (-sizes[home_of(person)], home_of(person)))


def knows_people(error: ServiceError) -> bool:
    """Whether it is a server of this kind that does not know somebody: others lack the whole address."""
    return isinstance(error, NotFoundError) and isinstance(parsed_object(error.body).get("error"), str)
