"""Individuals of all services: who is joined, where they are, and what the user decides."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import pandas as pd
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select

from analytics import identity
from dashapp.extensions import db
from dashapp.imports import cross_check as job
from dashapp.models import Account, IdentityDecision, Ties, User
from dashapp.services.records import Batch, Person, Profile, Tie
from dashapp.store import accounts, crosscheck, graphs, grouping, imports, individuals, people, users
from dashapp.store.crosscheck import UnknownPersonError, decide
from dashapp.store.database import writing
from tests.dashboard.crosscheck_world import compare
from tests.records import follower, friend, merged, mutual, ties
from tests.snapshots import once

from .conftest import beside

pytestmark = pytest.mark.slow

GITHUB, MASTODON, BLUESKY = "github", "mastodon", "bluesky"
NOBODY = (BLUESKY, "did:2")
TWINS = (GITHUB, "quillfeather"), (MASTODON, "quillfeather_@loam.example")
LOOK_ALIKE = ("quillfeather", "quillfeather_@loam.example")
SAM = (GITHUB, "sstone"), (MASTODON, "rocky@clay.example")


@pytest.fixture(autouse=True)
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Individuals are made, and not measured."""
    monkeypatch.setattr(job, "analyse", lambda *_: iter(()))


def account(owner: int, service: str, *batch: Person, pairs: str = "", **more: Any) -> int:
    profile = Profile(service=service, key="me", handle="me")
    return merged(owner, Batch(people=list(batch), ties=ties(*pairs.split())), profile=profile, **more)[0]


def groups(owner: int) -> dict[str, str]:
    """The handles of each individual, and their pattern."""
    rows, _ = crosscheck.table_page(owner, limit=1_000)
    return {" ".join(str(member.handle) for member in row.members): row.pattern for row in rows}


@pytest.fixture
def world(app: Flask, owner: int) -> tuple[int, int, int]:
    """Three accounts, of which the right answers are known."""
    return once(app, make_world, owner)


def make_world(owner: int) -> tuple[int, int, int]:
    github = account(
        owner,
        GITHUB,
        follower("vera", name="Vera Kiln", verified_links=("https://clay.example/@vera.kiln",)),
        mutual("tomtile", name="Tom Tile", links=("https://bsky.app/profile/ttile.bsky.example",)),
        friend("oakhollow", name="Olga", links=("https://clay.example/@oakhollow",)),
        follower("sstone", name="Sam Stone"),
        mutual("quillfeather", name="Ada Quillfeather"),
    )
    mastodon = account(
        owner,
        MASTODON,
        friend("vera.kiln@clay.example", name="Vera"),
        follower("oakhollow@clay.example", name="Olga O."),
        friend("rocky@clay.example", name="Sam Stone"),
        follower("moss@clay.example", links=("https://loam.example/@ines",)),
        mutual("ines@loam.example", links=("https://clay.example/@moss",)),
        follower("quillfeather_@loam.example", name="Ada Quillfeather", links=("https://github.com/quillfeather",)),
    )
    bluesky = account(
        owner,
        BLUESKY,
        Person(
            key="did:1", handle="ttile.bsky.example", name="T", is_friend=True, links=("https://github.com/tomtile",)
        ),
        Person(key="did:2", handle="nobody.bsky.example", is_follower=True),
    )
    compare(owner)
    return github, mastodon, bluesky


def test_who_is_certainly_the_same_is_one_individual(owner: int, world: tuple[int, int, int]) -> None:
    g, m, b = world

    assert groups(owner) == {
        "vera vera.kiln@clay.example": f"{g}f {m}i",  # verified
        "ttile.bsky.example tomtile": f"{g}m {b}i",  # each links to the other
        "oakhollow oakhollow@clay.example": f"{g}i {m}f",  # one does, and the handle is the same
        "ines@loam.example moss@clay.example": f"{m}m",  # two accounts of one service
        "sstone": f"{g}f",  # a name alone
        "rocky@clay.example": f"{m}i",
        "quillfeather": f"{g}m",  # and somebody who looks like them
        "quillfeather_@loam.example": f"{m}f",
        "nobody.bsky.example": f"{b}f",
    }
    counts = crosscheck.pattern_counts(owner)
    assert sum(counts.values()) == 9
    assert counts[f"{m}f"] == 1


def test_an_individual_has_the_first_name_the_largest_count_and_the_earliest_day_that_members_tell(owner: int) -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    told = {"name": "Vera Kiln", "bio": "Clay", "followers": 5, "follower_since": late}
    account(owner, GITHUB, follower("vera", bio="", followers=7, links=("https://clay.example/@v",)))
    account(
        owner,
        MASTODON,
        follower("v@clay.example", links=("https://github.com/vera",), **told),
        friend("x", friend_since=early),
    )
    compare(owner)

    derived = crosscheck.derived(owner)
    assert derived is not None
    vera = people.find_people(owner, derived.id, "followers", "vera")[0]

    assert (vera.key, vera.handle, vera.name, vera.bio) == ("github:vera", "vera", "Vera Kiln", "Clay")
    assert (vera.followers, vera.friends, vera.follower_since, vera.friend_since) == (7, None, late, None)
    assert (vera.is_follower, vera.is_friend) == (True, False)


def test_ties_lead_from_individual_to_individual(owner: int) -> None:
    account(
        owner, GITHUB, follower("a", links=("https://clay.example/@aa",)), follower("b"), pairs="ab ac ba"
    )  # c is a stranger
    both = Batch(
        people=[friend("aa@clay.example", links=("https://github.com/a",)), friend("d")],
        ties=[Tie("d", "aa@clay.example"), Tie("aa@clay.example", "d")],
    )
    merged(owner, both, profile=Profile(service=MASTODON, key="me", handle="me"))
    named = Batch(people=[friend("e"), friend("f")], ties=ties("ef"))
    merged(owner, named, profile=Profile(service="csv", key="me", handle="me"), mutual_ties=True)
    compare(owner)

    derived = crosscheck.derived(owner)
    assert derived is not None

    found = {(tie["source"], tie["target"]) for tie in people.stream_ties(owner, derived.id)}
    a, b, d, e, f = "github:a", "github:b", "mastodon:d", "csv:e", "csv:f"
    assert found == {(a, b), (b, a), (a, d), (d, a), (e, f), (f, e)}


def test_a_tie_knows_the_services_on_which_it_is(owner: int) -> None:
    here = [follower(key, links=(f"https://clay.example/@{key}",)) for key in "ab"]
    account(owner, GITHUB, *here, follower("c"), pairs="ab ca")
    there = [friend(f"{key}@clay.example", links=(f"https://github.com/{key}",)) for key in "ab"]
    tie = Tie("b@clay.example", "a@clay.example")
    merged(owner, Batch(people=there, ties=[tie]), profile=Profile(service=MASTODON, key="me", handle="me"))
    named = Batch(people=[friend("a"), friend("f")], ties=ties("fa"))
    merged(owner, named, profile=Profile(service=BLUESKY, key="me", handle="me"), mutual_ties=True)
    compare(owner)
    decide(owner, (BLUESKY, "a"), (GITHUB, "a"), same=True)
    ids = {row.key: row.id for row in crosscheck.table_page(owner)[0]}
    a, b, c, f = (ids[key] for key in ("bluesky:a", "github:b", "github:c", "bluesky:f"))

    assert crosscheck.tie_services(owner, a, [b, c, f]) == {b: [GITHUB, MASTODON], c: [GITHUB], f: [BLUESKY]}
    assert crosscheck.tie_services(owner + 1, a, [b, c, f]) == {}
    assert [member.service for member in crosscheck.members(owner, a)] == [BLUESKY, GITHUB, MASTODON]
    assert crosscheck.places(owner)[b] == (GITHUB, MASTODON)
    edges = {(one, other): services for one, other, *_, services in graphs.stream_edges_of_all(owner, "everyone")}
    assert edges == {
        ("bluesky:a", "github:b"): [GITHUB],
        ("github:b", "bluesky:a"): [MASTODON],
        ("github:c", "bluesky:a"): [GITHUB],
        ("bluesky:a", "bluesky:f"): [BLUESKY],
        ("bluesky:f", "bluesky:a"): [BLUESKY],
    }


def test_an_individual_tells_its_ties_if_all_members_do(owner: int) -> None:
    account(owner, GITHUB, follower("a", links=("https://clay.example/@aa",)), follower("b"), pairs="ab")
    account(
        owner, MASTODON, follower("aa@clay.example", links=("https://github.com/a",)), complete=frozenset({"followers"})
    )
    compare(owner)

    derived = crosscheck.derived(owner)
    assert derived is not None
    told = {row["person"]: row["ties_at"] is not None for row in people.stream_list(owner, derived.id, "everyone")}

    assert told == {"github:a": False, "github:b": True}
    assert derived.lists == ["followers"]


@pytest.mark.parametrize(
    ("asked", "expected", "of"),
    [
        ({"sort": [("n", "desc"), ("name", "asc")], "limit": 3}, ["Olga", "T", "Vera Kiln"], 9),
        ({"sort": [("handle", "asc")], "limit": 2}, ["ines@loam.example", "nobody.bsky.example"], 9),
        ({"sort": [("name", "asc")], "offset": 2, "limit": 1}, ["ines@loam.example"], 9),
        ({"search": " CLAY.example", "sort": [("name", "desc")], "limit": 2}, ["Vera Kiln", "Sam Stone"], 4),
        ({"search": "%"}, [], 0),
        ({"patterns": ["1f"]}, ["Sam Stone"], 1),
        ({"patterns": []}, [], 0),
    ],
    ids=["number-of-accounts", "handle", "a-page", "search-in-all-members", "literal-search", "pattern", "no-pattern"],
)
def test_the_table_as_it_is_asked_for(
    owner: int, world: tuple[int, int, int], asked: dict[str, Any], expected: list[str], of: int
) -> None:
    rows, total = crosscheck.table_page(owner, **asked)

    assert ([row.label for row in rows], total) == (expected, of)


def test_downloads_have_a_row_a_person_and_the_evidence_of_each_pair(owner: int, world: tuple[int, int, int]) -> None:
    rows = {row["person"]: row for row in crosscheck.stream_table(owner)}
    pairs = {(row["left_key"], row["right_key"]): row for row in crosscheck.stream_pairs(owner)}

    vera, nobody, ines = rows["github:vera"], rows["bluesky:did:2"], rows["mastodon:ines@loam.example"]
    assert crosscheck.table_columns(owner) == [*vera]
    assert (vera["github me handle"], vera["github me relation"], vera["accounts"]) == ("vera", "follower", 2)
    assert (vera["mastodon me handle"], vera["mastodon me relation"]) == ("vera.kiln@clay.example", "friend")
    assert (nobody["github me handle"], nobody["github me relation"]) == (None, None)
    assert (ines["mastodon me handle"], ines["accounts"]) == ("ines@loam.example; moss@clay.example", 1)
    verified = pairs["vera", "vera.kiln@clay.example"]
    assert (verified["certain"], verified["verified"], verified["same"]) == (True, 12.0, None)


def test_a_file_has_whom_the_table_shows_also_those_who_left_since_they_were_compared(
    owner: int, world: tuple[int, int, int]
) -> None:
    account(owner, BLUESKY, complete=frozenset({"followers", "friends"}))

    rows = {row["person"]: row for row in crosscheck.stream_table(owner)}

    assert rows.keys() == {row.key for row in crosscheck.table_page(owner)[0]}
    gone = rows["bluesky:did:2"]
    assert (gone["bluesky me handle"], gone["bluesky me relation"], gone["accounts"]) == (None, "follower", 1)


def test_the_evidence_of_a_page_is_that_between_its_people(owner: int, world: tuple[int, int, int]) -> None:
    vera = (GITHUB, "vera"), (MASTODON, "vera.kiln@clay.example")

    found = crosscheck.pairs_of(owner, [*vera, SAM[0]])

    assert {pair: each.certain for pair, each in found.items()} == {frozenset(vera): True}


def test_what_the_user_confirmed_of_a_page_is_that_between_its_people(
    owner: int, world: tuple[int, int, int], stranger: int
) -> None:
    for pair, same in ((SAM, True), ((SAM[0], NOBODY), True), (TWINS, False)):
        decide(owner, *pair, same)

    assert crosscheck.confirmed(owner, {*SAM, *TWINS}) == {frozenset(SAM)}
    assert crosscheck.confirmed(stranger, {*SAM, *TWINS}) == set()


# ---- deciding


def asked_about(owner: int) -> set[tuple[str, str]]:
    found, total = crosscheck.suggestions(owner)
    assert len(found) == total
    return {(each.left.key, each.right.key) for each in found}


def test_a_question_is_asked_until_it_is_decided(owner: int, world: tuple[int, int, int]) -> None:
    github, mastodon, _ = world
    assert LOOK_ALIKE in asked_about(owner)

    decide(owner, *TWINS, False)
    assert LOOK_ALIKE not in asked_about(owner)
    assert groups(owner)["quillfeather"] == f"{github}m"

    decide(owner, *TWINS, True)
    assert LOOK_ALIKE not in asked_about(owner)
    assert groups(owner)["quillfeather quillfeather_@loam.example"] == f"{github}m {mastodon}f"

    decide(owner, *TWINS, None)
    assert LOOK_ALIKE in asked_about(owner)


def test_nobody_is_asked_about_who_leaves_between_two_queries(
    owner: int, world: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = crosscheck._members_by_key
    monkeypatch.setattr(crosscheck, "_members_by_key", lambda *asked: found(*asked[:2], {*asked[2]} - {TWINS[0]}))

    left = {each.left.key for each in crosscheck.suggestions(owner)[0]}

    assert left
    assert TWINS[0][1] not in left


def test_the_order_of_the_two_is_of_no_matter(owner: int, world: tuple[int, int, int]) -> None:
    decide(owner, *SAM, True)
    decide(owner, *reversed(SAM), False)

    said = crosscheck.decisions(owner)
    assert [(each.left, each.right, each.same) for each in said] == [(*SAM, False)]
    assert said[0].left_member is not None
    assert said[0].left_member.name == "Sam Stone"

    decide(owner, *reversed(SAM), None)
    assert crosscheck.decisions(owner) == []


def test_who_is_said_not_to_be_the_same_is_parted_whatever_links_say(owner: int, world: tuple[int, int, int]) -> None:
    decide(owner, (GITHUB, "vera"), (MASTODON, "vera.kiln@clay.example"), False)
    decide(owner, (MASTODON, "ines@loam.example"), (MASTODON, "moss@clay.example"), False)

    assert {"vera", "vera.kiln@clay.example", "ines@loam.example", "moss@clay.example"} <= groups(owner).keys()


def test_nobody_is_asked_about_two_whose_companions_are_not_the_same(owner: int, world: tuple[int, int, int]) -> None:
    decide(owner, TWINS[0], NOBODY, True)
    assert LOOK_ALIKE in asked_about(owner)

    decide(owner, NOBODY, TWINS[1], False)
    assert LOOK_ALIKE not in asked_about(owner)


def test_a_decision_on_somebody_who_is_gone_leaves_the_other_questions(owner: int, world: tuple[int, int, int]) -> None:
    decide(owner, TWINS[0], NOBODY, False)
    accounts.delete_account(owner, world[2])
    compare(owner)

    assert LOOK_ALIKE in asked_about(owner)


def test_of_a_chain_the_first_pair_holds_and_who_is_kept_apart_stays_so(
    owner: int, world: tuple[int, int, int]
) -> None:
    decide(owner, *SAM, True)
    decide(owner, SAM[1], NOBODY, True)
    assert "nobody.bsky.example sstone rocky@clay.example" in groups(owner)

    decide(owner, SAM[0], NOBODY, False)

    assert {"nobody.bsky.example rocky@clay.example", "sstone"} <= groups(owner).keys()


@pytest.mark.parametrize("same", [True, False])
def test_nobody_decides_on_people_of_others(owner: int, world: tuple[int, int, int], stranger: int, same: bool) -> None:
    account(stranger, GITHUB, follower("theirs"), follower("sstone"))
    account(stranger, MASTODON, follower("rocky@clay.example"))
    compare(stranger)
    before = groups(stranger)

    with pytest.raises(UnknownPersonError, match="theirs"):
        decide(owner, SAM[1], (GITHUB, "theirs"), same)
    decide(owner, *SAM, same)

    assert groups(stranger) == before
    assert crosscheck.decisions(stranger) == []
    assert crosscheck.pairs_of(stranger, [(GITHUB, "vera"), (MASTODON, "vera.kiln@clay.example")]) == {}
    assert [each.person_id for each in crosscheck.find_members(owner, "theirs")] == []
    assert [each.key for each in crosscheck.find_members(stranger, "THEIRS")] == ["theirs"]


def test_a_decision_is_of_two_people(owner: int, world: tuple[int, int, int]) -> None:
    with pytest.raises(UnknownPersonError, match="two different"):
        decide(owner, SAM[0], SAM[0], True)


def test_decisions_outlive_an_account_and_hold_when_it_is_back(owner: int, world: tuple[int, int, int]) -> None:
    decide(owner, *SAM, True)

    accounts.delete_account(owner, world[1])
    assert crosscheck.derived(owner) is None
    assert crosscheck.decisions(owner)[0].right_member is None
    again = account(owner, MASTODON, friend("rocky@clay.example"))
    compare(owner)

    assert groups(owner)["sstone rocky@clay.example"] == f"{world[0]}f {again}i"
    accounts.delete_account(owner, again)
    decide(owner, *SAM, None)
    assert crosscheck.decisions(owner) == []


# ---- the account of all services


def test_nobody_lists_the_derived_account(owner: int, world: tuple[int, int, int]) -> None:
    derived = crosscheck.derived(owner)
    assert derived is not None

    assert {row.id for row in accounts.accounts(owner)} == set(world)
    assert accounts.find_account(owner, derived.service, derived.key) is None
    assert accounts.delete_account(owner, derived.id) is False


def test_deleting_an_account_takes_what_was_derived_along_and_has_the_others_compared(
    owner: int, world: tuple[int, int, int]
) -> None:
    github, *others = world

    accounts.delete_account(owner, github)

    assert crosscheck.derived(owner) is None
    assert list(crosscheck.stream_pairs(owner)) == []
    assert [row.state for row in imports.imports(owner) if row.is_comparison] == ["queued"]
    compare(owner)
    before = everything(owner)
    while accounts.delete_rows_of_nobody():
        pass
    assert {int(pattern[:-1]) for pattern in crosscheck.pattern_counts(owner)} == set(others)
    assert everything(owner) == before


def test_a_single_account_has_nothing_to_be_compared_with(owner: int, world: tuple[int, int, int]) -> None:
    for each in world[:2]:
        accounts.delete_account(owner, each)
    compare(owner)

    assert crosscheck.derived(owner) is None
    assert crosscheck.pattern_counts(owner) == {}


def test_what_changes_meanwhile_is_not_overwritten(owner: int, world: tuple[int, int, int]) -> None:
    before, members = individuals.state(owner), individuals.people_of_all(owner)
    decide(owner, *SAM, True)

    alone = pd.Series(range(len(members)))

    assert grouping.save(owner, members, alone, pd.DataFrame(columns=[*FOUND, *identity.CODES]), before) is None
    assert not individuals.forget(owner, before)
    assert "sstone rocky@clay.example" in groups(owner)


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_who_decides_while_the_user_is_deleted_holds_no_account(
    app: Flask, owner: int, world: tuple[int, int, int]
) -> None:
    with writing() as session:
        session.execute(select(User.id).where(User.id == owner).with_for_update())
        other = beside(app, lambda: decide(owner, *SAM, True))
        free = select(Account.id).where(Account.owner_id == owner).with_for_update(nowait=True)
        assert len(session.execute(free).all()) == 4
        assert other.is_alive()
    other.join(10)


def test_what_is_compared_again_and_stays_the_same_is_not_written(owner: int, world: tuple[int, int, int]) -> None:
    def rows_written() -> int:
        written = []

        def count(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            if statement.split()[0] in ("INSERT", "UPDATE", "DELETE") and "accounts" not in statement.split()[:3]:
                written.append(max(cursor.rowcount, 0))

        event.listen(db.engine, "after_cursor_execute", count)
        compare(owner)
        event.remove(db.engine, "after_cursor_execute", count)
        return sum(written)

    assert rows_written() == 0

    account(owner, BLUESKY, follower("did:3"), follower("did:4"))
    assert rows_written() > 2


def test_what_is_written_by_difference_is_what_all_anew_gives(owner: int) -> None:
    github = account(owner, GITHUB, follower("a"), follower("b"), follower("c"), pairs="ab bc")
    account(owner, BLUESKY, follower("d"), follower("e"), pairs="de")
    compare(owner)
    before = everything(owner)

    with writing() as session:
        session.execute(delete(Ties).where(Ties.account_id == github))
    account(owner, GITHUB, follower("a"), follower("b"), follower("c"), follower("f"), pairs="ba cf")
    compare(owner)

    found = everything(owner)
    assert {(tie[0], tie[1]) for tie in found[2]} == {
        ("github:b", "github:a"),
        ("github:c", "github:f"),
        ("bluesky:d", "bluesky:e"),
    }
    assert found[2] != before[2]
    assert individuals.forget(owner, individuals.state(owner))
    compare(owner)
    assert found == everything(owner)


def test_deleting_a_user_deletes_pairs_and_decisions(owner: int, world: tuple[int, int, int]) -> None:
    decide(owner, *SAM, True)
    stored = {row.table: row.rows for row in users.stored_about(owner) if row.account is None}
    assert stored["identity_decisions"] == 1
    assert stored["identity_pairs"] > 3

    users.delete_user(owner)

    assert {row.rows for row in users.stored_about(owner)} == {0}


# ---- a decision leaves what comparing all anew would

KEYS_OF = {"me0": "ab", "me1": "ac", "me2": "abc", "me3": "ab"}
SERVICE_OF = {"me0": GITHUB, "me1": GITHUB, "me2": MASTODON, "me3": BLUESKY}
EVERYBODY = sorted({(SERVICE_OF[name], key) for name, keys in KEYS_OF.items() for key in keys})
PAIRS = list(combinations(EVERYBODY, 2))
FOUND = ["left", "right", "probability", "certain"]


def small_world(owner: int) -> None:
    """Two accounts of one service, and one whose ties have no direction."""
    for name, keys in KEYS_OF.items():
        batch = Batch(people=[(follower if key < "b" else friend)(key) for key in keys], ties=ties("ab", "ba", "ac"))
        profile = Profile(service=SERVICE_OF[name], key=name, handle=name)
        merged(owner, batch, profile=profile, mutual_ties=name == "me2")


def save(owner: int, certain: dict[tuple[Any, Any], float]) -> None:
    """Compares all anew, with these pairs for what the analysis finds."""
    members = individuals.people_of_all(owner)
    places = {key: row for row, key in enumerate(zip(members["service"], members["key"], strict=True))}
    made = [(places[one], places[other], probability, True) for (one, other), probability in certain.items()]
    pairs = pd.DataFrame(made, columns=FOUND).assign(**dict.fromkeys(identity.CODES, 0.0))
    persons = identity.persons(members, pairs, individuals.decided(owner))
    assert grouping.save(owner, members, persons, pairs, individuals.state(owner))


def everything(owner: int) -> tuple[Any, ...]:
    derived = crosscheck.derived(owner)
    assert derived is not None
    rows, _ = crosscheck.table_page(owner, limit=1_000)
    members = sorted((row.key, row.pattern, [member.person_id for member in row.members]) for row in rows)
    told = people.stream_list(owner, derived.id, "everyone")
    plain = sorted(str([value for name, value in row.items() if name != "id"]) for row in told)
    return members, plain, sorted(tuple(tie.values()) for tie in people.stream_ties(owner, derived.id))


@given(
    certain=st.dictionaries(st.sampled_from(PAIRS), st.sampled_from([0.91, 0.95, 0.99]), max_size=6),
    said=st.lists(st.tuples(st.sampled_from(PAIRS), st.sampled_from([True, True, False, None])), max_size=4),
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=settings().max_examples // 2,  # each compares everybody anew, twice
)
def test_a_decision_leaves_what_comparing_all_anew_gives(
    owner: int, certain: dict[tuple[Any, Any], float], said: list[tuple[Any, bool | None]]
) -> None:
    if not accounts.accounts(owner):
        small_world(owner)
    with writing() as session:
        session.execute(delete(IdentityDecision))
    save(owner, certain)

    for (one, other), same in said:
        decide(owner, one, other, same)

    found = everything(owner)
    save(owner, certain)  # what differs
    assert found == everything(owner)
    assert individuals.forget(owner, individuals.state(owner))
    save(owner, certain)  # all
    assert found == everything(owner)
