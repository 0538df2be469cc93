"""Checks of the exercises of lesson 6.7."""

from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.event import listen

from course.checks import GradedTests, engine_for, exercise, expect

# 6.7a ----------------------------------------------------------------------------------------

WALLETS = '''
"""Wallets."""

from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class Wallet(Base):
    __tablename__ = "wallets"
    owner: Mapped[str] = mapped_column(primary_key=True)
    cents: Mapped[int]


def pay(session: Session, giver: str, taker: str, cents: int) -> None:
    """Move the cents from one wallet to the other, and commit."""
    paying = session.get_one(Wallet, giver)
    if paying.cents < cents:
        raise ValueError("There is too little in this wallet.")
    paying.cents -= cents
    paid = session.get(Wallet, taker)
    if paid is None:
        session.rollback()
        raise LookupError("The taker has no wallet.")
    paid.cents += cents
    session.commit()
'''.lstrip()
TOO_LITTLE = 'raise ValueError("There is too little'
WRONG_PAYMENTS = {
    "commit": ("A payment is flushed, and nobody commits it.", "    session.commit()", "    session.flush()"),
    "giver": ("The giver keeps the money.", "paying.cents -= cents", "pass"),
    "taker": ("The money is gone, and the taker has nothing.", "paid.cents += cents", "pass"),
    "set": (
        "A taker who has money gets the payment, and loses what they had.",
        "paid.cents += cents",
        "paid.cents = cents",
    ),
    "all": ("Nobody may pay all they have.", "paying.cents < cents", "paying.cents <= cents"),
    "debt": ("A wallet goes below 0.", "if paying.cents < cents", "if cents < 0"),
    "cent": (
        "Somebody pays one cent more than they have.",
        "paying.cents < cents",
        "paying.cents < cents - 1",
    ),
    "error": (
        "A payment of too much raises TypeError.",
        TOO_LITTLE,
        TOO_LITTLE.replace("ValueError", "TypeError"),
    ),
    "emptied": (
        "A payment of too much empties the wallet, and raises ValueError.",
        TOO_LITTLE,
        f"paying.cents = 0; session.commit(); {TOO_LITTLE}",
    ),
    "credited": (
        "A payment of too much is added to the wallet of the taker, and raises ValueError.",
        TOO_LITTLE,
        f"session.get_one(Wallet, taker).cents += cents; session.commit(); {TOO_LITTLE}",
    ),
    "nobody": (
        "A payment to somebody without a wallet raises TypeError.",
        "raise LookupError",
        "raise TypeError",
    ),
    "lost": (
        "A payment to somebody without a wallet raises LookupError, and the money is gone.",
        "session.rollback()",
        "session.commit()",
    ),
}
CONFTEST = """
import os
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session


@pytest.fixture
def engine():
    options = {"options": "-c lock_timeout=5s"}
    engine = create_engine(os.environ["TEST_DATABASE_URL"], connect_args=options)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS wallets"))
        connection.execute(text("CREATE TABLE wallets (owner text PRIMARY KEY, cents integer NOT NULL)"))
        connection.execute(text("INSERT INTO wallets VALUES ('ana', 100), ('ben', 0)"))
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine):
    with Session(engine) as session:
        yield session
"""


@exercise(
    "6.7a",
    hints=[
        "For each test: whom does it ask what is stored, and which of its lines run when the rule is broken?",
        "3.8: a session sees its own rows before the commit. 6.1: behind the line that raises, the block of "
        "`pytest.raises` is over. Which amounts are at the edge?",
        "Read both wallets with `engine.connect()`, behind the calls and outside of `raises`; pay twice, all that ana "
        "has, and one cent more; ValueError and LookupError.",
    ],
    limit_seconds=60,
)
class TestOfPay:
    @pytest.fixture
    def graded(self, TestPay):
        mistakes = {name: (says, "pay", old, new) for name, (says, old, new) in WRONG_PAYMENTS.items()}
        return GradedTests.of_text(TestPay, "wallets.py", WALLETS, mistakes, CONFTEST)

    def test_the_tests_pass_on_the_right_function(self, graded):
        graded.pass_on_the_right_app()

    def test_a_payment_that_is_not_committed_is_noticed(self, graded):
        graded.notice("commit", "Who sees what a session has flushed, and who sees what it has committed?")

    def test_a_wallet_that_stays_as_it_was_is_noticed(self, graded):
        graded.notice("giver", "Read the wallet of the giver after a payment, too.")
        graded.notice("taker", "Read the wallet of the taker after a payment.")

    def test_money_that_a_taker_loses_is_noticed(self, graded):
        graded.notice("set", "What does ben have before the first payment, and what before a second one?")

    def test_a_wrong_limit_is_noticed(self, graded):
        graded.notice("all", "What is the most that ana may pay?")
        graded.notice("debt", "What is too much for ana?")
        graded.notice("cent", "What is the least that is too much for ana?")

    def test_another_error_for_too_little_is_noticed(self, graded):
        graded.notice("error", "A test that takes any error takes that of a slip in a name, too.")

    def test_money_that_moves_in_spite_of_the_error_is_noticed(self, graded):
        graded.notice("emptied", "Read the wallet of the giver after the ValueError.")
        graded.notice("credited", "Read the wallet of the taker after the ValueError, too.")

    def test_another_error_for_nobody_is_noticed(self, graded):
        graded.notice("nobody", "Pay somebody who has no wallet. Which error is expected?")

    def test_money_that_is_lost_is_noticed(self, graded):
        graded.notice("lost", "Read the wallet of the giver after the LookupError. Does this line run?")


# 6.7b ----------------------------------------------------------------------------------------

ORDERS = """
CREATE TABLE guests (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, guest_id integer NOT NULL)
"""
ADDED = "WITH guest AS (INSERT INTO guests (name) VALUES ('Zoe') RETURNING id) INSERT INTO orders (guest_id) SELECT id FROM guest"
EACH = "SELECT name FROM guests WHERE id = :id"
IN_ONE = "SELECT name FROM orders JOIN guests ON guests.id = guest_id"


class Shop:
    """An engine, and what is called on it, in the order of the calls."""

    def __init__(self, engine):
        self.engine, self.calls = engine, []
        with engine.begin() as connection:
            connection.execute(text(ORDERS))

    def add(self):
        self.calls.append("add")
        with self.engine.begin() as connection:
            connection.execute(text(ADDED))

    def rows(self):
        return self.calls.count("add")

    def one_for_each(self):
        self.calls.append("ask")
        with self.engine.connect() as connection:
            for number in connection.scalars(text("SELECT guest_id FROM orders")).all():
                connection.scalar(text(EACH), {"id": number})

    def one_for_all(self):
        self.calls.append("ask")
        with self.engine.connect() as connection:
            connection.scalars(text(IN_ONE)).all()

    def sends(self, few, many):
        """An `ask` that sends so many statements for one row, and so many for ten."""

        def ask():
            self.calls.append("ask")
            with self.engine.connect() as connection:
                for _ in range(few if self.rows() == 1 else many):
                    connection.scalars(text(IN_ONE)).all()

        return ask


def listeners(engine):
    """How many there are of each event."""
    kinds = [each for each in dir(engine.dispatch) if not each.startswith("_")]
    found = {kind: getattr(engine.dispatch, kind) for kind in kinds}
    return {kind: len(list(each)) for kind, each in found.items() if hasattr(each, "__iter__") and list(each)}


@exercise(
    "6.7b",
    hints=[
        "Who knows which statements an engine sends? And what has to happen when `ask()` raises an error?",
        "`sql_tape()` from `course` counts what is sent in a block. Without it: `event.listen(engine, "
        "'before_cursor_execute', function)` calls a function before each statement, and `event.remove` takes the "
        "same arguments.",
        "A function that counts one `ask()`, and stops to listen in `finally`; add and count, nine times add, and "
        "count again; assert",
    ],
)
class TestFlat:
    @pytest.fixture
    def shop(self, database_url):
        with engine_for(database_url) as engine:
            yield Shop(engine)

    def ends(self, assert_flat, shop, ask, add=None):
        try:
            got = assert_flat(shop.engine, add or shop.add, ask)
        except Exception as error:
            return type(error).__name__
        return "returns" if got is None else f"returns {got!r}"

    def test_a_statement_for_each_row_is_an_assertion_error(self, assert_flat, shop):
        got = self.ends(assert_flat, shop, shop.one_for_each)
        expect(got, "AssertionError", tried="an `ask` that sends a statement for each row")

    def test_one_statement_for_all_rows_is_fine(self, assert_flat, shop):
        got = self.ends(assert_flat, shop, shop.one_for_all)
        means = {"AssertionError": "What `add()` sends does not count."}
        expect(got, "returns", tried="an `ask` that sends one statement for all rows", means=means)

    def test_more_is_more(self, assert_flat, database_url):
        numbers = {(1, 2): False, (2, 2): True, (3, 2): True, (0, 1): False, (0, 0): True, (5, 6): False}
        for (few, many), flat in numbers.items():
            with engine_for(database_url) as engine:
                with engine.begin() as connection:
                    connection.execute(text("DROP TABLE IF EXISTS guests, orders"))
                shop = Shop(engine)
                got = self.ends(assert_flat, shop, shop.sends(few, many))
            tried = f"an `ask` that sends {few} for one row and {many} for ten"
            expect(got, "returns" if flat else "AssertionError", tried=tried)

    def test_it_adds_one_and_then_nine(self, assert_flat, shop):
        self.ends(assert_flat, shop, shop.one_for_all)
        wanted = ["add", "ask", *["add"] * 9, "ask"]
        expect(shop.calls, wanted, tried="the calls of `add` and `ask`, in their order")

    def test_an_engine_is_used_twice(self, assert_flat, shop):
        got = [self.ends(assert_flat, shop, ask) for ask in (shop.one_for_all, shop.one_for_all)]
        shop.calls.clear()
        got.append(self.ends(assert_flat, shop, shop.sends(1, 2)))
        expect(got, ["returns", "returns", "AssertionError"], tried="three calls with the same engine")

    def test_an_error_comes_out(self, assert_flat, shop):
        def fails():
            raise KeyError("tea")

        for what, ask, add in (("ask", fails, shop.add), ("add", shop.one_for_all, fails)):
            got = self.ends(assert_flat, shop, ask, add)
            expect(got, "KeyError", tried=f"an `{what}` that raises KeyError")

    def test_nothing_is_left_on_the_engine(self, assert_flat, shop):
        listen(shop.engine, "before_cursor_execute", lambda *given: None)
        before = listeners(shop.engine)

        def second_fails():
            shop.add() if shop.rows() == 0 else shop.nothing

        for what, ask, add in (
            ("an `ask` that is flat", shop.one_for_all, shop.add),
            ("an `ask` that is not", shop.sends(1, 2), shop.add),
            ("an `ask` that raises an error", lambda: shop.nothing, shop.add),
            ("an `add` that raises an error", shop.one_for_all, lambda: shop.nothing),
            ("an `add` that raises an error the second time", shop.one_for_all, second_fails),
        ):
            shop.calls.clear()
            with suppress(AssertionError, AttributeError):
                assert_flat(shop.engine, add, ask)
            tried = f"{what}; then how many listen to the engine"
            expect(listeners(shop.engine), before, tried=tried)
