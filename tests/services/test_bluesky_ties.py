"""Whom the people of a Bluesky account follow among each other: complete, and in few calls."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dashapp.services.bluesky import follows, identity
from dashapp.services.bluesky.cursor import MOST_AGAIN, PLAN, BlueskyCursor
from dashapp.services.bluesky.follows import RepositoryReader
from dashapp.services.bluesky.ties import strategies
from dashapp.services.errors import ExportError, RateLimitedError, UnavailableError
from dashapp.services.paging import Paging
from tests.services.bluesky_exports import DID, FOLLOW, OTHER, bluesky_blocks, bluesky_car, bluesky_follow, key_of
from tests.services.bluesky_network import Network, Serve, network
from tests.services.car_files import car
from tests.services.fakes.bluesky import ADA, Fault, Member, World, did_of, repo_of
from tests.services.live_reading import read
from tests.services.servers import Reply, scripted

pytestmark = pytest.mark.server

__all__ = ["network"]
BOB = did_of(0)
FOLLOWS, RELATIONSHIPS = "app.bsky.graph.getFollows", "app.bsky.graph.getRelationships"
REPO, DOCUMENT = "com.atproto.sync.getRepo", "did"


def famous(*, follows: int = 2_500, people: int = 100, **bob: Any) -> World:
    """Bob follows so many, the first of his fellow followers of Ada last; nobody else follows anybody but Ada."""
    world = World(followers=people, friends=0, mutual=0, follows=0)
    others = [did_of(500_000 + n) for n in range(follows - people)]
    world.members[BOB].follows = dict.fromkeys([*others, ADA, *map(did_of, range(1, people))])
    for name, value in bob.items():
        setattr(world.members[BOB], name, value)
    return world


def asked(told: Network, method: str) -> int:
    """How often Bob was asked for, or asked about."""
    mine = [query for name, query in told.fake.queries if name == method]
    return sum(query.get("actor", query.get("did")) == [BOB] for query in mine)


# ---- ways to ask


@pytest.mark.parametrize(
    ("follows", "alters", "expected"),
    [
        pytest.param(0, 1_000, [], id="nobody"),
        pytest.param(5, 1, [], id="nobody-to-follow"),
        pytest.param(1, 1_000, [(1, "follows"), (2, "repository")], id="one-page"),
        pytest.param(200, 1_000, [(2, "follows"), (2, "repository")], id="two-pages"),
        pytest.param(201, 1_000, [(2, "repository"), (3, "follows")], id="three-pages"),
        pytest.param(1_001, 1_000, [(2, "repository")], id="many"),
        pytest.param(5_000, 31, [(1, "relationships"), (2, "repository")], id="few-to-follow"),
        pytest.param(5_000, 61, [(2, "relationships"), (2, "repository")], id="some-to-follow"),
        pytest.param(None, 1_000, [(1, "follows"), (2, "repository")], id="not-told"),
    ],
)
def test_the_cheapest_way_to_ask_comes_first(follows: int | None, alters: int, expected: list[Any]) -> None:
    assert strategies(follows, alters) == expected


@pytest.mark.parametrize("people", [20, 80], ids=["by-relationships", "by-repository"])
def test_ties_are_those_of_the_world(network: Serve, people: int) -> None:
    told = network(followers=people, friends=people, mutual=10, follows=150, famous=1, seed=people)

    kept, coverage = told.read()

    assert kept.ties == told.fake.world.ties()
    assert kept.ties_of == {person.key for person in kept.people()}
    assert coverage.notes == ()
    assert asked(told, RELATIONSHIPS if people == 20 else REPO)


def test_who_follows_nobody_costs_no_call(network: Serve) -> None:
    told = network(followers=0, friends=20, mutual=0, follows=0)

    kept, _ = told.read()

    assert len(kept.ties_of) == 20
    assert told.fake.calls[FOLLOWS] == 1  # Ada's friends


@pytest.mark.parametrize(
    ("each", "famous", "calls"),
    [
        pytest.param(50, 3, 220, id="fifty"),
        pytest.param(500, 30, 2_100, id="five-hundred", marks=pytest.mark.nightly),
    ],
)
def test_few_calls_for_many_followers_and_friends(network: Serve, each: int, famous: int, calls: int) -> None:
    world = World(followers=each, friends=each, mutual=0, follows=200, famous=famous, posts=2 * each)
    told = network(world)
    followed = [len(world.members[person].follows) for person in world.members if person != ADA]

    kept, coverage = told.read()

    assert 190 < sum(followed) / len(followed) < 210
    assert max(followed) == 2_500
    assert told.fake.total <= calls
    assert kept.batches[-1].done == told.fake.total
    assert kept.ties == world.ties()
    assert (len(kept.ties_of), len(kept.posts)) == (2 * each, 2 * each)
    assert coverage.notes == ()


def test_ties_that_are_fresh_are_not_read_again(network: Serve) -> None:
    told = network(followers=6, friends=0, mutual=0, follows=5)

    kept, _ = told.read(fresh=frozenset({BOB, did_of(1)}))

    assert asked(told, FOLLOWS) == 0
    assert kept.ties_of == set(map(did_of, range(2, 6)))


def test_of_a_newcomer_it_is_asked_who_of_the_fresh_follows_them(network: Serve) -> None:
    told = network(followers=40, friends=10, mutual=0, follows=12, seed=3)
    newcomers = frozenset({BOB, did_of(1)})
    fresh = frozenset(told.fake.world.members) - newcomers - {ADA}

    kept, _ = told.read(fresh=fresh, new=newcomers)

    assert kept.ties == {(a, b) for a, b in told.fake.world.ties() if newcomers & {a, b}}
    assert {key for batch in kept.batches for key in batch.ties_to} == kept.ties_of == newcomers
    assert asked(told, RELATIONSHIPS) == 2  # 48 others


def test_who_is_told_of_a_newcomer_only_in_part_is_asked_about_again(
    network: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = network(followers=40, friends=0, mutual=0, follows=5)
    whole = told.fake._relationships
    monkeypatch.setattr(
        told.fake, "_relationships", lambda request: {"relationships": whole(request)["relationships"][:5]}
    )

    kept, coverage = told.read(fresh=frozenset(told.fake.world.members) - {BOB, ADA}, new=frozenset({BOB}))

    assert [batch.ties_to for batch in kept.batches if batch.ties_to] == []
    assert any("in full who follows 1 of these people" in note for note in coverage.notes)


def test_of_so_many_newcomers_that_it_takes_fewer_calls_everybody_is_read_again(network: Serve) -> None:
    told = network(followers=70, friends=0, mutual=0, follows=5)
    fresh = frozenset({BOB})

    kept, _ = told.read(fresh=fresh, new=frozenset(map(did_of, range(1, 70))))

    assert asked(told, FOLLOWS) == 1
    assert len(kept.ties_of) == 70
    assert kept.ties == told.fake.world.ties()


def test_who_stands_on_no_list_this_time_is_asked_about_all_the_same(network: Serve) -> None:
    told = network(followers=3, friends=0, mutual=0, follows=0)
    held = did_of(77)
    told.fake.world.members[BOB].follows[held] = None

    kept, _ = told.read(held=frozenset({held}))

    assert kept.ties == {(BOB, held)}


# ---- repositories


def test_who_follows_thousands_is_read_from_their_own_server(network: Serve) -> None:
    told = network(famous())

    kept, _ = told.read()

    assert {(BOB, did_of(n)) for n in range(1, 100)} == kept.ties
    assert (asked(told, REPO), asked(told, FOLLOWS)) == (1, 0)


def test_the_document_of_an_account_is_asked_for_once_a_day(network: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    told = network(famous())
    told.read()
    told.read()

    assert told.fake.calls[DOCUMENT] == 1

    monkeypatch.setattr(identity, "KEPT_FOR", identity.KEPT_FOR * 0)
    told.read()

    assert told.fake.calls[DOCUMENT] == 2


def test_of_many_documents_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "MOST_KEPT", 2)
    servers = identity._Servers()

    for number in range(3):
        servers.keep("https://plc.example", did_of(number), f"https://{number}.example.social")

    assert [servers.get("https://plc.example", did_of(number)) for number in range(3)] == [
        None,
        "https://1.example.social",
        "https://2.example.social",
    ]


ODD = [
    pytest.param({"repo": b""}, id="empty"),
    pytest.param({"repo": b"<html>"}, id="no-repository"),
    pytest.param({"repo": repo_of(Member(ADA, "ada"))}, id="somebody-elses"),
    pytest.param({"repo": repo_of(Member(BOB, "bob", {did_of(1): None}))[:-60]}, id="cut-off"),
    pytest.param({"server": "http://10.0.0.1"}, id="in-a-private-network"),
    pytest.param({"server": "https://127.0.0.1"}, id="on-this-machine"),
    pytest.param({"server": "ftp://example.social"}, id="no-web"),
    pytest.param({"server": "https://ada@example.social"}, id="with-a-user"),
    pytest.param({"server": ""}, id="as-it-should-be"),
]


@pytest.mark.parametrize("bob", ODD)
def test_who_cannot_be_read_from_their_server_is_read_page_by_page(network: Serve, bob: dict[str, str]) -> None:
    told = network(famous(follows=250, **bob))

    kept, coverage = told.read()

    assert {(BOB, did_of(n)) for n in range(1, 100)} == kept.ties
    assert BOB in kept.ties_of
    assert coverage.notes == ()


@pytest.mark.parametrize("fault", [Fault("400", only=REPO), Fault("429", only=REPO), Fault("500", only=DOCUMENT)])
def test_refusals_of_others_servers_stop_nothing(network: Serve, fault: Fault) -> None:
    told = network(famous(follows=250))
    told.fake.faults = [fault]

    kept, _ = read(told.reader(cooldowns=Separate()))

    assert BOB in kept.ties_of


class Separate:
    """As if every call went to another host: in a real network the servers are not one."""

    def until(self, _key: str) -> None:
        return None

    def wait(self, _key: str, _until: Any) -> None:
        return None

    begin = wait
    end = until


def test_who_follows_too_many_is_told_in_part(network: Serve) -> None:
    world = famous(repo=b"", people=400, follows=2_500)
    others = list(world.members[BOB].follows)
    world.members[BOB].follows = dict.fromkeys([did_of(1), *others])
    told = network(world)

    kept, coverage = told.read()

    assert kept.ties == {(BOB, did_of(1))}
    assert BOB not in kept.ties_of
    assert coverage.notes[0].startswith("1 of these people follow so many others that only a part was read")
    assert asked(told, FOLLOWS) == 2


def test_a_repository_that_is_too_large_is_not_read_to_its_end(network: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follows, "LARGEST", 10_000)
    told = network(famous(follows=250))

    kept, _ = told.read()

    assert BOB in kept.ties_of
    assert asked(told, FOLLOWS) == 3


def test_what_was_unfollowed_is_no_tie() -> None:
    data = repo_of(Member(BOB, "bob", {did_of(1): None, did_of(2): None}))

    assert follows.follows(data, BOB) == follows.Follows(frozenset({did_of(1), did_of(2)}), whole=True)


def test_the_repository_of_somebody_else_is_refused() -> None:
    with pytest.raises(ExportError):
        follows.follows(repo_of(Member(ADA, "ada")), BOB)


def test_a_follow_of_nobody_is_passed_over() -> None:
    records = {f"{FOLLOW}/{key_of(clock=1)}": bluesky_follow(), f"{FOLLOW}/{key_of(clock=2)}": bluesky_follow(3)}  # type: ignore[arg-type]

    assert follows.follows(bluesky_car(records), DID) == follows.Follows(frozenset({OTHER}), whole=True)


def test_follows_whose_content_is_missing_are_not_all_told() -> None:
    records = {f"{FOLLOW}/{key_of(clock=n)}": bluesky_follow(did_of(n)) for n in range(3)}
    root, blocks = bluesky_blocks(records)
    gone = next(name for name, data in blocks.items() if did_of(1).encode() in data)

    told = follows.follows(car(root, [(name, data) for name, data in blocks.items() if name != gone]), DID)

    assert told == follows.Follows(frozenset({did_of(0), did_of(2)}), whole=False)


def test_a_directory_in_trouble_is_left_alone(network: Serve) -> None:
    told = network(World(followers=100, friends=0, mutual=0, follows=0))
    for number in range(10):
        told.fake.world.members[did_of(number)].follows |= dict.fromkeys(did_of(700_000 + n) for n in range(250))
    told.fake.faults = [Fault("404", only=DOCUMENT, left=1), Fault("500", only=DOCUMENT)]

    kept, _ = told.read()

    assert told.fake.calls[DOCUMENT] == 1 + follows.MOST_TROUBLES * 3  # each is tried three times
    assert len(kept.ties_of) == 100


def test_a_server_in_trouble_is_left_alone(network: Serve) -> None:
    world = World(followers=100, friends=0, mutual=0, follows=0)
    for number in range(10):
        world.members[did_of(number)].follows = {ADA: None} | dict.fromkeys(did_of(700_000 + n) for n in range(250))
    told = network(world)
    told.fake.faults = [Fault("500", only=REPO)]

    kept, _ = told.read()

    assert told.fake.calls[REPO] == follows.MOST_TROUBLES
    assert len(kept.ties_of) == 100


def test_connections_to_many_servers_are_not_kept_open(network: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follows, "MOST_CLIENTS", 2)
    told = network()
    found = RepositoryReader(told.open_access())

    for number in range(4):
        found._client(f"{told.url}/{number}")

    assert list(found._clients) == [f"{told.url}/2", f"{told.url}/3"]


@pytest.mark.parametrize(
    ("document", "server"),
    [
        pytest.param({}, None, id="nobodys"),
        pytest.param({"id": "did:web:other.example"}, None, id="somebody-elses"),
        pytest.param(
            {"service": [{"id": "#other", "serviceEndpoint": "https://pds.example.social"}]}, None, id="no-pds"
        ),
        pytest.param({"service": [{"id": "#atproto_pds", "serviceEndpoint": 3}]}, None, id="no-address"),
        pytest.param(
            {"service": [1, {"id": "#atproto_pds", "serviceEndpoint": "https://pds.example.social/"}]},
            "https://pds.example.social",
            id="usable",
        ),
    ],
)
def test_an_account_may_have_its_document_on_its_own_domain(document: dict[str, Any], server: str | None) -> None:
    replies = {"/.well-known/did.json": Reply({})}
    with scripted(replies) as (url, script):
        did = f"did:web:{url.removeprefix('http://').replace(':', '%3A')}"
        script._replies["/.well-known/did.json"] = [Reply({"id": did, **document} if document else {})]
        told = Network(url, None)  # type: ignore[arg-type]
        directory = identity.Directory(told.open_access())

        if server is None:
            with pytest.raises(UnavailableError):
                directory.server(did)
        else:
            assert directory.server(did) == server
        told.accesses[0].close()


def test_no_import_waits_for_a_domain_of_anybody() -> None:
    with scripted({"/.well-known/did.json": Reply({}, 429, {"Retry-After": "86400"})}) as (url, _):
        told = Network(url, None)  # type: ignore[arg-type]
        did = f"did:web:{url.removeprefix('http://').replace(':', '%3A')}"

        assert RepositoryReader(told.open_access()).follows(did) is None

        told.accesses[0].close()


def test_an_import_waits_for_the_directory() -> None:
    with scripted({f"/{BOB}": Reply({}, 429, {"Retry-After": "60"})}) as (url, _):
        told = Network(url, None)  # type: ignore[arg-type]

        with pytest.raises(RateLimitedError):
            RepositoryReader(told.open_access()).follows(BOB)

        told.accesses[0].close()


@pytest.mark.parametrize("did", ["did:key:zQ3shexample", "did:web:127.0.0.1", "did:web:example.social:path"])
def test_ids_of_other_kinds_lead_nowhere(did: str) -> None:
    told = Network("http://127.0.0.1:9", None)  # type: ignore[arg-type]

    assert RepositoryReader(told.open_access()).follows(did) is None


# ---- people who are gone, or in trouble


@pytest.mark.parametrize("state", ["gone", "AccountTakedown", "AccountDeactivated"])
def test_who_vanishes_while_all_are_read_is_counted_and_passed_over(network: Serve, state: str) -> None:
    told = network(followers=5, friends=0, mutual=0, follows=3)
    kept = told.look()
    told.fake.world.members[BOB].state = state

    kept, coverage = read(told.reader(), kept)

    assert kept.ties_of == set(map(did_of, range(1, 5)))
    assert coverage.notes == ("1 of these people are gone by now, so that nobody tells whom they follow.",)


def test_who_does_not_answer_is_asked_once_more_at_the_end(network: Serve) -> None:
    told = network(followers=5, friends=0, mutual=0, follows=3)
    kept = told.look()
    told.fake.faults = [Fault("500", only=FOLLOWS, left=4)]

    kept, coverage = read(told.reader(), kept)

    assert kept.ties_of == set(map(did_of, range(5)))
    assert coverage.notes == ()


def test_people_of_whom_bluesky_cannot_tell_do_not_stop_the_import(network: Serve) -> None:
    told = network(followers=6, friends=0, mutual=0, follows=0)
    for number in range(6):
        told.fake.world.members[did_of(number)].follows |= {did_of((number + 1) % 6): None}

    def broken(method: str, value: Any) -> Any:
        follows = method == FOLLOWS and value["subject"]["did"] not in (ADA, did_of(5))
        return {"follows": "broken"} if follows else value

    told.fake.mangle = broken

    kept, coverage = told.read()

    assert kept.ties_of == {did_of(5)}
    assert coverage.notes[0].startswith("Bluesky did not tell whom 5 of these people follow")


def test_a_service_that_is_down_ends_the_step(network: Serve) -> None:
    told = network(followers=6, friends=0, mutual=0, follows=4)
    kept = told.look()
    told.fake.faults = [Fault("503")]

    with pytest.raises(UnavailableError):
        read(told.reader(), kept)

    assert len(kept.steps) == 3


def test_what_bluesky_refuses_of_a_person_is_counted(network: Serve) -> None:
    told = network(followers=2, friends=0, mutual=0, follows=0)
    told.fake.world.members[BOB].follows |= {did_of(1): None}
    kept = told.look()
    told.fake.faults = [Fault("403", only=FOLLOWS, left=1)]

    _, coverage = read(told.reader(), kept)

    assert coverage.notes[0].startswith("Bluesky did not tell whom 1 of these people follow")


def test_only_so_many_are_asked_again() -> None:
    state = BlueskyCursor(Paging(PLAN, {}), people=MOST_AGAIN + 5)

    for place in range(MOST_AGAIN + 5):
        state.ask_again(place)

    assert (len(state.again), state.incomplete) == (MOST_AGAIN, {"unread": 5})


def test_of_very_many_people_not_all_are_asked(network: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashapp.services.bluesky.cursor.MOST_ASKED", 3)
    told = network(followers=6, friends=0, mutual=0, follows=3)

    kept, coverage = told.read()

    assert kept.ties_of == set(map(did_of, range(3)))
    assert coverage.notes == ("Whom they follow is read of the first 3 people: more are not asked for one account.",)


def test_of_a_very_long_list_not_all_is_read(network: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = tuple(replace(part, most_pages=2) for part in PLAN.parts)
    monkeypatch.setattr("dashapp.services.bluesky.reader.PLAN", replace(PLAN, parts=parts))
    told = network(followers=250, friends=0, mutual=0, follows=0)

    kept, coverage = told.read()

    assert len(kept.people()) == 200
    assert coverage.complete == {"posts", "friends"}
    assert coverage.notes == ("The newest 200 followers were read: more are not read of one account.",)


def test_a_count_that_lags_behind_is_no_end(network: Serve) -> None:
    told = network(famous(follows=450))
    told.fake.mangle = lambda method, value: _lagging(value) if method.endswith("getProfiles") else value

    kept, _ = told.read()

    assert BOB in kept.ties_of
    assert (asked(told, FOLLOWS), asked(told, REPO)) == (2, 1)


def _lagging(value: dict[str, Any]) -> dict[str, Any]:
    return {"profiles": [{**view, "followsCount": min(view["followsCount"], 90)} for view in value["profiles"]]}


def test_progress_tells_how_many_were_asked(network: Serve) -> None:
    told = network(followers=60, friends=0, mutual=0, follows=20)

    kept = told.look(4)

    assert told.reader().coverage(kept.cursor).notes == ("Whom these people follow is read so far of 20 of 60.",)
