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
    import psycopg

    world.own.migrate()
    world.own.migrate()
    with psycopg.connect(world.own.service(PostgresDatabase).url, connect_timeout=30) as database:
        found: Any = database.execute(TABLES).fetchone()
    if not found or not found[0]:
        raise NotYet("The tables are in the database that DATABASE_URL names.", "there is no table in it")


def is_healthy(world: World) -> None:
    """`GET /health` is a 200 with JSON, without a token."""
    reply = world.wire.send("GET", "/health").must(200)
    if reply.json is None:
        raise reply.not_yet("The body is JSON.", f"got {reply.media or 'no media type'}")


def has_one_form_of_errors(world: World) -> None:
    """An error is `application/problem+json` with type, title, status and detail, also where no path is."""
    world.wire.send("GET", f"/{world.word()}").problem(404)
    world.wire.send("DELETE", "/health").problem(404, 405)
