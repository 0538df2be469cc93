"""Postboard's tables, as classes."""

from sqlalchemy import CheckConstraint, Identity
from sqlalchemy.orm import Mapped, mapped_column

from app.base import Base, TimestampMixin


class Note(TimestampMixin, Base):
    """An example, to be replaced by what Postboard is about."""

    __tablename__ = "notes"
    __table_args__ = (CheckConstraint("length(text) BETWEEN 1 AND 1000", "text"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    text: Mapped[str]
