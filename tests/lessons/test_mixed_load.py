"""Postboard under mixed load, while connections are cut and its database is stopped and started again."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg2
import pytest
from mixed_load import BUSY, PATIENCE, Client, broken_promises
from postboard_support import App, fresh_app

from course.postgres import postmaster
from course.postgres.scratch_server import ScratchServer, scratch_server

pytestmark = pytest.mark.deep

CLIENTS, ENOUGH = 8, 5
# 600 for the ten minutes that a release is tried with.
SECONDS = float(os.environ.get("COURSE_MIXED_LOAD_SECONDS", "30"))
CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
WAITING = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"


@pytest.fixture(scope="module")
def server() -> Iterator[ScratchServer]:
    with scratch_server("mixed-load", "fsync = off") as server:
        yield server


@pytest.fixture(scope="module")
def app(server: ScratchServer) -> Iterator[App]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ACCESS_MINUTES", "60")
        with fresh_app("mixed_load", server.url) as app:
            yield app


@contextmanager
def at_work(app: App) -> Iterator[list[Client]]:
    ended = threading.Event()
    clients = [Client(app, number, ended) for number in range(CLIENTS)]
    for each in clients:
        each.others = [other for other in clients if other is not each]
        each.thread.start()
    try:
        yield clients
    finally:
        ended.set()
        for each in clients:
            each.thread.join()


def more(clients: list[Client], count: Callable[[Client], int]) -> None:
    """Wait until each client has a few more of what is counted."""
    before, deadline = [count(each) for each in clients], time.monotonic() + PATIENCE
    while any(count(each) < start + ENOUGH for each, start in zip(clients, before, strict=True)):
        assert all(each.thread.is_alive() for each in clients)
        assert time.monotonic() < deadline, [each.seen for each in clients]
        time.sleep(0.05)


def test_no_write_that_was_answered_is_lost_and_no_error_is_a_500(app: App, server: ScratchServer) -> None:
    until, rounds = time.monotonic() + SECONDS, 0
    with at_work(app) as clients:
        while rounds < 2 or time.monotonic() < until:
            more(clients, lambda each: each.written)
            for _ in range(3):
                app.sql(CUT)
                more(clients, lambda each: each.written)
            server.run("pg_ctl", "-D", "data", "-m", ("fast", "immediate")[rounds % 2], "stop")
            more(clients, lambda each: each.seen[BUSY])
            postmaster.start(server._home)
            rounds += 1
        more(clients, lambda each: each.written)
    total = sum((each.seen for each in clients), start=Counter[int]())
    print(f"{rounds} rounds, statuses {dict(total)}, {sum(each.written for each in clients)} writes")
    assert [fault for each in clients for fault in each.faults] == []
    assert broken_promises(app, clients) == []


def test_all_places_are_there_again_afterwards(app: App) -> None:
    places = 15  # POOL_SIZE and MAX_OVERFLOW, as they are unless somebody sets them

    def all_wait() -> bool:
        """Whether so many requests come to the database at once; they give up their locks after 2 s."""
        with closing(psycopg2.connect(app.database)) as link, link.cursor() as cursor:
            cursor.execute("LOCK TABLE posts")
            with ThreadPoolExecutor(places) as pool:
                sent = [pool.submit(app.ask, "GET", "/posts") for _ in range(places)]
                most = 0
                while most < places and not all(each.done() for each in sent):
                    cursor.execute(WAITING)
                    most = max(most, cursor.fetchone()[0])
                    time.sleep(0.02)
                link.rollback()
            return most == places and {each.result().status_code for each in sent} == {200}

    assert any(all_wait() for _ in range(5))
