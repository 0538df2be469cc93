"""Posts by date.

Revision ID: 0007
Revises: 0005
"""

from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("posts_created_at_idx"), "posts", ["created_at"])


def downgrade() -> None:
    op.drop_index(op.f("posts_created_at_idx"), "posts")
