from datetime import UTC, datetime

import pandas as pd
import pytest
from scipy import stats

from analytics.findings import of_communities, of_people

AS_OF = datetime(2026, 3, 2, tzinfo=UTC)


def people(*groups):
    """Followers: so many of each group, so many of whom are followed back, with what they tell."""
    rows = [{"is_follower": True, "is_friend": n < back, **told} for told, back, size in groups for n in range(size)]
    frame = pd.DataFrame(rows)
    for name in ("followers", "created_at", "active_at", "server", "language", "community"):
        frame[name] = frame.get(name)
    times = {name: pd.to_datetime(frame[name], utc=True) for name in ("created_at", "active_at")}
    typed = {"followers": "float64", "server": "str", "language": "str", "community": "Int64"}
    return frame.assign(**times, person=range(len(frame))).astype(typed)


def at(server):
    return {"server": server}


def test_the_class_that_is_followed_back_more_often_is_told_with_what_it_rests_on():
    """By hand: 30 of 40 at one server, 10 of 60 at the two others; three classes were looked at."""
    found = of_people(
        people((at("a.example"), 30, 40), (at("b.example"), 6, 30), (at("c.example"), 4, 30)), as_of=AS_OF
    )

    p = 2 * stats.fisher_exact([[30, 10], [10, 50]], alternative="greater").pvalue
    assert [(each.sentence, each.section) for each in found] == [
        (
            "Of your followers at a.example you follow back 75% (30 of 40), of the others of whom this is told 17% "
            "(10 of 60).",
            "audience",
        )
    ]
    assert found[0].p == pytest.approx(3 * p)


def test_of_whom_it_is_not_told_is_on_neither_side():
    told = (at("a.example"), 30, 40), (at("b.example"), 10, 60)

    assert of_people(people(*told, (at(None), 200, 200)), as_of=AS_OF) == of_people(people(*told), as_of=AS_OF)
    assert of_people(people((at("a.example"), 30, 40), (at(None), 0, 200)), as_of=AS_OF) == []


@pytest.mark.parametrize(
    ("told", "other", "who"),
    [
        pytest.param({"followers": 50}, {"followers": 500}, "with 10–99 followers", id="size"),
        pytest.param(
            {"created_at": "2025-12-20"}, {"created_at": "2020-01-01"}, "whose account is up to 3 months old", id="age"
        ),
        pytest.param(
            {"active_at": "2024-01-01"}, {"active_at": "2026-03-01"}, "whose last post was over a year ago", id="rest"
        ),
        pytest.param({"language": "de"}, {"language": "en"}, "with a bio in German", id="language"),
    ],
)
def test_people_are_told_apart_by_all_that_the_page_shows(told, other, who):
    (found,) = of_people(people((told, 30, 40), (other, 10, 61)), as_of=AS_OF)

    assert found.sentence.startswith(f"Of your followers {who} you follow back 75% (30 of 40), ")


def test_friends_are_asked_whether_they_follow_back():
    frame = people((at("a.example"), 30, 40), (at("b.example"), 10, 60))
    friends = frame.assign(is_follower=frame["is_friend"], is_friend=True)

    (found,) = of_people(friends, as_of=AS_OF)

    assert found.sentence == (
        "Of your friends at a.example 75% (30 of 40) follow you back, of the others of whom this is told 17% (10 of "
        "60)."
    )


def named(*lists):
    return pd.DataFrame(
        [(which, number, f"{name} of {which}") for which in lists for number, name in enumerate("ABC")],
        columns=["list", "community", "name"],
    )


def member(community, **told):
    return {"community": community, **told}


def test_a_community_is_told_by_who_is_followed_back():
    frame = people((member(0), 30, 40), (member(1), 10, 60), (member(None), 100, 100))

    (found,) = of_communities(frame, named("followers"), follow_back=True)

    assert (found.sentence, found.section) == (
        "Of your followers in the community “A of followers” you follow back 75% (30 of 40), of those in others 17% "
        "(10 of 60).",
        "graph",
    )
    assert of_communities(frame, named("followers"), follow_back=False) == []


def test_a_community_is_told_by_a_language_that_was_not_used_to_make_it():
    """By hand: 30 of 40 in one, 10 of 60 in the two others; three communities and two languages. Either may be said."""
    groups = [(0, "de", 30), (0, "en", 10), (0, None, 50), (1, "de", 5), (1, "en", 25), (2, "de", 5), (2, "en", 25)]
    frame = people(*((member(number, language=code), 0, n) for number, code, n in groups))

    (found,) = of_communities(frame, named("followers", "friends"), follow_back=False)

    of_first = "In the community “A of followers” "
    assert found.sentence in {
        f"{of_first}75% (30 of 40) have a bio in German, in others 17% (10 of 60), where this is told.",
        f"{of_first}25% (10 of 40) have a bio in English, in others 83% (50 of 60), where this is told.",
    }
    assert found.p == pytest.approx(6 * 2 * stats.fisher_exact([[30, 10], [10, 50]], alternative="greater").pvalue)


def test_rare_languages_are_passed_over():
    groups = [(0, "de", 19), (0, "en", 21), (1, "de", 0), (1, "en", 60)]

    found = of_communities(
        people(*((member(number, language=code), 0, n) for number, code, n in groups)),
        named("followers"),
        follow_back=False,
    )

    p = 2 * stats.fisher_exact([[21, 19], [60, 0]], alternative="less").pvalue
    assert [each.p for each in found] == [pytest.approx(2 * p)]
    assert "in English" in found[0].sentence
