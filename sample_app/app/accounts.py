"""Users, and how they log in, as tables."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Identity, Index, Text, true
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


class Attempt(Base):
    """How often something has been tried since a moment."""

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "since"),)

    what: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    count: Mapped[int]
