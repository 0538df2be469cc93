"""Comments of articles."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Body

from blog.articles import lock
from blog.db import hold, one, pool, rows
from blog.models import InPath, NewComment
from blog.security import Caller, User
from blog.users import PROFILE
from blog.web import problem

router = APIRouter(prefix="/api/articles/{slug}/comments")

COMMENT = f"""
    select c.id, c.body, moment(c.created_at) as "createdAt", moment(c.created_at) as "updatedAt",
        {PROFILE} as author
    from comments c join users u on u.id = c.author_id
"""


@router.get("")
async def read(slug: InPath, caller: Caller) -> dict[str, Any]:
    async with pool.connection() as connection:
        await hold(connection)
        found = await one(connection, "select id from articles where slug = %(slug)s", slug=slug)
        if found is None:
            raise problem(404, "article", "does not exist")
        query = COMMENT + "where c.article_id = %(id)s order by c.id"
        return {"comments": await rows(connection, query, caller=caller, id=found["id"])}


@router.post("", status_code=201)
async def write(
    slug: InPath, caller: User, comment: Annotated[NewComment, Body(embed=True)]
) -> dict[str, Any]:
    async with pool.connection() as connection:
        values = {"article": await lock(connection, slug), "caller": caller, "body": comment.body}
        query = """insert into comments (article_id, author_id, body)
            values (%(article)s, %(caller)s, %(body)s) returning id"""
        new = await one(connection, query, **values)
        assert new
        return {
            "comment": await one(connection, COMMENT + "where c.id = %(id)s", caller=caller, id=new["id"])
        }


@router.delete("/{comment_id}", status_code=204)
async def delete(slug: InPath, comment_id: InPath, caller: User) -> None:
    id_ = int(comment_id) if re.fullmatch("[0-9]{1,18}", comment_id) else 0
    async with pool.connection() as connection:
        values = {"article": await lock(connection, slug), "id": id_}
        query = "select author_id from comments where id = %(id)s and article_id = %(article)s"
        found = await one(connection, query, **values)
        if found is None:
            raise problem(404, "comment", "does not exist")
        if found["author_id"] != caller:
            raise problem(403, "comment", "is somebody else's")
        await connection.execute("delete from comments where id = %(id)s", values)
