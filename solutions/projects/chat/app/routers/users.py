"""Users over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.security import OAuth2PasswordRequestForm

from app.callers import Caller
from app.database import DbSession
from app.models import User
from app.schemas import Registration, Token, UserResponse
from app.security import new_token
from app.services import users

router = APIRouter(tags=["users"])


@router.post("/auth/register", status_code=201, response_model=UserResponse)
async def register(form: Registration, session: DbSession) -> User:
    return await users.register(session, form.name, form.password)


@router.post("/auth/token")
async def log_in(
    form: Annotated[OAuth2PasswordRequestForm, Depends()], session: DbSession
) -> Token:
    user = await users.log_in(session, form.username, form.password)
    return Token(access_token=new_token(user.id))


@router.get("/me", response_model=UserResponse)
async def me(caller: Caller) -> User:
    return caller
