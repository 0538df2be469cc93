"""A learner in a room: what is sent, when, and what a board that is down, slow or hostile costs them: nothing."""

import json
import os
import socket
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from learner import learner  # noqa: F401
from room_support import wait_until

from course.base import paths
from course.base.errors import CourseError
from course.content import catalog, questions
from course.page import exercise
from course.workspace import progress
from course.workspace.room import joining, membership, outbox, sender, shared, wire

pytestmark = pytest.mark.usefixtures("work")
QUESTION, OPTIONS = next(iter(questions.predictions(catalog.lesson("1.2")).items()))
Answer = Callable[["FakeBoard", str, Any], tuple[int, Any]]


class FakeBoard:
    """A board that keeps what it gets, and answers as it is told; `answers`: for the next requests, in order."""

    def __init__(self) -> None:
        self.events: dict[int, dict[str, Any]] = {}
        self.requests: list[tuple[str, str]] = []
        self.twice = 0
        self.answers: list[Answer | bytes] = []
        self.address = ""

    def take(self, _path: str, body: Any) -> tuple[int, Any]:
        """What a board does."""
        for event in body["events"]:
            self.twice += event["sequence"] in self.events
            self.events[event["sequence"]] = event
        return 200, {"new": 1, "known": 0, "last": body["events"][-1]["sequence"]}

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any] | bytes:
        self.requests.append((method, path))
        if self.answers:
            said = self.answers.pop(0)
            return said if isinstance(said, bytes) else said(self, path, body)
        if path == "/join":
            return 201, {"name": body["name"] or "Calm Heron 12", "token": "t" * 43}
        return (204, None) if path == "/me" else self.take(path, body)

    def ids(self) -> list[str]:
        return [self.events[number]["id"] for number in sorted(self.events)]


@contextmanager
def fake_board(port: int = 0) -> Iterator[FakeBoard]:
    board = FakeBoard()

    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            answer = board.answer(self.command, self.path, json.loads(self.rfile.read(length) or b"null"))
            self.close_connection = True
            if isinstance(answer, bytes):
                self.wfile.write(answer)
                return
            status, data = answer
            self.send_response(status)
            for name, value in (data or {}).pop("headers", {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"" if data is None else json.dumps(data).encode())

        do_POST = do_DELETE = do_GET = respond

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    board.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield board
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def board() -> Iterator[FakeBoard]:
    with fake_board() as found:
        yield found


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread sends: the test does."""
    monkeypatch.setattr(sender, "wake", lambda: None)


def refused(status: int, sentence: str = "The board says no.", **headers: str) -> Answer:
    return lambda *_: (status, {"detail": sentence, "headers": headers})


def checked(*ids: str, outcome: str = "done") -> None:
    for each in ids:
        assert progress.record("check", each, outcome=outcome, met=1, of=1) == ""


def test_a_check_makes_no_network_call_in_its_own_thread(board, learner):  # noqa: F811
    calls: list[tuple[str, int]] = []
    watching = True

    def hook(event: str, _: tuple[Any, ...]) -> None:
        if watching and event in ("socket.connect", "socket.getaddrinfo", "socket.bind"):
            calls.append((event, threading.get_ident()))

    joining.join(board.address, "K7PQ-2MDX")
    sys.addaudithook(hook)
    for _ in range(3):
        exercise.check("1.2a")
    wait_until(lambda: len(board.events) == 3)
    watching = False
    mine = [event for event, thread in calls if thread == threading.get_ident()]
    assert "socket.connect" in {event for event, _ in calls}
    assert mine == []
    assert board.twice == 0


def test_without_a_room_there_is_no_thread_and_nothing_is_sent(board):
    before = threading.active_count()
    checked("1.2a", "1.2b")
    assert threading.active_count() == before
    assert board.requests == []


@pytest.mark.usefixtures("quiet")
def test_what_was_before_stays_here_unless_it_is_chosen(board):
    checked("1.2a")
    joining.join(board.address, "K7PQ-2MDX")
    checked("1.2b")
    assert sender.send_all() == 0
    assert board.ids() == ["1.2b"]
    joining.leave()
    joining.join(board.address, "K7PQ-2MDX", earlier=True)
    board.events.clear()
    assert sender.send_all() == 0
    assert board.ids() == ["1.2a", "1.2b"]


RUBBISH = {
    "an error": refused(500),
    "a page of a hotel's network": b"HTTP/1.0 200 OK\r\n\r\n<html>Please log in</html>",
    "JSON that is no answer": lambda *_: (200, {"last": "yes"}),
    "another place": lambda *_: (302, {"headers": {"Location": "http://127.0.0.1:1/"}}),
    "no HTTP": b"220 mail.example.com ESMTP\r\n",
    "nothing": b"",
    "too often": refused(429, **{"Retry-After": "7"}),
    "too often, for a year": refused(429, **{"Retry-After": "31536000"}),
    "a wrong length": b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n{",
    "a refusal without words": b"HTTP/1.0 422 No\r\n\r\n",
}


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("answer", RUBBISH.values(), ids=RUBBISH.keys())
def test_what_a_board_did_not_take_is_sent_later(board, answer):
    joining.join(board.address, "K7PQ-2MDX")
    checked("1.2a", "1.2b")
    board.answers = [answer]
    assert 0 < sender.send_all() <= 300
    checked("1.2c")
    assert sender.send_all() == 0
    assert board.ids() == ["1.2a", "1.2b", "1.2c"]
    assert joining.standing().endswith("All events are sent.")


@pytest.mark.usefixtures("quiet")
def test_a_lost_answer_makes_nothing_stand_twice(board):
    joining.join(board.address, "K7PQ-2MDX")
    checked("1.2a", "1.2b")
    board.answers = [lambda found, path, body: (500, {}) if found.take(path, body) else (0, {})]
    assert sender.send_all() > 0
    assert sender.send_all() == 0
    assert board.ids() == ["1.2a", "1.2b"]
    assert board.twice == 2  # under the same numbers, by which a board knows them


def test_a_board_that_was_away_gets_all_that_it_missed(monkeypatch):
    monkeypatch.setattr(sender, "FIRST_PAUSE", 0.05)
    with fake_board() as before:
        joining.join(before.address, "K7PQ-2MDX")
    port = int(before.address.rsplit(":", 1)[1])
    checked("1.2a", "1.2b", "1.2c")
    with fake_board(port) as after:
        wait_until(lambda: after.ids() == ["1.2a", "1.2b", "1.2c"])
        assert after.twice == 0


@pytest.mark.usefixtures("quiet")
def test_each_attempt_that_fails_doubles_the_pause_up_to_a_minute(board):
    joining.join(board.address, "K7PQ-2MDX")
    checked("1.2a")
    board.answers = [refused(500)] * 8
    assert [sender.send_all(failed) for failed in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.usefixtures("quiet")
def test_one_event_that_is_refused_does_not_keep_back_the_rest(board):
    joining.join(board.address, "K7PQ-2MDX")
    checked("1.2a", "1.2b", "1.2c", "1.2d", "1.2e")

    def picky(found: FakeBoard, path: str, body: Any) -> tuple[int, Any]:
        if any(each["id"] == "1.2c" for each in body["events"]):
            return 422, {"detail": "The board cannot take this."}
        return found.take(path, body)

    board.answers = [picky] * 20
    assert sender.send_all() == 0
    assert board.ids() == ["1.2a", "1.2b", "1.2d", "1.2e"]


@pytest.mark.usefixtures("quiet")
def test_a_board_that_does_not_know_the_learner_is_asked_once(board):
    joining.join(board.address, "K7PQ-2MDX")
    checked("1.2a")
    board.answers = [refused(401, "This board does not know you.")]
    asked = len(board.requests)
    for _ in range(3):
        assert sender.send_all() == 0
    assert len(board.requests) == asked + 1
    assert "does not know you" in joining.standing()


def test_a_board_that_drips_is_left(monkeypatch):
    monkeypatch.setattr(wire, "WHOLE_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        ended = threading.Event()

        def drip() -> None:
            link, _ = listening.accept()
            with link:
                link.sendall(b"HTTP/1.1 200 OK\r\n")
                while not ended.wait(0.05):
                    try:
                        link.sendall(b"X-More: yes\r\n")
                    except OSError:
                        return

        threading.Thread(target=drip, daemon=True).start()
        assert wire.send(address, "POST", "/events", {}).data == {}  # it ended, and nothing was taken
        ended.set()


@pytest.mark.usefixtures("quiet")
def test_a_log_that_somebody_edits_loses_and_doubles_nothing(board):
    joining.join(board.address, "K7PQ-2MDX")
    log = paths.progress_log()
    checked("1.2a")
    log.write_bytes(log.read_bytes() + b"damaged\n")
    checked("1.2b")
    sender.send_all()
    log.write_bytes(log.read_bytes().replace(b"damaged\n", b""))
    checked("1.2c")
    sender.send_all()
    assert board.ids() == ["1.2a", "1.2b", "1.2c"]
    assert board.twice == 0
    log.unlink()
    checked("1.2d")
    sender.send_all()
    checked("1.2e")
    sender.send_all()
    assert board.ids()[-1] == "1.2e"


@pytest.mark.usefixtures("quiet")
def test_only_one_of_two_notebooks_sends(board):
    joining.join(board.address, "K7PQ-2MDX")
    checked("1.2a")
    from filelock import FileLock

    with FileLock(paths.state() / "room.lock"):
        asked = len(board.requests)
        other = threading.Thread(target=lambda: results.append(sender.send_all()))
        results: list[float] = []
        other.start()
        other.join()
        assert results == [sender.FIRST_PAUSE] or results == [1.0]
        assert len(board.requests) == asked
    assert sender.send_all() == 0
    assert board.ids() == ["1.2a"]


def test_the_token_is_for_this_user_alone(board):
    joining.join(board.address, "K7PQ-2MDX")
    assert stat.S_IMODE(os.stat(membership.place()).st_mode) == 0o600
    assert "t" * 43 not in repr(membership.current())
    others = [each for each in paths.state().iterdir() if each != membership.place() and each.is_file()]
    assert all("t" * 43 not in each.read_text() for each in others)


KEPT_HERE = [
    {"event": "hint", "id": "1.2a", "number": 1},
    {"event": "solution", "id": "1.2a"},
    {"event": "reset", "id": "1.2a"},
    {"event": "guess", "id": "1.2", "question": "What is my password?", "chosen": "hunter2"},
    {"event": "guess", "id": "1.2", "question": QUESTION, "chosen": "something that I typed"},
    {"event": "guess", "id": "99.9", "question": QUESTION, "chosen": OPTIONS[0]},
    {"event": "check", "id": "/home/ana/secret", "outcome": "done"},
    {"event": "check", "id": "99.9a", "outcome": "done"},
    {"event": "lesson", "id": "mine"},
    {"event": "review", "id": "1.2", "question": "a name that I made up", "right": True},
]


@pytest.mark.parametrize("entry", KEPT_HERE, ids=str)
def test_what_is_not_the_courses_own_text_stays_here(entry):
    assert shared.shared({"at": "2026-03-02T09:00:00+00:00", "edition": 2} | entry) is None


def test_of_an_entry_only_the_named_fields_are_sent():
    entry = {
        "at": "2026-03-02T09:00:00+00:00",
        "event": "check",
        "id": "1.2a",
        "outcome": "not yet",
        "unmet": "An unknown post is a 404",
        "met": 1,
        "of": 3,
        "edition": 2,
        "code": "import os",
        "host": "anas-laptop",
    }
    assert set(shared.shared(entry)) == {"at", "event", "id", "outcome", "unmet"}


def test_a_check_logs_the_expectation_that_failed_and_nothing_of_the_answer(learner):  # noqa: F811
    learner.run(catalog.starter("1.2a").replace("...", "'my secret value'") + "\n# changed")
    verdict = exercise.check("1.2a")
    [entry] = [each for each in progress.events() if each["event"] == "check"]
    assert entry.get("unmet", "") == verdict.unmet
    assert "secret" not in json.dumps(entry)


def test_the_notice_shows_all_that_would_be_sent_with_an_example_of_their_own():
    address = "192.168.1.5:8700"
    assert "An example, since your log holds nothing yet" in joining.notice(address)
    checked("1.2a")
    progress.record("guess", "1.2", question=QUESTION, chosen=OPTIONS[0], right=False)
    said = joining.notice(address)
    for part in (
        "http://192.168.1.5:8700",
        "never",
        QUESTION,
        "1.2a",
        "outcome done",
        "`course class leave`",
    ):
        assert part.lower() in said.lower()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ftp://127.0.0.1",
        "http://",
        "http://ana@127.0.0.1",
        "http://127.0.0.1:99999",
        "http://a b",
        "x?y=1",
    ],
)
def test_what_is_no_address_of_a_board_is_refused_in_a_sentence(address):
    with pytest.raises(CourseError, match=r"is no address of a board|No board answered"):
        joining.join(address, "K7PQ-2MDX")


@pytest.mark.parametrize(
    ("ip", "near"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("192.168.1.5", True),
        ("10.0.0.1", True),
        ("172.20.0.3", True),
        ("169.254.3.3", True),
        ("fe80::1%eth0", True),
        ("fd00::7", True),
        ("::ffff:192.168.1.5", True),
        ("93.184.215.14", False),
        ("::ffff:93.184.215.14", False),
        ("2606:2800:21f::1", False),
        ("172.32.0.1", False),
    ],
)
def test_plain_http_goes_no_further_than_a_private_network(ip, near):
    assert wire.private(ip) is near


def test_nothing_is_sent_where_plain_http_would_leave_the_network(board, monkeypatch):
    monkeypatch.setattr(wire, "private", lambda _ip: False)
    with pytest.raises(CourseError, match="https://"):
        joining.join(board.address, "K7PQ-2MDX")
    assert board.requests == []


def test_joining_says_the_boards_own_reason_and_what_else_may_be_wrong(board):
    board.answers = [refused(403, "That is not the code of this room.")]
    with pytest.raises(CourseError, match="not the code"):
        joining.join(board.address, "WRONG")
    board.answers = [b"HTTP/1.0 200 OK\r\n\r\n<html>"]
    with pytest.raises(CourseError, match="is no board of the course"):
        joining.join(board.address, "WRONG")
    with pytest.raises(CourseError, match="No board answered"):
        joining.join("http://127.0.0.1:1", "WRONG")
    assert not membership.joined()
    joining.join(board.address, "K7PQ-2MDX")
    with pytest.raises(CourseError, match="already"):
        joining.join(board.address, "K7PQ-2MDX")


def test_who_leaves_sends_nothing_more_and_may_be_forgotten(board):
    joining.join(board.address, "K7PQ-2MDX", "Ana")
    assert "keeps what it has" in joining.leave()
    asked = len(board.requests)
    checked("1.2a")
    assert sender.send_all() == 0
    assert len(board.requests) == asked
    with pytest.raises(CourseError, match="in no room"):
        joining.leave()
    joining.join(board.address, "K7PQ-2MDX", "Ana")
    assert "has deleted" in joining.leave(forget=True)
    assert board.requests[-1] == ("DELETE", "/me")


def test_who_has_left_may_be_forgotten_later_and_once(board):
    joining.join(board.address, "K7PQ-2MDX", "Ana")
    assert "leave --forget" in joining.leave()
    assert not membership.joined() and membership.left().token
    assert membership.place().with_name("room_left.json").stat().st_mode & 0o777 == 0o600
    assert "has deleted" in joining.leave(forget=True)
    assert board.requests[-1] == ("DELETE", "/me")
    with pytest.raises(CourseError, match="in no room"):
        joining.leave(forget=True)


def test_who_leaves_a_board_that_is_gone_leaves_all_the_same():
    with fake_board() as found:
        joining.join(found.address, "K7PQ-2MDX")
    with pytest.raises(CourseError, match="without --forget"):
        joining.leave(forget=True)
    assert membership.joined()
    joining.leave()
    assert not membership.joined()


def test_a_damaged_membership_is_none(board):
    joining.join(board.address, "K7PQ-2MDX")
    membership.place().write_text("{")
    checked("1.2a")
    assert sender.send_all() == 0
    assert "in no room" in joining.standing()


def test_a_room_that_cannot_be_kept_is_said_in_a_sentence(board, monkeypatch):
    paths.state().mkdir(parents=True)
    outbox.path().mkdir()
    with pytest.raises(CourseError, match="Joining the room did not work"):
        joining.join(board.address, "K7PQ-2MDX")
