"""The users and articles of the program before, where its tables are.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OLD = {"old_users", "old_articles", "old_stars"}

# The number of an article makes its slug unique, and finds it again.
STEPS = (
    """
    INSERT INTO users (username, email, password_hash)
    SELECT name, lower(email), password_hash FROM old_users
    """,
    """
    CREATE TEMPORARY TABLE moved ON COMMIT DROP AS
    SELECT *, concat_ws('-', nullif(words, ''), id) AS slug
    FROM (
        SELECT *, trim(
            BOTH '-' FROM regexp_replace(lower(title), '[^a-z0-9]+', '-', 'g')
        ) AS words
        FROM old_articles
    ) AS titles
    """,
    """
    INSERT INTO articles (
        slug, title, description, body, author_id, created_at, updated_at
    )
    SELECT slug, title, left(split_part(body, E'\\n', 1), 500), body, users.id,
        created AT TIME ZONE 'UTC', created AT TIME ZONE 'UTC'
    FROM moved JOIN users ON users.username = moved.author
    ORDER BY moved.created, moved.id
    """,
    """
    INSERT INTO article_tags (article_id, name)
    SELECT DISTINCT articles.id, trim(tag)
    FROM moved JOIN articles USING (slug),
        unnest(string_to_array(moved.tags, ',')) AS tag
    WHERE trim(tag) <> ''
    """,
    """
    INSERT INTO favorites (user_id, article_id)
    SELECT DISTINCT users.id, articles.id
    FROM old_stars
    JOIN users ON users.username = old_stars.name
    JOIN moved ON moved.id = old_stars.article_id
    JOIN articles USING (slug)
    """,
)


def upgrade() -> None:
    connection = op.get_bind()
    if OLD.issubset(sa.inspect(connection).get_table_names()):
        for step in STEPS:
            op.execute(step)


def downgrade() -> None:
    """The rows stay: the old tables were not touched, and articles may have changed."""
