"""Settings: what a user may change, what is stored about them, and the end of it."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from flask_wtf import FlaskForm

from ..imports.quotas import quotas
from ..mail.schedule import follow_time_zone
from ..oauth import tokens
from ..store import accounts, connections, imports, second_factors, users, weekly_mails
from ..store.database import LARGEST_ID
from ..store.rows import StoredAccount, StoredRows
from ..theme import follow_setting
from . import audit, limits, passwords, sessions
from .forms import (
    TAKEN,
    AddressForm,
    DeleteForm,
    DisplayForm,
    EndSecondFactorForm,
    FirstPasswordForm,
    NameForm,
    PasswordForm,
    SecondFactorForm,
    WeeklyMailForm,
)
from .views import blueprint

MOST_SESSIONS = 50  # that are shown
NOT_YOURS = "This is not your password. Capital letters and spaces count."
NOTHING_ENTERED = "Enter your password to delete everything."
NOT_YOUR_NAME = "Write your name as it stands at the top of this page, to delete everything."


@blueprint.get("/user/<name>")
@login_required
def settings(name: str) -> ResponseReturnValue:
    """The signed-in user's own settings."""
    check_own(name)
    return page()


@blueprint.post("/user/<name>/name")
@login_required
@limits.tries_of_own_password
def change_name(name: str) -> ResponseReturnValue:
    """Another name to sign in with, and with it another address of this page; all other browsers are signed out."""
    check_own(name)
    form = with_password(NameForm())
    if not is_confirmed(form):
        return page(name_form=form)
    try:
        users.change_user(current_user.id, name=form.name.data)
    except users.TakenError:
        form.name.errors = [TAKEN]
        return page(name_form=form)
    users.end_other_sessions(current_user.id, current_user.token)
    audit.log("name changed", current_user.id)
    return done("name", "Your name is changed, and all other browsers are signed out.", name=form.name.data)


@blueprint.post("/user/<name>/display")
@login_required
def change_display(name: str) -> ResponseReturnValue:
    """Time zone and theme; in another zone posts fall on other days and hours, so accounts are analysed again."""
    check_own(name)
    form = DisplayForm()
    if not form.validate_on_submit():
        return page(display_form=form)
    users.change_user(current_user.id, time_zone=form.time_zone.data, theme=form.theme.data)
    if form.time_zone.data != current_user.time_zone:
        for account in accounts.accounts(current_user.id):
            imports.add_analysis(current_user.id, account.id, "time zone changed")
        follow_time_zone(current_user.id)
    return follow_setting(done("display", "Time zone and theme are set."))


@blueprint.post("/user/<name>/password")
@login_required
@limits.tries_of_own_password
def change_password(name: str) -> ResponseReturnValue:
    """Another password; all other browsers are signed out."""
    check_own(name)
    form = PasswordForm()
    if not is_confirmed(form):
        return page(password_form=form)
    return keep_password(form.new_password.data, "Your password is changed, and all other browsers are signed out.")


@blueprint.post("/user/<name>/first-password")
@login_required
@limits.tries_of_own_password
def set_password(name: str) -> ResponseReturnValue:
    """A password for somebody who has none: who is signed in has nothing else to show."""
    check_own(name)
    if has_password():
        abort(404)
    form = FirstPasswordForm()
    if not form.validate_on_submit():
        return page(first_form=form)
    return keep_password(
        form.new_password.data, "Your name and this password sign you in, too. All other browsers are signed out."
    )


def keep_password(password: str, sentence: str) -> ResponseReturnValue:
    """The new password; who signed in before it is signed out elsewhere."""
    users.change_user(current_user.id, password_hash=passwords.new_hash(password))
    users.end_other_sessions(current_user.id, current_user.token)
    audit.log("password changed", current_user.id)
    return done("password", sentence)


@blueprint.post("/user/<name>/sessions/end")
@login_required
def sign_out_browser(name: str) -> ResponseReturnValue:
    """Another browser, which somebody may have left open."""
    check_own(name)
    if not users.sign_out(current_user.id, request.form.get("session", "")):
        return done("sessions", "That browser was signed out already.")
    audit.log("signed out elsewhere", current_user.id)
    return done("sessions", "That browser is signed out.")


@blueprint.post("/user/<name>/sessions/end-others")
@login_required
def sign_out_elsewhere(name: str) -> ResponseReturnValue:
    """All browsers but this one."""
    check_own(name)
    users.end_other_sessions(current_user.id, current_user.token)
    audit.log("signed out elsewhere", current_user.id)
    return done("sessions", "All other browsers are signed out.")


@blueprint.post(f"/user/<name>/accounts/<int(max={LARGEST_ID}):account_id>/delete")
@login_required
def delete_account(name: str, account_id: int) -> ResponseReturnValue:
    """One account, with all that was read for it."""
    check_own(name)
    account = accounts.account(current_user.id, account_id) or abort(404)
    accounts.delete_account(current_user.id, account_id) or abort(404)
    if account.connection_id and not is_shared(account.connection_id):
        tokens.disconnect(current_user.id, account.connection_id)
    audit.log("account deleted", current_user.id)
    return done("accounts", f"{account.handle} is deleted, with all that was read for it.")


@blueprint.post("/user/<name>/delete")
@login_required
@limits.tries_of_own_password
def delete_everything(name: str) -> ResponseReturnValue:
    """The user and every row about them."""
    check_own(name)
    form = DeleteForm()
    if not form.validate_on_submit() or not is_sure(form):
        return page(delete_form=form)
    owner = current_user.id
    allowed = tokens.revocable(owner)
    users.delete_user(owner)
    tokens.revoke(allowed)
    audit.log("user deleted", owner)
    sessions.end()
    flash("Everything that was stored about you is deleted.")
    return sessions.goodbye()


def check_own(name: str) -> None:
    """404 for everybody else's name: whether such a user exists is nobody's business."""
    if users.name_key(name) != users.name_key(current_user.name):
        abort(404)


def has_password() -> bool:
    """Whether the user has a password, beside accounts elsewhere."""
    return bool(users.password_hash(current_user.id))


def is_shared(connection_id: int) -> bool:
    """Whether another account is read by the same connection."""
    return any(account.connection_id == connection_id for account in accounts.accounts(current_user.id))


def is_sure(form: DeleteForm) -> bool:
    """Whether password or name were entered; else the form says so."""
    if not has_password():
        sure = users.name_key(form.name.data or "") == users.name_key(current_user.name)
        form.name.errors = [] if sure else [NOT_YOUR_NAME]
        return sure
    if not form.password.data:
        form.password.errors = [NOTHING_ENTERED]
        return False
    return knows_password(form)


def is_confirmed(form: Any) -> bool:
    """Whether a form was sent and is right, with the current password if it asks for that; else it says what is not."""
    return form.validate_on_submit() and ("password" not in form or knows_password(form))


def knows_password(form: Any) -> bool:
    """Whether the current password was entered; else the form says so."""
    if passwords.is_password_of(current_user.id, form.password.data):
        return True
    form.password.errors = [NOT_YOURS]
    audit.log("password refused", current_user.id)
    return False


def with_password(form: Any) -> Any:
    """The form, which asks for the password if there is one."""
    if not has_password():
        del form.password
    return form


def done(section: str, sentence: str, *, name: str | None = None) -> Any:
    """Back to the section that was changed."""
    flash(sentence)
    return redirect(url_for("users.settings", name=name or current_user.name, _anchor=section), 303)


def page(**forms: FlaskForm) -> ResponseReturnValue:
    """The page; a form that was refused stands as it was sent, the others as things are."""
    weekly_mail, email = weekly_mails.find(current_user.id), users.user(current_user.id).email
    fresh = {
        "name_form": with_password(NameForm(formdata=None)),
        "address_form": with_password(AddressForm(formdata=None)),
        "email": email,
        "second_form": with_password(SecondFactorForm(formdata=None)),
        "end_second_form": with_password(EndSecondFactorForm(formdata=None)),
        "second_factor": second_factors.find(current_user.id),
        "has_keys": bool(current_app.config["TOKEN_KEYS"]),
        "display_form": DisplayForm(formdata=None, time_zone=current_user.time_zone, theme=current_user.theme),
        "password_form": PasswordForm(formdata=None),
        "first_form": FirstPasswordForm(formdata=None),
        "mail_form": WeeklyMailForm(formdata=None, address=weekly_mail.address if weekly_mail else email),
        "delete_form": DeleteForm(formdata=None),
        "has_password": has_password(),
        "has_mail": bool(current_app.config["MAIL_URL"]),
        "weekly_mail": weekly_mail,
        "sessions": [] if current_user.is_demo else users.sessions(current_user.id, limit=MOST_SESSIONS),
        "identities": connections.identities(current_user.id),
        "connections": connections.connections(current_user.id),
        "quotas": quotas(current_user.id),
    }
    stored = users.stored_about(current_user.id)
    context = {"accounts": stored_accounts(stored), "own": {row.table: row.rows for row in stored if not row.account}}
    return render_template("users/settings.html", **fresh | forms, **context), 422 if request.method == "POST" else 200


def stored_accounts(stored: list[StoredRows]) -> dict[StoredAccount, dict[str, int]]:
    """What is stored: by account the number of rows by table."""
    by_account: dict[StoredAccount, dict[str, int]] = {}
    for row in stored:
        if row.account:
            by_account.setdefault(row.account, {})[row.table] = row.rows
    return by_account
