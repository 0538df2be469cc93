"""Users and their profiles."""

from typing import Annotated, Any

from fastapi import APIRouter, Body

from blog.db import Connection, one, pool
from blog.models import InPath, Login, NewUser, UserChange
from blog.security import Caller, User, hashed, token, verified
from blog.web import problem

router = APIRouter(prefix="/api")

USER = "id, username, email, bio, image"
PROFILE = """
    json_build_object('username', u.username, 'bio', u.bio, 'image', u.image, 'following', exists (
        select from follows where follower_id = %(caller)s and followed_id = u.id
    ))
"""


def answer(row: dict[str, Any] | None) -> dict[str, Any]:
    assert row
    user = {name: row[name] for name in ("username", "email", "bio", "image")}
    return {"user": user | {"token": token(row["id"])}}


@router.post("/users", status_code=201)
async def register(user: Annotated[NewUser, Body(embed=True)]) -> dict[str, Any]:
    values = {"username": user.username, "email": user.email, "hash": await hashed(user.password)}
    async with pool.connection() as connection:
        row = await one(
            connection,
            f"""insert into users (username, email, password_hash)
            values (%(username)s, %(email)s, %(hash)s) returning {USER}""",
            **values,
        )
    return answer(row)


@router.post("/users/login")
async def login(user: Annotated[Login, Body(embed=True)]) -> dict[str, Any]:
    async with pool.connection() as connection:
        query = f"select {USER}, password_hash from users where email = %(email)s"
        row = await one(connection, query, email=user.email.strip().lower())
    if not await verified(user.password, row["password_hash"] if row else None):
        raise problem(401, "email or password", "is wrong")
    return answer(row)


@router.get("/user")
async def read(caller: User) -> dict[str, Any]:
    async with pool.connection() as connection:
        return answer(await one(connection, f"select {USER} from users where id = %(id)s", id=caller))


@router.put("/user")
async def change(caller: User, user: Annotated[UserChange, Body(embed=True)]) -> dict[str, Any]:
    changes = user.model_dump(exclude_unset=True)
    if password := changes.pop("password", None):
        changes["password_hash"] = await hashed(password)
    columns = ", ".join(f"{name} = %({name})s" for name in changes) or "bio = bio"
    async with pool.connection() as connection:
        # One at a time: two users who take each other's names would wait for one another.
        await connection.execute("lock table users in share row exclusive mode")
        query = f"update users set {columns} where id = %(id)s returning {USER}"
        return answer(await one(connection, query, id=caller, **changes))


async def profile(connection: Connection, caller: int | None, username: str) -> dict[str, Any]:
    query = f"select u.id, {PROFILE} as profile from users u where u.username = %(username)s"
    row = await one(connection, query, caller=caller, username=username)
    if row is None:
        raise problem(404, "profile", "does not exist")
    return row


@router.get("/profiles/{username}")
async def read_profile(username: InPath, caller: Caller) -> dict[str, Any]:
    async with pool.connection() as connection:
        return {"profile": (await profile(connection, caller, username))["profile"]}


async def set_following(query: str, following: bool, username: str, caller: int) -> dict[str, Any]:
    async with pool.connection() as connection:
        found = await profile(connection, caller, username)
        await connection.execute(query.encode(), {"caller": caller, "id": found["id"]})
    return {"profile": found["profile"] | {"following": following}}


@router.post("/profiles/{username}/follow")
async def follow(username: InPath, caller: User) -> dict[str, Any]:
    query = "insert into follows values (%(caller)s, %(id)s) on conflict do nothing"
    return await set_following(query, True, username, caller)


@router.delete("/profiles/{username}/follow")
async def unfollow(username: InPath, caller: User) -> dict[str, Any]:
    query = "delete from follows where follower_id = %(caller)s and followed_id = %(id)s"
    return await set_following(query, False, username, caller)
