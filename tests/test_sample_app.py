"""The finished app on its own: it runs by uvicorn, as its README says, and keeps its promises."""

import subprocess
import sys
import time

import httpx
import pytest

from course import paths, serving

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def api():
    with (
        serving.serve("app.main:app", folder=paths.SAMPLE_APP) as server,
        httpx.Client(base_url=server.url) as client,
    ):
        yield client


def test_plain_uvicorn_starts_it():
    """The README's own command, with a port that the system chooses."""
    command = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", "0"]
    with subprocess.Popen(command, cwd=paths.SAMPLE_APP, stderr=subprocess.PIPE, text=True) as process:
        said, deadline = "", time.monotonic() + 60
        while "Uvicorn running on" not in said and time.monotonic() < deadline:
            said += process.stderr.readline()
        process.terminate()
    assert "Uvicorn running on" in said
    assert "Application startup complete" in said


def test_a_post_lives_through_all_five_methods(api):
    made = api.post("/posts", json={"title": "  Hello ", "content": "There"})
    assert made.status_code == 201
    where = made.headers["location"]
    assert api.get(where).json() == made.json() | {"title": "Hello", "published": True}
    assert api.patch(where, json={"published": False}).json()["published"] is False
    assert api.put(where, json={"title": "New", "content": "Text"}).json()["published"] is True
    assert api.delete(where).status_code == 204
    assert api.get(where).status_code == 404


def test_a_page_of_posts_says_how_many_there_are(api):
    for number in range(3):
        api.post("/posts", json={"title": f"Findable {number}", "content": "x"})
    page = api.get("/posts", params={"search": "findable", "limit": 2, "skip": 1}).json()
    assert page["total"] == 3
    assert [post["title"] for post in page["items"]] == ["Findable 1", "Findable 2"]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (("GET", "/posts/999", None), 404),
        (("GET", "/posts/0", None), 422),
        (("GET", "/posts/99999999999", None), 422),
        (("GET", "/posts?limit=-1", None), 422),
        (("POST", "/posts", {"title": ""}), 422),
        (("PATCH", "/posts/1", {"title": None}), 422),
        (("GET", "/nowhere", None), 404),
        (("TRACE", "/posts", None), 405),
    ],
)
def test_whatever_goes_wrong_has_one_form(api, request_, status):
    method, path, body = request_
    answer = api.request(method, path, json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == PROBLEM
    assert {"title", "status", "detail"} <= answer.json().keys()
    assert answer.json()["status"] == status


def test_ids_are_never_given_twice(api):
    first = api.post("/posts", json={"title": "a", "content": "b"}).json()["id"]
    api.delete(f"/posts/{first}")
    assert api.post("/posts", json={"title": "a", "content": "b"}).json()["id"] > first
