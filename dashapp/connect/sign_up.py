"""Signing up with an account at a service: a name, and if wanted a password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, PasswordField
from wtforms.validators import Optional

from ..store import pending, users
from ..users import limits, passwords, rules, sessions
from ..users.forms import TAKEN, PostedForm, fit_password, name_field
from . import landing
from .callback import SIGN_UP, sign_up
from .messages import message
from .views import blueprint


class SignUpForm(PostedForm):
    """What a new user tells who is known at a service."""

    name = name_field()
    password = PasswordField("Password", [Optional(), fit_password], render_kw={"autocomplete": "new-password"})
    time_zone = HiddenField()


@blueprint.route("/register/finish", methods=["GET", "POST"])
@limits.register_by_client
def sign_up_page() -> ResponseReturnValue:
    """Asks for a name, then makes the user."""
    profile = session.get(SIGN_UP)
    if profile is None:
        return redirect(url_for("users.sign_in"))
    form = SignUpForm()
    if not form.is_submitted():
        form.name.data = users.free_name(rules.name_from(profile["handle"]))
        return page(form, profile)
    if not form.validate():
        return page(form, profile), 422
    return welcome(form, profile)


def welcome(form: SignUpForm, profile: Mapping[str, Any]) -> ResponseReturnValue:
    """The new user, on the page of the connected account, which is read."""
    waiting = pending.take(profile["key"])
    session.pop(SIGN_UP)
    if waiting is None:
        flash(message("sign-up", profile["service"]))
        return redirect(url_for("users.sign_in"), 303)
    try:
        queued = sign_up(waiting, lambda: new_user(form))
    except users.TakenError:
        session[SIGN_UP] = {**profile, "key": pending.keep(waiting)}
        form.name.errors = [TAKEN]
        return page(form, profile), 422
    if queued is None:
        flash(message("known", profile["service"]))
        return redirect(url_for("users.sign_in"), 303)
    flash("Welcome.")
    return redirect(sessions.safe_next(waiting["next"] or landing.import_page([queued])), 303)


def new_user(form: SignUpForm) -> int:
    """The id of a new user; without a password no password opens the account. Raises `TakenError`."""
    hashed = passwords.new_hash(form.password.data) if form.password.data else ""
    owner = users.add_user(form.name.data, hashed)
    if rules.is_time_zone(form.time_zone.data or ""):
        users.change_user(owner, time_zone=form.time_zone.data)
    return owner


def page(form: SignUpForm, profile: Mapping[str, Any]) -> str:
    """The page."""
    return render_template("connect/sign_up.html", form=form, **profile)
