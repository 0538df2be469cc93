"""Users, and how they log in, as tables."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Text, Uuid, true
from sqlalchemy.orm import Mapped, mapped_column

from app.base import Base, TimestampMixin
from app.roles import Role


class User(TimestampMixin, Base):
    """Somebody who writes. Before a user is deleted, a tombstone takes their posts.

    Authors from before there were passwords have neither e-mail nor password yet.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("length(name) BETWEEN 1 AND 100", "name"),
        CheckConstraint("length(email) <= 254", "email"),
        CheckConstraint("role IN ('member', 'moderator', 'admin')", "role"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str | None] = mapped_column(unique=True, sort_order=2)
    password_hash: Mapped[str | None] = mapped_column(sort_order=2)
    active: Mapped[bool] = mapped_column(server_default=true(), sort_order=2)
    role: Mapped[Role] = mapped_column(Text, server_default="member", sort_order=2)


class Login(TimestampMixin, Base):
    """From a password to a logout. What its tokens open ends with it."""

    __tablename__ = "logins"

    id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), primary_key=True, default=lambda: str(uuid4())
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    ended_at: Mapped[datetime | None] = mapped_column(sort_order=2)
    why: Mapped[str | None] = mapped_column(sort_order=2)
    # What it asked for, with spaces between; NULL: all that the role may do.
    scope: Mapped[str | None] = mapped_column(sort_order=2)


class RefreshToken(Base):
    """A token that keeps a login going, once. Only its hash is stored."""

    __tablename__ = "refresh_tokens"

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    login_id: Mapped[str] = mapped_column(
        ForeignKey("logins.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Attempt(Base):
    """How often something has been tried since a moment."""

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "since"),)

    what: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    count: Mapped[int]
