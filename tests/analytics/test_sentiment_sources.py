import sys
from types import ModuleType

import pytest

from analytics.sentiment.sources import common_words, english_words


@pytest.fixture(autouse=True)
def counted(monkeypatch):
    """In the place of wordfreq, which nothing but training needs."""
    frequencies = {
        "sv": {"och": 0.03, "i": 0.02, "2024": 0.01, "a-b": 0.01},
        "nb": {"og": 0.04},
        "ja": {"の": 0.05},
    }
    module = ModuleType("wordfreq")
    module.available_languages = lambda _: frequencies
    module.get_frequency_dict = lambda code, _: frequencies[code]
    module.top_n_list = lambda _, n: ["table", "e-mail"]
    monkeypatch.setitem(sys.modules, "wordfreq", module)


def test_words_are_counted_where_somebody_counts_them_else_ranked():
    found = common_words()

    assert found["sv"] == {"och": 0.03, "i": 0.02}
    assert found["no"] == {"og": 0.04}
    assert "ja" not in found
    first, second = [*found["en"].values()][:2]
    assert first == 2 * second > 0


def test_words_to_learn_the_meaning_of_are_frequent_or_in_several_texts():
    found = english_words(["a forlorn otter"] * 4 + ["rare words"])

    assert {"table", "forlorn", "otter", "happy"} <= set(found)
    assert not {"rare", "words", "e-mail"} & set(found)
    assert found == sorted(found, key=lambda word: (len(word), word))
