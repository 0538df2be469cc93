"""Accounts over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import OAuth2PasswordRequestForm

from app.accounts import User
from app.callers import CurrentCaller, KeyHolder
from app.dependencies import DbSession
from app.problems import documented
from app.roles import PERMISSIONS
from app.schemas.accounts import FirstPassword, Me, Registration, Token, as_email
from app.services import accounts, users
from app.tokens import ACCESS_TIME, new_token

router = APIRouter(tags=["accounts"])


async def client_address(request: Request) -> str:
    """Where a request comes from. Behind a proxy that is the proxy (week 8)."""
    return request.client.host if request.client else "unknown"


Address = Annotated[str, Depends(client_address)]
LoginForm = Annotated[OAuth2PasswordRequestForm, Depends()]


@router.post(
    "/auth/register",
    status_code=201,
    response_model=Me,
    responses=documented(409, 429),
)
def register(new: Registration, session: DbSession, address: Address) -> User:
    return accounts.register(session=session, **new.model_dump(), address=address)


@router.post(
    "/auth/first-password", response_model=Me, responses=documented(404, 409, 429)
)
def set_first_password(
    first: FirstPassword, name: KeyHolder, session: DbSession, address: Address
) -> User:
    return accounts.set_first_password(
        session=session, name=name, **first.model_dump(), address=address
    )


@router.post("/auth/token", responses=documented(429))
def log_in(
    form: LoginForm, session: DbSession, address: Address, response: Response
) -> Token:
    email = as_email(form.username)
    user = accounts.log_in(
        session=session, email=email, password=form.password, address=address
    )
    response.headers["Cache-Control"] = "no-store"
    token = new_token(user_id=user.id, scopes=PERMISSIONS[user.role])
    return Token(access_token=token, expires_in=int(ACCESS_TIME.total_seconds()))


@router.get("/users/me", response_model=Me)
def read_me(caller: CurrentCaller, session: DbSession) -> User:
    return users.user_named(session=session, name=caller.name)
