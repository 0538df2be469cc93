"""The finished app's revisions: they make what the models want, and each goes up, down and up with rows."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from alembic.script import ScriptDirectory

from course import postgres
from course.base import paths
from course.content import app_history
from course.postboard import tables
from course.postgres import catalog as structure

SCRIPTS = ScriptDirectory(str(paths.SAMPLE_APP / "migrations"))  # a Config would put the app on our path
REVISIONS = [each.revision for each in reversed(list(SCRIPTS.walk_revisions()))]


@pytest.fixture
def url() -> Iterator[str]:
    yield postgres.reset("migrated")
    postgres.drop("migrated")


def alembic(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", "-m", "alembic", *arguments]
    where = os.environ | {"DATABASE_URL": url}
    return subprocess.run(
        command, cwd=paths.SAMPLE_APP, env=where, capture_output=True, text=True, check=False
    )


def run(url: str, sql: str) -> list[tuple]:
    with closing(psycopg2.connect(url)) as link, link, link.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


NEEDED = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_name = 'posts' AND is_nullable = 'NO' AND column_default IS NULL
        AND is_identity = 'NO' AND is_generated = 'NEVER'
"""


OTHERS = {
    "comments": "(post_id, author_id, content) SELECT p.id, u.id, 'Good.' FROM posts AS p, users AS u",
    "tags": "(name) VALUES ('tea')",
    "post_tags": "(post_id, tag_id) SELECT p.id, t.id FROM posts AS p, tags AS t",
    "votes": "(user_id, post_id, value) SELECT u.id, p.id, 1 FROM posts AS p, users AS u",
}


def fill(url: str) -> dict[str, int]:
    """Rows in every table: each column of a post that needs a value gets one of its type. How many there are."""
    needed = dict(run(url, NEEDED))
    if run(url, "SELECT to_regclass('users')") != [(None,)]:
        run(url, "INSERT INTO users (name) VALUES ('ada')")
    value = {"text": "'Post ' || n", "integer": "(SELECT min(id) FROM users)"}
    values = ", ".join(value[kind] for kind in needed.values())
    run(url, f"INSERT INTO posts ({', '.join(needed)}) SELECT {values} FROM generate_series(1, 3) AS n")
    for table, rest in OTHERS.items():
        if run(url, f"SELECT to_regclass('{table}')") != [(None,)]:
            run(url, f"INSERT INTO {table} {rest}")
    return counted(url)


def counted(url: str) -> dict[str, int]:
    tables_there = run(
        url, "SELECT relname::text FROM pg_stat_user_tables WHERE relname <> 'alembic_version'"
    )
    return {table: run(url, f"SELECT count(*) FROM {table}")[0][0] for (table,) in tables_there}


def test_there_is_one_head():
    assert len(SCRIPTS.get_heads()) == 1


def test_revisions_and_models_make_the_same_database(url):
    tables.make(app_history.final(), url)
    followed = structure.read(url)
    made = app_history.final()
    by_models = {path: text for path, text in made.items() if not path.startswith("migrations/")}
    other = postgres.reset("modelled")
    tables.make(by_models | {tables.MODELS: "# from the models\n"}, other)
    assert repr(followed.to(structure.read(other))) == "no difference"
    postgres.drop("modelled")
    done = alembic(url, "check")
    assert "No new upgrade operations detected." in done.stdout, done.stdout + done.stderr


def test_an_empty_database_gets_everything_by_one_command(url):
    done = alembic(url, "upgrade", "head")
    assert done.returncode == 0, done.stderr
    assert run(url, "SELECT version_num FROM alembic_version") == [(REVISIONS[-1],)]


def before(revision: str) -> tuple[str, ...]:
    """The revisions before one: none, one, or those that a merge joins."""
    down = SCRIPTS.get_revision(revision).down_revision
    return (down,) if isinstance(down, str) else tuple(down or ())


@pytest.mark.parametrize("revision", [each for each in REVISIONS if len(before(each)) < 2])
def test_a_revision_goes_up_down_and_up_with_rows(url, revision):
    first = "".join(before(revision)) or "base"
    if first != "base":
        assert alembic(url, "upgrade", first).returncode == 0
    start, rows = structure.read(url), {} if first == "base" else fill(url)
    assert first == "base" or rows and all(rows.values()), rows
    assert alembic(url, "upgrade", revision).returncode == 0
    risen = structure.read(url)
    down = alembic(url, "downgrade", first)
    assert down.returncode == 0, down.stderr  # none of them has a reason to refuse
    assert repr(start.to(structure.read(url))) == "no difference"
    assert counted(url) == rows
    assert alembic(url, "upgrade", revision).returncode == 0
    assert repr(risen.to(structure.read(url))) == "no difference"


@pytest.mark.parametrize("revision", [each for each in REVISIONS if len(before(each)) > 1])
def test_a_merge_changes_nothing(url, revision):
    for each in before(revision):
        assert alembic(url, "upgrade", each).returncode == 0
    joined = structure.read(url)
    assert alembic(url, "upgrade", revision).returncode == 0
    assert repr(joined.to(structure.read(url))) == "no difference"
    assert run(url, "SELECT version_num FROM alembic_version") == [(revision,)]
