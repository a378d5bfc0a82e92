"""The reference shows the docstrings: each measure has its formula, its source, and what it gives where undefined."""

import inspect

import pytest

from analytics import audience, figures, identity, network, ranges, shares, text, timeline, uncertainty

MEASURES = [
    *(figures.figures, figures.changes, figures.differences, timeline.daily, timeline.per_unit),
    *(timeline.received, timeline.hours, timeline.responses_by_hour, timeline.top_posts),
    *(uncertainty.growth, uncertainty.difference),
    *(ranges.posts_before, ranges.overlaid),
    *(shares.answered_shares, shares.tone_shares, text.hashtags, text.mentions),
    *(uncertainty.wilson, uncertainty.rate, uncertainty.median, uncertainty.count_interval),
    *(network.followed_among, network.ego_network),
    *(network.reciprocity, network.degrees),
    *(network.betweenness, network.communities, network.brokers),
    identity.matches,
    *(audience.inactive, audience.follow_back),
]


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.__name__)
def test_a_measure_has_a_formula_and_a_source(measure):
    said = inspect.cleandoc(measure.__doc__ or "")  # Python 3.13 takes the indent away by itself

    assert ":math:`" in said or ".. math::" in said
    assert "References\n----------\n.. [1] " in said
    assert "Returns\n-------\n" in said
