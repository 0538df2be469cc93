"""A schema of its own, for tests that commit: no other test meets what they store."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.settings import settings


def arguments(name: str, lock_timeout: str = "10s") -> dict[str, Any]:
    """What a connection is opened with, so that tables without a schema stand in this one."""
    schema = f"{name}_{os.getpid()}"
    options = f"-c search_path={schema} -c lock_timeout={lock_timeout}"
    return {"options": options, "application_name": schema}


def async_engine(name: str, lock_timeout: str = "10s") -> AsyncEngine:
    """An engine of the event loop on a schema that `own_schema` has made."""
    about = arguments(name, lock_timeout)
    return create_async_engine(settings.url, connect_args=about, poolclass=NullPool)


@contextmanager
def own_schema(name: str) -> Iterator[Engine]:
    """An engine for which tables without a schema stand in an empty one."""
    about = arguments(name)
    schema = about["application_name"]
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
