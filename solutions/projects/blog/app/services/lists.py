"""Lists of articles: filters, search, and pages by number or by key."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, TypeAdapter
from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.models import Article, ArticleTag, Favorite, Follow, User
from app.schemas.articles import Page, Wanted
from app.schemas.base import MOST
from app.services.articles import shown

Cursor = TypeAdapter(tuple[AwareDatetime, Annotated[int, Field(ge=0, le=MOST)]])


def find_articles(
    session: Session, wanted: Wanted, viewer: User | None
) -> dict[str, object]:
    """A page of the articles that fit all filters. Raises Invalid."""
    query = select(Article)
    if wanted.tag is not None:
        query = query.where(Article.tagged.any(ArticleTag.name == wanted.tag))
    if wanted.author is not None:
        query = query.where(Article.author.has(User.username == wanted.author))
    if wanted.favorited is not None:
        query = query.where(Article.id.in_(liked_by(wanted.favorited)))
    if wanted.search.strip():
        words = func.websearch_to_tsquery("english", wanted.search)
        query = query.where(Article.search.bool_op("@@")(words))
    return page_of(session, query, wanted, viewer)


def find_feed(session: Session, page: Page, caller: User) -> dict[str, object]:
    """A page of what those have written whom the caller follows. Raises Invalid."""
    followed = select(Follow.followed_id).where(Follow.follower_id == caller.id)
    query = select(Article).where(Article.author_id.in_(followed))
    return page_of(session, query, page, caller)


def liked_by(username: str) -> Select[int]:
    """The ids of somebody's favourites."""
    liked = select(Favorite.article_id).join(User, User.id == Favorite.user_id)
    return liked.where(User.username == username)


def page_of(
    session: Session, query: Select[Any], page: Page, viewer: User | None
) -> dict[str, object]:
    counted = query.with_only_columns(func.count(), maintain_column_froms=True)
    if page.cursor is not None:
        query = query.where(behind(page.cursor))
    query = query.order_by(Article.created_at.desc(), Article.id.desc())
    # One more tells whether there is a next page.
    query = query.limit(page.limit + 1).offset(page.offset)
    found = session.scalars(query.options(*shown(viewer))).all()
    articles = found[: page.limit]
    more = len(found) > len(articles)
    return {
        "articles": articles,
        "articles_count": session.scalar(counted),
        "next_cursor": cursor(articles[-1]) if more else None,
    }


def cursor(last: Article) -> str:
    """Where a page ends, as text for the client."""
    return urlsafe_b64encode(Cursor.dump_json((last.created_at, last.id))).decode()


def behind(sent: str) -> ColumnElement[bool]:
    """What comes after the end of a page. Raises Invalid."""
    try:
        moment, last = Cursor.validate_json(urlsafe_b64decode(sent.encode()))
    except ValueError:
        raise Invalid(cursor="is not one of ours") from None
    key = tuple_(Article.created_at, Article.id)
    return key < tuple_(moment, last)
