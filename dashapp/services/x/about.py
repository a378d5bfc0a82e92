"""What X is, and what can be read of it."""

from __future__ import annotations

import re

from ..service import KEEP_GONE, Agreement, Field, Live, OAuth, Service, Upload, profile_named_by
from .export import XExport
from .oauth import XProvider
from .reader import reader

OTHER_FORMS = {
    r"(^|/)Your archive\.html$|(^|/)data/[a-z-]+(-part\d+)?\.js$": "This is a part of an X archive without posts, "
    "followers and friends: upload the zip as X made it, and if it came in several parts, all of them."
}
PROFILE = re.compile(
    r"(?:m\.|mobile\.)?(?:x|twitter)\.com/(?:@?(?P<handle>\w{1,15})(?:\?.*)?|i/user/(?P<id>\d+)"
    r"|intent/(?:user|follow)\?(?:.*&)?(?:screen_name=(?P<named>\w{1,15})|user_id=(?P<number>\d+))(?:&.*)?)",
    re.ASCII,
)
#: what X itself has at such addresses
PAGES = frozenset((
    "about", "compose", "explore", "hashtag", "home", "i", "intent", "jobs", "login", "messages", "notifications",
    "privacy", "search", "settings", "share", "signup", "tos",
))  # fmt: skip
SERVICE = Service(
    key=XExport.service,
    title="X",
    tells="Your posts and lists from the archive that X gives you. X charges for replies and names.",
    upload=Upload(
        export=XExport(),
        title="X archive",
        with_article="an X archive",
        heading="Bring your X archive",
        accept=".zip,.js",
        dated_name=re.compile(r"twitter-(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"),
        wanted="The zip file as X made it. If it came in several parts, choose all of them.",
        steps=(
            "On X, open More, then Settings and privacy, then Your account.",
            "Choose “Download an archive of your data” and confirm with your password.",
            "After a day or more X tells you that the archive is ready. Download the zip; there is no need to unpack "
            "it.",
        ),
        reads=(
            "Your posts, with their likes and reposts.",
            "The lists of your followers and of those you follow.",
            "Your profile's name and text.",
        ),
        never="Direct messages, contacts, phone numbers, advertising and device files, pictures and videos. "
        "Your e-mail address stands beside your name in the archive; it is not kept.",
        lacks="X leaves replies, quotes and views out of the archive, and tells followers by number only. "
        "Handles are filled in for people whom your posts mention.",
        fields=(
            Field(
                name="handle",
                label="Your handle",
                placeholder="ada",
                help="Only needed if you bring single files of the archive.",
            ),
            KEEP_GONE,
        ),
        other_forms=OTHER_FORMS,
        saved_form=re.compile(rb'"(full_text|screen_name|public_metrics|rest_id)"|snscrape\.modules\.twitter'),
    ),
    live=Live(reader=reader, is_paid=True),
    oauth=OAuth(
        provider=XProvider(),
        gives="Sociogram reads your profile. Posts and people cost money at X: none are read before you say so.",
        agreement=Agreement(
            text="I know that X bills the people who run this server one cent ($0.010) for telling my name.",
            refusal="Connecting X costs a cent, which the people who run this server pay. Agree to it first.",
        ),
        portal="At console.x.com, create a project with an app, set up OAuth 2.0 as a “Web App”, and buy credits.",
        fake_page="i/oauth2/authorize",
    ),
    addresses={"X_URL": "https://x.com", "X_API_URL": "https://api.x.com"},
    profile_at=profile_named_by(PROFILE, but=PAGES),
)
