"""A SQLAlchemy session on a connection that is open already: for a timeline's functions."""

from collections.abc import Callable
from typing import Any

import psycopg2
from psycopg2.extensions import STATUS_READY
from psycopg2.extensions import connection as Connection
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool


class OrmSession:
    """One `Session` for all functions of one session of a timeline."""

    def __init__(self, raw: Connection) -> None:
        self._raw = raw
        self._given: Connection = psycopg2.connect(
            raw.dsn, password=raw.info.password, application_name="course"
        )
        self._engine = create_engine(
            "postgresql+psycopg2://", creator=lambda: self._given, poolclass=NullPool, use_native_hstore=False
        )
        # What SQLAlchemy asks of a server at first is asked on another connection: it ends in a ROLLBACK.
        self._engine.connect().close()
        self._given = raw
        self._connection = self._engine.connect()
        self.session = Session(self._connection)

    def call(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call the function with the session; the transaction it leaves open stays open."""
        if self._raw.status == STATUS_READY:
            self._raw.autocommit = False
        try:
            return function(self.session, *args, **kwargs)
        finally:
            if not self._connection.in_transaction():
                self._plain()

    def end(self, *, commit: bool) -> bool:
        """Commit or roll back what the session has open; False when there is nothing."""
        if not self.session.in_transaction():
            return False
        try:
            (self.session.commit if commit else self.session.rollback)()
        finally:
            if not self._connection.in_transaction():
                self._plain()
        return True

    def close(self) -> None:
        """Roll back and close, the connection too."""
        self.session.close()
        self._connection.close()
        self._engine.dispose()

    def _plain(self) -> None:
        """Let SQL texts be sent as they are again."""
        if self._raw.status == STATUS_READY:
            self._raw.autocommit = True
