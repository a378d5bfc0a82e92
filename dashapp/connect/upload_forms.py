"""The form of an upload: the files, and what they may not tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms import Field as FormField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from ..services import SERVICES, upload_of
from ..services.service import Field
from ..users.forms import PostedForm, stripped, zone_choices
from ..users.rules import is_time_zone

LONGEST = 300  # characters
WHEN = "Only needed if neither the files nor their names tell it. Older data adds what is missing, and changes nothing."
TOO_LONG = f"A handle or a name has at most {LONGEST} characters."


class UploadForm(PostedForm):
    """What all have in common."""

    as_of = DateField("Day on which the data was made", [Optional()], description=WHEN)

    def options(self) -> dict[str, str]:
        """What was filled in, for the reader."""
        filled = {name: value for name, value in self.data.items() if value and name != "csrf_token"}
        return {name: "1" if value is True else str(value) for name, value in filled.items()}


def upload_form(service: str, /, **values: Any) -> UploadForm:
    """The form of a service's export, filled in as it was sent."""
    fields = {field.name: _form_field(field, service) for field in upload_of(service).fields}
    form: UploadForm = type("UploadForm", (UploadForm,), fields)(**values)
    return form


def _form_field(field: Field, service: str) -> FormField:
    if field.kind == "text":
        return _text(field)
    if field.kind == "tick":
        return BooleanField(field.label, description=field.help)
    if field.kind == "time_zone":
        return SelectField(field.label, [check_zone], choices=zone_choices, default="UTC", validate_choice=False)
    choices = service_choices() if field.kind == "service" else field.choices
    default = service if field.kind == "service" else next(iter(choices))
    return SelectField(field.label, choices=choices, default=default)


def _text(field: Field) -> StringField:
    """A handle or a name."""
    validators: list[Callable[..., None]] = [InputRequired(field.needed)] if field.needed else []
    plain = {"placeholder": field.placeholder, "autocapitalize": "none", "spellcheck": "false"}
    return StringField(
        field.label,
        [*validators, Length(max=LONGEST, message=TOO_LONG), one_line, checked_by(field)],
        filters=[stripped],
        description=field.help,
        render_kw=plain if field.placeholder else None,
    )


def one_line(_form: Any, field: FormField) -> None:
    """A validator: no control characters, which a database may refuse."""
    if field.data and not field.data.isprintable():
        raise ValidationError("Leave invisible characters out of handle and name.")


def checked_by(described: Field) -> Callable[[Any, FormField], None]:
    """A validator: what the service itself says of a text."""

    def check(_form: Any, field: FormField) -> None:
        problem = described.problem(field.data) if described.problem and field.data else None
        if problem:
            raise ValidationError(problem)

    return check


def check_zone(_form: Any, field: FormField) -> None:
    """A validator: a time zone that there is, or none."""
    if field.data and not is_time_zone(field.data):
        raise ValidationError("Choose a time zone from the list.")


def service_choices() -> dict[str, str]:
    """All services, one's own data first."""
    own = [key for key, service in SERVICES.items() if service.upload and service.upload.any_service]
    others = {key: service.title for key, service in SERVICES.items() if key not in own}
    return dict.fromkeys(own, "None: my own data") | others
