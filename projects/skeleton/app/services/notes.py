"""Notes."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models import Note


@dataclass
class FoundNotes:
    """One page of notes, and where the next one begins."""

    items: list[Note]
    next: int | None


async def create_note(*, session: AsyncSession, text: str) -> Note:
    """Store a new note."""
    note = Note(text=text)
    session.add(note)
    await session.commit()
    await session.refresh(note)
    return note


async def find_notes(*, session: AsyncSession, limit: int, after: int) -> FoundNotes:
    """The notes after the note `after`, oldest first."""
    wanted = select(Note).where(Note.id > after).order_by(Note.id)
    # One more tells whether there is a next page.
    found = (await session.scalars(wanted.limit(limit + 1))).all()
    items = list(found[:limit])
    return FoundNotes(items, next=items[-1].id if len(found) > limit else None)


async def read_note(*, session: AsyncSession, note_id: int) -> Note:
    """One note. Raises NotFound."""
    found = await session.get(Note, note_id)
    if found is None:
        raise NotFound(f"There is no note {note_id}")
    return found


async def delete_note(*, session: AsyncSession, note_id: int) -> None:
    """Remove a note. Raises NotFound."""
    await session.delete(await read_note(session=session, note_id=note_id))
    await session.commit()
