"""The live board from outside: who may do what, what is refused and with which words, what its page is told."""

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx
import psycopg2
import pytest
import room_support as rooms
from room_support import CODE, Sender, client, instructor, wait_until
from typer.testing import CliRunner

from course.authoring import net
from course.base import paths
from course.base.errors import CourseError
from course.classroom.board import access, learners, limits, server
from course.classroom.board.limits import Buckets
from course.classroom.board.settings import Settings, plain, spoken
from course.cli import main, topics
from course.content import catalog, questions
from course.workspace import progress
from course.workspace.room import joining

QUESTION, OPTIONS = next(iter(questions.predictions(catalog.lesson("1.2")).items()))


@pytest.fixture(scope="module")
def shared_room() -> Iterator[tuple[Settings, str]]:
    """One board for all tests that need no state of their own; each joins under names of its own."""
    with rooms.room() as settings, rooms.serving(settings) as address:
        yield settings, address


@pytest.fixture
def address(shared_room: tuple[Settings, str], monkeypatch: pytest.MonkeyPatch) -> str:
    return shared_room[1]


@contextmanager
def stream(address: str, lesson: str = "") -> Iterator[Iterator[dict]]:
    """The snapshots of a page that is open."""
    with instructor(address) as page, page.stream("GET", f"/stream?lesson={lesson}") as lines:
        assert lines.status_code == 200
        yield (json.loads(line[5:]) for line in lines.iter_lines() if line.startswith("data:"))


def snapshot(address: str, lesson: str = "") -> dict:
    with stream(address, lesson) as found:
        return next(found)


def cells(shown: dict, name: str) -> dict:
    """The attempts of a learner, by exercise."""
    [row] = [each for each in shown["rows"] if each["name"] == name]
    return {each["id"]: cell for each, cell in zip(shown["exercises"], row["cells"], strict=True) if cell}


def sentence(reply: httpx.Response, status: int) -> str:
    assert reply.status_code == status, reply.text
    said = reply.json()["detail"]
    assert isinstance(said, str) and said.endswith(".") and " " in said
    return said


def join(address: str, code: str = CODE, name: str = "") -> httpx.Response:
    return client.post(f"{address}/join", json={"code": code, "name": name})


@pytest.mark.parametrize("typed", [CODE, spoken(CODE), CODE.lower(), " K7PQ 2MDX "])
def test_a_code_counts_however_it_is_typed(address, typed):
    reply = join(address, typed)
    assert reply.status_code == 201
    assert re.fullmatch(r"\w+ \w+ \d\d", reply.json()["name"])


def test_a_wrong_code_is_refused_and_after_many_also_the_right_one_for_a_moment():
    with rooms.board(wrong_codes=Buckets(5, 0.001)) as address:
        for _ in range(5):
            assert "not the code" in sentence(join(address, "WRONG234"), 403)
        refused = join(address)
        assert "too many attempts" in sentence(refused, 429)
        assert int(refused.headers["Retry-After"]) >= 1


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("Zoë 7", 201),
        ("  zoë   7 ", 409),
        ("ZOË 7", 409),
        ("x" * 24, 201),
        ("x" * 25, 422),
        ("<img src=x onerror=alert(1)>", 422),
        ("a\x00b", 422),
        ("a\u202eb", 422),
        ("a\u200bb", 422),
    ],
)
def test_a_name_is_short_readable_and_one_learners_alone(address, name, status):
    reply = join(address, name=name)
    assert reply.status_code == status
    if status != 201:
        sentence(reply, status)


def test_only_the_hash_of_a_token_is_at_rest(shared_room):
    settings, address = shared_room
    one = Sender.joined(address)
    with psycopg2.connect(settings.url) as link, link.cursor() as cursor:
        cursor.execute("SELECT row_to_json(learners)::text FROM learners")
        rows = "".join(row for (row,) in cursor.fetchall())
    assert one.token not in rows
    assert learners.hashed(one.token) in rows


def test_a_learner_appends_to_their_own_events_and_reads_nobodys(address):
    one, other = Sender.joined(address, "Reader One"), Sender.joined(address, "Reader Two")
    assert one.post(one.event(outcome="done")).json() == {"new": 1, "known": 0, "last": 1}
    assert other.post(other.event(outcome="not yet")).json()["new"] == 1
    shown = snapshot(address, "1.2")
    assert cells(shown, "Reader One")["1.2a"][1] is True
    assert cells(shown, "Reader Two")["1.2a"][1] is False
    bearer = {"Authorization": f"Bearer {one.token}"}
    for method, path, status in [("GET", "/events", 405), ("GET", "/me", 405), ("GET", "/stream", 401)]:
        assert client.request(method, address + path, headers=bearer).status_code == status
    assert client.get(address + "/openapi.json").status_code == 404


@pytest.mark.parametrize("token", ["", "wrong", "ä" * 4])
def test_without_the_token_nothing_is_taken(address, token):
    one = Sender.joined(address)
    reply = client.post(
        f"{address}/events",
        json={"events": [one.event()]},
        headers={"Authorization": f"Bearer {token}".encode()} if token else {},
    )
    sentence(reply, 401)


def test_the_page_is_the_instructors(address):
    for cookie in ("", f"{access.COOKIE}=wrong", f"{access.COOKIE}={'k' * 64}"):
        said = sentence(client.get(f"{address}/stream", headers={"Cookie": cookie}), 401)
        assert "`course class board`" in said
    sentence(client.post(f"{address}/session", json={"key": "wrong"}), 401)
    cookie = client.post(f"{address}/session", json={"key": rooms.KEY}).headers["Set-Cookie"]
    client.cookies.clear()
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie
    assert rooms.KEY not in cookie


def test_the_page_holds_nothing_of_the_room_and_needs_nothing_from_elsewhere(address):
    page = client.get(address)
    assert not re.search(r"(?:src|href)=\"?(?!data:)\w", page.text)
    assert "innerHTML" not in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"


GOOD = {"sequence": 1, "at": "2026-03-02T09:00:00+00:00", "event": "check", "id": "1.2a", "outcome": "done"}
MALFORMED = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'{"events": []}',
    b'{"events": {}}',
    b"[" * 50_000,
    b"\xff\xfe",
    *(
        json.dumps({"events": [GOOD | change]}).encode()
        for change in (
            {"sequence": 0},
            {"sequence": "1"},
            {"sequence": 10**12},
            {"sequence": 1.5},
            {"at": "yesterday"},
            {"at": "2026-03-02T09:00:00"},
            {"at": "99999-01-01T00:00:00Z"},
            {"event": "hint"},
            {"id": "1.2a'; DROP TABLE events"},
            {"id": "../.."},
            {"outcome": "brilliant"},
            {"unmet": "x" * 201},
            {"unmet": "a\x00b"},
            {"question": "x" * 601},
            {"chosen": ["a"]},
            {"right": "yes"},
            {"code": "import os"},
            {"learner_id": 1},
        )
    ),
]


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: body[:90].decode("utf-8", "replace"))
def test_what_is_malformed_is_refused_in_a_sentence(address, body):
    one = Sender.joined(address)
    headers = {"Authorization": f"Bearer {one.token}", "Content-Type": "application/json"}
    reply = client.post(f"{address}/events", content=body, headers=headers)
    assert reply.status_code in (400, 422) and "DROP TABLE" not in reply.text
    assert isinstance(reply.json()["detail"], str)


def test_too_many_bytes_and_too_many_events_are_refused(address, monkeypatch):
    one = Sender.joined(address)
    headers = {"Authorization": f"Bearer {one.token}"}
    large = b" " * (limits.MOST_BYTES + 1)
    assert "bytes" in sentence(client.post(f"{address}/events", content=large, headers=headers), 413)
    pieces = (b" " * 10_000 for _ in range(50))
    with suppress(httpx.WriteError):  # the board has answered, and reads no further
        sentence(client.post(f"{address}/events", content=pieces, headers=headers), 413)
    sentence(one.post(*(one.event(outcome="done") for _ in range(101))), 422)
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.1)
    never = threading.Event()

    def late() -> Iterator[bytes]:
        yield b"{"
        never.wait(rooms.GUARD)

    threading.Timer(2, never.set).start()
    with suppress(httpx.HTTPError):
        assert client.post(f"{address}/events", content=late(), headers=headers).status_code == 413


def test_what_is_sent_again_stands_once(address):
    one = Sender.joined(address, "Again")
    sent = [one.event(outcome="not yet", unmet="An unknown post is a 404") for _ in range(3)]
    assert one.post(*sent).json() == {"new": 3, "known": 0, "last": 3}
    assert one.post(*sent, one.event(outcome="not yet")).json() == {"new": 1, "known": 3, "last": 4}
    assert one.post(sent[0] | {"outcome": "done"}).json()["new"] == 0
    assert one.post(sent[0], sent[0]).json()["new"] == 0
    assert cells(snapshot(address, "1.2"), "Again")["1.2a"][:2] == [4, False]


def test_who_floods_waits_and_others_do_not():
    with rooms.board(requests=Buckets(5, 0.001), events=Buckets(60, 0.001)) as address:
        one, other = Sender.joined(address), Sender.joined(address)
        replies = [one.post(one.event(outcome="done")) for _ in range(6)]
        assert [each.status_code for each in replies] == [200] * 5 + [429]
        assert "too often" in sentence(replies[5], 429)
        assert int(replies[5].headers["Retry-After"]) >= 1
        assert other.post(*(other.event(outcome="done") for _ in range(50))).status_code == 200
        refused = other.post(*(other.event(outcome="done") for _ in range(50)))
        assert "too many events" in sentence(refused, 429)


def test_a_bucket_gives_what_it_holds_and_fills_again(monkeypatch):
    now = 100.0
    monkeypatch.setattr(limits.time, "monotonic", lambda: now)
    bucket = limits.Buckets(3, 0.5)
    assert [bucket.take("a") for _ in range(4)] == [0, 0, 0, 2]
    assert bucket.take("b", 3) == 0 and bucket.empty("b") == 2
    now += 2
    assert bucket.take("a") == 0 and bucket.take("a") == 2
    now += 60
    assert bucket.take("a", 3) == 0


def test_the_page_is_told_who_is_stuck_what_fails_and_what_was_guessed():
    with rooms.board() as address:
        ana, ben = Sender.joined(address, "Ana"), Sender.joined(address, "Ben")
        with stream(address) as shown:
            assert next(shown)["rows"] == [
                {"name": name, "seen": pytest.approx(0, abs=10**12), "cells": []} for name in ("Ana", "Ben")
            ]
            failing = {"outcome": "not yet", "unmet": "An unknown post is a 404"}
            ana.post(*(ana.event("1.2a", **failing) for _ in range(3)), ana.event("1.2b", outcome="raised"))
            ben.post(ben.event("1.2a", **failing), ben.event("1.2b", outcome="not attempted"))
            ben.post(ben.event("1.2a", outcome="done"), ben.event("1.2a", **failing))
            for one, option in ((ana, OPTIONS[0]), (ana, OPTIONS[1]), (ben, OPTIONS[1])):
                one.post(one.event("1.2", "guess", question=QUESTION, chosen=option))
            last = next(each for each in shown if each["questions"] and each["questions"][0]["learners"] == 2)
        assert last["lesson"] == "1.2" and last["lessons"] == ["1.2"]
        assert cells(last, "Ana") == {"1.2a": [3, False, 0], "1.2b": [1, False, 1]}
        assert cells(last, "Ben")["1.2a"][:2] == [3, True]
        assert [(each["name"], each["exercise"], each["attempts"]) for each in last["stuck"]] == [
            ("Ana", "1.2a", 3)
        ]
        assert [(each["sentence"], each["learners"]) for each in last["unmet"]] == [
            ("An unknown post is a 404", 1),
            ("The code raised an error", 1),
        ]
        [question] = last["questions"]
        assert [each["text"] for each in question["choices"]] == list(OPTIONS)
        assert [each["learners"] for each in question["choices"]][:2] == [0, 2]
        assert sum(each["right"] for each in question["choices"]) == 1


def test_every_worker_sees_every_event_and_finds_its_database_again():
    with rooms.room() as settings, rooms.serving(settings) as one, rooms.serving(settings) as other:
        learner = Sender.joined(one, "Ana")
        with stream(other) as shown:
            next(shown)
            learner.post(learner.event(outcome="done"))
            assert cells(next(each for each in shown if each["lesson"]), "Ana")["1.2a"][0] == 1
            with psycopg2.connect(settings.url) as link, link.cursor() as cursor:
                cursor.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            reply = learner.post(learner.event(outcome="done"))
            if reply.status_code != 200:  # a connection of the pool that was cut while it was in use
                sentence(reply, 503)
                learner.sequence -= 1
                learner.post(learner.event(outcome="done")).raise_for_status()
            assert next(each for each in shown if cells(each, "Ana")["1.2a"][0] == 2)


def test_many_events_make_few_snapshots():
    with rooms.board() as address:
        everybody = [Sender.joined(address) for _ in range(5)]
        with stream(address, "1.2") as shown:
            made = iter(shown)
            next(made)
            for _ in range(10):
                for one in everybody:
                    one.post(one.event(outcome="not yet"))
            number = 1
            while sum(cell[0] for row in next(made)["rows"] for cell in row["cells"] if cell) < 50:
                number += 1
        assert number < 50


def test_who_is_forgotten_is_gone_with_all_they_did(address):
    one = Sender.joined(address, "Forget me")
    one.post(one.event(outcome="done"))
    reply = client.delete(f"{address}/me", headers={"Authorization": f"Bearer {one.token}"})
    assert reply.status_code == 204
    assert "Forget me" not in json.dumps(snapshot(address, "1.2"))
    sentence(one.post(one.event(outcome="done")), 401)
    assert join(address, name="Forget me").status_code == 201


def test_a_database_that_is_away_is_a_sentence_and_no_traceback():
    settings = Settings("postgresql://nobody:x@127.0.0.1:1/none", CODE, rooms.KEY)
    from fastapi.testclient import TestClient
    from sqlalchemy.ext.asyncio import async_sessionmaker

    from course.classroom.board.app import create_app
    from course.classroom.board.database import engine_of
    from course.classroom.board.feed import Feed

    app = create_app(settings)
    sessions = async_sessionmaker(engine_of(settings.url))
    app.state.board = access.Board(settings, sessions, Feed(settings.url, sessions))
    reply = TestClient(app).post("/join", json={"code": CODE})
    assert "database" in sentence(reply, 503)
    assert reply.headers["Retry-After"] == "5"


@pytest.mark.usefixtures("work")
def test_a_room_keeps_its_code_until_a_new_one_is_wanted():
    one = Settings.of_room()
    try:
        assert Settings.of_room() == one
        other = Settings.of_room(new=True)
        assert (other.code, other.key) != (one.code, one.key)
        assert plain(spoken(one.code)) == one.code and len(one.code) == 8
        assert (paths.state() / "class_board.json").stat().st_mode & 0o777 == 0o600
    finally:
        from course import postgres

        for name in postgres.names():
            if name.startswith("class_board"):
                postgres.drop(name)


def test_what_stands_in_the_way_of_a_board_is_said_in_a_sentence():
    room = Settings("postgresql://x", CODE, rooms.KEY)
    with pytest.raises(CourseError, match="--port"):
        server.run(room, "192.0.2.1", 0, "", print)
    assert "Only this computer" in server.greeting(room, "http://127.0.0.1:1", reachable=False)
    assert server.reached_at("192.168.1.5") == "192.168.1.5"
    assert server.reached_at("0.0.0.0") != "0.0.0.0"


@pytest.mark.usefixtures("work")
def test_the_commands_from_the_board_to_its_topics(capfd):
    """`course class board`, `join`, a check, `board --topics`, `leave`, as they are typed."""
    port = net.free_port()

    def typed(*words: str) -> str:
        done = CliRunner().invoke(main.app, ["class", *words], input="n\n")
        return done.output + str(done.exception or "")

    board = subprocess.Popen(
        [sys.executable, "-u", "-m", "course", "class", "board", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert board.stdout
        link = board.stdout.readline()
        code = board.stdout.readline().split()[-1]
        net.wait_for(f"http://127.0.0.1:{port}/")
        assert "You have not joined" in typed("join", f"127.0.0.1:{port}", code)
        assert "as Ana." in typed("join", f"127.0.0.1:{port}", code, "--name", "Ana", "--yes")
        progress.record("lesson", "1.2")
        progress.record("guess", "1.2", question=QUESTION, chosen=OPTIONS[0], right=False)
        wait_until(lambda: joining.standing().endswith("All events are sent."))
        said = typed("board", "--topics")
        assert "1 learner" in said and "fastapi.registration" in said and "The hardest questions" in said
        assert "has deleted" in typed("leave", "--forget")
        assert "Nobody has joined" in typed("board", "--topics")
        board.send_signal(signal.SIGINT)
        rest = board.communicate(timeout=rooms.GUARD)[0]
    finally:
        board.kill()
        from course import postgres

        postgres.drop("class_board")
    assert board.returncode == 0
    key = link.split("key=")[1].strip()
    assert key not in rest and "Traceback" not in rest


def test_the_tables_of_a_room_come_from_any_logs(capsys):
    entry = {"at": "2026-03-02T09:00:00+00:00", "event": "lesson", "id": "1.2"}
    topics.show_room([[entry], [entry]])
    assert "2 learners" in capsys.readouterr().out
