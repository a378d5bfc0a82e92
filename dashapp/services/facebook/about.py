"""What Facebook is, and what can be read of it."""

from __future__ import annotations

import re

from ..service import KEEP_GONE, Field, Live, OAuth, Service, Upload, profile_named_by
from .export import FacebookExport
from .oauth import FacebookProvider
from .reader import reader

OTHER_FORMS = {
    r"followers_and_following/|your_instagram_activity/": "This is an Instagram export, which is not read: when you "
    "request one in the Accounts Center, choose your Facebook profile, and JSON as its format.",
    r"(your_friends|your_posts\w*|profile_information|/friends)\.html$|your_facebook_activity/.*\.html$": "This is a "
    "Facebook export as web pages (HTML), which cannot be read: request it again, choose JSON as its format and All "
    "time as its range of dates, and upload that.",
    r"(your_facebook_activity|your_activity_across_facebook|logged_information|ads_information)/": "This is a Facebook "
    "export without posts and friends: request it again with Posts, Connections and Profile information, as JSON.",
}
PROFILE = re.compile(
    r"(?:[\w-]+\.)?(?:facebook|fb)\.com/(?:profile\.php\?(?:.*&)?id=(?P<id>\d+)(?:&.*)?"
    r"|people/[^/?]+/(?P<number>\d+)(?:\?.*)?|(?P<username>[a-z0-9.]{5,50})(?:\?.*)?)"
)
#: what Facebook itself has at such addresses
PAGES = frozenset((
    "dialog", "events", "gaming", "groups", "hashtag", "login", "marketplace", "messages", "pages", "people",
    "permalink.php", "photo.php", "profile.php", "reel", "share", "sharer", "sharer.php", "story.php", "watch",
))  # fmt: skip
SERVICE = Service(
    key=FacebookExport.service,
    title="Facebook",
    tells="Posts and friends from your export, with the day on which you became friends.",
    mutual_ties=True,
    named_only=True,
    upload=Upload(
        export=FacebookExport(),
        title="Facebook export",
        with_article="a Facebook export",
        tells_handles=False,
        heading="Bring your Facebook export",
        accept=".zip,.json",
        may_be_ranged=True,
        dated_name=re.compile(r"facebook-[^,]*?(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"),
        wanted="The zip file as Facebook made it. If it came in several parts, choose all of them.",
        steps=(
            "On Facebook, open the Accounts Center, then Your information and permissions, then Export your "
            "information.",
            "Create an export of your Facebook profile (not of Instagram), to your device.",
            "Choose Posts, Connections and Profile information; nothing else is read.",
            "Set the format to JSON and the dates to All time: unless you do, Facebook makes web pages of the last "
            "year.",
            "After minutes or days Facebook tells you that the export is ready. Download it within four days.",
        ),
        reads=(
            "Your posts: their time and your words.",
            "The list of your friends, with the day on which you became friends.",
            "The list of your followers, if your profile has any.",
            "Your name, your username and when you joined.",
        ),
        never="Messages, comments and reactions you gave, groups, advertising, log-ins, pictures and videos. "
        "Your e-mail addresses stand beside your name in the export; they are not kept.",
        lacks="Facebook does not tell what others answered: likes, comments and shares you received are not in the "
        "export. "
        "Friends come by name and day alone, without a link, and nothing says who of them know each other.",
        fields=(
            Field(
                name="handle",
                label="Your username",
                placeholder="ada.example",
                help="Only needed if the export has no profile information. It stands behind facebook.com/.",
            ),
            KEEP_GONE,
        ),
        other_forms=OTHER_FORMS,
    ),
    live=Live(reader=reader),
    oauth=OAuth(
        provider=FacebookProvider(),
        gives="Facebook tells applications your name and little more. Posts and friends come with your export.",
        portal="At developers.facebook.com, create an app and add the product “Facebook Login”.",
        fake_page="dialog/oauth",
    ),
    addresses={
        "FACEBOOK_URL": "https://www.facebook.com/v26.0",
        "FACEBOOK_API_URL": "https://graph.facebook.com/v26.0",
    },
    profile_at=profile_named_by(PROFILE, but=PAGES),
)
