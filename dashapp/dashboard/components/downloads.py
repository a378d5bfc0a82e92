"""What is taken away of a card: pictures, which the browser makes, and the data behind it, all under one name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from ..formats import TABLE_FORMATS
from ..formats.records import Format
from .attributes import aria, data

PICTURES = ("png", "svg")  # made by assets/dashboard.js


def downloads(title: str, filename: str, links: Sequence[Component], *, dated: bool = True) -> html.Div:
    """A chart as pictures, which name the days of the page if these are the chart's, and its data."""
    pictures = [
        html.Button(
            kind.upper(),
            className="sg-download",
            type="button",
            title=f"{title} as {kind.upper()}",
            **data(image=kind, name=filename, title=title, dated=str(dated).lower()),
        )
        for kind in PICTURES
    ]
    return files(title, [*pictures, *links])


def files(title: str, links: Sequence[Component]) -> html.Div:
    """What is taken away of one thing."""
    return html.Div(list(links), className="sg-downloads", role="group", **aria(label=f"Download: {title}"))


def download_links(
    of: int | str, what: str, formats: Sequence[Format] = TABLE_FORMATS, query: Mapping[str, str] | None = None
) -> list[html.A]:
    """Links to one thing in several formats, of an account or the cross-check; `query` narrows it."""
    told = urlencode({name: value for name, value in (query or {}).items() if value}, safe=",")
    end = f"?{told}" if told else ""
    return [
        html.A(one.label, href=f"/download/{of}/{what}.{one.suffix}{end}", className="sg-download") for one in formats
    ]
