"""Checks of the exercises of lesson 7.3."""

import asyncio
import random
from contextlib import contextmanager, suppress
from copy import deepcopy
from functools import partial
from threading import Event

import pytest
from sqlalchemy import Connection, create_engine, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from course.checks import exercise, expect, in_thread, on_a_loop, require


def address(url):
    """The same database, over psycopg 3."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


class Shelf:
    """The books of a database of its own, and an answer that runs in an async session on them."""

    def __init__(self, url, base, book):
        self.url, self.book = address(url), book
        self.engine = create_engine(self.url)
        base.metadata.create_all(self.engine)

    def holds(self, *copies):
        """Store copies, each a title and who has it; ids begin at 1."""
        with Session(self.engine) as session:
            session.add_all(self.book(id=n, title=t, lent_to=to) for n, (t, to) in enumerate(copies, 1))
            session.commit()

    def rows(self, sql):
        with self.engine.connect() as connection:
            return [tuple(each) for each in connection.execute(text(sql))]

    def run(self, work, tried, sent=None):
        """What `await work(session, engine)` gives, in a new session; `sent` gets what it sends."""

        async def inside():
            engine = create_async_engine(self.url)
            if sent is not None:
                listen(engine.sync_engine, sent)
            try:
                async with AsyncSession(engine, expire_on_commit=False) as session:
                    return await work(session, engine)
            finally:
                await engine.dispose()

        return on_a_loop(inside, tried=tried)


def listen(engine, sent):
    """Note what an engine sends: its statements, and the ends of its transactions."""
    event.listen(engine, "before_cursor_execute", lambda *given: sent.append(" ".join(given[2].split())))
    event.listen(engine, "commit", lambda _: sent.append("COMMIT"))
    event.listen(engine, "rollback", lambda _: sent.append("ROLLBACK"))


@pytest.fixture
def shelf(database_url, Base, Book):
    found = Shelf(database_url, Base, Book)
    yield found
    found.engine.dispose()


# 7.3a ----------------------------------------------------------------------------------------


@exercise(
    "7.3a",
    hints=[
        "Which lines of lend_sync send something to the database?",
        "Three calls of the session wait: the one that finds the copy, rollback, commit. select() waits for nothing.",
        "(await session.scalars(wanted)).one_or_none(): the brackets come before .one_or_none().",
    ],
)
class TestLend:
    COPIES = (("Dune", "kim"), ("Emma", None), ("Dune", None), ("Dune", None))

    def test_the_first_copy_that_is_there_is_lent(self, shelf, lend):
        shelf.holds(*self.COPIES)
        tried = 'await lend(session=session, title="Dune", to="ada"), where 1 is lent, and 3 and 4 are there'
        expect(shelf.run(lambda s, _: lend(session=s, title="Dune", to="ada"), tried), 3, tried=tried)
        again = f"{tried}; then the same for bob"
        expect(shelf.run(lambda s, _: lend(session=s, title="Dune", to="bob"), again), 4, tried=again)

    def test_none_comes_back_when_no_copy_is_there(self, shelf, lend):
        shelf.holds(("Dune", "kim"))
        for title in ("Dune", "Emma"):
            tried = (
                f'await lend(session=session, title="{title}", to="ada"), where Dune is lent and Emma unknown'
            )
            expect(
                shelf.run(lambda s, _, t=title: lend(session=s, title=t, to="ada"), tried), None, tried=tried
            )

    def test_what_it_changes_is_committed(self, shelf, lend):
        shelf.holds(*self.COPIES)
        tried = 'await lend(session=session, title="Dune", to="ada"), then a look from another session'
        shelf.run(lambda s, _: lend(session=s, title="Dune", to="ada"), tried)
        wanted = [(1, "kim"), (2, None), (3, "ada"), (4, None)]
        expect(shelf.rows("SELECT id, lent_to FROM books ORDER BY id"), wanted, tried=tried)

    def test_no_transaction_is_open_afterwards(self, shelf, lend):
        shelf.holds(*self.COPIES)

        async def work(session, _, title):
            await lend(session=session, title=title, to="ada")
            return session.in_transaction()

        for title in ("Dune", "Ulysses"):
            tried = f'session.in_transaction() after await lend(session=session, title="{title}", to="ada")'
            expect(shelf.run(partial(work, title=title), tried), False, tried=tried)

    def test_it_sends_what_lend_sync_sends_in_the_same_order(self, shelf, lend, lend_sync):
        shelf.holds(*self.COPIES)
        for title in ("Dune", "Emma", "Ulysses"):
            tried = f'what lend(session=session, title="{title}", to="ada") sends'
            sent, wanted = [], []
            shelf.run(lambda s, _, t=title: lend(session=s, title=t, to="ada"), tried, sent)
            with shelf.engine.begin() as connection:
                connection.execute(text("UPDATE books SET lent_to = NULL WHERE title = 'Emma' OR id > 1"))
            own = create_engine(shelf.url)
            listen(own, wanted)
            with Session(own, expire_on_commit=False) as session:
                lend_sync(session=session, title=title, to="ada")
            own.dispose()
            expect(sent, wanted, tried=tried)


# 7.3b ----------------------------------------------------------------------------------------


def waiting_of(calls, sends):
    """What the exercise asks for."""
    found = set()
    while new := {name for name in calls if calls[name] & (sends | found)} - found:
        found |= new
    return found


@exercise(
    "7.3b",
    hints=[
        "Which functions wait by themselves? Which wait once you know those?",
        "Repeat: add each function that calls a name in sends or a function that you have found. When do you stop?",
        "A set grows in a loop until a round adds nothing. Cycles do no harm then.",
    ],
)
class TestWaiting:
    def look(self, waiting, calls, sends):
        tried = f"waiting({calls}, {sends})"
        expect(waiting(deepcopy(calls), set(sends)), waiting_of(calls, sends), tried=tried)

    def test_a_function_that_sends_waits(self, waiting):
        self.look(waiting, {"find": {"execute"}, "slug": {"lower"}}, {"execute", "commit"})
        self.look(waiting, {"find": {"lower", "commit"}}, {"execute", "commit"})

    def test_a_function_that_calls_one_that_waits_waits_however_far_away(self, waiting):
        self.look(waiting, {"route": {"find"}, "find": {"execute"}}, {"execute"})
        chain = {f"f{n}": {f"f{n + 1}"} for n in range(6)} | {"f6": {"execute"}, "alone": {"len"}}
        self.look(waiting, chain, {"execute"})
        self.look(waiting, dict(reversed(chain.items())), {"execute"})

    def test_functions_that_call_themselves_or_each_other_end(self, waiting):
        self.look(waiting, {"a": {"b"}, "b": {"a"}, "c": {"c"}}, {"execute"})
        self.look(waiting, {"a": {"b"}, "b": {"a", "execute"}, "c": {"c", "a"}}, {"execute"})

    def test_unknown_names_do_not_wait_and_only_functions_of_the_app_are_returned(self, waiting):
        self.look(waiting, {"a": {"nowhere"}, "b": set()}, {"execute"})
        self.look(waiting, {"a": {"str.lower"}, "b": {"a", "session.execute"}}, {"session.execute"})
        self.look(waiting, {}, {"execute"})
        self.look(waiting, {"a": {"execute"}}, set())

    def test_what_it_is_given_stays_as_it_is(self, waiting):
        calls, sends = {"a": {"b"}, "b": {"execute"}}, {"execute"}
        given = deepcopy((calls, sends))
        waiting(calls, sends)
        tried = "waiting(calls, sends), then a look at calls and sends"
        expect((calls, sends), given, tried=tried)

    def test_apps_of_all_shapes(self, waiting):
        chance = random.Random(7)
        for _ in range(200):
            names = [f"f{n}" for n in range(chance.randint(0, 7))]
            known = [*names, "execute", "commit", "len", "sorted"]
            calls = {each: set(chance.sample(known, chance.randint(0, 3))) for each in names}
            self.look(waiting, calls, set(chance.sample(["execute", "commit"], chance.randint(0, 2))))


# 7.3c ----------------------------------------------------------------------------------------


@exercise(
    "7.3c",
    hints=[
        "On which thread does shrink run, and what else has to run there?",
        "asyncio.to_thread takes it away from the loop. When does a session give its connection back?",
        "A session gives its connection back at commit or rollback: end the transaction before shrink begins.",
    ],
)
class TestCover:
    def store(self, shelf, store_cover, shrink, title="Dune", beside=None):
        """Store a cover; `beside` runs as another task, and gets the engine too."""
        tried = f'await store_cover(session=session, title="{title}", image=b"large", shrink=shrink)'

        async def work(session, engine):
            call = store_cover(
                session=session, title=title, image=b"large", shrink=lambda i: shrink(i, engine)
            )
            if beside is None:
                return await call
            return await asyncio.gather(call, beside())

        return shelf.run(work, tried)

    @pytest.fixture
    def dunes(self, shelf):
        shelf.holds(("Dune", None), ("Emma", None), ("Dune", "kim"))
        return shelf

    def test_other_tasks_run_while_a_picture_is_shrunk(self, dunes, store_cover):
        begun, other = Event(), Event()

        def shrink(image, engine):
            begun.set()
            while not other.wait(0.05):
                pass
            return b"small"

        async def beside():
            while not begun.is_set():
                await asyncio.sleep(0)
            other.set()

        self.store(dunes, store_cover, shrink, beside=beside)

    def test_no_connection_is_held_while_a_picture_is_shrunk(self, dunes, store_cover):
        held = []
        self.store(
            dunes, store_cover, lambda image, engine: held.append(engine.pool.checkedout()) or b"small"
        )
        tried = "how many connections are checked out of the pool while shrink runs"
        expect(held, [0], tried=tried, means={(1,): "The transaction of the first statement is still open."})

    def test_the_cover_of_all_copies_is_stored_and_committed(self, dunes, store_cover):
        wanted = "SELECT book_id, convert_from(image, 'UTF8') FROM covers ORDER BY book_id"
        for text_ in ("small", "smaller"):
            self.store(dunes, store_cover, lambda image, engine, t=text_: image[:0] + t.encode())
            tried = (
                f"two copies of Dune, and shrink returns {text_.encode()!r}; then a look from another session"
            )
            expect(dunes.rows(wanted), [(1, text_), (3, text_)], tried=tried)

    def test_shrink_gets_the_image_once(self, dunes, store_cover):
        got = []
        self.store(dunes, store_cover, lambda image, engine: got.append(image) or b"small")
        expect(got, [b"large"], tried='what shrink is called with for the image b"large" and two copies')

    def test_an_unknown_title_is_a_LookupError_before_anything_is_shrunk(self, dunes, store_cover):
        got = []
        tried = 'store_cover with the title "Ulysses", which is not there'
        try:
            self.store(
                dunes, store_cover, lambda image, engine: got.append(image) or b"small", title="Ulysses"
            )
            raised = "nothing"
        except LookupError as error:
            raised = type(error).__name__
        require(raised in ("LookupError", "KeyError"), tried=tried, expected="LookupError", got=raised)
        expect(got, [], tried=f"{tried}: what shrink was called with")

    def test_after_an_error_of_shrink_the_covers_are_as_before(self, dunes, store_cover):
        def broken(image, engine):
            raise ValueError("not a picture")

        self.store(dunes, store_cover, lambda image, engine: b"small")
        with suppress(ValueError):
            self.store(dunes, store_cover, broken)
        tried = "store_cover, then once more with a shrink that raises ValueError: the covers"
        wanted = "SELECT book_id, convert_from(image, 'UTF8') FROM covers ORDER BY book_id"
        expect(dunes.rows(wanted), [(1, "small"), (3, "small")], tried=tried)

    def test_an_error_of_shrink_comes_out_and_nothing_is_stored(self, dunes, store_cover):
        def broken(image, engine):
            raise ValueError("not a picture")

        tried = "store_cover with a shrink that raises ValueError"
        try:
            self.store(dunes, store_cover, broken)
            raised = "nothing"
        except ValueError as error:
            raised = str(error)
        expect(raised, "not a picture", tried=f"{tried}: the error that comes out")
        expect(dunes.rows("SELECT count(*) FROM covers"), [(0,)], tried=f"{tried}: the number of covers")


# 7.3d ----------------------------------------------------------------------------------------


def apart(function):
    """What a function gives in a thread without an event loop."""
    return in_thread(function).result()


@contextmanager
def noted(name, links):
    """Add what a pool gives with its event to a list."""

    def note(link, *_):
        links.append(id(link))

    event.listen(Pool, name, note)
    try:
        yield
    finally:
        event.remove(Pool, name, note)


TABLE = "CREATE TABLE IF NOT EXISTS notes (body text)"


@exercise(
    "7.3d",
    hints=[
        "asyncio.run refuses in a thread that has a loop. Which thread has none?",
        "A thread of your own: there asyncio.run works, wherever run_work was called.",
        "engine.begin() commits or rolls back; await connection.run_sync(work) hands a sync Connection to work; "
        "engine.dispose() in a finally.",
    ],
)
class TestRunWork:
    def write(self, run_work, database_url):
        def work(connection):
            connection.execute(text(TABLE))
            connection.execute(text("INSERT INTO notes VALUES ('written')"))
            return connection.scalar(text("SELECT body FROM notes"))

        return run_work(address(database_url), work)

    def seen(self, database_url, sql):
        engine = create_engine(address(database_url))
        with engine.connect() as connection:
            found = [tuple(each) for each in connection.execute(text(sql))]
        engine.dispose()
        return found

    def test_work_gets_a_sync_connection_of_an_async_engine(self, run_work, database_url):
        def work(connection):
            sync = isinstance(connection, Connection)
            return sync, sync and connection.dialect.is_async

        tried = "run_work(address, work): whether work gets a Connection, and whether its engine is async"
        expect(apart(lambda: run_work(address(database_url), work)), (True, True), tried=tried)

    def test_it_works_where_no_loop_runs(self, run_work, database_url):
        tried = "run_work(address, work) in a thread without an event loop; work returns what it reads"
        expect(apart(lambda: self.write(run_work, database_url)), "written", tried=tried)

    def test_it_works_where_a_loop_runs(self, run_work, database_url):
        async def inside():
            return self.write(run_work, database_url)

        tried = "run_work(address, work) in an async function, without await; work returns what it reads"
        expect(on_a_loop(inside, tried=tried), "written", tried=tried)

    def test_what_work_changes_is_committed(self, run_work, database_url):
        apart(lambda: self.write(run_work, database_url))
        tried = "run_work with a work that inserts a row, then a look from another connection"
        expect(self.seen(database_url, "SELECT body FROM notes"), [("written",)], tried=tried)

    def test_an_error_of_work_comes_out_and_all_is_rolled_back(self, run_work, database_url):
        apart(lambda: run_work(address(database_url), lambda c: c.execute(text(TABLE)) and None))

        def work(connection):
            connection.execute(text("INSERT INTO notes VALUES ('written')"))
            raise LookupError("no such revision")

        tried = "run_work with a work that inserts a row and raises LookupError"
        try:
            apart(lambda: run_work(address(database_url), work))
            raised = "nothing"
        except LookupError as error:
            raised = error.args[0]
        expect(raised, "no such revision", tried=f"{tried}: the error that comes out")
        expect(self.seen(database_url, "SELECT body FROM notes"), [], tried=f"{tried}: the rows afterwards")

    def test_all_connections_are_closed_when_it_returns(self, run_work, database_url):
        def fails(connection):
            raise LookupError

        def both():
            self.write(run_work, database_url)
            try:
                run_work(address(database_url), fails)
            except LookupError:
                return

        async def inside():
            both()

        for where, call in (
            ("in a thread without an event loop", lambda: apart(both)),
            ("in an async function", lambda: on_a_loop(inside, tried="run_work in an async function")),
        ):
            opened, closed = [], []
            with noted("connect", opened), noted("close", closed):
                call()
            tried = f"run_work twice {where}, the second time with a work that raises: how many connections are closed"
            expect(len(closed), len(opened), tried=tried)
