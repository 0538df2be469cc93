"""Users over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.security import OAuth2PasswordRequestForm

from app.callers import Reader, Writer
from app.database import Reading, Writing
from app.models import User
from app.schemas import Registration, Token, UserResponse
from app.security import hasher, new_token
from app.services import users

router = APIRouter(tags=["users"])


def hashed(form: Registration) -> tuple[str, str]:
    """Hashing takes its time, so it comes before the session that locks the database."""
    return form.email, hasher.hash(form.password)


@router.post("/auth/register", status_code=201, response_model=UserResponse)
def register(
    new: Annotated[tuple[str, str], Depends(hashed)], session: Writing
) -> User:
    return users.register(session, *new)


@router.post("/auth/token")
def log_in(
    form: Annotated[OAuth2PasswordRequestForm, Depends()], session: Reading
) -> Token:
    user = users.log_in(session, form.username, form.password)
    return Token(access_token=new_token(user.id))


@router.get("/me", response_model=UserResponse)
def me(user: Reader) -> User:
    return user


@router.delete("/me", status_code=204)
def delete_me(user: Writer, session: Writing) -> None:
    session.delete(user)
