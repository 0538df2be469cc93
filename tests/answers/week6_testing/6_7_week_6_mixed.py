# %% 6.7a accept: a new session reads, amounts by parametrize
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session


class TestPay:
    def of(self, engine: Engine, owner: str) -> int:
        with Session(engine) as reader:
            return reader.scalar(text("SELECT cents FROM wallets WHERE owner = :owner"), {"owner": owner})

    @pytest.mark.parametrize("cents", [1, 99, 100])
    def test_it_moves(self, pay: Callable, session: Session, engine: Engine, cents: int) -> None:
        pay(session, "ana", "ben", cents)
        assert self.of(engine, "ana") == 100 - cents
        assert self.of(engine, "ben") == cents
        pay(session, "ben", "ana", 1)
        assert self.of(engine, "ana") == 101 - cents

    @pytest.mark.parametrize(
        ("taker", "cents", "error"),
        [("ben", 101, ValueError), ("ben", 500, ValueError), ("zoe", 1, LookupError)],
    )
    def test_refused(
        self, pay: Callable, session: Session, engine: Engine, taker: str, cents: int, error: type
    ) -> None:
        with pytest.raises(error):
            pay(session, "ana", taker, cents)
        assert self.of(engine, "ana") == 100
        assert self.of(engine, "ben") == 0


# %% 6.7a accept: the same session, after a rollback
import pytest
from sqlalchemy import text


class TestPay:
    def wallets(self, session):
        session.rollback()
        return {owner: cents for owner, cents in session.execute(text("SELECT owner, cents FROM wallets"))}

    def test_all(self, pay, session):
        pay(session, "ana", "ben", 60)
        assert self.wallets(session) == {"ana": 40, "ben": 60}
        with pytest.raises(ValueError):
            pay(session, "ana", "ben", 41)
        assert self.wallets(session) == {"ana": 40, "ben": 60}
        with pytest.raises(LookupError):
            pay(session, "ana", "zoe", 10)
        assert self.wallets(session) == {"ana": 40, "ben": 60}
        pay(session, "ana", "ben", 40)
        assert self.wallets(session) == {"ana": 0, "ben": 100}


# %% 6.7a reject: the tests as they were -> A payment that is not committed is noticed
import pytest
from sqlalchemy import text

CENTS = text("SELECT cents FROM wallets WHERE owner = :owner")


class TestPay:
    def test_the_money_moves(self, pay, session):
        pay(session, "ana", "ben", 30)
        assert session.scalar(CENTS, {"owner": "ben"}) == 30

    def test_too_little_is_refused(self, pay, session):
        try:
            pay(session, "ana", "ben", 500)
        except ValueError:
            assert session.scalar(CENTS, {"owner": "ana"}) == 100

    def test_nobody_is_paid_in_vain(self, pay, session):
        with pytest.raises(LookupError):
            pay(session, "ana", "zoe", 30)
            assert session.scalar(CENTS, {"owner": "ana"}) == 100


# %% 6.7a reject: a last look that never runs -> Money that is lost is noticed
import pytest
from sqlalchemy import text


class TestPay:
    def wallets(self, engine):
        with engine.connect() as connection:
            return list(connection.scalars(text("SELECT cents FROM wallets ORDER BY owner")))

    def test_it_moves(self, pay, session, engine):
        pay(session, "ana", "ben", 100)
        assert self.wallets(engine) == [0, 100]

    def test_too_little(self, pay, session, engine):
        with pytest.raises(ValueError):
            pay(session, "ana", "ben", 101)
        assert self.wallets(engine) == [100, 0]

    def test_nobody(self, pay, session, engine):
        with pytest.raises(LookupError):
            pay(session, "ana", "zoe", 30)
            assert self.wallets(engine) == [100, 0]


# %% 6.7a reject: far from the edge -> A wrong limit is noticed
import pytest
from sqlalchemy import text


class TestPay:
    def wallets(self, engine):
        with engine.connect() as connection:
            return list(connection.scalars(text("SELECT cents FROM wallets ORDER BY owner")))

    def test_it_moves(self, pay, session, engine):
        pay(session, "ana", "ben", 50)
        assert self.wallets(engine) == [50, 50]

    def test_too_little(self, pay, session, engine):
        with pytest.raises(ValueError):
            pay(session, "ana", "ben", 500)
        assert self.wallets(engine) == [100, 0]

    def test_nobody(self, pay, session, engine):
        with pytest.raises(LookupError):
            pay(session, "ana", "zoe", 30)
        assert self.wallets(engine) == [100, 0]


# %% 6.7a reject: any error will do -> Another error for too little is noticed
import pytest
from sqlalchemy import text


class TestPay:
    def wallets(self, engine):
        with engine.connect() as connection:
            return list(connection.scalars(text("SELECT cents FROM wallets ORDER BY owner")))

    def test_it_moves(self, pay, session, engine):
        pay(session, "ana", "ben", 100)
        assert self.wallets(engine) == [0, 100]

    def test_refused(self, pay, session, engine):
        for taker, cents in (("ben", 101), ("zoe", 30)):
            with pytest.raises(Exception):
                pay(session, "ana", taker, cents)
            assert self.wallets(engine) == [100, 0]


# %% 6.7a reject: only the taker is looked at -> A wallet that stays as it was is noticed
import pytest
from sqlalchemy import text


class TestPay:
    def ben(self, engine):
        with engine.connect() as connection:
            return connection.scalar(text("SELECT cents FROM wallets WHERE owner = 'ben'"))

    def test_it_moves(self, pay, session, engine):
        pay(session, "ana", "ben", 100)
        assert self.ben(engine) == 100

    def test_too_little(self, pay, session, engine):
        with pytest.raises(ValueError):
            pay(session, "ana", "ben", 101)
        assert self.ben(engine) == 0

    def test_nobody(self, pay, session, engine):
        with pytest.raises(LookupError):
            pay(session, "ana", "zoe", 30)
        assert self.ben(engine) == 0


# %% 6.7a reject: the session has the last word -> Money that moves in spite of the error is noticed
import pytest
from sqlalchemy import text


class TestPay:
    def wallets(self, engine):
        with engine.connect() as connection:
            return list(connection.scalars(text("SELECT cents FROM wallets ORDER BY owner")))

    def test_it_moves(self, pay, session, engine):
        pay(session, "ana", "ben", 100)
        assert self.wallets(engine) == [0, 100]

    def test_too_little(self, pay, session):
        with pytest.raises(ValueError):
            pay(session, "ana", "ben", 101)

    def test_nobody(self, pay, session, engine):
        with pytest.raises(LookupError):
            pay(session, "ana", "zoe", 30)
        assert self.wallets(engine) == [100, 0]


# %% 6.7a reject: ben is paid once -> Money that a taker loses is noticed
import pytest
from sqlalchemy import text


class TestPay:
    def wallets(self, engine):
        with engine.connect() as connection:
            return list(connection.scalars(text("SELECT cents FROM wallets ORDER BY owner")))

    def test_it_moves(self, pay, session, engine):
        pay(session, "ana", "ben", 100)
        assert self.wallets(engine) == [0, 100]

    def test_too_little(self, pay, session, engine):
        with pytest.raises(ValueError):
            pay(session, "ana", "ben", 101)
        assert self.wallets(engine) == [100, 0]

    def test_nobody(self, pay, session, engine):
        with pytest.raises(LookupError):
            pay(session, "ana", "zoe", 30)
        assert self.wallets(engine) == [100, 0]


# %% 6.7a reject: after the ValueError only ana is read -> Money that moves in spite of the error is noticed
import pytest
from sqlalchemy import text


class TestPay:
    def wallets(self, engine):
        with engine.connect() as connection:
            return list(connection.scalars(text("SELECT cents FROM wallets ORDER BY owner")))

    def test_it_moves(self, pay, session, engine):
        pay(session, "ana", "ben", 40)
        pay(session, "ana", "ben", 60)
        assert self.wallets(engine) == [0, 100]

    def test_too_little(self, pay, session, engine):
        with pytest.raises(ValueError):
            pay(session, "ana", "ben", 101)
        assert self.wallets(engine)[0] == 100

    def test_nobody(self, pay, session, engine):
        with pytest.raises(LookupError):
            pay(session, "ana", "zoe", 30)
        assert self.wallets(engine) == [100, 0]


# %% 6.7a reject: asks for a message that nobody promised -> The tests pass on the right function
import pytest


class TestPay:
    def test_too_little(self, pay, session):
        with pytest.raises(ValueError, match="not enough"):
            pay(session, "ana", "ben", 101)


# %% 6.7b accept: the tape of the course
from course import sql_tape


def assert_flat(engine, add, ask):
    numbers = []
    for more in (1, 9):
        for _ in range(more):
            add()
        with sql_tape() as tape:
            ask()
        numbers.append(len(tape))
    if numbers[1] > numbers[0]:
        raise AssertionError(numbers)


# %% 6.7b accept: one listener that is switched on and off
from contextlib import contextmanager


@contextmanager
def counting(engine):
    counts = {"on": False, "now": 0}

    @event.listens_for(engine, "after_cursor_execute")
    def count(connection, cursor, statement, parameters, context, executemany):
        counts["now"] += counts["on"]

    try:
        yield counts
    finally:
        event.remove(engine, "after_cursor_execute", count)


def assert_flat(engine, add, ask):
    with counting(engine) as counts:
        found = []
        for number in range(10):
            add()
            if number in (0, 9):
                counts.update(on=True, now=0)
                ask()
                counts["on"] = False
                found.append(counts["now"])
    assert found[0] >= found[1]


# %% 6.7b reject: the listener stays -> Nothing is left on the engine
def assert_flat(engine, add, ask):
    sent = []
    event.listen(engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    add()
    sent.clear()
    ask()
    few = len(sent)
    for _ in range(9):
        add()
    sent.clear()
    ask()
    assert len(sent) <= few


# %% 6.7b reject: the listener stays after an error -> Nothing is left on the engine
def assert_flat(engine, add, ask):
    def statements():
        sent = []

        def note(*given):
            sent.append(given[2])

        event.listen(engine, "before_cursor_execute", note)
        ask()
        event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    add()
    few = statements()
    for _ in range(9):
        add()
    assert statements() <= few


# %% 6.7b reject: the listener stays when a later `add` fails -> Nothing is left on the engine
def assert_flat(engine, add, ask):
    sent, counts = [], []

    def note(*given):
        sent.append(given[2])

    event.listen(engine, "before_cursor_execute", note)
    for times in (1, 9):
        for _ in range(times):
            add()
        sent.clear()
        try:
            ask()
        except BaseException:
            event.remove(engine, "before_cursor_execute", note)
            raise
        counts.append(len(sent))
    event.remove(engine, "before_cursor_execute", note)
    assert counts[1] <= counts[0]


# %% 6.7b reject: INSERTs count -> One statement for all rows is fine
def assert_flat(engine, add, ask):
    sent = []

    def note(*given):
        sent.append(given[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        add()
        ask()
        few = len(sent)
        sent.clear()
        for _ in range(9):
            add()
        ask()
        assert len(sent) <= few
    finally:
        event.remove(engine, "before_cursor_execute", note)


# %% 6.7b reject: the second number has the first in it -> One statement for all rows is fine
def assert_flat(engine, add, ask):
    sent = []

    def note(*given):
        sent.append(given[2])

    def statements():
        event.listen(engine, "before_cursor_execute", note)
        try:
            ask()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    add()
    few = statements()
    for _ in range(9):
        add()
    assert statements() <= few


# %% 6.7b reject: ten rows may send ten times as many -> A statement for each row is an assertion error
def assert_flat(engine, add, ask):
    def statements():
        sent = []

        def note(*given):
            sent.append(given[2])

        event.listen(engine, "before_cursor_execute", note)
        try:
            ask()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    add()
    few = statements()
    for _ in range(9):
        add()
    assert statements() <= 10 * few


# %% 6.7b reject: the numbers must be equal -> More is more
def assert_flat(engine, add, ask):
    def statements():
        sent = []

        def note(*given):
            sent.append(given[2])

        event.listen(engine, "before_cursor_execute", note)
        try:
            ask()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    add()
    few = statements()
    for _ in range(9):
        add()
    assert statements() == few


# %% 6.7b reject: a different row would be more -> It adds one and then nine
def assert_flat(engine, add, ask):
    def statements():
        sent = []

        def note(*given):
            sent.append(given[2])

        event.listen(engine, "before_cursor_execute", note)
        try:
            ask()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    add()
    few = statements()
    for _ in range(10):
        add()
    assert statements() <= few


# %% 6.7b accept: every engine of the program
def assert_flat(engine, add, ask):
    def statements():
        sent = []

        def note(*given):
            sent.append(given[2])

        event.listen(Engine, "before_cursor_execute", note)
        try:
            ask()
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        return len(sent)

    add()
    few = statements()
    for _ in range(9):
        add()
    assert statements() <= few


# %% 6.7b reject: an error is told in other words -> An error comes out
def assert_flat(engine, add, ask):
    def statements():
        sent = []

        def note(*given):
            sent.append(given[2])

        event.listen(engine, "before_cursor_execute", note)
        try:
            ask()
        except Exception as error:
            raise AssertionError("ask() failed") from error
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    add()
    few = statements()
    for _ in range(9):
        add()
    assert statements() <= few
