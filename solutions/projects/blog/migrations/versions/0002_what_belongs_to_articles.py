"""Tags, favourites and comments, and who follows whom.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "article_tags",
        sa.Column("article_id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("article_id", "name", name=op.f("article_tags_pkey")),
        belongs("article_tags", "article_id", "articles"),
    )
    op.create_index(op.f("article_tags_name_idx"), "article_tags", ["name"])
    pair("follows", "follower_id", "users", "followed_id", "users")
    pair("favorites", "user_id", "users", "article_id", "articles")
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer, sa.Identity(always=True)),
        sa.Column("article_id", sa.Integer, nullable=False),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("comments_pkey")),
        belongs("comments", "article_id", "articles"),
        belongs("comments", "author_id", "users"),
    )
    for column in ("article_id", "author_id"):
        op.create_index(op.f(f"comments_{column}_idx"), "comments", [column])


def pair(name: str, one: str, of: str, other: str, of_other: str) -> None:
    """A table of pairs, each of which is there once."""
    op.create_table(
        name,
        sa.Column(one, sa.Integer, nullable=False),
        sa.Column(other, sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint(one, other, name=op.f(f"{name}_pkey")),
        belongs(name, one, of),
        belongs(name, other, of_other),
    )
    op.create_index(op.f(f"{name}_{other}_idx"), name, [other])


def belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    """A foreign key: without its parent a row is deleted, too."""
    name = op.f(f"{table}_{column}_fkey")
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=name, ondelete="CASCADE"
    )


def downgrade() -> None:
    for table in ("comments", "favorites", "follows", "article_tags"):
        op.drop_table(table)
