"""The revisions: down and up again, to what the models say."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from app.models import Base
from app.settings import settings
from conftest import ALEMBIC


def test_up_down_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a schema of its own: the other tests use the tables of the usual one."""
    engine = create_engine(settings.url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS revisions CASCADE"))
        connection.execute(text("CREATE SCHEMA revisions"))
    engine.dispose()
    monkeypatch.setenv("PGOPTIONS", "-c search_path=revisions")
    command.upgrade(ALEMBIC, "head")
    command.downgrade(ALEMBIC, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    command.upgrade(ALEMBIC, "head")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()
