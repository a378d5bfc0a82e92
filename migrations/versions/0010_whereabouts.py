"""what became of people: when they were last seen, where they moved, and why somebody is missing

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

accounts = sa.table("accounts", sa.column("id"), sa.column("data_at"))
people = sa.table(
    "people",
    *map(sa.column, ("account_id", "first_seen", "last_seen")),
    *(sa.column(name, sa.Boolean()) for name in ("is_follower", "is_friend")),
)
changes = sa.table("changes", sa.column("relation"))


def upgrade() -> None:
    """Followers and friends were last seen in the account's newest data; of others it is not known."""
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moved_to", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("last_seen", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.alter_column("relation", existing_type=sa.String(length=8), nullable=True)
        batch_op.alter_column("change", existing_type=sa.String(length=6), type_=sa.String(length=8))
        batch_op.add_column(sa.Column("reason", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("former", sa.String(length=300), nullable=True))
    read_at = sa.select(accounts.c.data_at).where(accounts.c.id == people.c.account_id).scalar_subquery()
    held = sa.or_(people.c.is_follower, people.c.is_friend)
    op.execute(people.update().where(held).values(last_seen=sa.func.coalesce(read_at, people.c.first_seen)))


def downgrade() -> None:
    op.execute(changes.delete().where(changes.c.relation.is_(None)))
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.drop_column("former")
        batch_op.drop_column("reason")
        batch_op.alter_column("change", existing_type=sa.String(length=8), type_=sa.String(length=6))
        batch_op.alter_column("relation", existing_type=sa.String(length=8), nullable=False)
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("last_seen")
        batch_op.drop_column("moved_to")
