import gzip
import io

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from analytics.sentiment.features import of_language
from analytics.sentiment.model import LANGUAGES, named, probabilities, trained, unpacked
from analytics.sentiment.quality import calibration_error, diagram, macro_f1, macro_recall, quality, reliability
from analytics.sentiment.regression import fitted, minimised
from analytics.sentiment.sources import FOLDERS, Posts, feeling_words, lexicon, posts
from analytics.sentiment.tokens import read, tokens, word_hashes
from analytics.sentiment.train import (
    Settings,
    balanced,
    calibration,
    held_out,
    main,
    quantised,
    read_data,
    topics,
    train,
    varied,
)

pytestmark = pytest.mark.slow

TINY = Settings(words=8, characters=9, penalty=1e-3, steps=5)
SAID = (("so sad and bad", 0), ("a table and chairs", 1), ("happy good love", 2))


def write(folder, split, rows):
    folder.mkdir(parents=True, exist_ok=True)
    for name, values in (("text", [text for text, _ in rows]), ("labels", [str(label) for _, label in rows])):
        # gzip.open would write the time of day into the file
        (folder / f"{split}_{name}.txt.gz").write_bytes(gzip.compress("\n".join([*values, ""]).encode()))


@pytest.fixture(scope="module", autouse=True)
def few_words():
    common = {language: {f"the{language}": 0.5, f"and{language}": 0.25} for language in (*LANGUAGES, "nl")}
    feelings = {language: ["good", "bad"] for language in LANGUAGES}
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("analytics.sentiment.train._HEAPS", 2)
        monkeypatch.setattr("analytics.sentiment.train.common_words", lambda: common)
        monkeypatch.setattr("analytics.sentiment.train._TOPICS", 2)
        monkeypatch.setattr("analytics.sentiment.train._TOPIC_FEWEST", 1)
        monkeypatch.setattr("analytics.sentiment.train._TOPIC_MOST", 2)
        monkeypatch.setattr("analytics.sentiment.train.feeling_words", lambda: feelings)
        yield


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    for name in ("tweeteval", *(f"umsab/{FOLDERS[language]}" for language in LANGUAGES[1:])):
        rows = [(f"{text} {number}x{name[-3:]}", label) for number in range(4) for text, label in SAID]
        write(folder / name, "train", [(f"{text} {'abcd'[n % 4]}", label) for n, (text, label) in enumerate(rows)])
        write(folder / name, "val", [(f"{text} in {name[-3:]}", label) for text, label in SAID])
    vectors = np.array([[1.0, 0.0], [0.9, 0.1], [-1.0, 0.0], [-0.9, 0.1]])
    np.savez(folder / "word_vectors.npz", words=np.array(["happy", "elated", "sad", "forlorn"]), vectors=vectors)
    return str(folder)


@pytest.fixture(scope="module")
def learned(data):
    """What a training makes of it: it takes longer than all tests of it."""
    return train(read_data(data), [TINY] * 3)


def saved(arrays):
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def test_training_twice_gives_the_same_file_bit_for_bit(data, learned):
    assert saved(train(read_data(data), [TINY] * 3).arrays) == saved(learned.arrays)


def test_a_trained_model_tells_what_it_has_seen(learned):
    model = unpacked(learned.arrays)

    shares = probabilities([text for text, _ in SAID], np.zeros(3, dtype=np.int64), model)

    assert shares.argmax(axis=1).tolist() == [0, 1, 2]


def test_common_words_speak_for_their_language(learned):
    common = unpacked(learned.arrays).common

    text = read(["so thenl it is", "thenl theen", "a table"])
    assert named(tokens(text), text.count, common) == ["nl", "", ""]


def test_a_word_never_seen_reads_as_one_of_like_meaning(learned):
    model = unpacked(learned.arrays)

    shares = probabilities(["elated", "forlorn"], np.zeros(2, dtype=np.int64), model)

    assert shares[0, 2] > shares[1, 2]
    assert shares[0, 0] < shares[1, 0]


def test_posts_are_grouped_by_the_words_they_share():
    found = topics(["goal match team"] * 5 + ["vote party law"] * 5)

    assert [len(set(part)) for part in (found[:5], found[5:])] == [1, 1]
    assert found[0] != found[5]


def test_what_is_held_out_was_not_seen():
    some = Posts(["a", "b", "c", "d"], np.array([0, 1, 0, 1]))
    seen = []

    def learner(kept):
        seen.append(kept.tolist())
        return trained()

    scores = held_out(some, np.zeros(4, dtype=np.int64), np.array([1, 0, 1, 0]), learner)

    assert seen == [[0, 2], [1, 3]]
    np.testing.assert_allclose(np.exp(scores).sum(axis=1), 1)


def test_training_saves_the_model_and_prints_its_figures(data, learned, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("analytics.sentiment.train.train", lambda _data: learned)
    model, picture = tmp_path / "model.npz", tmp_path / "reliability.svg"

    main(["--data", data, "--output", str(model), "--diagram", str(picture)])

    with np.load(model) as arrays:
        assert unpacked(dict(arrays)).bias.shape == (len(LANGUAGES), 3)
    assert picture.read_text().startswith("<svg")
    assert "| en | 3 |" in capsys.readouterr().out


def test_a_diagram_is_made_only_when_asked_for(data, learned, tmp_path, monkeypatch):
    monkeypatch.setattr("analytics.sentiment.train.train", lambda _data: learned)

    main(["--data", data, "--output", str(tmp_path / "model.npz")])

    assert not list(tmp_path.glob("*.svg"))


def test_lines_end_with_line_feeds_only(tmp_path):
    write(tmp_path / "set", "val", [("one\u2028two", 0), ("three", 2)])

    found = posts(str(tmp_path), "set", "val")

    assert found.texts == ["one\u2028two", "three"]
    assert found.labels.tolist() == [0, 2]


def test_posts_that_repeat_are_left_out_whatever_their_case_and_marks():
    some = Posts(["Good day", "good day!", "Bad day", "New"], np.array([2, 2, 0, 1]))

    found = some.without(["BAD, day"])

    assert found.texts == ["Good day", "New"]
    assert found.labels.tolist() == [2, 1]


def test_the_lexicon_is_sorted_and_knows_a_word_only_in_its_language():
    words = lexicon()

    assert (np.diff(words.keys.astype(object)) > 0).all()
    assert len(words.valence) == len(words.keys) + 1


def test_a_word_that_no_list_holds_says_nothing_and_every_listed_one_is_found():
    words = lexicon()

    rows = words.rows(np.append(words.keys, word_hashes(["qwertzuiop"])))

    assert rows.tolist() == [*range(len(words.keys)), len(words.keys)]
    assert not any(column[-1] for column in (words.valence, words.boost, words.negates, words.turns, words.terms))


def test_vaders_strength_of_an_english_word_stays():
    words = lexicon()

    rows = words.rows(of_language(word_hashes(["good", "tedious"]), np.zeros(2, dtype=np.int64)))

    assert words.valence[rows].tolist() == [1.9, -2.0]


def test_terms_of_technology_and_the_words_they_change_are_marked():
    words = lexicon()

    rows = words.rows(of_language(word_hashes(["compiler", "fatal", "lovely"]), np.zeros(3, dtype=np.int64)))

    assert words.terms[rows].tolist() == [True, False, False]
    assert words.senses[rows].tolist() == [False, True, False]


def test_an_english_word_tells_no_other_language():
    words = feeling_words()

    assert "good" in words["en"]
    assert "good" not in words["hi"]
    assert "accha" in words["hi"]


def test_emojis_are_swapped_for_others_of_the_same_feeling():
    found = varied(["🙂 a"] * 200 + ["🙁 b"] * 200)

    happy, sad = {text[0] for text in found[:200]}, {text[0] for text in found[200:]}
    assert len(happy) > 10
    assert len(sad) > 10
    assert not happy & sad
    assert [text[1:] for text in found] == [" a"] * 200 + [" b"] * 200


def test_regression_finds_the_optimum():
    # one feature, two labels: at the optimum the weight w solves 1 / (1 + exp(w)) = penalty * w (by hand)
    features = sp.csr_array(np.array([[1.0], [-1.0]]))

    slopes, bias = fitted(features, np.array([1, 0]), np.ones(2), np.array([0.1]), classes=2, steps=30)

    margin = slopes[0, 1] - slopes[0, 0]
    assert margin == pytest.approx(-slopes[0, 0] * 2, abs=1e-6)
    assert 1 / (1 + np.exp(margin)) == pytest.approx(0.1 * slopes[0, 1], abs=1e-5)
    assert bias == pytest.approx([0, 0], abs=1e-5)


def test_minimising_reaches_the_bottom_of_a_valley():
    def rosenbrock(point):
        x, y = point
        slope = np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2, slope

    assert minimised(rosenbrock, np.array([-1.2, 1.0]), steps=100) == pytest.approx([1, 1], abs=1e-4)


def test_minimising_stops_at_the_bottom():
    assert minimised(lambda point: (0.0, np.zeros(2)), np.ones(2), steps=5).tolist() == [1, 1]


def test_minimising_stops_where_no_step_leads_down():
    assert minimised(lambda point: (abs(point[0]), np.ones(1)), np.zeros(1), steps=5).tolist() == [0]


def test_every_label_of_every_group_counts_alike():
    weights = balanced(np.array([0, 0, 1, 1, 1, 0]), np.array([0, 0, 0, 1, 1, 1]))

    assert weights.tolist() == [0.5, 0.5, 1, 0.5, 0.5, 1]


def test_weights_keep_their_worth_as_whole_numbers():
    weights = np.array([[0.5, -1.0, 0.0, 0.25]])

    small, worth = quantised(weights)

    assert small.dtype == np.int8
    assert small * worth == pytest.approx(weights, abs=0.01)


def test_a_table_without_weights_is_zero():
    assert not quantised(np.zeros((3, 4)))[0].any()


def test_calibration_makes_sureness_the_share_that_is_right():
    # sure of three, right with two
    scores = np.log(np.array([[0.9, 0.05, 0.05]] * 3))

    offset, temperature = calibration(scores, np.array([0, 0, 1]), np.zeros(3, dtype=np.int64), (0.0,))

    softened = np.exp(scores / temperature)
    assert (softened.max(axis=1) / softened.sum(axis=1)).mean() == pytest.approx(2 / 3, abs=0.02)
    assert offset.tolist() == [0, 0, 0]


def test_figures_are_those_computed_by_hand():
    labels, found = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1])

    assert macro_recall(labels, found) == pytest.approx((0.5 + 1 + 0) / 3)
    assert macro_f1(labels, found) == pytest.approx((2 / 3 + 0.5 + 0) / 3)


def test_calibration_error_is_that_computed_by_hand():
    # tenths: 0.8 and 0.84, of which one is right; twice 0.55, both right
    shares = np.array([[0.8, 0.1, 0.1], [0.84, 0.08, 0.08], [0.1, 0.55, 0.35], [0.35, 0.55, 0.1]])
    labels = np.array([0, 1, 1, 1])

    assert calibration_error(labels, shares) == pytest.approx(0.5 * abs(0.82 - 0.5) + 0.5 * abs(0.55 - 1))
    assert reliability(labels, shares)["posts"].tolist() == [2, 2]


def test_figures_of_no_posts_are_undefined():
    nothing = quality(np.zeros(0, dtype=np.int64), np.zeros((0, 3)))

    assert np.isnan([nothing.recall, nothing.f1, nothing.error]).all()


def test_the_diagram_has_a_dot_for_each_tenth():
    rows = pd.DataFrame({"confidence": [0.5, 1.0], "accuracy": [0.5, 0.9], "posts": [10, 40]})

    found = diagram(rows)

    assert found.count("<circle") == 2
    assert 'cx="210.0" cy="180.0" r="6.0"' in found
