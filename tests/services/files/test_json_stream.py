"""JSON element by element: the same as parsing it whole, for all sizes, cut anywhere."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.errors import ExportError
from dashapp.services.files import json_stream
from dashapp.services.files.json_stream import Elements, batched, document, parsed
from dashapp.services.records import BATCH
from tests.services.exports import Files

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(['"', "\\", '\\"', "[{", "}]", '{"a": ['])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=5,
)
OBJECTS = st.lists(st.dictionaries(TEXTS, VALUES, max_size=2), max_size=6)


def elements(data: bytes, key: str = "") -> list[Any]:
    return [parsed(element) for element in Elements(io.BytesIO(data), name="a.json", key=key)]


@given(
    values=OBJECTS,
    indent=st.sampled_from([None, 0, 2]),
    escaped=st.booleans(),
    start=st.sampled_from(["", "window.YTD.tweets.part0 = ", "\ufeff  var user_details=", "\n"]),
    end=st.sampled_from(["", ";", " \n;\n"]),
    piece=st.integers(64, 200),
)
def test_elements_are_those_of_the_whole(
    values: list[Any], indent: int | None, escaped: bool, start: str, end: str, piece: int
) -> None:
    data = f"{start}{json.dumps(values, indent=indent, ensure_ascii=escaped)}{end}".encode()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "PIECE", piece)
        found = elements(data)

    assert found == values


@given(values=OBJECTS, before=st.dictionaries(TEXTS, VALUES, max_size=3), after=VALUES)
def test_the_array_of_a_key_is_found_wherever_it_stands(values: list[Any], before: dict[str, Any], after: Any) -> None:
    whole = {**before, "orderedItems": values, "after": after}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "PIECE", 50)
        found = elements(json.dumps(whole).encode(), key="orderedItems")

    assert found == values


@given(values=OBJECTS, cut=st.floats(0, 1, exclude_max=True))
def test_an_array_without_end_is_told(values: list[Any], cut: float) -> None:
    data = json.dumps(values).encode()

    with pytest.raises(ExportError):
        elements(data[: int(cut * len(data))])


@given(st.binary(max_size=400))
def test_random_bytes_end_in_an_error_of_ours(data: bytes) -> None:
    try:
        list(Elements(io.BytesIO(b"[" + data), name="a.json"))
    except ExportError as error:
        assert "a.json" in str(error)  # noqa: PT017 - either outcome is right


def test_one_bad_element_leaves_the_others_readable() -> None:
    found = list(Elements(io.BytesIO(b'[{"a": 1}, {"a": tru}, 5, "x", {"a": 2}, 7]'), name="a.json"))

    assert found == [b'{"a": 1}', b'{"a": tru}', b'5, "x"', b'{"a": 2}', b"7"]


def test_half_an_emoji_becomes_a_replacement_character() -> None:
    assert parsed(rb'{"text": "a \ud83d b \ud83d\ude00"}') == {"text": "a � b 😀"}


@pytest.mark.parametrize(
    "element", [b"{", b'{"a": "\xff"}', b"[" * 5000 + rb'"\ud83d"' + b"]" * 5000, b"NaN", b"9" * 5000]
)
def test_what_is_no_json_is_a_value_error(element: bytes) -> None:
    with pytest.raises(ValueError, match=r"valid JSON|nested too deep|depth limit"):
        parsed(element)


def test_done_counts_bytes_up_to_the_end() -> None:
    data = json.dumps([{"a": "x" * 1000}] * 1000).encode()
    read = Elements(io.BytesIO(data), name="a.json")

    assert [read.done for _ in read][-1] == len(data)


def test_batches_are_bounded_by_number_and_by_size() -> None:
    assert [len(batch) for batch in batched([b"x"] * (BATCH + 1))] == [BATCH, 1]
    assert [len(batch) for batch in batched([bytes(9 << 20)] * 3)] == [2, 1]


def test_a_document_stands_behind_its_assignment() -> None:
    files = Files({"data/manifest.js": 'window.__THAR_CONFIG = {"a": 1};\n'})

    assert document(files, "data/manifest.js") == {"a": 1}
