"""The way from what is on a page to what the manual says of it."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from .attributes import aria

#: by the names of charts and parts: the chapter of the manual, and its section
CHAPTERS: Mapping[str, str] = {
    "compare-figures": "compare#figures",
    "compare-overlap": "compare#followers-and-friends-of-both",
    "compare-timeline": "compare#timelines",
    "compare-tone": "compare#sentiment",
    "findings": "account#what-stands-out",
    "graph": "graphs",
    "growth": "account#gained-and-lost",
    "hashtags": "account#top-posts-hashtags-mentions",
    "mentions": "account#top-posts-hashtags-mentions",
    "overview": "overview",
    "part-accounts": "cross-check#the-page",
    "part-audience": "people#audience",
    "part-decide": "cross-check#you-decide",
    "part-individuals": "cross-check#the-page",
    "part-limits": "cross-check#what-counts-as-evidence",
    "part-people": "people#lists",
    "part-where": "cross-check#the-page",
    "rhythm": "account#hours-of-the-week",
    "sentiment": "sentiment",
    "timeline": "account#timeline",
    "top_posts": "account#top-posts-hashtags-mentions",
}


def explained(heading: Component, title: str, name: str) -> Component:
    """The heading, with a way to what the manual says of that chart or part, if it says something."""
    if name not in CHAPTERS:
        return heading
    address = f"/help/manual/{CHAPTERS[name]}"
    help_link = html.A("?", href=address, className="sg-to-help", **aria(label=f"Help: {title}"))
    return html.Div([heading, help_link], className="sg-explained")
