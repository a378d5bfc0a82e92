"""What servers tell becomes records."""

from __future__ import annotations

from typing import Any

import pytest

from dashapp.services.errors import UnusableError
from dashapp.services.mastodon.api_records import following, limit, person, post
from dashapp.services.net.response import Response
from tests.services.fakes.mastodon_world import START


@pytest.mark.parametrize(
    ("told", "key", "followers"),
    [
        pytest.param({"acct": "bob"}, "bob@example.social", 4, id="local"),
        pytest.param({"acct": "Bob@Other.example"}, "bob@other.example", 4, id="capitals"),
        pytest.param({"acct": "bob@bücher.example"}, "bob@xn--bcher-kva.example", 4, id="as-exports-write-it"),
        pytest.param({"acct": "bob@127.0.0.1:9001"}, "bob@127.0.0.1:9001", 4, id="port"),
        pytest.param({"acct": "bob", "followers_count": -1}, "bob@example.social", None, id="hidden-count"),
        pytest.param({"acct": "bob", "suspended": True}, "bob@example.social", None, id="suspended"),
        pytest.param({"acct": "bob", "limited": True}, "bob@example.social", 4, id="limited"),
    ],
)
def test_an_account_becomes_a_person(told: dict[str, Any], key: str, followers: int | None) -> None:
    found = person({"followers_count": 4} | told, "example.social")

    assert found is not None
    assert (found.key, found.followers) == (key, followers)


@pytest.mark.parametrize(
    ("told", "bio", "links"),
    [
        pytest.param({}, None, None, id="not-told"),
        pytest.param({"note": "", "fields": []}, "", (), id="none"),
        pytest.param({"note": "", "fields": [], "suspended": True}, None, None, id="suspended"),
        pytest.param({"note": "<p>a</p><p>:b: c</p>", "emojis": [{"shortcode": "b"}]}, "a c", None, id="markup"),
        pytest.param({"fields": [{"value": "https://a.example"}, 7]}, None, ("https://a.example",), id="plain-text"),
        pytest.param({"note": "x" * 9_999}, "x" * 2_000, None, id="long"),
    ],
)
def test_a_person_s_bio_and_links_are_told_or_not(told: dict[str, Any], bio: Any, links: Any) -> None:
    found = person({"acct": "bob"} | told, "example.social")

    assert found is not None
    assert (found.bio, found.links) == (bio, links)


@pytest.mark.parametrize("acct", [None, "", "@", "bob@", "a@b@c", "a b@c", 7, ["bob"], "b" * 400, "bob@ex\u0378.net"])
def test_what_has_no_address_is_nobody(acct: Any) -> None:
    assert person({"acct": acct}, "example.social") is None


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        pytest.param({}, {"kind": "post"}, id="post"),
        pytest.param({"in_reply_to_id": "5", "in_reply_to_account_id": "8"}, {"kind": "reply"}, id="reply"),
        pytest.param({"in_reply_to_id": "5", "in_reply_to_account_id": "7"}, {"kind": "post"}, id="own-thread"),
        pytest.param({"in_reply_to_id": "5", "in_reply_to_account_id": 7}, {"kind": "post"}, id="id-as-a-number"),
        pytest.param({"in_reply_to_id": "5"}, {"kind": "reply"}, id="reply-to-somebody-gone"),
        pytest.param({"in_reply_to_account_id": "8"}, {"kind": "reply"}, id="reply-to-a-post-that-is-gone"),
        pytest.param({"in_reply_to_account_id": "7"}, {"kind": "post"}, id="own-thread-whose-beginning-is-gone"),
        pytest.param({"visibility": "local"}, {"kind": "post"}, id="local-only"),
        pytest.param({"quotes_count": None}, {"quotes": None, "likes": 7}, id="before-4.5"),
        pytest.param({"favourites_count": -1}, {"likes": None}, id="hidden-count"),
        pytest.param({"url": None}, {"url": "https://e.social/1"}, id="no-url"),
        pytest.param({"visibility": "private"}, {"kind": "post"}, id="followers-only"),
        pytest.param(
            {
                "content": "",
                "reblog": {"url": "https://o.example/9", "content": "<p>Theirs</p>", "favourites_count": 5},
            },
            {"kind": "repost", "text": "", "url": "https://o.example/9", "likes": None},
            id="boost",
        ),
    ],
)
def test_a_status_becomes_a_post(fields: dict[str, Any], told: dict[str, Any]) -> None:
    status = {"uri": "https://e.social/1", "created_at": "2026-10-02T17:45:11.123Z", "favourites_count": 7}

    found = post(status | fields, "7", latest=START.replace(year=2027))

    assert {name: getattr(found, name) for name in told} == told


@pytest.mark.parametrize("visibility", ["list:7", "mutuals_only", None, 5])
def test_a_status_for_some_people_only_is_kept_out_and_told(visibility: Any) -> None:
    with pytest.raises(UnusableError, match="others than everybody"):
        post({"visibility": visibility}, "7", latest=START)


def test_a_direct_message_is_not_read() -> None:
    assert post({"visibility": "direct"}, "7", latest=START) is None


RESET = {"X-RateLimit-Reset": "2099-01-01T00:00:00.123456Z"}


@pytest.mark.parametrize(
    ("status", "headers", "waits"),
    [
        pytest.param(200, RESET | {"X-RateLimit-Remaining": "0"}, True, id="last-call"),
        pytest.param(200, RESET | {"X-RateLimit-Remaining": "1"}, False, id="calls-left"),
        pytest.param(429, RESET | {"X-RateLimit-Remaining": "250"}, True, id="limit-of-another-rule"),
        pytest.param(429, RESET, True, id="reset-alone"),
        pytest.param(429, {}, False, id="nothing-told"),
        pytest.param(200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "soon"}, False, id="nonsense"),
    ],
)
def test_limits_are_as_the_headers_say(status: int, headers: dict[str, str], waits: bool) -> None:
    assert (limit(Response(status, headers)) is not None) is waits


@pytest.mark.parametrize(
    ("link", "query"),
    [
        (
            '<https://e.social/api/v1/x?limit=80&max_id=5>; rel="next", <https://e.social/x?since_id=9>; rel="prev"',
            "limit=80&max_id=5",
        ),
        ('<https://e.social/x?since_id=9>; rel="prev"', None),
        ("", None),
        ("nonsense", None),
        ('<https://[>; rel="next"', ""),
    ],
)
def test_the_next_page_is_told_by_its_query(link: str, query: str | None) -> None:
    assert following(Response(200, {"Link": link}), [], 80) == query


@pytest.mark.parametrize(
    ("page", "is_all", "query"),
    [
        ([{"id": "9"}, {"id": "7"}], False, "limit=80&max_id=7"),
        ([{"id": "9"}, None], False, ""),
        ([{"id": "7"}], True, None),
        ([], False, None),
    ],
)
def test_without_a_header_the_next_page_is_behind_the_last_record(
    page: list[Any], is_all: bool, query: str | None
) -> None:
    assert following(Response(200), page, 80, is_all=is_all) == query
