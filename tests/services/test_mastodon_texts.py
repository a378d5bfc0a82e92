"""What is in a text or a name without being its author's words."""

from __future__ import annotations

from typing import Any

import pytest

from dashapp.services.mastodon.texts import display_name, post_text

API = {"emojis": [{"shortcode": "sad_cat", "url": "https://e.example/1.png"}, {"shortcode": "v+"}, None]}
ACTIVITY = {"tag": [{"type": "Mention", "name": ":bob:"}, {"type": "Emoji", "name": ":sad_cat:"}]}
QUOTED = "https://e.example/1"


@pytest.mark.parametrize("record", [API, ACTIVITY, {"tag": ACTIVITY["tag"][1]}, {"emoji": {"sad_cat": "x"}}])
def test_custom_emojis_are_no_words(record: dict[str, Any]) -> None:
    told = {**record, "content": "<p>Rain :sad_cat: again :sad_cat::sad_cat:</p>"}

    assert post_text(told, ":sad_cat: weather") == "weather\n\nRain again"
    assert display_name(told, ":sad_cat: Bob :sad_cat:") == "Bob"
    assert display_name(told, ":sad_cat:") is None


@pytest.mark.parametrize("text", ["at 12:30:45", ":bob: waves", "a:sad_cat b"])
def test_what_the_server_does_not_call_an_emoji_stays(text: str) -> None:
    assert post_text({**ACTIVITY, "content": text}, None) == text


@pytest.mark.parametrize(
    ("told", "text"),
    [
        pytest.param({"quoteUrl": QUOTED}, "", id="a-bare-quote"),
        pytest.param({"quote": {"quoted_status": {"url": QUOTED}}}, "", id="interface"),
        pytest.param({"quote": {"uri": QUOTED}}, "", id="interface-of-others"),
        pytest.param({}, f"RE: {QUOTED}", id="no-quote"),
        pytest.param({"quoteUrl": "https://other.example/2"}, f"RE: {QUOTED}", id="another-one"),
    ],
)
def test_the_line_for_a_quote_is_no_text(told: dict[str, Any], text: str) -> None:
    line = f'RE: <a href="{QUOTED}">{QUOTED}</a>'

    assert post_text({**told, "content": f"<p>{line}</p>"}, None) == text
    assert post_text({**told, "content": f"<p>Well<br><br>{line}</p>"}, None) == f"Well\n\n{text}".strip()
