"""The log of a server that is not ours: read through SQL where that is allowed, else a sentence in its place."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
import stock
from postgres_support import until
from stock import LOGGING, Stock

from course import draw, look
from course.base.errors import CourseError
from course.look import _log
from course.look.log_format import Statement
from course.postboard import database
from course.postgres import settings

SENTENCE = "The statements that this server received cannot be shown: it keeps its log to itself"
GRANTS = """
    GRANT EXECUTE ON FUNCTION pg_current_logfile(text), pg_stat_file(text, boolean),
        pg_read_binary_file(text, bigint, bigint, boolean) TO {};
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    with stock.running(tmp_path_factory.mktemp("logging"), *LOGGING) as running:
        yield running


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    with stock.running(tmp_path_factory.mktemp("silent")) as running:
        yield running


@pytest.fixture
def page(server: Stock, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a page's database on that server, for its superuser."""
    return opened(server, stock.SUPERUSER, monkeypatch)


def opened(server: Stock, login: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(settings.URL_VARIABLE, server.url(login))
    monkeypatch.setenv("COURSE_LEARNER", f"of{login}")
    monkeypatch.setenv("DATABASE_URL", "")
    address = database.open_for("lesson_2_2", {})
    _log.begin(address)  # as a page does
    return address


def send(url: str, *statements: str) -> None:
    with closing(psycopg2.connect(url, application_name="ana")) as link:
        for sql in statements:
            link.cursor().execute(sql)


def test_it_shows_what_our_own_server_would(page: str) -> None:
    with look.log() as seen:
        send(page, "SELECT 'ü'", "SELECT 2")
    assert [one.text for one in seen] == ["BEGIN", "SELECT 'ü'", "SELECT 2"] and not seen.missing
    assert {one.session for one in seen} == {"ana"}
    assert "3  ana  SELECT 2" in repr(seen) and "SELECT 2" in draw.statements(seen).text


def test_without_a_block_it_is_all_since_the_database_was_made(page: str, monkeypatch) -> None:
    send(page, "SELECT 1")
    assert [one.text for one in look.log()] == ["BEGIN", "SELECT 1"]
    _log.begin(database.open_for("lesson_2_2", {}))
    assert len(look.log()) == 0


def test_a_new_file_in_between_loses_nothing(page: str, server: Stock) -> None:
    def current() -> str:
        return str(server.ask("SELECT pg_current_logfile()")[0][0])

    def another() -> bool:  # its name is the second in which it is begun
        server.ask("SELECT pg_rotate_logfile()")
        return current() != before

    before = current()
    with look.log() as seen:
        send(page, "SELECT 'before'")
        until(another)
        send(page, "SELECT 'after'")
    assert [one.text for one in seen if "SELECT" in one.text] == ["SELECT 'before'", "SELECT 'after'"]


def test_an_ordinary_login_reads_it_when_it_may(server: Stock, monkeypatch) -> None:
    url = opened(server, "maker", monkeypatch)
    assert look.log().missing == f"{SENTENCE} (the login may not read it)."
    server.ask(GRANTS.format("maker"))
    with look.log() as seen:
        send(url, "SELECT 1")
    assert [one.text for one in seen] == ["BEGIN", "SELECT 1"]


def test_a_server_that_keeps_its_log_to_itself_says_so_and_goes_on(silent: Stock, monkeypatch) -> None:
    url = opened(silent, "maker", monkeypatch)
    with look.log() as seen:
        send(url, "SELECT 1")
    assert seen.missing.startswith(SENTENCE) and "logging_collector" in seen.missing
    assert len(seen) == 0 and list(seen) == seen.statements == [] and not seen
    assert repr(seen) == draw.statements(seen).text == (seen + look.log()).missing == seen.missing
    assert SENTENCE[:30] in draw.statements(seen).mermaid
    assert SENTENCE in seen._repr_mimebundle_()["text/html"]


def test_two_looks_make_one(page: str) -> None:
    with look.log() as first:
        send(page, "SELECT 1")
    with look.log() as second:
        send(page, "SELECT 2")
    assert [one.text for one in first + second] == ["BEGIN", "SELECT 1", "BEGIN", "SELECT 2"]
    assert draw.statements(first + second).text == draw.statements([*first, *second]).text
    assert all(isinstance(one, Statement) for one in first + second)


def test_a_server_that_takes_no_more_connections_is_told(silent: Stock, monkeypatch) -> None:
    opened(silent, "maker", monkeypatch)
    silent.ask("ALTER ROLE maker CONNECTION LIMIT 0")
    with pytest.raises(CourseError, match="too many connections for role"):
        look.log()
    silent.ask("ALTER ROLE maker CONNECTION LIMIT -1")


def test_who_may_lock_quickly_and_who_may_not_see_the_same_deadlock(silent: Stock, monkeypatch) -> None:
    """Only a superuser, or who was granted it, may set deadlock_timeout: others wait the server's second."""
    from course import timeline

    told = []
    for login in ("maker", stock.SUPERUSER):
        url = opened(silent, login, monkeypatch)
        silent.ask("CREATE TABLE t AS SELECT generate_series(1, 2) AS id", url)
        with timeline("ana", "ben") as line:
            for name, row in [("ana", 1), ("ben", 2), ("ana", 2), ("ben", 1)]:
                getattr(line, name)(f"BEGIN; UPDATE t SET id = id WHERE id = {row}")
        told.append(repr(line))
    assert told[0] == told[1] and "deadlock detected" in told[0]
