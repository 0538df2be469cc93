"""Postboard's tables, as classes."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Table,
    func,
    true,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from app.accounts import User
from app.base import Base, TimestampMixin

post_tags = Table(
    "post_tags",
    Base.metadata,
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "tag_id"),
)


class Post(TimestampMixin, Base):
    """What Postboard is about."""

    __tablename__ = "posts"
    __table_args__ = (
        CheckConstraint("length(title) BETWEEN 1 AND 200", "title"),
        CheckConstraint("length(content) BETWEEN 1 AND 20000", "content"),
        CheckConstraint("length(excerpt) <= 300", "excerpt"),
        Index(None, "search", postgresql_using="gin"),
        Index(None, "created_at"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    content: Mapped[str]
    excerpt: Mapped[str] = mapped_column(server_default="")
    published: Mapped[bool] = mapped_column(server_default=true())
    author_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="RESTRICT"), index=True, sort_order=2
    )
    SEARCHED = "title || ' ' || excerpt || ' ' || content"
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(f"to_tsvector('english', {SEARCHED})", persisted=True),
        deferred=True,
        deferred_raiseload=True,
        sort_order=3,
    )
    version: Mapped[int] = mapped_column(server_default="1", sort_order=4)
    slug: Mapped[str] = mapped_column(unique=True, sort_order=5)
    __mapper_args__ = {"version_id_col": version}
    updated_at: Mapped[datetime] = mapped_column(
        server_default=func.now(), onupdate=func.now(), sort_order=2
    )

    author: Mapped[User] = relationship(lazy="raise")
    comments: Mapped[list["Comment"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, lazy="raise"
    )
    tags: Mapped[list["Tag"]] = relationship(
        secondary=post_tags, back_populates="posts", lazy="raise"
    )
    votes: Mapped[list["Vote"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, lazy="raise"
    )
    score: Mapped[int] = query_expression()  # of its votes, if a query asks for it

    @property
    def author_name(self) -> str:
        return self.author.name

    @property
    def tag_names(self) -> list[str]:
        """The names of its tags, in order."""
        return sorted(tag.name for tag in self.tags)

    def __repr__(self) -> str:
        return f"Post({self.title!r})"


class Comment(TimestampMixin, Base):
    """What somebody says about a post, and when they last changed it."""

    __tablename__ = "comments"
    __table_args__ = (
        CheckConstraint("length(content) BETWEEN 1 AND 2000", "content"),
        Index(None, "post_id", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    content: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(
        server_default=func.now(), onupdate=func.now(), sort_order=2
    )
    __mapper_args__ = {"eager_defaults": True}  # an UPDATE brings updated_at back

    author: Mapped[User] = relationship(lazy="raise")


class Tag(Base):
    """A word that posts share."""

    __tablename__ = "tags"
    __table_args__ = (CheckConstraint("length(name) BETWEEN 1 AND 30", "name"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)

    posts: Mapped[list[Post]] = relationship(
        secondary=post_tags, back_populates="tags", lazy="raise"
    )


class Vote(TimestampMixin, Base):
    """One user's opinion of one post: the key of both says that there is only one."""

    __tablename__ = "votes"
    __table_args__ = (CheckConstraint("value IN (-1, 1)", "value"),)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    value: Mapped[int] = mapped_column(SmallInteger)


class SentMail(TimestampMixin, Base):
    """An e-mail that was sent, and is not sent again."""

    __tablename__ = "sent_mails"

    key: Mapped[str] = mapped_column(primary_key=True)
