"""The revisions: up, down and up again, to what the models say, and with old rows."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from app import database
from app.models import Base
from conftest import ALEMBIC

OLD = """
CREATE TABLE old_users (email TEXT PRIMARY KEY, password_hash TEXT NOT NULL);
CREATE TABLE old_tasks (id INTEGER PRIMARY KEY, email TEXT NOT NULL, title TEXT NOT NULL,
    due TEXT, zone TEXT, done INTEGER NOT NULL);
INSERT INTO old_users VALUES ('Ann@todo.example', 'hash');
INSERT INTO old_tasks VALUES
    (1, 'Ann@todo.example', 'Milk', '2031-07-01 09:00', 'Europe/Berlin', 0),
    (2, 'Ann@todo.example', 'Tea', NULL, NULL, 1);
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file for Alembic, which is not there yet."""
    file = tmp_path / "other.db"
    engine = create_engine(f"sqlite:///{file}")
    monkeypatch.setattr(database, "writing", engine)
    return file


def test_up_down_up(file: Path) -> None:
    command.upgrade(ALEMBIC, "head")
    command.downgrade(ALEMBIC, "base")
    assert inspect(database.writing).get_table_names() == ["alembic_version"]
    command.upgrade(ALEMBIC, "head")
    with database.writing.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_old_rows_are_taken_over(file: Path) -> None:
    with closing(sqlite3.connect(file)) as old:
        old.executescript(OLD)
    command.upgrade(ALEMBIC, "head")
    with closing(sqlite3.connect(file)) as new:
        found = new.execute("SELECT title, due_at, completed_at IS NULL FROM tasks")
        assert found.fetchall() == [
            ("Milk", "2031-07-01 07:00:00.000000", 1),
            ("Tea", None, 0),
        ]
        assert new.execute("SELECT email FROM users").fetchall() == [
            ("ann@todo.example",)
        ]
