"""At which hours of the week was posted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .axes import marks
from .style import PALETTES, Figure, figure

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def rhythm(slots: pd.DataFrame, *, theme: str) -> Figure:
    """Heat map of posts by hour and weekday; `slots` has `weekday` (0 is Monday), `hour`, `posts`."""
    palette = PALETTES[theme]
    counts = np.zeros((7, 24), dtype=np.int64)
    np.add.at(counts, (slots["weekday"].to_numpy(), slots["hour"].to_numpy()), slots["posts"].to_numpy())
    most = max(int(counts.max()), 1)
    colours = [[step / (len(palette.heat) - 1), colour] for step, colour in enumerate(palette.heat)]
    trace = {
        "type": "heatmap",
        "z": counts,
        "x": list(range(24)),
        "y": list(WEEKDAYS),
        "zmin": 0,
        "zmax": most,
        "colorscale": colours,
        "xgap": 2,
        "ygap": 2,
        "colorbar": {"title": {"text": "Posts"}, "thickness": 10, "outlinewidth": 0, "len": 0.9, **marks(most)},
        "hovertemplate": "%{y} %{x}:00<br>Posts: %{z:,}<extra></extra>",
    }
    return figure(
        theme,
        [trace],
        height=300,
        xaxis={"tickvals": list(range(0, 24, 3)), "title": {"text": "Hour"}, "showgrid": False, "fixedrange": True},
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False, "fixedrange": True, "ticks": ""},
    )
