"""What tests arrange with: bodies of requests, and rows."""

from typing import Any

from fastapi.testclient import TestClient


def write(client: TestClient, path: str = "/posts", **fields: Any) -> dict[str, Any]:
    """What the API answers to a new post; the fields that matter to the test are given."""
    body = {"title": f"Title of {sorted(fields.items())}", "content": "Words."} | fields
    answer: dict[str, Any] = client.post(path, json=body).raise_for_status().json()
    return answer
