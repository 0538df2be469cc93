"""Stage 1: the project migrates, starts, has one form of errors, and lets browsers in."""

from course.projects.blog.parts import refused
from course.projects.blog.world import World
from course.projects.wire import Reply

METHODS = {"get", "post", "put", "delete"}
HEADERS = {"authorization", "content-type"}


def migrates(world: World) -> None:
    """`migrate` makes the tables in an empty database, and a second time it has nothing to do."""
    world.own.migrate()
    world.own.migrate()
    with world.database() as database:
        database.execute("SELECT 1")


def has_one_form_of_errors(world: World) -> None:
    """An error is JSON with `errors`, an object in which each name has a list of texts, also where no path
    is.
    """
    reply = refused(world.nobody.send("GET", f"/{world.word()}"), 404)
    if reply.media != "application/json":
        raise reply.not_yet("An error is application/json.", f"got {reply.media or 'no media type'}")
    refused(world.nobody.send("DELETE", "/tags"), 404, 405)


def answers_preflights(world: World) -> None:
    """A browser's preflight is a 200 or 204 that names the methods and headers which front ends use."""
    for path, method in (
        ("/users", "POST"),
        ("/user", "PUT"),
        (f"/articles/{world.word()}", "DELETE"),
        ("/articles/feed", "GET"),
    ):
        origin = f"http://{world.word()}.example:4100"
        reply = world.nobody.send(
            "OPTIONS",
            path,
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": method,
                "Access-Control-Request-Headers": "authorization,content-type",
            },
        ).must(200, 204, why="A preflight is a 200 or 204, without a token.")
        _allows(reply, origin)
        for name, wanted in (("methods", METHODS), ("headers", HEADERS)):
            _names(reply, f"access-control-allow-{name}", wanted)


def lets_other_origins_read(world: World) -> None:
    """Each response has `Access-Control-Allow-Origin` for another origin, errors included."""
    origin = f"http://{world.word()}.example:3000"
    requests = (("GET", "/tags"), ("GET", "/user"), ("GET", f"/articles/{world.word()}"), ("POST", "/users"))
    for method, path in requests:
        reply = world.nobody.send(
            method, path, headers={"Origin": origin}, json={} if method == "POST" else None
        )
        _allows(reply, origin)


def _allows(reply: Reply, origin: str) -> None:
    found = reply.header("access-control-allow-origin")
    if found not in ("*", origin):
        raise reply.not_yet("The origin may read the response.", f"access-control-allow-origin: {found}")


def _names(reply: Reply, header: str, wanted: set[str]) -> None:
    found = {each.strip().lower() for each in reply.header(header).split(",")}
    if not wanted <= found and not ("methods" in header and "*" in found):
        raise reply.not_yet(f"{header} has {', '.join(sorted(wanted))}.", f"got {', '.join(sorted(found))}")
