"""Messages.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "messages",
        sa.Column("room_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column(
            "sent_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "length(text) BETWEEN 1 AND 4000", name=op.f("messages_text_check")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("messages_author_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["rooms.id"],
            name=op.f("messages_room_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("room_id", "number", name=op.f("messages_pkey")),
        sa.UniqueConstraint(
            "room_id",
            "author_id",
            "client_id",
            name=op.f("messages_room_id_author_id_client_id_key"),
        ),
    )
    op.create_index(op.f("messages_author_id_idx"), "messages", ["author_id"])
    op.create_index(
        op.f("messages_room_id_author_id_sent_at_idx"),
        "messages",
        ["room_id", "author_id", "sent_at"],
    )


def downgrade() -> None:
    op.drop_table("messages")
