"""What Dash's own script does in a browser: opens pages, sends callbacks, and shows what came."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import plotly.graph_objects as go
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PREFIX = "/dashboard/"
LOCATION = "_pages_location"
GRAPH = '{"chart":"graph","type":"chart"}'

_DECLARED: WeakKeyDictionary[Flask, Any] = WeakKeyDictionary()
_KNOWN: set[str] = set()  # figures of which plotly knows every name and value


class Page:
    """The dashboard in a signed-in browser."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        client.get(PREFIX + "user")
        cookie = client.get_cookie("_csrf_token", path=PREFIX)
        self.token = "" if cookie is None else cookie.value
        self.declared = declared(client)

    def open(self, address: str) -> Any:
        """The layout of the page at an address such as `user/mastodon?period=30d`."""
        path, _, query = address.partition("?")
        values = {f"{LOCATION}.pathname": PREFIX + path, f"{LOCATION}.search": f"?{query}" if query else ""}
        return self.answer("_pages_content.children", values)["_pages_content"]["children"]

    def answer(self, output: str, values: Mapping[str, Any], **options: Any) -> dict[str, Any]:
        """What the callback with that output returns, by id and property."""
        response = self.send(output, values, **options)
        assert response.status_code == 200, response.text
        answer = response.get_json()["response"]
        for figure in _figures(answer):
            if (drawn := json.dumps(figure)) not in _KNOWN:
                as_plotly(figure)
                _KNOWN.add(drawn)
        return answer

    def send(self, output: str, values: Mapping[str, Any], **options: Any) -> TestResponse:
        """Runs the callback with that output; `values` are what its inputs and states hold."""
        return self.post(self.body(output, values, **options))

    def post(self, body: Any, **headers: str) -> TestResponse:
        """Sends a body as it is."""
        sent = {"Content-Type": "application/json", "X-CSRFToken": self.token, **headers}
        return self.client.post(PREFIX + "_dash-update-component", data=json.dumps(body), headers=sent)

    def body(
        self, output: str, values: Mapping[str, Any], *, changed: str | None = None, match: str = "", every: int = 0
    ) -> dict[str, Any]:
        """The body of a callback. Wildcards stand for the part `match`, or for `every` components."""
        declared = self.declared[self.found(output)]
        fill = {"MATCH": match}
        inputs = [_sent(one, values, fill, every) for one in declared["inputs"]]
        states = [_sent(one, values, fill, every) for one in declared["state"]]
        outputs = [_output(one, fill, values) for one in _split(declared["output"])]
        return {
            "output": declared["output"],
            "outputs": outputs if declared["output"].startswith("..") else outputs[0],
            "inputs": inputs,
            "state": states,
            "changedPropIds": [changed] if changed else [],
        }

    def found(self, output: str) -> str:
        """The name of the callback whose outputs begin with this one."""
        return next(name for name in self.declared if name.startswith((output, f"..{output}")))


def declared(client: FlaskClient) -> Any:
    """All callbacks by their output, which are asked for once of each application."""
    if client.application not in _DECLARED:
        answer = client.get(PREFIX + "_dash-dependencies").get_json()
        _DECLARED[client.application] = {one["output"]: one for one in answer}
    return _DECLARED[client.application]


def as_plotly(figure: Any) -> go.Figure:
    """A figure as plotly's own classes hold it: they refuse every name and value that plotly does not know."""
    return go.Figure(_unpacked(figure))


def _unpacked(value: Any) -> Any:
    """With arrays in the place of their bytes."""
    if isinstance(value, list | tuple):
        return [_unpacked(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "bdata" not in value:
        return {name: _unpacked(each) for name, each in value.items()}
    numbers = np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"])
    return numbers.reshape([int(n) for n in value["shape"].split(",")]) if "shape" in value else numbers


def _figures(value: Any) -> Iterator[Any]:
    """All figures of an answer: of callbacks, of charts, and of buttons that save one."""
    if isinstance(value, list):
        for each in value:
            yield from _figures(each)
    elif isinstance(value, dict):
        if isinstance(value.get("figure"), dict) and "data" in value["figure"]:
            yield value["figure"]
        if "data-figure" in value:
            yield json.loads(value["data-figure"])
        for each in value.values():
            yield from _figures(each)


def _split(output: str) -> list[str]:
    return output[2:-2].split("...") if output.startswith("..") else [output]


def _output(output: str, fill: Mapping[str, str], values: Mapping[str, Any]) -> Any:
    name, _, prop = output.rpartition(".")
    if '["ALL"]' in name:
        return [{"id": one, "property": prop} for one in values[name]]
    return {"id": _id(name, fill), "property": prop}


def _sent(one: Mapping[str, str], values: Mapping[str, Any], fill: Mapping[str, str], every: int) -> Any:
    if '["ALL"]' in one["id"]:
        return [{"id": _id(one["id"], {"ALL": str(n)}), "property": one["property"]} for n in range(every)]
    usual = "" if one["id"] == LOCATION else None
    value = values.get(f"{one['id']}.{one['property']}", usual)
    return {"id": _id(one["id"], fill), "property": one["property"], "value": value}


def _id(name: str, fill: Mapping[str, str]) -> Any:
    if not name.startswith("{"):
        return name
    return {key: fill[value[0]] if isinstance(value, list) else value for key, value in json.loads(name).items()}


def parts(layout: Any) -> Iterator[dict[str, Any]]:
    """All components of a layout."""
    if isinstance(layout, list):
        for one in layout:
            yield from parts(one)
    elif isinstance(layout, dict) and "props" in layout:
        yield layout
        for value in layout["props"].values():
            yield from parts(value)


WORD_BREAK = "\N{ZERO WIDTH SPACE}"


def text(layout: Any) -> str:
    """What can be read in a layout, in one line."""
    whole = " ".join(_texts(layout)).replace(f" {WORD_BREAK} ", "")
    return re.sub(r"\s+", " ", whole).strip()


def _texts(layout: Any) -> Iterator[str]:
    if isinstance(layout, str):
        yield layout
    elif isinstance(layout, list):
        for one in layout:
            yield from _texts(one)
    elif isinstance(layout, dict) and layout.get("type") == "Wbr":
        yield WORD_BREAK
    elif isinstance(layout, dict) and "props" in layout:
        yield from _texts(layout["props"].get("children"))
        yield from _texts(layout["props"].get("label"))


def links(layout: Any) -> list[str]:
    """Where the links of a layout lead."""
    return [one["props"]["href"] for one in parts(layout) if one["props"].get("href")]


def with_id(layout: Any, name: Any) -> dict[str, Any]:
    """The properties of the component with that id."""
    return next(one["props"] for one in parts(layout) if one["props"].get("id") == name)


def has_id(layout: Any, name: Any) -> bool:
    """Whether there is such a component."""
    return any(one["props"].get("id") == name for one in parts(layout))


def plain(component: Any) -> Any:
    """A component as the browser gets it."""
    from dash._utils import to_json

    return json.loads(to_json(component))
