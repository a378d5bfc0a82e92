"""Bodies of callbacks, looked at before Dash believes them: what no page of ours would send is answered with 400."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson
from dash import Dash
from dash.exceptions import InvalidCallbackReturnValue
from flask import Flask, abort, request
from flask.typing import ResponseReturnValue

from .answers import Answers
from .guard import LAYOUT, PREFIX

UPDATE = PREFIX + "_dash-update-component"


def check_bodies(server: Flask, app: Dash) -> None:
    """Puts the check before the view that answers callbacks, and between them the answers that are kept."""
    answer, layout = server.view_functions[UPDATE], server.view_functions[LAYOUT]
    answers = server.extensions["answers"] = Answers()

    def checked() -> ResponseReturnValue:
        try:
            fits = is_well_formed(request.get_json(), app.callback_map)
        except RecursionError:  # lists in lists in lists
            fits = False
        try:
            return answers.of_user(answer) if fits else abort(400)
        except InvalidCallbackReturnValue:
            if _can_be_sent_back(request.get_json()):
                raise
            abort(400)

    server.view_functions[UPDATE] = checked
    server.view_functions[LAYOUT] = lambda: answers.of_user(layout)


def _can_be_sent_back(body: Any) -> bool:
    """Whether JSON of ours can hold it too: no half of a letter, no number that no browser counts to."""
    try:
        orjson.dumps(body)
    except TypeError:
        return False
    return True


def is_well_formed(body: Any, known: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the body names a callback of ours with exactly its inputs, states and outputs."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return False
    callback = known.get(body["output"], {})
    if "callback" not in callback:  # there is none, or one that runs in the browser
        return False
    inputs, states = body.get("inputs"), body.get("state", [])
    if not _fit(inputs, callback["inputs"]) or not _fit(states, callback["state"]):
        return False
    if not all(_is_address(one) for one in [*inputs, *states]):
        return False
    return _outputs_fit(body.get("outputs"), callback["output"]) and _changed_fit(
        body.get("changedPropIds", []), inputs
    )


def _is_address(sent: Any) -> bool:
    """Dash itself reads these, and breaks on what is no text and on paths of other rooms."""
    if not isinstance(sent, dict) or sent["id"] != "_pages_location":
        return True
    value = sent.get("value")
    return isinstance(value, str) and (sent["property"] != "pathname" or value.startswith(PREFIX.rstrip("/")))


def _outputs_fit(sent: Any, declared: Any) -> bool:
    if not isinstance(declared, list | tuple):
        return _fits(sent, _plain(declared))
    return _fit(sent, [_plain(output) for output in declared])


def _plain(output: Any) -> dict[str, Any]:
    return {"id": output.component_id_str(), "property": output.component_property}


def _fit(sent: Any, declared: Any) -> bool:
    if not isinstance(sent, list) or len(sent) != len(declared):
        return False
    return all(_fits(one, of) for one, of in zip(sent, declared, strict=True))


def _fits(sent: Any, declared: Mapping[str, Any]) -> bool:
    wanted = _pattern(declared["id"])
    if isinstance(wanted, dict) and any(value in (["ALL"], ["ALLSMALLER"]) for value in wanted.values()):
        return isinstance(sent, list) and all(_is_one(one, wanted, declared["property"]) for one in sent)
    return _is_one(sent, wanted, declared["property"])


def _is_one(sent: Any, wanted: Any, name: str) -> bool:
    return isinstance(sent, dict) and sent.get("property") == name and _same_id(sent.get("id"), wanted)


def _same_id(sent: Any, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return bool(sent == wanted)
    if not isinstance(sent, dict) or sent.keys() != wanted.keys():
        return False
    plain = all(isinstance(value, str | int) for value in sent.values())
    return plain and all(isinstance(value, list) or sent[key] == value for key, value in wanted.items())


def _pattern(declared: str) -> Any:
    """An id as it was declared; those with parts are written as JSON, wildcards as lists."""
    return json.loads(declared) if declared.startswith("{") else declared


def _changed_fit(changed: Any, inputs: list[Any]) -> bool:
    flat = [one for item in inputs for one in (item if isinstance(item, list) else [item])]
    known = {f"{_written(one['id'])}.{one['property']}" for one in flat}
    return isinstance(changed, list) and all(isinstance(name, str) and name in known for name in changed)


def _written(sent: Any) -> str:
    return json.dumps(sent, sort_keys=True, separators=(",", ":")) if isinstance(sent, dict) else str(sent)
