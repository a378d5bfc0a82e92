"""posts are to be assessed by another model

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

posts = sa.table("posts", sa.column("assessed", sa.Boolean()))


def upgrade() -> None:
    """Labels of two models cannot be counted together; the next analysis assesses what is not assessed."""
    op.execute(posts.update().where(posts.c.assessed).values(assessed=sa.false()))


def downgrade() -> None:
    op.execute(posts.update().where(posts.c.assessed).values(assessed=sa.false()))
