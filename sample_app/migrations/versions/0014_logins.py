"""Logins.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    now = sa.func.now()
    op.create_table(
        "logins",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, server_default=now, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("why", sa.Text),
        sa.PrimaryKeyConstraint("id", name=op.f("logins_pkey")),
        cascade("logins", "user_id", "users.id"),
    )
    op.create_index(op.f("logins_user_id_idx"), "logins", ["user_id"])
    op.create_table(
        "refresh_tokens",
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("login_id", sa.Uuid, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.PrimaryKeyConstraint("hash", name=op.f("refresh_tokens_pkey")),
        cascade("refresh_tokens", "login_id", "logins.id"),
    )
    index = op.f("refresh_tokens_login_id_idx")
    op.create_index(index, "refresh_tokens", ["login_id"])


def downgrade() -> None:
    op.drop_table("refresh_tokens")
    op.drop_table("logins")


def cascade(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    """A foreign key whose rows go with the row that they refer to."""
    name = op.f(f"{table}_{column}_fkey")
    return sa.ForeignKeyConstraint([column], [to], name=name, ondelete="CASCADE")
