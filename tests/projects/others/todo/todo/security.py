"""Addresses, passwords and tokens."""

import os
import secrets
from datetime import UTC, datetime, timedelta
from functools import cache
from threading import Semaphore

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from todo.db import row_id
from todo.problems import unauthorized

TOKEN_LIFE = timedelta(hours=12)
_hasher = PasswordHasher()
_hashing = Semaphore(os.cpu_count() or 1)  # each one takes 64 MiB


def address(email: str) -> str:
    """The one way to write an address."""
    return email.strip().lower()


def hash_password(password: str) -> str:
    """With Argon2id, as the old program did."""
    with _hashing:
        return _hasher.hash(password)


@cache
def _nobody() -> str:
    return hash_password(secrets.token_hex())


def password_fits(password: str, password_hash: str | None) -> bool:
    """Takes as long where there is no hash, since there is no such user."""
    known = password_hash or _nobody()
    try:
        with _hashing:
            return _hasher.verify(known, password) and password_hash is not None
    except (Argon2Error, InvalidHashError):
        return False


def make_token(user_id: int, secret: str) -> str:
    """For one user, whose id is never given again."""
    claims = {"sub": str(user_id), "exp": datetime.now(UTC) + TOKEN_LIFE}
    return jwt.encode(claims, secret, algorithm="HS256")


def token_user(authorization: str, secret: str) -> int:
    """The id in a token that is signed and has not expired; whether this user exists is not known yet."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise unauthorized()
    try:
        claims = jwt.decode(token.strip(), secret, ["HS256"], options={"require": ["exp", "sub"]})
    except jwt.PyJWTError:
        raise unauthorized() from None
    return row_id(claims["sub"])
