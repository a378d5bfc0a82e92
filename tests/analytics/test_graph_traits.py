"""What is told of the people of a drawing beside where they stand."""

import numpy as np
import pandas as pd
import pytest

from analytics.graph_traits import from_row, graph_traits, to_row

PERSON = np.array([7, 3, 5])
PEOPLE = pd.DataFrame(
    {
        "followers": [30.0, np.nan, 5e9, 1.0],
        "n_followers": pd.array([2, None, 0, 0], dtype="Int64"),
        "n_friends": pd.array([None, 1, 3, 0], dtype="Int64"),
        "is_follower": [True, True, False, True],
        "is_friend": [True, False, True, True],
        "places": pd.Series([("github", "mastodon"), ("bluesky",), ("mastodon",), ("x",)], dtype=object),
    }
).set_axis([3, 5, 7, 9])


def test_traits_stand_in_the_order_of_the_drawing():
    traits = from_row(to_row(graph_traits(PERSON, PEOPLE)))

    assert traits.followers.tolist() == [2**31 - 1, 30, -1]
    assert traits.mutual.tolist() == [False, True, False]
    assert [traits.here(number) for number in range(3)] == [(0, 3), (2, None), (None, 1)]
    assert traits.services == ["bluesky", "github", "mastodon"]
    assert traits.on("mastodon").tolist() == [True, True, False]
    assert traits.on_several.tolist() == [False, True, False]
    with pytest.raises(ValueError, match="not in list"):
        traits.on("x")


def test_people_of_one_account_are_on_no_service_that_is_told():
    traits = graph_traits(PERSON, PEOPLE.assign(places=None))

    assert (traits.services, traits.places.tolist()) == ([], [0, 0, 0])
