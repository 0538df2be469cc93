"""Pages of articles: filters, search and the cursor."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from blog.articles import SUMMARY, WITH_AUTHOR
from blog.db import hold, one, pool, rows
from blog.models import Findable
from blog.security import Caller, User, sign, signed

router = APIRouter(prefix="/api/articles")


def whole(text: Any) -> Any:
    """Digits and nothing else; `int` would take "1_0", too."""
    if not re.fullmatch("[0-9]{1,15}", str(text)):
        raise ValueError("is no whole number")
    return text


def cursor_of(row: dict[str, Any]) -> str:
    """Signed, so that one which never was a cursor is noticed."""
    return sign({"after": [row["createdAt"], row["id"]]})


def place(cursor: str) -> str:
    signed(cursor, "after")
    return cursor


def search_query(text: str) -> str:
    """Each word and phrase in quotes, for websearch_to_tsquery.

    It takes all as one of them then: `or` is a word like others, and `----` is no fourfold negation.
    """
    found = re.finditer(r'(-*)(?:"([^"]*)"?|([^\s"]+))', text.replace("\0", " "))
    return " ".join(f'{term[1][:1]}"{term[2] or term[3] or ""}"' for term in found)


class Page(BaseModel):
    limit: Annotated[int, BeforeValidator(whole), Field(ge=1, le=100)] = 20
    offset: Annotated[int, BeforeValidator(whole)] = 0
    cursor: Annotated[str, AfterValidator(place)] | None = None


class Filtered(Page):
    tag: Findable | None = None
    author: Findable | None = None
    favorited: Findable | None = None
    search: Annotated[str, AfterValidator(search_query)] | None = None


CONDITIONS = {
    "tag": "a.tags @> array[%(tag)s::text]",
    "author": "a.author_id = (select id from users where username = %(author)s)",
    "favorited": """a.id in (
        select article_id from favorites where user_id = (select id from users where username = %(favorited)s)
    )""",
    "search": "a.words @@ websearch_to_tsquery('english', %(search)s)",
}
FOLLOWED = "a.author_id in (select followed_id from follows where follower_id = %(caller)s)"
AFTER = "(a.created_at, a.id) < (%(created)s::timestamptz, %(id)s)"


async def answer(page: Page, caller: int | None, conditions: list[str]) -> dict[str, Any]:
    """The page, and one article more to know whether it is the last."""
    values = page.model_dump() | {"caller": caller}
    where = " and ".join(["true", *conditions])
    after = "true"
    if page.cursor is not None:
        after = AFTER
        values["created"], values["id"] = signed(page.cursor)["after"]
    query = f"""select a.id, {SUMMARY} from {WITH_AUTHOR} where {where} and {after}
        order by a.created_at desc, a.id desc limit %(limit)s + 1 offset %(offset)s"""
    async with pool.connection() as connection:
        await hold(connection)
        total = await one(connection, f"select count(*) from articles a where {where}", **values)
        found = await rows(connection, query, **values)
    assert total
    more = len(found) > page.limit
    shown = found[: page.limit]
    cursor = cursor_of(shown[-1]) if more else None
    articles = [{name: row[name] for name in row if name != "id"} for row in shown]
    return {"articles": articles, "articlesCount": total["count"], "nextCursor": cursor}


@router.get("")
async def read(page: Annotated[Filtered, Query()], caller: Caller) -> dict[str, Any]:
    """An empty search is none."""
    conditions = [CONDITIONS[name] for name in CONDITIONS if getattr(page, name) is not None]
    if page.search == "":
        conditions.remove(CONDITIONS["search"])
    return await answer(page, caller, conditions)


@router.get("/feed")
async def feed(page: Annotated[Page, Query()], caller: User) -> dict[str, Any]:
    return await answer(page, caller, [FOLLOWED])
