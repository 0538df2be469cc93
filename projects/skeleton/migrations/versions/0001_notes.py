"""Notes.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, sa.Identity(always=True)),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", moment, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("notes_pkey")),
        sa.CheckConstraint(
            "length(text) BETWEEN 1 AND 1000", name=op.f("notes_text_check")
        ),
    )


def downgrade() -> None:
    op.drop_table("notes")
