"""ties in sorted arrays

Revision ID: 0025
Revises: 0024
"""

import struct
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import sqlalchemy as sa
from alembic import op
from numpy.typing import NDArray

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LARGEST = 2**14  # ties that a row gets
HEAD = struct.Struct("<qQ3B")


def upgrade() -> None:
    set_aside()
    table = new_ties(
        "first", sa.Column("n", sa.Integer(), nullable=False), sa.Column("data", sa.LargeBinary(), nullable=False)
    )
    bind, account, pairs = op.get_bind(), 0, list[tuple[int, int]]()
    query = sa.text("SELECT account_id, source, target FROM old_ties ORDER BY account_id, source, target")
    rows = bind.execute(query.execution_options(yield_per=10_000))
    for (of_account, source), ties in groupby(rows, key=itemgetter(0, 1)):
        if pairs and (of_account != account or len(pairs) >= LARGEST):
            bind.execute(table.insert(), packed(account, np.array(pairs)))
            pairs = []
        account = of_account
        pairs += [(source, tie.target) for tie in ties]
    if pairs:
        bind.execute(table.insert(), packed(account, np.array(pairs)))
    op.drop_table("old_ties")


def downgrade() -> None:
    set_aside()
    table = new_ties("source", "target", sqlite_with_rowid=False)
    bind = op.get_bind()
    query = sa.text("SELECT account_id, first, data FROM old_ties ORDER BY account_id, first")
    for account, first, data in bind.execute(query.execution_options(yield_per=10)):
        pairs = unpacked(first, data).tolist()
        bind.execute(table.insert(), [{"account_id": account, "source": one, "target": other} for one, other in pairs])
    op.drop_table("old_ties")


def set_aside() -> None:
    op.rename_table("ties", "old_ties")
    if op.get_bind().dialect.name == "postgresql":  # where it is the name of an index, too
        op.execute("ALTER TABLE old_ties RENAME CONSTRAINT pk_ties TO pk_old_ties")


def new_ties(*columns: str | sa.Column[Any], **options: bool) -> sa.Table:
    """The table with these columns, of which named ones are ids and belong to the key."""
    key = [name for name in columns if isinstance(name, str)]
    ids = (sa.Column(name, ID, nullable=False) for name in ("account_id", *key))
    return op.create_table(
        "ties",
        *ids,
        *(column for column in columns if not isinstance(column, str)),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_ties_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", *key, name=op.f("pk_ties")),
        **options,
    )


def packed(account: int, pairs: NDArray[np.int64]) -> dict[str, Any]:
    """As store/ties.py did it at that time."""
    sources, counts = np.unique(pairs[:, 0], return_counts=True)
    lowest = int(pairs[:, 1].min())
    arrays = (np.diff(sources, prepend=sources[:1]), counts, pairs[:, 1] - lowest)
    widths = [np.min_scalar_type(array.max()).itemsize for array in arrays]
    numbers = (array.astype(f"<u{width}").tobytes() for array, width in zip(arrays, widths, strict=True))
    data = HEAD.pack(lowest, len(sources), *widths) + b"".join(numbers)
    return {"account_id": account, "first": int(sources[0]), "n": len(pairs), "data": data}


def unpacked(first: int, data: bytes) -> NDArray[np.int64]:
    """The same back."""
    lowest, n, *widths = HEAD.unpack_from(data)
    begins = np.cumsum([HEAD.size, n * widths[0], n * widths[1]])
    distances, counts, targets = (
        np.frombuffer(data[begin:end], dtype=f"<u{width}")
        for begin, end, width in zip(begins, [*begins[1:], len(data)], widths, strict=True)
    )
    sources = np.repeat(first + distances.cumsum(dtype=np.int64), counts)
    return np.column_stack([sources, targets.astype(np.int64) + lowest])
