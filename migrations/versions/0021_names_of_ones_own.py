"""a name signs in, and nobody else has it; addresses that were never verified go

Who registered with an address has it as their name from now on, and so signs in as before. Of those who share one only
the oldest can: who of them is whom nobody can tell. The others' names get a number, which their settings and
`flask user list` show.

Revision ID: 0021
Revises: 0020
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

LONGEST = 300
USERS = sa.table(
    "users", *(sa.column(name) for name in ("id", "name", "name_key", "email", "email_key", "password_hash"))
)


def name_key(name: str) -> str:
    """As `store.users.name_key` of this version."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(filter(str.isprintable, folded)).strip()


def upgrade() -> None:
    op.drop_index("ix_users_name_key", "users")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.alter_column("name", existing_type=sa.String(40), type_=sa.String(LONGEST), existing_nullable=False)
        batch_op.alter_column(
            "name_key", existing_type=sa.String(80), type_=sa.String(LONGEST), existing_nullable=False
        )
    give_names()
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index("ix_users_email_key")
        batch_op.drop_column("email_key")
        batch_op.drop_column("email")
    op.create_index("ix_users_name_key", "users", ["name_key"], unique=True)


def give_names() -> None:
    """Everybody's own: first addresses to their oldest users, then the names of others, with a number if need be."""
    connection, taken, names = op.get_bind(), set(), {}
    rows = connection.execute(sa.select(USERS.c.id, USERS.c.name, USERS.c.email).order_by(USERS.c.id)).all()
    shared = []
    for row in rows:
        wanted = fit(row.email)
        if wanted and name_key(wanted) not in taken:
            taken.add(name_key(wanted))
            names[row.id] = wanted
        else:
            shared.append(row)
    for row in shared:
        wanted, number = fit(row.email) or fit(row.name) or "user", 1
        name = wanted
        while name_key(name) in taken:
            number += 1
            name = f"{wanted}-{number}"
        taken.add(name_key(name))
        names[row.id] = name
    change = (
        USERS.update()
        .where(USERS.c.id == sa.bindparam("user"))
        .values(name=sa.bindparam("called"), name_key=sa.bindparam("key"))
    )
    if names:
        connection.execute(
            change, [{"user": user, "called": name, "key": name_key(name)} for user, name in names.items()]
        )


def fit(text: str) -> str:
    """The text as a name: a page's address cannot have a slash in it, and the column has an end."""
    name = text.strip().replace("/", "-")
    while len(name_key(name)) > LONGEST - 20:
        name = name[: len(name) // 2]
    return name if name_key(name) else ""


def downgrade() -> None:
    """The version before signs in with addresses alone: a name that is none gets an end that makes it one."""
    op.drop_index("ix_users_name_key", "users")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(254), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("email_key", sa.String(254), nullable=False, server_default=""))
    address = "substr(CASE WHEN {0} LIKE '%@%' THEN {0} ELSE {0} || '@users.example' END, 1, 254)"
    op.execute(
        f"UPDATE users SET email = {address.format('name')}, email_key = {address.format('name_key')},"  # noqa: S608 - our own names
        " name = substr(name, 1, 40), name_key = substr(name_key, 1, 80)"
    )
    op.execute("UPDATE users SET email = '', email_key = '' WHERE password_hash = ''")
    with op.batch_alter_table("users", schema=None) as batch_op:
        for name, length in (("name", 40), ("name_key", 80)):
            batch_op.alter_column(
                name, existing_type=sa.String(LONGEST), type_=sa.String(length), existing_nullable=False
            )
        for name in ("email", "email_key"):
            batch_op.alter_column(name, existing_type=sa.String(254), existing_nullable=False, server_default=None)
    op.create_index("ix_users_name_key", "users", ["name_key"])
    op.create_index("ix_users_email_key", "users", ["email_key"])
