"""The graph: where people stand, which ties are drawn, who is lit, and that names bring no markup."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from analytics import graph_drawing as drawings
from analytics.graph_drawing import REACH, graph_drawing
from analytics.layout import node_radii
from dashapp.dashboard.figures.graph import (
    CROWD,
    HEIGHT,
    NAMED,
    QUIET,
    GraphCanvas,
    TiesImage,
    graph,
    image,
    person_texts,
    short_name,
)
from dashapp.dashboard.figures.graph_highlight import (
    MOST_LIT,
    Highlight,
    Selection,
    image_opacity,
    markers,
    ties_in_view,
    traces,
)
from dashapp.dashboard.figures.graph_names import names, to_name
from dashapp.dashboard.figures.labels import WAYS, label_budget, label_ways
from dashapp.dashboard.figures.style import PALETTES
from tests.dashboard.dash_client import as_plotly

TIES = pd.DataFrame(
    {"community": [0, 1], "name": ["Ada, Bob", "Dan"], "people": [2, 2], "x": [0.0, REACH], "y": [-REACH, REACH]}
)
TIES = pd.DataFrame({"source": [1, 2, 3], "target": [2, 3, 4]})
LABELS = {1: "Ada", 2: "Bob", 3: "Dan", 4: None}


def square(
    *, named: int = 4, directed: bool = True, labels: dict[int, str | None] = LABELS, **values: Any
) -> GraphCanvas:
    """Four people on the corners of a square, the first with the fewest ties; 1 and 2 have a colour, 3 another."""
    usual = {
        "person": [1, 2, 3, 4],
        "x": [-1.0, 1.0, 1.0, -1.0],
        "y": [-1.0, -1.0, 1.0, 1.0],
        "degree": [1, 2, 3, 4],
        "colour": [0, 0, 1, NAMED],
    }
    people = graph_drawing(pd.DataFrame(usual | values), TIES, named=named)
    best = people.person[len(people.person) - people.named :]
    details = pd.DataFrame({"person": best, "label": [labels[n] for n in best], "handle": [labels[n] for n in best]})
    details["handle"] = details["handle"].str.lower()
    return GraphCanvas(people, details.assign(n_followers=2, n_friends=1), "light", directed)


def figure(canvas: GraphCanvas, highlight: Highlight = Highlight(), **layout: Any) -> go.Figure:  # noqa: B008  it is frozen
    """The figure of a look."""
    layout = {"annotations": named(canvas, highlight), **layout}
    return as_plotly(graph(canvas, traces(canvas, highlight).items(), layout=layout, revision="followers"))


def named(canvas: GraphCanvas, highlight: Highlight = Highlight()) -> list[dict[str, Any]]:  # noqa: B008  it is frozen
    """The names of a look."""
    told = zip(canvas.details["person"], canvas.details["label"], strict=True)
    labels = {person: label for person, label in told if isinstance(label, str)}
    return names(canvas, highlight, to_name(canvas, highlight), labels)


def trace(drawn_figure: go.Figure, name: str) -> Any:
    """The trace of that name."""
    return next(one for one in drawn_figure.data if one.name == name)


def seen(drawn_figure: go.Figure) -> list[str]:
    """What is drawn, from below to above."""
    return [one.name for one in drawn_figure.data if one.visible is not False]


def selection(canvas: GraphCanvas, *people: int, first: int | None = None, **options: Any) -> Highlight:
    """A look at people by their ids."""
    number = None if first is None else int(canvas.drawing.numbers([first])[0])
    return Highlight(Selection(number, canvas.drawing.numbers(people), **options))


def test_people_stand_where_they_were_laid_out_in_their_communitys_colour() -> None:
    people = trace(figure(square()), "people")

    assert people.type == "scattergl"
    assert (people.x.tolist(), people.y.tolist()) == ([-REACH, REACH, REACH, -REACH], [-REACH, -REACH, REACH, REACH])
    assert list(people.customdata) == [1, 2, 3, 4]
    assert people.marker.color.tolist() == [0, 0, 1, NAMED]
    colours = [colour for _, colour in people.marker.colorscale]
    assert colours[::2] == [*PALETTES["light"].communities, PALETTES["light"].other]


def test_numbers_travel_in_few_bytes() -> None:
    people = trace(figure(square()), "people")

    kinds = [of.dtype.itemsize for of in (people.x, people.y, people.marker.size, people.marker.color)]
    assert kinds == [2, 2, 1, 1]


def test_discs_have_the_size_that_the_layout_made_room_for() -> None:
    canvas = square(degree=[1, 4, 9, 16])
    marker = trace(figure(canvas), "people").marker

    radii = np.sqrt(marker.size / 2 / marker.sizeref)  # as plotly does with sizemode "area"
    in_units = radii / canvas.scale / canvas.drawing.unit
    assert marker.sizemode == "area"
    assert in_units.tolist() == pytest.approx(node_radii(np.array([1, 4, 9, 16])).tolist())
    assert marker.sizemin < radii.max()


@pytest.mark.parametrize("room", [(HEIGHT, HEIGHT), (340.0, 370.0), (813.0, 620.0)])
def test_the_scale_is_that_of_the_narrower_side(room: tuple[float, float]) -> None:
    canvas = GraphCanvas(square().drawing, square().details, "light", room=room)

    whole = canvas.pixels(np.arange(4), None)
    assert whole.min() == pytest.approx(20 + canvas.largest)  # a disc, and a name
    assert (np.array(room) - whole.max(axis=0)).min() == pytest.approx(20 + canvas.largest)


def test_people_grow_less_than_the_part_in_view_so_that_they_stay_apart() -> None:
    canvas = square()
    whole = tuple(tuple(axis["range"]) for axis in canvas.axes)
    part = ((0.0, 4_000.0), (0.0, 4_000.0))
    quarter = (whole[0][1] - whole[0][0]) / 4

    assert canvas.growth(None) == pytest.approx(1)
    assert canvas.growth(whole) == pytest.approx(1)
    assert canvas.growth(part) == pytest.approx(4.0)
    assert canvas.growth(((0.0, quarter), (0.0, quarter))) == pytest.approx(2.0)


def test_those_without_a_name_are_a_crowd_below_in_the_colour_of_each_community() -> None:
    canvas = square(named=1)
    drawn_figure = figure(canvas)

    crowd = [one for one in drawn_figure.data if one.name == "crowd"]
    assert [len(one.x) for one in crowd] == [2, 1, *[0] * 7]
    assert [one.marker.color for one in crowd][:2] == list(PALETTES["light"].communities[:2])
    assert trace(drawn_figure, "people").customdata == (4,)
    assert drawn_figure.data[canvas.front].name == "people"
    assert all(one.customdata is None and one.hovertext is None for one in crowd)


def test_a_point_of_the_crowd_is_a_person() -> None:
    canvas = square(named=1)

    people = [canvas.person_at(CROWD + colour, point) for colour, point in ((0, 0), (0, 1), (1, 0))]
    nobody = [canvas.person_at(*place) for place in ((CROWD, 2), (CROWD, -1), (CROWD - 1, 0), (99, 0), (-1, 0))]

    assert people == [1, 2, 3]
    assert nobody == [None] * 5
    assert square().person_at(CROWD, 0) is None


def test_ties_are_lines_with_gaps_in_typed_arrays() -> None:
    ties = trace(figure(square()), "ties")

    assert ties.x.dtype == np.float32
    assert ties.x.tolist()[:2] == [-REACH, REACH]
    assert np.isnan(ties.x[2::3]).all()
    assert len(ties.x) == 3 * len(TIES)


def test_hover_tells_name_handle_and_counts() -> None:
    directed, undirected = (trace(figure(square(directed=one)), "people").hovertext for one in (True, False))

    assert directed[1] == "<b>Bob</b><br>bob<br>Followers in this graph: 2<br>Friends in this graph: 1"
    assert directed[3] == "<b>No name told</b><br>Followers in this graph: 2<br>Friends in this graph: 1"
    assert undirected[0] == "<b>Ada</b><br>ada<br>Ties in this graph: 2"


def test_hover_has_a_dash_for_a_count_that_is_not_told() -> None:
    details = pd.DataFrame({"label": ["Ada"], "handle": ["ada"], "n_followers": [float("nan")], "n_friends": [3.0]})

    (said,) = person_texts(details, directed=True)

    assert said.endswith("Followers in this graph: – (not told in full)<br>Friends in this graph: 3")


def test_names_bring_no_markup() -> None:
    evil = '<a href="https://x">Ada</a>'
    canvas = square(labels=LABELS | {1: evil})
    crowded = square(named=1)

    lit = figure(canvas, selection(canvas, 2, first=1))
    found = figure(crowded, selection(crowded, 1, names={1: evil}))

    assert "<a" not in trace(lit, "people").hovertext[0]
    assert [label.text for label in lit.layout.annotations if label.text.startswith("<b>&lt;a href=")]
    assert "<a" not in trace(found, "chosen").hovertext[0]


def test_the_account_in_the_middle_has_a_thin_line_to_everybody() -> None:
    drawn_figure = figure(square(), Highlight(ego="ada@example.social"))

    lines = trace(drawn_figure, "ties of the account")
    assert lines.x[::3].tolist() == lines.y[::3].tolist() == [0, 0, 0, 0]
    assert lines.line.width < trace(drawn_figure, "ties").line.width
    assert list(trace(drawn_figure, "account").hovertext) == ["ada@example.social"]


def test_who_is_looked_at_stands_in_front_with_their_ties_and_all_else_is_quiet() -> None:
    canvas = square()
    highlight = selection(canvas, 1, 3, first=2)
    drawn_figure = figure(canvas, highlight)

    lit = trace(drawn_figure, "chosen")
    assert list(lit.customdata) == [2, 3, 1]
    assert {label.text for label in drawn_figure.layout.annotations} == {"Ada", "<b>Bob</b>", "Dan"}
    assert lit.marker.line.width[0] > lit.marker.line.width[1]
    assert len(trace(drawn_figure, "their ties").x) == 2 * 3
    assert markers(canvas, highlight)[canvas.front]["opacity"] == QUIET
    assert image_opacity(highlight, lines=False) < image_opacity(Highlight(), lines=False)


def test_a_search_lights_without_ties() -> None:
    canvas = square()

    assert seen(figure(canvas, selection(canvas, 3))) == ["ties", "people", "chosen"]


def test_of_a_crowd_that_is_lit_the_best_connected_stand_in_front(monkeypatch: pytest.MonkeyPatch) -> None:
    n = MOST_LIT + 10
    values = {"person": np.arange(n), "x": np.zeros(n), "y": np.zeros(n), "degree": np.arange(n), "colour": np.zeros(n)}
    people = graph_drawing(pd.DataFrame(values), TIES, named=1)
    canvas = GraphCanvas(people, square(named=1).details, "light")

    lit = trace(figure(canvas, Highlight(Selection(0, np.arange(n)))), "chosen").customdata

    assert len(lit) == MOST_LIT
    assert lit[0] == people.person[0]
    assert min(lit[1:]) > 9


def test_a_picture_of_all_ties_takes_the_place_of_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawings, "LINES", 2)
    ties_image = TiesImage(source="data:image/png;base64,AAAA", left=-2, right=2, bottom=-1, top=1)

    drawn_figure = figure(square(), images=[image(ties_image, opacity=0.5)])

    under = drawn_figure.layout.images[0]
    assert seen(drawn_figure) == ["people"]
    assert (under.x, under.y, under.sizex, under.sizey, under.opacity) == (-2, 1, 4, 2, 0.5)
    assert (under.xref, under.yref, under.layer, under.sizing) == ("x", "y", "below", "stretch")


def test_few_ties_in_view_are_lines_over_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawings, "LINES", 2)
    canvas = square()
    corner = ((-REACH - 1.0, 0.0), (-REACH - 1.0, 0.0))
    everything = ((-REACH, REACH), (-REACH, REACH))

    lines = ties_in_view(canvas, Highlight(box=corner))

    assert [line["path"] for line in lines] == [f"M-{REACH},-{REACH}L{REACH},-{REACH}"]
    assert ties_in_view(canvas, Highlight(box=everything)) == ties_in_view(canvas, Highlight()) == []


def test_where_all_ties_are_lines_a_zoom_adds_none() -> None:
    assert ties_in_view(square(), Highlight(box=((-REACH - 1.0, 0.0), (-REACH - 1.0, 0.0)))) == []


def test_those_of_a_colour_are_lit_with_the_ties_among_them() -> None:
    canvas, crowded = square(), square(named=1)

    drawn_figure = figure(canvas, Highlight(colour=0))

    strong = markers(canvas, Highlight(colour=0))[canvas.front]["opacity"]
    assert strong == [canvas.opacity, canvas.opacity, QUIET, QUIET]
    assert [label.text for label in drawn_figure.layout.annotations] == ["Bob", "Ada"]
    assert len(trace(drawn_figure, "their ties").x) == 3  # 1 to 2
    strong_of = {place: marker["opacity"] for place, marker in markers(crowded, Highlight(colour=1)).items()}
    assert (strong_of[CROWD], strong_of[CROWD + 1], strong_of[crowded.front]) == (QUIET, crowded.opacity, [QUIET])


def test_names_stand_on_the_points_of_the_people_they_name_in_each_part_of_the_drawing() -> None:
    canvas = square()

    everywhere = {label["text"]: (label["x"], label["y"]) for label in named(canvas)}
    corner = named(canvas, Highlight(box=((-REACH - 2_000.0, 0.0), (-REACH - 2_000.0, 0.0))))

    assert everywhere == {"Ada": (-REACH, -REACH), "Bob": (REACH, -REACH), "Dan": (REACH, REACH)}
    assert [label["text"] for label in corner] == ["Ada"]
    away = abs(corner[0]["xshift"]) + abs(corner[0]["yshift"])
    assert away > canvas.radii(np.array([0]))[0] * canvas.growth(((-REACH - 2_000.0, 0.0), (-REACH - 2_000.0, 0.0)))


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


def test_few_people_far_off_do_not_squeeze_all_others() -> None:
    n = 200
    x = np.tile([-1.0, 1.0], n // 2)
    x[0] = 500.0
    people = graph_drawing(pd.DataFrame({"person": range(n), "x": x, "y": x, "degree": 1, "colour": 0}), TIES)

    low, high = figure(GraphCanvas(people, square().details, "light")).layout.xaxis.range

    assert -2.5 * people.unit < low < high < 2.5 * people.unit


def test_one_person_alone_can_be_drawn() -> None:
    alone = square().details.head(1)
    people = graph_drawing(pd.DataFrame({"person": [1], "x": [0.0], "y": [0.0], "degree": [0], "colour": [0]}), TIES)

    low, high = figure(GraphCanvas(people, alone, "dark")).layout.xaxis.range

    assert low < 0 < high


# ---- labels


def ways(points: list[tuple[float, float]], texts: list[str], *, room: float = 400, most: int = 40) -> dict[int, int]:
    """On which sides labels stand in a square room."""
    return label_ways(points, [4.0] * len(points), texts, room=(room, room), size=10, most=most)


@pytest.mark.parametrize(
    ("points", "texts", "expected"),
    [
        pytest.param([(200, 200)], ["name"], {0: (0, 1)}, id="above"),
        pytest.param([(200, 395)], ["name"], {0: (0, -1)}, id="not-over-the-edge"),
        pytest.param([(3, 390)], ["a long name"], {0: (1, 0)}, id="nor-over-two"),
        pytest.param([(30, 200)], ["山田太郎の長い名"], {0: (1, 0)}, id="nor-over-one-with-wide-signs"),
        pytest.param([(200, 200), (201, 200)], ["first", "second"], {0: (0, 1), 1: (0, -1)}, id="not-over-another"),
        pytest.param([(200, 200), (200, 212)], ["name", ""], {0: (0, -1)}, id="over-no-point-if-it-can"),
        pytest.param([(200, 200)] * 3, ["as long as it is"] * 3, {0: (0, 1), 1: (0, -1)}, id="or-nowhere"),
    ],
)
def test_a_label_stands_beside_its_point_where_it_covers_least(
    points: list[tuple[float, float]], texts: list[str], expected: dict[int, tuple[int, int]]
) -> None:
    found = ways(points, texts)

    assert {number: tuple(WAYS[way]) for number, way in found.items()} == expected


def test_labels_are_as_many_as_can_be_read_the_first_ones_first() -> None:
    row = [(20.0, 20.0 * n) for n in range(1, 19)]

    assert list(ways(row, ["x"] * 18, most=7)) == list(range(7))
    assert list(ways(row, ["x"] * 18)) == list(range(18))
    assert ways([], []) == {}
    assert [label_budget(41, room) for room in ((1900, 800), (816, 620), (350, 335))] == [40, 31, 8]
    assert label_budget(40, (350, 335)) == 40
