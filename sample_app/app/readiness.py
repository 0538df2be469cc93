"""Whether this process can do its work."""

import asyncio
from functools import cache
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, text
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from app.settings import settings

PATIENCE = 2.0  # seconds
SILENCE = "The database does not respond."
VERSION = text("SELECT version_num FROM alembic_version")
# A connection of its own. PostgreSQL cancels a look that takes too long.
LIMITS = {"connect_timeout": 2, "options": "-c statement_timeout=2s"}
engine = create_async_engine(settings.url, poolclass=NullPool, connect_args=LIMITS)


@cache
def outdated() -> frozenset[str]:
    """All revisions of this app but the newest."""
    scripts = ScriptDirectory(str(Path(__file__).parents[1] / "migrations"))
    known = {each.revision for each in scripts.walk_revisions()}
    return frozenset(known.difference(scripts.get_heads()))


async def look() -> str:
    """Why it cannot; "" when it can."""
    try:
        async with engine.connect() as connection:
            found = set(await connection.scalars(VERSION))
    except ProgrammingError:  # no such table
        found = set()
    except SQLAlchemyError:
        return SILENCE
    late = not found or found & outdated()
    return "The schema of the database is not up to date." if late else ""


class Readiness:
    """Looks once at a time, however many ask."""

    task: asyncio.Task[str] | None = None

    async def reason(self) -> str:
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(look())
        done, _ = await asyncio.wait({self.task}, timeout=PATIENCE)
        return self.task.result() if done else SILENCE


readiness = Readiness()
