"""The revisions: up, down and up again, with rows, and to what the models say."""

from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from tests.schemas import own_schema

from app.base import COMPARED, Base
from conftest import ALEMBIC

REVISIONS = ScriptDirectory.from_config(ALEMBIC)
STEPS = list(REVISIONS.walk_revisions())[::-1]  # oldest first
CATALOG = """
SELECT table_name, column_name, concat_ws(' ', data_type, is_nullable, column_default,
    identity_generation, generation_expression)
FROM information_schema.columns WHERE table_schema = current_schema()
UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace AND contype <> 'n'
UNION ALL SELECT tablename, indexname, replace(indexdef, current_schema() || '.', '')
FROM pg_indexes WHERE schemaname = current_schema()
"""
MARKED = r"""
INSERT INTO users (name) VALUES ('ada');
INSERT INTO posts (title, content, slug, author_id)
SELECT 'Tea', E'One\n<!--more-->\nTwo', 'tea', id FROM users WHERE name = 'ada'
"""
ROWS = {  # what is stored before a revision runs, a look at it afterwards, and the rows
    "0004": (
        "INSERT INTO posts (title, content) VALUES ('Tea & milk!', 'x')",
        "SELECT slug FROM posts",
        [("tea-milk-1",)],
    ),
    "0005": (
        "INSERT INTO posts (title, content, slug) VALUES ('Tea', 'x', 'tea')",
        "SELECT name FROM posts JOIN users ON users.id = author_id",
        [("[deleted]",)],
    ),
    "0009": (MARKED, "SELECT excerpt, content FROM posts", [("One", "Two")]),
    "0012": (
        "INSERT INTO users (name) VALUES ('ada'), ('bob')",
        "SELECT name FROM users WHERE role <> 'member'",
        [("ada",)],
    ),
}


@pytest.fixture
def db() -> Iterator[Connection]:
    with own_schema("migrations") as engine, engine.connect() as connection:
        yield connection


def execute(db: Connection, sql: str) -> list[tuple[Any, ...]]:
    found = db.execute(text(sql))
    rows = [tuple(row) for row in found] if found.returns_rows else []
    db.commit()
    return rows


def catalog(db: Connection) -> set[tuple[Any, ...]]:
    """Columns, constraints and indexes, as PostgreSQL describes them."""
    return set(execute(db, CATALOG))


def same(one: set[Any], other: set[Any]) -> None:
    assert one == other, sorted(one ^ other)


def run(db: Connection, *migrations: Callable[[], None]) -> None:
    """Run `upgrade` or `downgrade` of some revisions, as Alembic does."""
    context = MigrationContext.configure(db, opts={"target_metadata": Base.metadata})
    for migration in migrations:
        with context.begin_transaction(), Operations.context(context):
            migration()


def upgrade(db: Connection, before: str = "") -> None:
    """Run all revisions, or those that come before one."""
    steps = takewhile(lambda step: step.revision != before, STEPS)
    run(db, *(step.module.upgrade for step in steps))


def test_there_is_one_head() -> None:
    assert len(REVISIONS.get_heads()) == 1


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.revision)
def test_up_down_up(db: Connection, step: Script) -> None:
    upgrade(db, before=step.revision)
    below = catalog(db)
    run(db, step.module.upgrade)
    above = catalog(db)
    run(db, step.module.downgrade)
    same(catalog(db), below)
    run(db, step.module.upgrade)
    same(catalog(db), above)


def test_alembic_finds_nothing_to_do(db: Connection) -> None:
    upgrade(db)
    context = MigrationContext.configure(db, opts=COMPARED)
    assert compare_metadata(context, Base.metadata) == []


def test_models_and_revisions_make_the_same(db: Connection) -> None:
    upgrade(db)
    by_revisions = catalog(db)
    Base.metadata.drop_all(db)
    Base.metadata.create_all(db)
    db.commit()
    same(catalog(db), by_revisions)


@pytest.mark.parametrize("revision", ROWS)
def test_what_becomes_of_rows(db: Connection, revision: str) -> None:
    before, look, found = ROWS[revision]
    upgrade(db, before=revision)
    execute(db, before)
    run(db, REVISIONS.get_revision(revision).module.upgrade)
    assert execute(db, look) == found


@pytest.fixture
def excerpts(db: Connection) -> Any:
    step = REVISIONS.get_revision("0009").module
    upgrade(db, before="0009")
    execute(db, MARKED)
    run(db, step.upgrade)
    return step


def test_down_again_no_word_is_lost(db: Connection, excerpts: Any) -> None:
    run(db, excerpts.downgrade)
    assert execute(db, "SELECT content FROM posts") == [("One\n<!--more-->\nTwo",)]


def test_a_downgrade_refuses_to_cut(db: Connection, excerpts: Any) -> None:
    execute(db, "UPDATE posts SET content = repeat('w', 20000)")
    with pytest.raises(CommandError, match="Too long with their excerpts: posts 1"):
        run(db, excerpts.downgrade)
    assert execute(db, "SELECT excerpt FROM posts") == [("One",)]
