"""The weekly e-mail: where it goes is asked here, and confirmed or stopped by who reads it there."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from flask import abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..extensions import csrf
from ..mail import links
from ..mail.delivery import NotDeliveredError, deliver
from ..mail.messages import confirmation
from ..mail.schedule import next_time
from ..store import weekly_mails
from . import audit, limits, rules
from .forms import NOT_SENT, ON_ITS_WAY, WeeklyMailForm
from .settings_views import check_own, done, page
from .views import blueprint

logger = logging.getLogger(__name__)
WORTHLESS = "This link is too old, or the mails go elsewhere by now. In your settings you can ask for another one."


@blueprint.post("/user/<name>/weekly-mail")
@login_required
def ask_for_weekly_mail(name: str) -> ResponseReturnValue:
    """Sends a mail to confirm; nothing else goes there before that."""
    check_set_up(name)
    form = WeeklyMailForm()
    if not form.validate_on_submit():
        return page(mail_form=form)
    address, known = rules.normalised(form.address.data), weekly_mails.find(current_user.id)
    if known and known.address == address and known.confirmed_at:
        return done("weekly-mail", "The weekly e-mail goes to this address already.")
    limits.count_mail()
    try:
        deliver(confirmation(current_user.id, address))
    except NotDeliveredError as error:
        logger.warning("mail to confirm of user=%s not sent (%s)", current_user.id, error)
        form.address.errors = [NOT_SENT]
        return page(mail_form=form)
    weekly_mails.ask(current_user.id, address)
    audit.log("weekly mail asked for", current_user.id)
    return done("weekly-mail", ON_ITS_WAY)


@blueprint.post("/user/<name>/weekly-mail/stop")
@login_required
def stop_weekly_mail(name: str) -> ResponseReturnValue:
    """Forgets the address."""
    check_set_up(name)
    weekly_mails.stop(current_user.id)
    audit.log("weekly mail stopped", current_user.id)
    return done("weekly-mail", "The weekly e-mail is stopped, and its address is forgotten.")


@blueprint.route("/mail/confirm", methods=["GET", "POST"])
def confirm_mail() -> ResponseReturnValue:
    """A button, for programs that look at mails open links by themselves; and what it does."""
    row = links.proven("confirm", request.args.get("token", "")) or abort(404, WORTHLESS)
    if request.method == "POST":
        weekly_mails.confirm(row, next_time(row.owner_id, row.time_zone, datetime.now(UTC)))
        audit.log("weekly mail confirmed", row.owner_id)
    return render_template("users/confirm_mail.html", done=request.method == "POST")


@blueprint.route("/mail/unsubscribe", methods=["GET", "POST"])
@csrf.exempt  # mail programs send the form by themselves (RFC 8058); the token says enough
def unsubscribe() -> ResponseReturnValue:
    """The same for the end of it. A second time is no error: somebody may press two buttons."""
    row = links.proven("unsubscribe", request.args.get("token", ""))
    if request.method == "POST" and row is not None:
        weekly_mails.stop(row.owner_id)
        audit.log("weekly mail stopped", row.owner_id)
    return render_template("users/unsubscribe.html", done=request.method == "POST" or row is None)


def check_set_up(name: str) -> None:
    """404 for other users' names, and where no mail can be sent."""
    check_own(name)
    if not current_app.config["MAIL_URL"]:
        abort(404)
