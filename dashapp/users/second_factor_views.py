"""A second factor: begun, confirmed with its first code, and ended."""

from __future__ import annotations

from flask import abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..store import second_factors, users
from . import audit, codes, limits
from .forms import NO_CODE, CodeForm, EndSecondFactorForm, SecondFactorForm
from .settings_views import check_own, done, is_confirmed, page, with_password
from .views import blueprint


@blueprint.post("/user/<name>/second-factor/begin")
@login_required
@limits.tries_of_own_password
def begin_second_factor(name: str) -> ResponseReturnValue:
    """A new secret; nothing is asked for before a code of it was shown."""
    check_own(name)
    if not current_app.config["TOKEN_KEYS"] or second_factors.is_on(current_user.id):
        abort(404)
    form = with_password(SecondFactorForm())
    if not is_confirmed(form):
        return page(second_form=form)
    second_factors.begin(current_user.id, codes.new_secret())
    return redirect(url_for("users.confirm_second_factor", name=current_user.name), 303)


@blueprint.route("/user/<name>/second-factor", methods=["GET", "POST"])
@login_required
@limits.tries_of_code
def confirm_second_factor(name: str) -> ResponseReturnValue:
    """Shows the secret and asks for its first code; then the recovery codes, once."""
    check_own(name)
    row, secret = second_factors.find(current_user.id), second_factors.secret(current_user.id)
    if row is None or row.confirmed_at is not None or secret is None:
        abort(404)
    form = CodeForm()
    form.code.description = "The six digits that your application shows now."
    told = {"form": form, "secret": secret, "address": codes.address(secret, current_user.name)}
    if not form.validate_on_submit():
        return render_template("users/second_factor.html", **told), 422 if form.errors else 200
    recovery = codes.confirm(current_user.id, form.code.data)
    if recovery is None:
        form.code.errors = [NO_CODE]
        return render_template("users/second_factor.html", **told), 422
    users.end_other_sessions(current_user.id, current_user.token)
    audit.log("second factor added", current_user.id)
    return render_template("users/second_factor.html", recovery=recovery)


@blueprint.post("/user/<name>/second-factor/end")
@login_required
@limits.tries_of_own_password
@limits.tries_of_code
def end_second_factor(name: str) -> ResponseReturnValue:
    """The password is enough again; whoever wants that shows both."""
    check_own(name)
    if not second_factors.is_on(current_user.id):
        abort(404)
    form = with_password(EndSecondFactorForm())
    if not is_confirmed(form):
        return page(end_second_form=form)
    if not codes.is_good(current_user.id, form.code.data):
        form.code.errors = [NO_CODE]
        return page(end_second_form=form)
    second_factors.remove(current_user.id)
    users.end_other_sessions(current_user.id, current_user.token)
    audit.log("second factor removed", current_user.id)
    return done("second-factor", "No code is asked for any more, and all other browsers are signed out.")
