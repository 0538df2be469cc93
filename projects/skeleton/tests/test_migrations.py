"""The revisions: up, down and up again, and to what the models say."""

from collections.abc import Callable, Iterator
from itertools import takewhile

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, inspect
from tests.schemas import own_schema

from app.base import COMPARED
from app.models import Base
from conftest import ALEMBIC

REVISIONS = ScriptDirectory.from_config(ALEMBIC)
STEPS = list(REVISIONS.walk_revisions())[::-1]  # oldest first


@pytest.fixture
def db() -> Iterator[Connection]:
    with own_schema("migrations") as engine, engine.connect() as connection:
        yield connection


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


def tables(db: Connection) -> list[str]:
    return sorted(inspect(db).get_table_names())


def test_there_is_one_head() -> None:
    assert len(REVISIONS.get_heads()) == 1


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.revision)
def test_up_down_up(db: Connection, step: Script) -> None:
    upgrade(db, before=step.revision)
    below = tables(db)
    run(db, step.module.upgrade)
    above = tables(db)
    run(db, step.module.downgrade)
    assert tables(db) == below
    run(db, step.module.upgrade)
    assert tables(db) == above


def test_alembic_finds_nothing_to_do(db: Connection) -> None:
    upgrade(db)
    context = MigrationContext.configure(db, opts=COMPARED)
    assert compare_metadata(context, Base.metadata) == []
