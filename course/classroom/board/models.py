"""The tables of a room."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, String, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Times carry their zone."""

    type_annotation_map = {datetime: DateTime(timezone=True)}


class Learner(Base):
    """Somebody who joined, by pseudonym. The token itself is the learner's: only its hash stands here."""

    __tablename__ = "learners"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(24))
    folded: Mapped[str] = mapped_column(String(96), unique=True)  # by which two names are the same
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Standing(Base):
    """Where a learner stands at an exercise: what their checks come to, kept up as each one comes.

    `outcome` and `unmet` are those of the newest check.
    """

    __tablename__ = "standings"

    lesson: Mapped[str] = mapped_column(String(8), primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey(Learner.id, ondelete="CASCADE"), primary_key=True)
    about: Mapped[str] = mapped_column(String(8), primary_key=True)
    attempts: Mapped[int]
    done: Mapped[bool]
    first: Mapped[datetime]
    outcome: Mapped[str]
    unmet: Mapped[str | None] = mapped_column(String(200))


class Event(Base):
    """One thing a learner did. The learner's own number for it makes sure that it stands here once."""

    __tablename__ = "events"
    __table_args__ = (Index("events_of_a_lesson", "lesson", "kind", "learner_id"),)

    learner_id: Mapped[int] = mapped_column(ForeignKey(Learner.id, ondelete="CASCADE"), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    about: Mapped[str] = mapped_column(String(8))
    lesson: Mapped[str] = mapped_column(String(8))
    outcome: Mapped[str | None] = mapped_column(String(20))
    unmet: Mapped[str | None] = mapped_column(String(200))
    question: Mapped[str | None] = mapped_column(String(600))
    chosen: Mapped[str | None] = mapped_column(String(200))
    right: Mapped[bool | None]
    fresh: Mapped[bool] = mapped_column(default=False)
