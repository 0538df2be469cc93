"""Checks of the exercises of lesson 6.2."""

from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from course.checks import GradedTests, ask, both_orders_of, engine_for, exercise, expect, require

NAMES = "SELECT name FROM guests ORDER BY name"


def names(session):
    """The guests, as this session or connection sees them."""
    return [name for (name,) in session.execute(text(NAMES))]


def add(session, name):
    session.execute(text("INSERT INTO guests VALUES (:name)"), {"name": name})


@contextmanager
def guests(url):
    """An engine on a database with one table, in which one guest is."""
    ask(url, "CREATE TABLE guests (name text PRIMARY KEY)")
    ask(url, "INSERT INTO guests VALUES ('old')")
    with engine_for(url) as engine:
        yield engine


def stored(url):
    """The guests, as everybody else sees them."""
    return [name for (name,) in ask(url, NAMES)]


# 6.2a ----------------------------------------------------------------------------------------


@exercise(
    "6.2a",
    hints=[
        "Who begins the transaction that is rolled back at the end: the session, or somebody around it?",
        "A session on a connection joins the transaction of the connection. `join_transaction_mode` says what its "
        "commit() and rollback() then do.",
        "with engine.connect() and connection.begin(): a Session on the connection, in savepoints; yield it; roll the "
        "transaction back after it",
    ],
)
class TestSessionForATest:
    def test_a_test_sees_what_was_there_and_what_it_stored(self, session_for_a_test, database_url):
        with guests(database_url) as engine, self.one_test(session_for_a_test, engine) as session:
            expect(names(session), ["old"], tried="the rows at the beginning of a test")
            add(session, "ana")
            expect(names(session), ["ana", "old"], tried="the rows after an INSERT")
            session.commit()
            expect(names(session), ["ana", "old"], tried="the rows after an INSERT and commit()")

    def test_a_rollback_undoes_what_came_after_the_last_commit(self, session_for_a_test, database_url):
        with guests(database_url) as engine, self.one_test(session_for_a_test, engine) as session:
            for name in ["ana", "ben"]:
                add(session, name)
                session.commit()
                add(session, "zoe")
                session.rollback()
            expect(
                names(session),
                ["ana", "ben", "old"],
                tried="twice: INSERT, commit(), INSERT, rollback(); then the rows",
                means="The rollback of the session reached the transaction around it.",
            )

    def test_a_failed_statement_undoes_no_more(self, session_for_a_test, database_url):
        with guests(database_url) as engine, self.one_test(session_for_a_test, engine) as session:
            add(session, "ana")
            session.commit()
            self.fail(session)
            session.rollback()
            add(session, "ben")
            session.commit()
            expect(
                names(session),
                ["ana", "ben", "old"],
                tried="INSERT and commit(), a statement that fails, rollback(), INSERT and commit(); then the rows",
            )

    def test_others_see_nothing_during_the_test(self, session_for_a_test, database_url):
        with guests(database_url) as engine, self.one_test(session_for_a_test, engine) as session:
            for name in ["ana", "ben"]:
                add(session, name)
                session.commit()
                expect(stored(database_url), ["old"], tried="INSERT and commit() in a test; what others see")
                session.rollback()

    def test_others_see_nothing_afterwards(self, session_for_a_test, database_url):
        with guests(database_url) as engine:
            for what, do in self.endings().items():
                with self.one_test(session_for_a_test, engine) as session:
                    do(session)
                expect(stored(database_url), ["old"], tried=f"{what}; what others see after it")

    def test_the_next_test_finds_the_same(self, session_for_a_test, database_url):
        with guests(database_url) as engine:
            for what, do in self.endings().items():
                with self.one_test(session_for_a_test, engine) as session:
                    do(session)
                with self.one_test(session_for_a_test, engine) as session:
                    expect(names(session), ["old"], tried=f"{what}; the rows in the next test")

    def test_the_connection_goes_back_to_the_pool(self, session_for_a_test, database_url):
        with guests(database_url) as engine:
            for what, do in self.endings().items():
                with self.one_test(session_for_a_test, engine) as session:
                    do(session)
                expect(
                    engine.pool.checkedout(),
                    0,
                    tried=f"{what}; the connections that are in use after it",
                    means="A connection or a session was not closed.",
                )
                # What was left behind is told above; here it would stop the next test.
                ask(database_url, "DELETE FROM guests WHERE name <> 'old'")

    def endings(self):
        """Tests that end in several ways."""

        def commits(session):
            add(session, "ana")
            session.commit()

        def commits_twice(session):
            commits(session)
            add(session, "ben")
            session.commit()

        def rolls_back(session):
            commits(session)
            session.rollback()
            add(session, "ben")
            session.commit()

        def recovers(session):
            self.fail(session)
            session.rollback()
            commits(session)

        return {
            "a test that only reads": names,
            "a test that does not commit": lambda session: add(session, "ana"),
            "a test that commits": commits,
            "a test that commits twice": commits_twice,
            "a test that deletes": lambda session: session.execute(text("DELETE FROM guests")),
            "a test that rolls back and goes on": rolls_back,
            "a test that goes on after a statement that failed": recovers,
            "a test that ends with a statement that failed": self.fail,
        }

    def fail(self, session):
        try:
            add(session, "old")
        except IntegrityError:
            return
        require(
            False, tried="a second guest with a name that is taken", expected="IntegrityError", got="no error"
        )

    @contextmanager
    def one_test(self, session_for_a_test, engine):
        with closing(session_for_a_test(engine)) as running:
            session = next(running)
            require(
                isinstance(session, Session),
                tried="what session_for_a_test(engine) yields",
                expected="a Session",
                got=type(session).__name__,
            )
            yield session
            more = next(running, None)
            require(
                more is None,
                tried="session_for_a_test(engine) after its first yield",
                expected="the end",
                got="a second yield",
            )


# 6.2b ----------------------------------------------------------------------------------------


def nothing():
    raise RuntimeError("This is the session of production, which no test uses.")
    yield


def another():
    return "production"


def made_app():
    """An app with endpoints that commit, that forget it, and that roll back; and the sessions they got."""
    app, seen = FastAPI(), []
    given = Annotated[Session, Depends(nothing)]

    @app.get("/names")
    def read(session: given):
        seen.append(session)
        return names(session)

    @app.post("/{name}/{how}")
    def write(name: str, how: str, session: given):
        seen.append(session)
        add(session, name)
        if how == "commit":
            session.commit()
        elif how == "rollback":
            session.rollback()
        elif how == "crash":
            raise KeyError(name)

    return app, seen


@exercise(
    "6.2b",
    hints=[
        "When does the session of a request begin, and who closes it?",
        "An override may be a generator, as `get_session` itself. What closes a session when the request is over?",
        "A function that yields a Session on the connection, in savepoints; put it into app.dependency_overrides; "
        "put the old ones back in a finally",
    ],
)
class TestRequestsOn:
    def test_each_request_has_a_session_of_its_own(self, requests_on, database_url):
        with self.opened(requests_on, database_url) as (client, seen, _):
            for _ in range(3):
                self.send(client, "GET", "/names")
        got = len({id(session) for session in seen})
        expect(got, 3, tried="three requests; the sessions that they got")

    def test_what_was_committed_is_seen_by_the_next(self, requests_on, database_url):
        with self.opened(requests_on, database_url) as (client, _, connection):
            self.send(client, "POST", "/ana/commit")
            self.finds(client, ["ana", "old"], "a request that commits, then GET /names")
            expect(names(connection), ["ana", "old"], tried="the rows on `connection` itself")

    def test_what_was_not_committed_is_gone(self, requests_on, database_url):
        with self.opened(requests_on, database_url) as (client, _, connection):
            self.send(client, "POST", "/ana/nothing")
            means = "The session stayed open after the request, so its changes are still there."
            expect(
                names(connection),
                ["old"],
                tried="a request that forgets to commit; then the rows",
                means=means,
            )
            self.finds(client, ["old"], "a request that forgets to commit, then GET /names")
            self.send(client, "POST", "/ben/commit")
            self.finds(client, ["ben", "old"], "the same, then a request that commits, then GET /names")

    def test_a_rollback_undoes_the_request_alone(self, requests_on, database_url):
        with self.opened(requests_on, database_url) as (client, _, _):
            for name, how in {
                "ana": "commit",
                "ben": "rollback",
                "cleo": "commit",
                "dan": "rollback",
            }.items():
                self.send(client, "POST", f"/{name}/{how}")
            self.finds(client, ["ana", "cleo", "old"], "commit, rollback, commit, rollback; then GET /names")

    def test_the_transaction_of_the_caller_goes_on(self, requests_on, database_url):
        for how in ["commit", "rollback", "nothing"]:
            ask(database_url, "DROP TABLE IF EXISTS guests")
            with self.opened(requests_on, database_url) as (client, _, connection):
                add(connection, "mine")
                self.send(client, "POST", f"/ana/{how}")
                tried = f"a row of the caller, then a request ({how}): whether the transaction goes on"
                expect(connection.in_transaction(), True, tried=tried)
                got = "mine" in names(connection)
                expect(
                    got, True, tried=f"a row of the caller, then a request ({how}): whether the row is there"
                )
                expect(stored(database_url), ["old"], tried=f"the same ({how}): what other connections see")

    def test_the_overrides_are_as_they_were(self, requests_on, database_url):
        for before in [{}, {another: lambda: "fake"}, {another: another, nothing: lambda: "fake"}]:
            ask(database_url, "DROP TABLE IF EXISTS guests")
            with guests(database_url) as engine, engine.connect() as connection, connection.begin():
                app, _ = made_app()
                app.dependency_overrides.update(before)
                with requests_on(app, nothing, connection):
                    kept = app.dependency_overrides.get(another)
                    tried = (
                        f"{len(before)} overrides, then the block: whether that of another dependency stays"
                    )
                    expect(kept is before.get(another), True, tried=tried)
                tried = f"{len(before)} overrides, then the block; whether they are the same after it"
                expect(app.dependency_overrides == before, True, tried=tried)

    def test_they_are_after_an_error_too(self, requests_on, database_url):
        with guests(database_url) as engine, engine.connect() as connection, connection.begin():
            app, _ = made_app()
            try:
                with requests_on(app, nothing, connection) as client:
                    client.post("/ana/crash")
            except KeyError:
                pass
            tried = "a request that crashes in the block; the overrides after it"
            expect(len(app.dependency_overrides), 0, tried=tried)

    @contextmanager
    def opened(self, requests_on, url):
        with guests(url) as engine, engine.connect() as connection, connection.begin() as around:
            app, seen = made_app()
            with requests_on(app, nothing, connection) as client:
                yield client, seen, connection
            if around.is_active:
                around.rollback()

    def send(self, client, method, path):
        got = client.request(method, path)
        expect(got.status_code, 200, tried=f"{method} {path}: the status")
        return got

    def finds(self, client, wanted, tried):
        expect(self.send(client, "GET", "/names").json(), wanted, tried=tried)


# 6.2c ----------------------------------------------------------------------------------------

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@exercise(
    "6.2c",
    hints=[
        "What does SQLite do in each of these statements that nobody wrote down?",
        "PostgreSQL: capitals matter in LIKE, NULL comes last, each selected column is grouped or summed, a time "
        "comes back with its zone, and an error spoils the transaction up to the last savepoint.",
        "istartswith or ilike; nulls_first(); group_by(Customer.id, Customer.name); a zone for a time that has none; "
        "session.begin_nested() around the INSERT",
    ],
)
class TestGreenOnSqlite:
    def test_names_are_found_in_capitals_or_not(self, named, Base, database_url):
        people = {6: "dan", 2: "ana", 5: "ANNE", 1: "Zoe", 4: "hANna", 3: "Anton"}
        insert = text("INSERT INTO customers (id, name) VALUES (:id, :name)")
        for where, session in self.both(Base, database_url):
            session.execute(insert, [{"id": number, "name": name} for number, name in people.items()])
            for start, wanted in {
                "an": ["ana", "Anton", "ANNE"],
                "AN": ["ana", "Anton", "ANNE"],
                "z": ["Zoe"],
                "x": [],
            }.items():
                expect(named(session, start), wanted, tried=f"named(session, {start!r}) on {where}")

    def test_orders_without_a_price_come_first(self, by_price, Base, database_url):
        for where, session in self.both(Base, database_url):
            self.customers(session, "ana")
            for price in ["0", "10", "NULL", "20", "NULL", "10", "30"]:
                self.order(session, price=price)
            tried = (
                f"orders 1 to 7 with the prices 0, 10, none, 20, none, 10, 30: by_price(session) on {where}"
            )
            expect(by_price(session), [3, 5, 1, 2, 6, 4, 7], tried=tried)

    def test_pieces_are_added_for_each_customer(self, pieces_of_each, Base, database_url):
        for where, session in self.both(Base, database_url):
            self.customers(session, "zoe", "ana", "nobody", "ben")
            for customer, pieces in [(4, 5), (2, 1), (1, 7), (2, 30), (4, 2), (2, 1)]:
                self.order(session, customer=customer, pieces=pieces)
            got = [tuple(row) for row in pieces_of_each(session)]
            wanted = [("zoe", 7), ("ana", 32), ("ben", 7)]
            expect(
                got,
                wanted,
                tried=f"six orders of three customers of four: pieces_of_each(session) on {where}",
            )

    def test_an_order_is_new_for_a_day(self, is_new, Base, Order, database_url):
        ages = {timedelta(0): True, timedelta(days=1) - SECOND: True, timedelta(days=1): False}
        ages |= {timedelta(days=1) + SECOND: False, timedelta(days=9): False}
        for where, session in self.both(Base, database_url):
            self.customers(session, "ana")
            for number, (age, wanted) in enumerate(ages.items(), 1):
                self.order(session, at=NOW - age)
                got = is_new(session.get(Order, number), NOW)
                expect(got, wanted, tried=f"is_new(an order {age} old, now) on {where}")

    def test_a_name_is_registered_once(self, register, Base, database_url):
        for where, session in self.both(Base, database_url):
            for name, wanted in [("ana", True), ("ben", True), ("ana", False), ("cleo", True)]:
                got = register(session, name)
                expect(got, wanted, tried=f"register(session, {name!r}) after others, on {where}")
            expect(
                self.people(session),
                ["ana", "ben", "cleo"],
                tried=f"ana, ben, ana, cleo: the names on {where}",
            )

    def test_a_taken_name_costs_the_session_nothing(self, register, Base, database_url):
        for where, session in self.both(Base, database_url):
            self.customers(session, "ana")
            session.commit()
            self.customers(session, "before")
            got = register(session, "ana")
            expect(got, False, tried=f"register(session, 'ana'), which is taken, on {where}")
            self.customers(session, "after")
            wanted = ["after", "ana", "before"]
            tried = f"a row, then a name that is taken, then a row: the names on {where}"
            expect(
                self.people(session), wanted, tried=tried, means="Somebody rolled back more than the INSERT."
            )
            session.commit()
            expect(self.people(session), wanted, tried=f"the same, and commit(), on {where}")

    def both(self, base, url):
        """A session on either database, with empty tables."""
        in_memory = create_engine("sqlite://", poolclass=StaticPool)
        with engine_for(url) as postgres:
            for where, engine in {"SQLite": in_memory, "PostgreSQL": postgres}.items():
                base.metadata.create_all(engine)
                with Session(engine) as session:
                    yield where, session
        in_memory.dispose()

    def customers(self, session, *people):
        for name in people:
            session.execute(text("INSERT INTO customers (name) VALUES (:name)"), {"name": name})

    def people(self, session):
        return [name for (name,) in session.execute(text("SELECT name FROM customers ORDER BY name"))]

    def order(self, session, customer=1, pieces=1, price="NULL", at=NOW):
        values = f"{customer}, {pieces}, {price}, '{at.replace(tzinfo=None)}.000000'"
        if session.get_bind().dialect.name == "postgresql":
            values = f"{customer}, {pieces}, {price}, '{at.isoformat()}'"
        session.execute(text(f"INSERT INTO orders (customer_id, pieces, price, at) VALUES ({values})"))


# 6.2d ----------------------------------------------------------------------------------------


class Runs:
    """A suite in which one test leaks; the runs that were asked for."""

    def __init__(self, leaks, failing="last", alone=False, noise=()):
        self.leaks, self.failing, self.alone, self.noise = leaks, failing, alone, set(noise)
        self.asked = []

    def __call__(self, tests):
        tests = list(tests)
        self.asked.append(tests)
        failed = {name for name in tests if name in self.noise}
        if self.failing in tests:
            earlier = tests[: tests.index(self.failing)]
            if self.alone or self.leaks in earlier:
                failed.add(self.failing)
        return failed


def suite(number):
    return [f"test_{each}" for each in range(number)]


@exercise(
    "6.2d",
    hints=[
        "How many suspects are left after one run, when you choose well which of them run?",
        "Run one half of the suspects and then `failing`. Either it fails, or the leak is in the other half.",
        "First the two runs that decide about None; then, while there are two suspects or more, run the first half "
        "and keep one of the halves",
    ],
)
class TestCulprit:
    def test_it_finds_the_test_that_leaks(self, culprit):
        for number in [1, 2, 3, 5, 8, 13]:
            for leaks in suite(number):
                got = culprit(Runs(leaks), suite(number), "last")
                expect(got, leaks, tried=f"{number} tests before it, of which {leaks} leaks")

    def test_a_test_that_fails_alone_has_no_culprit(self, culprit):
        for number in [0, 1, 4]:
            got = culprit(Runs("test_0", alone=True), suite(number), "last")
            expect(got, None, tried=f"a test that fails alone, and {number} before it")

    def test_a_test_that_passes_has_no_culprit(self, culprit):
        for number in [0, 1, 4]:
            got = culprit(Runs("not among them"), suite(number), "last")
            expect(got, None, tried=f"a test that passes after all {number} of before")

    def test_the_order_is_kept(self, culprit):
        for leaks in suite(9):
            before, runs = suite(9)[::-1], Runs(leaks)
            culprit(runs, before, "last")
            for tests in runs.asked:
                known = [each for each in before if each in tests]
                tried = "9 tests in an order that is not that of their names: what run() was given"
                means = "What leaks may depend on what ran before it."
                expect(tests, [*known, "last"], tried=tried, means=means)

    def test_the_list_stays_as_it_is(self, culprit):
        before = suite(6)
        culprit(Runs("test_4"), before, "last")
        expect(before, suite(6), tried="culprit(run, before, 'last'): before, afterwards")

    def test_other_failures_say_nothing(self, culprit):
        for noise in (["test_0", "test_5"], suite(7)):
            for leaks in ["test_0", "test_3", "test_6"]:
                got = culprit(Runs(leaks, noise=noise), suite(7), "last")
                expect(
                    got, leaks, tried=f"7 tests, of which {leaks} leaks and {len(noise)} fail by themselves"
                )
            got = culprit(Runs("nobody", noise=noise), suite(7), "last")
            expect(got, None, tried=f"7 tests, of which none leaks and {len(noise)} fail by themselves")

    def test_few_runs_are_enough(self, culprit):
        for number, most in {128: 9, 256: 10, 1024: 12}.items():
            for place in [0, 1, number // 2 - 1, number // 2, number - 1]:
                runs = Runs(f"test_{place}")
                culprit(runs, suite(number), "last")
                require(
                    len(runs.asked) <= most,
                    tried=f"{number} tests, of which test_{place} leaks: how often run() was called",
                    expected=f"at most {most} times",
                    got=f"{len(runs.asked)} times",
                    means="A run with half of the suspects rules out half of them.",
                )


# 6.2e ----------------------------------------------------------------------------------------

FORGOTTEN = [
    "commit-left-out",
    "delete-not-committed",
    "tags-not-committed",
    "comment-change-not-committed",
    "withdrawal-not-committed",
]
AGAIN = "Ask again, with another request: the response itself is right."


@exercise(
    "6.2e",
    hints=[
        "What does a response prove about the database?",
        "After each change, send a second request that reads. On which path does a vote show?",
        "ada.put(…/tags), then ada.get(the post) and its tags; ada.delete(the post), then a 404; a comment in the "
        "list of comments; a vote in the post's score",
    ],
    limit_seconds=30,
)
class TestOfTestStored:
    @pytest.fixture
    def graded(self, TestStored):
        return GradedTests.of_lesson(TestStored, "6.2", FORGOTTEN)

    def test_all_pass_on_the_right_app(self, graded):
        graded.pass_on_the_right_app()

    def test_a_new_post_that_is_lost_is_noticed(self, graded):
        graded.notice("commit-left-out", hint=AGAIN)

    def test_a_deleted_post_that_stays_is_noticed(self, graded):
        graded.notice("delete-not-committed", hint=AGAIN)

    def test_tags_that_are_lost_are_noticed(self, graded):
        graded.notice("tags-not-committed", hint=AGAIN)

    def test_a_comment_that_keeps_its_text_is_noticed(self, graded):
        graded.notice("comment-change-not-committed", hint=AGAIN)

    def test_a_vote_that_stays_is_noticed(self, graded):
        graded.notice("withdrawal-not-committed", hint="A vote shows in the score of the post.")


# 6.2f ----------------------------------------------------------------------------------------

THEIR_TESTS = """
import os

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

TABLES = set()


def names(session):
    return [name for (name,) in session.execute(text("SELECT name FROM guests ORDER BY name"))]


def add(session, name):
    session.execute(text("INSERT INTO guests VALUES (:name)"), {"name": name})


def test_rows_none_at_first(session):
    assert names(session) == []


def test_rows_of_two_commits(session):
    for name in ["ana", "ben"]:
        add(session, name)
        session.commit()
    assert names(session) == ["ana", "ben"]


def test_rows_not_committed(session):
    add(session, "ana")
    assert names(session) == ["ana"]


def test_rows_after_a_rollback(session):
    add(session, "ana")
    session.commit()
    add(session, "zoe")
    session.rollback()
    assert names(session) == ["ana"]


def test_rows_after_an_error(session):
    add(session, "ana")
    with pytest.raises(IntegrityError):
        add(session, "ana")


def test_rows_none_again(session):
    assert names(session) == []


def test_table_is_the_same(session):
    TABLES.add(session.scalar(text("SELECT CAST(CAST('guests' AS regclass) AS oid)")))
    assert len(TABLES) == 1


def test_basket_of_tea(basket):
    assert basket == []
    basket.append("tea")
    assert basket == ["tea"]


def test_basket_of_milk(basket):
    assert basket == []
    basket += ["milk", "milk"]
    assert basket == ["milk", "milk"]


def test_sale_is_on(sale):
    assert os.environ["DISCOUNT"] == "50"


def test_sale_is_over():
    assert "DISCOUNT" not in os.environ


def test_table_is_still_the_same(session):
    TABLES.add(session.scalar(text("SELECT CAST(CAST('guests' AS regclass) AS oid)")))
    assert len(TABLES) == 1


def test_sale_is_not_on_yet():
    assert "DISCOUNT" not in os.environ
"""


@exercise(
    "6.2f",
    hints=[
        "For each fixture: what of it can a test change, and who finds that afterwards?",
        "The table is what is expensive. The rows, the list and the variable are what a test changes. Which scope "
        "has each?",
        "An engine with the table for the whole run; a session in a transaction for each test; a new list; "
        "monkeypatch.setenv",
    ],
    limit_seconds=60,
)
class TestConftest:
    @pytest.fixture
    def runs(self, request, make_table):
        here = request.node.parent  # one for all expectations of a check
        if not hasattr(here, "runs"):
            here.runs = both_orders_of(make_table, THEIR_TESTS)
        return here.runs

    def test_no_test_finds_the_rows_of_another(self, runs):
        runs.all_pass("test_rows")

    def test_the_table_is_made_once(self, runs):
        runs.all_pass("test_table")

    def test_the_table_is_gone_in_the_end(self, runs):
        expect(runs.left, [], tried="the run of all tests, then the tables that are in the database")

    def test_each_test_has_an_empty_basket(self, runs):
        runs.all_pass("test_basket")

    def test_a_sale_ends_with_its_test(self, runs):
        runs.all_pass("test_sale")
