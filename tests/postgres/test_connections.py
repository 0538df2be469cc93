"""No page drains the server: what an app no longer uses is closed, and who is refused learns who holds it all."""

import asyncio
import contextlib
import gc
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from postgres_support import own_home, until

from course import look, postgres
from course.base.errors import CourseError
from course.postboard import page_app
from course.postgres import crowd, settings

DATABASE_MODULE = """
import os
from psycopg2.pool import ThreadedConnectionPool
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine

class Database:
    def __init__(self):
        self._pool = ThreadedConnectionPool(3, 3, os.environ["DATABASE_URL"])

engine = create_engine(os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg2:"))
async_engine = create_async_engine(os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:"))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch, own_home(tmp_path_factory.mktemp("work"), patch):
        yield patch


def connections(database: str) -> int:
    """How many connections there are to a database."""
    with postgres.ensure().admin() as link, link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [database])
        return int((cursor.fetchone() or [0])[0])


@pytest.fixture
def app(server: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """The database module of an app, imported from a folder."""
    server.setenv("DATABASE_URL", postgres.reset("lesson_2_5"))
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").touch()
    (tmp_path / "app" / "database.py").write_text(DATABASE_MODULE, "utf-8")
    (tmp_path / "app" / "main.py").write_text(
        "from app.database import Database, async_engine, engine\n\ndatabase = Database()\n"
    )
    page_app.use(tmp_path)
    yield importlib.import_module("app.main")
    page_app.leave()
    postgres.drop("lesson_2_5")


def test_an_app_that_is_loaded_anew_leaves_no_connection_behind(app: Any) -> None:
    with app.engine.connect():
        pass
    assert connections("lesson_2_5") == 4
    page_app.forget(page_app.current())
    assert "app.database" not in sys.modules
    until(lambda: connections("lesson_2_5") == 0)


def test_nor_does_an_async_engine_whose_loop_is_over(app: Any, recwarn: pytest.WarningsRecorder) -> None:
    async def connect() -> None:
        async with app.async_engine.connect() as link:
            await link.exec_driver_sql("SELECT 1")

    gc.collect()  # what tests before this one have left
    recwarn.clear()
    asyncio.run(connect())
    assert connections("lesson_2_5") == 4
    page_app.forget(page_app.current())
    until(lambda: connections("lesson_2_5") == 0)
    gc.collect()
    assert [str(each.message) for each in recwarn if "psycopg" in str(each.message)] == []


def test_who_still_has_the_app_of_before_can_go_on_with_it(app: Any) -> None:
    held = app.database._pool.getconn()
    page_app.forget(page_app.current())
    until(lambda: connections("lesson_2_5") == 1)
    assert not held.closed
    other = app.database._pool.getconn()
    with other.cursor() as cursor:
        cursor.execute("SELECT 1")
    app.database._pool.putconn(other)
    app.database._pool.putconn(held)
    with app.engine.connect() as link:
        assert link.exec_driver_sql("SELECT 2").scalar() == 2


@contextlib.contextmanager
def full(url: str) -> Iterator[None]:
    """A server that refuses every further connection of the learner's, held by one page."""
    with (
        contextlib.closing(psycopg2.connect(url)),
        postgres.ensure().admin() as link,
        link.cursor() as cursor,
    ):
        cursor.execute(f"ALTER ROLE {settings.LEARNER} CONNECTION LIMIT 1")
        try:
            yield
        finally:
            cursor.execute(f"ALTER ROLE {settings.LEARNER} CONNECTION LIMIT -1")


def test_who_is_refused_learns_which_page_holds_the_connections(server: pytest.MonkeyPatch) -> None:
    url = postgres.reset("exercises_2_5")
    with full(url), pytest.raises(CourseError) as caught:
        look.query("SELECT 1", url=url)
    assert "no connection left" in str(caught.value)
    assert "Most are held by the page of the exercises of 2.5." in str(caught.value)
    assert "Running Terminals and Kernels" in str(caught.value)


def test_another_error_is_told_as_before(server: pytest.MonkeyPatch) -> None:
    url = postgres.url("nowhere")
    assert crowd.sentence(psycopg2.OperationalError("connection refused")) == ""
    with pytest.raises(CourseError, match="cannot be reached"):
        look.query("SELECT 1", url=url)


@pytest.mark.parametrize(
    ("database", "said"),
    [
        ("lesson_3_1", "the page of lesson 3.1"),
        ("exercises_2_5_fresh", "the page of the exercises of 2.5"),
        ("lesson_2_1_lab", "the page of lesson 2.1"),
        ("postboard", "the database postboard"),
    ],
)
def test_a_page_is_known_by_its_database(database: str, said: str) -> None:
    assert crowd.page(database) == said
