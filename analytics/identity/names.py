"""Handles and names made comparable: one alphabet, no decorations, the words in them, and how a word sounds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set

_AFTER = re.compile(r"\s(?:at\s|[@|•·~/\\–—-]).*|\s(?:he|she|they)/.*", re.I | re.S)
_BESIDE = re.compile(r"[(\[{<（【].*?(?:[)\]}>）】]|$)|:\w+:", re.S)  # noqa: RUF001
_PARTS = re.compile(r"[a-z]+")
_CASES = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TITLES = frozenset({"dr", "mr", "mrs", "ms", "phd", "prof", "jr", "sr"})

_SYLLABLES = ("HIRAGANA", "KATAKANA", "HANGUL")
#: what a letter stands for is at the head of its Unicode name, as of PHI or MEEM; of Cyrillic EL or ES at its end
_HEAD = re.compile(r"SHCH|[CDGKPSTZ]H|[PT]S|DZ|[A-Z]")
_CYRILLIC = re.compile(r"E([FLMNRS])$|([B-DF-HJ-NP-TV-Z]+)[AE]?$")
_OTHERWISE = {
    "SI": "shi", "TI": "chi", "TU": "tsu", "HU": "fu", "ZI": "ji", "SMALL TU": "", "GHE": "g", "YERU": "y", "IO": "yo",
    "YU": "yu", "YA": "ya", "SHORT I": "i", "ALEF": "a", "WAW": "v", "YEH": "y",
}  # fmt: skip

_SOUNDS = (
    ("shch", "s"), ("sch", "s"), ("sh", "s"), ("tch", "k"), ("dzh", "j"), ("zh", "j"), ("dj", "j"), ("ph", "f"),
    ("th", "t"), ("ch", "k"), ("ck", "k"), ("ce", "se"), ("ci", "si"), ("cy", "si"), ("ge", "je"), ("gi", "ji"),
    ("x", "ks"), ("tz", "s"), ("ts", "s"),
)  # fmt: skip
_SAME_SOUND = str.maketrans("cqvwz", "kkffs")
_LOOKS_LIKE = str.maketrans("01345", "oleas")
_REPEATED = re.compile(r"(.)\1+")
_SHORTEST, _LONGEST = 4, 32  # letters of a word that is found inside a handle


class _Latin(dict[int, str]):
    """Each character in lower-case ASCII, by the name that Unicode gives it; a blank for what is no letter or digit."""

    def __missing__(self, code: int) -> str:
        self[code] = text = _latin(chr(code))
        return text


def _latin(character: str) -> str:
    kind, name = unicodedata.category(character), unicodedata.name(character, "")
    if kind == "Nd":
        return str(unicodedata.digit(character))
    if kind[0] not in "LM" or "IDEOGRAPH" in name:
        return " "
    script, _, letter = name.partition(" ")
    letter = re.sub(r".*\b(?:LETTER|SYLLABLE|VOWEL SIGN) (?:FINAL )?|(?: WITH| FINAL).*", "", letter)
    silent = letter.endswith(("SIGN", "MARK", "ACCENT", "VIRAMA")) or (kind[0] == "M" and "VOWEL" not in name)
    return "" if silent else _sound(script, letter).lower()


def _sound(script: str, letter: str) -> str:
    """What the letter of that name stands for."""
    if letter in _OTHERWISE:
        return _OTHERWISE[letter]
    if script == "LATIN" or script in _SYLLABLES:
        return letter.split()[-1]
    found = (script == "CYRILLIC" and _CYRILLIC.match(letter)) or _HEAD.match(letter)
    return (found[found.lastindex or 0]) if found else ""


_TABLE = _Latin()


def latin(text: str) -> str:
    """A text in lower-case ASCII letters, digits and blanks, as far as Unicode's names tell what a letter stands for.

    Parameters
    ----------
    text : str
        In any script.

    Returns
    -------
    str
        What has no reading, as Chinese characters, pictures and punctuation, is a blank.

    Examples
    --------
    >>> latin("Łukasz Смирнов 🌻")
    'lukasz smirnov  '
    """
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).translate(_TABLE)


def name_words(name: str) -> tuple[str, ...]:
    """The words of a display name, without what people put beside it.

    Parameters
    ----------
    name : str
        As the service tells it.

    Returns
    -------
    tuple of str
        In lower-case ASCII, in their order; initials are single letters. Empty where nothing can be read.

    Examples
    --------
    >>> name_words("Dr. Ada B. Quillfeather (she/her) 🌻 @ Tile Club")
    ('ada', 'b', 'quillfeather')
    """
    bare = _AFTER.sub("", _BESIDE.sub(" ", name))
    words = latin(re.sub("['’]", "", bare if bare.strip() else name))
    return tuple(word for word in _PARTS.findall(words) if word not in _TITLES)


def sound(word: str) -> str:
    """How a word sounds, roughly: what is spelled differently from script to script is the same.

    Parameters
    ----------
    word : str
        Lower-case ASCII letters.

    Returns
    -------
    str
        Its consonants, in classes of those that stand for each other; vowels only at the beginning, all as ``a``.

    Examples
    --------
    >>> sound("alexander"), sound("aleksandr")
    ('alksndr', 'alksndr')
    """
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    word = word.translate(_SAME_SOUND)
    first = "a" if word[:1] in tuple("aeiouy") else word[:1]
    return _REPEATED.sub(r"\1", first + re.sub("[aeiouyh]", "", word[1:]))


def own_handle(handle: str, *, is_host: bool) -> str:
    """The part of a handle that its owner chose.

    Parameters
    ----------
    handle : str
        As the service shows it, such as ``ada@example.social``.
    is_host : bool
        Handles of this service are names of hosts, such as ``ada.example.social``; one with two dots always is.

    Returns
    -------
    str
        Such as ``ada``.
    """
    chosen = handle.lstrip("@").partition("@")[0]
    return chosen.partition(".")[0] if is_host or chosen.count(".") > 1 else chosen


def folded(handle: str) -> str:
    """A handle without case, accents and punctuation: ``Ada_Quill`` is ``adaquill``."""
    return latin(handle).replace(" ", "")


def undisguised(handle: str) -> str:
    """A folded handle with digits as the letters that they look like, and what is doubled once."""
    return _REPEATED.sub(r"\1", handle.translate(_LOOKS_LIKE))


def handle_words(handle: str, known: Set[str]) -> frozenset[str]:
    """The words in a handle: what case, digits and punctuation part, and words of names at its ends.

    Parameters
    ----------
    handle : str
        As its owner chose it.
    known : set of str
        Words of names among the people at hand.

    Returns
    -------
    frozenset of str
        In lower-case ASCII, of three letters or more.

    Examples
    --------
    >>> sorted(handle_words("aquillfeather_7", {"quillfeather"}))
    ['aquillfeather', 'quillfeather']
    """
    words = _PARTS.findall(latin(_CASES.sub(" ", handle)))
    found = set(words)
    for word in words:
        head = tail = ""
        for cut in range(_SHORTEST, min(len(word), _LONGEST)):
            head = word[:cut] if word[:cut] in known else head
            tail = word[-cut:] if word[-cut:] in known else tail
        found |= {head, tail} | ({word[len(head) :], word[: -len(tail or word)]} & known)
    return frozenset(word for word in found if len(word) > 2)


def spellings(words: tuple[str, ...]) -> frozenset[str]:
    """Handles that people make of such a name: ``adaquill``, ``aquill``, ``adaq``, ``quilla``, ``aq`` of three words.

    Parameters
    ----------
    words : tuple of str
        As `name_words` gives them.

    Returns
    -------
    frozenset of str
        As `folded` gives them; of a single word only that word.
    """
    if len(words) < 2:
        return frozenset(words)
    first, last = words[0], words[-1]
    made = {"".join(words), first + last, last + first, first[0] + last, last + first[0], first + last[0]}
    return frozenset(made | ({"".join(word[0] for word in words)} if len(words) > 2 else set()))
