"""What Bluesky is, and what can be read of it."""

from __future__ import annotations

import re

from ..service import KEEP_GONE, Field, Handle, Live, OAuth, Service, Upload
from .export import BlueskyExport
from .export_records import handle
from .identity import PROFILE, parse_handle, profile_at
from .oauth import BlueskyProvider
from .reader import BlueskyReader


def handle_problem(typed: str) -> str | None:
    """What is wrong with a handle: it is a domain."""
    return None if handle(typed) else "A handle on Bluesky looks like ada.example.social: write it in full."


SERVICE = Service(
    key=BlueskyExport.service,
    title="Bluesky",
    tells="Posts with all their answers, followers, and who of them follow each other.",
    upload=Upload(
        export=BlueskyExport(),
        title="Bluesky repository",
        with_article="a Bluesky repository",
        heading="Bring your Bluesky repository",
        accept=".car,.gz",
        wanted="The .car file as Bluesky made it.",
        steps=(
            "In Bluesky, open Settings, then Account, then “Export my data”.",
            "Choose “Download CAR file”. It is there at once.",
        ),
        reads=("Your posts, replies and reposts.", "Whom you follow, and since when.", "Your profile's name and text."),
        never="Direct messages and pictures are not in the file. "
        "Likes you gave, blocks and lists stand in it; they are passed over and not kept.",
        lacks="A repository holds only what you did yourself: no followers, and no replies, reposts and likes that you "
        "received. Friends come by their permanent id, without their handles.",
        fields=(
            Field(
                name="handle",
                label="Your handle",
                placeholder="ada.example.social",
                help="The file does not tell it. Without it, the account is shown by its permanent id.",
                problem=handle_problem,
            ),
            KEEP_GONE,
        ),
        saved_form=re.compile(rb"app\.bsky\.|did:plc:"),
    ),
    live=Live(reader=BlueskyReader),
    handle=Handle(
        field=Field(
            name="handle",
            label="Handle",
            placeholder="ada.bsky.social",
            help="Of a public account, yours or somebody else's.",
        ),
        parse=parse_handle,
        only_here=re.compile(rf"{PROFILE.pattern}|(did:|at://).*"),
        form=re.compile(r".*\..*"),
    ),
    oauth=OAuth(
        provider=BlueskyProvider(),
        gives="This shows that the account is yours. What is read is public; Sociogram cannot post.",
        asks=Field(name="handle", label="Your handle", placeholder="ada.bsky.social"),
        pushed=True,
        reads_by_uid=True,
        fake_page="oauth/authorize",
    ),
    addresses={"BLUESKY_APPVIEW_URL": "https://public.api.bsky.app", "BLUESKY_PLC_URL": "https://plc.directory"},
    profile_at=profile_at,
)
