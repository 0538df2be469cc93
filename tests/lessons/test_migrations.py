"""The finished app's revisions: they make what the models want, and each goes up, down and up with rows."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from course import postgres
from course.base import paths
from course.content import app_history
from course.postboard import tables
from course.postgres import catalog as structure

SCRIPTS = ScriptDirectory.from_config(Config(paths.SAMPLE_APP / "alembic.ini"))
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


def fill(url: str) -> None:
    """A row or two in every table: each column without a default gets some value of its type."""
    run(
        url,
        "INSERT INTO posts (title, content) SELECT 'Post ' || n, 'About ' || n FROM generate_series(1, 3) AS n",
    )


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


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_revision_goes_up_down_and_up_with_rows(url, revision):
    """What a revision that refuses to go down says is a sentence, and it changes nothing."""
    before = SCRIPTS.get_revision(revision).down_revision
    below = (before,) if isinstance(before, str) else before or ()
    for each in below:  # a merge stands on several, and its downgrade leaves the database at all of them
        assert alembic(url, "upgrade", each).returncode == 0
    first = below[0] if below else "base"
    if first != "base":
        fill(url)
    start, rows = structure.read(url), run(url, "SELECT title FROM posts") if first != "base" else []
    assert alembic(url, "upgrade", revision).returncode == 0
    risen = structure.read(url)
    down = alembic(url, "downgrade", first)
    if down.returncode:
        assert "Traceback" not in down.stderr.splitlines()[-1] and structure.read(url).to(risen) == ()
        return
    assert repr(risen.to(risen)) == "no difference" and repr(start.to(structure.read(url))) == "no difference"
    if first != "base":
        assert run(url, "SELECT title FROM posts") == rows
    assert alembic(url, "upgrade", revision).returncode == 0
    assert repr(risen.to(structure.read(url))) == "no difference"
