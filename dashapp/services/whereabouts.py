"""What became of people who are missing from a list, where a service is asked about one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from .errors import UNAUTHORIZED, NotFoundError, ResponseError, UnavailableError
from .records import Person, Whereabouts

TROUBLES = 3  # in a row: then nobody else is asked about


def asked_singly(
    people: Sequence[Person], ask: Callable[[Person], Whereabouts | None], *, own: str, most: int
) -> Iterator[Whereabouts]:
    """Asks about the first `most`. Who is not found is gone; of whom the service has trouble it is not told.

    Where it does not find even the account itself, of that key, it cannot be asked like that.
    """
    if not people or ask(Person(key=own)) is None:
        return
    troubles = 0
    for person in people[:most]:
        try:
            found = ask(person)
        except NotFoundError:
            found = Whereabouts(person.key, "gone")
        except (ResponseError, UnavailableError) as error:
            troubles += 1
            if troubles == TROUBLES or (isinstance(error, ResponseError) and error.status == UNAUTHORIZED):
                raise
            continue
        troubles = 0
        if found is not None:
            yield found
