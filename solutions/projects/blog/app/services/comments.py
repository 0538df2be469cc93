"""Comments, and the tags of all articles."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload, with_expression

from app.errors import Forbidden, NotFound
from app.models import Article, ArticleTag, Comment, User
from app.services.articles import kept_article_id
from app.services.profiles import followed_by


def shown(viewer: User | None) -> Select[Comment]:
    """Comments as the caller sees them, with their authors."""
    followed = with_expression(User.following, followed_by(viewer))
    wanted = select(Comment).options(selectinload(Comment.author).options(followed))
    return wanted.order_by(Comment.id).execution_options(populate_existing=True)


def find_comments(
    session: Session, slug: str, viewer: User | None
) -> Sequence[Comment]:
    """The comments on an article, oldest first. Raises NotFound."""
    article_id = session.scalar(select(Article.id).where(Article.slug == slug))
    if article_id is None:
        raise NotFound(article="does not exist")
    wanted = shown(viewer).where(Comment.article_id == article_id)
    return session.scalars(wanted).all()


def add_comment(session: Session, slug: str, author: User, body: str) -> Comment:
    """Store a new comment. Raises NotFound."""
    article_id = kept_article_id(session, slug)
    comment = Comment(article_id=article_id, author_id=author.id, body=body)
    session.add(comment)
    session.flush()
    return session.scalars(shown(author).where(Comment.id == comment.id)).one()


def delete_comment(session: Session, slug: str, comment_id: int, caller: User) -> None:
    """Remove a comment of the caller's. Raises NotFound, Forbidden."""
    wanted = select(Comment).join(Article).where(Article.slug == slug)
    wanted = wanted.where(Comment.id == comment_id)
    found = session.scalar(wanted.with_for_update(of=Comment))
    if found is None:
        raise NotFound(comment="does not exist")
    if found.author_id != caller.id:
        raise Forbidden(comment="belongs to somebody else")
    session.delete(found)


def find_tags(session: Session) -> Sequence[str]:
    """The tags of all articles, each once."""
    return session.scalars(
        select(ArticleTag.name).distinct().order_by(ArticleTag.name)
    ).all()
