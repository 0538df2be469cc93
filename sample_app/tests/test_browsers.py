"""What a browser is told, and what strangers may send."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine, text

from app.database import engine as app_engine
from app.main import app


def test_no_page_of_another_origin_reads_us(client: TestClient) -> None:
    response = client.get("/posts", headers={"Origin": "https://other.example"})
    assert "Access-Control-Allow-Origin" not in response.headers


def test_no_page_shows_ours_in_a_frame(client: TestClient) -> None:
    policy = client.get("/ui/").headers["Content-Security-Policy"]
    assert policy == "frame-ancestors 'none'"


@pytest.mark.parametrize("path", ["/users/%00", "/posts/2147483648"])
def test_what_no_column_holds_is_refused(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 422


def test_a_lock_that_is_not_given_up_is_a_503(
    client: TestClient, connection: Connection, engine: Engine
) -> None:
    connection.execute(text("SET LOCAL lock_timeout = '10ms'"))
    with engine.connect() as other:
        other.execute(text("LOCK TABLE users"))
        assert client.get("/users/ada").status_code == 503


def test_each_request_gives_its_place_back(engine: Engine) -> None:
    with TestClient(app) as client:  # with the app's own sessions; it only reads
        assert {client.get("/tags").status_code for _ in range(16)} == {200}
        assert client.portal is not None
        client.portal.call(app_engine.dispose)
