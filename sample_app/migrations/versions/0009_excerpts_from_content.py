"""Excerpts from content.

Revision ID: 0009
Revises: 0008
"""

from alembic import op
from alembic.util import CommandError

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MARK = r"E'\n<!--more-->\n'"
ABOVE = f"split_part(content, {MARK}, 1)"
BELOW = f"substr(content, length({ABOVE} || {MARK}) + 1)"  # '' where no mark is
SPLIT = f"""
UPDATE posts SET version = version + 1, excerpt = {ABOVE}, content = {BELOW}
WHERE excerpt = '' AND length({ABOVE}) BETWEEN 1 AND 300 AND {BELOW} <> ''
"""
WHOLE = f"excerpt || {MARK} || content"
JOIN = f"""
UPDATE posts SET version = version + 1, excerpt = '', content = {WHOLE}
WHERE excerpt <> ''
"""
LONG = f"""
SELECT string_agg(id::text, ', ' ORDER BY id) FROM posts
WHERE excerpt <> '' AND length({WHOLE}) > 20000
"""


def upgrade() -> None:
    op.execute(SPLIT)
    search_in("title || ' ' || excerpt || ' ' || content")


def downgrade() -> None:
    asks = not op.get_context().as_sql  # with --sql there is no database to ask
    if asks and (posts := op.get_bind().exec_driver_sql(LONG).scalar()):
        raise CommandError(
            f"Too long with their excerpts: posts {posts}. Shorten them."
        )
    op.execute(JOIN)
    search_in("title || ' ' || content")


def search_in(words: str) -> None:
    op.execute(f"""
    ALTER TABLE posts DROP search, ADD search tsvector NOT NULL GENERATED ALWAYS
        AS (to_tsvector('english', {words})) STORED
    """)
    op.execute("CREATE INDEX posts_search_idx ON posts USING gin (search)")
