"""Articles can be searched.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SEARCHED = "title || ' ' || description || ' ' || body"


def upgrade() -> None:
    words = sa.Computed(f"to_tsvector('english', {SEARCHED})", persisted=True)
    op.add_column("articles", sa.Column("search", TSVECTOR, words))
    op.create_index(
        op.f("articles_search_idx"), "articles", ["search"], postgresql_using="gin"
    )


def downgrade() -> None:
    op.drop_column("articles", "search")
