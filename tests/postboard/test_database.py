"""The database of a page, and `postboard` for the app: made as the app makes its tables, and kept."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
import tiny_course
from postgres_support import own_home

from course import postgres
from course.base import paths
from course.base.errors import CourseError
from course.cli import address as printed
from course.cli import main
from course.cli.address import psql, subprocess
from course.content import catalog
from course.page import lesson as page
from course.postboard import database
from course.postboard import tables as tables_of
from course.postgres.home import Home
from course.workspace import start_at

USERS = "CREATE TABLE users (id int PRIMARY KEY);\n"
POSTS = USERS + "CREATE TABLE posts (id int PRIMARY KEY);\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with pytest.MonkeyPatch.context() as patch, own_home(tmp_path_factory.mktemp("server"), patch) as made:
        yield made


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Home) -> Iterator[Path]:
    """A course whose lessons 2.1 to 2.3 have databases; 2.1 writes the schema and 2.2 adds to it."""
    monkeypatch.setenv("DATABASE_URL", "")
    folder = tiny_course.make(tmp_path, monkeypatch)
    about = {"minutes": 30, "topics": [], "database": True}
    apps = {
        "2_1_tables": [("sql/schema.sql", USERS)],
        "2_2_more": [("sql/schema.sql", POSTS)],
        "2_3_last": [("app/main.py", tiny_course.MAIN_1)],
    }
    for name, written in apps.items():
        cells = tiny_course.lesson_cells(name[:3].replace("_", "."), written)
        tiny_course.write_notebook(paths.NOTEBOOKS / "week2_sql" / f"{name}.ipynb", cells, course=about)
    monkeypatch.setattr(page, "_prepare_process", lambda: None)
    yield folder
    for name in postgres.names():
        postgres.drop(name)


def tables(address: str) -> list[str]:
    link = psycopg2.connect(address)
    try:
        with link, link.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            )
            return sorted(name for (name,) in cursor.fetchall())
    finally:
        link.close()


@pytest.mark.parametrize(
    ("lesson", "exercises", "expected"),
    [
        ("2.1", False, []),
        ("2.1", True, ["users"]),
        ("2.2", False, ["users"]),
        ("2.2", True, ["posts", "users"]),
        ("2.3", False, ["posts", "users"]),
    ],
)
def test_a_page_has_the_tables_of_the_app_as_it_stood(
    course: Path, lesson: str, exercises: bool, expected: list[str]
) -> None:
    opened = page.lesson(lesson, exercises=exercises)
    assert tables(opened.database_url) == expected
    assert os.environ["DATABASE_URL"] == opened.database_url


def test_a_page_says_its_database_and_not_the_way_into_it(course: Path, home: Home) -> None:
    opened = page.lesson("2.2")
    shown = repr(opened) + str(opened._repr_mimebundle_()) + repr(page.reset())
    assert "lesson_2_2" in shown
    assert str(home.recorded_port()) not in shown and home.passwords()["learner"] not in shown


def test_reset_brings_the_tables_back(course: Path) -> None:
    opened = page.lesson("2.2")
    link = psycopg2.connect(opened.database_url)
    with link, link.cursor() as cursor:
        cursor.execute("DROP TABLE users; CREATE TABLE mine (id int)")
    assert "lesson_2_2" in repr(page.reset())
    assert tables(opened.database_url) == ["users"]


def test_a_lesson_without_a_database_touches_none(course: Path) -> None:
    page.lesson("1.2")
    assert os.environ["DATABASE_URL"] == "" and postgres.names() == []


def test_a_schema_that_does_not_run_is_told_in_a_sentence(course: Path) -> None:
    with pytest.raises(CourseError, match='schema.sql does not run.*"TABEL"'):
        database.open_for("lesson_9_9", {"sql/schema.sql": "CREATE TABEL x ();"})


MODELS = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
class Base(DeclarativeBase): ...
class Tag(Base):
    __tablename__ = "tags"
    name: Mapped[str] = mapped_column(primary_key=True)
"""


def test_an_app_with_models_has_the_tables_of_its_classes(course: Path) -> None:
    tree = {"app/create_tables.py": "# runs create_all\n", "app/models.py": MODELS}
    assert tables(database.open_for("lesson_9_9", tree)) == ["tags"]
    renamed = tree | {"app/models.py": MODELS.replace('"tags"', '"words"')}
    assert tables(database.open_for("lesson_9_9", renamed)) == ["words"]


def test_models_that_cannot_be_imported_are_told_in_a_sentence(course: Path) -> None:
    tree = {"app/create_tables.py": "# runs create_all\n", "app/models.py": "from nowhere import Base\n"}
    with pytest.raises(CourseError, match="app/models.py cannot be imported.*No module named 'nowhere'"):
        database.open_for("lesson_9_9", tree)


ENVIRONMENT = """
import os
from alembic import context
from sqlalchemy import create_engine
with create_engine(os.environ["DATABASE_URL"]).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = """
from alembic import op
revision, down_revision, branch_labels, depends_on = {}, {}, None, None
def upgrade():
    {}
def downgrade():
    pass
"""
INI = "[alembic]\nscript_location = %(here)s/migrations\n"
REVISIONS = {
    "alembic.ini": INI,
    "app/create_tables.py": "# of an earlier lesson\n",
    "migrations/env.py": ENVIRONMENT,
    "migrations/versions/1.py": REVISION.format("'1'", None, "op.execute('CREATE TABLE users (id int)')"),
    "migrations/versions/2.py": REVISION.format("'2'", "'1'", "op.execute('CREATE TABLE posts (id int)')"),
}


def revision_of(address: str) -> list[tuple[str]]:
    with closing(psycopg2.connect(address)) as link, link.cursor() as cursor:
        cursor.execute("SELECT version_num FROM alembic_version")
        return cursor.fetchall()


def under_alembic(up: str = "op.execute('CREATE TABLE posts (id int)')") -> dict[str, str]:
    return REVISIONS | {"migrations/versions/2.py": REVISION.format("'2'", "'1'", up)}


def test_an_app_with_revisions_has_the_tables_that_they_make_and_is_at_the_newest(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALEMBIC_CONFIG", str(course / "of_another_app.ini"))
    address = database.open_for("lesson_9_9", REVISIONS)
    assert tables(address) == ["alembic_version", "posts", "users"] and revision_of(address) == [("2",)]
    alone = database.open_alone("alone", under_alembic("pass"))
    assert tables(alone) == ["alembic_version", "users"] and revision_of(alone) == [("2",)]
    assert os.environ["DATABASE_URL"] == address


def test_revisions_run_once_for_all_pages_with_the_same_files(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[Any] = []
    run = subprocess.run
    monkeypatch.setattr(
        tables_of.subprocess, "run", lambda *given, **more: ran.append(1) or run(*given, **more)
    )
    tree = under_alembic("op.execute('CREATE TABLE once (id int)')")
    for name in ["lesson_9_8", "lesson_9_9", "lesson_9_8"]:
        assert "once" in tables(database.open_for(name, tree))
    assert len(ran) == 1
    database.open_for("lesson_9_8", under_alembic("op.execute('CREATE TABLE twice (id int)')"))
    assert len(ran) == 2


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (under_alembic("op.execute('DROP TABLE nowhere')"), 'UndefinedTable.*"nowhere" does not exist'),
        (under_alembic("nam"), "NameError: name 'nam' is not defined"),
        (under_alembic("def ("), "SyntaxError: invalid syntax"),
        (under_alembic("raise RuntimeError('no way')"), "RuntimeError: no way"),
        (REVISIONS | {"migrations/versions/3.py": REVISION.format("'3'", "'1'", "pass")}, "Multiple head"),
        (REVISIONS | {"alembic.ini": "[alembic]\n"}, "script_location"),
    ],
)
def test_revisions_that_do_not_run_are_told_in_a_sentence(
    course: Path, files: dict[str, str], said: str
) -> None:
    with pytest.raises(
        CourseError, match=f"migrations/ does not run, .*migrations/ cannot be run: .*{said}"
    ) as caught:
        database.open_for("lesson_9_9", files)
    assert "sqlalche.me" not in str(caught.value) and "Traceback" not in str(caught.value)


def test_a_page_is_told_of_its_apps_revisions_that_do_not_run(course: Path) -> None:
    with pytest.raises(CourseError, match="could not be made. migrations/ cannot be run: .*Fix the file"):
        database.open_alone("alone", under_alembic("raise RuntimeError('no way')"))


def test_a_revision_that_never_ends_is_told_in_a_sentence(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables_of, "_LIMIT", 1)
    with pytest.raises(CourseError, match="migrations/ cannot be run: it was not done within 1 seconds"):
        database.open_for("lesson_9_9", under_alembic("while True: pass"))


def test_starting_at_a_lesson_with_revisions_brings_the_database_to_the_newest(course: Path) -> None:
    week = paths.NOTEBOOKS / "week4_alembic"
    about = {"minutes": 30, "topics": [], "database": True}
    cells = tiny_course.lesson_cells("4.2", list(REVISIONS.items()))
    tiny_course.write_notebook(week / "4_2_revisions.ipynb", cells, course=about)
    tiny_course.write_notebook(week / "4_3_more.ipynb", tiny_course.lesson_cells("4.3", []), course=about)
    gone = [tiny_course.cell("code", "%app_remove sql/schema.sql")]
    tiny_course.write_notebook(
        week / "4_1_before.ipynb", [tiny_course.cell("markdown", "# 4.1 · Before"), *gone], course=about
    )
    said = start_at.start_at("4.3").message
    assert "The database postboard is new, with the tables of migrations/." in said
    assert revision_of(database.address("postboard")) == [("2",)]
    assert (course / "postboard" / "migrations" / "versions" / "2.py").is_file()
    opened = page.lesson("4.3")
    assert revision_of(opened.database_url) == [("2",)]
    assert tables(page.lesson("4.2").database_url) == []


def test_starting_at_a_lesson_makes_the_database_of_the_app(course: Path) -> None:
    said = start_at.start_at("2.2").message
    assert "The database postboard is new" in said and "course url" in said
    assert tables(database.address("postboard")) == ["users"]
    assert (course / "postboard" / "sql" / "schema.sql").read_text("utf-8") == USERS


def test_a_former_database_of_the_app_is_kept_with_its_rows(course: Path) -> None:
    start_at.start_at("2.2")
    link = psycopg2.connect(database.address("postboard"))  # open all the while
    with link, link.cursor() as cursor:
        cursor.execute("INSERT INTO users VALUES (7)")
    said = start_at.start_at("2.3").message
    assert "The former one is now postboard_kept_1" in said
    assert tables(database.address("postboard")) == ["posts", "users"]
    kept = psycopg2.connect(database.address("postboard_kept_1"))
    with kept, kept.cursor() as cursor:
        cursor.execute("SELECT id FROM users")
        assert cursor.fetchall() == [(7,)]
    kept.close()
    assert "postboard_kept_2" in start_at.start_at("2.2").message


def test_starting_where_the_app_already_is_leaves_its_database(course: Path) -> None:
    start_at.start_at("2.2")
    assert "database" not in start_at.start_at("2.2").message
    postgres.drop("postboard")
    assert "The database postboard is new" in start_at.start_at("2.2").message
    assert postgres.names() == ["postboard"]


@pytest.mark.parametrize("lesson", ["1.3", "2.1"])
def test_an_app_without_tables_touches_no_database(course: Path, lesson: str) -> None:
    assert "database" not in start_at.start_at(lesson).message
    assert postgres.names() == []


def test_without_a_server_the_app_is_placed_all_the_same(
    course: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("COURSE_POSTGRES_HOME", str(tmp_path / "other"))
        patch.setenv("COURSE_PG_BIN", str(tmp_path / "nowhere"))
        said = start_at.start_at("2.2").message
    assert "now holds the app" in said and "Its database postboard was not made." in said
    assert (course / "postboard" / "sql" / "schema.sql").exists()


def test_an_unknown_database_is_told_with_those_there_are(course: Path) -> None:
    with pytest.raises(CourseError, match="There is none yet"):
        database.address("postboard")
    page.lesson("2.1")
    with pytest.raises(CourseError, match="'postboard'.*There are: lesson_2_1"):
        database.address("postboard")


def test_one_template_serves_every_page_with_the_same_tables(course: Path) -> None:
    def templates() -> int:
        with postgres.ensure().admin() as link, link.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'course_schema_%'")
            return int(cursor.fetchone()[0])

    page.lesson("2.2")
    before = templates()
    page.lesson("2.1", exercises=True)
    page.lesson("2.2")
    assert templates() == before


def test_the_catalog_knows_which_lessons_have_a_database(course: Path) -> None:
    assert [one.id for one in catalog.lessons() if one.database] == ["2.1", "2.2", "2.3"]


def test_the_address_of_a_database_is_printed_for_a_terminal(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start_at.start_at("2.2")
    main.url()
    assert tables(capsys.readouterr().out.strip()) == ["users"]
    main.url(page.lesson("2.1").database)
    assert tables(capsys.readouterr().out.strip()) == []


def psql_of(major: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the terminal's psql be of this version."""
    (folder / "bin").mkdir(exist_ok=True)
    program = folder / "bin" / "psql"
    program.write_text(f"#!/bin/sh\necho 'psql (PostgreSQL) {major}.3 (Debian {major}.3-0)'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))


@pytest.mark.skipif(os.name != "posix", reason="stands in for psql with a shell script")
@pytest.mark.parametrize(("major", "asks"), [(15, False), (16, True)])
def test_a_printed_address_wants_a_server_that_knows_the_password_where_psql_knows_that(
    course: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, major: int, asks: bool
) -> None:
    page.lesson("2.1")
    psql_of(major, tmp_path, monkeypatch)
    address = printed.address("lesson_2_1")
    assert address.endswith("?require_auth=scram-sha-256") == asks
    assert tables(address) == []


def test_an_address_that_does_not_log_in_is_not_printed(course: Path, home: Home) -> None:
    page.lesson("2.1")
    right = home.passwords_file.read_text("utf-8")
    home.passwords_file.write_text(right.replace(home.passwords()["learner"], "changed"), "utf-8")
    try:
        with pytest.raises(CourseError, match="refuses the course's password"):
            printed.address("lesson_2_1")
    finally:
        home.passwords_file.write_text(right, "utf-8")


@pytest.mark.skipif(os.name != "posix", reason="elsewhere psql is a child")
def test_psql_is_given_the_password_where_no_list_of_processes_shows_it(
    course: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.lesson("2.2")
    seen: list[Any] = []
    monkeypatch.setattr(os, "execve", lambda *given: seen.extend(given))
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(stdout="18", returncode=0))
    psql("lesson_2_2", ["--command", "SELECT 1"])
    program, command, environment = seen
    assert Path(program).name == "psql" and command[2:] == ["--command", "SELECT 1"]
    assert "lesson_2_2" in command[1] and home.passwords()["learner"] not in str(command)
    assert environment["PGPASSWORD"] == home.passwords()["learner"]
