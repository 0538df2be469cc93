"""Blog's tables, as classes."""

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from app.base import Base, Stamped


class User(Base):
    """Somebody who writes or reads. The address is stored in small letters."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    bio: Mapped[str | None]
    image: Mapped[str | None]

    following: Mapped[bool] = query_expression()  # by the caller


class Follow(Base):
    """Who reads whom: the key of both says that it counts once."""

    __tablename__ = "follows"

    follower_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    followed_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ArticleTag(Base):
    """A word on an article."""

    __tablename__ = "article_tags"

    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True, index=True)


class Article(Stamped, Base):
    """What Blog is about."""

    __tablename__ = "articles"
    __table_args__ = (
        CheckConstraint("length(title) BETWEEN 1 AND 200", "title"),
        Index(None, "created_at", "id"),
        Index(None, "search", postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    description: Mapped[str]
    body: Mapped[str]
    author_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    SEARCHED = "title || ' ' || description || ' ' || body"
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(f"to_tsvector('english', {SEARCHED})", persisted=True),
        deferred=True,
        deferred_raiseload=True,
        sort_order=1,
    )

    author: Mapped[User] = relationship(lazy="raise")
    tagged: Mapped[list[ArticleTag]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, lazy="raise"
    )
    favorited: Mapped[bool] = query_expression()  # by the caller
    favorites_count: Mapped[int] = query_expression()

    @property
    def tag_list(self) -> list[str]:
        return sorted(each.name for each in self.tagged)


class Favorite(Base):
    """One user likes one article: the key of both says that it counts once."""

    __tablename__ = "favorites"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Comment(Stamped, Base):
    """What somebody says about an article."""

    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    body: Mapped[str]

    author: Mapped[User] = relationship(lazy="raise")
