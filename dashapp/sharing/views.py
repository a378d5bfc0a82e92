"""What a link shows to whoever has it: nobody has to sign in, and nothing else can be reached with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from plotly.offline import get_plotlyjs_version

from ..dashboard.answers import Answers, key_of
from ..dashboard.components.chart import GRAPH
from ..dashboard.components.numbers import day
from ..store import shares
from ..store.database import now
from ..store.rows import SharedRow
from ..theme import chosen_theme, current_theme
from ..users import limits
from . import graph_drawing, picture
from .shared_account import SharedAccount, shared_account
from .shared_crosscheck import SharedCrosscheck, shared_crosscheck

blueprint = Blueprint("shared", __name__)
#: one answer to a link that never was, has ended or was revoked
NO_LINK = "This link shows nothing, or nothing any more. Ask whoever sent it for another one."
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",  # the address is the key
    "Cache-Control": "private, no-store",
}


@blueprint.after_request
def add_headers(response: Response) -> Response:
    """Also to refusals: they look alike."""
    response.headers.update(HEADERS)
    return response


@blueprint.get("/shared/<token>")
@limits.shared_pages_by_client
def shown(token: str) -> ResponseReturnValue:
    """The page that a link shows."""
    row, preview_address = _row(token), absolute("shared.preview", token=token)

    def page() -> str:
        shared = _page(row)
        return render_template(
            "sharing/shared.html",
            page=shared,
            is_account=isinstance(shared, SharedAccount),
            ends=day(row.expires_at, row.time_zone),
            nobody=True,
            drawn_in=current_theme(),
            picture=preview_address,
            config_of_charts=GRAPH,
            plotly=f"vendor/plotly-{get_plotlyjs_version()}.min.js",
        )

    answer = _kept(page, row, preview_address, chosen_theme())
    shares.note_opened(row, now())
    return answer


@blueprint.get("/shared/<token>/picture.png")
@limits.shared_pages_by_client
def preview(token: str) -> ResponseReturnValue:
    """What messengers show beside the link: no more than the page does."""
    row = _row(token)
    return _kept(lambda: Response(_drawn(_page(row)), mimetype="image/png"), row)


def _drawn(page: SharedAccount | SharedCrosscheck) -> bytes:
    if isinstance(page, SharedCrosscheck):
        return picture.picture([each.people for each in page.view.combinations("anybody")], [])
    side = picture.GRAPH_SIDE
    graph = graph_drawing.drawing(page.view, room=(side, side), names=False, most=picture.MOST_POINTS)
    return picture.picture(page.posts_by_unit(), graph.points if graph else [])


def _kept(view: Callable[[], ResponseReturnValue], row: SharedRow, *shown: object) -> ResponseReturnValue:
    """The answer to a link that is good, made once for all who open it (`dashboard/answers.py`)."""
    answers: Answers = current_app.extensions["answers"]
    return answers.of(view, key_of(row.owner_id, row.time_zone, *shown))


def absolute(endpoint: str, **values: Any) -> str:
    """The whole address of a page, as the settings tell it, else as it was asked for."""
    base = current_app.config["PUBLIC_URL"] or request.host_url.rstrip("/")
    return f"{base}{url_for(endpoint, **values)}"


def _row(token: str) -> SharedRow:
    return shares.find(token, now()) or abort(404, NO_LINK)


def _page(row: SharedRow) -> SharedAccount | SharedCrosscheck:
    if row.account_id is None:
        page: SharedAccount | SharedCrosscheck | None = shared_crosscheck(row.owner_id, row.time_zone)
    else:
        page = shared_account(row.owner_id, row.account_id, period=row.period, time_zone=row.time_zone, names=row.names)
    return page or abort(404, NO_LINK)
