"""What a name, an address and a password may be. Each rule answers with a sentence, or None if it is content."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import dropwhile
from threading import Lock
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email

from ..store.users import LONGEST_NAME

NAME_LENGTH = 40
EMAIL_LENGTH = 254
DERIVED_LENGTH = 30  # leaves room for what tells it from others
PASSWORD_LENGTH = (8, 200)
ESTIMATED_LENGTH = 32  # zxcvbn tries every reading of look-alikes: half a second for 32 of the worst, four for 72
LEAST_GUESSES = 10**8  # what zxcvbn needs for eight characters without a pattern
ESTIMATING = Lock()  # zxcvbn keeps the owner's words in a global
#: letters and marks that show nothing: fillers, joiners, variants
INVISIBLE = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
REGIONS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip


def canonical(email: str) -> str | None:
    """The address as it is counted, or None if it cannot be one."""
    if len(email.strip()) > EMAIL_LENGTH:  # before it is taken apart, which takes the square of its length
        return None
    try:
        folded = normalised(email).casefold()
    except EmailNotValidError:
        return None
    return folded if len(folded) <= EMAIL_LENGTH else None  # some letters become two or three


def normalised(email: str) -> str:
    """The address in its one spelling, as Unicode and domains have several. Raises `EmailNotValidError`."""
    # the mail server knows whom it can reach: private names will do
    checked = validate_email(email.strip(), check_deliverability=False, globally_deliverable=False)
    return checked.normalized


def email_problem(email: str) -> str | None:
    """What is wrong with an address."""
    if canonical(email) is None:
        return "Enter an e-mail address such as ada@example.org."
    return None


def spelt(name: str) -> str:
    """The name as it is kept and shown: look-alikes of the same letter are one."""
    return unicodedata.normalize("NFKC", name[:LONGEST_NAME]).strip()


def name_problem(name: str) -> str | None:
    """What is wrong with a new name."""
    if not 1 <= len(name) <= NAME_LENGTH:
        return f"Enter a name of at most {NAME_LENGTH} characters."
    if not all(map(_is_fit, name)) or not name[0].isalnum():
        return "Use letters, digits and . _ - alone, with a letter or digit first, such as ada.lovelace."
    return None


def name_from(text: str) -> str:
    """A name that is fit, after what somebody is called elsewhere."""
    called = "".join(character if _is_fit(character) else "-" for character in spelt(text).split("@")[0])
    from_letter = "".join(dropwhile(lambda character: not character.isalnum(), re.sub("-+", "-", called)))
    return from_letter[:DERIVED_LENGTH].rstrip("._-") or "user"


def _is_fit(character: str) -> bool:
    """Letters, the marks on them, and digits of any script; nothing that the address of a page could be cut at."""
    return character in "._-" or (unicodedata.category(character)[0] in "LMN" and not INVISIBLE.match(character))


def password_problem(password: str, *, name: str) -> str | None:
    """What is wrong with a new password of that user. It is neither stripped nor folded: what was typed counts."""
    least, most = PASSWORD_LENGTH
    if len(password) < least:
        return f"Use at least {least} characters; a few words in a row are easy to remember and hard to guess."
    if len(password) > most:
        return f"Use at most {most} characters."
    if is_guessable(password, about=(name, *name.split("@"), *re.findall(r"\w{3,}", name))):
        return "Choose another password: this one is among the first that somebody would try."
    return None


def is_guessable(password: str, *, about: Iterable[str] = ()) -> bool:
    """Whether its beginning is easy to guess for somebody who knows the words `about` its owner."""
    with ESTIMATING:
        from zxcvbn import zxcvbn  # its word lists take 13 MB and 0.1 s, and few processes ever ask

        estimate = zxcvbn(password[:ESTIMATED_LENGTH], user_inputs=["sociogram", *about])
    return bool(estimate["guesses"] < LEAST_GUESSES)


@cache
def time_zones() -> dict[str, list[str]]:
    """The world's time zones by region, without the old names that stand for the same."""
    names = sorted(available_timezones())
    regions = {region: [name for name in names if name.startswith(region + "/")] for region in REGIONS}
    return {"UTC": ["UTC"], **{region: zones for region, zones in regions.items() if zones}}


def is_time_zone(name: str) -> bool:
    """Whether the name can be chosen."""
    return any(name in zones for zones in time_zones().values())
