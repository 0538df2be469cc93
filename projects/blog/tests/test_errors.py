"""All errors have one form: CONTRACT.md says which."""

from fastapi.testclient import TestClient
from main import app


def test_an_unknown_path_is_an_error_with_texts() -> None:
    response = TestClient(app).get("/api/nowhere")
    assert response.status_code == 404
    assert all(response.json()["errors"].values())
