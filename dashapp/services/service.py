"""What a service is: what it is called, what its pages say, and what it can do. What is None it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from .files.entries import Entries
from .net.oauth import Provider
from .reading import Export, ReaderOf

FieldKind = Literal["text", "choice", "tick", "time_zone", "service"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What a form asks for, which becomes an option of the reader."""

    name: str
    label: str
    placeholder: str = ""  # of a handle
    help: str = ""
    kind: FieldKind = "text"
    choices: Mapping[str, str] = field(default_factory=dict)  # value -> text, the first is chosen
    needed: str = ""  # what is said where it is empty; else it may be
    problem: Callable[[str], str | None] | None = None  # what is wrong with a text, in a sentence
    is_rare: bool = False  # few need it


#: of exports that hold all posts
KEEP_GONE = Field(
    name="keep_posts",
    label="Keep posts that these files no longer hold",
    kind="tick",
    help="Posts that you deleted before the files were made are removed here too, if the files are newer than what is "
    "here, and hold all the others.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A data export: what reads it, and what is said of it."""

    export: Export
    title: str
    with_article: str  # the title in a sentence
    heading: str
    accept: str  # endings of its files
    wanted: str  # which files to choose
    steps: tuple[str, ...] = ()  # how to get it
    reads: tuple[str, ...] = ()
    never: str = ""  # what of it is never opened
    lacks: str = ""
    dated_name: re.Pattern[str] | None = None  # the day in a name as the service gives it
    fields: tuple[Field, ...] = ()  # what the files may not tell
    rare_fields: str = ""  # the title over those that few need
    #: other parts or forms of it, and what is taken for them: a pattern of a name in them, and what to do
    other_forms: Mapping[str, str] = field(default_factory=dict)
    saved_form: re.Pattern[bytes] | None = None  # how JSON begins that a program saved of the service's interface
    tells_handles: bool = True
    may_be_ranged: bool = False  # whoever asked for it chose from which day to which, and it does not tell
    any_service: bool = False  # files of whatever service, which are read where no service says that they are its own
    #: whether somebody has to say which column is which
    unclear: Callable[[Entries, Mapping[str, str]], bool] = lambda _entries, _options: False


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """Reading an account at the service."""

    reader: ReaderOf
    is_paid: bool = False  # the service charges for it, so nothing is read before the user says so
    home_servers: bool = False  # whom people follow can be asked of their own servers
    preview_steps: int = 1  # of the reader, until a hundred posts are there


@dataclass(frozen=True, slots=True, kw_only=True)
class Handle:
    """Reading a public account by its handle: no key, no sign-in at the service."""

    field: Field
    parse: Callable[[str], str]  # the handle in what somebody typed or pasted; raises `ServiceError`
    only_here: re.Pattern[str]  # what can be of no other service: the address of a profile, a permanent id
    form: re.Pattern[str]  # how a handle looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What somebody agrees to before connecting, and what is said to who does not."""

    text: str
    refusal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth:
    """Connecting an account by OAuth."""

    provider: Provider
    gives: str  # what is read then, and what not
    asks: Field | None = None
    agreement: Agreement | None = None
    signs_in: bool = False  # an account may also sign somebody in
    portal: str = ""  # where the operator has to register this application, in a sentence
    registers_itself: bool = False  # this application does so, at each server that a user names
    pushed: bool = False  # the server is told beforehand what the browser comes for: a flow of its own
    reads_by_uid: bool = False  # the token says nothing to the public API, the account is read by its id
    fake_page: str = ""  # path of the page on which a fake of the service asks


def profile_named_by(pattern: re.Pattern[str], *, but: Collection[str]) -> Callable[[str], str | None]:
    """Whose profile stands at an address, by the group of the pattern that it has; `but`: the service's own pages."""

    def profile_at(address: str) -> str | None:
        found = pattern.fullmatch(address)
        whose = next(filter(None, found.groups()), None) if found else None
        return None if whose in but else whose

    return profile_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service."""

    key: str  # in addresses and in the database
    title: str
    tells: str = ""  # what there is to see, in a line
    friend: str = "friend"  # what it calls one
    mutual_ties: bool = False  # people are friends of each other: a tie has no direction
    #: its export and its interface tell different ids: the owner's own accounts are one by their name
    named_only: bool = False
    tone_validated: bool = True  # its texts are of the kind that the sentiment model was tried on: short public posts
    upload: Upload | None = None
    live: Live | None = None
    handle: Handle | None = None
    oauth: OAuth | None = None
    addresses: Mapping[str, str] = field(default_factory=dict)  # settings: where the service lives
    #: whose profile stands at an address without its scheme and www, in small letters: a handle or a key
    profile_at: Callable[[str], str | None] | None = None

    @property
    def client_settings(self) -> tuple[str, ...]:
        """The settings that hold client id and secret, as Flask-Dance names them."""
        if self.oauth is None or not self.oauth.portal:
            return ()
        return (f"{self.key.upper()}_OAUTH_CLIENT_ID", f"{self.key.upper()}_OAUTH_CLIENT_SECRET")

    def is_readable(self, *, connected: bool) -> bool:
        """Whether an account can be read at the service: by its connection, or in public."""
        return self.live is not None and (connected or self.handle is not None)
