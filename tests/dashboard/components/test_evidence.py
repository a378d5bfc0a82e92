"""What speaks for one person, in words."""

from __future__ import annotations

import pytest

from dashapp.dashboard.components.evidence import likelihood, sentence
from dashapp.store.rows import NamedRow


def person(handle: str | None, name: str | None = None) -> NamedRow:
    """Somebody of that handle and name."""
    return NamedRow(key="1", handle=handle, name=name)


@pytest.mark.parametrize(
    ("evidence", "left", "right", "expected"),
    [
        ({"handle": 6.0}, person("zxqv_moor"), person("zxqvmoor@a.example"), "Same rare handle."),
        ({"handle": 2.0}, person("alex"), person("Alex.example.social"), "Same handle."),
        ({"handle": 1.7}, person("ada1"), person("ada"), "Handles are nearly the same."),
        ({"name": 3.0, "handle": 6.0}, person("q", "Ada Q"), person("q", "Ada Q"), "Same rare handle; same name."),
        ({"handle": 2.0}, person("ada_q", "Ada Q"), person("adaq", "Ada Q"), "Same handle and name."),
        ({"name": 1.0}, person("a", "Ada Quill"), person("b", "Ada"), "Names agree in part."),
        ({"words": 4.0, "handle": 2.0}, person("ada"), person("ada"), "Same handle."),
        ({"verified": 12.0}, person("a"), person("b"), "A service verified the link from one to the other."),
        ({"declared": 12.0, "handle": 2.0}, person("a"), person("a"), "Each links to the other; same handle."),
        ({"moved": 12.0}, person("a"), person("b"), "One moved to the other."),
        (
            {"link": 3.5, "contradicted": -2.0},
            person("a"),
            person("b"),
            "One links to the other, which does not link back. But one of them links to somebody else there.",
        ),
        ({"prior": -2.7, "copied": -1.0, "name": 0.1}, person("a"), person("b"), "Little that both tell agrees."),
    ],
)  # fmt: skip
def test_evidence_is_told_the_strongest_first(
    evidence: dict[str, float], left: NamedRow, right: NamedRow, expected: str
) -> None:
    assert sentence(evidence, left, right) == expected


@pytest.mark.parametrize(
    ("probability", "expected"),
    [(0.5, "As likely as not"), (0.6, "Rather likely, 6 in 10"), (0.94, "Likely, 9 in 10"), (0.99, "Likely, 9 in 10")],
)
def test_a_probability_is_told_in_tenths_and_never_as_certain(probability: float, expected: str) -> None:
    assert likelihood(probability) == expected
