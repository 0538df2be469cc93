"""A schema of its own, for tests that commit: no other test meets what they store."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, text

from app.settings import settings


@contextmanager
def own_schema(name: str) -> Iterator[Engine]:
    """An engine for which tables without a schema stand in an empty one."""
    schema = f"{name}_{os.getpid()}"
    options = f"-c search_path={schema} -c lock_timeout=10s"
    about = {"options": options, "application_name": schema}
    engine = create_engine(settings.url, connect_args=about)
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    try:
        yield engine
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()
