"""The accounts of the cross-check: what they are called, and what can be asked of them."""

from __future__ import annotations

from dashapp.dashboard.crosscheck_filter import offered
from dashapp.dashboard.crosscheck_view import CrosscheckView
from dashapp.dashboard.sections.crosscheck import combinations_chart
from dashapp.store.crosscheck import relations
from tests.dashboard.dash_client import parts, plain, text
from tests.records import account_row

WHOLE = ["followers", "friends"]


def view(counts: dict[str, int], *services: str, mutual: int = 0) -> CrosscheckView:
    """Accounts 1, 2 … of these services; of the one with the number `mutual` ties are."""
    accounts = [
        account_row(id=n, service=service, handle=f"me{n}", place=n, lists=WHOLE, mutual_ties=n == mutual)
        for n, service in enumerate(services, 1)
    ]
    told = {pattern: relations(pattern, {mutual}) for pattern in counts}
    return CrosscheckView(
        derived=account_row(id=99), accounts=accounts, counts=counts, relations=told, theme="light", time_zone="UTC"
    )


def test_two_accounts_of_one_service_are_told_apart() -> None:
    both = view({"1f": 1}, "mastodon", "mastodon", "github")

    assert [both.title(each) for each in both.accounts] == ["Mastodon, me1", "Mastodon, me2", "GitHub"]
    assert (both.place, view({}, "mastodon", "github").place) == ("account", "service")


def test_where_ties_are_mutual_there_is_one_relation() -> None:
    linked = view({"1f 2m": 3, "2m": 5}, "github", "linkedin", mutual=2)

    assert {each.where: each.people for each in linked.combinations("followers")} == {
        "1.no-follower,2.there": 5,
        "1.follower,2.there": 3,
    }
    labels = [each.label for each in linked.questions()]
    assert "Friend on LinkedIn, only follower on GitHub" in labels
    assert "Friend on GitHub, only follower on LinkedIn" not in labels


def test_who_follows_and_is_no_friend_is_told_apart_where_ties_are_mutual_too() -> None:
    facebook = view({"1f 2f": 3, "2i": 1}, "github", "facebook", mutual=2)
    there = facebook.accounts[1]

    asked = ("follower", "friend", "mutual", "follower-only", "no-friend", "absent")
    assert {option: facebook.people(facebook.on(there, option)) for option in asked} == {
        "follower": 4, "friend": 1, "mutual": 1, "follower-only": 3, "no-friend": 3, "absent": 0,
    }  # fmt: skip
    assert [*offered(WHOLE, facebook.options(there))] == ["there", "mutual", "follower-only", "no-mutual", "absent"]


def test_the_account_with_most_friends_who_never_follow_is_told() -> None:
    found = view({"1i": 4, "1i 2f": 9, "2i": 3}, "github", "mastodon").unreturned()

    assert found is not None
    account, chosen, people = found
    assert (account.id, str(chosen), people) == (1, "1.friend-only,2.no-follower", 4)
    assert view({"1m": 4}, "github", "mastodon").unreturned() is None


def test_combinations_that_are_not_drawn_are_counted_in_words() -> None:
    many = {" ".join(f"{n}f" for n in range(1, 6) if number >> n & 1): 2 for number in range(2, 64, 2)}

    said = text(plain(combinations_chart(view(many, "github", "mastodon", "bluesky", "x", "facebook"), "anybody")))

    assert "11 rarer combinations of 22 people in all, not drawn, stand in the CSV." in said


def test_the_charts_table_is_bounded_and_names_the_file_with_the_rest() -> None:
    many = {" ".join(f"{n}f" for n in range(1, 7) if number >> n & 1): 1 for number in range(2, 128, 2)}

    drawn = plain(combinations_chart(view(many, "github", "mastodon", "bluesky", "x", "facebook", "csv"), "anybody"))

    assert "The CSV has 13 rarer combinations more." in text(drawn)
    assert sum(one["type"] == "Tr" for one in parts(drawn)) == 1 + 50
