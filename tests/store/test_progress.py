"""How much of an import is done."""

from __future__ import annotations

from dashapp.store.progress import STEPS, share_done


def test_each_step_begins_where_the_one_before_ended() -> None:
    ends = [(share_done(step, 0, 1, merged=True), share_done(step, 1, 1, merged=True)) for step in STEPS]

    assert [round(begin, 9) for begin, _ in ends[1:]] == [round(end, 9) for _, end in ends[:-1]]
    assert (ends[0][0], round(ends[-1][1], 9)) == (0, 1)


def test_a_first_look_and_an_unknown_total_say_nothing_of_the_whole() -> None:
    assert share_done("Measuring people", 0, 1, merged=False) == 0
    assert share_done("Reading what became of who is missing", 0, 0, merged=False) == 0
