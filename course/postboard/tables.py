"""The statements that make an app's tables, wherever a stage of the app keeps them.

Week 2 keeps them in sql/schema.sql; from week 3 on app/create_tables.py makes them from app/models.py.
"""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from course.base.errors import CourseError
from course.content import app_history

SCHEMA, MODELS = "sql/schema.sql", "app/create_tables.py"
_LIMIT = 60  # seconds; importing SQLAlchemy takes half a second on a quiet machine

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
    return next((path for path in (SCHEMA, MODELS) if tree.get(path, "").strip()), "")


def key(tree: app_history.Tree) -> str:
    """A short text that differs where the tables may: apps of one key can share a template."""
    about = tree[SCHEMA] if home(tree) == SCHEMA else repr(sorted(tree.items()))
    return hashlib.sha256(about.encode()).hexdigest()[:16]


def statements(tree: app_history.Tree) -> str:
    """The SQL that makes the tables; "" for an app without. Raises CourseError when models do not load."""
    if home(tree) != MODELS:
        return tree.get(SCHEMA, "")
    with tempfile.TemporaryDirectory(prefix="course-tables-") as folder:
        app_history.build(Path(folder), tree)
        return _of_models(Path(folder))


def _of_models(folder: Path) -> str:
    command = [sys.executable, "-B", "-P", "-c", _PRINT]
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_LIMIT
        )
    except subprocess.TimeoutExpired:
        raise CourseError(f"app/models.py was not imported within {_LIMIT} seconds.") from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise CourseError(f"app/models.py cannot be imported: {last}")
    return done.stdout
