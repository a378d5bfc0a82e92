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
    op.execute("DELETE FROM accounts WHERE owner_id IS NULL")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.alter_column("owner_id", existing_type=ID, nullable=False)
