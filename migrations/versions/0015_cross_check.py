"""who is the same person on several services, and what users decided of it

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def key_columns() -> list[sa.Column]:
    return [
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("left_service", sa.String(length=20), nullable=False),
        sa.Column("left_key", sa.String(length=300), nullable=False),
        sa.Column("right_service", sa.String(length=20), nullable=False),
        sa.Column("right_key", sa.String(length=300), nullable=False),
    ]


def constraints(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f(f"fk_{table}_owner_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "owner_id", "left_service", "left_key", "right_service", "right_key", name=op.f(f"pk_{table}")
        ),
    ]


def upgrade() -> None:
    """`all` is the service of the derived account; CSV files could name one so until now, and one as any other name."""
    op.execute("UPDATE accounts SET service = 'all-' || id WHERE service = 'all'")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("individual", ID, nullable=True))
        batch_op.add_column(sa.Column("pattern", sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f("ix_people_individual"), ["individual"])
        batch_op.create_index(batch_op.f("ix_people_account_id_pattern"), ["account_id", "pattern"])
        batch_op.create_foreign_key(
            batch_op.f("fk_people_individual_people"), "people", ["individual"], ["id"], ondelete="SET NULL"
        )
    op.create_table(
        "identity_pairs",
        *key_columns(),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("certain", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        *constraints("identity_pairs"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("identity_pairs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_identity_pairs_owner_id_right_service_right_key"), ["owner_id", "right_service", "right_key"]
        )
        batch_op.create_index(batch_op.f("ix_identity_pairs_owner_id_probability"), ["owner_id", "probability"])
    op.create_table(
        "identity_decisions",
        *key_columns(),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        *constraints("identity_decisions"),
    )


def downgrade() -> None:
    """The account of all services goes too: nothing would leave it out of lists."""
    op.drop_table("identity_decisions")
    op.drop_table("identity_pairs")
    derived = "SELECT id FROM accounts WHERE service = 'all'"
    for table in ("ties", "results", "imports", "people"):
        op.execute(f"DELETE FROM {table} WHERE account_id IN ({derived})")  # noqa: S608 - our own names
    op.execute("DELETE FROM accounts WHERE service = 'all'")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_people_individual_people"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_people_account_id_pattern"))
        batch_op.drop_index(batch_op.f("ix_people_individual"))
        batch_op.drop_column("pattern")
        batch_op.drop_column("individual")
