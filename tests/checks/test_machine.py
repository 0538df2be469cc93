"""Errors of the machine are one sentence and cost the learner nothing; errors of an answer stay its own."""

import os
import signal
from contextlib import ExitStack, closing
from pathlib import Path

import psutil
import psycopg2
import pytest
import tiny_course
from learner import Learner, learner

from course import postgres
from course.base import paths
from course.base.errors import CourseError
from course.checks import machine
from course.checks.verdict import Verdict
from course.content import catalog
from course.page import exercise, history
from course.workspace import progress

__all__ = ["learner"]

CHECKS = """
from contextlib import closing
import psycopg2
from course.checks import ask
from course.checks import exercise, expect

@exercise("1.2a", hints=["What?", "Where?", "How."])
class TestAnswer:
    def test_it_gives_42(self, answer, database_url):
        expect(answer(database_url), 42, tried="answer(database_url)")

    def test_the_database_answers(self, answer, database_url):
        answer(database_url)
        expect(ask(database_url, "SELECT 1"), [(1,)], tried="SELECT 1")
"""
RIGHT = "def answer(url):\n    return 42"


@pytest.fixture(autouse=True)
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_course.make(tmp_path, monkeypatch)
    catalog.lesson("1.2").check_file.write_text(CHECKS, encoding="utf-8")


@pytest.fixture
def own_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A server of this test alone, which it may kill; its postmaster."""
    monkeypatch.setenv(paths.POSTGRES_VARIABLE, str(tmp_path / "server"))
    postgres.ensure()
    pid = int((postgres.status().data / "postmaster.pid").read_text().splitlines()[0])
    yield psutil.Process(pid)
    postgres.stop()


@pytest.fixture
def check(learner: Learner):
    """Run a cell with an answer, and check it."""
    history.watch(learner)

    def run(text: str, **names: object) -> Verdict:
        learner.user_ns |= names
        learner.run(text)
        return exercise.check("1.2a")

    return run


def logged() -> list[str]:
    return [entry["outcome"] for entry in progress.events() if entry["event"] == "check"]


def refused(check, text: str, **names: object) -> str:
    with pytest.raises(CourseError) as caught:
        check(text, **names)
    assert logged() == []
    said = str(caught.value)
    assert said.startswith("1.2a could not be checked, and that is not because of your answer.")
    return said


def kill(server: psutil.Process) -> None:
    """End a server as a crash does, with all its children, and wait for them."""
    family = [server, *server.children(recursive=True)]
    for each in family:
        each.send_signal(signal.SIGKILL)
    psutil.wait_procs(family, timeout=60)


def test_a_server_that_is_killed_while_a_check_runs(check, own_server):
    answer = "def answer(url):\n    kill(server)\n    return 42"
    said = refused(check, answer, kill=kill, server=own_server)
    assert "PostgreSQL" in said and "learner" not in said


def test_a_server_that_is_killed_and_comes_back_meanwhile(check, own_server):
    def kill_and_start() -> None:
        kill(own_server)
        postgres.ensure()

    answer = "def answer(url):\n    kill_and_start()\n    raise ValueError"
    assert "stopped and started again" in refused(check, answer, kill_and_start=kill_and_start)


def test_a_server_that_cannot_be_started(check, own_server, monkeypatch):
    postgres.stop()
    monkeypatch.setenv("COURSE_PG_BIN", "/nowhere")
    assert "/nowhere" in refused(check, RIGHT)


def test_no_connection_left_because_of_other_pages(check, own_server):
    with ExitStack() as stack:
        address = postgres.reset("lesson_9_9")
        with pytest.raises(psycopg2.OperationalError):
            while True:
                stack.enter_context(closing(psycopg2.connect(address)))
        said = refused(check, RIGHT)
    assert "no connection left" in said and "lesson_9_9 (" in said


def test_connections_that_the_answer_leaks_are_its_own(check, own_server):
    leaks = """
import psycopg2
kept = []
def answer(url):
    while True:
        kept.append(psycopg2.connect(url))
"""
    verdict = check(leaks)
    assert verdict.outcome == "raised" and "OperationalError" in repr(verdict)
    assert logged() == ["raised"]


def test_a_server_that_the_answer_asks_for_in_vain_is_its_own(check):
    verdict = check("import psycopg2\ndef answer(url):\n    psycopg2.connect(host='127.0.0.1', port=1)")
    assert verdict.outcome == "raised" and logged() == ["raised"]


def test_a_session_that_the_answer_ends_is_its_own(check):
    verdict = check(
        "import psycopg2\ndef answer(url):\n    link = psycopg2.connect(url)\n"
        "    link.cursor().execute('SELECT pg_terminate_backend(pg_backend_pid())')"
    )
    assert verdict.outcome == "raised" and logged() == ["raised"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a device that is always full")
def test_a_full_disk_is_no_wrong_answer(check):
    said = refused(check, "def answer(url):\n    open('/dev/full', 'w', buffering=1).write('x\\n')")
    assert "disk is full" in said and str(paths.work()) in said


def test_a_full_disk_that_nobody_reported_is_seen(check, monkeypatch):
    check(RIGHT)
    monkeypatch.setattr(machine, "_FULL_BYTES", 2**80)  # as if so much had to be free
    progress.paths.progress_log().unlink()
    assert "disk is full" in refused(check, "def answer(url):\n    return 500")


def test_settings_for_other_servers_do_not_reach_a_check(check, monkeypatch):
    monkeypatch.setenv("PGSSLMODE", "require")
    monkeypatch.setenv("PGOPTIONS", "-c nonsense=1")
    assert check(RIGHT).outcome == "done"
    assert os.environ["PGSSLMODE"] == "require"


@pytest.mark.parametrize("state", ["53100", "58030", "57P02", "XX001"])
def test_what_the_server_says_of_itself_is_never_the_answers(check, state):
    raising = (
        "import psycopg2\ndef answer(url):\n    psycopg2.connect(url).cursor().execute("
        f"\"DO $$ BEGIN RAISE EXCEPTION 'no luck' USING ERRCODE = '{state}'; END $$\")"
    )
    said = refused(check, raising)
    assert "disk is full" in said if state == "53100" else "no luck" in said


def test_sqlalchemys_wrapping_hides_nothing(check):
    raising = (
        "import sqlalchemy\ndef answer(url):\n"
        "    engine = sqlalchemy.create_engine(url.replace('postgresql', 'postgresql+psycopg2', 1))\n"
        "    with engine.connect() as link:\n"
        "        link.exec_driver_sql(\"DO $$ BEGIN RAISE 'no luck' USING ERRCODE = '58030'; END $$\")"
    )
    assert "no luck" in refused(check, raising)
