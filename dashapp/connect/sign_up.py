"""Signing up with an account at a service: a name, and if wanted an address and a password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import Optional

from ..services import service_of
from ..store import pending, users
from ..users import limits, passwords, rules, sessions
from ..users.forms import PostedForm, fit_email, fit_password, name_field, stripped
from .callback import SIGN_UP, sign_up
from .messages import message
from .views import blueprint

OTHERS = (
    "With this address and password somebody is registered already. If it is you, sign in with them, then add "
    "this account in your settings."
)
BOTH = "Address and password belong together: enter both, or none of them."


class SignUpForm(PostedForm):
    """What a new user tells who is known at a service."""

    name = name_field()
    email = EmailField(
        "E-mail",
        [Optional(), fit_email],
        filters=[stripped],
        render_kw={"autocomplete": "username", "maxlength": 254},
    )
    password = PasswordField("Password", [Optional(), fit_password], render_kw={"autocomplete": "new-password"})
    time_zone = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """An address alone opens nothing, nor does a password."""
        fit = bool(super().validate(extra_validators))
        if fit and bool(self.email.data) != bool(self.password.data):
            self.password.errors = [BOTH]
            return False
        return fit


@blueprint.route("/register/finish", methods=["GET", "POST"])
@limits.register_by_client
@limits.tries_by_address
def sign_up_page() -> ResponseReturnValue:
    """Asks for a name, then makes the user."""
    profile = session.get(SIGN_UP)
    if profile is None:
        return redirect(url_for("users.sign_in"))
    form = SignUpForm()
    if not form.is_submitted():
        suggested = profile["name"] if rules.name_problem(profile["name"]) is None else profile["handle"]
        form.name.data = suggested if rules.name_problem(suggested) is None else ""
        return page(form, profile)
    if not form.validate() or not is_free(form):
        return page(form, profile), 422
    return welcome(form, profile)


def is_free(form: SignUpForm) -> bool:
    """Whether nobody has that address with that password; else the form says so."""
    if not form.password.data or passwords.find_user(form.email.data, form.password.data) is None:
        return True
    form.email.errors = [OTHERS]
    return False


def welcome(form: SignUpForm, profile: Mapping[str, Any]) -> ResponseReturnValue:
    """The new user, at home; the connected account is read."""
    waiting = pending.take(profile["key"])
    session.pop(SIGN_UP)
    if waiting is None:
        flash(message("sign-up", profile["service"]))
        return redirect(url_for("users.sign_in"), 303)
    if not sign_up(waiting, lambda: new_user(form)):
        flash(message("known", profile["service"]))
        return redirect(url_for("users.sign_in"), 303)
    flash(f"Welcome. What {service_of(profile['service']).title} tells of {profile['handle']} is being read.")
    return redirect(sessions.safe_next(waiting["next"]), 303)


def new_user(form: SignUpForm) -> int:
    """The id of a new user; without a password no address and no password opens the account."""
    if form.password.data:
        owner: int = passwords.add_user(form.name.data, form.email.data, form.password.data)
    else:
        owner = users.add_user(form.name.data, "", "")
    if rules.is_time_zone(form.time_zone.data or ""):
        users.change_user(owner, time_zone=form.time_zone.data)
    return owner


def page(form: SignUpForm, profile: Mapping[str, Any]) -> str:
    """The page."""
    return render_template("connect/sign_up.html", form=form, **profile)
