"""What the server keeps for each user at most: told in their settings, and held where rows are added."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sized
from dataclasses import asdict, dataclass

from flask import current_app

from ..services.errors import ExportError, ServiceError
from ..store import usage
from ..store.rows import Usage

TITLES = {
    "accounts": "accounts",
    "posts": "posts",
    "people": "people",
    "ties": "ties",
    "upload_bytes": "uploads that wait",
}
NEARLY = 0.8
FULL = (
    "No room is left for more {what}: this server keeps {limit} for each user. "
    "Delete an account in your settings to make room."
)
NOTHING_KEPT = "Nothing of this upload was kept."
TOO_LARGE = "This upload takes {size}, and for each user {limit} may wait to be imported: upload less at once."
WAITING = (
    "There is no room for this upload: {used} of yours wait to be imported, and this server keeps {limit} for each "
    "user. Upload it when the imports on your overview are done, or cancel one."
)


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of one thing a user has and may have."""

    name: str  # of `Usage`
    used: int
    limit: int  # 0: as much as there may be

    @property
    def title(self) -> str:
        """What it counts."""
        return TITLES[self.name]

    @property
    def share(self) -> float:
        """Of the limit."""
        return self.used / self.limit if self.limit else 0.0

    def shown(self, amount: int) -> str:
        """A number as people read it."""
        return f"{amount / 1e6:,.0f} MB" if self.name == "upload_bytes" else f"{amount:,}"

    @property
    def remark(self) -> str:
        """What is said of it when little or no room is left."""
        if self.share < NEARLY:
            return ""
        if self.name == "upload_bytes":
            return "Little room is left for uploads until the imports on your overview are done."
        if self.share < 1:
            return f"Little room is left for {self.title}: {self.share:.0%} is used. At the limit nothing new is kept."
        return f"No room is left for {self.title}: nothing new is kept. Delete an account to make room."


def quotas(owner: int) -> list[Quota]:
    """What the user has and may have."""
    most = asdict(limits())
    return [Quota(name, count, most[name]) for name, count in asdict(usage.usage(owner)).items()]


def limits() -> Usage:
    """What every user may have; 0: as much as there may be."""
    config = current_app.config
    return Usage(
        accounts=config["USER_MOST_ACCOUNTS"],
        posts=config["USER_MOST_POSTS"],
        people=config["USER_MOST_PEOPLE"],
        ties=config["USER_MOST_TIES"],
        upload_bytes=config["USER_MOST_UPLOAD_BYTES"],
    )


def check_upload(owner: int, size: int = 0) -> None:
    """Raises `ExportError` if what waits, and an upload of so many bytes more, finds no room."""
    quota = next(quota for quota in quotas(owner) if quota.name == "upload_bytes")
    if quota.limit and quota.used + size > quota.limit:
        sentence = TOO_LARGE if size > quota.limit else WAITING
        amounts = {"used": quota.used, "size": size, "limit": quota.limit}
        raise ExportError(sentence.format_map({name: quota.shown(amount) for name, amount in amounts.items()}))


def full(name: str) -> str:
    """The sentence of somebody who has all of it that they may."""
    quota = Quota(name, used=0, limit=asdict(limits())[name])
    return FULL.format(what=quota.title, limit=quota.shown(quota.limit))


class LiveRoom:
    """How many posts and people an account may get while a service is read; ties as long as there are not too many."""

    def __init__(self, owner: int, account_id: int | None) -> None:
        self._account_id = account_id
        found = {quota.name: quota for quota in quotas(owner)}
        if account_id is None and found["accounts"].share >= 1:
            raise ServiceError(full("accounts"))
        self._left = {name: found[name].limit - found[name].used for name in usage.RECORDS if found[name].limit}
        self._is_full_of_ties = found["ties"].share >= 1
        self.notes: list[str] = []  # what is said of that for which there was no room

    def takes_ties(self) -> bool:
        """Whether there is room for ties. Without them an account can be read well."""
        self.notes = [full("ties")] if self._is_full_of_ties else []
        return not self._is_full_of_ties

    def take(self, new: Mapping[str, Collection[str]]) -> None:
        """Takes room for the records of these keys that are not there yet. Raises `ServiceError` if there is none."""
        for name in self._left.keys() & new.keys():
            count = usage.unknown(self._account_id, name, new[name])
            self._left[name] -= count
            if count and self._left[name] < 0:
                raise ServiceError(full(name))


class UploadRoom:
    """How much an upload may hold, whatever is there of it: with more it cannot be merged."""

    def __init__(self, owner: int) -> None:
        counted = [quota for quota in quotas(owner) if quota.limit and quota.name in (*usage.RECORDS, "ties")]
        self._left = {quota.name: max(quota.used, quota.limit) for quota in counted}

    def take(self, new: Mapping[str, Sized]) -> None:
        """Takes these. Raises `FullError`, before more is read and a merge holds others up."""
        for name in self._left.keys() & new.keys():
            self._left[name] -= len(new[name])
            if self._left[name] < 0:
                raise usage.FullError(name)
