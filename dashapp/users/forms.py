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

from . import rules

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


def fit_name(_form: Form, field: Field) -> None:
    """A validator by `rules.name_problem`."""
    refuse(rules.name_problem(field.data))


def fit_email(_form: Form, field: Field) -> None:
    """A validator by `rules.email_problem`."""
    refuse(rules.email_problem(field.data))


def fit_password(form: Any, field: Field) -> None:
    """A validator by `rules.password_problem`."""
    name = form.name.data if "name" in form else current_user.name
    email = form.email.data if "email" in form else current_user.email
    refuse(rules.password_problem(field.data, name=name or "", email=email or ""))


def refuse(problem: str | None) -> None:
    """Raises `ValidationError` if there is a problem."""
    if problem:
        raise ValidationError(problem)


def name_field(description: str = "As you like to be called; nobody else sees it.") -> StringField:
    """What somebody is called."""
    return StringField(
        "Name",
        [InputRequired("Enter a name."), fit_name],
        filters=[stripped],
        description=description,
        render_kw={"autocomplete": "nickname", "maxlength": rules.NAME_LENGTH},
    )


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


@cache
def zone_choices() -> dict[str, dict[str, str]]:
    """Time zones by region, as a select shows them."""
    return {
        region: {name: name.partition("/")[2].replace("_", " ").replace("/", " – ") or name for name in names}
        for region, names in rules.time_zones().items()
    }


class SignInForm(PostedForm):
    """Address and password."""

    email = EmailField(
        "E-mail",
        [InputRequired("Enter the e-mail address of your account.")],
        filters=[stripped],
        render_kw={"autocomplete": "username", "maxlength": 254},
    )
    password = PasswordField(
        "Password", [InputRequired("Enter your password.")], render_kw={"autocomplete": "current-password"}
    )
    remember = BooleanField("Stay signed in for 30 days", description="Not on a device that others use.")
    next = HiddenField()


class RegisterForm(PostedForm):
    """What a new user tells."""

    name = name_field()
    email = EmailField(
        "E-mail",
        [InputRequired("Enter an e-mail address."), fit_email],
        filters=[stripped],
        description="Only to sign in with: no new password can be sent there, so mind yours.",
        render_kw={"autocomplete": "username", "maxlength": 254},
    )
    password = new_password_field()
    time_zone = HiddenField()
    next = HiddenField()


class NameForm(PostedForm):
    """Another name."""

    name = name_field(description="")


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


class EmailForm(PostedForm):
    """Another address."""

    email = EmailField(
        "New e-mail",
        [InputRequired("Enter the new e-mail address."), fit_email],
        filters=[stripped],
        render_kw={"autocomplete": "email", "maxlength": 254},
    )
    password = PasswordField(
        "Current password", [InputRequired("Enter your password.")], render_kw={"autocomplete": "current-password"}
    )


class PasswordForm(PostedForm):
    """Another password."""

    password = PasswordField(
        "Current password",
        [InputRequired("Enter the password you have now.")],
        render_kw={"autocomplete": "current-password"},
    )
    new_password = new_password_field(
        "New password", "Choose a new password.", "At least 8 characters. All other browsers are signed out."
    )


class FirstPasswordForm(PostedForm):
    """Address and password of somebody who has signed in with an account elsewhere until now."""

    email = EmailField(
        "E-mail",
        [InputRequired("Enter an e-mail address."), fit_email],
        filters=[stripped],
        render_kw={"autocomplete": "username", "maxlength": 254},
    )
    new_password = new_password_field()


class WeeklyMailForm(PostedForm):
    """Where the weekly e-mail goes."""

    address = EmailField(
        "Send it to",
        [InputRequired("Enter an e-mail address."), fit_email],
        filters=[stripped],
        description="A mail comes there first, to confirm the address.",
        render_kw={"autocomplete": "email", "maxlength": 254},
    )


class DeleteForm(PostedForm):
    """The end. Who has no password writes the name instead."""

    password = PasswordField("Password", render_kw={"autocomplete": "current-password"})
    name = StringField("Your name here, to confirm", filters=[stripped], render_kw={"autocomplete": "off"})
