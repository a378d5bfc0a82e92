"""deleted accounts belong to nobody until their rows are removed

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.alter_column("owner_id", existing_type=ID, nullable=True)


def downgrade() -> None:
    """Deletes by hand what deleted accounts left: on SQLite nothing cascades while tables are changed."""
    of_nobody = "account_id IN (SELECT id FROM accounts WHERE owner_id IS NULL)"
    op.execute(
        f"UPDATE people SET individual = NULL WHERE individual IN (SELECT id FROM people WHERE {of_nobody})"  # noqa: S608 - our own names
    )
    for table in ("ties", "changes", "snapshots", "results", "imports", "posts", "people"):
        op.execute(f"DELETE FROM {table} WHERE {of_nobody}")  # noqa: S608 - our own names
    op.execute("DELETE FROM accounts WHERE owner_id IS NULL")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.alter_column("owner_id", existing_type=ID, nullable=False)
