"""Bodies of callbacks that no page of ours would send: 400, and never a trace of the inside."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .conftest import Known
from .dash_client import GRAPH, Page

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
OUTPUTS = [
    "_pages_content.children",
    '{"chart":["ALL"],"type":"chart"}.figure',
    "timeline-behind.children",
    "sentiment-behind.children",
    "people-box.children",
    "people-grid.getRowsResponse",
    GRAPH + ".figure",
    '{"chart":["MATCH"],"type":"table"}.children',
    "overview-imports.children",
]
CHARTS = {f'{{"chart":["ALL"],"type":"{part}"}}': [{"type": part, "chart": "timeline"}] for part in ("chart", "words")}


@pytest.mark.parametrize(
    "body",
    [[], {}, None, 1, "x", {"output": 1}, {"output": "nothing.children"}, {"output": ["a"]}, {"output": None}],
    ids=str,
)
def test_a_body_of_another_shape_is_refused(ada: Page, body: Any) -> None:
    response = ada.post(body)

    assert response.status_code == 400
    assert "Traceback" not in response.text


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"inputs": []}, id="no-inputs"),
        pytest.param({"inputs": None}, id="null-inputs"),
        pytest.param({"inputs": [1]}, id="inputs-of-numbers"),
        pytest.param({"state": [{"id": "x", "property": "y"}]}, id="another-state"),
        pytest.param({"outputs": None}, id="no-outputs"),
        pytest.param({"outputs": {"id": "x", "property": "children"}}, id="another-output"),
        pytest.param({"outputs": [[[]]]}, id="nested-outputs"),
        pytest.param({"changedPropIds": "x"}, id="changed-text"),
        pytest.param({"changedPropIds": ["{broken.value"]}, id="changed-unknown"),
        pytest.param({"changedPropIds": [["a"]]}, id="changed-list"),
    ],
)
def test_a_body_with_other_parts_is_refused(ada: Page, output: str, change: dict[str, Any]) -> None:
    body = ada.body(output, CHARTS) | change

    assert ada.post(body).status_code == 400


def test_one_component_in_place_of_a_list_of_them_is_refused(ada: Page) -> None:
    body = ada.body('{"chart":["ALL"],"type":"chart"}.figure', CHARTS)
    body["outputs"][0] = body["outputs"][0][0]

    assert ada.post(body).status_code == 400


def test_what_runs_in_the_browser_is_refused(ada: Page) -> None:
    in_browser = [output for output, one in ada.declared.items() if one["clientside_function"]]

    statuses = {output: ada.post(ada.body(output, {})).status_code for output in in_browser}

    assert len(statuses) > 20
    assert set(statuses.values()) == {400}


def test_an_input_of_another_component_is_refused(ada: Page) -> None:
    body = ada.body("people-box.children", {})
    body["inputs"][0] = {**body["inputs"][0], "id": "people-search"}

    assert ada.post(body).status_code == 400


@pytest.mark.parametrize(
    "wrong", [{"type": "chart"}, {"type": "chart", "chart": ["ALL"]}, {"type": "x", "chart": "y"}, "z"]
)
def test_a_wildcard_takes_only_ids_of_its_kind(ada: Page, wrong: Any) -> None:
    body = ada.body('{"chart":["ALL"],"type":"chart"}.figure', CHARTS)
    body["outputs"][0] = [{"id": wrong, "property": "figure"}]

    assert ada.post(body).status_code == 400


def test_many_components_are_refused_where_one_is_declared(ada: Page) -> None:
    body = ada.body("people-box.children", {})
    body["inputs"][0] = [body["inputs"][0]]

    assert ada.post(body).status_code == 400


@given(data=st.data())
def test_whatever_values_come_in_nothing_breaks(ada: Page, known: Known, data: st.DataObject) -> None:
    body = ada.body(data.draw(st.sampled_from(OUTPUTS)), CHARTS, match="timeline", every=1)
    shown = {"account": known.full, "period": data.draw(JSON), "unit": data.draw(JSON)}
    for one in [*body["inputs"], *body["state"]]:
        for part in one if isinstance(one, list) else [one]:
            part["value"] = shown if part["id"] == "account-shown" else data.draw(JSON)
    if data.draw(st.booleans()):
        first = body["inputs"][0]
        if isinstance(first, dict) and isinstance(first["id"], str):
            body["changedPropIds"] = [f"{first['id']}.{first['property']}"]

    response = ada.post(copy.deepcopy(body))

    assert response.status_code in (200, 204, 400, 404), response.text


@pytest.mark.parametrize(
    "path", ["", "x", "/", "/x", "//", "/dashboard", "/dashboard/user/", "/dashboard/user/a/b", "\x00"]
)
def test_any_text_can_stand_for_an_address(ada: Page, path: str) -> None:
    values = {"_pages_location.pathname": path, "_pages_location.search": "?&&=&a=1&a=2&account=%FF"}

    assert ada.send("_pages_content.children", values).status_code in (200, 400)
