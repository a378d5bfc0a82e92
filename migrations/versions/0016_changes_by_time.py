"""changes are looked for by their time

Revision ID: 0016
Revises: 0015
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_changes_account_id_import_id"))
        batch_op.create_index(batch_op.f("ix_changes_account_id_seen_at"), ["account_id", "seen_at"])


def downgrade() -> None:
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_changes_account_id_seen_at"))
        batch_op.create_index(batch_op.f("ix_changes_account_id_import_id"), ["account_id", "import_id"])
