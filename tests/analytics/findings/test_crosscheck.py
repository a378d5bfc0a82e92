import pytest
from scipy import stats

from analytics.findings import Place, of_crosscheck

BOTH = frozenset({"followers", "friends"})


def places(*, whole=BOTH, one_sided=True):
    return {
        1: Place(title="Bluesky", whole=BOTH, one_sided=True),
        2: Place(title="X", whole=whole, one_sided=one_sided),
    }


def said(people, accounts):
    return {each.sentence: each for each in of_crosscheck(people, accounts)}


def test_those_who_follow_twice_are_compared_with_those_who_follow_once():
    """By hand: of 40 who follow on both 30 are followed back, of 60 who follow on Bluesky alone 10."""
    people = [({1: "m", 2: "f"}, 30), ({1: "f", 2: "f"}, 10), ({1: "m"}, 6), ({1: "m", 2: "i"}, 4), ({1: "f"}, 50)]

    found = said(people, places())

    sentence = (
        "Of those who follow you on Bluesky and X you follow back 75% (30 of 40) on Bluesky, of those who follow you "
        "on Bluesky and not on X 17% (10 of 60)."
    )
    p = 2 * stats.fisher_exact([[30, 10], [10, 50]], alternative="greater").pvalue
    assert found[sentence].p == pytest.approx(p)
    assert found[sentence].section == "where"


def test_who_is_not_on_a_list_that_was_not_read_whole_may_be_on_it():
    people = [({1: "m", 2: "f"}, 30), ({1: "f", 2: "f"}, 10), ({1: "m"}, 10), ({1: "f"}, 50)]

    assert of_crosscheck(people, places(whole=frozenset({"friends"}))) == []


def test_those_who_are_followed_twice_are_compared_with_those_who_are_followed_once():
    people = [({1: "m", 2: "i"}, 30), ({1: "i", 2: "m"}, 10), ({1: "m"}, 6), ({1: "m", 2: "f"}, 4), ({1: "i"}, 50)]

    assert (
        "Of those whom you follow on Bluesky and X 75% (30 of 40) follow you back on Bluesky, of those whom you follow "
        "on Bluesky and not on X 17% (10 of 60)."
    ) in said(people, places())


def test_followers_are_compared_with_those_who_are_followed_in_vain():
    people = [({1: "m", 2: "f"}, 20), ({1: "f", 2: "m"}, 10), ({1: "f"}, 10), ({1: "i", 2: "m"}, 10), ({1: "i"}, 50)]

    assert (
        "Of your followers on Bluesky 75% (30 of 40) follow you on X too, of those whom you follow on Bluesky and who "
        "do not follow you there 17% (10 of 60)."
    ) in said(people, places())


def test_accounts_are_compared_by_follow_back_where_it_is_one_sided():
    people = [({1: "m"}, 30), ({1: "f"}, 10), ({1: "i"}, 30), ({2: "m"}, 10), ({2: "f"}, 50)]

    found = said(people, places())

    sentence = "Of your followers on Bluesky you follow back 75% (30 of 40), of those on X 17% (10 of 60)."
    assert found[sentence].section == "accounts"
    assert "accounts" not in {each.section for each in of_crosscheck(people, places(one_sided=False))}


def test_of_few_people_nothing_is_said():
    assert of_crosscheck([({1: "m", 2: "f"}, 19), ({1: "f"}, 500)], places()) == []
    assert of_crosscheck([], {}) == []
