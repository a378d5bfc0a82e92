"""The form that makes a link."""

from __future__ import annotations

from datetime import timedelta

from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from ..dashboard.address import PERIODS, parse_period
from ..users.forms import PostedForm, refuse

CROSSCHECK = "crosscheck"
LIFETIMES = {"7": "a week", "30": "30 days", "90": "90 days", "365": "a year"}


class ShareForm(PostedForm):
    """What is shared, of which days, how long, and whether people are named."""

    what = SelectField("What", [InputRequired("Choose what is shared.")])
    period = SelectField("Days", description="Counted back from the newest data, of an account.", validate_choice=False)
    days = SelectField("The link ends after", choices=[SelectChoice(*each) for each in LIFETIMES.items()], default="30")
    names = BooleanField(
        "Name people",
        description="Names in the graph, mentions, and words and servers of the audience. Without it nobody but the "
        "account is named. The cross-check never names anybody.",
    )

    def validate_period(self, field: SelectField) -> None:
        """A period, or a range as it is called."""
        refuse(None if is_period(field.data) else "Choose the days that are shared.")

    @property
    def account_id(self) -> int | None:
        """The account that was chosen; None: the cross-check."""
        return None if self.what.data == CROSSCHECK else int(self.what.data)

    @property
    def lifetime(self) -> timedelta:
        """How long the link is good."""
        return timedelta(days=int(self.days.data))


def is_period(text: str | None) -> bool:
    """Whether it is one of the usual periods, or a range of days."""
    first, _, last = (text or "").partition("_")
    return text in PERIODS or parse_period({"from": first, "to": last}) == (text, "")
