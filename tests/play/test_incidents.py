"""Incident roulette: each fault is really there, its repair works, and nothing is left behind."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from postgres_support import own_home

from course import play, postgres
from course.base.errors import CourseError
from course.play import _incident
from course.play.incidents.system import System

IDLE = "FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, own_home(tmp_path_factory.mktemp("work"), patch):
        yield postgres.reset("incidents")


def end_lock(system: System) -> None:
    system.sql(f"SELECT pg_terminate_backend(pid) {IDLE} AND backend_xid IS NOT NULL")


def empty_sent(system: System) -> None:
    for file in (system.mail / "sent").iterdir():
        file.unlink()


REPAIRS = {
    "leaked connections": lambda system: system.restart(),
    "a held lock": end_lock,
    "a lost index": lambda system: system.sql("CREATE INDEX ON comments (post_id)"),
    "an expired key": lambda system: system.new_key(),
    "a full disk": empty_sent,
    "a slow dependency": lambda system: system.configure(spam_check=False),
    "a cache without hits": lambda system: system.configure(cache_seconds=60),
    "nothing": lambda system: None,
}
SIGNS = {
    "leaked connections": "QueuePool limit",
    "a held lock": "LockNotAvailable",
    "an expired key": "expired",
    "a full disk": "No space left on device",
    "a slow dependency": "The spam check does not respond.",
}


def test_each_cause_has_a_repair():
    assert REPAIRS.keys() == set(play.causes())


@pytest.mark.parametrize("cause", REPAIRS)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_fault_is_there_until_it_is_repaired(url: str, cause: str, seed: int):
    with play.incident(seed, url, cause=cause) as system:
        assert system.verdict(cause).repaired is (cause == "nothing")
        REPAIRS[cause](system)
        verdict = system.verdict(cause)
        assert verdict.solved and not verdict.harm
        assert not system.verdict("something else").solved


@pytest.mark.parametrize("cause", REPAIRS)
def test_the_log_tells_what_fails(url: str, cause: str):
    with play.incident(1, url, cause=cause) as system:
        told = str([line for line in system.logs() if line["event"] == "error"])
        assert SIGNS.get(cause, "[]") in told
        others = [sign for name, sign in SIGNS.items() if name != cause]
        assert not any(sign in told for sign in others)


def test_a_restart_repairs_only_what_is_in_the_process(url: str):
    for cause in REPAIRS.keys() - {"nothing", "leaked connections"}:
        with play.incident(1, url, cause=cause) as system:
            system.restart()
            assert not system.verdict(cause).repaired, cause


def test_what_is_not_the_cause_is_missed(url: str):
    with play.incident(1, url, cause="a held lock") as system:
        system.sql(f"SELECT pg_terminate_backend(pid) {IDLE}")
        assert "backup" in str(system.verdict("a held lock"))
    with play.incident(1, url, cause="a full disk") as system:
        for file in system.mail.rglob("*.txt"):
            file.unlink()
        assert "5 e-mails" in str(system.verdict("a full disk"))
    with play.incident(1, url, cause="nothing") as system:
        system.restart()
        assert "false alarm" in str(system.verdict("nothing"))
    with play.incident(1, url, cause="a cache without hits") as system:
        system.configure(spam_check=False)
        assert "spam check is off" in str(system.verdict("a cache without hits"))


def test_a_request_is_one_story_in_all_signals(url: str):
    with play.incident(1, url, cause="a held lock") as system:
        line = next(line for line in system.logs() if line.get("status") == 503)
        request = next(s for s in system.spans() if s.attributes.get("request.id") == line["request_id"])
        parts = [span for span in system.spans() if span.context.trace_id == request.context.trace_id]
        assert [span.name for span in parts if not (span.status.is_ok or span.status.is_unset)] == [
            "UPDATE",
            "POST /posts/{post}/vote",
        ]
        assert (
            'blog_requests_total{method="POST",route="/posts/{post}/vote",status="503"}' in system.metrics()
        )


def test_nothing_is_left_behind(url: str):
    system = play.incident(3, url, cause="a held lock")
    folder = Path(system.mail)
    system.close()
    system.close()
    assert not folder.exists()
    with closing(psycopg2.connect(url)) as link, link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'incident'")
        assert cursor.fetchone() == (0,)
        names = "SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = current_database()"
        cursor.execute(f"{names} AND pid <> pg_backend_pid()")
        assert cursor.fetchall() == []


def test_a_new_incident_ends_the_one_before(url: str):
    first = play.incident(1, url)
    second = play.incident(1, url)
    assert first._link.closed and not second._link.closed
    second.close()


def test_a_number_draws_the_same_fault_and_six_of_them_are_soon_met(url: str):
    drawn = []
    for seed in (0, 1, 2, 3, 5, 6, 7, 9):
        with play.incident(seed, url) as system:
            drawn.append(system.verdict("").cause)
    assert drawn[5] == "a held lock" and len(set(drawn)) == 8
    with pytest.raises(CourseError, match="There is no cause 'rain'"):
        play.incident(1, url, cause="rain")
    with play.incident(0, url, cause="nothing") as system, pytest.raises(CourseError, match="no setting"):
        system.configure(colour="red")
    assert _incident._running[-1]._link.closed
