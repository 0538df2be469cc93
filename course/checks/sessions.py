"""Sessions that one expectation hands on to the next: a new one is most of what an expectation costs.

A new session costs PostgreSQL two milliseconds, and three more until it has read the catalogs that its first
statements need. pgbouncer and a pool of psycopg2's own were considered: neither brings back a session as new.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from select import select

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_IDLE as IDLE
from psycopg2.extensions import TRANSACTION_STATUS_INERROR, TRANSACTION_STATUS_INTRANS
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

_AT_REST = (IDLE, TRANSACTION_STATUS_INTRANS, TRANSACTION_STATUS_INERROR)
_MOST = 3  # more than that at once is the subject of few expectations
_handing_on = False
_waiting: list["_Session"] = []


class _Session(Connection):
    """A session that waits for its next user instead of being closed, while a check hands sessions on."""

    address = ""

    def close(self) -> None:
        if (
            self.address
            and _handing_on
            and len(_waiting) < _MOST
            and self not in _waiting
            and self._renewed()
        ):
            _waiting.append(self)
        else:
            self.end()

    def end(self) -> None:
        """Close it for good."""
        self.address = ""
        super().close()

    @property
    def lives(self) -> bool:
        """Whether the server still has it: one that was sent away has been told so."""
        return not self.closed and not select([self], [], [], 0)[0]

    def _renewed(self) -> bool:
        """Bring it back to how a new one is; False when that cannot be."""
        if self.closed or self.get_transaction_status() not in _AT_REST:
            return False
        with suppress(psycopg2.Error):
            self.rollback()
            self.set_session("default", "default", "default", autocommit=False)
            self.autocommit = True
            with self.cursor() as cursor:
                cursor.execute("DISCARD ALL")
            self.autocommit, self.cursor_factory = False, Cursor
            self.notices, self.notifies = [], []
            return True
        return False


@contextmanager
def handed_on() -> Iterator[None]:
    """During a check, keep the sessions that are closed, and end all of them after it.

    So one exercise's sessions are never seen by another, whatever was checked before it.
    """
    global _handing_on
    _handing_on = True
    try:
        yield
    finally:
        _handing_on = False
        forget()


def opened(address: str) -> Connection:
    """A session at `address`, new or as a new one; `close()` gives it back."""
    for session in [each for each in _waiting if each.address == address]:
        _waiting.remove(session)
        if session.lives:
            return session
        session.end()
    session = psycopg2.connect(address, connection_factory=_Session)
    session.address = address
    return session


def waiting() -> list[int]:
    """The processes of the server that belong to sessions which wait."""
    return [each.get_backend_pid() for each in _waiting]


def forget() -> None:
    """End all sessions that wait: what was set for their role or their database may have changed."""
    while _waiting:
        _waiting.pop().end()
