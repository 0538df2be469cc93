"""Single articles, and who has them as a favourite."""

from typing import Annotated, Any

from fastapi import APIRouter, Body

from blog.db import Connection, one, pool, rows
from blog.models import ArticleChange, InPath, NewArticle
from blog.security import Caller, User
from blog.users import PROFILE
from blog.web import problem

router = APIRouter(prefix="/api")

SUMMARY = f"""
    a.slug, a.title, a.description, a.tags as "tagList",
    moment(a.created_at) as "createdAt", moment(a.updated_at) as "updatedAt",
    exists (select from favorites where article_id = a.id and user_id = %(caller)s) as favorited,
    (select count(*) from favorites where article_id = a.id) as "favoritesCount",
    {PROFILE} as author
"""
WITH_AUTHOR = "articles a join users u on u.id = a.author_id"


async def article(connection: Connection, caller: int | None, condition: str, value: Any) -> dict[str, Any]:
    """The answer with the one article for which the condition holds."""
    query = f"select {SUMMARY}, a.body from {WITH_AUTHOR} where {condition}"
    found = await one(connection, query, caller=caller, value=value)
    if found is None:
        raise problem(404, "article", "does not exist")
    return {"article": found}


async def by_id(connection: Connection, caller: int, id_: int) -> dict[str, Any]:
    return await article(connection, caller, "a.id = %(value)s", id_)


async def lock(connection: Connection, slug: str, author: int | None = None) -> int:
    """The article's id. Whoever else wants to change something of it waits until this transaction ends."""
    found = await one(
        connection, "select id, author_id from articles where slug = %(slug)s for update", slug=slug
    )
    if found is None:
        raise problem(404, "article", "does not exist")
    if author not in (None, found["author_id"]):
        raise problem(403, "article", "is somebody else's")
    return int(found["id"])


@router.post("/articles", status_code=201)
async def publish(caller: User, article: Annotated[NewArticle, Body(embed=True)]) -> dict[str, Any]:
    async with pool.connection() as connection:
        row = await one(
            connection,
            """insert into articles (author_id, slug, title, description, body, tags)
            values (%(caller)s, new_slug(%(title)s), %(title)s, %(description)s, %(body)s, %(tags)s)
            returning id""",
            caller=caller,
            **article.model_dump(),
        )
        assert row
        return await by_id(connection, caller, row["id"])


@router.get("/articles/{slug}")
async def read(slug: InPath, caller: Caller) -> dict[str, Any]:
    async with pool.connection() as connection:
        return await article(connection, caller, "a.slug = %(value)s", slug)


LATER = "updated_at = greatest(clock_timestamp(), updated_at + interval '1 microsecond')"
NEXT_SLUG = "slug = case when title = %(title)s then slug else new_slug(%(title)s) end"


@router.put("/articles/{slug}")
async def change(
    slug: InPath, caller: User, article: Annotated[ArticleChange, Body(embed=True)]
) -> dict[str, Any]:
    changes = article.model_dump(exclude_unset=True)
    columns = [LATER, *(f"{name} = %({name})s" for name in changes)]
    if "title" in changes:
        columns.append(NEXT_SLUG)
    async with pool.connection() as connection:
        id_ = await lock(connection, slug, author=caller)
        if changes:
            query = f"update articles set {', '.join(columns)} where id = %(id)s"
            await connection.execute(query.encode(), {"id": id_, **changes})
        return await by_id(connection, caller, id_)


@router.delete("/articles/{slug}", status_code=204)
async def delete(slug: InPath, caller: User) -> None:
    async with pool.connection() as connection:
        id_ = await lock(connection, slug, author=caller)
        await connection.execute("delete from articles where id = %(id)s", {"id": id_})


async def set_favorite(query: str, slug: str, caller: int) -> dict[str, Any]:
    async with pool.connection() as connection:
        id_ = await lock(connection, slug)
        await connection.execute(query.encode(), {"id": id_, "caller": caller})
        return await by_id(connection, caller, id_)


@router.post("/articles/{slug}/favorite")
async def favorite(slug: InPath, caller: User) -> dict[str, Any]:
    query = "insert into favorites values (%(id)s, %(caller)s) on conflict do nothing"
    return await set_favorite(query, slug, caller)


@router.delete("/articles/{slug}/favorite")
async def unfavorite(slug: InPath, caller: User) -> dict[str, Any]:
    query = "delete from favorites where article_id = %(id)s and user_id = %(caller)s"
    return await set_favorite(query, slug, caller)


@router.get("/tags")
async def tags() -> dict[str, Any]:
    async with pool.connection() as connection:
        found = await rows(connection, "select distinct unnest(tags) as tag from articles order by tag")
    return {"tags": [row["tag"] for row in found]}
