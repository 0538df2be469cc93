"""A server that learners share: each has databases of their own, and what it refuses is told in a sentence."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest
import stock
from stock import PASSWORD, Stock

from course import postgres
from course.base.errors import CourseError
from course.content import catalog
from course.postboard import database
from course.postgres import login_diagnosis, naming, roles, settings, templates
from course.postgres.connection import Access

ROOMY = 300  # seconds after which a learner is called stuck


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    with stock.running(tmp_path_factory.mktemp("stock")) as running:
        yield running


@pytest.fixture
def as_learner(server: Stock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The course on that server as the learner `ana`, who may make databases and no more."""
    monkeypatch.setenv(settings.URL_VARIABLE, server.url("ana"))
    monkeypatch.setenv("COURSE_LEARNER", "ana")
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))


class TestNames:
    @pytest.mark.parametrize("name", ["ana", "ben2", "x" * 22])
    def test_a_plain_name_is_taken_as_it_is(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COURSE_LEARNER", f" {name} ")
        assert naming.learner("login") == name

    def test_names_that_look_alike_stay_apart(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = set()
        for name in ["Ana", "ana", "a_na", "ana ", "Àna", "7", "-", "x" * 23, "x" * 24]:
            monkeypatch.setenv("COURSE_LEARNER", name)
            made.add(naming.learner("login"))
        assert len(made) == 8  # "ana " is "ana"
        assert all(
            name[0].isalpha() and name.isascii() and name.isalnum() and len(name) <= 22 for name in made
        )

    def test_the_user_of_a_hub_is_the_learner(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("COURSE_LEARNER", raising=False)
        monkeypatch.setenv("JUPYTERHUB_USER", "ana")
        assert naming.learner("room") == "ana"

    def test_without_a_name_folder_host_and_login_tell_learners_apart(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        for variable in settings.LEARNER_VARIABLES:
            monkeypatch.delenv(variable, raising=False)
        made = []
        for folder, host, login in [
            ("a", "x", "room"),
            ("b", "x", "room"),
            ("a", "y", "room"),
            ("a", "x", "ana"),
        ]:
            monkeypatch.setenv("COURSE_WORK", str(tmp_path / folder))
            monkeypatch.setattr(naming.socket, "gethostname", lambda host=host: host)
            made += [naming.learner(login), naming.learner(login)]
        assert made[::2] == made[1::2] and len(set(made)) == 4

    def test_no_user_name_is_no_hindrance(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for variable in settings.LEARNER_VARIABLES:
            monkeypatch.delenv(variable, raising=False)
        monkeypatch.setattr(naming.getpass, "getuser", lambda: {}["no such user"])
        assert naming.learner("login").isalnum()

    def test_a_name_that_is_too_long_is_cut_and_stays_apart(self) -> None:
        long = ["ä" * 31, "ä" * 31 + "x"]
        real = [naming.real(name, "ana") for name in long]
        assert len(set(real)) == 2 and all(len(name.encode()) <= 63 for name in real)
        assert [naming.real(naming.learners_name(name, "ana"), "ana") for name in real] == real

    def test_on_our_own_server_a_name_is_what_it_is(self) -> None:
        assert naming.real("lesson_2_2", "") == naming.learners_name("lesson_2_2", "") == "lesson_2_2"
        assert naming.lock("") != naming.lock("ana") != naming.lock("ben")


@pytest.mark.usefixtures("as_learner")
class TestDatabases:
    def test_what_the_learner_calls_them_is_what_they_see(self, server: Stock, monkeypatch) -> None:
        postgres.reset("lesson_2_2")
        monkeypatch.setenv("COURSE_LEARNER", "anab")  # begins alike
        postgres.reset("lesson_2_3")
        assert postgres.names() == ["lesson_2_3"]
        monkeypatch.setenv("COURSE_LEARNER", "ana")
        assert "lesson_2_2" in postgres.names() and "lesson_2_3" not in postgres.names()
        assert {"ana_lesson_2_2", "ana_course_template", "anab_lesson_2_3"} <= set(server.databases())
        assert database.address("lesson_2_2").endswith("/ana_lesson_2_2")
        assert postgres.learners_name("ana_lesson_2_2") == "lesson_2_2"

    def test_one_learner_never_drops_what_anothers_is(self, server: Stock, monkeypatch) -> None:
        theirs = postgres.reset("lesson_2_4")
        server.ask("CREATE TABLE mine ()", theirs)
        monkeypatch.setenv("COURSE_LEARNER", "ben")
        for touch in (postgres.reset, postgres.drop, postgres.set_aside):
            touch("lesson_2_4")
        assert server.ask("SELECT to_regclass('mine')::text", theirs) == [("mine",)]

    def test_a_template_that_another_login_made_stops_nobody(self, server: Stock, monkeypatch) -> None:
        monkeypatch.delenv("COURSE_LEARNER")  # as two people on one machine, who share its folder
        for login in ("ana", "ben"):
            monkeypatch.setenv(settings.URL_VARIABLE, server.url(login))
            address = database.open_for("lesson_2_5", {"sql/schema.sql": "CREATE TABLE here ();"})
            assert server.ask("SELECT to_regclass('here')::text", address) == [("here",)]

    def test_a_name_that_another_login_uses_is_told(self, server: Stock, monkeypatch) -> None:
        postgres.reset("lesson_2_1")
        monkeypatch.setenv(settings.URL_VARIABLE, server.url("ben"))
        with pytest.raises(CourseError, match="must be owner of database ana_lesson_2_1.*COURSE_LEARNER"):
            postgres.reset("lesson_2_1")
        with pytest.raises(CourseError, match="ana_course_template belongs to another login.*COURSE_LEARNER"):
            postgres.reset("lesson_2_2_new")

    def test_a_former_database_is_kept_under_the_learners_own_names(self, server: Stock) -> None:
        with closing(psycopg2.connect(postgres.reset("postboard"))) as open_meanwhile:
            assert postgres.set_aside("postboard") == "postboard_kept_1"
            with pytest.raises(psycopg2.Error):
                open_meanwhile.cursor().execute("SELECT 1")
        postgres.reset("postboard")
        assert postgres.set_aside("postboard") == "postboard_kept_2"
        assert {"ana_postboard_kept_1", "ana_postboard_kept_2"} <= set(server.databases())

    def test_somebody_else_inside_a_database_is_told(self, server: Stock, monkeypatch) -> None:
        address = postgres.reset("watched")
        inside = address.replace("//ana:", f"//{stock.SUPERUSER}:")
        with (
            closing(psycopg2.connect(inside)),
            pytest.raises(CourseError, match="being accessed by other users"),
        ):
            postgres.reset("watched")
        postgres.reset("watched")


@pytest.mark.usefixtures("as_learner")
class TestRefusals:
    @pytest.mark.parametrize(
        "address", ["postgresql://ana:50%@h/d", "postgresql://ana:a%zb@h/d", "postgresql://h/d?x=1"]
    )
    def test_an_address_that_libpq_cannot_read_is_told_without_a_part_of_it(
        self, address, monkeypatch
    ) -> None:
        monkeypatch.setenv(settings.URL_VARIABLE, address)
        with pytest.raises(CourseError, match="cannot be read.*%25") as told:
            postgres.ensure()
        assert "50%" not in str(told.value) and "a%zb" not in str(told.value)

    def test_a_password_with_any_sign_gets_through(self, server: Stock, monkeypatch) -> None:
        password = "a%b:c/d@e?f#g h'i[ä"
        server.ask("CREATE ROLE odd LOGIN CREATEDB PASSWORD '{}'".format(password.replace("'", "''")))
        spelled = quote(password, safe="")
        monkeypatch.setenv(
            settings.URL_VARIABLE, f"postgresql://odd:{spelled}@127.0.0.1:{server.port}/postgres"
        )
        monkeypatch.delenv("COURSE_LEARNER")
        assert server.ask("SELECT current_user", postgres.reset("lesson_2_2")) == [("odd",)]

    def test_a_login_that_may_only_read_is_told(self, server: Stock, monkeypatch) -> None:
        server.ask(f"CREATE ROLE reader LOGIN CREATEDB PASSWORD '{PASSWORD}'")
        server.ask("ALTER ROLE reader SET default_transaction_read_only = on")
        monkeypatch.setenv(settings.URL_VARIABLE, server.url("reader"))
        monkeypatch.setenv("COURSE_LEARNER", "reader")
        with pytest.raises(CourseError, match="may only read"):
            postgres.reset("lesson_2_2")
        monkeypatch.setattr(roles, "require_createdb", lambda access: None)  # it became so meanwhile
        with pytest.raises(CourseError, match=r"may only read.*read-only transaction"):
            postgres.reset("lesson_2_2")

    def test_the_doctor_says_that_a_login_has_no_right(self, server: Stock, monkeypatch) -> None:
        assert login_diagnosis.rights().ok
        for rights in ("NOCREATEDB", "CREATEDB"):
            server.ask(f"CREATE ROLE {rights}_reader LOGIN {rights} PASSWORD '{PASSWORD}'")
        server.ask("ALTER ROLE CREATEDB_reader SET default_transaction_read_only = on")
        for login, said in {
            "nocreatedb_reader": "may not create",
            "createdb_reader": "may only read",
        }.items():
            monkeypatch.setenv(settings.URL_VARIABLE, server.url(login))
            assert not login_diagnosis.rights().ok and said in login_diagnosis.rights().cause
            assert login_diagnosis.login().ok and login_diagnosis.answers().ok

    def test_a_lock_that_another_program_holds_is_told(self, server: Stock, monkeypatch) -> None:
        with templates.one_at_a_time(postgres.ensure()), monkeypatch.context() as patch:
            patch.setattr(templates, "_WAIT", 0.1)
            with pytest.raises(CourseError, match=r"for 0\.1 seconds and is not done"):
                postgres.reset("lesson_2_2")
        postgres.reset("lesson_2_2")

    def test_an_address_may_hold_what_libpq_knows(self) -> None:
        for given, wanted in {
            "postgresql://a:b@h:1/x?sslmode=prefer": "postgresql://a:b@h:1/ana_d?sslmode=prefer",
            "postgresql:///x?host=/tmp&user=a": "postgresql://a@/ana_d?host=%2Ftmp",
            "postgresql://[::1]/x": "postgresql://[::1]/ana_d",
            "postgresql://a@h1:1,h2:2/x": "postgresql://a@/ana_d?host=h1%2Ch2&port=1%2C2",
        }.items():
            assert sorted(Access.to_other(given).url("d").split("&")) == sorted(wanted.split("&"))


# One learner: opens each lesson that the test names, with its exercises, and leaves a mark in each database.
LEARNER = """
import sys, psycopg2
from contextlib import closing
from course.authoring import judge
from course.content import catalog
from course.page import lesson as page
from course.postboard import database
from course.workspace import start_at

def ask(url, sql):
    with closing(psycopg2.connect(url)) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

me = sys.argv[1]
print("ready", flush=True)
for line in sys.stdin:
    what, lesson = line.split()
    if what == "lesson":
        for exercises in (True, False):
            opened = page.lesson(lesson, exercises=exercises)
            ask(opened.database_url, "CREATE TABLE mine (whose text)")
            page.reset()
            assert ask(opened.database_url, "SELECT to_regclass('mine')") == [(None,)]
            ask(opened.database_url, f"CREATE TABLE mine AS SELECT '{me}' AS whose")
        said = start_at.start_at(lesson).message
        assert "was not made" not in said, said
    elif what == "check":
        found = judge.verdict(lesson, catalog.official(lesson))
        assert found.outcome == "done", found
    elif what == "whose":
        for name in (f"lesson_{lesson}", f"exercises_{lesson}"):
            assert ask(database.address(name.replace(".", "_")), "SELECT whose FROM mine") == [(me,)], name
    print("done", flush=True)
"""


def two_learners(
    server: Stock, logins: tuple[str, str], folder: Path, lessons: list[catalog.Lesson], each: int
) -> None:
    """Two processes in step through the lessons, with `each` checks of every one, both at the same moment."""
    learners = []
    for name, login in zip(("first", "second"), logins, strict=True):
        environment = os.environ | {
            settings.URL_VARIABLE: server.url(login),
            "COURSE_WORK": str(folder / name),
            "DATABASE_URL": "",
        }
        environment = {
            key: value for key, value in environment.items() if key not in settings.LEARNER_VARIABLES
        }
        pipe = subprocess.PIPE
        command = [sys.executable, "-c", LEARNER, name]
        learners.append(
            subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment)
        )
    tasks = [f"lesson {lesson.id}" for lesson in lessons]
    tasks += [f"check {exercise.id}" for lesson in lessons for exercise in lesson.exercises[:each]]
    tasks += [f"whose {lesson.id}" for lesson in lessons]
    try:
        assert [one.stdout.readline() for one in learners] == ["ready\n"] * 2
        for task in tasks:
            for one in learners:
                one.stdin.write(f"{task}\n")
                one.stdin.flush()
            answers = [one.stdout.readline() for one in learners]
            assert answers == ["done\n"] * 2, [
                task,
                *(o.stderr.read() for o, a in zip(learners, answers, strict=True) if not a),
            ]
        for one in learners:
            _, errors = one.communicate(timeout=ROOMY)
            assert one.returncode == 0 and "Traceback" not in errors, errors
    finally:
        for one in learners:
            one.kill()


WITH_DATABASE = [lesson for lesson in catalog.lessons() if lesson.database]
BOTH_LOGINS = pytest.mark.parametrize(
    "logins", [("maker", "maker"), ("ana", "ben")], ids=["one login", "one each"]
)


@BOTH_LOGINS
def test_two_learners_at_once_lose_nothing(server: Stock, logins: tuple[str, str], tmp_path: Path) -> None:
    two_learners(
        server,
        logins,
        tmp_path,
        [each for each in WITH_DATABASE if each.id in ("2.3", "3.1")],
        each=1,
    )


@pytest.mark.deep
@BOTH_LOGINS
def test_two_learners_at_once_lose_nothing_in_weeks_2_and_3(server: Stock, logins, tmp_path: Path) -> None:
    two_learners(server, logins, tmp_path, WITH_DATABASE, each=2)
