"""Notes: the rules in a class, and below them the requests that use them."""

from itertools import count
from random import choice
from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from course.play.apis.api import Api, Caller, Instance, Name, Text


class Note(BaseModel):
    """A note, as a response shows it."""

    id: int
    owner: str
    text: str


class Notes(Api):
    """Everybody keeps notes of their own, and the flag is in a note."""

    router = APIRouter()

    def __init__(self) -> None:
        super().__init__()
        self.notes: dict[int, Note] = {}
        self.first_id = choice([5, 10, 15, 20, 25, 30])
        self.ids = count(self.first_id)
        for name in self.people:
            self.add(name, self.flag if name == self.owner else f"{name} buys tea")

    def add(self, owner: str, text: str) -> Note:
        """A new note of this person."""
        note = Note(id=next(self.ids), owner=owner, text=text)
        self.notes[note.id] = note
        return note

    def all_of(self, owner: str) -> list[Note]:
        """The notes of this person."""
        return [note for note in self.notes.values() if note.owner == owner]

    def read(self, caller: str, note_id: int) -> Note:
        """A note of the caller."""
        note = self.notes.get(note_id)
        if note is None or note.owner != caller:
            raise HTTPException(404, "You have no such note.")
        return note

    def copy(self, caller: str, note_id: int) -> Note:
        """A new note of the caller, with the text of another one."""
        if note_id not in self.notes:
            raise HTTPException(404, "You have no such note.")
        return self.add(caller, self.notes[note_id].text)


This = Annotated[Notes, Instance]


@Notes.router.post("/users", status_code=201)
def register(sent: Name, api: This) -> dict[str, str]:
    """Registers; the response has a token."""
    api.join(sent.name)
    return {"name": sent.name, "token": api.token(sent.name)}


@Notes.router.get("/notes")
def list_notes(caller: Caller, api: This) -> list[Note]:
    """Your notes."""
    return api.all_of(caller)


@Notes.router.post("/notes", status_code=201)
def write(sent: Text, caller: Caller, api: This) -> Note:
    """A new note."""
    return api.add(caller, sent.text)


@Notes.router.get("/notes/{note_id}")
def read(note_id: int, caller: Caller, api: This) -> Note:
    """One of your notes."""
    return api.read(caller, note_id)


@Notes.router.post("/notes/{note_id}/copy", status_code=201)
def copy(note_id: int, caller: Caller, api: This) -> Note:
    """A new note with the text of this one."""
    return api.copy(caller, note_id)
