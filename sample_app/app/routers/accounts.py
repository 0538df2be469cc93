"""Accounts over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import OAuth2PasswordRequestForm

from app.accounts import User
from app.callers import CurrentCaller, KeyHolder
from app.dependencies import DbSession
from app.errors import Invalid
from app.guards import anyone
from app.problems import documented
from app.roles import SCOPES, granted
from app.schemas.accounts import (
    FirstPassword,
    Me,
    NewPassword,
    Refresh,
    Registration,
    Token,
    as_email,
)
from app.services import accounts, logins, users
from app.tokens import ACCESS_TIME, new_token

router = APIRouter(tags=["accounts"])


async def client_address(request: Request) -> str:
    """Where a request comes from; a proxy that uvicorn trusts says so."""
    return request.client.host if request.client else "unknown"


Address = Annotated[str, Depends(client_address)]
LoginForm = Annotated[OAuth2PasswordRequestForm, Depends()]


def wanted_scope(form: LoginForm) -> str | None:
    """What a login asks for; None for all that the user may do."""
    if not SCOPES.keys() >= set(form.scopes):
        raise Invalid(f"The scopes are: {', '.join(SCOPES)}.")
    return " ".join(sorted(set(form.scopes))) or None


WantedScope = Annotated[str | None, Depends(wanted_scope)]


@router.post(
    "/auth/register",
    status_code=201,
    response_model=Me,
    dependencies=[anyone],
    responses=documented(409, 429),
)
async def register(new: Registration, session: DbSession, address: Address) -> User:
    return await accounts.register(session=session, **new.model_dump(), address=address)


@router.post(
    "/auth/first-password", response_model=Me, responses=documented(404, 409, 429)
)
async def set_first_password(
    first: FirstPassword, name: KeyHolder, session: DbSession, address: Address
) -> User:
    return await accounts.set_first_password(
        session=session, name=name, **first.model_dump(), address=address
    )


@router.post("/auth/token", dependencies=[anyone], responses=documented(400, 429))
async def log_in(
    form: LoginForm,
    scope: WantedScope,
    session: DbSession,
    address: Address,
    response: Response,
) -> Token:
    started = await accounts.log_in(
        session=session,
        email=as_email(form.username),
        password=form.password,
        address=address,
        scope=scope,
    )
    return tokens_of(started, response)


@router.post("/auth/refresh", dependencies=[anyone])
async def refresh(sent: Refresh, session: DbSession, response: Response) -> Token:
    going_on = await logins.rotate(session=session, token=sent.refresh_token)
    return tokens_of(going_on, response)


def tokens_of(logged_in: logins.LoggedIn, response: Response) -> Token:
    """What a client gets, and no cache keeps."""
    user, login = logged_in.user, logged_in.login
    response.headers["Cache-Control"] = "no-store"
    scopes = granted(user.role, login.scope)
    return Token(
        access_token=new_token(user_id=user.id, scopes=scopes, login=login.id),
        expires_in=int(ACCESS_TIME.total_seconds()),
        scope=" ".join(sorted(scopes)),
        refresh_token=logged_in.refresh_token,
    )


@router.post("/auth/logout", status_code=204)
async def log_out(caller: CurrentCaller, session: DbSession) -> None:
    await logins.log_out(session=session, login_id=caller.login)


@router.post("/auth/logout-everywhere", status_code=204)
async def log_out_everywhere(caller: CurrentCaller, session: DbSession) -> None:
    await accounts.log_out_everywhere(session=session, user_id=caller.id)


@router.get("/users/me", response_model=Me)
async def read_me(caller: CurrentCaller, session: DbSession) -> User:
    return await users.user_named(session=session, name=caller.name)


@router.put("/users/me/password", status_code=204, responses=documented(403, 409, 429))
async def change_password(
    passwords: NewPassword, caller: CurrentCaller, session: DbSession
) -> None:
    await accounts.change_password(
        session=session, user_id=caller.id, old=passwords.old, new=passwords.new
    )
