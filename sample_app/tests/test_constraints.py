"""The rules that the database itself keeps, whatever a program sends."""

import pytest
from psycopg import Error
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

# One row in each table, each text as long as its rule allows.
ROWS = """
INSERT INTO users (name, email) VALUES (repeat('n', 100), repeat('e', 254));
INSERT INTO posts (title, content, excerpt, slug, author_id)
    SELECT repeat('t', 200), repeat('c', 20000), repeat('e', 300), 's', id FROM users;
INSERT INTO comments (post_id, author_id, content)
    SELECT id, author_id, repeat('c', 2000) FROM posts;
INSERT INTO tags (name) VALUES (repeat('t', 30));
INSERT INTO post_tags SELECT posts.id, tags.id FROM posts, tags;
INSERT INTO votes (user_id, post_id, value) SELECT author_id, id, -1 FROM posts;
INSERT INTO logins (id, user_id) SELECT gen_random_uuid(), id FROM users;
INSERT INTO refresh_tokens SELECT 'h', id, now() FROM logins;
INSERT INTO attempts VALUES ('login', now(), 1);
INSERT INTO sent_mails VALUES ('comment-1');
"""
KEYED = ["post_tags", "votes", "attempts", "logins", "refresh_tokens", "sent_mails"]
TEXTS = "users.name posts.title posts.content comments.content tags.name"
REFERENCES = (
    "posts.author_id comments.post_id comments.author_id votes.user_id "
    "votes.post_id post_tags.post_id post_tags.tag_id logins.user_id"
)
SAME_ID = "OVERRIDING SYSTEM VALUE SELECT id"
POST = "INSERT INTO posts (title, content, slug, author_id) SELECT"


def each(columns: str, kind: str, value: str) -> list[tuple[str, str]]:
    """For each column the name of its rule, and a statement that breaks it."""
    return [
        (f"{table}_{name}_{kind}", f"UPDATE {table} SET {name} = {value.format(name)}")
        for table, name in (column.split(".") for column in columns.split())
    ]


BROKEN = [
    *each(TEXTS, "check", "''"),
    *each(f"{TEXTS} users.email posts.excerpt", "check", "{} || 'z'"),
    *each("users.role", "check", "'owner'"),
    *each("votes.value", "check", "0"),
    *each(REFERENCES, "fkey", "0"),
    *each("refresh_tokens.login_id", "fkey", "gen_random_uuid()"),
    ("posts_author_id_fkey", "DELETE FROM users"),
    ("users_name_key", "INSERT INTO users (name) SELECT name FROM users"),
    ("users_email_key", "INSERT INTO users (name, email) SELECT 'z', email FROM users"),
    ("posts_title_key", f"{POST} title, 'z', 'z', author_id FROM posts"),
    ("posts_slug_key", f"{POST} 'z', 'z', slug, author_id FROM posts"),
    ("tags_name_key", "INSERT INTO tags (name) SELECT name FROM tags"),
    ("users_pkey", f"INSERT INTO users (id, name) {SAME_ID}, 'z' FROM users"),
    ("tags_pkey", f"INSERT INTO tags (id, name) {SAME_ID}, 'z' FROM tags"),
    (
        "posts_pkey",
        "INSERT INTO posts (id, title, content, slug, author_id) "
        f"{SAME_ID}, 'z', 'z', 'z', author_id FROM posts",
    ),
    (
        "comments_pkey",
        "INSERT INTO comments (id, post_id, author_id, content) "
        f"{SAME_ID}, post_id, author_id, 'z' FROM comments",
    ),
    *[
        (f"{table}_pkey", f"INSERT INTO {table} SELECT * FROM {table}")
        for table in KEYED
    ],
]
CONSTRAINTS = text("""
SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u', 'c', 'f')
AND connamespace = current_schema()::regnamespace AND conname <> 'alembic_version_pkc'
AND conrelid::regclass::text NOT LIKE 'procrastinate%'
""")
MAY_BE_NULL = text("""
SELECT table_name || '.' || column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND is_nullable = 'YES'
AND table_name NOT LIKE 'procrastinate%'
""")


@pytest.fixture
def rows(session: Session) -> Session:
    session.execute(text(ROWS))
    return session


@pytest.mark.parametrize(
    ("rule", "statement"), BROKEN, ids=[rule for rule, _ in BROKEN]
)
def test_refused(rows: Session, rule: str, statement: str) -> None:
    with pytest.raises(IntegrityError) as refused:
        rows.execute(text(statement))
    assert isinstance(refused.value.orig, Error)
    assert refused.value.orig.diag.constraint_name == rule


def test_each_rule_has_a_test(session: Session) -> None:
    assert set(session.scalars(CONSTRAINTS)) == {rule for rule, _ in BROKEN}


def test_all_other_columns_have_a_value(session: Session) -> None:
    assert set(session.scalars(MAY_BE_NULL)) == {
        *("users.email", "users.password_hash", "refresh_tokens.used_at"),
        *("logins.ended_at", "logins.why", "logins.scope"),
    }


@pytest.mark.parametrize("table", ["comments", "post_tags", "votes"])
def test_what_belongs_to_a_post_goes_with_it(rows: Session, table: str) -> None:
    rows.execute(text("DELETE FROM posts"))
    assert rows.scalar(text(f"SELECT count(*) FROM {table}")) == 0
