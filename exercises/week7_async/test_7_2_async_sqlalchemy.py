"""Checks of the exercises of lesson 7.2."""

import asyncio
import tracemalloc
from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from sqlalchemy import literal, make_url, select, text
from sqlalchemy.exc import MissingGreenlet, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from course import sql_tape
from course.checks import (
    ExpectationFailed,
    ask,
    engine_for,
    exercise,
    expect,
    make_tables,
    on_a_loop,
    require,
)

LOADED = "Without `await` nothing can be loaded: it must be there already when the attribute is read."
EXPIRE = {"sessions that expire": True, "sessions that do not expire": False}


@pytest.fixture
def shop(Base, database_url):
    """The address of a database with the shop's tables, without rows."""
    with engine_for(database_url) as engine:
        make_tables(engine, Base.metadata)
    return database_url


def on_an_engine(url: str, use: Callable[[AsyncEngine], Awaitable[Any]], tried: str, **options: Any) -> Any:
    """What `use(engine)` gives back on a loop of its own; MissingGreenlet is an unmet expectation."""

    async def whole() -> Any:
        engine = create_async_engine(make_url(url).set(drivername="postgresql+psycopg"), **options)
        try:
            return await use(engine)
        finally:
            await engine.dispose()

    try:
        return on_a_loop(whole, tried=tried)
    except (MissingGreenlet, StatementError) as error:
        cause = getattr(error, "orig", None) or error
        if not isinstance(cause, MissingGreenlet):
            raise
    return require(False, tried=tried, expected="no lazy load", got="MissingGreenlet", means=LOADED)


def on_a_session(
    url: str, use: Callable[[AsyncSession], Awaitable[Any]], tried: str, expire: bool = False
) -> Any:
    """What `use(session)` gives back."""

    async def opened(engine: AsyncEngine) -> Any:
        async with AsyncSession(engine, expire_on_commit=expire) as session:
            return await use(session)

    return on_an_engine(url, opened, tried)


# 7.2a ----------------------------------------------------------------------------------------

COMMITTED = "Another session sees what was committed. A call that is not awaited does nothing."


def stored(url: str) -> list[str]:
    return [name for (name,) in ask(url, "SELECT name FROM customers ORDER BY name")]


@exercise(
    "7.2a",
    hints=[
        "Which of these calls may send something to the database, and which only change objects?",
        "Look at the section 'What an await of the ORM is made of', and at what can be read after a commit.",
        "add() is not awaited. flush, commit, rollback, scalars, get and delete are. The id is there after a flush.",
    ],
)
class TestAwaits:
    def test_a_new_customer_is_stored(self, register, shop):
        for kind in EXPIRE:
            tried = f"{kind}: await register(session, 'bob'), then another session reads"
            ask(shop, "TRUNCATE customers, orders, items")
            before = ask(shop, "INSERT INTO customers (name) VALUES ('ana') RETURNING id")
            got = on_a_session(shop, lambda session: register(session, "bob"), tried, EXPIRE[kind])
            expect(stored(shop), ["ana", "bob"], tried=tried, means=COMMITTED)
            wanted = ask(shop, "SELECT id FROM customers WHERE name = 'bob'")[0][0]
            means = {
                before[0][0]: "This is the id of another customer.",
                None: "A name that is free was refused.",
            }
            expect(got, wanted, tried=f"{kind}: what await register(session, 'bob') returns", means=means)

    def test_a_taken_name_is_refused(self, register, shop):
        ask(shop, "INSERT INTO customers (name) VALUES ('ana')")
        tried = "a customer ana is there: await register(session, 'ana')"
        got = on_a_session(shop, lambda session: register(session, "ana"), tried)
        expect(got, None, tried=tried)
        expect(stored(shop), ["ana"], tried=tried + ", then another session reads")

    def test_the_session_can_be_used_afterwards(self, register, shop):
        ask(shop, "INSERT INTO customers (name) VALUES ('ana')")
        tried = "await register(session, 'ana'), which is taken, then await register(session, 'bob')"

        async def both(session):
            await register(session, "ana")
            return await register(session, "bob")

        got = on_a_session(shop, both, tried)
        expect(stored(shop), ["ana", "bob"], tried=tried)
        require(got is not None, tried=tried, expected="the new id", got="None")

    def test_one_session_serves_all_calls(self, register, names, rename, remove, shop):
        tried = "in one session: names, register 'bob', names, rename him to 'ben', names, remove him, names"

        async def all_calls(session):
            before = list(await names(session))
            number = await register(session, "bob")
            new = list(await names(session))
            await rename(session, number, "ben")
            renamed = list(await names(session))
            await remove(session, number)
            return [before, new, renamed, list(await names(session))]

        for kind in EXPIRE:
            ask(shop, "TRUNCATE customers, orders, items")
            got = on_a_session(shop, all_calls, f"{kind}: {tried}", EXPIRE[kind])
            expect(got, [[], ["bob"], ["ben"], []], tried=f"{kind}: {tried}: what names returned each time")

    def test_names_come_in_alphabetical_order(self, names, shop):
        for rows in [[], ["cy"], ["cy", "ana", "bob"]]:
            ask(shop, "DELETE FROM customers")
            for name in rows:
                ask(shop, "INSERT INTO customers (name) VALUES (%s)", (name,))
            tried = f"customers {rows}: await names(session)"
            expect(on_a_session(shop, names, tried), sorted(rows), tried=tried)

    def test_a_customer_gets_another_name(self, rename, shop):
        for kind in EXPIRE:
            ask(shop, "TRUNCATE customers, orders, items")
            ask(shop, "INSERT INTO customers (id, name) VALUES (7, 'ana'), (8, 'bob')")
            tried = f"{kind}: customer 7 is ana: await rename(session, 7, 'anna')"
            got = on_a_session(shop, lambda session: rename(session, 7, "anna"), tried, EXPIRE[kind])
            expect(
                stored(shop), ["anna", "bob"], tried=f"{tried}, then another session reads", means=COMMITTED
            )
            expect(got, True, tried=tried)

    def test_a_customer_is_removed(self, remove, shop):
        for kind in EXPIRE:
            ask(shop, "TRUNCATE customers, orders, items")
            ask(shop, "INSERT INTO customers (id, name) VALUES (7, 'ana'), (8, 'bob')")
            tried = f"{kind}: customer 7 is ana: await remove(session, 7)"
            got = on_a_session(shop, lambda session: remove(session, 7), tried, EXPIRE[kind])
            expect(stored(shop), ["bob"], tried=f"{tried}, then another session reads", means=COMMITTED)
            expect(got, True, tried=tried)

    def test_an_unknown_customer_is_false(self, rename, remove, shop):
        ask(shop, "INSERT INTO customers (id, name) VALUES (7, 'ana')")
        calls = {
            "rename(session, 9, 'zoe')": lambda session: rename(session, 9, "zoe"),
            "remove(session, 9)": lambda session: remove(session, 9),
        }
        for said, call in calls.items():
            tried = f"there is no customer 9: await {said}"
            expect(on_a_session(shop, call, tried), False, tried=tried)
        expect(stored(shop), ["ana"], tried="both calls, then another session reads")


# 7.2b ----------------------------------------------------------------------------------------


def fill(url: str, customers: dict[str, list[tuple[str, list[int]]]]) -> None:
    """Names, and for each order its note and the prices of its items; all written in this order."""
    ids = count(1)
    for name, orders in customers.items():
        (customer,) = ask(url, "INSERT INTO customers (name) VALUES (%s) RETURNING id", (name,))[0]
        for note, prices in orders:
            order = next(ids)
            values = (order, customer, note)
            ask(url, "INSERT INTO orders (id, customer_id, note) VALUES (%s, %s, %s)", values)
            for price in prices:
                sql = "INSERT INTO items (order_id, title, price) VALUES (%s, 'tea', %s)"
                ask(url, sql, (order, price))


def as_receipts(customers: dict[str, list[tuple[str, list[int]]]]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "orders": [{"note": note, "total": sum(prices)} for note, prices in customers[name]],
        }
        for name in sorted(customers)
    ]


@exercise(
    "7.2b",
    hints=[
        "Which two attributes are read without `await`, and who has loaded them?",
        "Look at the three cures of the lesson, and at the number of statements of each.",
        "select(Customer).options(selectinload(…).selectinload(…)), and then the same loop.",
    ],
)
class TestReceipts:
    def got(self, receipts, shop, customers):
        fill(shop, customers)
        tried = f"await receipts(session) with {customers}"
        return on_a_session(shop, receipts, tried), as_receipts(customers), tried

    def test_each_customer_has_a_receipt(self, receipts, shop):
        customers = {
            "bob": [("plain", [5])],
            "ana": [("gift", [10, 20]), ("gift", [4])],
            "cy": [("late", [1, 1, 1])],
        }
        got, wanted, tried = self.got(receipts, shop, customers)
        expect(got, wanted, tried=tried)

    def test_orders_come_in_the_order_of_their_ids(self, receipts, shop):
        customers = {
            "ana": [("third", [1]), ("second", [9]), ("first", [5])],
            "bob": [("b", [2]), ("a", [1])],
        }
        fill(shop, customers)
        ask(
            shop, "UPDATE orders SET customer_id = customer_id WHERE id = 1"
        )  # now it is the last on its page
        tried = f"await receipts(session) with {customers}; the first order of ana was changed last"
        got = on_a_session(shop, receipts, tried)
        expect(
            got, as_receipts(customers), tried=tried, means="Without ORDER BY, PostgreSQL promises no order."
        )

    def test_a_customer_without_orders_is_there(self, receipts, shop):
        got, wanted, tried = self.got(receipts, shop, {"cy": [], "ana": [("gift", [3])], "bob": []})
        expect(got, wanted, tried=tried, means="An inner join leaves out what has no partner.")

    def test_an_order_without_items_has_the_total_0(self, receipts, shop):
        got, wanted, tried = self.got(receipts, shop, {"ana": [("empty", []), ("gift", [3])]})
        expect(got, wanted, tried=tried, means="An inner join leaves out what has no partner.")

    def test_three_statements_are_enough(self, receipts, shop):
        customers = {f"c{at}": [(f"o{at}{each}", [1, 2]) for each in range(4)] for at in range(6)}
        fill(shop, customers)
        tried = "await receipts(session) with 6 customers of 4 orders each"
        with sql_tape() as tape:
            on_a_session(shop, receipts, tried)
        tape.at_most(3, tried)


# 7.2c ----------------------------------------------------------------------------------------

OLD = datetime(2026, 1, 1)


@exercise(
    "7.2c",
    hints=[
        "Who sets `changed_at`, and when does Python hear of it?",
        "Look at the table of what can be read after each step, and at where the session ends.",
        "await session.refresh(order, [names]) after the commit; the dict is made inside the `async with`.",
    ],
)
class TestAnnotate:
    @pytest.fixture
    def order(self, shop):
        """The address; order 7 has the note "plain", and was changed long ago."""
        ask(shop, "INSERT INTO customers (id, name) VALUES (1, 'ana')")
        ask(shop, "INSERT INTO orders (id, customer_id, note) VALUES (7, 1, ''), (8, 1, '')")
        return shop

    def got(self, annotate, url, number, note, expire=False):
        tried = f"order 7 has the note 'plain': await annotate(factory, {number}, {note!r})"
        tried += f", expire_on_commit={expire}"
        ask(url, "UPDATE orders SET note = 'plain', changed_at = %s", (OLD,))

        async def call(engine: AsyncEngine) -> Any:
            return await annotate(async_sessionmaker(engine, expire_on_commit=expire), number, note)

        return on_an_engine(url, call, tried), tried

    def test_it_returns_what_is_stored(self, annotate, order):
        for kind in EXPIRE:
            got, tried = self.got(annotate, order, 7, "gift", EXPIRE[kind])
            note, changed_at = ask(order, "SELECT note, changed_at FROM orders WHERE id = 7")[0]
            expect(note, "gift", tried=f"{tried}, then another session reads the note", means=COMMITTED)
            require(
                changed_at != OLD,
                tried=f"{tried}, then another session reads changed_at",
                expected="the time of the change",
                got="the time from before",
            )
            means = "`changed_at` is set by the database, in the UPDATE: read it from there."
            expect(got, {"id": 7, "note": "gift", "changed_at": changed_at}, tried=tried, means=means)

    def test_only_this_order_is_changed(self, annotate, order):
        _, tried = self.got(annotate, order, 7, "gift")
        rows = ask(order, "SELECT note, changed_at FROM orders WHERE id = 8")
        expect(rows, [("plain", OLD)], tried=f"{tried}, then order 8 is read")

    def test_the_same_note_changes_nothing(self, annotate, order):
        for kind in EXPIRE:
            got, tried = self.got(annotate, order, 7, "plain", EXPIRE[kind])
            changed_at = ask(order, "SELECT changed_at FROM orders WHERE id = 7")[0][0]
            expect(changed_at, OLD, tried=f"{tried}, then another session reads changed_at")
            expect(got, {"id": 7, "note": "plain", "changed_at": changed_at}, tried=tried)

    def test_the_models_are_as_they_were(self, annotate, order, Order):
        self.got(annotate, order, 7, "gift")
        stays = {"eager_defaults": "auto", "changed_at has onupdate=NOW": True}
        onupdate = Order.__table__.c.changed_at.onupdate
        now = onupdate is not None and onupdate.is_clause_element
        got = dict(zip(stays, [Order.__mapper__.eager_defaults, now], strict=True))
        means = "Run the cell with the models again, and change only the function."
        expect(got, stays, tried="the model Order, after the call", means=means)

    def test_an_unknown_order_is_none(self, annotate, order):
        got, tried = self.got(annotate, order, 9, "gift")
        expect(got, None, tried=tried)

    def test_three_statements_are_enough(self, annotate, order):
        for kind in EXPIRE:
            with sql_tape() as tape:
                _, tried = self.got(annotate, order, 7, "gift", EXPIRE[kind])
            tape.at_most(3, tried)


# 7.2d ----------------------------------------------------------------------------------------

ITEMS, LONG, MOST = 1000, 20_000, 200
GAP = 3  # between one id and the next: items were deleted meanwhile


class Full(Exception):
    """The disk is full."""


class Lines:
    """A `write` that takes a while, and may fail at one line."""

    def __init__(self, fails_at: int = 0) -> None:
        self.begun, self.ended, self.most, self.fails_at = [], [], 0, fails_at

    async def write(self, line: str) -> None:
        self.begun.append(line)
        self.most = max(self.most, len(self.begun) - len(self.ended))
        await asyncio.sleep(0)
        if len(self.begun) == self.fails_at:
            raise Full("the disk is full")
        self.ended.append(line)


@exercise(
    "7.2d",
    hints=[
        "What is in the list that `all()` returns?",
        "Look at the section 'Rows as a stream': what decides how many objects are loaded at the first one?",
        "async for item in await session.stream_scalars(…), with the execution option yield_per",
    ],
    limit_seconds=20,
)
class TestExport:
    @pytest.fixture
    def items(self, shop):
        def stored(number, letters):
            ask(shop, "INSERT INTO customers (id, name) VALUES (1, 'ana')")
            ask(shop, "INSERT INTO orders (id, customer_id, note) VALUES (1, 1, '')")
            sql = f"INSERT INTO items (id, order_id, title, price) SELECT n * {GAP}, 1, repeat('x', %s), 1"
            ask(shop, f"{sql} FROM generate_series(1, %s) AS n ORDER BY n %% 7, n DESC", (letters, number))
            return shop

        return stored

    def test_each_item_is_a_line(self, export, items):
        for number in (0, 1, 450):
            url, lines = items(number, 3), Lines()
            tried = f"{number} items, with ids that have gaps: await export(session, write)"
            on_a_session(url, lambda session, write=lines.write: export(session, write), tried)
            wanted = [f"{at * GAP};xxx" for at in range(1, number + 1)]
            expect(len(lines.begun), number, tried=f"{tried}, the number of lines")
            expect(lines.begun[:9], wanted[:9], tried=f"{tried}, the first lines")
            expect(lines.begun == wanted, True, tried=f"{tried}, whether all lines are right, and in order")
            ask(url, "TRUNCATE customers, orders, items")

    def test_one_line_is_written_after_the_other(self, export, items):
        url, lines, tried = items(30, 3), Lines(), "30 items: await export(session, write)"
        on_a_session(url, lambda session: export(session, lines.write), tried)
        expect(lines.most, 1, tried=f"{tried}, with a `write` that takes a while: how many run at once")
        expect(len(lines.ended), 30, tried=f"{tried}: how many lines were written to their end")

    def test_no_more_than_200_items_are_in_memory(self, export, items):
        url, tried = items(ITEMS, LONG), "await export(session, write)"

        async def write(line: str) -> None:
            """Keeps nothing."""

        tracemalloc.start()
        try:
            on_a_session(url, lambda session: export(session, write), tried)
            held = round(tracemalloc.get_traced_memory()[1] / LONG)
        finally:
            tracemalloc.stop()
        require(
            held <= 2 * MOST + 50,
            tried=f"{ITEMS} items with long titles: the most memory that was used at a time",
            expected=f"as much as {MOST} items need, and twice that while parts are replaced",
            got=f"as much as {min(held, ITEMS) // 100 * 100} items need, or more",
            means="A list of all items, or a buffer that grows, holds what is not needed at that time.",
        )

    def test_an_error_of_write_comes_out(self, export, items):
        url, lines, got = items(30, 3), Lines(fails_at=6), "nothing"
        tried = "30 items; the sixth write raises an error"
        try:
            on_a_session(url, lambda session: export(session, lines.write), tried)
        except Exception as error:
            got = type(error).__name__
        expect(got, "Full", tried=f"{tried}: what comes out of export")
        expect(len(lines.begun), 6, tried=f"{tried}: how often write was called")


# 7.2e ----------------------------------------------------------------------------------------


class Counted(AsyncSession):
    """A session that says how many are open."""

    open: set["Counted"] = set()
    most = 0

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        Counted.open.add(self)
        Counted.most = max(Counted.most, len(Counted.open))

    async def close(self) -> None:
        Counted.open.discard(self)
        await super().close()


class Broken(Exception):
    """What one call raises."""


class Crowd:
    """Calls that wait until `most` of them run at once, or until it is clear that no more come."""

    def __init__(self, most: int) -> None:
        self.most, self.inside, self.highest = most, 0, 0

    async def work(self, session: AsyncSession, number: int) -> None:
        self.inside += 1
        self.highest = max(self.highest, self.inside)
        for _ in range(2000):  # rounds of the loop: those that may begin have begun long before
            if self.highest >= self.most:
                break
            await asyncio.sleep(0)
        await session.scalar(select(literal(number)))
        self.inside -= 1


class OneSlow:
    """Calls of which the first one goes on until all the others have begun."""

    def __init__(self, calls: int) -> None:
        self.calls, self.begun, self.all_begun = calls, 0, asyncio.Event()

    async def work(self, session: AsyncSession, number: int) -> None:
        self.begun += 1
        if self.begun == self.calls:
            self.all_begun.set()
        elif self.begun == 1:
            await self.all_begun.wait()


class Failing:
    """Calls of which one raises an error while a later one is inside; those after it wait for ever.

    So nothing is half done when the error comes: the calls before it are over, and their sessions closed.
    """

    def __init__(self, place: int) -> None:
        self.place, self.begun, self.over = place, 0, 0
        self.error, self.another = Broken("the disk is full"), asyncio.Event()

    async def work(self, session: AsyncSession, number: int) -> None:
        place, self.begun = self.begun, self.begun + 1
        try:
            await session.scalar(select(literal(number)))
            if place == self.place:
                await self.another.wait()
                raise self.error
            if place > self.place:
                self.another.set()
                await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            self.over += 1


@exercise(
    "7.2e",
    hints=[
        "Which comes first for a number: its turn, or its session?",
        "What limits how many are inside at once, on one loop? And what does asyncio.gather do with the other "
        "tasks when one of them fails?",
        "async with semaphore, factory() as session; tasks made by create_task; at the end cancel them and wait "
        "for them.",
    ],
)
class TestForEach:
    def run(self, for_each, url, numbers, work, most, tried, calls=None):
        """What comes back, and what is left when it comes back: nothing, for a good answer."""

        async def call(engine: AsyncEngine) -> Any:
            factory = async_sessionmaker(engine, class_=Counted)
            Counted.open, Counted.most = set(), 0
            try:
                got = await for_each(factory, numbers, work, most)
            except Exception as error:
                got = error
            left = {"open sessions": len(Counted.open), "lent connections": engine.pool.checkedout()}
            if calls:
                begun, left["calls that still run"] = calls.begun, calls.begun - calls.over
                for _ in range(20):  # whoever still waits for a turn begins now
                    await asyncio.sleep(0)
                left["calls that begin afterwards"] = calls.begun - begun
            return got, {name: number for name, number in left.items() if number}

        return on_an_engine(url, call, tried)

    def test_results_come_in_the_order_of_the_numbers(self, for_each, database_url):
        for numbers in ([], [5], [3, 1, 2, 1]):

            async def work(session, number):
                for _ in range(number):  # the smaller ones are ready first
                    await asyncio.sleep(0)
                return await session.scalar(select(literal(number * 10)))

            tried = f"await for_each(factory, {numbers}, work, 3), where work gives 10 times the number"
            got, _ = self.run(for_each, database_url, numbers, work, 3, tried)
            if isinstance(got, Exception):
                raise got
            wanted = [number * 10 for number in numbers]
            expect(list(got), wanted, tried=tried)

    def test_each_number_has_a_call_of_its_own(self, for_each, database_url):
        calls = count(1)

        async def work(session, number):
            return f"number {number}, call {next(calls)}"

        tried = "await for_each(factory, [7, 7, 7], work, 2), where each call returns another text"
        got, _ = self.run(for_each, database_url, [7, 7, 7], work, 2, tried)
        if isinstance(got, Exception):
            raise got
        wanted = [f"number 7, call {at}" for at in (1, 2, 3)]
        means = "A dict by number has one place for a number that comes three times."
        expect(sorted(got), wanted, tried=f"{tried}: the results, sorted", means=means)

    def test_each_call_has_a_session_of_its_own(self, for_each, database_url):
        seen = []

        async def work(session, number):
            seen.append(session)
            await session.scalar(select(literal(number)))
            await session.commit()
            await session.execute(text("SELECT pg_sleep(0)"))

        tried = "await for_each(factory, [1, 2, 3, 4], work, 2): the sessions that work was given"
        got, left = self.run(for_each, database_url, [1, 2, 3, 4], work, 2, tried)
        if isinstance(got, Exception):
            raise got
        expect(len({id(each) for each in seen}), 4, tried=tried, means="Two tasks may not share a session.")
        made = all(isinstance(each, Counted) for each in seen)
        expect(made, True, tried=f"{tried}: whether `factory()` has made them all")
        expect(
            left,
            {},
            tried="the same call: what is left when it is over",
            means="A session is closed by `async with`.",
        )

    def test_so_many_run_at_once_and_no_more(self, for_each, database_url):
        for most in [1, 2, 4]:
            crowd = Crowd(most)
            tried = (
                f"await for_each(factory, numbers, work, {most}) with 9 numbers: how many calls run at once"
            )
            got, _ = self.run(for_each, database_url, list(range(9)), crowd.work, most, tried)
            if isinstance(got, Exception):
                raise got
            means = {1: "Each call waits for the one before it."} if most > 1 else {}
            expect(crowd.highest, most, tried=tried, means=means)

    def test_a_slow_call_does_not_hold_up_the_others(self, for_each, database_url):
        for most in [2, 4]:
            calls, got = OneSlow(9), None
            tried = f"await for_each(factory, numbers, work, {most}) with 9 numbers; the first call goes on until "
            tried += "all the others have begun"
            try:
                got, _ = self.run(for_each, database_url, list(range(9)), calls.work, most, tried)
            except ExpectationFailed:  # it never ends
                if calls.begun == calls.calls:
                    raise
            if isinstance(got, Exception):
                raise got
            means = "A batch waits for its slowest call before the next batch begins."
            expect(calls.begun, 9, tried=f"{tried}: how many calls have begun", means=means)

    def test_who_waits_has_no_session(self, for_each, database_url):
        async def work(session, number):
            await session.scalar(select(literal(number)))

        tried = "await for_each(factory, numbers, work, 2) with 9 numbers: how many sessions are open at once"
        self.run(for_each, database_url, list(range(9)), work, 2, tried)
        require(
            Counted.most <= 2,
            tried=tried,
            expected="at most 2",
            got=Counted.most,
            means="A session that is opened before its turn may hold a connection while it waits.",
        )

    def test_an_error_ends_it_all(self, for_each, database_url):
        for before in (0, 2):
            calls = Failing(before)
            tried = (
                f"9 numbers, most=2; after {before} calls one raises Broken, and those after it wait for ever"
            )
            got, left = self.run(for_each, database_url, list(range(9)), calls.work, 2, tried, calls)
            means = "A TaskGroup raises a group of errors." if isinstance(got, BaseExceptionGroup) else ""
            said = type(got).__name__ if isinstance(got, BaseException) else f"the result {got!r}"
            expect(said, "Broken", tried=f"{tried}: what comes out", means=means)
            same = got is calls.error
            expect(same, True, tried=f"{tried}: whether it is the error that was raised, and no copy")
            expect(left, {}, tried=f"{tried}: what is left when it comes out")
            require(
                calls.begun <= before + 4,
                tried=f"{tried}: how many calls have begun",
                expected="no more than fit in before the error is noticed",
                got=calls.begun,
            )
