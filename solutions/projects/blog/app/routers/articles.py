"""Articles and favourites over HTTP."""

from fastapi import APIRouter

from app.callers import Caller, Viewer
from app.database import DbSession
from app.models import Article
from app.routers.names import Name
from app.schemas.articles import ArticleCreate, ArticleResponse, ArticleUpdate
from app.services import articles

router = APIRouter(prefix="/articles", tags=["articles"])


@router.post("", status_code=201, response_model=ArticleResponse)
def create_article(
    sent: ArticleCreate, caller: Caller, session: DbSession
) -> dict[str, Article]:
    values = sent.article.model_dump()
    return {"article": articles.create_article(session, caller, values)}


@router.get("/{slug}", response_model=ArticleResponse)
def read_article(slug: Name, viewer: Viewer, session: DbSession) -> dict[str, Article]:
    return {"article": articles.read_article(session, slug, viewer)}


@router.put("/{slug}", response_model=ArticleResponse)
def change_article(
    slug: Name, sent: ArticleUpdate, caller: Caller, session: DbSession
) -> dict[str, Article]:
    values = sent.article.model_dump(exclude_unset=True)
    return {"article": articles.change_article(session, slug, caller, values)}


@router.delete("/{slug}", status_code=204)
def delete_article(slug: Name, caller: Caller, session: DbSession) -> None:
    articles.delete_article(session, slug, caller)


@router.post("/{slug}/favorite", response_model=ArticleResponse)
def like(slug: Name, caller: Caller, session: DbSession) -> dict[str, Article]:
    return {"article": articles.like(session, slug, caller)}


@router.delete("/{slug}/favorite", response_model=ArticleResponse)
def unlike(slug: Name, caller: Caller, session: DbSession) -> dict[str, Article]:
    return {"article": articles.unlike(session, slug, caller)}
