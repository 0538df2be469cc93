"""Stage 1: the project migrates, starts, and has one form of errors."""

from course.projects.todo.world import World


def migrates(world: World) -> None:
    """`migrate` makes the tables in an empty database, and a second time it has nothing to do."""
    world.own.migrate()
    world.own.migrate()
    with world.database() as database:
        database.execute("SELECT name FROM sqlite_master").fetchall()
