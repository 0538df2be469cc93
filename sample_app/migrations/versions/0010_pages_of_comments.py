"""Pages of comments.

Revision ID: 0010
Revises: 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OLD, NEW = "comments_post_id_idx", "comments_post_id_id_idx"


def upgrade() -> None:
    replace(OLD, NEW, ["post_id", "id"])


def downgrade() -> None:
    replace(NEW, OLD, ["post_id"])


def replace(old: str, new: str, columns: list[str]) -> None:
    """Build one index, then drop another; nobody waits, and it can run again."""
    alone = {"postgresql_concurrently": True}
    with op.get_context().autocommit_block():
        op.drop_index(op.f(new), "comments", if_exists=True, **alone)
        op.create_index(op.f(new), "comments", columns, **alone)
        op.drop_index(op.f(old), "comments", if_exists=True, **alone)
