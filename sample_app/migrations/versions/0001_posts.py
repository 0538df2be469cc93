"""Posts.

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
        "posts",
        sa.Column("id", sa.Integer, sa.Identity(always=True)),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("published", sa.Boolean, server_default=sa.true(), nullable=False),
        sa.Column("created_at", moment, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("posts_pkey")),
        sa.UniqueConstraint("title", name=op.f("posts_title_key")),
        sa.CheckConstraint(
            "length(title) BETWEEN 1 AND 200", name=op.f("posts_title_check")
        ),
        sa.CheckConstraint(
            "length(content) BETWEEN 1 AND 20000", name=op.f("posts_content_check")
        ),
    )


def downgrade() -> None:
    op.drop_table("posts")
