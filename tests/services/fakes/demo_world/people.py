"""The people of the town, in circles, and who follows whom. Nobody of them exists."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache

from dashapp.demo.words import COLOURS, CREATURES

#: whose accounts can be connected, and the circles in which each of them is known
CHOICES: Mapping[str, tuple[int, int]] = {"ada": (0, 1), "bob": (1, 2), "cleo": (3, 4)}
CIRCLES = (60, 50, 45, 40, 30, 25)  # so many persons each
INSIDE, ACROSS = 0.16, 0.008  # how likely one follows another
KNOWN, HEARD_OF = 0.55, 0.12  # the same of those whose accounts can be connected, in their circles and elsewhere
EVERY, FAME = 20, 6  # each twentieth is so much better known in the other circles


@cache
def circles() -> Mapping[str, int]:
    """Everybody, with the number of their circle; those of `CHOICES` first."""
    dice = random.Random(1)
    names = dice.sample([f"{colour}-{creature}" for colour in COLOURS for creature in CREATURES], sum(CIRCLES))
    numbers = [number for number, size in enumerate(CIRCLES) for _ in range(size)]
    return {name: known[0] for name, known in CHOICES.items()} | dict(zip(names, numbers, strict=True))


@cache
def follows() -> Mapping[str, tuple[str, ...]]:
    """Whom everybody follows."""
    dice, everybody = random.Random(2), circles()
    order = {name: place for place, name in enumerate(everybody)}
    return {
        name: tuple(other for other in everybody if other != name and dice.random() < _chance(name, other, order))
        for name in everybody
    }


def _chance(name: str, other: str, order: Mapping[str, int]) -> float:
    circle, theirs = circles()[name], circles()[other]
    if name in CHOICES or other in CHOICES:
        chosen, number = (name, theirs) if name in CHOICES else (other, circle)
        return KNOWN if number in CHOICES[chosen] else HEARD_OF
    if circle == theirs:
        return INSIDE
    return ACROSS * (FAME if order[other] % EVERY == 0 else 1)


@cache
def followers() -> Mapping[str, tuple[str, ...]]:
    """Who follows everybody."""
    found: dict[str, list[str]] = {name: [] for name in circles()}
    for name, others in follows().items():
        for other in others:
            found[other].append(name)
    return {name: tuple(others) for name, others in found.items()}


def website(name: str) -> str:
    """Where every third person is at home, whom it makes known at all services; empty: nowhere."""
    return f"https://{name}.example" if list(circles()).index(name) % 3 == 0 else ""


def full_name(name: str) -> str:
    """As it stands on a profile."""
    return name.replace("-", " ").title()
