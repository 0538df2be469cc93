"""Who asks: the admin, or a customer with a signed token."""

import hmac
from datetime import UTC, datetime, timedelta
from typing import Annotated

import jwt
from fastapi import APIRouter, Depends, Header, HTTPException
from pydantic import StringConstraints

from shop.config import settings
from shop.db import Pool, one
from shop.fields import NO_NUL, Body, sent

router = APIRouter()
ADMIN = 0  # the ids of customers begin at 1


def token_of(customer: int) -> str:
    claims = {"sub": str(customer), "exp": datetime.now(UTC) + timedelta(days=30)}
    return jwt.encode(claims, settings().token_secret, "HS256")


async def who(authorization: Annotated[str, Header()] = "") -> int:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() == "bearer":
        if hmac.compare_digest(token.encode(), settings().admin_token.encode()):
            return ADMIN
        try:
            return int(jwt.decode(token, settings().token_secret, ["HS256"])["sub"])
        except jwt.InvalidTokenError:
            pass
    raise HTTPException(401, "Who are you?", {"WWW-Authenticate": "Bearer"})


Who = Annotated[int, Depends(who)]


async def admin(caller: Who) -> None:
    if caller != ADMIN:
        raise HTTPException(403, "Only the admin may do this.")


async def customer(caller: Who) -> int:
    if caller == ADMIN:
        raise HTTPException(403, "Only a customer may do this.")
    return caller


Admin = Annotated[None, Depends(admin)]
Customer = Annotated[int, Depends(customer)]


class SignIn(Body):
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254), NO_NUL]


@router.post("/tokens", status_code=201)
async def make_token(_: Admin, data: Annotated[SignIn, sent(SignIn)], pool: Pool) -> dict[str, str]:
    async with pool.connection() as conn:
        row = await one(
            conn,
            "INSERT INTO customers (email) VALUES (lower(%s))"
            " ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING id",
            data.email,
        )
    assert row
    return {"token": token_of(row["id"])}
