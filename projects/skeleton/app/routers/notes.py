"""Notes over HTTP."""

from fastapi import APIRouter, Request, Response

from app.dependencies import DbSession, NoteId, WantedPage
from app.models import Note
from app.problems import documented
from app.schemas.notes import NoteCreate, NoteList, NoteResponse
from app.services import notes

router = APIRouter(tags=["notes"])


@router.post("/notes", status_code=201, response_model=NoteResponse)
async def create_note(
    note: NoteCreate, session: DbSession, request: Request, response: Response
) -> Note:
    created = await notes.create_note(session=session, text=note.text)
    where = request.app.url_path_for("read_note", note_id=created.id)
    response.headers["Location"] = where
    return created


@router.get("/notes", response_model=NoteList)
async def list_notes(page: WantedPage, session: DbSession) -> notes.FoundNotes:
    return await notes.find_notes(session=session, **page.model_dump())


@router.get(
    "/notes/{note_id}", response_model=NoteResponse, responses=documented(404)
)
async def read_note(note_id: NoteId, session: DbSession) -> Note:
    return await notes.read_note(session=session, note_id=note_id)


@router.delete("/notes/{note_id}", status_code=204, responses=documented(404))
async def delete_note(note_id: NoteId, session: DbSession) -> None:
    await notes.delete_note(session=session, note_id=note_id)
