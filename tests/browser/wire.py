"""What a page asks the server for, and how many bytes come."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import CDPSession


class Wire:
    """The requests of a page from now on; what the browser has kept is none."""

    def __init__(self, cdp: CDPSession) -> None:
        self.last = time.monotonic()  # when something was asked for or had come
        self._asked: dict[str, str] = {}
        self._came: dict[str, int] = {}
        self._kept: set[str] = set()
        cdp.on("Network.requestWillBeSent", self._sent)
        cdp.on("Network.responseReceived", self._answered)
        cdp.on("Network.requestServedFromCache", lambda event: self._kept.add(event["requestId"]))
        cdp.on("Network.loadingFinished", self._finished)
        cdp.send("Network.enable")

    def _sent(self, event: Mapping[str, Any]) -> None:
        self.last = time.monotonic()
        self._asked[event["requestId"]] = event["request"]["url"]

    def _answered(self, event: Mapping[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            self._kept.add(event["requestId"])

    def _finished(self, event: Mapping[str, Any]) -> None:
        self.last = time.monotonic()
        self._came[event["requestId"]] = int(event["encodedDataLength"])

    @property
    def answers(self) -> list[tuple[str, int]]:
        """The address and the bytes of each, headers too."""
        asked = {number: address for number, address in self._asked.items() if address.startswith("http")}
        return [(address, self._came.get(number, 0)) for number, address in asked.items() if number not in self._kept]

    @property
    def weight(self) -> int:
        """All bytes."""
        return sum(size for _, size in self.answers)
