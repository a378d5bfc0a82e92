"""The address to which a new password is sent: confirmed by who reads it there, and the new password."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

from flask import Flask, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..mail.delivery import NotDeliveredError, deliver
from ..mail.messages import address_confirmation, new_password
from ..store import users
from . import audit, limits, mailed_links, passwords, rules, sessions
from .forms import NOT_SENT, ON_ITS_WAY, AddressForm, ForgottenForm, ResetForm
from .settings_views import check_own, done, is_confirmed, page, with_password
from .views import blueprint

logger = logging.getLogger(__name__)
WORTHLESS = "This link is too old, or was used already. Ask for another one."
SENDING = ThreadPoolExecutor(2, "new passwords")


@blueprint.post("/user/<name>/address")
@login_required
@limits.tries_of_own_password
def change_address(name: str) -> ResponseReturnValue:
    """Sends a mail to confirm; until then the former address stays."""
    check_own(name)
    check_set_up()
    form = with_password(AddressForm())
    if not is_confirmed(form):
        return page(address_form=form)
    limits.count_mail()
    address = rules.normalised(form.address.data)
    url = mailed_links.link("address", current_user.id, address)
    try:
        deliver(address_confirmation(address, current_user.name, url))
    except NotDeliveredError as error:
        logger.warning("mail to confirm the address of user=%s not sent (%s)", current_user.id, error)
        form.address.errors = [NOT_SENT]
        return page(address_form=form)
    audit.log("address asked for", current_user.id)
    return done("address", ON_ITS_WAY)


@blueprint.post("/user/<name>/address/forget")
@login_required
def forget_address(name: str) -> ResponseReturnValue:
    """No new password can be sent from then on."""
    check_own(name)
    users.change_user(current_user.id, email=None)
    audit.log("address forgotten", current_user.id)
    return done("address", "The address is forgotten.")


@blueprint.route("/mail/address", methods=["GET", "POST"])
def confirm_address() -> ResponseReturnValue:
    """A button, for programs that look at mails open links by themselves; and what it does."""
    user, address = mailed_links.proven("address", request.args.get("token", "")) or abort(404, WORTHLESS)
    taken = False
    if request.method == "POST":
        try:
            users.change_user(user.id, email=address)
            if user.email:  # who read the former one
                users.end_other_sessions(user.id, getattr(current_user, "token", ""))
            audit.log("address confirmed", user.id)
        except users.TakenError:  # told to who reads the mails of that other account as well
            taken = True
    context = {"done": request.method == "POST", "taken": taken, "user": user, "address": address}
    return render_template("users/confirm_address.html", **context), 409 if taken else 200


@blueprint.route("/password/forgotten", methods=["GET", "POST"])
def forgotten_password() -> ResponseReturnValue:
    """Sends the way to a new password. Neither the answer nor its time tells whether somebody has that address."""
    check_set_up()
    form = ForgottenForm()
    if not form.validate_on_submit():
        return render_template("users/forgotten_password.html", form=form), 422 if form.errors else 200
    limits.count_mail()
    SENDING.submit(send_new_password, current_app._get_current_object(), rules.normalised(form.address.data))  # type: ignore[attr-defined]
    audit.log("new password asked for")
    return render_template("users/forgotten_password.html", form=form, done=True)


def send_new_password(app: Flask, address: str) -> None:
    """A mail, if somebody confirmed that address; in a thread of its own."""
    with app.app_context():
        try:
            user = users.user_of_address(address)
            if user is not None and user.email is not None:
                url = mailed_links.link("password", user.id, user.email)
                deliver(new_password(user.email, user.name, url))
        except NotDeliveredError as error:
            logger.warning("mail with a new password not sent (%s)", error)
        except Exception:
            logger.exception("mail with a new password failed")


@blueprint.route("/mail/password", methods=["GET", "POST"])
def reset_password() -> ResponseReturnValue:
    """A new password of who reads the mails; all browsers are signed out."""
    user, _ = mailed_links.proven("password", request.args.get("token", "")) or abort(404, WORTHLESS)
    form = ResetForm()
    form.name.data = user.name  # what a password must not be made of
    if not form.validate_on_submit():
        return render_template("users/reset_password.html", form=form, user=user), 422 if form.errors else 200
    users.change_user(user.id, password_hash=passwords.new_hash(form.new_password.data))
    users.end_other_sessions(user.id)
    audit.log("password set by mail", user.id)
    sessions.end()
    flash(f"Your password is changed, and all browsers are signed out. Sign in as {user.name}.")
    return redirect(url_for("users.sign_in"), 303)


def check_set_up() -> None:
    """404 where no mail can be sent."""
    if not current_app.config["MAIL_URL"]:
        abort(404)
