"""which post a post answers, when it was told and its answers counted, and who is told it

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


accounts = sa.table("accounts", *map(sa.column, ("id", "service", "data_at", "posts_until", "posts_read_at")))
posts = sa.table("posts", *map(sa.column, ("account_id", "key", "audience")))
#: where both services and exports tell all posts, under the same keys
AUDIENCES = {"x": "everybody", "bluesky": "everybody", "mastodon": "followers"}
KEYS = {"x": "%", "bluesky": "at://%", "mastodon": "http%"}  # those of a CSV file may be others


def upgrade() -> None:
    """Accounts count as read in full when they were last read."""
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reply_to", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("audience", sa.String(length=10), nullable=True))
        batch_op.create_index(batch_op.f("ix_posts_account_id_reply_to"), ["account_id", "reply_to"])
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("posts_read_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(accounts.update().where(accounts.c.posts_until.is_not(None)).values(posts_read_at=accounts.c.data_at))
    for service, audience in AUDIENCES.items():
        of_service = posts.c.account_id.in_(sa.select(accounts.c.id).where(accounts.c.service == service))
        op.execute(posts.update().where(of_service, posts.c.key.like(KEYS[service])).values(audience=audience))


def downgrade() -> None:
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("posts_read_at")
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posts_account_id_reply_to"))
        batch_op.drop_column("audience")
        batch_op.drop_column("counted_at")
        batch_op.drop_column("told_at")
        batch_op.drop_column("reply_to")
