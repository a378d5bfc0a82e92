"""The top posts with all that a page shows of them."""

from __future__ import annotations

import pandas as pd

from analytics.sentiment import reasons

from ..store import posts


def explained(owner: int, account_id: int, top: pd.DataFrame) -> pd.DataFrame:
    """The posts that `top` names, in its order and with its columns, what they say, and why each has its label."""
    found = posts.of_ids(owner, account_id, top["post"].unique().tolist())
    why = reasons(found["text"], found["language"]).where(found["label"].notna())
    ranked = top[["post"]].reset_index().merge(found.assign(why=why), on="post").set_index("index")
    said = ranked[["text", "url", "why"]]
    return ranked.drop(columns=said.columns).join(top.drop(columns="post")).join(said).reset_index(drop=True)
