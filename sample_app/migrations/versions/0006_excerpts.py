"""Excerpts.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "posts", sa.Column("excerpt", sa.Text, server_default="", nullable=False)
    )
    op.create_check_constraint(
        op.f("posts_excerpt_check"), "posts", "length(excerpt) <= 300"
    )


def downgrade() -> None:
    op.drop_column("posts", "excerpt")
