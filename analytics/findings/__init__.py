"""The few sentences worth saying: what chance, habit and drift alone would not bring about."""

from analytics.findings.candidates import LEVEL, MAX_FINDINGS, Candidate, surest, telling, tells_beside
from analytics.findings.crosscheck import Place, of_crosscheck
from analytics.findings.growth import of_growth
from analytics.findings.people import of_communities, of_people
from analytics.findings.posts import of_posts

__all__ = [
    "LEVEL",
    "MAX_FINDINGS",
    "Candidate",
    "Place",
    "of_communities",
    "of_crosscheck",
    "of_growth",
    "of_people",
    "of_posts",
    "surest",
    "telling",
    "tells_beside",
]
