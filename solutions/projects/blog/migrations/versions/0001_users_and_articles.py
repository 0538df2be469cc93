"""Users, and what they write.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, sa.Identity(always=True)),
        sa.Column("username", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("bio", sa.Text),
        sa.Column("image", sa.Text),
        sa.PrimaryKeyConstraint("id", name=op.f("users_pkey")),
        sa.UniqueConstraint("username", name=op.f("users_username_key")),
        sa.UniqueConstraint("email", name=op.f("users_email_key")),
    )
    create_articles()


def create_articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", sa.Integer, sa.Identity(always=True)),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("articles_pkey")),
        sa.UniqueConstraint("slug", name=op.f("articles_slug_key")),
        sa.CheckConstraint(
            "length(title) BETWEEN 1 AND 200", name=op.f("articles_title_check")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["users.id"],
            name=op.f("articles_author_id_fkey"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("articles_author_id_idx"), "articles", ["author_id"])
    op.create_index(
        op.f("articles_created_at_id_idx"), "articles", ["created_at", "id"]
    )


def downgrade() -> None:
    op.drop_table("articles")
    op.drop_table("users")
