"""Who may do what: each operation as each caller, beside a table of what is wanted."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection
from tests.factories import write

from app.guards import guards
from app.main import app

CALLERS = ("nobody", "bob", "ada", "mia", "root")  # what is changed here is ada's
TABLE = """
    GET    /posts                        200  200  200  200  200
    POST   /posts                        401  201  201  201  201
    GET    /posts/{post_id}              200  200  200  200  200
    PUT    /posts/{post_id}              401  403  200  200  200
    PATCH  /posts/{post_id}              401  403  200  200  200
    DELETE /posts/{post_id}              401  403  204  204  204
    GET    /posts/{draft_id}             404  404  200  200  200
    PUT    /posts/{draft_id}             401  404  200  200  200
    PATCH  /posts/{draft_id}             401  404  200  200  200
    DELETE /posts/{draft_id}             401  404  204  204  204
    GET    /posts/{post_id}/comments     200  200  200  200  200
    POST   /posts/{post_id}/comments     401  201  201  201  201
    GET    /posts/{draft_id}/comments    404  404  200  200  200
    PUT    /comments/{comment_id}        401  403  200  403  403
    DELETE /comments/{comment_id}        401  403  204  204  204
    GET    /tags                         200  200  200  200  200
    PUT    /posts/{post_id}/tags         401  403  200  200  200
    PUT    /posts/{draft_id}/tags        401  404  200  200  200
    PUT    /posts/{post_id}/vote         401  200  200  200  200
    POST   /posts/{post_id}/votes        401  201  409  201  201
    DELETE /posts/{post_id}/vote         401  404  204  404  404
    GET    /feed                         200  200  200  200  200
    GET    /live                         200  200  200  200  200
    GET    /ready                        200  200  200  200  200
    GET    /metrics                      404  404  404  404  404
    POST   /auth/logout                  401  204  204  204  204
    POST   /auth/logout-everywhere       401  204  204  204  204
    GET    /users/me                     401  200  200  200  200
    PUT    /users/me/password            401  422  422  422  422
    GET    /users/{name}                 200  200  200  200  200
    GET    /admin/jobs                   401  403  403  403  200
    GET    /admin/users                  401  403  403  403  200
    PUT    /admin/users/{name}/role      401  403  403  403  200
    PUT    /admin/users/{name}/active    401  403  403  403  200
"""
WANTED = {
    f"{method} {path}": dict(zip(CALLERS, map(int, statuses), strict=True))
    for method, path, *statuses in map(str.split, TABLE.strip().splitlines())
}
NO_TOKEN = ("token", "register", "refresh", "first-password")  # the files of logins
STREAMS = {"GET /events"}  # test_live_events.py: a response without an end
BODIES = {
    "tags": {"names": ["tea"]},
    "vote": {"value": 1},
    "votes": {"value": 1},
    "role": {"role": "member"},
    "active": {"active": True},
}


@pytest.fixture
def names(ada: TestClient) -> dict[str, object]:
    """What stands in a path: ada, what she has written, and what she voted for."""
    post, draft = write(ada)["id"], write(ada, published=False)["id"]
    comment = write(ada, f"/posts/{post}/comments")["id"]
    ada.put(f"/posts/{post}/vote", json={"value": 1}).raise_for_status()
    return {"name": "ada", "post_id": post, "draft_id": draft, "comment_id": comment}


@pytest.mark.parametrize("operation", WANTED)
def test_each_caller_gets_what_the_table_says(
    operation: str,
    names: dict[str, object],
    connection: Connection,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    method, path = operation.split()
    body = BODIES.get(path.rpartition("/")[2], {"title": "Tea", "content": "Green."})
    found = {}
    for name in CALLERS:
        caller = request.getfixturevalue("client" if name == "nobody" else name)
        more = {} if method == "GET" else {"json": body}
        with connection.begin_nested() as undone:  # the next caller finds the same rows
            response = caller.request(method, path.format(**names), **more)
            undone.rollback()
        found[name] = response.status_code
    record_property("statuses", found)
    assert found == WANTED[operation]


def test_the_table_decides_about_each_operation() -> None:
    decided = {each.replace("draft_id", "post_id") for each in WANTED} | STREAMS
    assert guards(app).keys() == decided | {f"POST /auth/{each}" for each in NO_TOKEN}
