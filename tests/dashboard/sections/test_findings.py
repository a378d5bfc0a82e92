"""What stands out, on the pages that show it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, get_args

import pandas as pd
import pytest

from analytics.findings.candidates import Section
from dashapp.dashboard.sections import findings
from dashapp.dashboard.sections.findings import SHOWN, findings_of_accounts, findings_of_all
from dashapp.page_paths import ALL_SERVICES, CROSSCHECK
from tests.dashboard.dash_client import links, plain, text


def view(*rows: tuple[str, str, float], handle: str = "ada") -> Any:
    """An account of which this stands out."""
    frame = pd.DataFrame(rows, columns=["sentence", "section", "p"])
    return SimpleNamespace(handle=handle, service="X", period="1y", of_period=lambda _: frame, lacks=lambda *_: False)


HELP = "/help/manual/account#what-stands-out"


@pytest.fixture(autouse=True)
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """No visitor of the demo."""
    monkeypatch.setattr(findings, "current_user", SimpleNamespace(is_demo=False))


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (ALL_SERVICES, ["#part-graph", f"{CROSSCHECK}#part-accounts"]),
        (CROSSCHECK, [f"{ALL_SERVICES}#part-graph", "#part-accounts"]),
    ],
)
def test_sentences_of_all_accounts_lead_to_the_page_of_their_chart(page: str, expected: list[str]) -> None:
    shown = plain(findings_of_all(view(("Of one.", "graph", 0.001), ("Of two.", "accounts", 0.002)), page))

    assert list(links(shown)) == [HELP, *expected]
    assert "As of the last comparison" in text(shown)


def test_where_nothing_stands_out_nothing_stands_there() -> None:
    assert findings.findings(view()) is None
    assert findings_of_all(view(), CROSSCHECK) is None
    assert findings_of_accounts([(view(), "/a")]) is None


def test_the_overview_tells_the_surest_of_each_account_that_is_sure_beside_the_others() -> None:
    sure, unsure = view(("Sure.", "growth", 0.001), ("More.", "graph", 0.002)), view(("Unsure.", "graph", 0.004))

    shown = plain(findings_of_accounts([(sure, "/a?b=c"), (unsure, "/d")]))

    assert text(shown) == "What stands out ? ada , X: Sure. Growth"
    assert list(links(shown)) == [HELP, "/a?b=c#chart-growth"]


def test_whatever_is_said_leads_to_a_chart() -> None:
    assert SHOWN.keys() == set(get_args(Section))
