"""Stage 1: the project migrates, starts, and has one form of errors."""

from typing import Any, LiteralString

from course.projects.chat.world import World
from course.projects.outcome import NotYet
from course.projects.services import PostgresDatabase

TABLES: LiteralString = (
    "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)


def migrates(world: World) -> None:
    """`migrate` makes the tables in an empty database, and a second time it has nothing to do."""
    world.own.migrate()
    world.own.migrate()
    with world.own.service(PostgresDatabase).connection() as database:
        found: Any = database.execute(TABLES).fetchone()
    if not found or not found[0]:
        raise NotYet("The tables are in the database that DATABASE_URL names.", "there is no table in it")
