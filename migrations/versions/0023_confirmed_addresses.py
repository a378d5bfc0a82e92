"""the confirmed address to which a new password may be sent

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(254), nullable=True))
        batch_op.add_column(sa.Column("email_key", sa.String(254), nullable=True))
        batch_op.add_column(sa.Column("email_changed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_users_email_key", "users", ["email_key"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_users_email_key", "users")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("email_changed_at")
        batch_op.drop_column("email_key")
        batch_op.drop_column("email")
