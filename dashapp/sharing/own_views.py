"""A user's own links: made, listed and revoked; and the share card of an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from markupsafe import Markup
from wtforms.fields.choices import SelectChoice

from ..dashboard.address import PERIODS, parse_period, range_days
from ..dashboard.components.numbers import day
from ..dashboard.figures.style import PALETTES, literal
from ..services import service_of
from ..signing import sealed, unsealed
from ..store import accounts, crosscheck, shares
from ..store.database import LARGEST_ID
from ..users import audit, limits
from . import graph_drawing
from .forms import CROSSCHECK, ShareForm, is_period
from .shared_account import shared_account
from .views import absolute

blueprint = Blueprint("sharing", __name__)
FULL = f"You have {shares.MOST} links, which is as many as there may be: revoke one first."
MADE = "made_link"  # in the cookie, until the page that shows it
SHOWN_FOR = 600  # seconds in which that page may come
CARD_GRAPH = 300  # people on the card
CARD_ROOM = (560, 560)


@blueprint.get("/shares")
@login_required
def own() -> ResponseReturnValue:
    """The links that there are, and the form for another one; `account` and its days may be chosen already."""
    period = parse_period(request.args)[0]
    token = unsealed(session.pop(MADE, ""), MADE, max_age=SHOWN_FOR)
    link = absolute("shared.shown", token=token) if token else None
    return _page(_form(formdata=None, what=request.args.get("account"), period=period), link=link)


@blueprint.post("/shares")
@login_required
@limits.sharing_by_user
def share() -> ResponseReturnValue:
    """Makes a link, which the list shows once: to load that again makes no other one."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 422
    names = form.names.data and form.account_id is not None
    try:
        token = shares.add(
            current_user.id, form.account_id, period=form.period.data, names=names, lifetime=form.lifetime
        )
    except shares.FullError:
        form.what.errors = [FULL]
        return _page(form), 422
    audit.log("link made", current_user.id)
    session[MADE] = sealed(token, MADE)
    return redirect(url_for("sharing.own"), 303)


@blueprint.post(f"/shares/<int(max={LARGEST_ID}):share_id>/revoke")
@login_required
def revoke(share_id: int) -> ResponseReturnValue:
    """Ends a link at once."""
    if not shares.revoke(current_user.id, share_id):
        abort(404)
    audit.log("link revoked", current_user.id)
    flash("The link is revoked: it shows nothing any more.")
    return redirect(url_for("sharing.own"), 303)


@blueprint.get(f"/shares/card/<int(max={LARGEST_ID}):account_id>.svg")
@login_required
def card(account_id: int) -> Response:
    """The account on a card, to be saved as a picture; nobody is named on it."""
    period = parse_period(request.args)[0]
    page = shared_account(current_user.id, account_id, period=period, time_zone=current_user.time_zone, names=False)
    if page is None:
        abort(404)
    graph = graph_drawing.drawing(page.view, room=CARD_ROOM, names=False, most=CARD_GRAPH)
    posts = page.posts_by_unit()
    drawn = render_template(
        "sharing/card.svg",
        page=page,
        title=_fitting(page.title, 26),
        handle=_fitting(page.view.handle, 34),
        graph=graph,
        posts=posts,
        most=max(posts, default=0) or 1,
        of=PALETTES["light"],
    )
    return Response(drawn, mimetype="image/svg+xml")


def _fitting(text: str, longest: int) -> Markup:
    """A text that nothing of it turns round or breaks the drawing."""
    return Markup(literal(text, longest=longest))  # noqa: S704 - it is escaped


def _form(**options: Any) -> ShareForm:
    """The form with what this user can share."""
    form = ShareForm(**options)
    what = {str(account_id): title for account_id, title in _titles().items()}
    both = {CROSSCHECK: "Cross-check: how many people are where"}
    form.what.choices = _choices(what | (both if crosscheck.derived(current_user.id) else {}))
    chosen = form.period.data
    form.period.choices = _choices(PERIODS | ({chosen: period_title(chosen)} if is_period(chosen) else {}))
    return form


def _choices(titles: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(*each) for each in titles.items()]


def _page(form: ShareForm, *, link: str | None = None) -> str:
    """The page; `link` is the one that was just made."""
    titles = _titles()
    rows = [
        {
            "id": row.id,
            "title": "Cross-check" if row.account_id is None else titles.get(row.account_id, "An account"),
            "period": "" if row.account_id is None else period_title(row.period),
            "names": row.names,
            "ends": day(row.expires_at, current_user.time_zone),
            "opened": row.opened_at and day(row.opened_at, current_user.time_zone),
        }
        for row in shares.shares(current_user.id)
    ]
    return render_template("sharing/own.html", form=form, rows=rows, link=link, most=shares.MOST)


def period_title(period: str) -> str:
    """The days that are shared, in words."""
    days = range_days(period)
    if days is None:
        return "All days" if period == "all" else PERIODS[period]
    first, last = days
    return f"{first:%-d %B %Y} to {last:%-d %B %Y}"


def _titles() -> dict[int, str]:
    return {row.id: f"{row.handle}, {service_of(row.service).title}" for row in accounts.accounts(current_user.id)}
