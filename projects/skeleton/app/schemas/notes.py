"""Notes, as clients see them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from app.schemas.text import Trimmed


class NoteCreate(BaseModel):
    """What a client sends to create a note. An unknown name is refused."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[Trimmed, StringConstraints(max_length=1000)]


class NoteResponse(BaseModel):
    """A note as clients see it."""

    id: int
    text: str
    created_at: datetime


class NoteList(BaseModel):
    """One page of notes, and where the next one begins."""

    items: list[NoteResponse]
    next: int | None
