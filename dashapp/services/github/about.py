"""What GitHub is, and what can be read of it."""

from __future__ import annotations

import re

from ..errors import HandleError
from ..service import Field, Handle, Live, OAuth, Service, Upload, profile_named_by
from .export import GitHubExport
from .oauth import GitHubProvider
from .reader import reader

PAGE = re.compile(r"(https?://)?(www\.)?github\.com/(?P<login>[^/?#]+)[/?#]?.*", re.IGNORECASE)
LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})")
PROFILE = re.compile(rf"(?:gist\.)?github\.com/(?:sponsors/)?(?P<login>{LOGIN.pattern})(?:\?.*)?", re.IGNORECASE)
#: what GitHub itself has at such addresses
PAGES = frozenset((
    "about", "apps", "collections", "contact", "customer-stories", "discover", "enterprise", "events", "explore",
    "features", "issues", "join", "login", "marketplace", "new", "notifications", "orgs", "pricing", "pulls",
    "readme", "search", "security", "settings", "site", "sponsors", "stars", "team", "topics", "trending",
))  # fmt: skip
NO_LOGIN = "This is no handle of GitHub: it has up to 39 letters, digits and hyphens, as in ada."


def parse_handle(typed: str) -> str:
    """The login in what somebody typed. Raises `HandleError`."""
    page = PAGE.fullmatch(typed)
    found = page["login"] if page else typed.lstrip("@")
    if not LOGIN.fullmatch(found):
        raise HandleError(NO_LOGIN)
    return found


SERVICE = Service(
    key=GitHubExport.service,
    title="GitHub",
    tells="Issues, pull requests and comments, who reacts to them, and how your followers follow each other.",
    tone_validated=False,
    upload=Upload(
        export=GitHubExport(),
        title="GitHub archive",
        with_article="a GitHub archive",
        heading="Bring your GitHub archive",
        accept=".gz,.tgz,.tar,.zip,.json",
        wanted="The tar.gz file as GitHub made it. It may be large because of the code in it, which is not read.",
        steps=(
            "On GitHub, open Settings, then Account, then “Export account data”, and choose “Start export”.",
            "A mail tells you when the export is ready. Download it within seven days; there is no need to unpack it.",
        ),
        reads=(
            "Issues, pull requests and comments that you wrote in your own repositories, also in private ones.",
            "How many comments and reactions they received.",
            "Your name, your handle and your profile's text.",
        ),
        never="Code, attachments, projects, the audit log, and what others wrote. "
        "E-mail addresses stand beside the names in the export; they are not looked at.",
        lacks="GitHub tells neither followers nor friends in an export, and nothing that you wrote in repositories of "
        "others.",
        fields=(
            Field(
                name="handle",
                label="Your handle",
                placeholder="ada-example",
                help="Only needed if several accounts own the repositories in the export.",
            ),
        ),
        other_forms={
            r"(^|/)[a-z]+(_[a-z]+)*_\d{6}\.json$": "This is a part of a GitHub archive without issues, comments and "
            "accounts: upload the archive as it was downloaded."
        },
        saved_form=re.compile(rb"https://api\.github\.com/"),
    ),
    live=Live(reader=reader),
    handle=Handle(
        field=Field(
            name="handle", label="Handle", placeholder="ada", help="Of a person on GitHub, yours or somebody else's."
        ),
        parse=parse_handle,
        only_here=PAGE,
        form=re.compile("@*" + LOGIN.pattern),
    ),
    oauth=OAuth(
        provider=GitHubProvider(),
        gives="Sociogram reads your profile, your followers and what you write in public. It cannot change anything, "
        "and does not see private code.",
        signs_in=True,
        portal="On GitHub, open Settings, then Developer settings, then OAuth Apps, and choose “New OAuth App”.",
        fake_page="login/oauth/authorize",
    ),
    addresses={"GITHUB_URL": "https://github.com", "GITHUB_API_URL": "https://api.github.com"},
    profile_at=profile_named_by(PROFILE, but=PAGES),
)
