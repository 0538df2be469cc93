"""Users, rooms and who belongs to them.

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
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("users_pkey")),
        sa.UniqueConstraint("name", name=op.f("users_name_key")),
    )
    op.create_table(
        "rooms",
        sa.Column("id", sa.Integer, sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("owner_id", sa.Integer, nullable=False),
        sa.Column("latest", sa.Integer, server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("rooms_owner_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("rooms_pkey")),
    )
    op.create_index(op.f("rooms_owner_id_idx"), "rooms", ["owner_id"])
    op.create_table(
        "members",
        sa.Column("room_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("role", sa.Text, server_default="member", nullable=False),
        sa.Column("muted", sa.Boolean, server_default="false", nullable=False),
        sa.Column("acknowledged", sa.Integer, server_default="0", nullable=False),
        sa.CheckConstraint(
            "role IN ('owner', 'moderator', 'member')", name=op.f("members_role_check")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["rooms.id"],
            name=op.f("members_room_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("members_user_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("room_id", "user_id", name=op.f("members_pkey")),
    )
    op.create_index(op.f("members_user_id_idx"), "members", ["user_id"])
    op.create_table(
        "bans",
        sa.Column("room_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["rooms.id"],
            name=op.f("bans_room_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("bans_user_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("room_id", "user_id", name=op.f("bans_pkey")),
    )
    op.create_index(op.f("bans_user_id_idx"), "bans", ["user_id"])


def downgrade() -> None:
    op.drop_table("bans")
    op.drop_table("members")
    op.drop_table("rooms")
    op.drop_table("users")
