"""The graph: where people stand, which ties are drawn, who is lit, and that names bring no markup."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashapp.dashboard.figures.graph import (
    NAMED,
    Chosen,
    Picture,
    community_ranks,
    graph,
    neighbours_in,
    short_name,
)
from dashapp.dashboard.figures.labels import apart
from dashapp.dashboard.figures.style import PALETTES

COMMUNITIES = pd.DataFrame({"community": [0, 1], "name": ["Ada, Bob", "Dan"], "people": [2, 2]})
TIES = pd.DataFrame({"source": [1, 2, 3], "target": [2, 3, 4]})


def nodes(**values: object) -> pd.DataFrame:
    """Four people on the corners of a square; 1 and 2 are of one community, 3 of another, 4 of none."""
    return pd.DataFrame(
        {
            "person": [1, 2, 3, 4],
            "label": ["Ada", "Bob", "Dan", None],
            "handle": ["ada", "bob", "dan", None],
            "x": [-1.0, 1.0, 1.0, -1.0],
            "y": [-1.0, -1.0, 1.0, 1.0],
            "degree": [1, 2, 2, 1],
            "community": pd.array([0, 0, 1, None], dtype="Int64"),
            "n_followers": [0, 1, 1, 1],
            "n_friends": [1, 1, 1, 0],
            **values,
        }
    )


def drawn(chosen: Chosen | None = None, *, people: pd.DataFrame | None = None, **options: object):
    """The figure of the square."""
    given = nodes() if people is None else people
    return graph(given, TIES, communities=COMMUNITIES, theme="light", chosen=chosen, **options)


def trace(figure, name: str):
    """The trace of that name."""
    return next(one for one in figure.data if one.name == name)


def test_people_stand_where_they_were_laid_out_in_their_communitys_colour() -> None:
    people = trace(drawn(), "people")

    assert people.type == "scattergl"
    assert (people.x.tolist(), people.y.tolist()) == ([-1, 1, 1, -1], [-1, -1, 1, 1])
    assert people.customdata.tolist() == [1, 2, 3, 4]
    assert people.marker.color.tolist() == [0, 0, 1, NAMED]
    colours = [colour for _, colour in people.marker.colorscale]
    assert colours[::2] == [*PALETTES["light"].communities, PALETTES["light"].other]


def test_the_size_grows_with_the_root_of_the_degree() -> None:
    sizes = trace(drawn(people=nodes(degree=[0, 1, 4, 16])), "people").marker.size

    steps = np.diff(sizes)
    assert steps.tolist() == pytest.approx([steps[0], steps[0], 2 * steps[0]])


def test_ties_are_lines_with_gaps_in_typed_arrays() -> None:
    ties = trace(drawn(), "ties")

    assert ties.x.dtype == np.float32
    assert ties.x.tolist()[:2] == [-1, 1]
    assert np.isnan(ties.x[2::3]).all()
    assert len(ties.x) == 3 * len(TIES)


def test_hover_tells_name_handle_and_counts() -> None:
    directed, undirected = (trace(drawn(directed=directed), "people").hovertext for directed in (True, False))

    assert directed[1] == "<b>Bob</b><br>bob<br>Followers here: 1<br>Friends here: 1"
    assert directed[3] == "<b>No name told</b><br>Followers here: 1<br>Friends here: 0"
    assert undirected[0] == "<b>Ada</b><br>ada<br>Ties here: 0"


def test_names_bring_no_markup() -> None:
    people = nodes(label=['<a href="https://x">Ada</a>', "Bob", "Dan", "Erin"])
    communities = COMMUNITIES.assign(name=["<b>Ada</b>, Bob", "Dan"])

    figure = graph(people, TIES, communities=communities, theme="light", chosen=None)
    lit = drawn(Chosen(1, [2]), people=people)

    assert "<a" not in trace(figure, "people").hovertext[0]
    assert figure.layout.annotations[0].text == "&lt;b&gt;Ada&lt;/b&gt;"
    assert not [name for name in trace(lit, "chosen").text if "<" in name]


def test_the_account_in_the_middle_has_a_thin_line_to_everybody() -> None:
    figure = drawn(ego="ada@example.social")

    lines = trace(figure, "ties of the account")
    assert lines.x[::3].tolist() == lines.y[::3].tolist() == [0, 0, 0, 0]
    assert lines.line.width < trace(figure, "ties").line.width
    assert list(trace(figure, "account").hovertext) == ["ada@example.social"]


def test_who_is_looked_at_stands_in_front_with_their_ties_and_all_else_is_quiet() -> None:
    figure = drawn(Chosen(2, {1, 3}))

    lit = trace(figure, "chosen")
    assert lit.customdata.tolist()[0] == 2
    assert set(lit.customdata.tolist()) == {1, 2, 3}
    assert set(lit.text) == {"Ada", "Bob", "Dan"}
    assert lit.marker.line.width[0] > lit.marker.line.width[1]
    assert len(trace(figure, "their ties").x) == 2 * 3
    assert trace(figure, "people").marker.opacity < 0.3
    assert not figure.layout.annotations


def test_somebody_who_is_not_drawn_lights_those_they_have_ties_with() -> None:
    figure = drawn(Chosen(99, {1}))

    assert trace(figure, "chosen").customdata.tolist() == [1]


def test_a_search_lights_without_ties() -> None:
    figure = drawn(Chosen(None, {3}))

    assert [one.name for one in figure.data] == ["ties", "people", "chosen"]


def test_a_picture_of_all_ties_takes_the_place_of_lines() -> None:
    picture = Picture(source="data:image/png;base64,AAAA", left=-2, right=2, bottom=-1, top=1)

    figure = drawn(picture=picture)

    image = figure.layout.images[0]
    assert [one.name for one in figure.data] == ["people"]
    assert (image.x, image.y, image.sizex, image.sizey) == (-2, 1, 4, 2)
    assert (image.xref, image.yref, image.layer, image.sizing) == ("x", "y", "below", "stretch")


def test_the_largest_community_comes_first_and_of_equals_the_smaller_number() -> None:
    communities = pd.DataFrame({"community": [0, 1, 2], "people": [5, 9, 5]})

    assert community_ranks(communities) == {1: 0, 0: 1, 2: 2}


def test_communities_are_named_where_they_are() -> None:
    labels = {label.text: (label.x, label.y) for label in drawn().layout.annotations}

    assert labels == {"Ada": (0.0, -1.0), "Dan": (1.0, 1.0)}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("Ada L, Bob", "Ada L"),
        ("ada@example.social, bob@example.org", "ada"),
        ("@ada", "@ada"),
        ("Community 4", "Community 4"),
    ],
)
def test_a_label_is_the_first_name_without_its_host(names: str, expected: str) -> None:
    assert short_name(names) == expected


def test_a_tie_makes_neighbours_of_both_ends() -> None:
    assert neighbours_in(TIES, 2) == {1, 3}
    assert neighbours_in(TIES, 99) == set()


def test_few_people_far_off_do_not_squeeze_all_others() -> None:
    crowd = pd.concat([nodes()] * 50, ignore_index=True).assign(person=range(200))
    crowd.loc[0, "x"] = 500.0

    low, high = graph(crowd, TIES, communities=COMMUNITIES, theme="light").layout.xaxis.range

    assert -2.5 < low < high < 2.5


def test_one_person_alone_can_be_drawn() -> None:
    figure = graph(nodes().head(1), TIES.head(0), communities=COMMUNITIES, theme="dark")

    low, high = figure.layout.xaxis.range
    assert low < -1 < high


# ---- labels


def test_labels_that_would_cover_an_earlier_one_are_left_out() -> None:
    stands = apart([0, 1, 0], [0, 0, 100], ["first", "second", "far"], scale=1, size=12)

    assert stands.tolist() == [True, False, True]


def test_labels_without_text_take_no_room() -> None:
    assert apart([0, 0], [0, 0], ["", "x"], scale=1, size=12).tolist() == [False, True]


def test_no_labels_are_no_problem() -> None:
    assert apart([], [], [], scale=1, size=12).tolist() == []
