"""A zip that is sent while it is made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from dashapp.dashboard.formats.zip import zipped

AT = datetime(2026, 11, 20, 8, 30, 2, tzinfo=UTC)


@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,8}\.csv", fullmatch=True), st.lists(st.binary(), max_size=4), max_size=4)
)
def test_files_are_found_again(files: dict[str, list[bytes]]) -> None:
    data = b"".join(zipped(files.items(), at=AT))

    with zipfile.ZipFile(io.BytesIO(data)) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == {
            name: b"".join(parts) for name, parts in files.items()
        }


def test_files_carry_the_time() -> None:
    data = b"".join(zipped([("a.csv", [b"a"])], at=AT))

    assert zipfile.ZipFile(io.BytesIO(data)).infolist()[0].date_time == (2026, 11, 20, 8, 30, 2)


def test_a_year_before_zips_is_the_first_they_know() -> None:
    data = b"".join(zipped([("a.csv", [])], at=AT.replace(year=1970)))

    assert zipfile.ZipFile(io.BytesIO(data)).infolist()[0].date_time[0] == 1980


def test_what_is_written_is_sent_before_more_is_read() -> None:
    taken = 0

    def parts() -> Iterator[bytes]:
        nonlocal taken
        for number in range(200):
            taken += 1
            yield bytes((number * 7 + k * k) % 256 for k in range(20_000))

    body = zipped([("a.csv", parts())], at=AT)
    first = [next(body), next(body)]

    assert all(first)
    assert taken < 100
