"""Sign in, register, sign out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from ..store import users
from ..theme import follow_setting
from . import audit, codes, limits, passwords, rules, sessions
from .forms import NO_CODE, TAKEN, CodeForm, RegisterForm, SignInForm

blueprint = Blueprint("users", __name__)
FIRST = "Sign in to see that page."
NO_MATCH = (
    "This name and this password do not belong together. Check both: in the password capital letters and spaces count. "
    "Who registered with an e-mail address has that as their name."
)


@blueprint.record_once
def set_up(state: BlueprintSetupState) -> None:
    """What is said to somebody who is sent here."""
    state.app.login_manager.login_message = FIRST  # type: ignore[attr-defined]


@blueprint.route("/login", methods=["GET", "POST"])
@blueprint.route("/signin", methods=["GET", "POST"])
@limits.tries_of_typed_name
def sign_in() -> ResponseReturnValue:
    """Opens a session."""
    form = SignInForm(next=request.args.get("next"))
    if request.method == "GET" and _is_at_home():
        return redirect(sessions.safe_next(form.next.data))
    if not form.validate_on_submit():
        return render_template("users/sign_in.html", form=form), 422 if form.errors else 200
    owner = passwords.find_user(form.name.data, form.password.data)
    if owner is None:
        audit.log("sign-in refused")
        return render_template("users/sign_in.html", form=form, problem=NO_MATCH), 422
    response = sessions.begin_or_ask(owner, remember=form.remember.data, target=form.next.data)
    return welcome(response) if current_user.is_authenticated else response


@blueprint.route("/signin/code", methods=["GET", "POST"])
@limits.tries_of_code
def sign_in_code() -> ResponseReturnValue:
    """The second step, for those who want two."""
    waiting = sessions.asked()
    if waiting is None:
        return redirect(url_for("users.sign_in"))
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("users/sign_in_code.html", form=form), 422 if form.errors else 200
    if not codes.is_good(waiting["owner"], form.code.data):
        audit.log("code refused", waiting["owner"])
        form.code.errors = [NO_CODE]
        return render_template("users/sign_in_code.html", form=form), 422
    sessions.begin(waiting["owner"], remember=waiting["remember"])
    return welcome(redirect(waiting["next"], 303))


def welcome(response: Response) -> Response:
    """The way on of somebody who is signed in."""
    audit.log("sign-in", current_user.id)
    return response if current_user.theme == "auto" else follow_setting(response)


@blueprint.route("/register", methods=["GET", "POST"])
@limits.register_by_client
def register() -> ResponseReturnValue:
    """A new user, signed in. That a name is taken is told, and no password is tried here."""
    form = RegisterForm(next=request.args.get("next"))
    if request.method == "GET" and _is_at_home():
        return redirect(sessions.safe_next(form.next.data))
    if not form.validate_on_submit():
        return render_template("users/register.html", form=form), 422 if form.errors else 200
    try:
        owner = users.add_user(form.name.data, passwords.new_hash(form.password.data))
    except users.TakenError:
        form.name.errors = [TAKEN]
        return render_template("users/register.html", form=form), 422
    if rules.is_time_zone(form.time_zone.data or ""):
        users.change_user(owner, time_zone=form.time_zone.data)
    sessions.begin(owner)
    audit.log("registration", owner)
    return redirect(sessions.safe_next(form.next.data), 303)


@blueprint.route("/logout", methods=["GET", "POST"])
@blueprint.route("/signout", methods=["GET", "POST"])
def sign_out() -> ResponseReturnValue:
    """Ends the session; a link alone, which any site could place, only asks."""
    if request.method == "GET":
        return render_template("users/sign_out.html") if current_user.is_authenticated else redirect("/")
    if current_user.is_authenticated:
        audit.log("sign-out", current_user.id)
    sessions.end()
    flash("You are signed out.")
    return sessions.goodbye()


def _is_at_home() -> bool:
    """Signed in for good: a visitor of the demo may still want an account."""
    return current_user.is_authenticated and not current_user.is_demo
