"""Texts of posts out of their HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.services.files.html_text import links_of, text_of


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Hello</p>", "Hello"),
        ("<p>One</p><p>Two<br />Three<BR>Four</p>", "One\nTwo\nThree\nFour"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<p>1 &lt; 2 &amp; 3 &#39;x&#39; &nbsp;y</p>", "1 < 2 & 3 'x' \xa0y"),
        ("<p>&lt;b&gt; stays</p>", "<b> stays"),
        ("<a title=\"a > b\" href='x>y'>link</a>", "link"),
        ('<a href="https://e.example/x"><span class="invisible">https://</span>e.example/x</a>', "https://e.example/x"),
        ("a <!-- no --> b", "a  b"),
        ('<p class="quote-inline">RE: <a href="https://e.example/1">e.example/1</a></p><p>Well</p>', "Well"),
        ('Well<span class="x quote-inline"><br><bdi>RE:</bdi> <span>e.example/1</span></span>', "Well"),
        ("<p class='quote-inline'>never ends", "never ends"),
        ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
        ("<p>open", "open"),
        ("", ""),
    ],
)
def test_markup_becomes_text(markup: str, text: str) -> None:
    assert text_of(markup) == text


def test_links_are_told_but_for_mentions_and_hashtags() -> None:
    markup = """<a rel="me" href="https://e.example/?a=1&amp;b">e</a> <a href='https://f.example'>f</a> <a>none</a>
        <a href="https://g.example/@a" class="u-url mention">@a</a> <a class='hashtag' href="https://h.example">#h</a>"""

    assert links_of(markup) == ["https://e.example/?a=1&b", "https://f.example"]


@given(st.text(max_size=300))
def test_escaped_text_comes_back(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert text_of(f"<p>{escaped}</p>") == text.strip()


@pytest.mark.parametrize("piece", ["<", "<a ", '<a b="', "<!--", "</", "<a b='c\"", "<![", '"<'])
def test_a_hundred_thousand_open_tags_stay_text(piece: str) -> None:
    markup = piece * (100_000 // len(piece))  # takes the library's parser minutes

    assert text_of(markup) == markup.strip()
