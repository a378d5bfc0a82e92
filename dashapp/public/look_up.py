"""The look-up: any public account at a glance, by its handle, for anybody."""

from __future__ import annotations

from dataclasses import dataclass

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from ..errors import in_words, seconds_left
from ..preview import fetch
from ..preview.fetch import PUBLIC, Refusal
from ..preview.summary import Preview
from ..services import service_of
from ..services.errors import ServiceError
from ..store.users import demo_user
from ..users import limits
from .handles import LONGEST, Asked, understood
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
    return {"look_up_services": {key: service_of(key).title for key in PUBLIC}, "longest_handle": LONGEST}


@blueprint.get("/look-up")
def look_up() -> ResponseReturnValue:
    """The account that the form or a shared address asks for; the form with a sentence where there is none."""
    typed, service = request.args.get("handle", ""), request.args.get("service", "")
    if not typed.strip():
        return _page(Form(service=service), 200)
    try:
        asked = understood(typed, service)
    except ServiceError as error:
        return _page(Form(typed[:LONGEST], service, str(error)), UNFIT)
    try:
        told = fetch.stored_preview(asked.service, asked.handle) or _asked(asked)
    except TooManyRequests:
        seconds = seconds_left()
        refused = Refusal(WAIT.format(wait=in_words(seconds)), TOO_MANY)
        return _page(_form(asked, refused), TOO_MANY, headers={"Retry-After": str(seconds)})
    if isinstance(told, Refusal):
        return _page(_form(asked, told), told.status)
    return _page(_form(asked), 200, told)


@limits.look_ups_by_client
def _asked(asked: Asked) -> Preview | Refusal:
    """Only what asks a service counts: an address that is shared may be opened by many at once."""
    return fetch.fetch_preview(asked.service, asked.handle)


def _form(asked: Asked, refused: Refusal | None = None) -> Form:
    return Form(asked.handle, asked.service, refused.sentence if refused else "")


def _page(
    form: Form, status: int, preview: Preview | None = None, *, headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    view = PreviewView(preview) if preview else None
    page = render_template("public/look_up.html", form=form, view=view, has_demo=demo_user() is not None)
    return make_response(page, status, {**HEADERS, **(headers or {})})
