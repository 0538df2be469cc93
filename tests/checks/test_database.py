"""The database of an expectation: nothing that an answer did to the last one is left, whatever it did."""

from concurrent.futures import Future
from contextlib import closing
from threading import Event

import psycopg2
import pytest
from postgres_support import own_home
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, event

from course import look, postgres
from course.checks import database, toolbox
from course.postgres import in_place

# Counters of the server's own housekeeping, and numbers that a database made anew has anew.
_VOLATILE = "relpages,reltuples,relallvisible,relallfrozen,relfrozenxid,relminmxid,relfilenode,datfrozenxid,datminmxid,dattablespace"
_EVERYWHERE = """
    SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'
    AND (NOT relisshared OR relname IN ('pg_authid', 'pg_database', 'pg_db_role_setting', 'pg_shdepend', 'pg_shdescription'))
    AND relname <> 'pg_statistic' ORDER BY relname
"""
# Of what all databases share, only what is about this one and the learner's role.
_MINE = {
    "pg_database": "datname = current_database()",
    "pg_db_role_setting": "setdatabase IN (0, {oid})",
    "pg_shdepend": "dbid = {oid}",
    "pg_shdescription": "objoid = {oid}",
    "pg_namespace": r"nspname !~ '^pg_(toast_)?temp_'",  # stay behind, empty, where a table was temporary
}


def catalogs(url: str) -> dict[str, tuple[int, str | None]]:
    """All that the catalogs hold of a database: of each the number of its rows, and a sum over what they say."""
    found = {}
    with postgres.ensure().admin(url.rpartition("/")[2]) as link, link.cursor() as cursor:
        cursor.execute(_EVERYWHERE)
        for (name,) in cursor.fetchall():
            drop = f"{_VOLATILE},oid" if name == "pg_database" else _VOLATILE
            row = (
                f"(to_jsonb(t) - '{{{drop}}}'::text[])::text"
                if name in ("pg_class", "pg_database")
                else "t::text"
            )
            mine = _MINE.get(name, "true").format(oid=number(url))
            cursor.execute(
                f"SELECT count(*), sum(hashtextextended({row}, 0))::text FROM pg_catalog.{name} AS t WHERE {mine}"
            )
            found[name] = cursor.fetchone()
    return found


@pytest.fixture(scope="module", autouse=True)
def own_server(tmp_path_factory):
    """What is done to a role, its password too, holds on the whole server: no other test is on this one."""
    with pytest.MonkeyPatch.context() as patch, own_home(tmp_path_factory.mktemp("own") / "home", patch):
        yield


@pytest.fixture(scope="module")
def new():
    """How a database looks that nobody has used."""
    with database.fresh() as url:
        return catalogs(url)


def number(url: str) -> int:
    with postgres.ensure().admin() as link, link.cursor() as cursor:
        cursor.execute("SELECT oid FROM pg_database WHERE datname = %s", [url.rpartition("/")[2]])
        return cursor.fetchone()[0]


MADE_AGAIN_IN_PLACE = {
    "tables, a view, an index": "CREATE TABLE a (id serial PRIMARY KEY, n int UNIQUE); INSERT INTO a (n) VALUES (1); "
    "CREATE TABLE b (a_id int REFERENCES a); CREATE INDEX ON b (a_id); CREATE VIEW v AS SELECT * FROM a; "
    "CREATE MATERIALIZED VIEW m AS SELECT * FROM a; ANALYZE a",
    "a partitioned table": "CREATE TABLE p (n int) PARTITION BY LIST (n); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
    "types": "CREATE TYPE mood AS ENUM ('a'); CREATE TYPE pair AS (a int, b int); CREATE DOMAIN d AS int CHECK (value > 0); "
    "CREATE TYPE r AS RANGE (subtype = float8)",
    "functions, a trigger, an aggregate": "CREATE TABLE a (n int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN RETURN NEW; END'; CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f(); "
    "CREATE PROCEDURE q() LANGUAGE sql AS ''; CREATE AGGREGATE s (int) (SFUNC = int4pl, STYPE = int)",
    "operators and casts": "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq); "
    "CREATE TYPE mood AS ENUM ('a'); CREATE FUNCTION f(mood) RETURNS int LANGUAGE sql AS 'SELECT 1'; "
    "CREATE CAST (mood AS int) WITH FUNCTION f(mood)",
    "schemas": "CREATE SCHEMA other; CREATE TABLE other.a (n int)",
    "every extension that it may make": "DO $$ DECLARE e text; BEGIN FOR e IN SELECT DISTINCT name FROM "
    "pg_available_extension_versions WHERE trusted AND NOT installed AND requires IS NULL LOOP "
    "EXECUTE format('CREATE EXTENSION %I', e); END LOOP; END $$",
    "collations and text search": "CREATE COLLATION c (LOCALE = 'C'); CREATE TEXT SEARCH CONFIGURATION t (COPY = simple); "
    "CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = simple)",
    "extended statistics": "CREATE TABLE a (n int, m int); CREATE STATISTICS st ON n, m FROM a; ANALYZE a",
    "row security and rules": "CREATE TABLE a (n int); ALTER TABLE a ENABLE ROW LEVEL SECURITY; "
    "CREATE POLICY p ON a USING (n > 0); CREATE RULE r AS ON DELETE TO a DO INSTEAD NOTHING",
    "large objects": "SELECT lo_from_bytea(0, 'abc')",
    "a publication": "CREATE TABLE a (n int); CREATE PUBLICATION p FOR TABLE a",
    "default privileges": "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
    "privileges": "CREATE TABLE a (n int); GRANT ALL ON a TO PUBLIC",
    "sequences": "CREATE SEQUENCE s START 5; SELECT nextval('s')",
    "temporary tables": "CREATE TEMP TABLE a (n int)",
    "settings of the session": "SET search_path = nowhere; SET statement_timeout = 1; SELECT pg_advisory_lock(1); LISTEN x; "
    "PREPARE p AS SELECT 1",
    "settings of the role": "ALTER ROLE CURRENT_USER SET search_path = a, b; ALTER ROLE CURRENT_USER SET work_mem = '1MB'; "
    "ALTER ROLE CURRENT_USER RESET statement_timeout; ALTER ROLE CURRENT_USER PASSWORD 'another'",
}
MADE_ANEW = {
    "settings of the database": "ALTER DATABASE {} SET search_path = a",
    "settings of the role in the database": "ALTER ROLE CURRENT_USER IN DATABASE {} SET search_path = a",
    "a limit of connections": "ALTER DATABASE {} CONNECTION LIMIT 1",
    "a comment on the database": "COMMENT ON DATABASE {} IS 'mine'",
    "privileges on the database": "GRANT ALL ON DATABASE {} TO PUBLIC",
    "no schema public": "DROP SCHEMA public CASCADE",
    "another schema public": "ALTER SCHEMA public RENAME TO private; CREATE SCHEMA public",
    "privileges on public": "GRANT ALL ON SCHEMA public TO PUBLIC",
    "a comment on public": "COMMENT ON SCHEMA public IS 'mine'",
}


@pytest.mark.parametrize("done", MADE_AGAIN_IN_PLACE | MADE_ANEW)
def test_nothing_that_an_answer_did_is_left(done, new):
    with database.fresh() as url:
        oid = number(url)
        with closing(psycopg2.connect(url)) as link:
            link.autocommit = True
            statements = (MADE_AGAIN_IN_PLACE | MADE_ANEW)[done]
            link.cursor().execute(statements.replace("{}", url.rpartition("/")[2]))
    with database.fresh() as again:
        assert again == url
        assert catalogs(again) == new
        assert (number(again) == oid) == (done in MADE_AGAIN_IN_PLACE)
        with closing(psycopg2.connect(again)) as link, link.cursor() as cursor:
            cursor.execute("SHOW search_path")
            assert cursor.fetchall() == [('"$user", public',)]
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchall() == [("30s",)]


def test_sessions_of_an_answer_are_gone_whatever_they_hold():
    with database.fresh() as url:
        idle, holding = psycopg2.connect(url), psycopg2.connect(url)
        holding.cursor().execute("CREATE TABLE a (n int)")
        holding.commit()
        holding.cursor().execute("LOCK TABLE a; INSERT INTO a VALUES (1); SELECT pg_advisory_lock(7)")
    with database.fresh() as again, closing(psycopg2.connect(again)) as link, link.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user"
        )
        assert cursor.fetchall() == [(1,)], "only the session that asks"
        cursor.execute("SELECT pg_try_advisory_lock(7)")
        assert cursor.fetchall() == [(True,)]
    for link in (idle, holding):
        with pytest.raises(psycopg2.Error), link.cursor() as cursor:
            cursor.execute("SELECT 1")


def test_only_sessions_of_the_checks_own_role_are_ended():
    with database.fresh() as url, postgres.ensure().admin(url.rpartition("/")[2]) as link:
        with database.fresh():
            pass
        with link.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchall() == [(1,)]


def test_it_is_made_anew_when_the_session_that_empties_it_was_lost():
    with database.fresh() as url, postgres.ensure().admin() as link, link.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            [url.rpartition("/")[2]],
        )
    with database.fresh() as again, closing(psycopg2.connect(again)):
        pass


def test_it_is_emptied_and_not_made_anew(monkeypatch):
    with database.fresh() as url:
        pass
    made = []
    monkeypatch.setattr(in_place.databases, "reset", made.append)
    for _ in range(3):
        with database.fresh() as again:
            assert again == url
    assert made == []


def test_the_tables_of_an_app_are_made_in_one_message_as_create_all_makes_them():
    metadata = MetaData()
    users = Table(
        "users", metadata, Column("id", Integer, primary_key=True), Column("name", String(5), unique=True)
    )
    Table("posts", metadata, Column("author_id", ForeignKey(users.c.id), index=True))
    seen = []
    for make in (metadata.create_all, lambda engine: toolbox.make_tables(engine, metadata)):
        with database.fresh() as url, toolbox.engine_for(url) as engine:
            sent = []
            event.listen(engine, "after_cursor_execute", lambda *given, sent=sent: sent.append(given[2]))
            make(engine)
            sent_then = [each for each in sent if "CREATE" in each]
            toolbox.make_tables(engine, metadata)  # again: what is there stays
            found = [
                [tuple(row) for row in look(name, url).rows]
                for look in (look.columns, look.constraints, look.indexes)
                for name in ("users", "posts")
            ]
            seen.append(found)
    assert seen[0] == seen[1] and any(seen[0])
    assert len(sent_then) == 1


def test_a_stuck_call_is_told_from_one_that_ends():
    for_ever = Event()
    assert not toolbox.finished(toolbox.in_thread(for_ever.wait), most=0.2)
    for_ever.set()
    assert toolbox.finished(toolbox.in_thread(sum, range(10)))


@pytest.fixture
def busy():
    """Run a function again and again in a thread, as an answer does that asks again, or a server that idles."""
    over = Event()

    def again(function) -> None:
        toolbox.in_thread(lambda: [function() for _ in iter(over.is_set, True)])

    yield again
    over.set()


def test_a_stuck_call_is_told_though_another_thread_wakes_up_now_and_then(busy, monkeypatch):
    monkeypatch.setattr(toolbox, "patience", lambda: 1.0)
    looks = []
    monkeypatch.setattr(
        toolbox.Quiet, "_others", staticmethod(lambda: looks.append(1) or len(looks) * 0.0003)
    )
    assert not toolbox.finished(Future(), most=0.2)  # in all, much more than a moment's work
    assert len(looks) < 60


def test_a_wait_ends_though_other_threads_work_on(busy):
    busy(lambda: sum(range(1000)))
    assert not toolbox.finished(Future(), most=0.1)
    with database.fresh() as url, closing(psycopg2.connect(url)) as link:
        busy(lambda: link.cursor().execute("SELECT 1"))
        toolbox.wait_until_blocked(url, Future(), most=0.1)


def test_what_the_learner_set_for_the_role_between_two_expectations_stays():
    def setting(url: str, change: str = "SELECT 1") -> str:
        with closing(psycopg2.connect(url)) as link, link, link.cursor() as cursor:
            cursor.execute(change)
        with closing(psycopg2.connect(url)) as link, link.cursor() as cursor:
            cursor.execute("SHOW work_mem")
            return cursor.fetchone()[0]

    with database.fresh() as url:
        usual = setting(url)
    own = postgres.reset("their_own")
    assert setting(own, "ALTER ROLE CURRENT_USER SET work_mem = '7MB'") == "7MB"
    try:
        with database.fresh() as url:
            assert setting(url, "ALTER ROLE CURRENT_USER SET work_mem = '9MB'") == "9MB"
        assert setting(own) == "7MB"
    finally:
        assert setting(own, "ALTER ROLE CURRENT_USER RESET work_mem") == usual


def test_a_session_that_waits_for_anothers_lock_is_seen():
    with database.fresh() as url, closing(psycopg2.connect(url)) as holding:
        toolbox.ask(url, "CREATE TABLE a (n int)")
        holding.cursor().execute("LOCK TABLE a")
        waiting = toolbox.in_thread(toolbox.ask, url, "SELECT * FROM a")
        toolbox.wait_until_blocked(url, waiting)
        assert toolbox.blocked(url) == 1
        holding.rollback()
        assert waiting.result(timeout=60) == [] and toolbox.blocked(url) == 0
