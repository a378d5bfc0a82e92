"""Worlds of people with accounts on several services, and who is who: labelled people, told with noise.

The labelled file holds `name, github, twitter, mastodon, bluesky, linkedin, website`, one row a person. Names differ
from account to account by seeded rules. Near-twins are other people of the same or nearly the same name; impersonators
take name, bio and a handle that looks like it or stands elsewhere, and claim the real person's account or home page.
"""
# ruff: noqa: RUF001 - letters of other scripts

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

SERVERS = {"mastodon": "@tiles.example", "bluesky": ".bsky.example"}
SERVICES = ("github", "twitter", "mastodon", "bluesky", "linkedin", "sixth")
#: letters as they are heard in other scripts, "Latin:other"
CYRILLIC = (
    "sch:ш sh:ш ch:ч th:т ph:ф ck:к zh:ж ts:ц ya:я yu:ю ee:и oo:у a:а b:б c:к d:д e:е f:ф g:г h:х i:и j:дж k:к l:л m:м "
    "n:н o:о p:п q:к r:р s:с t:т u:у v:в w:в x:кс y:и z:з"
)
GREEK = (
    "th:θ ch:χ ph:φ ps:ψ ks:ξ ou:ου a:α b:μπ c:κ d:ντ e:ε f:φ g:γκ h:χ i:ι j:τζ k:κ l:λ m:μ n:ν o:ο p:π q:κ r:ρ s:σ "
    "t:τ u:ου v:β w:γου x:ξ y:ι z:ζ"
)
KANA = (
    "shi:シ chi:チ tsu:ツ ka:カ ki:キ ku:ク ke:ケ ko:コ sa:サ su:ス se:セ so:ソ ta:タ te:テ "
    "to:ト na:ナ ni:ニ nu:ヌ ne:ネ no:ノ ha:ハ hi:ヒ fu:フ he:ヘ ho:ホ ma:マ mi:ミ mu:ム "
    "me:メ mo:モ ya:ヤ yu:ユ yo:ヨ ra:ラ ri:リ ru:ル re:レ ro:ロ wa:ワ ga:ガ gi:ギ gu:グ "
    "ge:ゲ go:ゴ za:ザ ji:ジ zu:ズ ze:ゼ zo:ゾ da:ダ de:デ do:ド ba:バ bi:ビ bu:ブ be:ベ "
    "bo:ボ pa:パ pi:ピ pu:プ pe:ペ po:ポ la:ラ li:リ lu:ル le:レ lo:ロ a:ア i:イ u:ウ "
    "e:エ o:オ n:ン k:ク s:ス t:ト h:フ m:ム r:ル l:ル g:グ z:ズ d:ド b:ブ "
    "p:プ f:フ v:ブ c:ク j:ジ w:ウ x:クス y:イ q:ク"
)
NICKNAMES = {
    "michael": "mike", "robert": "bob", "william": "bill", "richard": "dick", "james": "jim", "elizabeth": "liz",
    "margaret": "peggy", "alexander": "sasha", "katherine": "kate", "edward": "ted", "john": "jack", "jose": "pepe",
    "francisco": "paco", "charles": "chuck", "andrew": "andy", "anthony": "tony", "joseph": "joe", "thomas": "tom",
    "daniel": "danny", "matthew": "matt", "christopher": "chris", "nicholas": "nick", "benjamin": "ben",
    "samuel": "sam", "david": "dave", "steven": "steve", "stephen": "steve", "gregory": "greg", "jeffrey": "jeff",
    "timothy": "tim",
    "joshua": "josh", "jonathan": "jon", "patrick": "paddy", "rebecca": "becky", "jennifer": "jen", "susan": "sue",
    "deborah": "debbie", "mikhail": "misha", "dmitry": "dima", "ivan": "vanya",
}  # fmt: skip
ROLES = ("at Tile Club", "@ Brickworks", "| Speaker", "- engineer", "from Berlin", "is on holiday", "(hiring!)")
TAILS = ("🚀", "✨🦄", "(she/her)", "he/him", "🇵🇱", ":verified:", "[they/them]", "🌻 she/they")
WORDS = np.array([
    "ruby", "rails", "code", "music", "cats", "bikes", "tea", "coffee", "maps", "trains",
    "poetry", "chess", "climbing", "baking", "jazz", "tests", "compilers", "databases", "gardens", "films",
    "travel", "science", "history", "football", "running", "painting", "physics", "birds", "knitting", "sailing",
])  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Noise:
    """How differently accounts tell of a person, and what stands beside the real ones. Shares of accounts or people."""

    same: float = 0.4
    untold: float = 0.05
    lost: float = 0.3  # accounts that are not in the list
    linked: float = 0.2  # ordered pairs of a person's accounts of which one declares the other
    verified: float = 0.15  # of those, as the service verified it
    stale: float = 0.01  # of those, to a handle that is no more
    page: float = 0.4  # accounts that tell the home page, where there is one
    wrong: float = 0.01  # accounts that declare somebody else's
    twins: float = 0.15  # people beside whom a near-twin stands
    impersonators: float = 0.05
    strangers: float = 1.0  # invented people, for each labelled one
    bio: float = 0.5


def world(labelled: pd.DataFrame, noise: Noise, *, seed: int) -> pd.DataFrame:
    """People of all accounts, as `analytics.identity` takes them, with `who` beside."""
    maker = _Maker(labelled, noise, seed, [name for name in SERVICES if name in labelled])
    for who, person in enumerate(labelled.to_dict("records")):
        maker.person(who, person)
    for _ in range(int(len(labelled) * noise.strangers)):
        name = f"{maker.rng.choice(maker.first)} {maker.rng.choice(maker.last)}"
        maker.stranger(str(maker.rng.choice(maker.services)), name)
    # the order tells nothing of who is who
    made = pd.DataFrame(maker.rows).sample(frac=1, random_state=seed)
    return made.reset_index(drop=True)


def read(path: Path) -> pd.DataFrame:
    """The labelled people who have any account."""
    people = pd.read_csv(path)
    known = [name for name in SERVICES if name in people]
    return people[people[known].notna().any(axis=1)].reset_index(drop=True)


def invented(labelled: pd.DataFrame, n: int, *, seed: int) -> pd.DataFrame:
    """Labelled people of any number: first names and surnames put together anew, handles after common patterns."""
    rng = np.random.default_rng(seed)
    first, last = name_parts(labelled["name"])
    # surnames of a large crowd are more varied than those of a small list
    syllables = [word[:k] for word in last for k in (2, 3) if len(word) > 5]
    varied = rng.choice(syllables, (n, 2))
    given = rng.choice(first, n)
    family = np.where(rng.random(n) < 0.5, rng.choice(last, n), [f"{a}{b}".capitalize() for a, b in varied])
    names = [f"{a} {b}" for a, b in zip(given, family, strict=True)]
    frame = pd.DataFrame({"name": names})
    home = [pattern_handle(name, rng) for name in names]
    for service in SERVICES:
        kept = rng.random(n) < 0.6
        frame[service] = [
            handle if keep else pattern_handle(name, rng) for handle, name, keep in zip(home, names, kept, strict=True)
        ]
    frame["website"] = [f"https://{handle}.example" if rng.random() < 0.3 else None for handle in home]
    return frame


def name_parts(names: pd.Series[str]) -> tuple[np.ndarray, np.ndarray]:
    words = [re.findall(r"[^\W\d_]{2,}", name) for name in names]
    both = [each for each in words if len(each) > 1]
    return np.array([each[0] for each in both]), np.array([each[-1] for each in both])


def plain(text: str) -> str:
    """Only a-z."""
    return re.sub("[^a-z]", "", text.lower())


def pattern_handle(name: str, rng: np.random.Generator) -> str:
    """A handle as people make them of their name."""
    words = [plain(word) for word in name.split() if plain(word)] or ["user"]
    a, b = words[0], words[-1]
    forms = [a + b, a[0] + b, f"{a}_{b}", f"{a}-{b}", a + b[0], b + a, f"{a}{rng.integers(1, 99)}", b, a,
             f"{b}{rng.integers(1970, 2005)}", f"{a}{rng.choice(WORDS)}", f"{rng.choice(WORDS)}{b[:4]}",
             f"{rng.choice(WORDS)}{rng.choice(WORDS)}{rng.integers(1, 999)}"]  # fmt: skip
    share = np.array([14, 14, 4, 4, 6, 3, 5, 4, 3, 2, 4, 4, 8])
    return forms[rng.choice(len(forms), p=share / share.sum())]


def other_script(name: str, script: str) -> str:
    """A name as it is heard in another script."""
    letters = dict(pair.split(":") for pair in script.split())
    longest = sorted(letters, key=len, reverse=True)
    plain_name = re.sub(r"[^a-z ]", "", name.lower())
    return re.sub("|".join(longest), lambda found: letters[found[0]], plain_name).title()


def told_name(name: str, handle: str, noise: Noise, rng: np.random.Generator) -> str | None:
    """A name as somebody tells it on one service."""
    draw = rng.random()
    if draw < noise.untold:
        return None
    if draw < noise.untold + noise.same:
        return name
    words = name.split()
    nickname = NICKNAMES.get(words[0].lower(), words[0][: max(3, len(words[0]) - 3)]).capitalize()
    forms = [
        words[0],
        handle,
        f"{words[0][0]}. {words[-1]}",
        f"{words[0]} {words[-1][0]}.",
        f"{name} {rng.choice(TAILS)}",
        f"{name} {rng.choice(ROLES)}",
        " ".join([nickname, *words[1:]]),
        other_script(name, [CYRILLIC, GREEK, KANA][rng.integers(3)]) or name,
        " ".join([words[-1], *words[:-1]]),
        name.lower(),
    ]
    return forms[rng.integers(len(forms))]


def lookalike(handle: str, rng: np.random.Generator) -> str:
    """A handle that is easily taken for another."""
    forms = [handle + "_", f"{handle}1", f"the{handle}", f"real_{handle}", handle.replace("l", "1", 1) + "0",
             handle.replace("o", "0", 1) + "x", handle[:-1] + handle[-1] * 2, f"{handle}-official"]  # fmt: skip
    return forms[rng.integers(len(forms))]


class _Maker:
    """Adds accounts one by one."""

    def __init__(self, labelled: pd.DataFrame, noise: Noise, seed: int, services: Sequence[str]) -> None:
        self.noise, self.rng = noise, np.random.default_rng(seed)
        self.services = services
        self.first, self.last = name_parts(labelled["name"])
        self.rows: list[dict[str, Any]] = []
        self.taken: set[tuple[str, str]] = set()

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def add(
        self, who: int, service: str, handle: str, name: str, bio: str, links: Sequence[str] = ()
    ) -> dict[str, Any]:
        """An account; a handle that is taken gets digits."""
        handle += "" if re.search("[.@]", handle) else SERVERS.get(service, "")
        while (service, handle.lower()) in self.taken:
            handle = re.sub(r"(?=[.@]|$)", str(self.rng.integers(10)), handle, count=1)
        self.taken.add((service, handle.lower()))
        row = {
            "service": service,
            "key": f"{service[0]}{len(self.rows)}",
            "handle": handle,
            "name": told_name(name, re.split("[.@]", handle)[0], self.noise, self.rng),
            "bio": self.told_bio(bio) if self.chance(self.noise.bio) else None,
            "links": list(links),
            "verified_links": [],
            "moved_to": None,
            "who": who,
        }
        self.rows.append(row)
        return row

    def stranger(self, service: str, name: str) -> None:
        self.add(-1 - len(self.rows), service, pattern_handle(name, self.rng), name, self.bio())

    def bio(self) -> str:
        return " ".join(self.rng.choice(WORDS, self.rng.integers(3, 8)))

    def told_bio(self, bio: str) -> str:
        """The same, partly the same, or another."""
        draw = self.rng.random()
        half = bio.split()[: len(bio.split()) // 2]
        return bio if draw < 0.4 else " ".join([*half, self.bio()]) if draw < 0.7 else self.bio()

    def person(self, who: int, person: dict[str, Any]) -> None:
        """All accounts of somebody, and who stands beside."""
        bio, page, addresses = self.bio(), person.get("website"), []
        own = []
        for service in self.services:
            if isinstance(handle := person.get(service), str):
                handle = re.sub(r"https?://([^/]+)/@?(.+)", r"\2@\1", handle)
                handle += "" if re.search("[.@]", handle) else SERVERS.get(service, "")
                addresses.append(f"{service}:{handle}")
                if not self.chance(self.noise.lost):
                    pages = [page] if isinstance(page, str) and self.chance(self.noise.page) else []
                    own.append(self.add(who, service, handle, person["name"], bio, pages))
        for row in own:
            self.link(row, [each for each in addresses if not each.startswith(f"{row['service']}:")])
        if own and self.chance(self.noise.wrong):
            own[0]["links"].append(address(self.rows[self.rng.integers(len(self.rows))]))
        if own and self.chance(self.noise.twins):
            self.twin(person["name"], own)
        if own and self.chance(self.noise.impersonators):
            self.impersonator(person["name"], page, own, bio)

    def link(self, row: dict[str, Any], addresses: Sequence[str]) -> None:
        """Declares other accounts; some were renamed since."""
        for each in addresses:
            if self.chance(self.noise.linked):
                to = each + "_old" if self.chance(self.noise.stale) else each
                row["verified_links" if self.chance(self.noise.verified) else "links"].append(to)

    def free_service(self, own: Sequence[dict[str, Any]]) -> str:
        """Mostly one where the person is not."""
        free = [each for each in self.services if each not in {row["service"] for row in own}]
        return str(self.rng.choice(free if free and self.chance(0.7) else self.services))

    def twin(self, name: str, own: Sequence[dict[str, Any]]) -> None:
        draw = self.rng.random()
        if draw < 0.3:
            name = f"{name.split()[0]} {self.rng.choice(self.last)}"
        elif draw < 0.6:
            name = f"{self.rng.choice(self.first)} {name.split()[-1]}"
        self.stranger(self.free_service(own), name)

    def impersonator(self, name: str, page: object, own: Sequence[dict[str, Any]], bio: str) -> None:
        model = own[self.rng.integers(len(own))]
        handle = re.split("[.@]", model["handle"])[0]
        handle = handle if self.chance(0.2) else lookalike(handle, self.rng)
        links = [address(model)] if self.chance(0.5) else []
        links += [page] if isinstance(page, str) and self.chance(0.5) else []
        self.add(-1 - len(self.rows), self.free_service([model]), handle, name, bio, links)


def address(row: dict[str, Any]) -> str:
    """What links call an account."""
    return f"{row['service']}:{row['handle']}"
