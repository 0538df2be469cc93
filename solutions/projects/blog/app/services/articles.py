"""One article: written, changed, deleted, liked."""

from typing import Any

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, selectinload, with_expression
from sqlalchemy.orm.interfaces import ORMOption

from app.errors import Forbidden, NotFound
from app.models import Article, ArticleTag, Favorite, User
from app.services.profiles import followed_by
from app.services.slugs import new_slug

LIKES = (
    select(func.count())
    .where(Favorite.article_id == Article.id)
    .correlate(Article)
    .scalar_subquery()
)


def shown(viewer: User | None) -> list[ORMOption]:
    """What clients see of articles, in three statements however many there are."""
    viewer_id = viewer.id if viewer else 0  # nobody has it
    liked = exists().where(
        Favorite.article_id == Article.id, Favorite.user_id == viewer_id
    )
    followed = with_expression(User.following, followed_by(viewer))
    return [
        with_expression(Article.favorites_count, LIKES),
        with_expression(Article.favorited, liked),
        selectinload(Article.tagged),
        selectinload(Article.author).options(followed),
    ]


def read_article(session: Session, slug: str, viewer: User | None) -> Article:
    """An article as the caller sees it. Raises NotFound."""
    session.flush()
    wanted = select(Article).where(Article.slug == slug).options(*shown(viewer))
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(article="does not exist")
    return found


def create_article(session: Session, author: User, values: dict[str, Any]) -> Article:
    """Store a new article."""
    tags = [ArticleTag(name=name) for name in values.pop("tag_list")]
    slug = new_slug(values["title"])
    session.add(Article(**values, slug=slug, author_id=author.id, tagged=tags))
    return read_article(session, slug, author)


def own_article(session: Session, slug: str, caller: User) -> Article:
    """An article of the caller's, locked. Raises NotFound, Forbidden."""
    wanted = select(Article).where(Article.slug == slug).with_for_update()
    found = session.scalar(wanted.options(selectinload(Article.tagged)))
    if found is None:
        raise NotFound(article="does not exist")
    if found.author_id != caller.id:
        raise Forbidden(article="belongs to somebody else")
    return found


def change_article(
    session: Session, slug: str, caller: User, values: dict[str, Any]
) -> Article:
    """Change the fields that were sent. Raises NotFound, Forbidden."""
    article = own_article(session, slug, caller)
    if "tag_list" in values:
        kept = {each.name: each for each in article.tagged}
        wanted = values.pop("tag_list")
        article.tagged = [kept.get(name) or ArticleTag(name=name) for name in wanted]
    if values.get("title", article.title) != article.title:
        article.slug = new_slug(values["title"])
    for name, value in values.items():
        setattr(article, name, value)
    article.updated_at = func.clock_timestamp()  # now() is when we began to wait
    slug = article.slug
    return read_article(session, slug, caller)


def delete_article(session: Session, slug: str, caller: User) -> None:
    """Remove an article, and what belongs to it. Raises NotFound, Forbidden."""
    session.delete(own_article(session, slug, caller))


def kept_article_id(session: Session, slug: str) -> int:
    """The id of an article that nobody deletes meanwhile. Raises NotFound."""
    wanted = select(Article.id).where(Article.slug == slug)
    found = session.scalar(wanted.with_for_update(read=True, key_share=True))
    if found is None:
        raise NotFound(article="does not exist")
    return found


def like(session: Session, slug: str, caller: User) -> Article:
    """Make it a favourite; a second time changes nothing. Raises NotFound."""
    article_id = kept_article_id(session, slug)
    row = insert(Favorite).values(user_id=caller.id, article_id=article_id)
    session.execute(row.on_conflict_do_nothing())
    return read_article(session, slug, caller)


def unlike(session: Session, slug: str, caller: User) -> Article:
    """Make it a favourite no longer. Raises NotFound."""
    article_id = kept_article_id(session, slug)
    of = Favorite.article_id == article_id
    session.execute(delete(Favorite).where(of, Favorite.user_id == caller.id))
    return read_article(session, slug, caller)
