"""Users, passwords, tokens."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import jwt
from asyncpg import Pool
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chat import settings
from chat.errors import problem
from chat.schemas import Login, NewUser, Nothing, body, fields

HASHES = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))
NOBODY = HASHES.hash("nobody has this password")
NAME = re.compile(r"[a-z0-9]{3,30}")
_hashing = asyncio.Semaphore(2)  # a hash takes memory


class User(NamedTuple):
    id: int
    name: str


class Unknown(Exception):
    """No valid token."""


Endpoint = Callable[[Request], Awaitable[Response]]
UserEndpoint = Callable[[Request, User], Awaitable[Response]]


def guarded(query: type[BaseModel] = Nothing, takes_body: bool = False) -> Callable[[UserEndpoint], Endpoint]:
    """An endpoint for somebody with a token; `request.state.query` holds the fields of the query."""

    def decorate(endpoint: UserEndpoint) -> Endpoint:
        async def run(request: Request) -> Response:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            try:
                user, _ = await read_token(
                    request.app.state.pool, token if scheme.lower() == "bearer" else ""
                )
            except Unknown:
                raise problem(401, "A valid token is needed.") from None
            request.state.query = fields(request.query_params, query)
            if not takes_body:
                await body(request, Nothing)
            return await endpoint(request, user)

        return run

    return decorate


async def read_token(pool: Pool, token: str) -> tuple[User, float]:
    """Whose it is, and until when."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token, settings.token_secret(), ["HS256"], options={"require": ["exp", "sub"]}
        )
        row = await pool.fetchrow("SELECT id, name FROM users WHERE id = $1", int(claims["sub"]))
    except (jwt.InvalidTokenError, ValueError):
        raise Unknown from None
    if row is None:
        raise Unknown
    return User(row["id"], row["name"]), float(claims["exp"])


async def register(request: Request) -> Response:
    fields(request.query_params, Nothing)
    new = await body(request, NewUser)
    async with _hashing:
        hashed = await asyncio.to_thread(HASHES.hash, new.password)
    id = await request.app.state.pool.fetchval(
        "INSERT INTO users (name, password_hash) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id",
        new.name,
        hashed,
    )
    if id is None:
        raise problem(409, "This name is taken.")
    return JSONResponse({"id": id, "name": new.name}, 201)


async def login(request: Request) -> Response:
    fields(request.query_params, Nothing)
    async with request.form() as form:
        given = fields(form, Login)
    row = None
    if NAME.fullmatch(given.username):
        sql = "SELECT id, password_hash FROM users WHERE name = $1"
        row = await request.app.state.pool.fetchrow(sql, given.username)
    async with _hashing:  # as long for a name that nobody has
        right = await asyncio.to_thread(
            HASHES.verify, given.password, row["password_hash"] if row else NOBODY
        )
    if row is None or not right:
        raise problem(401, "The name or the password is wrong.")
    claims = {"sub": str(row["id"]), "exp": int(time.time()) + settings.TOKEN_SECONDS}
    token = jwt.encode(claims, settings.token_secret(), "HS256")
    return JSONResponse({"access_token": token, "token_type": "bearer"})


@guarded()
async def me(request: Request, user: User) -> Response:
    return JSONResponse({"id": user.id, "name": user.name})
