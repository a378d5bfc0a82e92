"""What Mastodon is, and what can be read of it."""

from __future__ import annotations

import re

from ..service import KEEP_GONE, Field, Handle, Live, OAuth, Service, Upload
from .export import MastodonExport
from .oauth import MastodonProvider
from .reader import MastodonReader
from .webfinger import PAGE, parse_handle, profile_at

OTHER_FORMS = {
    r"(^|/)bookmarks\.json$|(^|/)(blocked_accounts|muted_accounts|blocked_domains)\.csv$": "This is a part of a "
    "Mastodon export without posts and follows: upload the whole archive, and following_accounts.csv beside it."
}
SERVICE = Service(
    key=MastodonExport.service,
    title="Mastodon",
    tells="Posts with replies, boosts and likes, and your followers on all servers. Any server will do.",
    upload=Upload(
        export=MastodonExport(),
        title="Mastodon export",
        with_article="a Mastodon export",
        heading="Bring your Mastodon export",
        accept=".zip,.gz,.tgz,.tar,.json,.csv",
        dated_name=re.compile(r"archive-\D*(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)T?(?P<clock>\d{6})(?!\d)"),
        wanted="The archive as Mastodon made it, and the CSV files beside it if you have them.",
        steps=(
            "On your server, open Preferences, then Import and export, then Data export.",
            "Choose “Request your archive”. A mail tells you when it is ready; download the file.",
            "On the same page, download the CSV of “Follows”. The archive itself does not hold it.",
        ),
        reads=(
            "Your public, unlisted and followers-only posts, and your boosts.",
            "Whom you follow, from following_accounts.csv.",
            "Your profile's name and text.",
        ),
        never="Likes, bookmarks, lists of blocked or muted people, pictures and videos. "
        "Direct messages stand among your posts in the archive; they are skipped and not kept.",
        lacks="Mastodon gives nobody a list of their followers in an export, and tells likes and boosts of your posts "
        "only "
        "since version 4.4.",
        fields=(
            Field(
                name="handle",
                label="Your address",
                placeholder="ada@example.social",
                help="Only needed if you bring CSV lists without the archive.",
            ),
            Field(
                name="list",
                label="What the CSV lists hold",
                kind="choice",
                choices={"": "Their names tell", "friends": "Whom I follow", "followers": "Who follows me"},
                is_rare=True,
            ),
            KEEP_GONE,
        ),
        rare_fields="Lists, if they are unclear",
        other_forms=OTHER_FORMS,
        saved_form=re.compile(rb'"(acct|spoiler_text|favourites_count|reblogs_count)"'),
    ),
    live=Live(reader=MastodonReader, home_servers=True, preview_steps=3),
    handle=Handle(
        field=Field(
            name="handle", label="Address", placeholder="ada@example.social", help="Of a public account at any server."
        ),
        parse=parse_handle,
        only_here=PAGE,
        form=re.compile("@*[^@]+@.*"),
    ),
    oauth=OAuth(
        provider=MastodonProvider(),
        gives="Sociogram reads your posts, followers and follows at your server. It cannot post.",
        asks=Field(
            name="server", label="Your server or address", placeholder="example.social", help="Such as example.social."
        ),
        signs_in=True,
        registers_itself=True,
        fake_page="oauth/authorize",
    ),
    profile_at=profile_at,
)
