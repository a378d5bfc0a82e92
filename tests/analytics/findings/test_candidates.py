import pytest
from scipy import stats

from analytics.findings import LEVEL, MAX_FINDINGS, Candidate, surest, telling, tells_beside
from analytics.findings.candidates import Share


def test_all_of_a_page_is_judged_together_and_the_surest_comes_first():
    """0.004 would do alone; beside another that may be true it has to stay under the half."""
    unclear, clear = Candidate(0.004, "Unclear.", "graph"), Candidate(0.001, "Clear.", "growth")

    assert [each.sentence for each in telling([unclear])] == ["Unclear."]
    assert [each.sentence for each in telling([unclear, Candidate(0.6, "No.", "graph")])] == []
    assert [each.sentence for each in telling([unclear, clear])] == ["Clear.", "Unclear."]
    assert telling([clear, Candidate(0.6, "No.", "graph")]) == [clear._replace(p=pytest.approx(0.002))]


def test_no_page_says_more_than_seven_sentences():
    assert len(telling([Candidate(0.0, f"{n}.", "graph") for n in range(20)])) == MAX_FINDINGS == 7


def test_shares_differ_by_the_exact_test_times_the_pairs_that_were_looked_at():
    pairs = {
        "a": (Share(10, 40), Share(10, 40)),
        "b": (Share(30, 40), Share(20, 80)),
        "c": (Share(19, 19), Share(0, 80)),
    }

    found = surest(pairs)

    p = 2 * stats.fisher_exact([[30, 10], [20, 60]], alternative="greater").pvalue
    assert found == (pytest.approx(2 * p), "b", *pairs["b"])
    assert 2 * p < LEVEL


def test_of_less_than_twenty_people_nothing_is_compared():
    assert surest({"a": (Share(19, 19), Share(0, 500))}) is None
    assert surest({}) is None


def test_a_difference_that_nobody_would_notice_is_none_however_sure():
    pair = (Share(46_000, 100_000), Share(50_000, 100_000))

    assert surest({"a": pair}) == (1.0, "a", *pair)


def test_beside_other_pages_a_sentence_has_to_be_the_surer():
    assert tells_beside(0.001, 4)
    assert not tells_beside(0.001, 5)
