"""The revisions: up, down and up again, to what the models say, and with old rows."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from app.database import engine
from app.models import Base
from conftest import ALEMBIC

OLD = """
CREATE TABLE old_users (name text PRIMARY KEY, email text NOT NULL, password_hash text NOT NULL);
CREATE TABLE old_articles (id integer PRIMARY KEY, author text NOT NULL, title text NOT NULL,
    body text NOT NULL, tags text, created timestamp NOT NULL);
CREATE TABLE old_stars (article_id integer NOT NULL, name text NOT NULL);
INSERT INTO old_users VALUES ('ann', 'Ann@blog.example', 'hash');
INSERT INTO old_articles VALUES
    (3, 'ann', 'Tea & Cake', E'First.\\nMore.', 'tea, cake,tea', '2021-07-01 09:00'),
    (5, 'ann', 'Tea & Cake', 'Again.', NULL, '2021-07-01 09:00'),
    (8, 'ann', '日本語', 'Hm.', '', '2021-07-01 09:00');
INSERT INTO old_stars VALUES (3, 'ann'), (3, 'ann');
"""


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A connection whose tables are in a schema of their own, gone afterwards."""
    with engine.connect() as connection:
        connection.execute(text("CREATE SCHEMA scratch"))
        connection.execute(text("SET search_path TO scratch"))
        connection.execute(text("SET timezone TO 'Asia/Kolkata'"))
        ALEMBIC.attributes["connection"] = connection
        yield connection
        connection.rollback()
        connection.invalidate()  # its settings are not for others
    ALEMBIC.attributes.clear()


def test_up_down_up(connection: Connection) -> None:
    command.upgrade(ALEMBIC, "head")
    command.downgrade(ALEMBIC, "base")
    assert inspect(connection).get_table_names() == ["alembic_version"]
    command.upgrade(ALEMBIC, "head")
    context = MigrationContext.configure(connection)
    assert compare_metadata(context, Base.metadata) == []


def test_old_rows_are_taken_over(connection: Connection) -> None:
    connection.exec_driver_sql(OLD)
    command.upgrade(ALEMBIC, "head")
    rows = connection.execute(
        text("SELECT slug, description, created_at FROM articles ORDER BY slug")
    )
    moment = datetime(2021, 7, 1, 9, tzinfo=UTC)
    assert [tuple(row) for row in rows] == [
        ("8", "Hm.", moment),
        ("tea-cake-3", "First.", moment),
        ("tea-cake-5", "Again.", moment),
    ]
    tags = connection.scalars(text("SELECT name FROM article_tags ORDER BY name"))
    assert tags.all() == ["cake", "tea"]
    assert connection.scalar(text("SELECT count(*) FROM favorites")) == 1
    assert connection.scalar(text("SELECT email FROM users")) == "ann@blog.example"
