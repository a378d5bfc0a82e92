"""since when it is asked who follows a person

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

accounts = sa.table("accounts", sa.column("id"), sa.column("lists", sa.JSON()), sa.column("data_at"))
imports = sa.table(
    "imports",
    *map(sa.column, ("id", "account_id", "export")),
    *(sa.column(name, sa.Boolean()) for name in ("live", "merged")),
    sa.column("report", sa.JSON()),
)
people = sa.table(
    "people",
    *map(sa.column, ("id", "account_id", "first_seen", "ties_at", "asked_since")),
    *(sa.column(name, sa.Boolean()) for name in ("is_follower", "is_friend")),
)
changes = sa.table("changes", sa.column("person_id"), sa.column("change"))


def upgrade() -> None:
    """Of followers and friends it was asked since they came; of everybody, where the last import told all ties."""
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked_since", sa.DateTime(timezone=True), nullable=True))
    held = sa.or_(people.c.is_follower, people.c.is_friend)
    op.execute(people.update().where(held).values(asked_since=people.c.first_seen))
    lost = sa.select(changes.c.person_id).where(changes.c.change == "lost")
    for account, at in told_whole():
        there = (people.c.account_id == account) & (held | people.c.id.not_in(lost))
        op.execute(people.update().where(there).values(ties_at=at, asked_since=at))


def downgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("asked_since")


def told_whole() -> list:
    """Accounts whose ties an export told in full, and when."""
    connection = op.get_bind()
    found = []
    for account in connection.execute(sa.select(accounts)).all():
        merged = (imports.c.account_id == account.id) & imports.c.merged.is_(True) & (imports.c.export != "analysis")
        newest = sa.select(imports.c.live, imports.c.report).where(merged).order_by(imports.c.id.desc()).limit(1)
        last = connection.execute(newest).first()
        if "ties" in account.lists and last and not last.live and last.report.get("ties"):
            found.append((account.id, account.data_at))
    return found
