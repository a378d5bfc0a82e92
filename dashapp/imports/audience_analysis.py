"""The part of the analysis that looks at what followers and friends tell of themselves."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import NamedTuple

import pandas as pd

from analytics import audience, frames
from analytics.sentiment import languages
from analytics.uncertainty import Estimate

from ..store import people
from ..store.rows import AccountRow

LISTS = {"followers": "is_follower", "friends": "is_friend"}


class Told(NamedTuple):
    """What is told of people, without their bios, and the words of these: texts are the most of the memory."""

    people: pd.DataFrame
    words: pd.DataFrame


class AudienceResults(NamedTuple):
    """The frames of followers and of friends; of each person the language and the counted words of their bio; and what
    else is told of them."""

    frames: dict[str, pd.DataFrame]
    of_bios: pd.DataFrame
    people: pd.DataFrame
    as_of: datetime


def audience_results(owner: int, account: AccountRow) -> AudienceResults:
    """What followers and friends tell of themselves."""
    told = _told(owner, account.id)
    as_of = account.data_at or datetime.now(UTC)
    by_list = {name: told.people[told.people[flag]] for name, flag in LISTS.items() if told.people[flag].any()}
    counted = {name: audience.audience(listed, told.words, as_of=as_of) for name, listed in by_list.items()}
    found = {
        "audience": counted,
        "audience_told": {name: audience.told(listed).assign(as_of=as_of) for name, listed in by_list.items()},
        "audience_shares": {name: _shares(account, told.people, name, as_of) for name in by_list},
    }
    stored = {
        key: pd.concat([frame.assign(list=name) for name, frame in of.items()], ignore_index=True)
        for key, of in found.items()
        if of
    }
    words = {word for frame in counted.values() for word in frame.loc[frame["measure"] == "word", "name"]}
    return AudienceResults(stored, _of_bios(told, words), told.people, as_of)


def _told(owner: int, account_id: int) -> Told:
    parts = [_without_bios(portion) for portion in people.audience(owner, account_id)]
    parts = parts or [_without_bios(frames.empty(frames.AUDIENCE))]
    return Told(*(pd.concat(same, ignore_index=True) for same in zip(*parts, strict=True)))


def _without_bios(portion: pd.DataFrame) -> Told:
    described = portion.assign(
        server=audience.servers(portion["handle"]), language=languages(portion["bio"]), has_bio=portion["bio"].ne("")
    )
    described["has_bio"] &= portion["bio"].notna()
    return Told(described.drop(columns=["bio", "handle"]), audience.bio_words(described))


def _shares(account: AccountRow, told: pd.DataFrame, which: str, as_of: datetime) -> pd.DataFrame:
    """The likely inactive, and follow-back where both lists were read whole and one may follow without the other."""
    listed = told[told[LISTS[which]]]
    estimates: dict[str, Estimate] = {"inactive": audience.inactive(listed, as_of=as_of)}
    if account.tells_follow_back:
        estimates["follow_back"] = audience.follow_back(listed, of=which)
    return pd.DataFrame([{"measure": name, **asdict(estimate)} for name, estimate in estimates.items()])


def _of_bios(told: Told, words: set[str]) -> pd.DataFrame:
    """Of each person the language, and those of the words that are in their bio, a space around each."""
    counted = told.words[told.words["word"].isin(words)]
    joined = counted.groupby("person")["word"].agg(" ".join).astype("str")
    of_person = told.people[["person", "language"]].rename(columns={"language": "bio_language"})
    return of_person.assign(bio_words=of_person["person"].map(" " + joined + " "))
