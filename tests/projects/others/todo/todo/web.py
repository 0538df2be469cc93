"""Between Starlette and the rows: who calls, and in which transaction."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from sqlite3 import Connection, Row

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from todo.db import Database
from todo.problems import Problem, unauthorized
from todo.security import token_user

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass
class Call:
    """A request of a user, inside a transaction."""

    conn: Connection
    user: Row
    request: Request
    body: bytes


def database(request: Request) -> Database:
    """The one of this app."""
    found: Database = request.app.state.database
    return found


def refuse_query(request: Request) -> None:
    """For all that has no parameters."""
    if request.query_params:
        raise Problem(422, f"There is no parameter {next(iter(request.query_params))}.")


def for_user(work: Callable[[Call], Response], *, write: bool = False, query: bool = False) -> Endpoint:
    """Needs a token. The user is looked up in the transaction of the work: they cannot vanish in between."""

    def in_transaction(request: Request, user_id: int, body: bytes) -> Response:
        with database(request).transaction(write) as conn:
            user = conn.execute("SELECT * FROM users WHERE id = ?", (user_id,)).fetchone()
            if user is None:
                raise unauthorized()
            if not query:
                refuse_query(request)
            return work(Call(conn, user, request, body))

    async def endpoint(request: Request) -> Response:
        user_id = token_user(request.headers.get("Authorization", ""), request.app.state.secret)
        body = await request.body()
        return await to_thread.run_sync(in_transaction, request, user_id, body)

    return endpoint


def resource(path: str, **methods: Endpoint) -> Route:
    """One path with its methods, so that a 405 names them all."""

    async def dispatch(request: Request) -> Response:
        return await methods["GET" if request.method == "HEAD" else request.method](request)

    return Route(path, dispatch, methods=list(methods))


def names(header: str, etag: str, *, weak: bool) -> bool:
    """Whether If-Match or If-None-Match lists this version; `weak` counts W/ as well."""
    if header.strip() == "*":
        return True
    listed = re.findall(r'(W/)?("[^"]*")', header)
    return any(tag == etag and (weak or not prefix) for prefix, tag in listed)


def header_of(request: Request, name: str) -> str | None:
    """Several lines of one header are one list."""
    lines = request.headers.getlist(name)
    return ", ".join(lines) if lines else None
