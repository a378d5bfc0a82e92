"""The look-up: any public account at a glance, by its handle, for anybody."""

from __future__ import annotations

from dataclasses import dataclass

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from ..errors import in_words, seconds_left
from ..preview import fetch
from ..preview.fetch import Refusal
from ..preview.summary import Preview
from ..services import SERVICES
from ..services.errors import ServiceError
from ..store.users import demo_user
from ..users import limits
from .handles import HANDLES, LONGEST, PublicAccount, parse, pattern_of_script
from .preview_view import PreviewView
from .views import blueprint

UNFIT, TOO_MANY = 400, 429
WAIT = "You have looked up many accounts in a short while. It goes on in {wait}."
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",  # it is about persons who were not asked
    "Cache-Control": "private, no-cache",
}


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the form, and what is wrong with it."""

    handle: str = ""
    service: str = ""
    problem: str = ""


@blueprint.app_context_processor
def services() -> dict[str, object]:
    """What the form offers, wherever it stands."""
    return {
        "look_up_services": [SERVICES[key] for key in HANDLES],
        "longest_handle": LONGEST,
        "pattern_of_script": pattern_of_script,
    }


@blueprint.get("/look-up")
def look_up() -> ResponseReturnValue:
    """The account that the form or a shared address asks for; the form with a sentence where there is none."""
    typed, service = request.args.get("handle", ""), request.args.get("service", "")
    if not typed.strip():
        return _page(Form(service=service), 200)
    try:
        account = parse(typed, service)
    except ServiceError as error:
        return _page(Form(typed[:LONGEST], service, str(error)), UNFIT)
    try:
        preview = fetch.stored_preview(account.service, account.handle) or _fetch_preview(account)
    except TooManyRequests:
        seconds = seconds_left()
        refused = Refusal(WAIT.format(wait=in_words(seconds)), TOO_MANY)
        return _page(_form(account, refused), TOO_MANY, headers={"Retry-After": str(seconds)})
    if isinstance(preview, Refusal):
        return _page(_form(account, preview), preview.status)
    return _page(_form(account), 200, preview)


@limits.look_ups_by_client
def _fetch_preview(account: PublicAccount) -> Preview | Refusal:
    """Only what asks a service counts: an address that is shared may be opened by many at once."""
    return fetch.fetch_preview(account.service, account.handle)


def _form(account: PublicAccount, refused: Refusal | None = None) -> Form:
    return Form(account.handle, account.service, refused.sentence if refused else "")


def _page(
    form: Form, status: int, preview: Preview | None = None, *, headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    view = PreviewView(preview) if preview else None
    page = render_template("public/look_up.html", form=form, view=view, has_demo=demo_user() is not None)
    return make_response(page, status, {**HEADERS, **(headers or {})})
