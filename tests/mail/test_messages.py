"""What a mail is made of: whatever people are called, its headers and its markup stay what they are."""

from __future__ import annotations

from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashapp.mail.messages import confirmation, weekly
from dashapp.mail.week import AccountWeek, Week, one_line
from dashapp.store.rows import WeeklyMailRow
from tests.records import partial_row

ROW = partial_row(WeeklyMailRow, owner_id=1, address="ada@mail.example")
HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
    "List-Unsubscribe", "List-Unsubscribe-Post",
]  # fmt: skip


def account(**told: Any) -> AccountWeek:
    """An account of which little is told."""
    known = {"title": "Mastodon", "handle": "ada", "path": "/dashboard/user/mastodon?account=1", "findings": ["It is."]}
    days = {"first": date(2026, 11, 23), "last": date(2026, 11, 29), "list_name": "followers", "findings_days": 30}
    untold = dict.fromkeys(("posts", "people", "gained", "lost", "since"))
    return AccountWeek(**{**known, **days, **untold, "is_analysed": True, **told})  # type: ignore[arg-type]


def a_week(*accounts: AccountWeek, **told: Any) -> Week:
    """A week of these."""
    return Week(**{"accounts": accounts, "more": 0, "unread": [], "on_several": None, "to_decide": 0, **told})


def read(message: EmailMessage) -> tuple[EmailMessage, str, BeautifulSoup]:
    """The mail as it arrives, its text, and its HTML."""
    arrived = message_from_bytes(message.as_bytes(), policy=policy.default)
    text, html = (arrived.get_body((kind,)).get_content() for kind in ("plain", "html"))
    return arrived, text, BeautifulSoup(html, "html.parser")


def test_what_is_not_told_is_no_zero(in_app: None) -> None:
    _, text, html = read(weekly(ROW, a_week(account(posts=0, people=1234))))

    shown = [cell.get_text("|") for cell in html.select("table table table table td")]
    assert text.splitlines()[5:9] == ["Posts: 0", "Followers: 1,234", "Gained: not told", "Lost: not told"]
    assert shown == ["Posts|0", "Followers|1,234", "Gained|–", "Lost|–"]
    assert "were not read whole and compared" in text


def test_a_mail_program_can_end_it_and_a_reader_can(in_app: None) -> None:
    message = weekly(ROW, a_week(account()))
    arrived, text, html = read(message)

    stop = str(arrived["List-Unsubscribe"]).strip("<>")
    assert stop.startswith("https://sociogram.example.org/mail/unsubscribe?token=")
    assert f"<{stop}>" in message.as_string().replace("\r\n", "\n")  # not torn by folding
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stop in text
    assert stop in [link["href"] for link in html.select("a")]


def test_links_lead_to_the_public_address_whatever_a_request_says(app: Flask) -> None:
    with app.test_request_context(base_url="https://evil.example"):
        mail = confirmation(1, "ada@mail.example").as_string()

    assert "https://sociogram.example.org/mail/confirm" in mail
    assert "evil.example" not in mail


def test_nothing_is_loaded_and_no_link_leads_elsewhere(in_app: None) -> None:
    *_, html = read(weekly(ROW, a_week(account(), on_several=3, to_decide=2, more=1)))

    assert html.select("img, link, script, iframe, [src], [background]") == []
    assert "url(" not in str(html)
    assert {link["href"].split("/", 3)[2] for link in html.select("a")} == {"sociogram.example.org"}


PLAIN = a_week(account(), unread=["bob"], on_several=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    handle=st.text(max_size=80)
    | st.sampled_from(["a\r\nBcc: eve@mail.example", "</td><script>x</script>", "a\r.\r\n"]),
    sentence=st.text(max_size=2_000),
)
def test_no_name_breaks_headers_lines_or_markup(app: Flask, handle: str, sentence: str) -> None:
    named = account(handle=one_line(handle), findings=[one_line(sentence)])
    plain, plain_text, plain_html = read(weekly(ROW, PLAIN))

    arrived, text, html = read(weekly(ROW, a_week(named, unread=[one_line(handle)], on_several=1)))

    assert arrived.keys() == plain.keys()
    assert sorted(arrived.keys()) == sorted(HEADERS)
    assert len(text.splitlines()) == len(plain_text.splitlines())
    assert [tag.name for tag in html.find_all()] == [tag.name for tag in plain_html.find_all()]
    assert html.h2 is not None
    assert html.h2.get_text() == one_line(handle)
    assert html.li is not None
    assert html.li.get_text() == one_line(sentence)
    assert all(len(line) <= 998 for line in weekly(ROW, a_week(named)).as_bytes().splitlines())


def test_the_subject_tells_the_newest_day(in_app: None) -> None:
    first, later = account(), account(last=date(2026, 11, 30))

    assert a_week(first, later).subject == "Your week on Sociogram, up to 30 November 2026"
