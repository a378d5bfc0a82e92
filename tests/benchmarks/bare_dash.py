"""A Dash application with nothing in it, to compare with in the same minute."""

from __future__ import annotations

import plotly.graph_objects as go
from dash import Dash, Input, Output, dcc, html

app = Dash(__name__)
app.layout = html.Div([dcc.Input(id="asked"), html.Div(id="tiny"), dcc.Graph(id="figure")])
server = app.server


@app.callback(Output("tiny", "children"), Input("asked", "value"))
def tiny(value: str) -> str:
    """A word."""
    return f"{value}"


@app.callback(Output("figure", "figure"), Input("asked", "value"))
def figure(value: str) -> go.Figure:
    """A line of 500 points."""
    return go.Figure(go.Scatter(x=list(range(500)), y=[n % 7 for n in range(500)], name=f"{value}"))


def body(output: str) -> dict[str, object]:
    """What a browser sends for it."""
    name, prop = output.split(".")
    asked = {"id": "asked", "property": "value", "value": "x"}
    return {
        "output": output,
        "outputs": {"id": name, "property": prop},
        "inputs": [asked],
        "changedPropIds": ["asked.value"],
    }
