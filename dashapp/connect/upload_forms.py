"""What an upload's form asks beside the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from ..services import SERVICES
from ..services.bluesky.export_records import handle as bluesky_handle
from ..users.forms import stripped, zone_choices
from ..users.rules import is_time_zone

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


def check_zone(field: Field) -> None:
    """A validator: a time zone that there is, or none."""
    if field.data and not is_time_zone(field.data):
        raise ValidationError("Choose a time zone from the list.")


def service_choices() -> dict[str, str]:
    """All services, one's own data first."""
    return {"csv": "None: my own data"} | {key: service.title for key, service in SERVICES.items() if key != "csv"}


class UploadForm(FlaskForm):
    """The files, and what they may not tell."""

    details: tuple[str, ...] = ()  # fields that few need
    details_title = ""

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
    details_title = "Lists, if they are unclear"
    handle = StringField(
        "Your address",
        [Length(max=300, message=TOO_LONG), one_line],
        filters=[stripped],
        description="Only needed if you bring CSV lists without the archive.",
        render_kw={"placeholder": "ada@example.social", "autocapitalize": "none", "spellcheck": "false"},
    )
    list = SelectField("What the CSV lists hold", choices=LISTS, default="")


class BlueskyForm(UploadForm):
    """A repository names its account by an id."""

    handle = StringField(
        "Your handle",
        [Length(max=300, message=TOO_LONG), one_line],
        filters=[stripped],
        description="The file does not tell it. Without it, the account is shown by its permanent id.",
        render_kw={"placeholder": "ada.example.social", "autocapitalize": "none", "spellcheck": "false"},
    )

    def validate_handle(self, field: Field) -> None:
        """A domain, as all handles there are."""
        if field.data and not bluesky_handle(field.data):
            raise ValidationError("A handle on Bluesky looks like ada.example.social: write it in full.")


class GitHubForm(UploadForm):
    """Several accounts may own the repositories of an export."""

    handle = StringField(
        "Your handle",
        [Length(max=300, message=TOO_LONG), one_line],
        filters=[stripped],
        description="Only needed if several accounts own the repositories in the export.",
        render_kw={"placeholder": "ada-example", "autocapitalize": "none", "spellcheck": "false"},
    )


class FacebookForm(UploadForm):
    """An export of posts and friends alone does not tell whose it is."""

    handle = StringField(
        "Your username",
        [Length(max=300, message=TOO_LONG), one_line],
        filters=[stripped],
        description="Only needed if the export has no profile information. It stands behind facebook.com/.",
        render_kw={"placeholder": "ada.example", "autocapitalize": "none", "spellcheck": "false"},
    )


class LinkedInForm(UploadForm):
    """Single files do not tell whose they are, and times no zone."""

    details = ("time_zone",)
    details_title = "Times, if hours look shifted"
    handle = StringField(
        "Address of your profile",
        [Length(max=300, message=TOO_LONG), one_line],
        filters=[stripped],
        description="Only needed if you bring single files without Profile.csv.",
        render_kw={"placeholder": "linkedin.com/in/ada-example", "autocapitalize": "none", "spellcheck": "false"},
    )
    time_zone = SelectField(
        "Time zone of your posts' times, which LinkedIn does not state",
        choices=zone_choices,
        default="UTC",
        validate_choice=False,
    )

    def validate_time_zone(self, field: Field) -> None:
        """One of the list."""
        check_zone(field)


class CsvForm(UploadForm):
    """What plain files cannot tell."""

    details = ("as_of", "time_zone", "day_first")
    details_title = "Dates, if they are unclear"
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
        check_zone(field)


FORMS: Mapping[str, type[UploadForm]] = {
    "x": XForm,
    "mastodon": MastodonForm,
    "bluesky": BlueskyForm,
    "github": GitHubForm,
    "facebook": FacebookForm,
    "linkedin": LinkedInForm,
    "csv": CsvForm,
}
