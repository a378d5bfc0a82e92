"""What somebody typed is understood as an account of one service, or refused with how a handle looks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.public.handles import NOTHING, TOO_LONG, UNFIT, PublicAccount, parse
from dashapp.services.errors import ServiceError
from dashapp.services.github.about import NO_LOGIN
from dashapp.services.mastodon.webfinger import NO_ADDRESS

DID = "did:plc:" + "a" * 24


@pytest.mark.parametrize(
    ("typed", "service", "handle"),
    [
        ("ada", "github", "ada"),
        (" @ada ", "github", "ada"),
        ("https://github.com/ada", "github", "ada"),
        ("github.com/ada/looms?tab=readme", "github", "ada"),
        ("ada@example.social", "mastodon", "ada@example.social"),
        ("@ada@Example.Social", "mastodon", "ada@example.social"),
        ("acct:ada@example.social", "mastodon", "ada@example.social"),
        ("https://example.social/@ada", "mastodon", "ada@example.social"),
        ("https://example.social/users/ada", "mastodon", "ada@example.social"),
        ("https://example.social/@bob@other.example", "mastodon", "bob@other.example"),
        ("ada@bücher.example", "mastodon", "ada@xn--bcher-kva.example"),
        ("ada.bsky.social", "bluesky", "ada.bsky.social"),
        ("@Ada.Example.Social", "bluesky", "ada.example.social"),
        ("\u202aada.example.social\u202c", "bluesky", "ada.example.social"),
        (DID, "bluesky", DID),
        (f"at://{DID}", "bluesky", DID),
        ("https://bsky.app/profile/ada.bsky.social", "bluesky", "ada.bsky.social"),
    ],
)
def test_the_service_is_recognised_by_the_form_of_the_handle(typed: str, service: str, handle: str) -> None:
    assert parse(typed) == PublicAccount(service, handle)


def test_a_chosen_service_is_believed() -> None:
    assert parse("ada@example.social", "nonsense") == parse("ada@example.social", "mastodon")
    with pytest.raises(ServiceError, match=r"ada\.bsky\.social"):
        parse("ada", "bluesky")


@pytest.mark.parametrize(
    ("typed", "service", "sentence"),
    [
        ("", "", NOTHING),
        ("@", "", NOTHING),
        ("ada lovelace", "", UNFIT),
        ("ada\u0000", "", UNFIT),
        ("ada\u200bb", "", UNFIT),
        ("a" * 301, "", TOO_LONG),
        ("<script>alert(1)</script>", "", NO_LOGIN),
        ("ada/../bob", "github", NO_LOGIN),
        ("ada", "mastodon", NO_ADDRESS),
        ("ada@", "", NO_ADDRESS),
        ("a?b@example.social", "", NO_ADDRESS),
    ],
)
def test_what_is_no_handle_is_refused_in_words(typed: str, service: str, sentence: str) -> None:
    with pytest.raises(ServiceError) as refused:
        parse(typed, service)

    assert str(refused.value) == sentence


@given(st.text(max_size=40), st.sampled_from(["", "github", "mastodon", "bluesky", "x"]))
def test_any_text_is_a_handle_or_a_sentence(typed: str, service: str) -> None:
    result = handle_or_sentence(typed, service)

    assert result.endswith(".") or (result.isprintable() and not any(map(str.isspace, result)))


def handle_or_sentence(typed: str, service: str) -> str:
    """What is understood, or why nothing is."""
    try:
        return parse(typed, service).handle
    except ServiceError as refused:
        return str(refused)
