"""Requests about users."""

import sqlite3

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from todo.models import Login, Registration
from todo.problems import Problem, unauthorized
from todo.security import address, hash_password, make_token, password_fits
from todo.web import Call, database, for_user, refuse_query, resource


def _register(request: Request, new: Registration) -> Response:
    password_hash = hash_password(new.password)
    try:
        with database(request).transaction(write=True) as conn:
            user_id = conn.execute(
                "INSERT INTO users (email, password_hash) VALUES (?, ?)", (new.email, password_hash)
            ).lastrowid
    except sqlite3.IntegrityError:
        raise Problem(409, "This address is registered.") from None
    return JSONResponse({"id": user_id, "email": new.email}, 201)


def _log_in(request: Request, login: Login) -> Response:
    with database(request).transaction(write=False) as conn:
        user = conn.execute("SELECT * FROM users WHERE email = ?", (address(login.username),)).fetchone()
    if not password_fits(login.password, user and user["password_hash"]):
        raise unauthorized("Address or password is wrong.")
    token = make_token(user["id"], request.app.state.secret)
    return JSONResponse(
        {"access_token": token, "token_type": "bearer"}, headers={"Cache-Control": "no-store"}
    )


async def register(request: Request) -> Response:
    """A new user."""
    refuse_query(request)
    new = Registration.model_validate_json(await request.body())
    return await to_thread.run_sync(_register, request, new)


async def log_in(request: Request) -> Response:
    """A token for a password."""
    refuse_query(request)
    async with request.form() as form:
        login = Login.model_validate(dict(form))
    return await to_thread.run_sync(_log_in, request, login)


def show(call: Call) -> Response:
    """Who calls."""
    return JSONResponse({"id": call.user["id"], "email": call.user["email"]})


def delete(call: Call) -> Response:
    """The user with all that is theirs."""
    call.conn.execute("DELETE FROM users WHERE id = ?", (call.user["id"],))
    return Response(status_code=204)


ROUTES: list[Route] = [
    resource("/auth/register", POST=register),
    resource("/auth/token", POST=log_in),
    resource("/me", GET=for_user(show), DELETE=for_user(delete, write=True)),
]
