"""The forms of users, and what they ask of a value."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import request
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, ValidationError

from ..store import users
from . import rules

TAKEN = "Choose another name: somebody has this one. If it is you, sign in."
NOT_SENT = "The mail to confirm could not be sent. Check the address, or try again later."
ON_ITS_WAY = "A mail is on its way. Open the link in it within two days to confirm the address."
NO_CODE = "This code is wrong, or was used already. Wait for the next one, or take a recovery code."
TYPED_AS_IS = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
THEMES = {"auto": "As the system", "light": "Light", "dark": "Dark"}


class PostedForm(FlaskForm):
    """A form that takes what a form sends: files and JSON are no fields of it."""

    class Meta(FlaskForm.Meta):
        """How the body of a request becomes fields."""

        def wrap_formdata(self, _form: Form, formdata: Any) -> Any:
            """The fields that were sent; none for a form that is only shown."""
            return request.form if formdata is not None and request.method == "POST" else None


def stripped(value: str | None) -> str | None:
    """A filter: without space around it."""
    return value.strip() if value else value


def spelt(value: str | None) -> str | None:
    """A filter by `rules.spelt`."""
    return rules.spelt(value) if value else value


def fit_name(_form: Form, field: Field) -> None:
    """A validator by `rules.name_problem`."""
    refuse(rules.name_problem(field.data))


def fit_email(_form: Form, field: Field) -> None:
    """A validator by `rules.email_problem`."""
    refuse(rules.email_problem(field.data))


def fit_password(form: Any, field: Field) -> None:
    """A validator by `rules.password_problem`."""
    name = form.name.data if "name" in form else current_user.name
    refuse(rules.password_problem(field.data, name=name or ""))


def refuse(problem: str | None) -> None:
    """Raises `ValidationError` if there is a problem."""
    if problem:
        raise ValidationError(problem)


def free_name(form: Form, field: Field) -> None:
    """A validator by who has that name. Of two who ask at once the database refuses one (`users.TakenError`)."""
    fit_name(form, field)
    holder = users.find_user(field.data)
    refuse(TAKEN if holder and holder.id != getattr(current_user, "id", None) else None)


def name_field(label: str = "Name") -> StringField:
    """The name that somebody chooses to sign in with."""
    return StringField(
        label,
        [InputRequired("Enter a name."), free_name],
        filters=[spelt],
        description="To sign in with. Letters, digits and . _ - in any case; no other user is told it.",
        render_kw={**TYPED_AS_IS, "maxlength": rules.NAME_LENGTH},
    )


def current_password_field(missing: str = "Enter your password.") -> PasswordField:
    """The password that somebody has."""
    return PasswordField("Current password", [InputRequired(missing)], render_kw={"autocomplete": "current-password"})


def new_password_field(
    label: str = "Password",
    missing: str = "Choose a password.",
    description: str = "At least 8 characters. Several words make a good one.",
) -> PasswordField:
    """A password that somebody chooses."""
    return PasswordField(
        label,
        [InputRequired(missing), fit_password],
        description=description,
        render_kw={"autocomplete": "new-password"},
    )


def address_field(label: str, description: str = "A mail comes there first, to confirm the address.") -> EmailField:
    """An address to which mail is sent."""
    return EmailField(
        label,
        [InputRequired("Enter an e-mail address."), fit_email],
        filters=[stripped],
        description=description,
        render_kw={"autocomplete": "email", "maxlength": rules.EMAIL_LENGTH},
    )


@cache
def zone_choices() -> dict[str, dict[str, str]]:
    """Time zones by region, as a select shows them."""
    return {
        region: {name: name.partition("/")[2].replace("_", " ").replace("/", " – ") or name for name in names}
        for region, names in rules.time_zones().items()
    }


class SignInForm(PostedForm):
    """Name and password."""

    name = StringField("Name", [InputRequired("Enter the name of your account.")], render_kw=TYPED_AS_IS)
    password = PasswordField(
        "Password", [InputRequired("Enter your password.")], render_kw={"autocomplete": "current-password"}
    )
    remember = BooleanField("Stay signed in for 30 days", description="Not on a device that others use.")
    next = HiddenField()


class RegisterForm(PostedForm):
    """What a new user tells."""

    name = name_field()
    password = new_password_field()
    time_zone = HiddenField()
    next = HiddenField()


class NameForm(PostedForm):
    """Another name. Who has no password needs none."""

    name = name_field("New name")
    password = current_password_field()


class DisplayForm(PostedForm):
    """How pages look."""

    time_zone = SelectField(
        "Time zone",
        choices=zone_choices,
        validate_choice=False,
        description="Days and hours on all pages are those of this zone.",
    )
    theme = RadioField("Theme", choices=THEMES)

    def validate_time_zone(self, field: Field) -> None:
        """One of the list, or the one that is set already."""
        if field.data != current_user.time_zone and not rules.is_time_zone(field.data):
            raise ValidationError("Choose a time zone from the list.")


class PasswordForm(PostedForm):
    """Another password."""

    password = current_password_field("Enter the password you have now.")
    new_password = new_password_field(
        "New password", "Choose a new password.", "At least 8 characters. All other browsers are signed out."
    )


class FirstPasswordForm(PostedForm):
    """The password of somebody who has signed in with an account elsewhere until now."""

    new_password = new_password_field()


class AddressForm(PostedForm):
    """Where a new password is sent. Who has no password needs none."""

    address = address_field("E-mail")
    password = current_password_field()


class ForgottenForm(PostedForm):
    """The confirmed address of who forgot name or password."""

    address = address_field("E-mail", "The one that you confirmed in your settings.")


class ResetForm(PostedForm):
    """A new password of who reads the mails."""

    name = HiddenField()
    new_password = new_password_field("New password", "Choose a new password.")


class CodeForm(PostedForm):
    """A code beside the password."""

    code = StringField(
        "Code",
        [InputRequired("Enter a code.")],
        description="Of your authenticator application, or one of your recovery codes.",
        render_kw={**TYPED_AS_IS, "autocomplete": "one-time-code", "maxlength": 40},
    )


class SecondFactorForm(PostedForm):
    """The beginning of a second factor. Who has no password needs none."""

    password = current_password_field()


class EndSecondFactorForm(CodeForm):
    """The end of a second factor, for who shows a code of it and the password, if there is one."""

    password = current_password_field()


class WeeklyMailForm(PostedForm):
    """Where the weekly e-mail goes."""

    address = address_field("Send it to")


class DeleteForm(PostedForm):
    """The end. Who has no password writes the name instead."""

    password = PasswordField("Password", render_kw={"autocomplete": "current-password"})
    name = StringField("Your name here, to confirm", filters=[stripped], render_kw={"autocomplete": "off"})
