"""A toy setting and table, and what somebody does with them."""

from __future__ import annotations

from alembic.script import ScriptDirectory

from tests.conftest import ROOT

from .copied_tree import Toy, behind, edited, replaced

SET = """

def test_a_box_holds_a_whole_number_of_toys() -> None:
    assert (TestConfig({}).TOYS_IN_A_BOX, TestConfig({"TOYS_IN_A_BOX": "7"}).TOYS_IN_A_BOX) == (3, 7)
    with pytest.raises(SettingsError, match="TOYS_IN_A_BOX='many': use a whole number"):
        TestConfig({"TOYS_IN_A_BOX": "many"})
"""
#: what the people who run a server read of it, and set
SETTING = """
from tests import test_docs
from tests.test_settings import test_a_box_holds_a_whole_number_of_toys

assert app.config["TOYS_IN_A_BOX"] == 3
assert "TOYS_IN_A_BOX" in test_docs.substitutions()["settings"]
test_docs.test_every_setting_has_its_row()
test_docs.test_every_variable_that_the_code_reads_is_documented("settings")
test_docs.test_every_documented_setting_is_read_somewhere()
test_a_box_holds_a_whole_number_of_toys()
"""
MODEL = '''

class Toy(Base):
    """A toy that somebody plays with on an account's page."""

    __tablename__ = "toys"
    account_id: Mapped[OfAccount] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
'''
NEWEST = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
MIGRATION = f'''"""toys

Revision ID: 9999
Revises: {NEWEST}
"""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{NEWEST}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "toys",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "name"),
    )


def downgrade() -> None:
    op.drop_table("toys")
'''
ROW = '''

@dataclass(frozen=True, slots=True)
class ToyRow:
    """A toy of an account (`models.Toy`)."""

    name: str
'''
QUERIES = '''"""Toys of accounts."""

from __future__ import annotations

from sqlalchemy import insert, literal, select

from ..models import Account, Toy
from .database import columns, every, owned, reading, writing
from .rows import ToyRow


def add_toy(owner: int, account_id: int, name: str) -> None:
    """Gives the owner's account a toy."""
    mine = select(Account.id, literal(name)).where(Account.id == account_id, Account.owner_id == owner)
    with writing() as session:
        session.execute(insert(Toy).from_select(["account_id", "name"], mine))


def toys(owner: int, account_id: int) -> list[ToyRow]:
    """The toys of the owner's account."""
    with reading() as session:
        return every(session, ToyRow, select(*columns(ToyRow, Toy)).where(Toy.account_id == owned(owner, account_id)))
'''
ASKED = '''"""Toys of accounts."""

from dashapp.services.records import Batch
from dashapp.store import toys
from dashapp.store.rows import ToyRow
from tests.records import merged


def test_nobody_else_sees_or_adds_a_toy(owner, stranger):
    account, _ = merged(owner, Batch())
    toys.add_toy(owner, account, "marble")
    toys.add_toy(stranger, account, "dice")

    assert toys.toys(owner, account) == [ToyRow("marble")]
    assert toys.toys(stranger, account) == []
'''
#: a database that stands already gets the table; its rows are counted, taken along, and go with their owner
TABLE = """
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from dashapp.dashboard.full_export import files
from dashapp.extensions import db
from dashapp.store import accounts, toys, users
from dashapp.store.rows import ToyRow
from tests.dashboard.downloads import EVERYTHING_OF_ADA, sign_in
from tests.store.test_toys import test_nobody_else_sees_or_adds_a_toy
from tests.test_crossed_users import CANARY, add_account

with app.app_context():
    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), db.metadata) == []
    owner, stranger = (users.add_user(name, "!") for name in ("owner", "stranger"))
    test_nobody_else_sees_or_adds_a_toy(owner, stranger)
    account = add_account(stranger, "mastodon", CANARY)
    assert toys.toys(stranger, account) == [ToyRow(CANARY)]
    taken = {name.rpartition("/")[2]: parts for name, parts in files(stranger)}
    assert CANARY in b"".join(taken["toys.json"]).decode()
    assert "toys.json" in EVERYTHING_OF_ADA
    stored = {row.table: row.rows for row in users.stored_about(stranger)}
    assert stored["toys"] == 1
    assert ">Toys</th>" in sign_in(app, stranger).get("/user/stranger").text
    users.delete_user(stranger)
    while accounts.delete_rows_of_nobody():
        pass
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT name FROM toys").scalars().all() == ["marble"]
"""
TOYS = (
    Toy(
        "A setting",
        "toys",
        {
            "dashapp/settings.py": edited(
                replaced(
                    '        "X_MOST', '        "TOYS_IN_A_BOX": "toys that a box holds; default 3",\n        "X_MOST'
                ),
                behind("self.LIVE_THREADS", '        self.TOYS_IN_A_BOX = number(environ, "TOYS_IN_A_BOX", 3)\n'),
            ),
            "tests/test_settings.py": lambda text: text + SET,
        },
    ),
    Toy(
        "A table",
        "toys",
        {
            "dashapp/models.py": lambda text: text + MODEL,
            "migrations/versions/9999_toys.py": MIGRATION,
            "dashapp/store/rows.py": lambda text: text + ROW,
            "dashapp/store/toys.py": QUERIES,
            "dashapp/dashboard/full_export.py": edited(
                replaced("    shares,\n", "    shares,\n    toys,\n"),
                behind('"changes.json"', '    yield "toys.json", [json.document(toys.toys(*mine))]\n'),
            ),
            "docs/reference/downloads.md": replaced(
                "`growth.json` and `changes.json`;", "`growth.json`, `changes.json` and `toys.json`;"
            ),
            "tests/dashboard/downloads.py": behind('    "changes.json",', '    "toys.json",\n'),
            "tests/store/test_toys.py": ASKED,
            "tests/test_crossed_users.py": edited(
                replaced(
                    "import connections, imports, people, shares, users",
                    "import connections, imports, people, shares, toys, users",
                ),
                replaced(
                    "    for _ in cross_check.analyse(owner, account):",
                    "    toys.add_toy(owner, account, word)\n    for _ in cross_check.analyse(owner, account):",
                ),
            ),
        },
    ),
)
