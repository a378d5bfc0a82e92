"""What X charges, and what a user allows for an account: nothing is asked for that could cost more than is left."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..reading import Target


@dataclass(frozen=True, slots=True)
class Price:
    """Of one kind of page: X takes no smaller and no larger one; `each` in thousandths of a dollar."""

    fewest: int
    most: int
    each: int


#: X's price list of August 2026
POST, PERSON = Price(5, 100, 5), Price(1, 1_000, 10)
PRICES: Mapping[str, Price] = {"posts": POST, "followers": PERSON, "friends": PERSON}
NEWEST = 3_200  # posts that X still tells


def cost(posts: int | None, people: int | None) -> int:
    """What reading so much costs, in thousandths of a dollar; the account itself is one of the people."""
    return min(posts or 0, NEWEST) * POST.each + ((people or 0) + 1) * PERSON.each


def dollars(mills: int) -> str:
    """An amount as it is written; parts of a cent are rounded up."""
    return f"${-(-mills // 10) / 100:,.2f}"


def stated_amount(options: Mapping[str, str], name: str) -> int:
    """An amount among an account's options; without a word nothing."""
    text = str(options.get(name, ""))
    return int(text) if re.fullmatch("[0-9]{1,12}", text) else 0


class Budget:
    """What is left for an account. The options may change meanwhile: the larger sum spent counts, the newest yes."""

    def __init__(self, target: Target) -> None:
        self._options = target.options
        self._spent = stated_amount(target.options, "spent")

    @property
    def left(self) -> int:
        """In thousandths of a dollar; never below zero."""
        return max(stated_amount(self._options, "allowed") - max(self._spent, stated_amount(self._options, "spent")), 0)

    def pay(self, mills: int) -> None:
        """Takes out what was bought; less than nothing was set aside before and is put back."""
        self._spent += mills


def affordable_page_size(part: str, left: int) -> int | None:
    """The largest page that the money lasts for; None: for none."""
    price = PRICES[part]
    most = min(price.most, left // price.each)
    return most if most >= price.fewest else None
