"""Databases: made from templates, made anew under locks, the learner's alone, and within limits."""

import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from postgres_support import own_home, until
from psycopg2 import errors

from course import postgres
from course.base.errors import CourseError
from course.postgres import settings, templates
from course.postgres.home import Home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with pytest.MonkeyPatch.context() as patch, own_home(tmp_path_factory.mktemp("work"), patch) as made:
        yield made


@pytest.fixture(autouse=True)
def a_server(home: Home) -> postgres.Access:
    return postgres.ensure()


def ask(address: str, query: str) -> list[tuple[Any, ...]]:
    link = psycopg2.connect(address)
    try:
        with link, link.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall() if cursor.description else []
    finally:
        link.close()


def test_create_returns_an_address_that_works() -> None:
    assert ask(postgres.create("lesson_1_1"), "SELECT current_database(), current_user") == [
        ("lesson_1_1", "learner")
    ]
    assert postgres.url("lesson_1_1").startswith("postgresql://learner:")


@pytest.mark.parametrize("name", ['Week 1 "quoted"', "ä/ö?#%", "1.4a", "select", "x" * 63, "a'b;--"])
def test_any_name_is_quoted(name: str) -> None:
    assert ask(postgres.reset(name), "SELECT current_database()") == [(name,)]
    postgres.drop(name)
    with pytest.raises(psycopg2.OperationalError, match="does not exist"):
        psycopg2.connect(postgres.url(name))


@pytest.mark.parametrize("name", ["", "x" * 64, "a\0b", "postgres", "template1", "course_template"])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(CourseError, match="cannot be the name"):
        postgres.reset(name)


def test_create_refuses_a_name_that_is_taken() -> None:
    postgres.reset("taken")
    with pytest.raises(CourseError, match="already.*reset"):
        postgres.create("taken")


def test_drop_of_nothing_does_nothing() -> None:
    postgres.drop("never_made")


def test_reset_empties_and_keeps_the_address() -> None:
    address = postgres.reset("emptied")
    ask(address, "CREATE TABLE post (id int)")
    assert postgres.reset("emptied") == address
    assert ask(address, "SELECT to_regclass('post')") == [(None,)]


def test_reset_works_while_others_hold_locks_and_open_transactions() -> None:
    address = postgres.reset("held")
    ask(address, "CREATE TABLE post (id int)")
    holder, waiter = psycopg2.connect(address), psycopg2.connect(address)
    with holder.cursor() as cursor:
        cursor.execute("LOCK TABLE post IN ACCESS EXCLUSIVE MODE")

    def wait() -> None:
        with contextlib.suppress(psycopg2.Error):  # unless the lock is free a moment before its own end
            waiter.cursor().execute("SELECT * FROM post")

    waiting = threading.Thread(target=wait)
    waiting.start()
    blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    deadline = time.monotonic() + 9  # less than the lock_timeout that would end the wait
    while ask(address, blocked) == [(0,)] and time.monotonic() < deadline:
        time.sleep(0.01)
    postgres.reset("held")
    waiting.join(60)
    assert ask(address, "SELECT to_regclass('post')") == [(None,)]
    for gone in (holder, waiter):
        with pytest.raises(psycopg2.Error):
            gone.cursor().execute("SELECT 1")


def test_eight_that_are_made_at_once_are_all_made() -> None:
    with ThreadPoolExecutor(8) as pool:
        addresses = list(pool.map(postgres.reset, [f"at_once_{number}" for number in range(8)]))
    assert [ask(address, "SELECT 1") for address in addresses] == [[(1,)]] * 8


def test_one_database_made_anew_by_two_at_once_is_whole() -> None:
    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(postgres.reset, ["contested"] * 4))) == 1
    assert ask(postgres.url("contested"), "SELECT 1") == [(1,)]


def test_the_learner_is_an_ordinary_role() -> None:
    rights = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
    row = ask(postgres.reset("ordinary"), f"SELECT {rights} FROM pg_roles WHERE rolname = current_user")
    assert row == [(False,) * 5]


def test_the_learner_owns_its_database_and_may_make_schemas_and_tables() -> None:
    address = postgres.reset("owned")
    ask(address, "CREATE SCHEMA blog; CREATE TABLE blog.post (id int); CREATE TABLE post (id int)")
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    assert ask(address, owner) == [("learner",)]


def test_the_learner_can_reach_neither_the_template_nor_the_servers_own_databases() -> None:
    for name in ("course_template", "template0", "postgres"):
        with pytest.raises(psycopg2.OperationalError, match="not currently accepting|permission denied"):
            psycopg2.connect(postgres.ensure().url(name))


def test_another_role_can_reach_no_database_of_the_learners(a_server: postgres.Access) -> None:
    address = postgres.reset("closed")
    with a_server.admin() as link, link.cursor() as cursor:
        cursor.execute("CREATE ROLE visitor LOGIN PASSWORD 'visitor'")
    visitor = address.replace(address.split("//")[1].split("@")[0], "visitor:visitor")
    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        psycopg2.connect(visitor)


def test_the_limits_are_in_force() -> None:
    address = postgres.reset("limited")
    for name, limit in settings.LIMITS.items():
        assert ask(address, f"SHOW {name}") == [(limit,)]


def test_a_statement_over_its_time_is_ended() -> None:
    address = postgres.reset("slow")
    with pytest.raises(errors.QueryCanceled, match="statement timeout"):
        ask(address, "SET statement_timeout = '50ms'; SELECT pg_sleep(60)")


def test_text_is_utf8_in_one_order_and_knows_accents() -> None:
    address = postgres.reset("text")
    query = (
        "SELECT upper('é'), 'é' ILIKE 'É', (SELECT array_agg(x ORDER BY x) FROM unnest(ARRAY['b','a','B']) x)"
    )
    assert ask(address, query) == [("É", True, ["B", "a", "b"])]


def test_a_template_with_tables_gives_them_to_each_copy() -> None:
    made = "CREATE TABLE post (id int PRIMARY KEY); INSERT INTO post VALUES (1), (2)"
    postgres.make_template("week 2", made)
    for name in ("first", "second"):
        address = postgres.reset(name, template="week 2")
        assert ask(
            address, "SELECT count(*), (SELECT tableowner FROM pg_tables WHERE tablename='post') FROM post"
        ) == [(2, "learner")]
        ask(address, "DELETE FROM post")


def test_a_template_is_made_again_only_when_its_statements_change(a_server: postgres.Access) -> None:
    def number() -> object:
        with a_server.admin() as link, link.cursor() as cursor:
            cursor.execute("SELECT oid FROM pg_database WHERE datname = 'changing'")
            return cursor.fetchone()

    postgres.make_template("changing", "CREATE TABLE a ()")
    first = number()
    postgres.make_template("changing", "CREATE TABLE a ()")
    assert number() == first
    postgres.make_template("changing", "CREATE TABLE b ()")
    assert number() != first
    assert ask(postgres.reset("changed", template="changing"), "SELECT to_regclass('b')::text") == [("b",)]


def test_wrong_statements_leave_the_older_template_as_it_was() -> None:
    postgres.make_template("kept", "CREATE TABLE a ()")
    with pytest.raises(errors.SyntaxError):
        postgres.make_template("kept", "CREATE TABEL b ()")
    assert ask(postgres.reset("from_kept", template="kept"), "SELECT to_regclass('a')::text") == [("a",)]


def test_nobody_may_connect_to_a_template() -> None:
    postgres.make_template("shut", "CREATE TABLE a ()")
    with pytest.raises(psycopg2.OperationalError, match="not currently accepting"):
        psycopg2.connect(postgres.url("shut"))


def test_a_template_can_be_dropped() -> None:
    postgres.make_template("short_lived", "")
    postgres.drop("short_lived")
    with pytest.raises(CourseError, match="no template 'short_lived'"):
        postgres.reset("from_nothing", template="short_lived")


def test_a_lost_template_is_made_again(a_server: postgres.Access) -> None:
    with templates.one_at_a_time(a_server) as cursor:
        templates.drop(cursor, a_server, settings.TEMPLATE)
    assert ask(postgres.reset("after_loss"), "SELECT 1") == [(1,)]


@pytest.fixture
def elsewhere(a_server: postgres.Access, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """An account on a server that is not ours (it is, but the course is not told)."""
    with a_server.admin() as link, link.cursor() as cursor:
        cursor.execute("CREATE ROLE ana LOGIN CREATEDB PASSWORD 'geheim'")
        cursor.execute("CREATE DATABASE ana OWNER ana")
    port = postgres.status().port
    address = f"postgresql://ana:geheim@127.0.0.1:{port}/ana?application_name=from%20outside"
    monkeypatch.setenv(settings.URL_VARIABLE, address)
    monkeypatch.setenv("COURSE_LEARNER", "ben")
    monkeypatch.setenv("COURSE_POSTGRES_HOME", str(tmp_path / "unused"))
    with templates.one_at_a_time(a_server) as cursor:  # ours belongs to the learner, and is not known there
        templates.drop(cursor, a_server, settings.TEMPLATE)
    yield address
    monkeypatch.delenv(settings.URL_VARIABLE)
    with templates.one_at_a_time(a_server) as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = 'ana'")
        for (name,) in cursor.fetchall():
            templates.drop(cursor, a_server, name)
        cursor.execute("DROP ROLE ana")


def test_another_server_is_used_and_none_of_ours_is_started(elsewhere: str, tmp_path: Path) -> None:
    address = postgres.create("lesson")
    assert ask(address, "SELECT current_user, current_database(), current_setting('application_name')") == [
        ("ana", "ben_lesson", "from outside")
    ]
    assert ask(postgres.reset("lesson"), "SELECT 1") == [(1,)]
    assert not (tmp_path / "unused").exists()


def test_the_limits_are_in_force_on_another_server_too(elsewhere: str) -> None:
    for name, limit in settings.LIMITS.items():
        assert ask(postgres.reset("lesson"), f"SHOW {name}") == [(limit,)]


def test_a_database_that_the_course_did_not_make_is_never_dropped(
    elsewhere: str, a_server: postgres.Access
) -> None:
    with a_server.admin() as link, link.cursor() as cursor:
        cursor.execute("CREATE DATABASE ben_lesson OWNER ana")
    theirs = elsewhere.replace("/ana?", "/ben_lesson?")
    ask(theirs, "CREATE TABLE precious ()")
    for dangerous in (postgres.reset, postgres.drop, postgres.set_aside):
        with pytest.raises(CourseError, match="did not make"):
            dangerous("lesson")
    assert ask(theirs, "SELECT to_regclass('precious')::text") == [("precious",)]


def test_sqlalchemys_spelling_of_an_address_is_understood(
    elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(settings.URL_VARIABLE, elsewhere.replace("postgresql:", "postgresql+psycopg2:"))
    assert ask(postgres.create("lesson"), "SELECT 1") == [(1,)]


def test_a_login_that_may_not_make_databases_gets_a_sentence(
    elsewhere: str, a_server: postgres.Access
) -> None:
    with a_server.admin() as link, link.cursor() as cursor:
        cursor.execute("ALTER ROLE ana NOCREATEDB")
    with pytest.raises(CourseError, match="may not create databases"):
        postgres.create("lesson")


def test_sessions_that_are_gone_leave_no_connection_behind(a_server: postgres.Access) -> None:
    for _ in range(5):
        postgres.reset("counted")

    def alone() -> bool:
        with a_server.admin() as link, link.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
            return cursor.fetchone() == (1,)

    assert until(alone)


def test_a_scratch_database_may_begin_as_another_one(monkeypatch):
    monkeypatch.setenv(settings.DATABASE_VARIABLE, postgres.reset("page"))
    made = postgres.scratch_database("made")
    ask(made.url, "CREATE TABLE a AS SELECT 7 AS n")
    with postgres.scratch_database("copy", template=made) as url:
        assert ask(url, "SELECT n FROM a") == [(7,)]
        ask(url, "DELETE FROM a")
    assert ask(made.url, "SELECT n FROM a") == [(7,)]
    with postgres.scratch_database("copy") as url:
        assert ask(url, "SELECT to_regclass('a')") == [(None,)]
    made.drop()
