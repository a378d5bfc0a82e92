"""What an upload's form asks beside the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from ..users.forms import stripped, zone_choices
from ..users.rules import is_time_zone
from .services import SERVICES

TOO_LONG = "A handle or a name has at most 300 characters."
LISTS = {"": "Their names tell", "friends": "Whom I follow", "followers": "Who follows me"}
ORDERS = {
    "": "As it shows from the dates",
    "1": "Day first: 5/3/2024 is in March",
    "0": "Month first: 5/3/2024 is in May",
}


def one_line(_form: Any, field: Field) -> None:
    """A validator: no control characters, which a database may refuse."""
    if field.data and not field.data.isprintable():
        raise ValidationError("Leave invisible characters out of handle and name.")


def service_choices() -> dict[str, str]:
    """All services, one's own data first."""
    return {"csv": "None: my own data"} | {key: page.title for key, page in SERVICES.items() if key != "csv"}


class UploadForm(FlaskForm):
    """The files, and what they may not tell."""

    details: tuple[str, ...] = ()  # fields that few need

    def options(self) -> dict[str, str]:
        """What was filled in, for the reader."""
        told = {name: value for name, value in self.data.items() if value and name != "csrf_token"}
        return {name: "1" if value is True else str(value) for name, value in told.items()}


class XForm(UploadForm):
    """A part of an archive may lack the file that tells whose it is."""

    handle = StringField(
        "Your handle",
        [Length(max=300, message=TOO_LONG), one_line],
        filters=[stripped],
        description="Only needed if you bring single files of the archive.",
        render_kw={"placeholder": "ada", "autocapitalize": "none", "spellcheck": "false"},
    )


class MastodonForm(UploadForm):
    """Lists alone do not tell whose they are."""

    details = ("list",)
    handle = StringField(
        "Your address",
        [Length(max=300, message=TOO_LONG), one_line],
        filters=[stripped],
        description="Only needed if you bring CSV lists without the archive.",
        render_kw={"placeholder": "ada@example.social", "autocapitalize": "none", "spellcheck": "false"},
    )
    list = SelectField("What the CSV lists hold", choices=LISTS, default="")


class CsvForm(UploadForm):
    """What plain files cannot tell."""

    details = ("as_of", "time_zone", "day_first")
    handle = StringField(
        "Handle",
        [
            InputRequired("Say whose data this is: enter the handle of the account."),
            Length(max=300, message=TOO_LONG),
            one_line,
        ],
        filters=[stripped],
        description="Of the account that the data is about. In ties.csv it stands for the account itself.",
        render_kw={"placeholder": "ada", "autocapitalize": "none", "spellcheck": "false"},
    )
    name = StringField(
        "Name",
        [Length(max=300, message=TOO_LONG), one_line],
        filters=[stripped],
        description="As it is shown beside the handle; may be left empty.",
    )
    service = SelectField("Service", choices=service_choices, default="csv")
    mutual = BooleanField(
        "Each row of ties stands for both directions",
        description="As among friends on Facebook, who follow each other.",
    )
    as_of = DateField(
        "Day on which the data was made", [Optional()], description="Periods end there; empty means today."
    )
    time_zone = SelectField(
        "Time zone of times that state none", choices=zone_choices, default="UTC", validate_choice=False
    )
    day_first = SelectField("Order in dates such as 5/3/2024", choices=ORDERS, default="")

    def validate_time_zone(self, field: Field) -> None:
        """One of the list."""
        if field.data and not is_time_zone(field.data):
            raise ValidationError("Choose a time zone from the list.")


FORMS: Mapping[str, type[UploadForm]] = {"x": XForm, "mastodon": MastodonForm, "csv": CsvForm}
