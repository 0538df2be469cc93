"""Passwords, tokens, and who is calling."""

import asyncio
import os
import time
from functools import cache
from typing import Annotated, Any

import jwt
from fastapi import Depends, Header
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from blog.db import one, pool
from blog.web import problem

DAYS = 30
passwords = PasswordHash((Argon2Hasher(),))


async def hashed(password: str) -> str:
    """In a thread, as it takes long; others are answered meanwhile."""
    return await asyncio.to_thread(passwords.hash, password)


@cache
def hash_of_nobody() -> str:
    return passwords.hash("nobody has this password")


async def verified(password: str, hash_: str | None) -> bool:
    """It takes as long where there is no such user."""
    right = await asyncio.to_thread(lambda: passwords.verify(password, hash_ or hash_of_nobody()))
    return right and hash_ is not None


def sign(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, os.environ["TOKEN_SECRET"], "HS256")


def signed(text: str, *required: str) -> dict[str, Any]:
    """The claims of a text that `sign` has made, else a ValueError."""
    try:
        claims = jwt.decode(text, os.environ["TOKEN_SECRET"], ["HS256"], options={"require": list(required)})
    except (jwt.PyJWTError, OverflowError) as error:
        raise ValueError("is not valid") from error
    return dict(claims)


def token(user_id: int) -> str:
    return sign({"sub": str(user_id), "exp": int(time.time()) + DAYS * 86_400})


async def caller(authorization: Annotated[str, Header()] = "") -> int | None:
    """The id of the user whose token it is; None without one, or with one that is not valid."""
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() != "token":
        return None
    try:
        user_id = int(signed(text.strip(), "sub", "exp")["sub"])
    except ValueError:
        return None
    async with pool.connection() as connection:
        user = await one(connection, "select id from users where id = %(id)s", id=user_id)
    return user["id"] if user else None


Caller = Annotated[int | None, Depends(caller)]


async def user(caller: Caller) -> int:
    if caller is None:
        raise problem(401, "token", "is missing or not valid")
    return caller


User = Annotated[int, Depends(user)]
