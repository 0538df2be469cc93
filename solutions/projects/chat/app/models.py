"""Chat's tables, as classes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "pk": "%(table_name)s_pkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
}
GONE = "CASCADE"


class Base(DeclarativeBase):
    """What all tables have in common."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True)}


class User(Base):
    """Somebody who talks."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]


class Room(Base):
    """`latest` is the number of its latest message, and its row is the lock of its writers."""

    __tablename__ = "rooms"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str]
    private: Mapped[bool]
    owner_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    latest: Mapped[int] = mapped_column(server_default="0")


class Member(Base):
    """Somebody in a room."""

    __tablename__ = "members"
    __table_args__ = (
        CheckConstraint("role IN ('owner', 'moderator', 'member')", "role"),
    )

    room_id: Mapped[int] = mapped_column(
        ForeignKey(Room.id, ondelete=GONE), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey(User.id, ondelete=GONE), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(server_default="member")
    muted: Mapped[bool] = mapped_column(server_default="false")
    acknowledged: Mapped[int] = mapped_column(server_default="0")


class Ban(Base):
    """Somebody who may not come into a room."""

    __tablename__ = "bans"

    room_id: Mapped[int] = mapped_column(
        ForeignKey(Room.id, ondelete=GONE), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey(User.id, ondelete=GONE), primary_key=True, index=True
    )


class Message(Base):
    """`text` is NULL once it is deleted. `sent_at` is the time of the row, not of BEGIN."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("room_id", "author_id", "client_id"),
        Index(None, "room_id", "author_id", "sent_at"),
        CheckConstraint("length(text) BETWEEN 1 AND 4000", "text"),
    )

    room_id: Mapped[int] = mapped_column(
        ForeignKey(Room.id, ondelete=GONE), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    client_id: Mapped[str]
    text: Mapped[str | None]
    sent_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Worker(Base):
    """A process of Chat, and when it was last known to run."""

    __tablename__ = "workers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Connection(Base):
    """A socket of somebody in a room. It goes with its worker."""

    __tablename__ = "connections"
    __table_args__ = (Index(None, "room_id", "user_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(
        ForeignKey(Worker.id, ondelete=GONE), index=True
    )
    room_id: Mapped[int] = mapped_column(ForeignKey(Room.id, ondelete=GONE))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete=GONE), index=True)
