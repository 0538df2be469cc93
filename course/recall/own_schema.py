"""A schema of one program of the quiz in the page's database, and two engines that lead to it."""

import contextlib
from typing import Any

import psycopg2
from sqlalchemy import NullPool, create_engine, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from course.postgres import connection

NAME = "quiz"
_DROP = f"SET client_min_messages = warning; SET lock_timeout = '30s'; DROP SCHEMA IF EXISTS {NAME} CASCADE"


class OwnSchema:
    """An empty schema, made anew; it is dropped at the end of the `with` block.

    The engines give up waiting for a lock after two seconds, so that no program hangs.
    """

    def __init__(self, url: str | None = None) -> None:
        self._url = connection.address(url)
        self._make()
        address = make_url(self._url).set(drivername="postgresql+psycopg")
        options: dict[str, Any] = {
            "connect_args": {
                "options": f"-c search_path={NAME} -c lock_timeout=2s",
                "application_name": NAME,
            },
            "poolclass": NullPool,
        }
        self.engine = create_engine(address, **options)
        self.async_engine = create_async_engine(address, **options)

    def _make(self) -> None:
        self._drop()
        self._execute(f"CREATE SCHEMA {NAME}")

    def _drop(self) -> None:
        self._execute(_DROP)

    def _execute(self, statements: str) -> None:
        with contextlib.closing(psycopg2.connect(self._url)) as link:
            link.autocommit = True
            with link.cursor() as cursor:
                cursor.execute(statements)

    def __enter__(self) -> "OwnSchema":
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.dispose()
        self._end_sessions()
        self._drop()

    def _end_sessions(self) -> None:
        """A program that ended with an error may have left a session in a transaction."""
        self._execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND usename = current_user AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%' "
            f"AND application_name = '{NAME}'"
        )
