"""when people's accounts began, when they last posted, and what the analysis finds in their bios

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """NULL: not told; the next reading tells it, or the next analysis."""
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("created_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("active_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("bio_language", sa.String(16), nullable=True))
        batch_op.add_column(sa.Column("bio_words", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("bio_words")
        batch_op.drop_column("bio_language")
        batch_op.drop_column("active_at")
        batch_op.drop_column("created_at")
