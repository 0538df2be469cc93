"""All errors have one form: CONTRACT.md says which."""

from fastapi.testclient import TestClient
from main import app


def test_an_unknown_path_is_a_problem() -> None:
    response = TestClient(app).get("/nowhere")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 404
