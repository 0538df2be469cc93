"""Checks of the exercises of lesson 3.8."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from decimal import Decimal
from threading import Barrier, BrokenBarrierError
from time import sleep

import httpx
import psycopg2
from anyio import to_thread
from sqlalchemy import Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from course.checks import (
    ask,
    blocked,
    exercise,
    expect,
    finished,
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

    def refused(self, transfer, url, source, target, amount, wanted):
        ask(url, "DROP TABLE IF EXISTS accounts")
        fill(url, ada="100.00", bob="20.00")
        tried = f'transfer(session, "{source}", "{target}", Decimal("{amount}"))'
        with engine_on(url) as engine, Session(engine) as session:
            got = outcome(transfer, session, source, target, Decimal(amount))
        expect(got, wanted, tried=tried, means={None: "The caller is told nothing."})
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
        "session.get_one(Account, owner, with_for_update=True), then as before.",
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
            other = "UPDATE accounts SET balance = balance WHERE owner = 'ada'"
            with suppress(psycopg2.errors.LockNotAvailable):
                other = ask(database_url, other)
            require(
                other == [],
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
        self.kept.append(super().__call__(**options))
        return self.kept[-1]


class Work:
    """Adds an account, then fails as often as it is told to, in the way it is told."""

    def __init__(self, *errors: str) -> None:
        self.errors, self.calls = list(errors), 0

    def __call__(self, session: Session) -> str:
        self.calls += 1
        session.execute(text("INSERT INTO accounts VALUES (:owner, 1)"), {"owner": f"call {self.calls}"})
        if self.errors:
            error = self.errors.pop(0)
            if error not in CODES:
                raise Conflict("the app's own refusal")
            session.execute(text(RAISE.format(CODES[error])))
        return f"done by call {self.calls}"


@exercise(
    "3.8c",
    hints=[
        "What of a transaction is left after such an error? From where must it be run again?",
        "Which lines belong into the loop: the session, the work, the commit? And what is `error.orig`?",
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
        for errors in [[], *unlucky, ["UniqueViolation"], ["Conflict"]]:
            fill(database_url)
            with engine_on(
                database_url, poolclass=None, pool_size=1, max_overflow=0, pool_timeout=0.5
            ) as one:
                factory = Keeping(one)
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

    def run(self, run_again, url, work=None, attempts=3, before=None):
        fill(url)
        if before:
            ask(url, before)
        work = work or Work()
        with engine_on(url) as engine:
            got = outcome(run_again, sessionmaker(engine), work, attempts)
        stored = [owner for (owner,) in ask(url, "SELECT owner FROM accounts ORDER BY owner")]
        return got, work, stored


PLACES = 2
CLIENTS = 12


def posts_in(engine):
    """Postboard's tables with four posts."""
    from app.models import Base, Post  # the app of the page: not there when this file is read

    make_tables(engine, Base.metadata)
    with Session(engine) as session:
        for title in ["Hello", "Sockets", "Ideas", "Pools"]:
            session.add(Post(title=title, content="Text."))
            session.flush()
        session.commit()


@contextmanager
def lending(url) -> Iterator[sessionmaker[Session]]:
    """A factory over a pool of two, and four posts."""
    pool = {"poolclass": None, "pool_size": PLACES, "max_overflow": 0, "pool_timeout": 0.5}
    with engine_on(url, **pool) as engine:
        posts_in(engine)
        yield sessionmaker(engine, expire_on_commit=False)


def at_once(api, paths, raising=False):
    """Send all requests at once, to an app with two threads; their answers in the same order."""

    async def main():
        to_thread.current_default_thread_limiter().total_tokens = PLACES
        transport = httpx.ASGITransport(app=api, raise_app_exceptions=raising)
        async with httpx.AsyncClient(transport=transport, base_url="http://api", timeout=9) as client:
            return await asyncio.gather(*(client.get(path) for path in paths))

    answers = in_thread(asyncio.run, main())
    require(
        finished(answers),
        tried=f"{len(paths)} requests at once, {PLACES} threads, {PLACES} connections",
        expected="all of them are answered",
        got="not all, and nothing happens any more",
        means="Each thread waits for what another request has, and that one waits for a thread.",
    )
    return answers.result()


def own_error(api, path):
    """One request, alone; a slip in the learner's own code is raised, to show its line."""
    return at_once(api, [path], raising=True)[0]


@exercise(
    "3.8d",
    hints=[
        "Who holds a connection and waits for a thread? Who holds a thread and waits for a connection?",
        "Look at the two cures in the lesson. Which of the two needs no other dependency?",
        "with factory() as session: inside the handler. Or: an async dependency that awaits a place of a "
        "Semaphore(places) before it makes the session.",
    ],
)
class TestApi:
    def test_a_post_is_answered(self, make_api, database_url):
        with lending(database_url) as factory:
            api = make_api(factory, PLACES)
            for post_id, title in [(2, "Sockets"), (4, "Pools")]:
                answer = own_error(api, f"/posts/{post_id}")
                expect(answer.status_code, 200, tried=f"GET /posts/{post_id}")
                expect(answer.json(), {"id": post_id, "title": title}, tried=f"GET /posts/{post_id}")

    def test_an_unknown_post_is_404(self, make_api, database_url):
        with lending(database_url) as factory:
            expect(own_error(make_api(factory, PLACES), "/posts/99").status_code, 404, tried="GET /posts/99")

    def test_many_clients_at_once_are_all_answered(self, make_api, database_url):
        with lending(database_url) as factory:
            api = make_api(factory, PLACES)
            own_error(api, "/posts/1")
            found = Counter(each.status_code for each in at_once(api, ["/posts/1"] * CLIENTS))
            expect(
                dict(found),
                {200: CLIENTS},
                tried=f"{CLIENTS} times GET /posts/1 at once, {PLACES} threads, {PLACES} connections: the answers",
                means="Threads wait for connections, and what holds the connections waits for a thread.",
            )

    def test_many_unknown_posts_at_once_are_all_404(self, make_api, database_url):
        with lending(database_url) as factory:
            api = make_api(factory, PLACES)
            own_error(api, "/posts/1")
            paths = ["/posts/99", "/posts/1", "/posts/2"] * 4
            found = Counter(each.status_code for each in at_once(api, paths))
            tried = "4 times GET /posts/99, 8 times a post that exists, all at once: the answers"
            expect(dict(found), {404: 4, 200: 8}, tried=tried)

    def test_all_connections_are_given_back(self, make_api, database_url):
        with lending(database_url) as factory:
            api = make_api(factory, PLACES)
            own_error(api, "/posts/1")
            at_once(api, ["/posts/99", "/posts/1"] * 4)
            lent = factory.kw["bind"].pool.checkedout()
            expect(lent, 0, tried="8 requests, some of them 404: connections still lent afterwards")

    def test_a_request_inside_postgresql_does_not_stop_the_others(self, make_api, database_url):
        with lending(database_url) as factory, closing(psycopg2.connect(database_url)) as other:
            api = make_api(factory, PLACES)
            own_error(api, "/posts/1")
            locked = False
            with other.cursor() as cursor, suppress(psycopg2.errors.LockNotAvailable):
                cursor.execute("SET lock_timeout = '2s'")
                cursor.execute("LOCK TABLE posts")
                locked = True
            require(
                locked,
                tried="GET /posts/1; once it is answered, another session locks the table",
                expected="it can",
                got="it waits in vain",
                means="The request's transaction is still open: its session was not closed.",
            )

            def others_go_on(loop, waiting):
                """Whether the loop does something else while the request waits inside PostgreSQL."""
                while not blocked(database_url) and not waiting.done():
                    sleep(0.01)
                asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result()
                return blocked(database_url) > 0

            async def main():
                async with httpx.AsyncClient(
                    transport=httpx.ASGITransport(app=api, raise_app_exceptions=False), base_url="http://api"
                ) as client:
                    waiting = asyncio.create_task(client.get("/posts/1"))
                    loop = asyncio.get_running_loop()
                    answered_first = await asyncio.to_thread(others_go_on, loop, waiting)
                    await asyncio.to_thread(other.rollback)
                    return answered_first, (await waiting).status_code

            meanwhile, status = in_thread(asyncio.run, main()).result(timeout=60)
            require(
                meanwhile,
                tried="another session locks the table; GET /posts/1; meanwhile a request that needs no database",
                expected="it is answered",
                got="nothing, until the first one was through",
                means="A statement run on the event loop stops everybody: keep it in a thread.",
            )
            expect(status, 200, tried="the GET /posts/1, once the table is free")


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
    """Seven posts, the first `drafts` of them not published; the connections are used again, as in the app."""
    from app.models import Base, Post

    with engine_on(url, poolclass=None) as engine:
        make_tables(engine, Base.metadata)
        with Session(engine) as session:
            for number in range(1, 8):
                session.add(Post(title=f"Post {number}", content="Text.", published=number > drafts))
                session.flush()
            session.commit()
        yield engine


def drafts_in(url):
    """The ids of the drafts, as another session sees them."""
    return [number for (number,) in ask(url, "SELECT id FROM posts WHERE NOT published ORDER BY id")]


@exercise(
    "3.8e",
    hints=[
        "Each of the two writes another row. What could both of them lock, before they count?",
        "Whoever comes second must count after the first has committed. PostgreSQL's LOCK TABLE has modes "
        "that let readers go on; there are advisory locks; and there is SERIALIZABLE.",
        'text("LOCK TABLE posts IN SHARE ROW EXCLUSIVE MODE") first of all; then get, change, count; '
        "too many: rollback and raise Conflict; else commit.",
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

    def test_an_unknown_post_is_not_found(self, unpublish, database_url):
        with drafting(database_url, drafts=1) as engine, Session(engine) as session:
            expect(outcome(unpublish, session, 99), "raised NotFound", tried="unpublish(session, 99)")
            expect(
                outcome(unpublish, session, 4), None, tried="then unpublish(session, 4) in the same session"
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
        return "The other one's lock was still there after its commit." if waited else ""

    def race(self, unpublish, url, drafts, post_ids=(5, 6)):
        def call(post_id):
            with Session(engine) as session:
                return str(outcome(unpublish, session, post_id))

        with drafting(url, drafts) as engine:
            barrier = Lockstep(engine, len(post_ids)).barrier
            calls = [in_thread(call, post_id) for post_id in post_ids]
            try:  # as long as none waits for another, and none is through
                while not any(each.done() for each in calls) and not blocked(url):
                    sleep(0.01)
            finally:
                barrier.abort()
            return [each.result(timeout=60) for each in calls]
