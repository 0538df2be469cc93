"""Streams and sockets of the finished app over a real server: uvicorn, and the end of its process."""

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from course import stage

NEW = {"name": "zoe", "email": "zoe@example.com", "password": "wet socks in june again"}
PATIENCE = 60


@pytest.fixture(scope="module")
def api():
    """The app, and the token of zoe, who has written post 1."""
    with stage("8.5") as server, httpx.Client(base_url=server.url, timeout=PATIENCE) as client:
        client.post("/auth/register", json=NEW).raise_for_status()
        login = {"username": NEW["email"], "password": NEW["password"]}
        token = client.post("/auth/token", data=login).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        client.post("/posts", json={"title": "Hello", "content": "Words."}).raise_for_status()
        yield server, client, token


def address(server):
    return f"{server.url.replace('http', 'ws')}/posts/1/comments/live"


def test_a_comment_travels_over_a_real_socket(api):
    server, client, token = api
    with connect(address(server)) as socket:
        socket.send(json.dumps({"token": token}))
        client.post("/posts/1/comments", json={"content": "Here."}).raise_for_status()
        assert json.loads(socket.recv(PATIENCE))["comment"]["content"] == "Here."
        client.post("/auth/logout").raise_for_status()
        socket.send(json.dumps({"writing": True}))
        with pytest.raises(ConnectionClosed) as end:
            socket.recv(PATIENCE)
    assert (end.value.rcvd.code, end.value.rcvd.reason) == (3000, "This token is not valid.")


def test_a_page_of_another_origin_hears_403(api):
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(address(api[0]), additional_headers={"Origin": "https://evil.example"}),
    ):
        pass
    assert refused.value.response.status_code == 403


def test_an_end_of_the_process_ends_streams_and_sockets(api):
    server, client, _ = api
    with connect(address(server)) as socket, client.stream("GET", "/events") as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        with ThreadPoolExecutor() as threads:
            ending = threads.submit(server.stop)
            with pytest.raises(ConnectionClosed) as end:
                socket.recv(PATIENCE)
            assert end.value.rcvd.code == 1012
            try:
                for _ in stream.iter_raw():
                    pass
            except httpx.RemoteProtocolError:
                pass  # cut off
            ending.result(PATIENCE)
    assert not server.running
