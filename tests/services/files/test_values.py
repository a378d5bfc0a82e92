"""Values of exports: what can be used of them."""

from __future__ import annotations

from dashapp.services.files import values


def test_links_are_told_with_and_without_a_scheme() -> None:
    typed = [
        " https://ada.example/a?b=c ",
        "blog.ada.example/a",
        "ada.example",
        "ada@mail.example",
        "v1.2",
        "javascript:a.example",
    ]

    assert values.links(typed) == ("https://ada.example/a?b=c", "https://blog.ada.example/a", "https://ada.example")


def test_a_long_text_is_no_link() -> None:
    text = "a.aa" * 50_000 + ":"  # a pattern that tries all ways through it would not end

    assert values.links([text]) == ()
    assert not values.BARE_LINK.fullmatch(text)
