"""What is told of the people of a drawing beside where they stand."""

import numpy as np
import pandas as pd
import pytest

from analytics.graph_traits import from_row, graph_traits, to_row

PERSON = np.array([7, 3, 5])
FOLLOWERS = pd.Series({3: 30.0, 5: np.nan, 7: 5e9})
PLACES = pd.Series({3: ("github", "mastodon"), 7: ("mastodon",), 5: ("bluesky",), 9: ("x",)}, dtype=object)


def test_traits_stand_in_the_order_of_the_drawing():
    traits = from_row(to_row(graph_traits(PERSON, FOLLOWERS, PLACES)))

    assert traits.followers.tolist() == [2**31 - 1, 30, 0]
    assert traits.services == ["bluesky", "github", "mastodon"]
    assert traits.on("mastodon").tolist() == [True, True, False]
    assert traits.on_several.tolist() == [False, True, False]
    with pytest.raises(ValueError, match="not in list"):
        traits.on("x")


def test_people_of_one_account_are_on_no_service_that_is_told():
    traits = graph_traits(PERSON, FOLLOWERS, pd.Series(None, index=PERSON, dtype=object))

    assert (traits.services, traits.places.tolist()) == ([], [0, 0, 0])
