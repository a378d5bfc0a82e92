"""What LinkedIn is, and what can be read of it."""

from __future__ import annotations

import re

from ..service import KEEP_GONE, Field, Live, OAuth, Service, Upload
from .export import LinkedInExport
from .export_records import slug
from .oauth import LinkedInProvider
from .reader import reader

OTHER_FORMS = {
    r"(?i)(^|/)(Ad_Targeting|Email Addresses|PhoneNumbers|Company Follows|Member_Follows|Rich_Media)\.csv$": "This is "
    "a part of a LinkedIn export without connections and posts: wait for LinkedIn's second mail, a day later, and "
    "upload the zip that it brings."
}
SERVICE = Service(
    key=LinkedInExport.service,
    title="LinkedIn",
    tells="Posts and connections from your export, with the day on which you connected.",
    friend="connection",
    mutual_ties=True,
    named_only=True,
    upload=Upload(
        export=LinkedInExport(),
        title="LinkedIn export",
        with_article="a LinkedIn export",
        heading="Bring your LinkedIn export",
        accept=".zip,.csv",
        dated_name=re.compile(r"LinkedInDataExport_(?P<month>\d\d)-(?P<day>\d\d)-(?P<year>\d{4})"),
        wanted="The zip file as LinkedIn made it, or CSV files of it.",
        steps=(
            "On LinkedIn, open Settings & Privacy, then Data privacy, then Get a copy of your data.",
            "Ask for the larger archive, or at least for Connections, Profile, Shares and Invitations.",
            "LinkedIn often sends two mails, and the first zip may lack connections and posts: wait a day for the "
            "second.",
            "Download the zip within three days; there is no need to unpack it.",
        ),
        reads=(
            "Your posts and reposts: their time, and your words.",
            "Your connections: name, address of the profile, and the day on which you connected.",
            "Your name and headline; and from the list of invitations the address of your own profile.",
        ),
        never="Messages, e-mail addresses, phone numbers, advertising, applications, comments and reactions you gave. "
        "Connections.csv has columns for e-mail address, company and position; they are not kept.",
        lacks="LinkedIn does not tell what others answered: reactions, comments and views are not in the export. "
        "Followers who are no connections are not listed, and nothing says who of your connections know each other.",
        fields=(
            Field(
                name="handle",
                label="Address of your profile",
                placeholder="linkedin.com/in/ada-example",
                help="Only needed if you bring single files without Profile.csv.",
            ),
            Field(
                name="time_zone",
                label="Time zone of your posts' times, which LinkedIn does not state",
                kind="time_zone",
                is_rare=True,
            ),
            KEEP_GONE,
        ),
        rare_fields="Times, if hours look shifted",
        other_forms=OTHER_FORMS,
    ),
    live=Live(reader=reader),
    oauth=OAuth(
        provider=LinkedInProvider(),
        gives="LinkedIn tells applications your name and little more. Posts and connections come with your export.",
        signs_in=True,
        portal="At linkedin.com/developers, create an app for your company page, and add the product “Sign In with "
        "LinkedIn using OpenID Connect”.",
        fake_page="v2/authorization",
    ),
    addresses={"LINKEDIN_URL": "https://www.linkedin.com/oauth", "LINKEDIN_API_URL": "https://api.linkedin.com/v2"},
    profile_at=slug,
)
