"""Checks of the exercises of lesson 3.1."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Barrier, BrokenBarrierError
from time import monotonic, sleep, time
from typing import Any
from unittest.mock import patch

import psycopg2
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool

from course import sql_tape
from course.checks import ask, engine_for, exercise, expect, finished, in_thread, require

DRIVER = "postgresql+psycopg2"
TABLE = """
    CREATE TABLE posts (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        title text NOT NULL UNIQUE CHECK (length(title) BETWEEN 1 AND 200),
        content text NOT NULL CHECK (length(content) BETWEEN 1 AND 20000),
        published boolean NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL DEFAULT now()
    )
"""


def fill(url: str, *posts: tuple[str, str, bool]) -> None:
    """Make the table, with these posts (title, content, published), numbered from 1."""
    ask(url, TABLE)
    for post in posts:
        ask(url, "INSERT INTO posts (title, content, published) VALUES (%s, %s, %s)", post)


@contextmanager
def pooled(url: str, size: int = 2) -> Iterator[Engine]:
    """An engine with a small pool that lets nobody wait for long; all of it is gone after the block."""
    options = {"connect_args": {"options": "-c lock_timeout=2s"}}
    address = make_url(url).set(drivername=DRIVER)
    engine = create_engine(address, pool_size=size, max_overflow=0, pool_timeout=0.2, **options)
    collecting = gc.isenabled()
    gc.disable()  # the collector would give back what was forgotten, at a time of its own
    try:
        yield engine
    finally:
        gc.enable() if collecting else None
        gc.collect(0)  # what was made in the block is all young; the rest of the process costs 60 ms a look
        engine.dispose()


PASSWORDS = ["fake@123", "fa:ke/1", "50%40off", "100%", "fake?1#2", "[fake]&x=1", "fäke€1"]
SIGNS = "!\"#$%&'()*,-./:;<=>?@[\\]^_`{|}~é€\t"  # a space and a plus have an expectation of their own


@exercise(
    "3.1a",
    hints=[
        "Which signs does an address give a meaning, and who knows how to write them inside a part?",
        "Look at the cell under 'fake@123' in the lesson: which object was it, and how did it become a text?",
        "URL.create(driver, user, password, host, port, database), then its method that renders a text.",
    ],
)
class TestAddress:
    def test_the_example_comes_out_as_it_is_written(self, database_address):
        expect(
            database_address("ada", "fake@123", "db.example.com", "postboard"),
            "postgresql+psycopg2://ada:fake%40123@db.example.com:5432/postboard",
            tried='database_address("ada", "fake@123", "db.example.com", "postboard")',
            means={
                "postgresql+psycopg2://ada:***@db.example.com:5432/postboard": "Printed, an address hides "
                "its password; so does str()."
            },
        )

    def test_signs_with_a_meaning_survive_in_a_password(self, database_address):
        for password in [*PASSWORDS, *(f"a{sign}b" for sign in SIGNS), *SIGNS]:
            self.judge(database_address, "ada", password, "db.example.com", "postboard")

    def test_a_space_and_a_plus_survive_in_a_password(self, database_address):
        for password in ["fake 123", "fake+123", "fake + 1"]:
            self.judge(database_address, "ada", password, "db.example.com", "postboard")

    def test_a_user_name_may_hold_any_sign(self, database_address):
        for user in [
            "ada@example.com",
            "ada:b",
            "ada/b",
            "ada b+c",
            "50%40off",
            *(f"a{sign}b" for sign in SIGNS),
        ]:
            self.judge(database_address, user, "fake", "db.example.com", "postboard")

    def test_a_database_name_may_hold_any_sign(self, database_address):
        for database in [
            "shop?1",
            "shop#2",
            "50%40off",
            "shop b+c",
            *(f"a{sign}b" for sign in SIGNS if sign != "/"),
        ]:
            self.judge(database_address, "ada", "fake", "db.example.com", database)

    def test_every_part_stands_in_its_place(self, database_address):
        for parts in [
            ("eve", "fake-1", "10.0.0.7", "shop"),
            ("bob", "fake-2", "localhost", "notes"),
            ("Eve", "Fake-3", "db", "Shop"),
        ]:
            self.judge(database_address, *parts)

    def test_the_driver_is_named(self, database_address):
        expect(
            self.read(database_address, "ada", "fake", "localhost", "postboard").drivername,
            DRIVER,
            tried='database_address("ada", "fake", "localhost", "postboard"): its driver',
            means={"postgresql": "The bare name means psycopg 3 today."},
        )

    def read(self, database_address, *parts) -> URL:
        tried = f"database_address{parts!r}, read again with make_url"
        written = database_address(*parts)
        require(isinstance(written, str), tried=tried, expected="a text", got=type(written).__name__)
        try:
            return make_url(written)
        except (SQLAlchemyError, ValueError) as error:
            require(False, tried=tried, expected="an address", got=f"{type(error).__name__}: {error}")

    def judge(self, database_address, *parts):
        tried = f"database_address{parts!r}, read again with make_url"
        url = self.read(database_address, *parts)
        expect(
            (url.username, url.password, url.host, url.database),
            parts,
            tried=tried,
            means="A sign that has a meaning in an address, @ : / % ?, must be escaped inside a part, once. "
            "A + in an address is a plus; for a space it stands in forms.",
        )
        expect(url.port, 5432, tried=f"{tried}: the port")


TEXT = "Some text."
COPIES = [
    ("Hello", TEXT, True),
    ("Sockets", "Another text.", True),
    ("Draft", TEXT, False),
    ("Advice", TEXT, True),
    ("Quote", "It's 100%; :x --", True),
    ("More", "Some text. And more.", True),
    ("Small", "some text.", True),
    ("It's 100% :x", "Last text.", True),
    ("Space", "Some text. ", True),
    ("Hidden", "Another text.", False),
    ("Begin", "Some text", True),
]


@contextmanager
def reading(url: str) -> Iterator[Session]:
    """A session on a table whose rows lie in another order than that of their ids."""
    fill(url, *COPIES)
    ask(url, "UPDATE posts SET created_at = now() WHERE id = 1")  # the row moves to the end
    with engine_for(url) as engine, Session(engine) as session:
        yield session


def listed(result: Any, tried: str) -> list[Any]:
    """What was returned, when that is a list."""
    require(
        isinstance(result, (list, tuple)),
        tried=tried,
        expected="a list",
        got=type(result).__name__,
        means="Does the function return anything?"
        if result is None
        else "A result of SQLAlchemy can be read only once, like a generator; all() makes a list of it.",
    )
    return list(result)


def ids_of(rows: list[Any]) -> list[Any]:
    """The first of each row; what is no row stays as it is."""
    return [row[0] if isinstance(row, Sequence) and row else row for row in rows]


def posts_of(result: Any, post_class: type, tried: str) -> list[Any]:
    """What was returned, when that is a list of Post."""
    found = listed(result, tried)
    kinds = {type(each).__name__ for each in found}
    require(
        all(isinstance(each, post_class) for each in found),
        tried=tried,
        expected="a list of Post",
        got=f"a list of {', '.join(sorted(kinds))}",
        means="session.execute gives rows, even of objects; session.scalars takes the first of each.",
    )
    return found


@exercise(
    "3.1b",
    hints=[
        "Which two conditions does a post meet, and who should check them: Python or PostgreSQL?",
        "Look at the cell under 'The same question, three times': what came back from each of the three?",
        "session.execute(text('… :content …'), {…}); session.scalars(select(Post).where(…).order_by(…)).",
    ],
)
class TestRowsAndObjects:
    def test_the_rows_are_pairs(self, rows_with, database_url):
        with reading(database_url) as session:
            for content, wanted in [
                (TEXT, [(1, "Hello"), (4, "Advice")]),
                ("Another text.", [(2, "Sockets")]),
                ("Last text.", [(8, "It's 100% :x")]),
                ("No text.", []),
            ]:
                tried = f"rows_with(session, {content!r})"
                got = listed(rows_with(session, content), tried)
                pairs = [tuple(row) if isinstance(row, tuple) else row for row in got]
                expect(
                    sorted(pairs, key=str),
                    wanted,
                    tried=f"{tried}, in any order",
                    means="Posts 3 and 10 are drafts, and the contents of 6, 7, 9 and 11 are not exactly this one.",
                )

    def test_the_objects_are_posts(self, posts_with, Post, database_url):
        with reading(database_url) as session:
            for content, wanted in [(TEXT, [1, 4]), ("Another text.", [2]), ("No text.", [])]:
                tried = f"posts_with(session, {content!r})"
                got = posts_of(posts_with(session, content), Post, tried)
                expect(
                    sorted(each.id for each in got),
                    wanted,
                    tried=f"{tried}: the ids, in any order",
                    means="Posts 3 and 10 are drafts, and the contents of 6, 7, 9 and 11 are not exactly this one.",
                )

    def test_the_lowest_id_comes_first(self, rows_with, posts_with, Post, database_url):
        with reading(database_url) as session:
            self.judge_ids(session, rows_with, posts_with, Post, TEXT, [1, 4])

    def test_many_posts_are_found_in_the_order_of_their_ids(self, rows_with, posts_with, Post, database_url):
        with reading(database_url) as session:
            ask(
                database_url,
                "INSERT INTO posts (title, content) SELECT 'Post ' || n, 'Many.' FROM generate_series(1, 120) AS n",
            )
            first = len(COPIES) + 1
            self.judge_ids(session, rows_with, posts_with, Post, "Many.", list(range(first, first + 120)))

    def test_a_text_may_hold_any_sign(self, rows_with, posts_with, Post, database_url):
        contents = {
            "It's 100%; :x --": [5],
            "x' OR 'x' = 'x": [],
            "%": [],
            "Some_text.": [],
            "Some text. ": [9],
            " Some text.": [],
            "nothing": [],
        }
        with reading(database_url) as session:
            for content, wanted in contents.items():
                self.judge_ids(session, rows_with, posts_with, Post, content, wanted)

    def judge_ids(self, session, rows_with, posts_with, Post, content, wanted):
        tried = f"rows_with and posts_with (session, {content!r})"
        rows = ids_of(listed(rows_with(session, content), tried))
        posts = [post.id for post in posts_of(posts_with(session, content), Post, tried)]
        expect(
            (rows, posts),
            (wanted, wanted),
            tried=f"{tried}: the ids",
            means="Without ORDER BY id a table has no order: it is where the rows happen to lie."
            if len(wanted) > 1
            else "A value belongs beside the statement, never into it, and LIKE takes % and _ for patterns.",
        )

    def test_what_the_caller_began_the_caller_ends(self, rows_with, posts_with, database_url):
        for function in (rows_with, posts_with):
            with reading(database_url) as session:
                session.execute(text("UPDATE posts SET content = 'Mine.' WHERE id = 2"))
                found = ids_of(listed(function(session, "Mine."), f'{function.__name__}(session, "Mine.")'))
                tried = f"the session updates post 2, no commit; {function.__name__}(session, 'Mine.')"
                expect(len(found), 1, tried=f"{tried}: how many it finds")
                others = "SELECT content FROM posts WHERE id = 2"
                expect(ask(database_url, others), [("Another text.",)], tried=f"{tried}, what others see")
                session.commit()
                got = ask(database_url, others)
                expect(got, [("Mine.",)], tried=f"{tried}, then a commit by the caller, what others see")
            ask(database_url, "DROP TABLE posts")

    def test_a_change_of_an_object_is_saved_by_commit(self, posts_with, Post, database_url):
        with reading(database_url) as session:
            posts = posts_of(posts_with(session, TEXT), Post, f"posts_with(session, {TEXT!r})")
            for post in posts:
                post.title = f"{post.title} (copy)"
            session.commit()
        titles = [title for (title,) in ask(database_url, "SELECT title FROM posts ORDER BY id")]
        expect(
            titles,
            [
                f"{title} (copy)" if number in (1, 4) else title
                for number, (title, *_) in enumerate(COPIES, 1)
            ],
            tried="posts_with(…), another title for each, session.commit(), then all titles",
            means="The session saves objects that it loaded. One made by hand it does not know.",
        )

    def test_one_statement_each_and_no_more_rows_than_are_wanted(self, rows_with, posts_with, database_url):
        with reading(database_url) as session:
            for function in [rows_with, posts_with]:
                with sql_tape() as tape:
                    listed(function(session, TEXT), f"{function.__name__}(session, {TEXT!r})")
                tape.at_most(1, f"{function.__name__}(session, {TEXT!r})")
                rows = sum(sent.rows or 0 for sent in tape)
                expect(rows, 2, tried=f"{function.__name__}(session, {TEXT!r}): the rows that came")
                require(
                    session.in_transaction(),
                    tried=f"{function.__name__}(session, {TEXT!r}): the session afterwards",
                    expected="still in its transaction, which is the caller's to end",
                    got="a session without one",
                )


@contextmanager
def lending(url: str, size: int = 2) -> Iterator[tuple[Engine, sessionmaker[Session]]]:
    """A factory on a small pool, with three posts in the table."""
    fill(url, *((title, TEXT, True) for title in ["Hello", "Sockets", "Ideas"]))
    with pooled(url, size) as engine:
        yield engine, sessionmaker(engine)


def expect_all_back(engine: Engine, tried: str) -> None:
    """Nothing of the pool is lent."""
    expect(
        engine.pool.checkedout(),
        0,
        tried=f"{tried}, then the number of connections that are lent",
        means="A way out of the function leads past the end of the session. An exception is a way out, too.",
    )


@contextmanager
def opening_one(engine: Engine, tried: str) -> Iterator[None]:
    """What is done in the block opens one connection: each call uses the one that came back."""
    opened: list[Any] = []
    event.listen(engine, "connect", lambda link, _: opened.append(link))
    yield
    means = "Who throws a connection or its pool away has not given the connection back."
    expect(len(opened), 1, tried=f"{tried}: how many connections were opened", means=means)


class Stopped(BaseException):
    """Ends the program, like KeyboardInterrupt: it is no Exception."""


class Stopping(Session):
    """A session in which the program is stopped right after a statement."""

    def execute(self, *arguments: Any, **options: Any) -> Any:
        super().execute(*arguments, **options)
        raise Stopped

    scalar = scalars = execute


def attempt(engine: Engine, kind: type[Exception], tried: str, function: Any, *arguments: Any) -> None:
    """Call a function that must raise this kind of error, and give its connection back."""
    raised = "nothing"
    try:
        function(*arguments)
    except kind:
        raised = kind.__name__
    except NoConnection:
        raised = "TimeoutError: the calls before this one still have their connections"
    except (SQLAlchemyError, LookupError) as error:
        raised = type(error).__name__
    expect(raised, kind.__name__, tried=f"{tried}: what it raises")
    expect_all_back(engine, tried)


@exercise(
    "3.1c",
    hints=[
        "Follow each way out of each function. On which ones is the session still open?",
        "Which connections does `commit` give back, and what happens when a statement fails before it?",
        "with factory() as session: … around everything that uses the session, in both functions.",
    ],
)
class TestGivenBack:
    def test_a_post_that_does_not_exist_gives_its_connection_back(self, title_of, database_url):
        with lending(database_url) as (engine, factory):
            for post_id in [7, 8, 9]:
                attempt(engine, LookupError, f"title_of(factory, {post_id})", title_of, factory, post_id)

    def test_renaming_a_post_that_does_not_exist_gives_its_connection_back(self, rename, database_url):
        with lending(database_url) as (engine, factory):
            for post_id in [7, 8, 9]:
                tried = f'rename(factory, {post_id}, "Ports")'
                attempt(engine, LookupError, tried, rename, factory, post_id, "Ports")

    def test_a_title_that_is_refused_gives_its_connection_back(self, rename, database_url):
        with lending(database_url) as (engine, factory):
            for title in ["Hello", "", "Ideas", "x" * 201]:
                tried = f"rename(factory, 2, {title!r})"
                attempt(engine, IntegrityError, tried, rename, factory, 2, title)
        self.expect_titles(database_url, ["Hello", "Sockets", "Ideas"], "four titles that are refused")

    def test_an_id_that_no_post_can_have_gives_its_connection_back(self, title_of, rename, database_url):
        with lending(database_url) as (engine, factory):
            for post_id in [2**31, 2**40, 2**70]:
                tried = f"title_of(factory, {post_id})"
                attempt(engine, LookupError, tried, title_of, factory, post_id)
                tried = f"rename(factory, {post_id}, 'Ports')"
                attempt(engine, LookupError, tried, rename, factory, post_id, "Ports")

    def test_a_statement_that_fails_gives_its_connection_back(self, title_of, rename, database_url):
        with lending(database_url) as (engine, factory):
            ask(database_url, "ALTER TABLE posts RENAME TO old_posts")
            gone = "the table is gone; "
            for _ in range(3):
                attempt(engine, ProgrammingError, f"{gone}title_of(factory, 2)", title_of, factory, 2)
            for _ in range(3):
                tried = f'{gone}rename(factory, 2, "Ports")'
                attempt(engine, ProgrammingError, tried, rename, factory, 2, "Ports")

    def test_a_commit_that_fails_gives_its_connection_back(self, rename, database_url):
        with lending(database_url) as (engine, factory):
            late = "DROP CONSTRAINT posts_title_key, ADD UNIQUE (title) DEFERRABLE INITIALLY DEFERRED"
            ask(database_url, f"ALTER TABLE posts {late}")
            for _ in range(3):
                tried = 'PostgreSQL compares titles when the transaction commits; rename(factory, 2, "Hello")'
                attempt(engine, IntegrityError, tried, rename, factory, 2, "Hello")

    def test_a_program_that_is_stopped_gives_its_connection_back(self, title_of, rename, database_url):
        for function, arguments in [(title_of, (2,)), (rename, (2, "Ports"))]:
            with lending(database_url) as (engine, _):
                tried = f"somebody presses Ctrl+C in {function.__name__}, after its first statement"
                with suppress(Stopped):
                    function(sessionmaker(engine, class_=Stopping), *arguments)
                expect_all_back(engine, tried)
            ask(database_url, "DROP TABLE posts")

    def test_what_works_gives_its_connection_back(self, title_of, rename, database_url):
        with (
            lending(database_url, size=1) as (engine, factory),
            opening_one(engine, "title_of, three times, and rename, twice"),
        ):
            for post_id, title in [(2, "Sockets"), (3, "Ideas"), (1, "Hello")]:
                expect(title_of(factory, post_id), title, tried=f"title_of(factory, {post_id})")
                expect_all_back(engine, f"title_of(factory, {post_id})")
            for post_id, title in [(2, "Ports"), (3, "Rain")]:
                rename(factory, post_id, title)
                expect_all_back(engine, f"rename(factory, {post_id}, {title!r})")

    def test_a_new_title_is_stored(self, title_of, rename, database_url):
        with lending(database_url) as (_, factory):
            rename(factory, 2, "Ports")
            rename(factory, 3, " It's 100% :id ")
            rename(factory, 1, "x" * 200)
            wanted = ["x" * 200, "Ports", " It's 100% :id "]
            self.expect_titles(database_url, wanted, "three calls of rename")
            expect([title_of(factory, each) for each in (1, 2, 3)], wanted, tried="title_of for each of them")

    def expect_titles(self, url, wanted, tried):
        titles = [title for (title,) in ask(url, "SELECT title FROM posts ORDER BY id")]
        expect(
            titles,
            wanted,
            tried=f"{tried}, then all titles, seen from another session",
            means="Closing a session rolls back what was not committed.",
        )


OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
CUT = f"SELECT pg_terminate_backend(pid, 5000) {OTHERS}"


@contextmanager
def made(make_engine: Any, url: str, most: int, wait: float = 0.2) -> Iterator[Engine]:
    """The learner's engine; it is gone after the block."""
    engine = make_engine(url, most, wait)
    tried = f"make_engine(url, {most}, {wait})"
    require(isinstance(engine, Engine), tried=tried, expected="an engine", got=type(engine).__name__)
    try:
        yield engine
    finally:
        engine.dispose()


def borrow(engine: Engine) -> tuple[Any, float]:
    """A connection, or the error, or None when it still waits; and how many seconds that took."""
    begun, came = monotonic(), in_thread(engine.connect)
    got = (came.exception() or came.result()) if finished(came) else None
    return got, monotonic() - begun


def servers_of(engine: Engine, count: int, tried: str) -> list[int]:
    """Borrow so many connections at once, give them back; the numbers of their processes."""
    lent: list[Any] = []
    try:
        for number in range(1, count + 1):
            got, _ = borrow(engine)
            require(
                got is not None and not isinstance(got, Exception),
                tried=f"{tried}: borrower {number} of {count}",
                expected="a connection",
                got="nothing yet, it waits" if got is None else type(got).__name__,
            )
            lent.append(got)
        return sorted(each.scalar(text("SELECT pg_backend_pid()")) for each in lent)
    finally:
        for each in lent:
            each.close()


@exercise(
    "3.1d",
    limit_seconds=20.0,
    hints=[
        "What becomes of a connection in overflow when it is given back? Is that wanted here?",
        "Go through the table of settings in the lesson: which of the five does each wish need?",
        "make_url(url).set(drivername=…), and four settings: size, overflow, timeout, a question before lending.",
    ],
)
class TestSettings:
    def test_it_uses_psycopg2_whatever_the_address_says(self, make_engine, database_url):
        for scheme in ["postgresql", DRIVER]:
            url = make_url(database_url).set(drivername=scheme).render_as_string(hide_password=False)
            with made(make_engine, url, 2) as engine:
                expect(
                    engine.driver,
                    "psycopg2",
                    tried=f"make_engine({scheme}://…): its driver",
                    means={"psycopg": "That is psycopg 3: what the bare name means."},
                )

    def test_what_else_the_address_says_stays(self, make_engine, database_url):
        url = make_url(database_url).update_query_dict({"application_name": "shop"})
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with made(make_engine, address, 2) as engine, engine.connect() as connection:
            got = connection.scalar(text("SHOW application_name"))
            server = connection.scalar(text("SELECT current_database()"))
        expect(
            (server, got),
            (url.database, "shop"),
            tried='make_engine("postgresql://…?application_name=shop", 2, 0.2): the database, and that name',
        )

    def test_it_opens_nothing_when_it_is_made(self, make_engine, database_url):
        with made(make_engine, database_url, 3):
            count = ask(database_url, f"SELECT count(*) {OTHERS}")[0][0]
        expect(count, 0, tried="make_engine(url, 3, 0.2), then the sessions of the database")

    def test_as_many_as_are_allowed_can_be_lent_at_once(self, make_engine, database_url):
        for most in [1, 3, 7]:
            with made(make_engine, database_url, most) as engine:
                servers = servers_of(engine, most, f"make_engine(url, {most}, 0.2)")
                expect(len(set(servers)), most, tried=f"{most} borrowers at once: different connections")

    def test_one_more_waits_and_hears_timeout_error(self, make_engine, database_url):
        for most, wait in [(1, 0.4), (3, 0.1)]:
            tried = f"make_engine(url, {most}, {wait}), and {most + 1} borrowers"
            with made(make_engine, database_url, most, wait) as engine:
                lent = [borrow(engine)[0] for _ in range(most)]
                got, seconds = borrow(engine)
                for each in [*lent, got]:
                    if hasattr(each, "close"):
                        each.close()
                require(
                    isinstance(got, NoConnection),
                    tried=f"{tried}: the last one",
                    expected="TimeoutError",
                    got="it still waits" if got is None else type(got).__name__,
                    means="A Connection: overflow comes on top of pool_size. Still waiting: the default is 30 s.",
                )
                require(seconds >= wait * 0.9, tried=tried, expected=f"{wait} s of waiting", got="less")
                if isinstance(engine.pool, QueuePool):  # how long is not measured: a busy machine is slow
                    expect(
                        engine.pool.timeout(), wait, tried=f"{tried}: the seconds for which the pool waits"
                    )

    def test_what_was_opened_is_kept(self, make_engine, database_url):
        tried = "make_engine(url, 4, 0.2), four borrowers, and four again"
        with made(make_engine, database_url, 4) as engine:
            first = servers_of(engine, 4, tried)
            second = servers_of(engine, 4, tried)
            with patch("time.time", lambda: time() + 600):
                third = servers_of(engine, 4, f"{tried}, ten minutes later")
        for times, later in [(tried, second), (f"{tried}, ten minutes later", third)]:
            expect(
                len(set(later) - set(first)),
                0,
                tried=f"{times}: the connections that were opened anew",
                means="Connections in overflow, and those that are too old (pool_recycle), are closed.",
            )

    def test_nobody_notices_a_connection_that_was_cut(self, make_engine, database_url):
        tried = "make_engine(url, 2, 0.2), two borrowers, the server cuts both, a SELECT"
        with made(make_engine, database_url, 2) as engine:
            servers_of(engine, 2, tried)
            ask(database_url, CUT)
            try:
                with engine.connect() as connection:
                    got = connection.scalar(text("SELECT 'ok'"))
            except SQLAlchemyError as error:
                got = type(error).__name__
        expect(got, "ok", tried=tried, means="Nobody asked the connection whether it still works.")


def health(api: FastAPI) -> tuple[int, Any]:
    """What GET /health answers: status and body."""
    client = TestClient(api, raise_server_exceptions=False, follow_redirects=False)
    answer = client.get("/health")
    try:
        return answer.status_code, answer.json()
    except ValueError:
        return answer.status_code, answer.text


def broken(api: FastAPI) -> tuple[int, str]:
    """What a route responds whose database is gone."""

    @api.get("/broken")
    def read() -> None:
        raise OperationalError("SELECT 1", {}, Exception("the server went away"))

    answer = TestClient(api, raise_server_exceptions=False).get("/broken")
    return answer.status_code, answer.text


def api_with(add_health: Any, engine: Engine) -> FastAPI:
    """An app with the learner's route and no error handlers."""
    api = FastAPI()
    add_health(api, sessionmaker(engine))
    return api


@contextmanager
def lent_out(engine: Engine) -> Iterator[None]:
    """The only connection of this pool is lent, by somebody else than the route."""
    try:
        connection = engine.connect()
    except NoConnection:
        expect_all_back(engine, "GET /health")
        raise
    with connection:
        yield


def refused(*_: Any) -> None:
    """What connecting to a server that is gone comes to."""
    raise psycopg2.OperationalError("connection refused")


def meaning(status: int, wanted: int) -> str | None:
    """What an answer other than the wanted one usually means."""
    if status == 500:
        return "An error that nobody catches is a 500. Catching one kind is not enough for both cases."
    if status == 503 and wanted == 503:
        return "HTTPException puts its detail under a key of its own."
    if status == 200 and wanted == 503:
        return (
            "A session connects, and hears that nobody is there, with a statement that it sends. "
            "FastAPI takes the status from a response, not from a tuple."
        )
    return None


def meet(both: Barrier) -> None:
    """Wait for the other one, who may never come."""
    with suppress(BrokenBarrierError):
        both.wait(timeout=1)


UP, DOWN = (200, {"database": "up"}), (503, {"database": "down"})


@exercise(
    "3.1e",
    hints=[
        "When does a session notice that there is no database: when it is made, or later?",
        "Two errors mean that there is no connection. Which class stands above both in sqlalchemy.exc?",
        "try: with factory() as session: a statement; except SQLAlchemyError: a response with 503.",
    ],
)
class TestHealth:
    def test_a_database_that_answers_is_up(self, add_health, database_url):
        with pooled(database_url) as engine:
            self.judge(api_with(add_health, engine), UP, "a database that answers")

    def test_no_server_is_down(self, add_health):
        nowhere = create_engine(f"{DRIVER}://ada@127.0.0.1:1/postboard")
        self.judge(api_with(add_health, nowhere), DOWN, "an address where nobody listens")
        expect_all_back(nowhere, "GET /health, an address where nobody listens")

    def test_no_database_of_this_name_is_down(self, add_health, database_url):
        url = make_url(database_url).set(drivername=DRIVER, database="no_such_shop")
        self.judge(api_with(add_health, create_engine(url)), DOWN, "a database that does not exist")

    def test_an_empty_pool_is_down(self, add_health, database_url):
        with pooled(database_url, size=1) as engine:
            api = api_with(add_health, engine)
            with lent_out(engine):
                self.judge(api, DOWN, "a pool of one whose connection is lent")

    def test_it_asks_anew_for_each_request(self, add_health, database_url):
        with pooled(database_url, size=1) as engine:
            api = api_with(add_health, engine)
            self.judge(api, UP, "a database that answers")
            with lent_out(engine):
                self.judge(api, DOWN, "then its only connection is lent")
            self.judge(api, UP, "then it is given back")

    def test_a_server_that_went_away_is_down(self, add_health, database_url):
        with pooled(database_url) as engine:
            api = api_with(add_health, engine)
            self.judge(api, UP, "a database that answers")
            event.listen(engine, "do_connect", refused)
            ask(database_url, CUT)
            self.judge(api, DOWN, "then the server goes away; the pool still has a connection to it")
            self.judge(api, DOWN, "and once more")
            expect_all_back(engine, "GET /health, the server went away")

    def test_afterwards_nothing_is_lent(self, add_health, database_url):
        with pooled(database_url) as engine, opening_one(engine, "GET /health, four times"):
            api = api_with(add_health, engine)
            for number in range(1, 5):
                health(api)
                expect_all_back(engine, f"GET /health, {number} times")

    def test_two_requests_at_once_get_their_response(self, add_health, database_url):
        both = Barrier(2)
        with pooled(database_url) as engine:
            api = api_with(add_health, engine)
            event.listen(engine, "checkout", lambda *_: meet(both))
            first = in_thread(health, api)
            while not both.n_waiting and not first.done():
                sleep(0.001)
            second = in_thread(health, api).result(timeout=60)
            both.abort()  # the second may have come without a connection
            tried = "GET /health, and another while the first one gets its connection"
            means = "A session serves one request at a time: each request makes one of its own."
            expect(second, UP, tried=f"{tried}: the second", means=means)
            expect(first.result(timeout=60), UP, tried=f"{tried}: the first", means=means)

    def test_other_routes_stay_as_they_are(self, add_health, database_url):
        with pooled(database_url) as engine:
            api = api_with(add_health, engine)
            got = [broken(each) for each in (FastAPI(), api)]
        expect(
            got[1],
            got[0],
            tried="another route, whose database is gone: its status and body, as without add_health",
            means="An exception handler is there for the whole app.",
        )

    def judge(self, api, wanted, situation):
        got = health(api)
        expect(got, wanted, tried=f"GET /health, {situation}", means=meaning(got[0], wanted[0]))
