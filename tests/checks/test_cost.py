"""What keeps a check cheap, and that it changes nothing that an answer or a check can see."""

import textwrap
from contextlib import closing

import psycopg2
import pytest
from _pytest.fixtures import FixtureManager
from anyio.from_thread import BlockingPortal
from fastapi import FastAPI, Request, Response, UploadFile, WebSocket
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from sqlalchemy import event, text

from course.checks import database, one_call, quick_start, runner, sessions, toolbox


def api() -> FastAPI:
    made = FastAPI()

    @made.get("/plain")
    async def plain(request: Request, n: int = 1):
        return {"n": n, "who": request.client.host, "agent": request.headers["user-agent"]}

    @made.post("/cookies")
    def cookies(response: Response):
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return None

    @made.post("/file")
    def file(upload: UploadFile):
        return [upload.filename, upload.file.read().decode()]

    @made.get("/parts")
    def parts():
        return StreamingResponse(iter(["one ", "two"]))

    @made.get("/crash")
    async def crash():
        raise LookupError("nobody catches this")

    @made.websocket("/socket")
    async def socket(websocket: WebSocket):
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.close()

    return made


def asked(client: TestClient) -> list:
    """Status, headers and body of one request of each kind."""
    found = [
        client.get("/plain", params={"n": 3}),
        client.head("/plain"),
        client.get("/plain?n=x"),
        client.get("/missing"),
        client.post("/cookies"),
        client.post("/file", files={"upload": ("a.txt", b"text")}),
        client.post("/file", content=(part for part in [b"bit ", b"by bit"])),
        client.get("/parts"),
        client.get("/crash"),
    ]
    with client.websocket_connect("/socket") as websocket:
        said = websocket.receive_text()
    seen = [(each.status_code, sorted(each.headers.multi_items()), each.text) for each in found]
    return [*seen, dict(client.cookies), said]


def test_a_request_in_a_check_gets_what_it_gets_outside():
    outside = asked(TestClient(api(), raise_server_exceptions=False))
    with one_call.one_call_each():
        assert asked(TestClient(api(), raise_server_exceptions=False)) == outside
        with TestClient(api(), raise_server_exceptions=False) as client:
            assert asked(client) == outside
        with pytest.raises(LookupError, match="nobody catches"):
            TestClient(api()).get("/crash")
    assert asked(TestClient(api(), raise_server_exceptions=False)) == outside


def test_requests_of_an_expectation_share_a_loop_and_are_one_call_each(monkeypatch):
    calls, portals = [], set()
    original = BlockingPortal.start_task_soon

    def counted(self, func, *given, **named):
        calls.append(func)
        portals.add(self)
        return original(self, func, *given, **named)

    monkeypatch.setattr(BlockingPortal, "start_task_soon", counted)
    with one_call.one_call_each():
        client, other = TestClient(api()), TestClient(api())
        for _ in range(3):
            assert client.get("/plain").json()["n"] == 1
            assert other.get("/parts").text == "one two"
        assert (len(calls), len(portals)) == (6, 1)
        # Requests at once must not wait for each other in a loop that an endpoint blocks.
        assert toolbox.in_thread(client.get, "/plain").result(timeout=60).status_code == 200
        assert len(portals) == 2


def check_file(tmp_path, body: str):
    path = tmp_path / "test_cost.py"
    start = """
        import psycopg2, pytest
        from sqlalchemy import text
        from course.checks import ask, engine_for, exercise, expect

        @pytest.fixture
        def seven():
            return 7

        @exercise("1.1a", hints=[])
        class TestCost:
    """
    path.write_text(textwrap.dedent(start) + textwrap.indent(textwrap.dedent(body), "    "), "utf-8")
    return path


def test_fixtures_are_found_where_they_are_and_nowhere_else_is_looked(tmp_path, monkeypatch):
    looks = []
    original = FixtureManager.parsefactories

    def counted(self, *given, **named):
        looks.append(named.get("holder"))
        return original(self, *given, **named)

    monkeypatch.setattr(FixtureManager, "parsefactories", counted)
    path = check_file(
        tmp_path,
        """
        def test_it(self, seven, monkeypatch, tmp_path, request, database_url):
            expect((seven, tmp_path.exists(), bool(database_url)), (7, True, True), tried="fixtures")
        """,
    )
    found = runner.run(path, "1.1a", {})
    assert [each.met for each in found.expectations] == [True]
    of_pytest = [each for each in looks if getattr(each, "__name__", "").startswith("_pytest.")]
    assert all(quick_start._holds_fixtures(each) for each in of_pytest)
    assert len(of_pytest) < 8


ENGINES = """
def test_one(self, database_url):
    with engine_for(database_url) as engine, engine.begin() as connection:
        connection.execute(text("CREATE TABLE a (n int)"))
    expect(ask(database_url, "SELECT count(*) FROM a"), [(0,)], tried="a")

def test_two(self, database_url):
    self.test_one(database_url)

def test_three(self, database_url):
    self.test_one(database_url)
    ask(database_url, "DROP TABLE a")
    self.test_one(database_url)
"""


def test_a_check_opens_one_session_for_its_engines_and_one_to_look_from_outside(tmp_path, monkeypatch):
    opened, connect = [], psycopg2.connect
    monkeypatch.setattr(
        psycopg2, "connect", lambda *given, **named: opened.append(1) or connect(*given, **named)
    )
    path = check_file(tmp_path, ENGINES)
    runner.run(path, "1.1a", {})  # the first one may make the database, too
    opened.clear()
    found = runner.run(path, "1.1a", {})
    assert [each.met for each in found.expectations] == [True] * 3
    assert len(opened) == 2
    assert sessions.waiting() == []


LOCKS = "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND "  # not those of another test
SPOILED = {
    "a setting": ("SET work_mem = '7MB'", "SHOW work_mem"),
    "a search path": ("SET search_path = pg_catalog", "SHOW search_path"),
    "a temporary table": ("CREATE TEMP TABLE t (n int)", "SELECT to_regclass('t')::text"),
    "a lock": ("SELECT pg_advisory_lock(7)", LOCKS + "locktype = 'advisory'"),
    "a prepared statement": ("PREPARE p AS SELECT 1", "SELECT count(*) FROM pg_prepared_statements"),
    "a channel": ("LISTEN c", "SELECT count(*) FROM pg_listening_channels()"),
    "a level of isolation": (
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "SHOW transaction_isolation",
    ),
    "a setting of the role": ("ALTER ROLE CURRENT_USER SET work_mem = '7MB'", "SHOW work_mem"),
}  # fmt: skip


def value(url: str, query: str) -> object:
    with toolbox.engine_for(url) as engine, engine.connect() as connection:
        return connection.scalar(text(query))


@pytest.mark.parametrize("what", SPOILED)
def test_a_session_is_handed_on_as_a_new_one(what):
    change, query = SPOILED[what]
    with sessions.handed_on():
        with database.fresh() as url:
            with closing(psycopg2.connect(url)) as link, link.cursor() as cursor:
                cursor.execute(query)
                usual = cursor.fetchone()[0]
            with toolbox.engine_for(url) as engine, engine.connect() as connection:
                connection.execute(text(change))
                connection.commit()
        with database.fresh() as url:
            assert value(url, query) == usual
    assert sessions.waiting() == []


def test_a_check_may_ask_for_connections_of_its_own_kind():
    class Mine(psycopg2.extensions.cursor):
        pass

    with sessions.handed_on(), database.fresh() as url:
        assert value(url, "SELECT 1") == 1
        with toolbox.engine_for(url) as engine:

            @event.listens_for(engine, "do_connect")
            def mine(_dialect, _record, _arguments, options):
                options["cursor_factory"] = Mine

            with engine.connect() as connection:
                assert isinstance(connection.connection.cursor(), Mine)
        assert value(url, "SELECT 1") == 1


def test_a_session_that_was_cut_is_not_handed_on():
    cut = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with sessions.handed_on(), database.fresh() as url:
        assert value(url, "SELECT 1") == 1
        assert len(sessions.waiting()) == 1
        with closing(psycopg2.connect(url)) as link, link.cursor() as cursor:
            cursor.execute(cut.replace("datname", "usename = current_user AND datname"))
        assert value(url, "SELECT 2") == 2


def test_a_session_that_an_answer_forgot_is_ended_with_its_expectation():
    with sessions.handed_on():
        with database.fresh() as url, toolbox.engine_for(url) as engine:
            forgotten = engine.connect()
            forgotten.execute(text("CREATE TABLE a (n int)"))
        with database.fresh() as url:
            assert (
                value(
                    url,
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user",
                )
                == 1
            )
        forgotten.invalidate()
