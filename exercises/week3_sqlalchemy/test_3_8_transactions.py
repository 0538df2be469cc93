"""Checks of the exercises of lesson 3.8."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from decimal import Decimal
from threading import Barrier, BrokenBarrierError, Condition, Lock, RLock, Semaphore
from time import sleep
from types import FunctionType

import psycopg2
from fastapi.testclient import TestClient
from sqlalchemy import Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from course.checks import (
    ask,
    blocked,
    exercise,
    expect,
    in_thread,
    make_tables,
    require,
    wait_until_blocked,
)

ACCOUNTS = """
    CREATE TABLE accounts (
        owner text PRIMARY KEY,
        balance numeric(10, 2) NOT NULL CONSTRAINT balance_not_negative CHECK (balance >= 0)
    )
"""
OWN = ("NoAccount", "NotEnough", "Conflict", "NotFound")


class Conflict(Exception):
    """An error of an app, of which neither SQLAlchemy nor the driver knows."""


@contextmanager
def engine_on(url, **options) -> Iterator[Engine]:
    """An engine whose sessions wait three seconds for a lock at most."""
    address = make_url(url).set(drivername="postgresql+psycopg2")
    options = {"poolclass": NullPool} | options
    arguments = {"options": "-c lock_timeout=3s", "application_name": "learner"}
    engine = create_engine(address, connect_args=arguments, **options)
    try:
        yield engine
    finally:
        engine.dispose()


def fill(url, **balances):
    """Make the table of accounts."""
    ask(url, ACCOUNTS)
    for owner, balance in balances.items():
        ask(url, "INSERT INTO accounts VALUES (%s, %s)", (owner, balance))


def balances_in(url):
    """Who has how much, as another session sees it."""
    rows = ask(url, "SELECT owner, balance FROM accounts ORDER BY owner")
    return {owner: str(balance) for owner, balance in rows}


def outcome(function, *arguments):
    """What a function returns; "raised …" for an error of the exercise or of the database."""
    try:
        return function(*arguments)
    except Exception as error:
        if type(error).__name__ in OWN or isinstance(error, SQLAlchemyError):
            return f"raised {type(getattr(error, 'orig', None) or error).__name__}"
        raise


def is_free(url, sql):
    """Whether another session can do this without waiting for the learner's."""
    try:
        ask(url, sql)
    except psycopg2.errors.LockNotAvailable:
        return False
    return True


CLOSED = """
    CREATE OR REPLACE FUNCTION refuse() RETURNS trigger AS $$ BEGIN
        RAISE EXCEPTION 'this account is closed';
    END $$ LANGUAGE plpgsql;
    CREATE TRIGGER closed BEFORE UPDATE ON accounts
        FOR EACH ROW WHEN (new.owner = '{}') EXECUTE FUNCTION refuse();
"""


@exercise(
    "3.8a",
    hints=[
        "How many commits does a transfer have? What does a caller hear when it has none?",
        "Look at `honest_tip` in the lesson: where the error is caught, and what is raised instead.",
        "Get both accounts; None: rollback, raise NoAccount. Change both. try: commit; except "
        "IntegrityError: rollback, raise NotEnough.",
    ],
)
class TestTransfer:
    def test_the_money_moves(self, transfer, database_url):
        for source, target, amount, after in [
            ("ada", "bob", "30.00", {"ada": "70.00", "bob": "50.00"}),
            ("bob", "ada", "0.01", {"ada": "70.01", "bob": "49.99"}),
        ]:
            if source == "ada":
                fill(database_url, ada="100.00", bob="20.00")
            with engine_on(database_url) as engine, Session(engine) as session:
                transfer(session, source, target, Decimal(amount))
            expect(
                balances_in(database_url),
                after,
                tried=f'transfer(session, "{source}", "{target}", Decimal("{amount}")), seen from another session',
                means="Without a commit nothing is stored.",
            )

    def test_all_that_is_there_may_be_moved(self, transfer, database_url):
        fill(database_url, ada="30.00", bob="0.00")
        with engine_on(database_url) as engine, Session(engine) as session:
            transfer(session, "ada", "bob", Decimal("30.00"))
        expect(
            balances_in(database_url),
            {"ada": "0.00", "bob": "30.00"},
            tried='30.00 are there; transfer(session, "ada", "bob", Decimal("30.00"))',
        )

    def test_an_account_that_does_not_exist_is_no_account(self, transfer, database_url):
        self.refused(transfer, database_url, "ada", "carl", "30.00", "raised NoAccount")
        self.refused(transfer, database_url, "carl", "ada", "30.00", "raised NoAccount")

    def test_too_much_is_not_enough(self, transfer, database_url):
        self.refused(transfer, database_url, "ada", "bob", "100.01", "raised NotEnough")
        self.refused(transfer, database_url, "bob", "ada", "20.50", "raised NotEnough")

    def test_it_is_all_or_nothing(self, transfer, database_url):
        for owner in ["bob", "ada"]:
            ask(database_url, "DROP TABLE IF EXISTS accounts")
            fill(database_url, ada="100.00", bob="20.00")
            ask(database_url, CLOSED.format(owner))
            with engine_on(database_url) as engine, Session(engine) as session:
                outcome(transfer, session, "ada", "bob", Decimal("30.00"))
            expect(
                balances_in(database_url),
                {"ada": "100.00", "bob": "20.00"},
                tried=f'PostgreSQL refuses to change the account of {owner}; transfer(session, "ada", "bob", …); '
                "then the balances",
                means="Half of the transfer was committed.",
            )

    def test_the_session_is_ready_for_the_next_transfer(self, transfer, database_url):
        fill(database_url, ada="100.00", bob="20.00")
        for target, amount in [("carl", "30.00"), ("bob", "500.00")]:
            with engine_on(database_url) as engine, Session(engine) as session:
                outcome(transfer, session, "ada", target, Decimal(amount))
                next_one = outcome(transfer, session, "ada", "bob", Decimal("1.00"))
            expect(
                next_one,
                None,
                tried=f'transfer(session, "ada", "{target}", Decimal("{amount}")), then one of 1.00 to bob',
                means="After an error the transaction has to be rolled back.",
            )
        expect(
            balances_in(database_url),
            {"ada": "98.00", "bob": "22.00"},
            tried="two refused transfers, each followed in the same session by one of 1.00 to bob",
            means="What a refused transfer has changed went along with the next commit.",
        )

    def test_after_any_other_error_it_is_ready_too(self, transfer, database_url):
        fill(database_url, ada="100.00", bob="99999999.00")
        with engine_on(database_url) as engine, Session(engine) as session:
            told = outcome(transfer, session, "ada", "bob", Decimal("30.00"))
            tried = "bob has 99999999.00, and numeric(10, 2) cannot hold 30.00 more"
            means = "That is another error than NotEnough, and the caller has to hear of it."
            expect(told, "raised NumericValueOutOfRange", tried=f"{tried}; transfer(…)", means=means)
            expect(
                balances_in(database_url),
                {"ada": "100.00", "bob": "99999999.00"},
                tried=f"{tried}; transfer(…), then the balances",
                means="Half of the transfer was committed.",
            )
            expect(
                outcome(transfer, session, "bob", "ada", Decimal("1.00")),
                None,
                tried=f"{tried}; transfer(…) fails; then one of 1.00 in the same session",
                means="After every error the transaction has to be rolled back, not only after the expected one.",
            )

    def refused(self, transfer, url, source, target, amount, wanted):
        ask(url, "DROP TABLE IF EXISTS accounts")
        fill(url, ada="100.00", bob="20.00")
        tried = f'transfer(session, "{source}", "{target}", Decimal("{amount}"))'
        with engine_on(url) as engine, Session(engine) as session:
            got = outcome(transfer, session, source, target, Decimal(amount))
            free = is_free(url, "UPDATE accounts SET balance = balance")
        expect(got, wanted, tried=tried, means={None: "The caller is told nothing."})
        require(
            free,
            tried=f"{tried}, then another session changes the accounts",
            expected="it can",
            got="it waits in vain",
            means="A locked row stays locked until the transaction ends: every error needs a rollback.",
        )
        expect(
            balances_in(url),
            {"ada": "100.00", "bob": "20.00"},
            tried=f"{tried}, then the balances",
            means="Half of the transfer was committed.",
        )


@exercise(
    "3.8b",
    hints=[
        "When is the balance that the function has read out of date?",
        "Look for the three cures of a lost update in the lesson. Which of them can also say no?",
        "session.get_one(Account, owner, with_for_update=True, populate_existing=True), then as before.",
    ],
)
class TestSpend:
    def test_what_was_spent_is_gone(self, spend, database_url):
        fill(database_url, ada="100.00", bob="50.00")
        with engine_on(database_url) as engine, Session(engine) as session:
            got = spend(session, "ada", Decimal("10.00"))
        expect(got, Decimal("90.00"), tried='spend(session, "ada", Decimal("10.00")) with 100.00 there')
        expect(balances_in(database_url), {"ada": "90.00", "bob": "50.00"}, tried="then the balances")

    def test_more_than_is_there_is_not_enough(self, spend, database_url):
        fill(database_url, ada="100.00")
        with engine_on(database_url) as engine, Session(engine) as session:
            got = outcome(spend, session, "ada", Decimal("100.01"))
            expect(
                got, "raised NotEnough", tried='spend(session, "ada", Decimal("100.01")) with 100.00 there'
            )
            require(
                is_free(database_url, "UPDATE accounts SET balance = balance WHERE owner = 'ada'"),
                tried="then another session changes ada's account",
                expected="it can",
                got="it waits in vain",
                means="The row is locked until the transaction ends: NotEnough needs a rollback.",
            )
            got = outcome(spend, session, "ada", Decimal("100.00"))
        expect(
            got, Decimal("0.00"), tried='then spend(session, "ada", Decimal("100.00")) in the same session'
        )

    def test_what_another_till_spends_at_the_same_moment_counts(self, spend, database_url):
        got, left = self.race(spend, database_url, "30.00", "commit")
        tried = "another session takes 30.00 of 100.00; spend of 10.00; the other commits"
        expect(
            left,
            "60.00",
            tried=f"{tried}: what is on the account",
            means={"90.00": "The other one's 30.00 were never spent: a lost update."},
        )
        expect(got, Decimal("60.00"), tried=f"{tried}: what is returned")

    def test_what_another_till_has_left_must_be_enough(self, spend, database_url):
        got, left = self.race(spend, database_url, "95.00", "commit")
        tried = "another session takes 95.00 of 100.00; spend of 10.00; the other commits"
        expect(got, "raised NotEnough", tried=tried)
        expect(left, "5.00", tried=f"{tried}: what is on the account")

    def test_what_another_till_takes_back_does_not_count(self, spend, database_url):
        got, left = self.race(spend, database_url, "95.00", "rollback")
        tried = "another session takes 95.00 of 100.00; spend of 10.00; the other rolls back"
        expect(got, Decimal("90.00"), tried=tried)
        expect(left, "90.00", tried=f"{tried}: what is on the account")

    def test_what_the_session_has_read_before_does_not_count(self, spend, database_url):
        fill(database_url, ada="100.00")
        means = "A lock keeps others away. It does not refresh an object that the session holds already."
        got, left = self.held(spend, database_url, "- 10", "30.00")
        tried = "the session has read the account, with 100.00; another one takes 10.00 and commits; spend of 30.00"
        expect(str(left), "60.00", tried=f"{tried}: what is on the account", means=means)
        expect(got, Decimal("60.00"), tried=f"{tried}: what is returned")
        got, left = self.held(spend, database_url, "+ 40", "90.00")
        tried = (
            "the session has read the account, with 60.00; another one adds 40.00 and commits; spend of 90.00"
        )
        expect(got, Decimal("10.00"), tried=f"{tried}: what is returned", means=means)
        expect(str(left), "10.00", tried=f"{tried}: what is on the account")

    def held(self, spend, url, change, amount):
        """What spend returns, and what is left, when the session holds an account that another one changes."""
        with engine_on(url) as engine, Session(engine) as session:
            held = session.get_one(self.account(spend), "ada")
            ask(url, f"UPDATE accounts SET balance = balance {change}")
            got = outcome(spend, session, "ada", Decimal(amount))
            left = session.scalar(text("SELECT balance FROM accounts WHERE owner = 'ada'"))
            del held
        return got, left

    def account(self, spend):
        """The class Account of the learner's page."""
        return spend.__globals__["Account"]

    def test_another_account_is_not_waited_for(self, spend, database_url):
        fill(database_url, ada="100.00", bob="50.00")
        with engine_on(database_url) as engine, closing(psycopg2.connect(database_url)) as other:
            with other.cursor() as cursor:
                cursor.execute("UPDATE accounts SET balance = 1 WHERE owner = 'bob'")
            with Session(engine) as session:
                got = outcome(spend, session, "ada", Decimal("10.00"))
        expect(
            got,
            Decimal("90.00"),
            tried='another session has changed bob\'s account and not committed; spend(session, "ada", …)',
            means={"raised LockNotAvailable": "It waited: more is locked than ada's account."},
        )

    def test_who_spends_from_another_account_is_not_waited_for(self, spend, database_url):
        fill(database_url, ada="100.00", bob="50.00")

        def call(owner):
            with Session(engine) as session:
                return outcome(spend, session, owner, Decimal("10.00"))

        with engine_on(database_url) as engine, closing(psycopg2.connect(database_url)) as other:
            with other.cursor() as cursor:  # spend comes to bob's row and waits there, with its locks
                cursor.execute("SELECT FROM accounts WHERE owner = 'bob' FOR UPDATE")
            first = in_thread(call, "bob")
            wait_until_blocked(database_url, first)
            second = in_thread(call, "ada")
            while not second.done() and blocked(database_url) < 2:
                sleep(0.01)
            waited = not second.done()
            other.rollback()
            got, _ = second.result(timeout=60), first.result(timeout=60)
        require(
            not waited,
            tried='spend(session, "bob", …) waits for bob\'s row; meanwhile spend(session, "ada", …) in another session',
            expected="it does not wait",
            got="it waits until bob's is through",
            means="All of them take the same lock: the row of the account is enough.",
        )
        expect(got, Decimal("90.00"), tried='meanwhile spend(session, "ada", …): what it returns')

    def race(self, spend, url, taken, ending):
        """Another session has taken something and not yet said how it ends; spend runs meanwhile."""
        fill(url, ada="100.00", bob="50.00")

        def call():
            with Session(engine) as session:
                return outcome(spend, session, "ada", Decimal("10.00"))

        with engine_on(url) as engine, closing(psycopg2.connect(url)) as other:
            with other.cursor() as cursor:
                cursor.execute("UPDATE accounts SET balance = balance - %s WHERE owner = 'ada'", [taken])
            future = in_thread(call)
            wait_until_blocked(url, future)
            getattr(other, ending)()
            got = future.result(timeout=60)
        return got, balances_in(url)["ada"]


RAISE = "DO $$ BEGIN RAISE EXCEPTION 'unlucky' USING ERRCODE = '{}'; END $$"
CODES = {
    "SerializationFailure": "40001",
    "DeadlockDetected": "40P01",
    "UniqueViolation": "23505",
    "LockNotAvailable": "55P03",
}
AT_COMMIT = """
    CREATE SEQUENCE commits;
    CREATE FUNCTION unlucky() RETURNS trigger AS $$ BEGIN
        IF nextval('commits') < 2 THEN RAISE EXCEPTION 'unlucky' USING ERRCODE = '40001'; END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql;
    CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON accounts
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION unlucky();
"""


class Keeping(sessionmaker):
    """A factory that holds on to its sessions: one that is only forgotten is not collected meanwhile."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.kept: list[Session] = []

    def __call__(self, **options) -> Session:
        session = super().__call__(**options)
        self.kept.append(session)
        return session


class Stopped(BaseException):
    """Ends the program, like KeyboardInterrupt: it is no Exception."""


class Work:
    """Adds an account, then fails as often as it is told to, in the way it is told."""

    def __init__(self, *errors: str) -> None:
        self.errors, self.calls = list(errors), 0
        self.transactions: set[int] = set()

    def __call__(self, session: Session) -> str:
        self.calls += 1
        self.transactions.add(session.scalar(text("SELECT txid_current()")))
        session.execute(text("INSERT INTO accounts VALUES (:owner, 1)"), {"owner": f"call {self.calls}"})
        if self.errors:
            error = self.errors.pop(0)
            if error == "Stopped":
                raise Stopped
            if error not in CODES:
                raise Conflict("the app's own refusal")
            session.execute(text(RAISE.format(CODES[error])))
        return f"done by call {self.calls}"


@exercise(
    "3.8c",
    hints=[
        "What of a transaction is left after such an error? From where must it be run again?",
        "Which lines belong in the loop: the session, the work, the commit? And what is `error.orig`?",
        "for …: try: with factory() as session: result = work(session); session.commit(); return result; "
        "except DBAPIError: raise, unless error.orig is one of the two and attempts are left.",
    ],
)
class TestRunAgain:
    def test_what_works_at_once_is_committed_and_returned(self, run_again, database_url):
        got, work, stored = self.run(run_again, database_url)
        expect(got, "done by call 1", tried="run_again(factory, work): what it returns")
        expect(stored, ["call 1"], tried="run_again(factory, work): what other sessions see")
        expect(work.calls, 1, tried="run_again(factory, work): how often work was called")
        calls = []
        with engine_on(database_url) as engine:
            got = outcome(run_again, sessionmaker(engine), calls.append)
        tried = "run_again(factory, work) with work that returns None"
        expect((got, len(calls)), (None, 1), tried=f"{tried}: what it returns, and how often work was called")

    def test_a_serialization_failure_is_run_again(self, run_again, database_url):
        self.again(run_again, database_url, "SerializationFailure")

    def test_a_deadlock_is_run_again(self, run_again, database_url):
        self.again(run_again, database_url, "DeadlockDetected")

    def test_a_failure_at_the_commit_is_run_again(self, run_again, database_url):
        got, _, stored = self.run(run_again, database_url, before=AT_COMMIT)
        tried = "the first COMMIT ends in a SerializationFailure"
        expect(got, "done by call 2", tried=tried)
        expect(stored, ["call 2"], tried=f"{tried}: what other sessions see")

    def test_after_so_many_attempts_the_error_is_raised(self, run_again, database_url):
        for attempts in [2, 4]:
            work = Work(*["SerializationFailure", "DeadlockDetected"] * 3)
            ask(database_url, "DROP TABLE IF EXISTS accounts")
            got, _, stored = self.run(run_again, database_url, work, attempts)
            tried = f"run_again(factory, work, attempts={attempts}) with work that always fails"
            expect(got, "raised DeadlockDetected", tried=tried, means={None: "Nobody hears of it."})
            expect(work.calls, attempts, tried=f"{tried}: how often work was called")
            expect(stored, [], tried=f"{tried}: what is stored")
        work = Work(*["SerializationFailure"] * 6)
        with engine_on(database_url) as engine:
            outcome(run_again, sessionmaker(engine), work)
        expect(work.calls, 3, tried="run_again(factory, work), no attempts given: how often work was called")

    def test_another_error_is_raised_at_once(self, run_again, database_url):
        for error, told in [
            ("UniqueViolation", "IntegrityError (UniqueViolation)"),
            ("LockNotAvailable", "OperationalError (LockNotAvailable)"),
            ("Conflict", "Conflict, which is no error of the database"),
        ]:
            ask(database_url, "DROP TABLE IF EXISTS accounts")
            got, work, stored = self.run(run_again, database_url, Work(error))
            tried = f"work raises {told}"
            expect(got, f"raised {error}", tried=tried, means={"done by call 2": "It was run again."})
            expect(work.calls, 1, tried=f"{tried}: how often work was called")
            expect(stored, [], tried=f"{tried}: what is stored")

    def test_no_connection_stays_behind(self, run_again, database_url):
        unlucky = [["SerializationFailure"], ["DeadlockDetected"] * 9]
        for errors in [[], *unlucky, ["UniqueViolation"], ["Conflict"], ["Stopped"]]:
            fill(database_url)
            with engine_on(
                database_url, poolclass=None, pool_size=1, max_overflow=0, pool_timeout=0.5
            ) as one:
                factory = Keeping(one)
                with suppress(Stopped):
                    outcome(run_again, factory, Work(*errors))
                lent = one.pool.checkedout()
                for session in factory.kept:
                    session.close()
            ask(database_url, "DROP TABLE accounts")
            expect(
                lent,
                0,
                tried=f"run_again(factory, work) with {', '.join(errors[:1]) or 'no error'}: connections still lent",
                means="Every way out has to close the session, the one by an error too.",
            )

    def again(self, run_again, url, error):
        got, work, stored = self.run(run_again, url, Work(error, error))
        tried = f"work ends twice in a {error}, then works"
        expect(got, "done by call 3", tried=tried)
        expect(work.calls, 3, tried=f"{tried}: how often work was called")
        expect(
            stored,
            ["call 3"],
            tried=f"{tried}: what other sessions see",
            means="What a failed call has done must be rolled back.",
        )
        means = "Going back to a savepoint does not end the transaction, and with it what it has seen."
        expect(len(work.transactions), 3, tried=f"{tried}: the number of its transactions", means=means)

    def run(self, run_again, url, work=None, attempts=3, before=None):
        fill(url)
        if before:
            ask(url, before)
        work = work or Work()
        with engine_on(url) as engine:
            got = outcome(run_again, sessionmaker(engine), work, attempts)
        stored = [owner for (owner,) in ask(url, "SELECT owner FROM accounts ORDER BY owner")]
        return got, work, stored


def in_another_process(function):
    """The function as a second process has it: locks in the page's memory are its own there."""
    kinds = tuple(type(each) for each in (Lock(), RLock(), Semaphore(), Condition()))
    old = function.__globals__
    new = dict(old)
    for name, value in old.items():
        if isinstance(value, kinds):
            new[name] = (
                type(value)()
                if not isinstance(value, kinds[:2])
                else (Lock(), RLock())[isinstance(value, kinds[1])]
            )
        elif isinstance(value, FunctionType) and value.__globals__ is old:
            new[name] = _with_globals(value, new, kinds)
    return _with_globals(function, new, kinds)


def _with_globals(function, names, kinds):
    given = tuple(Lock() if isinstance(one, kinds) else one for one in function.__defaults__ or ())
    copy = FunctionType(function.__code__, names, function.__name__, given or None, function.__closure__)
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


class Lockstep:
    """Lets sessions go on statement by statement together, until `barrier` is taken away."""

    def __init__(self, engine: Engine, sessions: int) -> None:
        self.barrier = Barrier(sessions)
        event.listen(engine, "before_cursor_execute", self.meet)
        event.listen(engine, "commit", self.meet)

    def meet(self, *_: object) -> None:
        with suppress(BrokenBarrierError):
            self.barrier.wait()


@contextmanager
def drafting(url, drafts) -> Iterator[Engine]:
    """Seven posts of two users and of nobody, the first `drafts` of them not published.

    The connections are used again, as in the app.
    """
    from app.models import Base, Post, User

    with engine_on(url, poolclass=None) as engine:
        make_tables(engine, Base.metadata)
        with Session(engine) as session:
            session.add_all([User(name="ada"), User(name="bob")])
            session.flush()
            for number in range(1, 8):
                author_id = (None, 1, 2)[number % 3]
                given = {"title": f"Post {number}", "content": "Text.", "author_id": author_id}
                session.add(Post(**given, published=number > drafts))
                session.flush()
            session.commit()
        yield engine


def drafts_in(url):
    """The ids of the drafts, as another session sees them."""
    return [number for (number,) in ask(url, "SELECT id FROM posts WHERE NOT published ORDER BY id")]


@exercise(
    "3.8d",
    hints=[
        "Each of the two writes another row. What could both of them lock, before they count?",
        "Whoever comes second must count after the first has committed. Look at `_limit_drafts` in the lesson, and at "
        "the lock that the text of the exercise names.",
        "session.execute(select(func.pg_advisory_xact_lock(38))) first of all; then read the post anew, count, "
        "and raise Conflict after a rollback, or change and commit.",
    ],
)
class TestUnpublish:
    def test_a_post_becomes_a_draft(self, unpublish, database_url):
        with drafting(database_url, drafts=2) as engine:
            with Session(engine) as session:
                expect(outcome(unpublish, session, 5), None, tried="2 drafts; unpublish(session, 5)")
            expect(drafts_in(database_url), [1, 2, 5], tried="then the drafts, seen from another session")

    def test_the_fourth_is_refused(self, unpublish, database_url):
        with drafting(database_url, drafts=3) as engine:
            with Session(engine) as session:
                expect(
                    outcome(unpublish, session, 5), "raised Conflict", tried="3 drafts; unpublish(session, 5)"
                )
                outcome(session.commit)
            expect(
                drafts_in(database_url),
                [1, 2, 3],
                tried="then the drafts, when the session has committed whatever it does next",
                means="What was refused has to be rolled back, or it goes along with the next commit.",
            )

    def test_a_draft_stays_a_draft(self, unpublish, database_url):
        with drafting(database_url, drafts=3) as engine:
            with Session(engine) as session:
                expect(outcome(unpublish, session, 2), None, tried="3 drafts; unpublish one of them")
            expect(drafts_in(database_url), [1, 2, 3], tried="then the drafts, seen from another session")
            ask(database_url, "UPDATE posts SET published = false WHERE id IN (4, 5)")
            with Session(engine) as session:
                tried = "5 drafts, from before there was a rule; unpublish one of them"
                expect(outcome(unpublish, session, 4), None, tried=tried)

    def test_an_unknown_post_is_not_found(self, unpublish, database_url):
        with drafting(database_url, drafts=1) as engine, Session(engine) as session:
            expect(outcome(unpublish, session, 99), "raised NotFound", tried="unpublish(session, 99)")
            expect(
                outcome(unpublish, session, 4), None, tried="then unpublish(session, 4) in the same session"
            )

    def test_afterwards_nobody_waits(self, unpublish, database_url):
        told = {5: "a fourth draft", 2: "a post that is a draft", 99: "an unknown post"}
        for post_id, what in told.items():
            with (
                drafting(database_url, drafts=3) as engine,
                Session(engine) as session,
                Session(engine) as other,
            ):
                outcome(unpublish, session, post_id)
                got = outcome(unpublish, other, 6)
            ask(database_url, "TRUNCATE users, posts RESTART IDENTITY CASCADE")
            expect(
                got,
                "raised Conflict",
                tried=f"3 drafts; unpublish(session, {post_id}), {what}; then another session unpublishes post 6",
                means={
                    "raised LockNotAvailable": "It waited in vain: the transaction of the first is still open."
                },
            )

    def test_of_two_at_the_same_moment_one_is_refused(self, unpublish, database_url):
        got = self.race(unpublish, database_url, drafts=2)
        tried = "2 drafts; two sessions unpublish post 5 and post 6 at the same moment"
        expect(
            len(drafts_in(database_url)),
            3,
            tried=f"{tried}: how many drafts there are then",
            means={4: "Each counted its own draft and not the other's, which was not committed yet."},
        )
        expect(sorted(got), ["None", "raised Conflict"], tried=tried, means=self.meaning(got))

    def test_of_four_at_the_same_moment_one_is_refused(self, unpublish, database_url):
        got = self.race(unpublish, database_url, drafts=0, post_ids=(4, 5, 6, 7))
        tried = "no draft; four sessions unpublish the posts 4 to 7 at the same moment"
        expect(
            len(drafts_in(database_url)),
            3,
            tried=f"{tried}: how many drafts there are then",
            means={4: "They must wait for each other when there is no draft yet, too."},
        )
        expect(sorted(got), ["None"] * 3 + ["raised Conflict"], tried=tried, means=self.meaning(got))

    def test_two_at_the_same_moment_that_find_room_both_succeed(self, unpublish, database_url):
        got = self.race(unpublish, database_url, drafts=1)
        tried = "1 draft; two sessions unpublish post 5 and post 6 at the same moment"
        expect(got, ["None", "None"], tried=tried, means=self.meaning(got))
        expect(drafts_in(database_url), [1, 5, 6], tried=f"{tried}: the drafts")

    def test_two_at_the_same_moment_for_one_post_make_one_draft(self, unpublish, database_url):
        got = self.race(unpublish, database_url, drafts=2, post_ids=(5, 5))
        tried = "2 drafts; two sessions unpublish post 5 at the same moment"
        means = "It was read before the other session had committed: then it is a draft, and stays one."
        expect(got, ["None", "None"], tried=tried, means=self.meaning(got) or means)
        expect(drafts_in(database_url), [1, 2, 5], tried=f"{tried}: the drafts")

    def test_readers_do_not_wait(self, unpublish, database_url):
        with drafting(database_url, drafts=1) as engine, closing(psycopg2.connect(database_url)) as other:
            with other.cursor() as cursor:  # unpublish comes to its UPDATE and waits there, with its locks
                cursor.execute("SELECT FROM posts WHERE id = 5 FOR UPDATE")
            with Session(engine) as session:
                call = in_thread(outcome, unpublish, session, 5)
                wait_until_blocked(database_url, call)
                reading = in_thread(ask, database_url, "SELECT title FROM posts WHERE id = 1")
                while not reading.done() and blocked(database_url) < 2:  # unpublish waits, and the reader too
                    sleep(0.01)
                read = reading.done() and not reading.exception()
                other.rollback()
                call.result(timeout=60)
        require(
            read,
            tried="unpublish(session, 5) has its locks; another session reads post 1",
            expected="it is read at once",
            got="it has to wait",
            means="LOCK TABLE without a mode locks readers out, too.",
        )

    def meaning(self, got):
        waited = "raised LockNotAvailable" in got
        return "The lock of the other session was still there after its commit." if waited else ""

    def race(self, unpublish, url, drafts, post_ids=(5, 6)):
        def call(post_id):
            with Session(engine) as session:
                return str(outcome(in_another_process(unpublish), session, post_id))

        with drafting(url, drafts) as engine:
            barrier = Lockstep(engine, len(post_ids)).barrier
            calls = [in_thread(call, post_id) for post_id in post_ids]
            try:  # as long as none waits for another, and none is through
                while not any(each.done() for each in calls) and not blocked(url):
                    sleep(0.01)
            finally:
                barrier.abort()
            return [each.result(timeout=60) for each in calls]


NOTES = """
    CREATE TABLE notes (id integer PRIMARY KEY, text text NOT NULL, version integer NOT NULL);
    INSERT INTO notes VALUES (1, 'Tea', 1), (2, 'Rain', 7)
"""
LENT = "Every way out has to close the session, the one by an error too."


@exercise(
    "3.8e",
    hints=[
        "Which version does a client change: the one that is stored, or the one that it has seen?",
        "Look at `if_unchanged` in the lesson, and at what SQLAlchemy raises when two sessions change one version.",
        "No If-Match: 428. If-Match is not the tag of the stored version: 412. Commit; StaleDataError: 412.",
    ],
)
class TestNotes:
    def test_a_note_is_read_with_its_version(self, make_notes, database_url):
        with self.client(make_notes, database_url) as client:
            for note_id, said, tag in [(1, "Tea", '"1"'), (2, "Rain", '"7"')]:
                got = client.get(f"/notes/{note_id}")
                expect(got.status_code, 200, tried=f"GET /notes/{note_id}")
                expect(got.json(), {"text": said}, tried=f"GET /notes/{note_id}")
                expect(got.headers.get("ETag"), tag, tried=f"GET /notes/{note_id}: the header ETag")

    def test_the_version_that_was_seen_may_be_changed(self, make_notes, database_url):
        with self.client(make_notes, database_url) as client:
            tag = client.get("/notes/2").headers.get("ETag", "")
            for said in ("Snow", "Sun"):
                tried = f"PUT /notes/2 with {said!r} and the tag of the last response"
                got = client.put("/notes/2", json={"text": said}, headers={"If-Match": tag})
                expect(got.status_code, 200, tried=tried)
                expect(got.json(), {"text": said}, tried=tried)
                before, tag = tag, got.headers.get("ETag", "")
                require(tag not in ("", before), tried=tried, expected="another ETag than before", got=tag)
                expect(client.get("/notes/2").headers.get("ETag"), tag, tried=f"{tried}, then GET: the ETag")
        expect(self.stored(database_url, 2), "Sun", tried="two PUTs, then what is stored")

    def test_another_version_is_412(self, make_notes, database_url):
        with self.client(make_notes, database_url) as client:
            first = client.put("/notes/2", json={"text": "Snow"}, headers={"If-Match": '"7"'})
            expect(first.status_code, 200, tried='PUT /notes/2 with If-Match: "7"')
            for tag in ('"7"', '"1"', '"80"', "nonsense"):
                tried = f"PUT /notes/2 when its version is 8, with If-Match: {tag}"
                got = client.put("/notes/2", json={"text": "Sun"}, headers={"If-Match": tag})
                expect(got.status_code, 412, tried=tried)
                expect(self.stored(database_url, 2), "Snow", tried=f"{tried}, then what is stored")

    def test_without_a_version_it_is_428(self, make_notes, database_url):
        with self.client(make_notes, database_url) as client:
            got = client.put("/notes/1", json={"text": "Sun"})
        expect(got.status_code, 428, tried="PUT /notes/1 without If-Match")
        expect(
            self.stored(database_url, 1), "Tea", tried="PUT /notes/1 without If-Match, then what is stored"
        )

    def test_an_unknown_note_is_404(self, make_notes, database_url):
        with self.client(make_notes, database_url) as client:
            expect(client.get("/notes/9").status_code, 404, tried="GET /notes/9")
            got = client.put("/notes/9", json={"text": "Sun"}, headers={"If-Match": '"1"'})
            expect(got.status_code, 404, tried='PUT /notes/9 with If-Match: "1"')

    def test_no_connection_stays_lent(self, make_notes, database_url):
        ask(database_url, NOTES)
        tag = {"If-Match": '"1"'}
        with engine_on(database_url, poolclass=None, pool_size=9) as engine:
            factory = Keeping(engine)
            with TestClient(make_notes(factory)) as client:
                for note_id, wanted in [(1, 200), (9, 404)]:
                    tried = f"GET /notes/{note_id}"
                    expect(client.get(f"/notes/{note_id}").status_code, wanted, tried=tried)
                    self.all_back(engine, tried)
                for note_id, headers, wanted in [(1, tag, 200), (1, tag, 412), (1, {}, 428), (9, tag, 404)]:
                    got = client.put(f"/notes/{note_id}", json={"text": "Sun"}, headers=headers)
                    tried = f"PUT /notes/{note_id} with the headers {headers}"
                    expect(got.status_code, wanted, tried=tried)
                    self.all_back(engine, tried)
            for session in factory.kept:
                session.close()

    def test_of_two_at_the_same_moment_one_is_412(self, make_notes, database_url):
        ask(database_url, NOTES)

        def put(said):
            with TestClient(make_notes(factory), raise_server_exceptions=False) as client:
                got = client.put("/notes/1", json={"text": said}, headers={"If-Match": '"1"'})
            return got.status_code

        with engine_on(database_url, poolclass=None) as engine:
            factory = Keeping(engine)
            barrier = Lockstep(engine, 2).barrier
            calls = [in_thread(put, said) for said in ("Snow", "Sun")]
            try:
                while not any(each.done() for each in calls) and not blocked(database_url):
                    sleep(0.01)
            finally:
                barrier.abort()
            got = sorted(each.result(timeout=60) for each in calls)
            lent = engine.pool.checkedout()
            for session in factory.kept:
                session.close()
        means = {
            200: "Both changed version 1: one of the two is lost.",
            500: "Nobody caught the StaleDataError.",
        }
        tried = 'two PUTs of /notes/1 at the same moment, both with If-Match: "1"'
        expect(got, [200, 412], tried=tried, means=means.get(got[-1], ""))
        expect(lent, 0, tried=f"{tried}, then the connections that are lent", means=LENT)

    def all_back(self, engine, tried):
        lent = engine.pool.checkedout()
        expect(lent, 0, tried=f"{tried}, then the connections that are lent", means=LENT)

    @contextmanager
    def client(self, make_notes, url):
        ask(url, NOTES)
        with engine_on(url) as engine, TestClient(make_notes(sessionmaker(engine))) as client:
            yield client

    def stored(self, url, note_id):
        return ask(url, "SELECT text FROM notes WHERE id = %s", (note_id,))[0][0]
