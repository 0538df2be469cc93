"""What tests arrange with."""

from itertools import count
from typing import Any

from fastapi.testclient import TestClient

numbers = count(1)


def write(client: TestClient, path: str = "/posts", **fields: Any) -> dict[str, Any]:
    """What the API answers to a new post; the fields that matter to the test are given."""
    body = {"title": f"Post {next(numbers)}", "content": "Words."} | fields
    answer: dict[str, Any] = client.post(path, json=body).raise_for_status().json()
    return answer
