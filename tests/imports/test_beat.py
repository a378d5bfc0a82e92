"""The workers' schedule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from celery import Celery

from dashapp.imports import SWEEP
from dashapp.imports.beat import Beat


@pytest.mark.parametrize("jump", [timedelta(hours=13), timedelta(days=-1)], ids=["ahead", "back"])
def test_it_goes_on_at_its_pace_when_the_clock_jumps(monkeypatch: pytest.MonkeyPatch, jump: timedelta) -> None:
    clock, sent = datetime.now(UTC), list[str]()
    app = Celery(set_as_current=False, broker="memory://")
    app.conf.beat_schedule = {"sweep": {"task": "sweep", "schedule": SWEEP}, "mail": {"task": "mail", "schedule": 60}}
    monkeypatch.setattr(app, "now", lambda: clock)
    beat = Beat(app)
    monkeypatch.setattr(beat, "apply_entry", lambda entry, **_: sent.append(entry.name))

    def wait(seconds: float) -> None:
        nonlocal clock
        end = clock + timedelta(seconds=seconds)
        while clock < end:
            clock += timedelta(seconds=max(beat.tick(), 0.1))

    wait(300)
    before = sorted(sent)
    clock += jump
    sent.clear()
    wait(300)

    assert before.count("sweep") in (9, 10)
    assert before.count("mail") in (4, 5)
    assert len(sent) == pytest.approx(len(before), abs=2)
