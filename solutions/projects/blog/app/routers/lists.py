"""Lists of articles over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.callers import Caller, Viewer
from app.database import DbSession
from app.schemas.articles import ArticleList, Page, Wanted
from app.services import lists

router = APIRouter(tags=["articles"])


@router.get("/articles", response_model=ArticleList)
def list_articles(
    wanted: Annotated[Wanted, Query()], viewer: Viewer, session: DbSession
) -> dict[str, object]:
    return lists.find_articles(session, wanted, viewer)


@router.get("/articles/feed", response_model=ArticleList)
def read_feed(
    page: Annotated[Page, Query()], caller: Caller, session: DbSession
) -> dict[str, object]:
    return lists.find_feed(session, page, caller)
