"""The role that a hub makes for each learner: what it may do, and what it may not."""

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from stock import PASSWORD, Stock, running

from course.classroom import learner_role
from course.classroom.learner_role import NoRole
from course.postgres import naming, settings

SECRET = b"0123456789abcdef" * 4


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    with running(tmp_path_factory.mktemp("hub") / "server") as server:
        learner_role.prepare_server(server.url())
        yield server


def address(stock: Stock, user: str) -> str:
    return learner_role.environment(stock.url(), user, SECRET)["COURSE_DATABASE_URL"]


def other(url: str, database: str) -> str:
    return f"{url.rpartition('/')[0]}/{database}"


@pytest.mark.parametrize(
    "user", ["ana", "ana7", "Ana", "ana.berg@school.example", "7of9", "ångström", "a" * 40, "-"]
)
def test_a_name_is_one_that_the_course_takes_as_it_is(user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.LEARNER_VARIABLES[0], learner_role.learner_name(user))
    assert naming.learner("login") == learner_role.learner_name(user)
    assert len(learner_role.role_name(user)) <= naming.MOST_BYTES


def test_no_two_users_get_one_name_even_when_one_takes_the_made_name_of_another() -> None:
    users = ["ana", "Ana", "ANA", "a.na", "an-a", "x" * 30, "x" * 31]
    users += [learner_role.learner_name(user) for user in users]
    assert len({learner_role.role_name(user) for user in users}) == len(set(users))


def test_the_secret_is_made_once_and_is_its_owners(tmp_path) -> None:
    secret = learner_role.read_secret(tmp_path / "secret")
    assert learner_role.read_secret(tmp_path / "secret") == secret
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert learner_role.password(secret, "a") != learner_role.password(secret, "b")
    (tmp_path / "secret").write_text("short")
    with pytest.raises(NoRole, match="Delete the file"):
        learner_role.read_secret(tmp_path / "secret")


def test_a_role_is_made_once_and_its_address_stays(stock: Stock) -> None:
    first = address(stock, "ana")
    stock.ask("CREATE TABLE kept ()", first)
    assert address(stock, "ana") == first
    assert stock.ask("SELECT count(*) FROM kept", first) == [(0,)]
    role = (
        "SELECT rolcanlogin, rolcreatedb, rolsuper, rolcreaterole, rolreplication, rolbypassrls, rolconnlimit"
    )
    made = stock.ask(f"{role} FROM pg_roles WHERE rolname = 'learner_ana'")
    assert made == [(True, True, False, False, False, False, learner_role.CONNECTIONS)]


def test_fifteen_at_once_are_made(stock: Stock) -> None:
    with ThreadPoolExecutor(15) as pool:
        urls = list(pool.map(lambda number: address(stock, f"seat{number}"), range(15)))
    assert [stock.ask("SELECT current_user", url) for url in urls] == [
        [(f"learner_seat{number}",)] for number in range(15)
    ]


def test_a_learner_gets_into_no_database_but_their_own(stock: Stock) -> None:
    mallory, ben = address(stock, "mallory"), address(stock, "ben")
    stock.ask("CREATE DATABASE ben_by_hand", ben)
    address(stock, "ben")  # the next start closes it
    for database in ("learner_ben", "ben_by_hand", "postgres", "template1"):
        with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
            stock.ask("SELECT 1", other(mallory, database))
    assert stock.ask("SELECT 1", other(ben, "ben_by_hand")) == [(1,)]


@pytest.mark.parametrize(
    "attack",
    [
        "DROP DATABASE learner_ben",
        "ALTER DATABASE learner_ben RENAME TO mine",
        "CREATE DATABASE copied TEMPLATE learner_ben",
        "ALTER ROLE learner_ben PASSWORD 'x'",
        "SET ROLE learner_ben",
        "GRANT learner_ben TO learner_mallory",
        "ALTER ROLE learner_mallory SUPERUSER",
        "ALTER ROLE learner_mallory CONNECTION LIMIT -1",
        "CREATE ROLE another",
        "SELECT rolpassword FROM pg_authid",
        "SELECT pg_read_file('postgresql.conf')",
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "SET temp_file_limit = -1",
    ],
)
def test_what_a_learner_tries_with_sql_is_refused(stock: Stock, attack: str) -> None:
    address(stock, "ben")
    with pytest.raises(
        psycopg2.Error, match="permission denied|must be owner|[Mm]ust be superuser|may (not|alter)"
    ):
        stock.ask(attack, address(stock, "mallory"))


def test_a_learner_neither_reads_nor_ends_what_another_runs(stock: Stock) -> None:
    ben = psycopg2.connect(address(stock, "ben"))
    with ben, ben.cursor() as cursor:
        cursor.execute("SELECT 'a secret of ben', pg_backend_pid()")
        pid = cursor.fetchone()[1]
        mallory = address(stock, "mallory")
        seen = stock.ask(f"SELECT query FROM pg_stat_activity WHERE pid = {pid}", mallory)
        assert seen == [("<insufficient privilege>",)]
        for end in ("pg_terminate_backend", "pg_cancel_backend"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                stock.ask(f"SELECT {end}({pid})", mallory)
        cursor.execute("SELECT 'ben still works'")
    ben.close()


def test_the_connections_of_one_learner_are_limited(stock: Stock) -> None:
    url = learner_role.environment(stock.url(), "greedy", SECRET, connections=3)["COURSE_DATABASE_URL"]
    held = [psycopg2.connect(url) for _ in range(3)]
    with pytest.raises(psycopg2.OperationalError, match="too many connections for role"):
        psycopg2.connect(url)
    assert stock.ask("SELECT 1", address(stock, "ben")) == [(1,)]
    for link in held:
        link.close()


def test_a_login_that_is_no_superuser_can_be_the_hubs(stock: Stock) -> None:
    stock.ask(f"CREATE ROLE hub LOGIN CREATEROLE CREATEDB PASSWORD '{PASSWORD}'")
    stock.ask("CREATE DATABASE hub OWNER hub")
    hub = other(stock.url("hub"), "hub")
    for _ in range(2):
        url = learner_role.environment(hub, "carla", SECRET)["COURSE_DATABASE_URL"]
        assert stock.ask("SELECT current_user", url) == [("learner_carla",)]
    with pytest.raises(psycopg2.OperationalError, match="permission denied"):
        stock.ask("SELECT 1", other(address(stock, "mallory"), "learner_carla"))


def test_what_goes_wrong_is_a_sentence_for_the_learner_without_a_password(stock: Stock) -> None:
    stock.ask("CREATE DATABASE open")
    with pytest.raises(NoRole, match="Tell your instructor") as refused:
        learner_role.environment(other(stock.url("ana"), "open"), "dora", SECRET)
    assert "CREATEROLE" in refused.value.jupyterhub_message
    with pytest.raises(NoRole, match="does not answer") as silent:
        learner_role.environment("postgresql://hub:word@127.0.0.1:1/postgres", "dora", SECRET)
    assert "word" not in str(silent.value)
