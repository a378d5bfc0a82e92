"""What stands in posts: plain text, hashtags, mentions."""

from __future__ import annotations

import html
import re
import unicodedata
from itertools import chain

import numpy as np
import pandas as pd

from analytics.timeline import RESPONSES, answered, has_counts, own
from analytics.uncertainty import wilson


def _runs(codes: list[int]) -> str:
    """Characters as a class of a pattern, in ranges: one by one they take three times as long to search."""
    known = set(codes)
    first = [code for code in codes if code - 1 not in known]
    last = [code for code in codes if code + 1 not in known]
    return "".join(f"{chr(low)}-{chr(high)}" for low, high in zip(first, last, strict=True))


# Python's \w leaves out combining marks, without which no tag of Hindi or Thai is whole. Variation selectors are marks
# too, but belong to emojis.
MARKS = _runs(
    [
        code
        for code in range(0x300, 0x1F000)
        if unicodedata.category(chr(code)).startswith("M") and not 0xFE00 <= code <= 0xFE0F
    ]
)
_LONG = 1000  # characters, which in any order take a millisecond
_LONG_RUN = re.compile(rf"([{MARKS}]{{100}})")
_CHARACTER = rf"[\w{MARKS}]"
# The sign comes first and looks behind itself: the search then runs from sign to sign, not from character to character.
_HASHTAG = re.compile(rf"#(?<![\w{MARKS}&/#@]#)(?=[\d_]*[^\W\d_])({_CHARACTER}+(?:[·・\u200c]{_CHARACTER}+)*)")
_NAME = r"[A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*"
_DOMAIN = r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z]"
_MENTION = re.compile(rf"[@＠](?<![\w.@/&][@＠])({_NAME}(?:@{_DOMAIN})?)")
_CHUNK = 20_000  # texts searched at once: bounds the memory of what is cut out of them
_LINK = re.compile(r"[hHwW](?:(?<=[hH])(?i:ttps?://)|(?<=[wW])(?<!\w[wW])(?i:ww\.))[^\s<>\"]+")
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|blockquote|h\d)>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def plain(texts: pd.Series[str]) -> pd.Series[str]:
    """Texts without HTML: tags off, entities as the characters they stand for, composed (NFC).

    Parameters
    ----------
    texts : Series of str
        As the service wrote them.

    Returns
    -------
    Series of str
        Same index. The end of a paragraph and ``<br>`` become line ends; missing stays missing.

    Examples
    --------
    >>> plain(pd.Series(["<p>Hello &amp; <b>bye</b></p>"]))[0]
    'Hello & bye\\n'
    """
    return texts.map(_plain, na_action="ignore").astype("str")


def _plain(text: str) -> str:
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub("\n", text))
    if "&" in text:
        text = html.unescape(text)
    return text if text.isascii() else _composed(text)


def _composed(text: str) -> str:
    """In one spelling. To order marks takes the square of how many stand in a row: of no language are that many."""
    parts = [text] if len(text) < _LONG else _LONG_RUN.split(text)
    return "".join(unicodedata.normalize("NFC", part) for part in parts)


def without_links(texts: pd.Series[str]) -> pd.Series[str]:
    """Texts with a space in place of each web address."""
    return texts.str.replace(_LINK, " ", regex=True)


def without_mentions(texts: pd.Series[str]) -> pd.Series[str]:
    """Texts with a space in place of each mention of a handle."""
    return texts.str.replace(_MENTION, " ", regex=True)


def hashtags(posts: pd.DataFrame, uses: pd.DataFrame | None = None) -> pd.DataFrame:
    """Hashtags of own posts, the most used first.

    Parameters
    ----------
    posts : DataFrame
        As `frames.POSTS`. Reposts are left out.
    uses : DataFrame, optional
        As `hashtag_uses` gives them for these posts and others: made once, it serves several periods.

    Returns
    -------
    DataFrame
        Columns ``tag`` (str, without ``#``, in the spelling used most), ``posts`` (posts with this tag, int64),
        ``with_counts`` (those for which the service tells of responses, int64), ``response_rate``, ``ci_low``,
        ``ci_high`` (in [0, 1], NaN where ``with_counts`` is 0). Equals in the order of the alphabet.

    Notes
    -----
    Spellings that differ in case only are one tag (Unicode case folding). A tag holds letters, digits, marks and ``_``
    and at least one letter: ``#1`` is none. What stands in a web address or an HTML entity is none either.

    The response rate of a tag is :math:`a / t`, a of its t posts answered, with its Wilson interval. The rule for too
    few posts: it is given from one post on, always with its interval; below 20 (`uncertainty.FEW`) conclude nothing
    from it.

    References
    ----------
    .. [1] Unicode Standard Annex 31. Unicode identifiers and syntax, section 6: hashtag identifiers.
    .. [2] Bruns, A. & Stieglitz, S. (2013). Towards more systematic Twitter analysis: metrics for tweeting activities.
       Int. J. Soc. Res. Methodol. 16, 91-108.
    """
    mine = own(posts[["post", "kind", *RESPONSES]]).set_index("post")
    of_post = pd.DataFrame({"posts": 1, "with_counts": has_counts(mine), "answered": answered(mine)})
    found = hashtag_uses(posts) if uses is None else uses
    tags = _used(found[found["post"].isin(mine.index)], name="tag").join(of_post, on="post")
    counts = _most_first(tags.groupby("tag")[["posts", "with_counts", "answered"]].sum(), name="tag")
    low, high = wilson(counts["answered"], counts["with_counts"])
    share = counts["answered"] / counts["with_counts"].where(counts["with_counts"] > 0)
    return counts.drop(columns="answered").assign(response_rate=share, ci_low=low, ci_high=high)


def mentions(posts: pd.DataFrame, uses: pd.DataFrame | None = None) -> pd.DataFrame:
    """Handles mentioned in own posts, the most mentioned first.

    Parameters
    ----------
    posts : DataFrame
        As `frames.POSTS`. Reposts are left out.
    uses : DataFrame, optional
        As `mention_uses` gives them for these posts and others: made once, it serves several periods.

    Returns
    -------
    DataFrame
        Columns ``mention`` (str, without the first ``@``, in the spelling used most) and ``posts`` (int64). Equals in
        the order of the alphabet.

    Notes
    -----
    Handles are ``@ada``, ``@ada.example.social`` and ``@ada@example.social``; whether two forms name the same person is
    not known here. An e-mail address is no mention, and what stands in a web address is none either. With :math:`M_i`
    the handles in post i, that of a handle h is :math:`|\\{i : h \\in M_i\\}|`: twice in a post counts once.

    References
    ----------
    .. [1] Honeycutt, C. & Herring, S. C. (2009). Beyond microblogging: conversation and collaboration via Twitter.
       Proc. HICSS 42, 1-10.
    """
    found = mention_uses(posts) if uses is None else uses
    mine = own(posts[["post", "kind"]])["post"]
    counts = _used(found[found["post"].isin(mine)], name="mention").groupby("mention").size()
    return _most_first(counts.to_frame("posts"), name="mention")


def _most_first(counts: pd.DataFrame, *, name: str) -> pd.DataFrame:
    rows = counts.astype("int64").reset_index().astype({name: "str"})
    return rows.sort_values(["posts", name], ascending=[False, True], ignore_index=True)


def hashtag_uses(posts: pd.DataFrame) -> pd.DataFrame:
    """One row a hashtag in a post: columns ``post``, ``spelling``, ``key``: the spelling without regard to case."""
    return _uses(posts, _HASHTAG, sign="#", wide="＃")


def mention_uses(posts: pd.DataFrame) -> pd.DataFrame:
    """One row a handle mentioned in a post: columns ``post``, ``spelling``, ``key``, as of `hashtag_uses`."""
    return _uses(posts, _MENTION, sign="@", wide="＠")


def _uses(posts: pd.DataFrame, pattern: re.Pattern[str], *, sign: str, wide: str) -> pd.DataFrame:
    texts = own(posts[["post", "kind", "text"]]).set_index("post")["text"].dropna()
    marked = texts[[sign in text or wide in text for text in texts.tolist()]].str.replace(wide, sign, regex=False)
    parts = [_found(marked.iloc[first : first + _CHUNK], pattern) for first in range(0, max(len(marked), 1), _CHUNK)]
    return pd.concat(parts, ignore_index=True)


def _used(uses: pd.DataFrame, *, name: str) -> pd.DataFrame:
    """One row a post and what it uses, each in the spelling that is used most."""
    once = uses.drop_duplicates(["post", "key"])
    return pd.DataFrame({"post": once["post"], name: once["key"].map(_most_used_spelling(uses))}, index=once.index)


def _found(texts: pd.Series[str], pattern: re.Pattern[str]) -> pd.DataFrame:
    """One row a match: ``post``, ``spelling``, and its ``key``, in which case does not count."""
    found = [pattern.findall(text) for text in without_links(plain(texts)).tolist()]
    codes, spellings = pd.factorize(np.array(list(chain.from_iterable(found)), dtype=object))
    spelling = pd.Series(spellings, dtype="str")  # each is kept once, however often it was used
    words = pd.DataFrame({"spelling": spelling, "key": spelling.str.casefold()}).take(codes).reset_index(drop=True)
    return words.assign(post=np.repeat(texts.index.to_numpy(), [len(each) for each in found]))


def _most_used_spelling(found: pd.DataFrame) -> pd.Series[str]:
    uses = found.groupby(["key", "spelling"]).size().rename("uses").reset_index()
    ordered = uses.sort_values(["uses", "spelling"], ascending=[False, True])
    return ordered.drop_duplicates("key").set_index("key")["spelling"]
