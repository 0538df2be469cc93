"""Requests at once: the rounds of each kind of endpoint, the same in every run; nothing is left behind."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from course import at_once, draw, play, slow
from course.base.errors import CourseError

api = FastAPI()


@api.get("/awaits")
async def awaits() -> str:
    await slow.wait_async()
    return "done"


@api.get("/blocks")
async def blocks() -> str:
    slow.wait()
    return "done"


@api.get("/threads")
def threads() -> str:
    slow.wait()
    return "done"


@api.get("/hops")
async def hops() -> str:
    await run_in_threadpool(slow.wait)
    return "done"


@api.get("/computes")
async def computes() -> str:
    slow.compute()
    return "done"


@api.get("/thread-computes")
def thread_computes() -> str:
    slow.compute()
    return "done"


@api.get("/sleeps")
async def sleeps() -> str:
    time.sleep(0.05)
    return "done"


@api.get("/fails")
async def fails() -> str:
    slow.wait()
    raise ValueError("no")


@api.get("/ping")
async def ping() -> str:
    return "pong"


@api.get("/ping-in-a-thread")
def ping_in_a_thread() -> str:
    return "pong"


@pytest.fixture(autouse=True)
def nothing_is_left():
    before = threading.active_count()
    yield
    until = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() <= before


@pytest.mark.parametrize("path", ["/awaits", "/threads", "/hops"])
def test_waits_that_leave_the_loop_free_overlap(path):
    seen = at_once(api, [path] * 3 + ["/ping"])
    assert [each.states for each in seen.rounds] == [
        ("waits", "waits", "waits", "response"),
        ("response", "response", "response", ""),
    ]
    assert not any(each.frozen for each in seen.rounds) and seen.finished[0] == "/ping"


def test_a_wait_on_the_loop_freezes_it():
    seen = at_once(api, ["/blocks"] * 2 + ["/ping"])
    assert [(each.states, each.frozen) for each in seen.rounds] == [
        (("waits", "sent", "sent"), True),
        (("response", "waits", "sent"), True),
        (("", "response", "response"), False),
    ]


def test_request_41_waits_for_a_thread():
    seen = at_once(api, ["/threads"] * 41 + ["/ping-in-a-thread", "/ping"])
    first = seen.rounds[0].states
    assert first.count("waits") == 40 and first[40:] == ("waits for a thread",) * 2 + ("response",)
    assert len(seen.rounds) == 3


@pytest.mark.parametrize(("path", "first"), [("/computes", "/computes"), ("/thread-computes", "/ping")])
def test_computations_take_as_many_turns_in_threads_as_on_the_loop(path, first):
    seen = at_once(api, [path] * 3 + ["/ping"])
    working = [each.states.count("works") for each in seen.rounds]
    assert working == [1, 1, 1, 1, 1, 1, 0] and seen.finished[0] == first


def test_a_real_sleep_is_waited_for():
    assert at_once(api, ["/sleeps", "/ping"]).finished == ["/sleeps", "/ping"]


def test_an_error_is_a_response():
    assert at_once(api, ["/fails", "/nowhere"]).statuses == [500, 404]


def test_it_is_the_same_each_time():
    pictures = {str(draw.lanes(at_once(api, ["/threads"] * 50 + ["/ping"]))) for _ in range(5)}
    assert len(pictures) == 1


@pytest.mark.parametrize("paths", [[], ["/ping"] * 201])
def test_no_request_and_too_many_are_refused(paths):
    with pytest.raises(CourseError, match="1 to 200"):
        at_once(api, paths)


def test_slow_outside_of_a_run_says_so():
    with pytest.raises(CourseError, match="at_once"):
        slow.wait()


def test_what_never_comes_is_told(monkeypatch):
    lost, never = FastAPI(), threading.Event()

    @lost.get("/")
    def wait() -> None:
        never.wait()

    monkeypatch.setattr("course.tracing.at_once._PATIENCE_SECONDS", 0.3)
    with pytest.raises(CourseError, match="does not come"):
        at_once(lost, ["/"])
    never.set()


def test_lanes_that_are_alike_share_a_row():
    lines = draw.lanes(at_once(api, ["/threads"] * 41 + ["/ping"])).text.splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["1–40", "41", "42"]
    assert lines[1].split() == ["event", "loop", "free", "free", "free"]


def test_the_fields_of_the_play_change_the_lanes():
    toy = play.loop(clients=2)
    assert "frozen" in repr(toy) and toy._repr_mimebundle_()["text/plain"] == repr(toy)
    toy.set(endpoint="def", clients=41)
    assert "no thread" in repr(toy) and "frozen" not in repr(toy)
    toy.set(clients=2, work="computes")
    assert "no turn" in repr(toy)
    for wrong in ({"clients": 0}, {"endpoint": "lambda"}, {"work": "waits, awaited"}):
        with pytest.raises(CourseError):
            toy.set(**wrong)
    toy._panel._fields["work"].value = "waits, awaited"
    assert "Only an" in toy._panel._said.value and toy._panel._fields["work"].value == "computes"


def test_a_thread_of_any_pool_can_wait_and_an_error_is_no_tick() -> None:
    other, pool = FastAPI(), ThreadPoolExecutor(2)

    @other.get("/pool")
    async def waits_in_a_pool() -> None:
        await asyncio.get_running_loop().run_in_executor(pool, slow.wait)

    @other.get("/crash")
    async def crash() -> None:
        raise LookupError

    with pool:
        seen = at_once(other, ["/pool", "/crash"])
    assert [each.states for each in seen.rounds] == [("waits", "error"), ("response", "")]
    assert str(draw.lanes(seen)).splitlines()[-1].split() == ["2", "/crash", "✗"]
