"""How much of an import is done, by the step that runs."""

from __future__ import annotations

#: what each step begins with, in order, and about which part of the time it takes
STEPS = {
    "Reading": 0.6,
    "Merging": 0.1,
    "Assessing posts": 0.1,
    "Measuring posts": 0.05,
    "Measuring people": 0.1,
    "Saving": 0.02,
    "Comparing services": 0.03,
}


def share_done(step: str, done: int, total: int, *, merged: bool) -> float:
    """The share of the whole; before the last merge the steps behind it only give a first look, and count nothing."""
    name = next((each for each in STEPS if step.startswith(each)), None)
    if name is None or not (merged or name in ("Reading", "Merging")):
        return 0.0
    before = sum(list(STEPS.values())[: list(STEPS).index(name)])
    return before + STEPS[name] * (min(done / total, 1.0) if total > 0 else 0.0)
