"""Comments have updated_at.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column(
        "comments",
        sa.Column("updated_at", moment, server_default=sa.func.now(), nullable=False),
    )
    # Nobody has changed the comments that exist: now() would say that somebody has.
    op.execute("UPDATE comments SET updated_at = created_at")


def downgrade() -> None:
    op.drop_column("comments", "updated_at")
