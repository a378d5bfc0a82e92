"""when the data of a snapshot, and that of an account's lists, was made

Revision ID: 0012
Revises: 0011
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
users = sa.table("users", *map(sa.column, ("id", "time_zone")))
accounts = sa.table(
    "accounts", sa.column("id"), sa.column("owner_id"), *(sa.column(name, TIME) for name in ("data_at", "lists_at"))
)
people = sa.table("people", *map(sa.column, ("account_id", "is_follower", "is_friend")))
changes = sa.table("changes", sa.column("account_id"), sa.column("seen_at", TIME))
snapshots = sa.table("snapshots", sa.column("account_id"), sa.column("day", sa.Date()), sa.column("at", TIME))


def upgrade() -> None:
    """A snapshot is of the import that found changes on its day, or of the account's newest data, else of that day."""
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lists_at", TIME, nullable=True))
    listed = sa.select(people.c.account_id).where(sa.or_(people.c.is_follower, people.c.is_friend))
    op.execute(accounts.update().where(accounts.c.id.in_(listed)).values(lists_at=accounts.c.data_at))
    with op.batch_alter_table("snapshots", schema=None) as batch_op:
        batch_op.add_column(sa.Column("at", TIME, nullable=True))
    query = sa.select(accounts.c.id, accounts.c.data_at, users.c.time_zone)
    for account in op.get_bind().execute(query.where(users.c.id == accounts.c.owner_id)).all():
        date_snapshots(account.id, account.data_at, ZoneInfo(account.time_zone))
    change_key("day", "at", TIME)


def date_snapshots(account: int, data_at: datetime | None, zone: ZoneInfo) -> None:
    connection = op.get_bind()
    mine = snapshots.c.account_id == account
    seen = connection.execute(sa.select(changes.c.seen_at).where(changes.c.account_id == account).distinct()).scalars()
    moments = sorted(each.replace(tzinfo=each.tzinfo or UTC) for each in [*seen, data_at] if each)
    told = {each.astimezone(zone).date(): each for each in moments}
    for day in connection.execute(sa.select(snapshots.c.day).where(mine)).scalars().all():
        at = told.get(day) or end_of_day(day, zone)
        connection.execute(snapshots.update().where(mine, snapshots.c.day == day).values(at=at.astimezone(UTC)))


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC) - timedelta.resolution


def change_key(old: str, new: str, kind: sa.types.TypeEngine) -> None:
    with op.batch_alter_table("snapshots", schema=None) as batch_op:
        batch_op.drop_constraint("pk_snapshots", type_="primary")
        batch_op.drop_column(old)
        batch_op.alter_column(new, existing_type=kind, nullable=False)
        batch_op.create_primary_key("pk_snapshots", ["account_id", new])


def downgrade() -> None:
    """Days are those of UTC; of several snapshots of one the last stays."""
    with op.batch_alter_table("snapshots", schema=None) as batch_op:
        batch_op.add_column(sa.Column("day", sa.Date(), nullable=True))
    op.execute(snapshots.update().values(day=sa.func.date(snapshots.c.at)))
    later = snapshots.alias()
    same = sa.and_(later.c.account_id == snapshots.c.account_id, later.c.day == snapshots.c.day)
    op.execute(snapshots.delete().where(sa.exists().where(same, later.c.at > snapshots.c.at)))
    change_key("at", "day", sa.Date())
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("lists_at")
