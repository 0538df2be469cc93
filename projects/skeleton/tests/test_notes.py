"""Notes: created, listed by pages, read, deleted."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Note


def write(client: TestClient, text: str = "Milk") -> str:
    """The path of a new note."""
    return client.post("/notes", json={"text": text}).headers["Location"]


def test_a_note_is_stored_as_it_was_sent(client: TestClient, session: Session) -> None:
    response = client.post("/notes", json={"text": " Milk and tea "})
    assert response.status_code == 201
    assert client.get(response.headers["Location"]).json() == response.json()
    assert session.scalars(select(Note.text)).all() == ["Milk and tea"]


@pytest.mark.parametrize(
    "body", [{}, {"text": " "}, {"text": "m" * 1001}, {"text": "m", "more": 1}]
)
def test_what_is_no_note_is_refused(
    client: TestClient, session: Session, body: dict[str, object]
) -> None:
    assert client.post("/notes", json=body).status_code == 422
    assert session.scalar(select(func.count()).select_from(Note)) == 0


def test_pages_follow_one_another(client: TestClient) -> None:
    for text in ("one", "two", "three"):
        write(client, text)
    first = client.get("/notes", params={"limit": 2}).json()
    assert [each["text"] for each in first["items"]] == ["one", "two"]
    rest = client.get("/notes", params={"limit": 2, "after": first["next"]}).json()
    assert [each["text"] for each in rest["items"]] == ["three"]
    assert rest["next"] is None


def test_a_deleted_note_is_gone(client: TestClient) -> None:
    path = write(client)
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == client.delete(path).status_code == 404
