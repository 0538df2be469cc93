"""Two ways over one socket: who is writing, who is too slow, and who says nonsense."""

import pytest
from anyio.from_thread import BlockingPortal
from fastapi.testclient import TestClient
from tests.factories import write
from tests.live import code, comment, soon, talking

from app import conversation
from app.hub import comments_of, hub


@pytest.mark.parametrize(("pause", "told"), [(0.0, 2), (float("inf"), 1)])
def test_the_others_are_told_who_is_writing(
    ada: TestClient,
    bob: TestClient,
    path: str,
    pause: float,
    told: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conversation, "PAUSE", pause)
    write(ada, f"{path}/comments", content="Before.")
    with talking(ada, path) as hears, talking(bob, path) as writes:
        assert (comment(hears), comment(writes)) == ("Before.", "Before.")
        for _ in range(2):
            writes.send_json({"writing": True})
        for _ in range(told):
            assert soon(hears.receive_json) == {"writing": "bob"}
        write(bob, f"{path}/comments", content="Done.")
        assert (comment(hears), comment(writes)) == ("Done.", "Done.")


def test_who_is_logged_out_is_not_heard(
    ada: TestClient, bob: TestClient, path: str
) -> None:
    write(ada, f"{path}/comments", content="Before.")
    with talking(bob, path) as socket:
        assert comment(socket) == "Before."
        bob.post("/auth/logout").raise_for_status()
        socket.send_json({"writing": True})
        assert code(socket) == 3000


@pytest.mark.parametrize("text", ['{"writing": "<b>"}', "{", "", '{"comment": 1}'])
def test_nonsense_ends_the_conversation(bob: TestClient, path: str, text: str) -> None:
    with talking(bob, path) as socket:
        socket.send_bytes(b"\0") if not text else socket.send_text(text)
        assert code(socket) == 1008


def test_a_client_that_is_too_slow_comes_again_later(
    portal: BlockingPortal, bob: TestClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.hub.MOST_WAITING", 1)
    write(bob, f"{path}/comments", content="Before.")
    topic = comments_of(int(path.rpartition("/")[2]))

    async def too_much() -> None:
        for _ in range(3):
            hub.deliver(topic, {"comment": 0})

    with talking(bob, path) as socket:
        assert comment(socket) == "Before."
        portal.call(too_much)
        assert code(socket) == 1013
