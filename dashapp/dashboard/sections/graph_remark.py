"""What the picture of a graph shows, what it leaves out, and where all of it can be had."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from dash import html
from dash.development.base_component import Component

from analytics.graph_drawing import LINES

from ...public_address import is_reachable
from ...services import service_of
from ..components.downloads import download_links
from ..components.numbers import DASH, percent, plural
from ..formats import GRAPH_FORMATS
from .graph_legend import legend
from .graph_selection import ListGraph

GEPHI_LITE = "https://gephi.org/gephi-lite/"


def remark(list_graph: ListGraph) -> list[Component]:
    """What colours mean, the sentences, the downloads."""
    view, which = list_graph.view, list_graph.which
    summary = view.of_list("graph_summary", which).iloc[0]
    upload = service_of(view.account.source).upload
    uploaded = upload is not None and upload.any_service
    sentence = f"{left_out(summary)} {facts(summary, directed=not view.account.mutual_ties, uploaded=uploaded)}"
    links = [html.Span("All ties:"), *download_links(view.id, f"{which}-graph", GRAPH_FORMATS)]
    downloads = html.Div([*links, _in_gephi_lite(view.id, which)], className="sg-downloads")
    parts = [legend(list_graph), *_chosen(list_graph), html.P(sentence), downloads]
    return [part for part in parts if part is not None]


def _in_gephi_lite(account_id: int, which: str) -> Component:
    """Opens the graph there; where this server cannot be reached from there, how it is done by hand."""
    if not is_reachable():
        link = html.A("Gephi Lite", href=GEPHI_LITE, rel="noopener", target="_blank")
        return html.Span(["To go on in ", link, ", download GEXF and open it there."], className="sg-remark")
    return html.A(
        "Open in Gephi Lite",
        href=f"/open/{account_id}/{which}",
        title=f"{GEPHI_LITE} reads the graph in your browser, by an address that holds for ten minutes",
        rel="noopener",
        target="_blank",
        className="sg-download",
    )


def left_out(summary: pd.Series) -> str:
    """What is drawn of the graph."""
    drawn, ties = int(summary["shown"]), int(summary["ties_shown"])
    people = plural(summary["people"], "person", "people")
    if drawn < summary["people"]:
        sentence = (
            f"The {drawn:,} best connected of {people}, for a screen shows no more points. "
            "The search finds everybody, and the download has all."
        )
    else:
        n_known = summary.get("mutually_known", drawn)
        known = "" if n_known == drawn else ", as far as they were told"
        sentence = f"All {plural(drawn, 'person', 'people')} and the ties among them{known}."
    if ties <= LINES:
        return sentence
    return (
        f"{sentence} Their {plural(ties, 'tie')} lie under them as one picture: click a person to see theirs as lines, "
        f"or zoom in until at most {LINES:,} are in view."
    )


def facts(summary: pd.Series, *, directed: bool, uploaded: bool = False) -> str:
    """The graph in two numbers, as far as they are defined; what they rest on, where that is not all of it.

    `uploaded`: as files of one's own, of which one says whether ties stand for both directions.
    """
    if pd.isna(summary.get("mean_degree")):
        return "How many ties a person has on average is not known: it was not told which of them follow each other."
    people, n_known = int(summary["people"]), int(summary["mutually_known"])
    mean, rates = plural(round(summary["mean_degree"], 1), "other"), ""
    if directed:
        rates = _both_ways(summary["reciprocity"], uploaded=uploaded)
    if n_known == people:
        return f"On average a person has ties with {mean}.{rates}"
    return (
        f"Both whom they follow here and who follows them is known of {n_known:,} of "
        f"{plural(people, 'person', 'people')}: among these a person has ties with {mean} on average.{rates}"
    )


def _both_ways(reciprocity: float, *, uploaded: bool) -> str:
    """How many ties are returned; that none is may mean that the data has no directions."""
    if reciprocity == 0:
        hint = ": if each stands for both directions, say so when you upload the data" if uploaded else ""
        return f" No tie goes both ways{hint}."
    share = percent(reciprocity)
    return "" if share == DASH else f" {share} of the ties go both ways."


def _chosen(list_graph: ListGraph) -> Iterator[Component]:
    """What the choices come to, where they are not the usual ones."""
    inside = list_graph.canvas.look.inside
    if inside is not None:
        yield html.P(
            f"Shown: {plural(int(inside.sum()), 'person', 'people')}. All others stay where they are, and fade."
        )
    if list_graph.choices.size == "followers":
        untold = int((list_graph.traits.followers < 0).sum())
        missing = f" It is not told of {plural(untold, 'person', 'people')}, who are small too." if untold else ""
        yield html.P(f"Points are larger with more followers; their area grows with the square root.{missing}")
