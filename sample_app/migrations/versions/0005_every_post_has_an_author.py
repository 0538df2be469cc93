"""Every post has an author.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TOMBSTONE = "(SELECT id FROM users WHERE name = '[deleted]')"


def upgrade() -> None:
    op.execute("INSERT INTO users (name) VALUES ('[deleted]') ON CONFLICT DO NOTHING")
    op.execute(f"UPDATE posts SET author_id = {TOMBSTONE} WHERE author_id IS NULL")
    op.alter_column("posts", "author_id", nullable=False)
    refer("RESTRICT")


def downgrade() -> None:
    refer("SET NULL")
    op.alter_column("posts", "author_id", nullable=True)
    op.execute("DELETE FROM users WHERE name = '[deleted]'")


def refer(ondelete: str) -> None:
    key = op.f("posts_author_id_fkey")
    op.drop_constraint(key, "posts")
    op.create_foreign_key(
        key, "posts", "users", ["author_id"], ["id"], ondelete=ondelete
    )
