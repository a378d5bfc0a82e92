"""What the servers of a small fediverse know: their own people whole, others only as far as they touch these."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 1, 1, 8, 0, tzinfo=UTC)

Fault = Callable[[str], Any]  # the path of a call -> an answer instead of the true one, or None


@dataclass
class Human:
    """Somebody with an account."""

    user: str
    server: Server
    number: int
    follows: dict[str, None] = field(default_factory=dict)  # names, the oldest first
    statuses: list[dict[str, Any]] = field(default_factory=list)  # the oldest first, without those that were deleted
    written: int = 0  # with those
    hidden: bool = False  # the collections
    suspended: bool = False
    deleted: bool = False  # unknown everywhere
    limited: bool = False
    untold: bool = False  # counts are -1
    moved: str = ""
    more: dict[str, Any] = field(default_factory=dict)  # of the account's JSON, instead

    @property
    def key(self) -> str:
        """As every server but its own writes it."""
        return f"{self.user}@{self.server.domain}"


@dataclass
class Server:
    """One server; tests change it while it runs."""

    world: World
    domain: str  # what stands in handles; LOCAL_DOMAIN
    host: str = ""  # where it is; WEB_DOMAIN
    closed: bool = False  # tells strangers nothing
    foreign: bool = False  # does not speak Mastodon's language
    familiar: bool = True  # whether it is of version 3.5 or later
    limits: dict[str, int] = field(default_factory=lambda: {"all": 300, "paging": 300})
    told_limits: bool = True  # whether it says when a wait ends
    largest_page: int = 80
    fault: Fault = lambda path: None
    calls: Counter[str] = field(default_factory=Counter)
    used: Counter[str] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)
    links: bool = True  # whether it sends Link headers
    by_account: bool = False  # whether lists are paged by the ids of accounts
    links_to: str = ""  # the host that its Link headers name
    first_id: int = 0
    remembered: set[str] = field(default_factory=set)  # whom it has met

    def renew(self) -> None:
        """The windows of all limits begin anew."""
        self.used.clear()

    # -- what it knows

    def ident(self, user: str) -> str:
        """An account's id: each server has its own."""
        return str(self.first_id + self.world.humans[user].number)

    def human(self, ident: str) -> Human | None:
        """Whose id that is."""
        everybody = list(self.world.humans.values())
        number = int(ident) - self.first_id
        found = everybody[number] if 0 <= number < len(everybody) else None
        return None if found is None or found.deleted else found

    def relations(self) -> list[tuple[int, str, str]]:
        """Follows that touch its own people, with their ids, the newest first."""
        humans = self.world.humans
        every = enumerate((a.user, b) for a in humans.values() for b in a.follows)
        known = [(5_000 + n, a, b) for n, (a, b) in every if self in (humans[a].server, humans[b].server)]
        known = [each for each in known if not any(humans[user].deleted for user in each[1:])]
        self.remembered |= {user for each in known for user in each[1:]}
        return known[::-1]

    def account(self, who: Human) -> dict[str, Any]:
        """As the interface tells it."""
        local, world = who.server is self, self.world
        page = f"https://{who.server.host or who.server.domain}/@{who.user}"
        counts = {
            "followers_count": sum(who.user in each.follows and not each.deleted for each in world.humans.values()),
            "following_count": len(who.follows),
            "statuses_count": len(who.statuses),
        }
        told: dict[str, Any] = {
            "id": self.ident(who.user), "username": who.user, "acct": who.user if local else who.key,
            "display_name": who.user.title(), "locked": False, "bot": False, "discoverable": None, "group": False,
            "created_at": "2022-11-06T00:00:00.000Z", "note": f"<p>This is {who.user} &amp; co</p>", "url": page,
            "uri": page.replace("/@", "/users/"), "avatar": "", "avatar_static": "", "header": "",
            "header_static": "", "hide_collections": who.hidden or None, "last_status_at": None,
            "emojis": [], "fields": _fields(who.user) * (who.number % 3 == 2),
            **(dict.fromkeys(counts, -1) if who.untold else counts),
        }  # fmt: skip
        if who.suspended:
            told |= {"suspended": True, "display_name": "", "note": "", **dict.fromkeys(counts, 0)}
        if who.limited:
            told["limited"] = True
        if who.moved:
            told["moved"] = self.account(world.humans[who.moved])
        return told | who.more

    def knows(self, who: Human) -> bool:
        """Whether it has an account of somebody."""
        self.relations()
        return not who.deleted and (who.server is self or who.user in self.remembered)


def _fields(user: str) -> list[dict[str, Any]]:
    """A link that the server verified, one that it did not, a mention and plain words."""
    link = '<a href="https://{}" target="_blank" rel="nofollow me"><span class="invisible">https://</span>{}</a>'
    mention = (
        '<span class="h-card"><a href="https://fedi.example/@zoe" class="u-url mention">@<span>zoe</span></a></span>'
    )
    told = {
        "Web": link.format(f"{user}.example", f"{user}.example"),
        "Code": link.format("code.example/", "code.example/"),
    }
    verified = {"Web": "2026-01-01T00:00:00.000+00:00"}
    told |= {"With": mention, "Likes": "looms &amp; lace"}
    return [{"name": name, "value": value, "verified_at": verified.get(name)} for name, value in told.items()]


@dataclass
class World:
    """Everybody, and the servers they are at."""

    servers: dict[str, Server] = field(default_factory=dict)
    humans: dict[str, Human] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    def server(self, name: str, domain: str = "", **more: Any) -> Server:
        """Adds a server; without being served it is only a name in handles."""
        first_id = 1_000_000 * (len(self.servers) + 7)
        self.servers[name] = Server(self, domain or f"{name}.example", first_id=first_id, **more)
        return self.servers[name]

    def add(self, user: str, server: Server, *follows: str, posts: int = 0, **more: Any) -> Human:
        """Adds somebody."""
        self.humans[user] = Human(user, server, len(self.humans), dict.fromkeys(follows), **more)
        for number in range(posts):
            self.post(user, at=START + timedelta(hours=number))
        return self.humans[user]

    def post(self, user: str, text: str = "<p>Hello</p>", *, at: datetime = START, **more: Any) -> dict[str, Any]:
        """Adds a status."""
        who = self.humans[user]
        number, base = 115_000 + who.written, f"https://{who.server.host or who.server.domain}"
        status: dict[str, Any] = {
            "id": str(number), "uri": f"{base}/users/{user}/statuses/{number}", "url": f"{base}/@{user}/{number}",
            "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.123Z"), "edited_at": None, "in_reply_to_id": None,
            "in_reply_to_account_id": None, "reblog": None, "visibility": "public", "language": "en",
            "sensitive": False, "spoiler_text": "", "content": text, "replies_count": 3, "reblogs_count": 1,
            "favourites_count": 7, "quotes_count": 0, "mentions": [], "tags": [], "media_attachments": [],
            "emojis": [], "card": None, "poll": None,
        }  # fmt: skip
        who.written += 1
        who.statuses.append(status | more)
        return who.statuses[-1]

    def followers(self, user: str) -> set[str]:
        """Keys of those who follow somebody."""
        return {each.key for each in self.humans.values() if user in each.follows}

    def friends(self, user: str) -> set[str]:
        """Keys of those whom somebody follows."""
        return {self.humans[name].key for name in self.humans[user].follows}

    def ties(self, user: str, *, known_at: Server | None = None) -> set[tuple[str, str]]:
        """Who of somebody's people follow each other; at a server, as it knows them, and as they show it."""
        people = {each.key: each for each in self.humans.values() if each.key in self._around(user)}
        ties = {(a.key, self.humans[b].key) for a in people.values() for b in a.follows}
        ties = {(a, b) for a, b in ties if b in people}
        if known_at is None:
            return ties
        seen = {(self.humans[a].key, self.humans[b].key) for _, a, b in known_at.relations()}
        shown = {key for key, each in people.items() if not each.hidden}
        return {(a, b) for a, b in ties & seen if a in self.friends(user) and {a, b} <= shown}

    def _around(self, user: str) -> set[str]:
        return self.followers(user) | self.friends(user)

    @property
    def private_hosts(self) -> list[str]:
        """What the setting has to let through."""
        return [f"http://{server.host}" for server in self.servers.values() if server.host]

    @property
    def calls(self) -> int:
        """All that came in."""
        return sum(sum(server.calls.values()) for server in self.servers.values())
