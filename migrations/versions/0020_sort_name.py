"""the name by which individuals are sorted

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sort_name", sa.Text(), nullable=True))
    op.execute("UPDATE people SET sort_name = lower(coalesce(name, handle, key)) WHERE pattern IS NOT NULL")
    op.create_index("ix_people_account_id_sort_name_key", "people", ["account_id", "sort_name", "key"])


def downgrade() -> None:
    op.drop_index("ix_people_account_id_sort_name_key", "people")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("sort_name")
