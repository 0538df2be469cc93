"""How an app's tables are made, wherever a stage of the app keeps them.

Week 2 keeps them in sql/schema.sql; from week 3 on app/create_tables.py makes them from app/models.py; from
lesson 4.2 on Alembic runs the revisions in migrations/.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

from course.base.errors import CourseError
from course.content import app_history
from course.postboard import import_graph, page_app, secret
from course.postgres.settings import DATABASE_VARIABLE

SCHEMA, MODELS, REVISIONS = "sql/schema.sql", "app/create_tables.py", "migrations/env.py"
_LIMIT = 60  # seconds; importing SQLAlchemy and Alembic takes a second on a quiet machine

# A mock engine prints what create_all would send, without a server.
_PRINT = """
import os, sys
sys.path.append(os.getcwd())  # last: a learner's token.py beside the app takes no library's place
from sqlalchemy import create_mock_engine
from app.models import Base
engine = create_mock_engine(
    "postgresql+psycopg2://", lambda sql, *_, **__: print(f"{sql.compile(dialect=engine.dialect)};")
)
Base.metadata.create_all(engine, checkfirst=False)
"""


def home(tree: app_history.Tree) -> str:
    """The file that says what the tables are; "" for an app without tables."""
    return next((path for path in (SCHEMA, REVISIONS, MODELS) if tree.get(path, "").strip()), "")


def source(tree: app_history.Tree) -> str:
    """What a reader is told that the tables come from: a file, or the folder of the revisions."""
    return "migrations/" if home(tree) == REVISIONS else home(tree)


def key(tree: app_history.Tree) -> str:
    """A short text that differs where the tables may: apps of one key can share a template."""
    about = tree[SCHEMA] if home(tree) == SCHEMA else repr(sorted(_about_tables(tree).items()))
    return hashlib.sha256(about.encode()).hexdigest()[:16]


def _about_tables(tree: app_history.Tree) -> app_history.Tree:
    """The revisions or the models, what they import, directly or not, and settings such as alembic.ini.

    Not the rest: each of a hundred broken apps, or each new test, would have its tables made anew.
    """
    code = {path for path in tree if path.endswith(".py")}
    first = {path for path in code if path.startswith("migrations/")} or {MODELS, "app/models.py"} & code
    try:
        needed = import_graph.reached(tree, sorted(first))
    except SyntaxError:  # it may be any file; what runs it says which
        return tree
    rest = tree.keys() - code - app_history.tests_in(tree)
    return {path: tree[path] for path in needed | rest}


def make(tree: app_history.Tree, address: str) -> None:
    """Make the app's tables in the empty database at `address`; nothing for an app without.

    Raises CourseError when the app's own Python does not run, and psycopg2's errors for SQL that is refused.
    """
    if home(tree) == REVISIONS:
        with _built(tree) as folder:
            _run(folder, "-m", "alembic", "upgrade", "head", failed="migrations/ cannot be run", at=address)
    elif statements := _statements(tree).strip():
        with closing(psycopg2.connect(address)) as link, link, link.cursor() as cursor:
            cursor.execute(statements)


def _statements(tree: app_history.Tree) -> str:
    """The SQL that makes the tables of an app without revisions; "" for one without tables."""
    if home(tree) != MODELS:
        return tree.get(SCHEMA, "")
    with _built(tree) as folder:
        return _run(folder, "-c", _PRINT, failed="app/models.py cannot be imported")


@contextmanager
def _built(tree: app_history.Tree) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="course-tables-") as folder:
        app_history.build(Path(folder), tree)
        yield Path(folder)


def _run(folder: Path, *arguments: str, failed: str, at: str = "") -> str:
    """What a Python in the app's folder prints; `at`: the database that the app uses."""
    command = [sys.executable, "-B", "-P", *arguments]
    secret.ensure()
    where = os.environ | ({DATABASE_VARIABLE: at} if at else {})
    where.pop(page_app.ALEMBIC_VARIABLE, None)  # the app in the folder, not the page's
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=where,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LIMIT,
        )
    except subprocess.TimeoutExpired:
        raise CourseError(f"{failed}: it was not done within {_LIMIT} seconds.") from None
    if done.returncode:
        raise CourseError(f"{failed}: {_error(done.stdout, done.stderr)}")
    return done.stdout


def _error(out: str, err: str) -> str:
    """The line that says what went wrong: below the last frame of a traceback, else Alembic's last one."""
    lines = err.splitlines()
    frames = [number for number, line in enumerate(lines) if line.startswith('  File "')]
    if frames:
        return next((line for line in lines[frames[-1] :] if not line.startswith(" ")), lines[-1])
    return ((out.strip() or err.strip()).splitlines() or ["it ended without a word"])[-1]
