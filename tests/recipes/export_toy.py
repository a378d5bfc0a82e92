"""A toy export, and what somebody does with it."""

from __future__ import annotations

from .copied_tree import Toy, behind

EXPORT = '''"""The data export of Toy."""

import json

from ..reading import Export
from ..records import Batch, Post, Profile
from ..files.values import moment


class ToyExport(Export):
    service = "toy"

    def wants(self, name):
        return name == "toy.json"

    def profile(self, entries, options):
        return Profile(service="toy", key="1", handle=self._told(entries)["handle"])

    def complete(self, entries, options):
        return frozenset()

    def notes(self, entries, options):
        return ["Toys have no friends."]

    def read(self, entries, options):
        posts = [
            Post(key=str(n), created_at=moment(at), text="A fine day", kind="post")
            for n, at in enumerate(self._told(entries)["posts"])
        ]
        yield Batch(step="posts", done=1, total=1, posts=posts)

    def _told(self, entries):
        with entries.open("toy.json") as file:
            return json.load(file)
'''
ABOUT = '''"""What Toy is."""

from ..service import Field, Service, Upload
from .export import ToyExport

SERVICE = Service(
    key="toy",
    title="Toy",
    upload=Upload(
        export=ToyExport(),
        title="Toy export",
        with_article="a Toy export",
        heading="Bring your Toy export",
        accept=".json",
        wanted="The file as Toy made it.",
        steps=("Shake the box.",),
        reads=("Your posts.",),
        never="The batteries.",
        lacks="Friends.",
        fields=(Field(name="handle", label="Your number", placeholder="1"),),
    ),
)
'''
HOW_TO = "# Import your Toy export\n\n    flask --app dashapp import toy toy.json --user ada\n"
#: what somebody does who works from a signed-in browser
USE = """
import io, threading
from dashapp.imports import run_waiting
from tests import test_docs
from tests.dashboard.dash_client import Page, text
from tests.services import test_services
from tests.users.browser_session import BrowserSession

ada = BrowserSession(app)
ada.register(name="collector")
assert "Your number" in ada.get("/connect/toy").text
assert "Toy With its data export." in text(Page(ada.client).open("user"))
toy = b'{"handle": "toyota", "posts": ["2026-01-02T10:00:00Z", "2026-01-03T10:00:00Z"]}'
sent = ada.send("/connect/toy", {"files": (io.BytesIO(toy), "toy.json")})
assert sent.status_code == 303, sent.text
assert run_waiting(app, threading.Event()) == 1
assert "toyota" in text(Page(ada.client).open("user"))
account = text(Page(ada.client).open("user/toy"))
assert "Toy export, imported on" in account and "Holds 2 posts." in account, account
test_docs.test_every_export_has_its_how_to_page("toy")
test_services.test_who_uploads_something_else_is_told_of_every_export()
"""


def registered(text: str) -> str:
    """The catalogue with one service more."""
    return behind('"linkedin": LINKEDIN', '    "toy": TOY,\n')(
        behind("linkedin.about", "from .toy.about import SERVICE as TOY\n")(text)
    )


TOYS = (
    Toy(
        "An export",
        "toy",
        {
            "dashapp/services/toy/__init__.py": '"""Toy: an invented service."""\n',
            "dashapp/services/toy/export.py": EXPORT,
            "dashapp/services/toy/about.py": ABOUT,
            "dashapp/services/__init__.py": registered,
            "docs/how-to/import-toy-export.md": HOW_TO,
            "docs/how-to/index.md": behind("import-linkedin-export", "import-toy-export\n"),
            "README.md": behind(
                "import-linkedin-export", "| upload of [a Toy](docs/how-to/import-toy-export.md) | works |\n"
            ),
            "tests/services/test_exports.py": behind('"linkedin": content(', '        "toy": {"toy.json": b"{}"},\n'),
            "tests/services/test_toy_export.py": '"""What holds of the export of Toy alone."""\n',
        },
    ),
)
