"""Users, comments, tags and votes.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE users (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE posts
    ADD author_id integer REFERENCES users ON DELETE SET NULL,
    ADD updated_at timestamptz NOT NULL DEFAULT now(),
    ADD search tsvector NOT NULL GENERATED ALWAYS
        AS (to_tsvector('english', title || ' ' || content)) STORED,
    ADD version integer NOT NULL DEFAULT 1;
CREATE TABLE comments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id integer NOT NULL REFERENCES posts ON DELETE CASCADE,
    author_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    content text NOT NULL CHECK (length(content) BETWEEN 1 AND 2000),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE tags (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 30)
);
CREATE TABLE post_tags (
    post_id integer REFERENCES posts ON DELETE CASCADE,
    tag_id integer REFERENCES tags ON DELETE CASCADE,
    PRIMARY KEY (post_id, tag_id)
);
CREATE TABLE votes (
    user_id integer REFERENCES users ON DELETE CASCADE,
    post_id integer REFERENCES posts ON DELETE CASCADE,
    value smallint NOT NULL CHECK (value IN (-1, 1)),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, post_id)
);
CREATE INDEX ON posts (author_id);
CREATE INDEX ON posts USING gin (search);
CREATE INDEX ON comments (author_id);
CREATE INDEX ON comments (post_id);
CREATE INDEX ON post_tags (tag_id);
CREATE INDEX ON votes (post_id)
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP TABLE votes, post_tags, tags, comments")
    for column in ["version", "search", "updated_at", "author_id"]:
        op.drop_column("posts", column)
    op.drop_table("users")
