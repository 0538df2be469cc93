"""Slug of a post.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# A value that depends on its row alone: who makes it, when, and how often is all the same.
FILL = """
UPDATE posts SET slug = concat_ws('-', nullif(trim('-' FROM left(
    regexp_replace(lower(title), '[^a-z0-9]+', '-', 'g'), 60)), ''), id)
WHERE slug IS NULL
"""
BATCH = "AND id IN (SELECT id FROM posts WHERE slug IS NULL ORDER BY id LIMIT 1000)"


def upgrade() -> None:
    op.add_column("posts", sa.Column("slug", sa.Text), if_not_exists=True)
    context = op.get_context()
    with context.autocommit_block():
        if context.as_sql:
            op.execute(FILL)
        else:
            while op.get_bind().execute(sa.text(FILL + BATCH)).rowcount:
                pass
    op.create_unique_constraint(op.f("posts_slug_key"), "posts", ["slug"])
    op.alter_column("posts", "slug", nullable=False)


def downgrade() -> None:
    op.drop_column("posts", "slug")
