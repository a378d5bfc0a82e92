"""Names of which is known how they read."""

from __future__ import annotations

import pytest

from analytics.identity.names import latin, name_words, sound


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("Ada Quillfeather 🌻", "ada quillfeather", id="picture"),
        pytest.param("\U0001d4d0da \uff31uill", "ada quill", id="decorated letters"),
        pytest.param(":verified: Ada (she/her) [hiring]", "ada", id="beside"),
        pytest.param("Dr. Ada O’Quill @ Tile Club", "ada oquill", id="role"),
        pytest.param("Ada Quill she/they", "ada quill", id="pronouns"),
        pytest.param("Łucja Ørsted-Ğ", "lucja orsted g", id="Latin"),
        pytest.param("Юлия Щёкина", "yuliya shchyokina", id="Cyrillic"),
        pytest.param("Γιώργος Ψαρός", "giorgos psaros", id="Greek"),
        pytest.param("かな ッタ", "kana ta", id="kana"),
        pytest.param("राजेश", "rajesh", id="Devanagari"),
        pytest.param("שלום", "shlvm", id="Hebrew"),
        pytest.param("김", "gim", id="Hangul"),
        pytest.param("蒼", "", id="no reading"),
        pytest.param("(she/her)", "she her", id="nothing else"),
    ],
)
def test_names_of_any_script_become_comparable_words(name: str, words: str) -> None:
    assert " ".join(name_words(name)) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Jonathan", "Джонатан", id="Cyrillic"),
        pytest.param("Maria", "Μαρία", id="Greek"),
        pytest.param("Tanaka", "タナカ", id="kana"),
        pytest.param("Stephen", "Steven", id="spelling"),
        pytest.param("Rajesh", "राजेश", id="Devanagari"),
    ],
)
def test_a_name_sounds_the_same_in_another_script(one: str, other: str) -> None:
    assert [sound(word) for word in name_words(one)] == [sound(word) for word in name_words(other)]


def test_digits_of_any_script_are_digits() -> None:
    assert latin("ada٣") == "ada3"
