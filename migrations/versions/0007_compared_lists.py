"""on which days whole lists were compared

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COLUMNS = ("followers_compared", "friends_compared")


def upgrade() -> None:
    with op.batch_alter_table("snapshots", schema=None) as batch_op:
        for column in COLUMNS:
            batch_op.add_column(sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("snapshots", schema=None) as batch_op:
        for column in reversed(COLUMNS):
            batch_op.drop_column(column)
