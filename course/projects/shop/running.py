"""Stage 1: the project migrates, starts, and has one form of errors."""

from course.projects.shop.world import World


def migrates(world: World) -> None:
    """`migrate` makes the tables in an empty database, and a second time it has nothing to do."""
    world.own.migrate()
    world.own.migrate()
    with world.database() as database:
        database.execute("SELECT 1 FROM information_schema.tables").fetchall()


def is_healthy(world: World) -> None:
    """`GET /health` is a 200 with JSON, without a token."""
    reply = world.wire.send("GET", "/health").must(200)
    if reply.json is None:
        raise reply.not_yet("The body is JSON.", f"got {reply.media or 'no media type'}")


def has_one_form_of_errors(world: World) -> None:
    """An error is `application/problem+json` with type, title, status and detail, also where no path is."""
    world.wire.send("GET", f"/{world.word()}").problem(404)
    world.wire.send("DELETE", "/health").problem(404, 405)
