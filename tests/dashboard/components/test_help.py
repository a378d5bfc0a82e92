"""From a card to the manual."""

from __future__ import annotations

from dashapp.dashboard.components.help import CHAPTERS
from dashapp.dashboard.sections import CHARTS
from dashapp.help.chapters import chapter


def test_each_way_leads_to_a_section_of_the_manual_and_each_chart_has_one():
    places = {name: place.partition("#") for name, place in CHAPTERS.items()}
    chapters = {name: chapter("manual", page) for name, (page, _, _) in places.items()}
    dead = [name for name, (*_, place) in places.items() if place and f'id="{place}"' not in chapters[name].html]

    assert not dead
    assert set(CHARTS) - {"audience"} <= set(CHAPTERS)  # whose part has it
