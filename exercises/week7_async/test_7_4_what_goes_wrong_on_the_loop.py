"""Checks of the exercises of lesson 7.4."""

import asyncio
import threading
from collections import Counter
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar

import httpx
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from course.checks import exercise, expect, on_a_loop, require

NEVER = "No error comes out of a task that nobody awaits."


async def outcome(waits):
    """What is awaited gives; "raised …" for an error, also for the one error of a group."""
    try:
        return await waits
    except asyncio.CancelledError:
        return "cancelled"
    except Exception as error:
        return f"raised {type(alone(error)).__name__}"


def alone(error):
    """The one error in a group, however deep."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


async def some_rounds():
    """Everything that is ready to run on the loop has run after this."""
    for _ in range(50):
        await asyncio.sleep(0)


async def come_or_ended(waits, task):
    """Until something has come, or the task has ended without it."""
    there = asyncio.ensure_future(waits)
    await asyncio.wait([task, there], return_when=asyncio.FIRST_COMPLETED)


# 7.4a ----------------------------------------------------------------------------------------


class Store:
    """mia may delete all posts, ada only 7. Each method takes some rounds of the loop."""

    def __init__(self, broken=""):
        self.done, self.broken = [], broken

    async def may_delete(self, user, post_id):
        await asyncio.sleep(0)
        return user == "mia" or (user, post_id) == ("ada", 7)

    async def delete(self, post_id):
        await self._do("delete", post_id)

    async def note(self, line):
        await self._do("note", line)

    async def _do(self, what, about):
        for _ in range(3):
            await asyncio.sleep(0)
        if what == self.broken:
            raise ConnectionError(f"{what} failed")
        self.done.append((what, about))


@exercise(
    "7.4a",
    hints=[
        "What is `store.may_delete(user, post_id)` in the `if`: True, False, or something that has not run yet?",
        "Look at the first two sections of the lesson. Which of the three calls has run when the function returns?",
        "if not await …: raise; await …; await …",
    ],
)
class TestDeletePost:
    def test_who_may_not_is_refused(self, delete_post):
        for user, post_id in [("ben", 7), ("ada", 8)]:
            got, _ = self.run(delete_post, user, post_id)
            expect(
                got,
                "raised PermissionError",
                tried=f"delete_post(store, {user!r}, {post_id}), where {user} may not delete this post",
                means={None: "A coroutine that was not awaited is true in an `if`."},
            )

    def test_then_nothing_is_deleted_or_noted(self, delete_post):
        for user, post_id in [("ben", 7), ("ada", 8)]:
            _, done = self.run(delete_post, user, post_id)
            expect(done, [], tried=f"delete_post(store, {user!r}, {post_id}); then what the store has done")

    def test_who_may_deletes_the_post_and_it_is_noted(self, delete_post):
        for user, post_id in [("ada", 7), ("mia", 7), ("mia", 12)]:
            got, done = self.run(delete_post, user, post_id)
            tried = f"delete_post(store, {user!r}, {post_id})"
            require(not isinstance(got, str), tried=tried, expected="no error", got=got)
            wanted = [("delete", post_id), ("note", f"{user} deleted {post_id}")]
            expect(
                done,
                wanted,
                tried=f"{tried}; what the store has done when it returns",
                means={(): "A coroutine that is not awaited never runs."},
            )

    def test_an_error_of_delete_is_raised(self, delete_post):
        got, done = self.run(delete_post, "mia", 7, broken="delete")
        tried = "delete_post(store, 'mia', 7), where store.delete raises a ConnectionError"
        expect(got, "raised ConnectionError", tried=tried, means=NEVER)
        expect(done, [], tried=f"{tried}; then what the store has done")

    def test_an_error_of_note_is_raised(self, delete_post):
        got, done = self.run(delete_post, "mia", 7, broken="note")
        tried = "delete_post(store, 'mia', 7), where store.note raises a ConnectionError"
        expect(got, "raised ConnectionError", tried=tried, means=NEVER)
        expect(done, [("delete", 7)], tried=f"{tried}; then what the store has done")

    def run(self, delete_post, user, post_id, broken=""):
        """How it ended, and what the store had done by then; and nothing more comes later."""

        async def one():
            store = Store(broken)
            got = await outcome(delete_post(store, user, post_id))
            return got, list(store.done)

        return on_a_loop(one, tried=f"await delete_post(store, {user!r}, {post_id})")


# 7.4b ----------------------------------------------------------------------------------------


@asynccontextmanager
async def pool_of(url):
    """An engine whose pool is empty, and a factory of sessions on it."""
    engine = create_async_engine(make_url(url).set(drivername="postgresql+psycopg"), pool_size=5)
    factory = Keeping(engine)
    try:
        yield engine, factory
    finally:
        await factory.end()
        await engine.dispose()


class Keeping(async_sessionmaker):
    """A factory that ends the sessions which an answer forgets: what is left would warn in a later cell."""

    def __init__(self, engine):
        super().__init__(engine)
        self.kept = []

    def __call__(self, **options):
        self.kept.append(super().__call__(**options))
        return self.kept[-1]

    async def end(self):
        for session in self.kept:
            with suppress(SQLAlchemyError):
                await session.invalidate()


class Readers:
    """Readers that go on when all of them have come, and then do what `then` says with a session."""

    def __init__(self, number, then):
        self.meeting, self.number, self.then = asyncio.Barrier(number), number, then
        self.sessions, self.at_work, self.found, self.all_there = [], 0, 0, asyncio.Event()

    def all(self):
        return [self._reader(number) for number in range(self.number)]

    def _reader(self, number):
        async def reader(session):
            self.at_work += 1
            self.sessions.append(session)
            try:
                await self.meeting.wait()
                found = await session.scalar(text(f"SELECT 10 * {number}"))
                self.found += 1
                if self.found == self.number:
                    self.all_there.set()
                return await self.then(number, found)
            finally:
                self.at_work -= 1

        return reader


ALL_AT_ONCE = "await read_all(factory, readers), where each of 3 readers goes on when all are at work"


@exercise(
    "7.4b",
    hints=[
        "Which thing do all the readers share, and whose turn is it while one of them waits?",
        "Look at the section on one session and two tasks, and at what a TaskGroup does when one of its tasks fails.",
        "A coroutine function that opens a session and calls one reader; a TaskGroup with a task for each; their results.",
    ],
)
class TestReadAll:
    def test_results_come_in_the_order_of_the_readers(self, read_all, database_url):
        async def last_one_first(number, found):
            if number < 2:
                await done[number + 1].wait()
            done[number].set()
            return found

        async def run():
            async with pool_of(database_url) as (_, factory):
                return await read_all(factory, Readers(3, last_one_first).all())

        done = [asyncio.Event() for _ in range(3)]
        tried = f"{ALL_AT_ONCE}, and the last one is done first"
        expect(on_a_loop(run, tried=tried), [0, 10, 20], tried=tried)
        expect(on_a_loop(read_all, None, []), [], tried="await read_all(factory, [])")

    def test_no_two_readers_have_the_same_session(self, read_all, database_url):
        async def run():
            async with pool_of(database_url) as (_, factory):
                readers = Readers(3, self.gives)
                await read_all(factory, readers.all())
                return len({id(each) for each in readers.sessions})

        got = on_a_loop(run, tried=ALL_AT_ONCE)
        expect(got, 3, tried=f"{ALL_AT_ONCE}; how many sessions they got")

    def test_the_error_of_a_reader_is_raised(self, read_all, database_url):
        for which in range(3):
            got, _, _ = self.one_fails(read_all, database_url, which)
            expect(
                got, "raised LookupError", tried=f"{ALL_AT_ONCE}, and number {which + 1} raises LookupError"
            )

    def test_after_an_error_nothing_is_left(self, read_all, database_url):
        for which in range(3):
            _, at_work, lent = self.one_fails(read_all, database_url, which)
            tried = f"{ALL_AT_ONCE}, and number {which + 1} raises LookupError; then the "
            means = "gather raises the first error at once, and lets the others go on."
            expect(at_work, 0, tried=f"{tried}readers at work", means=means)
            expect(lent, 0, tried=f"{tried}connections in use", means=means)

    def test_after_a_result_nothing_is_left(self, read_all, database_url):
        async def run():
            async with pool_of(database_url) as (engine, factory):
                readers = Readers(3, self.gives)
                await read_all(factory, readers.all())
                return readers.at_work, engine.pool.checkedout()

        got = on_a_loop(run, tried=ALL_AT_ONCE)
        means = "A session keeps its connection until it is closed."
        expect(
            got,
            (0, 0),
            tried=f"{ALL_AT_ONCE}; then the readers at work, and the connections in use",
            means=means,
        )

    def test_after_a_cancellation_nothing_is_left(self, read_all, database_url):
        async def run():
            async with pool_of(database_url) as (engine, factory):
                readers = Readers(3, self.never_ends)
                task = asyncio.create_task(read_all(factory, readers.all()))
                await come_or_ended(readers.all_there.wait(), task)
                task.cancel()
                got = await outcome(task)
                return got, readers.at_work, engine.pool.checkedout()

        tried = "task = asyncio.create_task(read_all(factory, readers)); task.cancel() while 3 readers are at work"
        got, at_work, lent = on_a_loop(run, tried=tried)
        expect(got, "cancelled", tried=f"{tried}; how it ended")
        expect(
            (at_work, lent), (0, 0), tried=f"{tried}; then the readers at work, and the connections in use"
        )

    def one_fails(self, read_all, url, which):
        """How it ended; then the readers at work, and the connections in use."""

        failed, release = asyncio.Event(), asyncio.Event()

        async def then(number, _):
            await readers.all_there.wait()
            if number == which:
                failed.set()
                raise LookupError(number)
            await release.wait()

        async def release_later(pool):
            """An answer may cancel the others, or wait for them; it sees the error when the session is closed."""
            await failed.wait()
            for _ in range(50):
                if pool.checkedout() < 3:
                    break
                await asyncio.sleep(0.01)  # some answers close no session before all are done
            await some_rounds()
            release.set()

        async def run():
            async with pool_of(url) as (engine, factory):
                later = asyncio.create_task(release_later(engine.pool))
                got = await outcome(read_all(factory, readers.all()))
                left = got, readers.at_work, engine.pool.checkedout()
                later.cancel()
                release.set()
                await some_rounds()
                return left

        readers = Readers(3, then)
        return on_a_loop(run, tried=f"{ALL_AT_ONCE}, and number {which + 1} raises LookupError")

    @staticmethod
    async def gives(_, found):
        return found

    @staticmethod
    async def never_ends(_, __):
        await asyncio.Event().wait()


# 7.4c ----------------------------------------------------------------------------------------


class Bank:
    """A service on a free port, which answers every request so, or never."""

    def __init__(self, way="answers", body=b"1.25", status=b"200 OK"):
        self.way, self.connections, self.requests, self.came = way, 0, 0, asyncio.Event()
        self.response = b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)

    async def serve(self, reader, writer):
        self.connections += 1
        while await reader.readline():
            while await reader.readline() not in (b"\r\n", b""):
                pass
            self.requests += 1
            self.came.set()
            if self.way == "answers":
                writer.write(self.response)
        writer.close()


@asynccontextmanager
async def client_of(bank, **options):
    """A client of this bank; without timeouts unless they are given."""
    server = await asyncio.start_server(bank.serve, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        async with httpx.AsyncClient(
            base_url=address, trust_env=False, **{"timeout": None} | options
        ) as client:
            yield client
    finally:
        server.close()


def answering(**response):
    """A client to which everything is answered so, and the requests that it sent."""
    sent = []

    def answer(request):
        sent.append(request)
        return httpx.Response(**{"status_code": 200, "text": "1.25"} | response)

    return httpx.AsyncClient(base_url="http://bank.example", transport=httpx.MockTransport(answer)), sent


def failing(error):
    """A client whose requests all end with this error."""

    def fail(_):
        raise error

    return httpx.AsyncClient(base_url="http://bank.example", transport=httpx.MockTransport(fail))


class Drops(httpx.AsyncByteStream):
    """A body that never ends, a byte at a time."""

    async def __aiter__(self):
        while True:
            yield b"1"
            await asyncio.sleep(0.01)


async def drips(_):
    return httpx.Response(200, stream=Drops())


async def hangs(_):
    await asyncio.Event().wait()


TROUBLES = {
    "nobody listens": httpx.ConnectError("refused"),
    "no connection in time": httpx.ConnectTimeout("too late"),
    "the request cannot be sent in time": httpx.WriteTimeout("too late"),
    "no response in time": httpx.ReadTimeout("too late"),
    "no connection of the pool is free in time": httpx.PoolTimeout("too late"),
    "the connection breaks": httpx.ReadError("broken"),
    "what comes is not HTTP": httpx.RemoteProtocolError("garbage"),
}


@exercise(
    "7.4c",
    hints=[
        "Which failures are errors of httpx, which one is an error of `float`, and which one is no error at all?",
        "Look at the section on a service that misbehaves: its table, and the call that took twice its timeout.",
        "try: async with asyncio.timeout(most): the call; then float of the checked response; except (three kinds) as "
        "error: raise NoRate from error; then look at the number.",
    ],
)
class TestRate:
    def test_the_number_in_the_body_comes_back(self, rate):
        for body, wanted in [("1.25", 1.25), ("3", 3.0), ("0.001\n", 0.001)]:
            client, sent = answering(text=body)
            got = on_a_loop(rate, client, "/eur/usd", 5)
            tried = f"await rate(client, '/eur/usd', 5), where the body is {body!r}"
            expect((type(got).__name__, got), ("float", wanted), tried=tried)
            asked = [(each.method, each.url.path) for each in sent]
            expect(asked, [("GET", "/eur/usd")], tried=f"{tried}; the requests that were sent")
        client, _ = answering(status_code=203)
        expect(
            on_a_loop(rate, client, "/", 5), 1.25, tried="await rate(client, '/', 5), where the status is 203"
        )

    def test_what_goes_wrong_on_the_way_is_no_rate(self, rate, NoRate):
        for what, error in TROUBLES.items():
            found = self.refused(rate, NoRate, failing(error), f"where {what}")
            self.caused_by(found, error, what)

    def test_a_service_that_never_answers_is_no_rate(self, rate, NoRate):
        async def run():
            async with client_of(Bank("hangs"), timeout=httpx.Timeout(5, read=0.05)) as client:
                return await self.caught(rate, client, 30)

        tried = "await rate(client, '/rate', 30), where the service never answers, and the client's read timeout is 0.05"
        self.is_norate(NoRate, on_a_loop(run, tried=tried), tried)

    def test_a_status_that_is_not_2xx_is_no_rate(self, rate, NoRate):
        for status in [304, 302, 404, 500, 503]:
            client, _ = answering(status_code=status)
            self.refused(rate, NoRate, client, f"where the status is {status} and the body 1.25")

    def test_a_body_that_is_not_a_number_is_no_rate(self, rate, NoRate):
        for body in ["<html>", "", "1,25", '{"rate": 1.25}']:
            client, _ = answering(text=body)
            what = f"where the body is {body!r}"
            found = self.refused(rate, NoRate, client, what)
            require(
                isinstance(found.__cause__, Exception),
                tried=f"await rate(client, '/rate', 5), {what}; the __cause__ of the NoRate",
                expected="the error that says so, such as a ValueError",
                got=str(found.__cause__),
            )

    def test_a_rate_is_finite_and_greater_than_0(self, rate, NoRate):
        for body in ["nan", "inf", "-inf", "0", "-0.5", "1e999"]:
            client, _ = answering(text=body)
            self.refused(rate, NoRate, client, f"where the body is {body!r}")

    def test_the_whole_call_ends_in_time(self, rate, NoRate):
        for endless, what in [(drips, "sends a byte now and then"), (hangs, "never answers")]:
            client = httpx.AsyncClient(base_url="http://bank.example", transport=httpx.MockTransport(endless))
            tried = (
                f"await rate(client, '/rate', 0.05), where the service {what}, and the client has no timeouts"
            )
            found = on_a_loop(self.caught, rate, client, 0.05, tried=tried, most=0.7)
            self.is_norate(NoRate, found, tried)

    def test_the_client_stays_open_and_its_connection_is_used_again(self, rate):
        async def run(bank):
            async with client_of(bank) as client:
                for _ in range(3):
                    await outcome(rate(client, "/rate", 5))
                return client.is_closed, bank.requests, bank.connections

        for bank in [Bank(), Bank(body=b"<html>"), Bank(status=b"500 Oops")]:
            what = bank.response.partition(b"\r\n")[0].decode()
            tried = f"three times await rate(client, '/rate', 5), where the response is {what}"
            closed, requests, connections = on_a_loop(run, bank, tried=tried)
            expect(
                closed, False, tried=f"{tried}; then client.is_closed", means="The client is the caller's."
            )
            expect(requests, 3, tried=f"{tried}; the requests that came")
            expect(connections, 1, tried=f"{tried}; the connections that came")

    def test_a_cancelled_call_stays_cancelled(self, rate):
        async def run():
            bank = Bank("hangs")
            async with client_of(bank) as client:
                task = asyncio.create_task(rate(client, "/rate", 60))
                await come_or_ended(bank.came.wait(), task)
                task.cancel()
                return await outcome(task)

        tried = (
            "task = asyncio.create_task(rate(client, '/rate', 60)); task.cancel() while the service is silent"
        )
        expect(on_a_loop(run, tried=tried), "cancelled", tried=f"{tried}; how it ended")

    @staticmethod
    async def caught(rate, client, most):
        """The error that it raises; what it returns if it raises none, and never an error."""
        try:
            got = await rate(client, "/rate", most)
        except Exception as error:
            return error
        return f"returned {type(got).__name__}" if isinstance(got, Exception) else got

    def refused(self, rate, no_rate, client, what):
        tried = f"await rate(client, '/rate', 5), {what}"
        return self.is_norate(no_rate, on_a_loop(self.caught, rate, client, 5, tried=tried), tried)

    @staticmethod
    def is_norate(no_rate, found, tried):
        got = f"raised {type(found).__name__}" if isinstance(found, Exception) else found
        require(isinstance(found, no_rate), tried=tried, expected="raised NoRate", got=got)
        return found

    @staticmethod
    def caused_by(found, error, what):
        cause = found.__cause__
        require(
            cause is error,
            tried=f"await rate(client, '/rate', 5), where {what}; the __cause__ of the NoRate",
            expected=type(error).__name__,
            got=type(cause).__name__ if cause else "None",
            means="`raise NoRate(…) from error` keeps what happened.",
        )


# 7.4d ----------------------------------------------------------------------------------------

request_id = ContextVar("request_id", default="nobody's")


class Tools:
    """Five tools that note where they were called, and whether the loop went on meanwhile."""

    def __init__(self, broken=False):
        self.loop, self.thread = asyncio.get_running_loop(), threading.get_ident()
        self.calls, self.on_loop, self.went_on, self.seen, self.broken = [], {}, {}, "", broken

    def slug(self, title):
        self._came("slug", title)
        return title.lower()

    async def user(self):
        self._came("user")
        await asyncio.sleep(0)
        return "ada"

    def hash(self, password):
        self._came("hash", password)
        self._wait("hash")
        return f"hash of {password}"

    def store(self, slug, user, hashed):
        self._came("store", slug, user, hashed)
        self.seen = request_id.get()
        self._wait("store")
        if self.broken:
            raise ConnectionError("The database is gone.")
        return 41 + len(slug)

    def count(self, user):
        self._came("count", user)

    def _came(self, name, *given):
        self.calls.append((name, *given))
        self.on_loop[name] = threading.get_ident() == self.thread

    def _wait(self, name):
        """Block until another task of the loop has run; a loop that stands still never says so."""
        ran = threading.Event()
        self.loop.call_soon_threadsafe(ran.set)
        self.went_on[name] = not self.on_loop[name] and ran.wait(3)


PUBLISH = "await publish(tools, 'Hello', 'not-a-real-password')"


@exercise(
    "7.4d",
    hints=[
        "For each of the five: does it wait, does it compute for long, may it run beside others?",
        "Look at the table and the picture at the end of the lesson. What does to_thread take along into the thread?",
        "Two plain calls, one await of a coroutine, and two calls of asyncio.to_thread.",
    ],
)
class TestPublish:
    def test_it_returns_the_id(self, publish):
        for title in ["Hello", "Go"]:
            got, _ = self.run(publish, title)
            tried = (
                f"await publish(tools, {title!r}, 'not-a-real-password'), where store gives {41 + len(title)}"
            )
            expect(got, 41 + len(title), tried=tried)

    def test_each_tool_gets_what_it_needs(self, publish):
        _, tools = self.run(publish)
        hashed = "hash of not-a-real-password"
        wanted = {
            ("slug", "Hello"),
            ("user",),
            ("hash", "not-a-real-password"),
            ("store", "hello", "ada", hashed),
        }
        expect(
            Counter(tools.calls),
            Counter([*wanted, ("count", "ada")]),
            tried=f"{PUBLISH}; the calls of the tools",
        )
        expect(tools.calls[-2][0], "store", tried=f"{PUBLISH}; the last call but one, before count")

    def test_slug_and_count_run_in_the_thread_of_the_loop(self, publish):
        _, tools = self.run(publish)
        why = {
            "slug": "It is short, and needs no thread.",
            "count": "Two threads may change the dict at once.",
        }
        for name, means in why.items():
            tried = f"{PUBLISH}; does {name} run in the thread of the loop?"
            expect(tools.on_loop.get(name), True, tried=tried, means=means)

    def test_hash_and_store_run_in_another_thread(self, publish):
        _, tools = self.run(publish)
        for name in ["hash", "store"]:
            tried = f"{PUBLISH}; does {name} run in the thread of the loop?"
            expect(tools.on_loop.get(name), False, tried=tried, means="It blocks, and the loop stands still.")

    def test_the_loop_goes_on_meanwhile(self, publish):
        _, tools = self.run(publish)
        for name in ["hash", "store"]:
            tried = f"{PUBLISH}; did another task of the loop run while {name} was at work?"
            expect(tools.went_on.get(name), True, tried=tried, means="The thread of the loop waited for it.")

    def test_store_sees_the_context_variables(self, publish):
        for value in ["request 1", "request 2"]:
            _, tools = self.run(publish, value=value)
            expect(
                tools.seen,
                value,
                tried=f"request_id.set({value!r}), then {PUBLISH}; request_id.get() in store",
                means={
                    "nobody's": "A thread of an executor has a context of its own. asyncio.to_thread copies yours."
                },
            )

    def test_an_error_of_store_is_raised_and_nothing_counted(self, publish):
        got, tools = self.run(publish, broken=True)
        tried = f"{PUBLISH}, where store raises a ConnectionError"
        expect(got, "raised ConnectionError", tried=tried)
        expect(tools.on_loop.get("count") is None, True, tried=f"{tried}; was count left out?")

    def run(self, publish, title="Hello", value="request 1", broken=False):
        async def one():
            tools = Tools(broken)
            request_id.set(value)
            got = await outcome(publish(tools, title, "not-a-real-password"))
            return got, tools

        return on_a_loop(one, tried=PUBLISH)


# 7.4e ----------------------------------------------------------------------------------------


class Places:
    """Lends places, each of which takes some rounds to come and to go back."""

    def __init__(self, taking=None, place="place 1", giving=None):
        self.taking, self.place, self.giving = taking, place, giving
        self.taken, self.back = asyncio.Event(), []

    async def take(self):
        self.taken.set()
        await asyncio.sleep(0)
        if self.taking:
            await self.taking()
        return self.place

    async def give_back(self, place):
        for _ in range(3):
            await asyncio.sleep(0)
        if self.giving:
            await self.giving()
        self.back.append(place)


class Work:
    """Notes its place, and does what it is told."""

    def __init__(self, then):
        self.then, self.began, self.end = then, asyncio.Event(), "never came to work"

    async def __call__(self, place):
        self.began.set()
        try:
            got = await self.then(place)
            self.end = "was done"
        except asyncio.CancelledError:
            self.end = "was cancelled"
            raise
        return got


async def wait_for_ever(*_):
    await asyncio.Event().wait()


async def fails(*_):
    await asyncio.sleep(0)
    raise LookupError("It has failed.")


@exercise(
    "7.4e",
    hints=[
        "On which ways does the code leave the block: which of them does `except Exception` see?",
        "Look at the section on what a cancelled task leaves. Which line of Python runs on every way out?",
        "take; try: with a timeout, return what work returns; finally: await the giving back",
    ],
)
class TestWithPlace:
    def test_it_returns_what_work_returns(self, with_place):
        async def finds(place):
            await asyncio.sleep(0)
            return [f"found at {place}"]

        async def finds_nothing(_):
            return None

        for then, wanted in [(finds, ["found at place 1"]), (finds_nothing, None)]:
            got, back, _ = self.run(with_place, then)
            tried = f"await with_place(places, work, 60), where work returns {wanted!r}"
            expect(got, wanted, tried=tried)
            means = "A task that nobody awaits gives it back later, or never."
            expect(back, ["place 1"], tried=f"{tried}; the places that are back when it ends", means=means)

    def test_an_error_of_work_is_raised(self, with_place):
        got, _, _ = self.run(with_place, fails)
        expect(
            got,
            "raised LookupError",
            tried="await with_place(places, work, 60), where work raises LookupError",
        )

    def test_after_an_error_the_place_is_back(self, with_place):
        _, back, _ = self.run(with_place, fails)
        tried = "await with_place(places, work, 60), where work raises LookupError; the places that are back when it ends"
        expect(back, ["place 1"], tried=tried)

    def test_a_cancelled_task_ends_as_cancelled(self, with_place):
        got, _, end = self.cancelled(with_place)
        tried = "task.cancel() while work is waiting"
        expect(
            got,
            "cancelled",
            tried=f"{tried}; how with_place ended",
            means="Code that catches CancelledError has to raise it again.",
        )
        expect(end, "was cancelled", tried=f"{tried}; then work")

    def test_after_a_cancellation_the_place_is_back(self, with_place):
        _, back, _ = self.cancelled(with_place)
        tried = "task.cancel() while work is waiting; the places that are back when with_place has ended"
        means = "CancelledError is a BaseException: `except Exception` does not see it."
        expect(back, ["place 1"], tried=tried, means=means)

    def test_work_that_takes_too_long_is_cancelled(self, with_place):
        got, back, end = self.run(with_place, wait_for_ever, most=0.05)
        tried = "await with_place(places, work, 0.05), where work waits for ever"
        expect(got, "raised TimeoutError", tried=tried)
        expect(end, "was cancelled", tried=f"{tried}; then work")
        expect(back, ["place 1"], tried=f"{tried}; the places that are back when it ends")

    def test_what_was_not_taken_is_not_given_back(self, with_place):
        got, back, _ = self.run(with_place, fails, taking=self.refuses)
        tried = "await with_place(places, work, 60), where take raises ConnectionError"
        expect(got, "raised ConnectionError", tried=tried)
        expect(back, [], tried=f"{tried}; the places that were given back")
        got, back, _ = self.cancelled(with_place, taking=wait_for_ever)
        tried = "task.cancel() while take is waiting"
        expect(got, "cancelled", tried=f"{tried}; how with_place ended")
        expect(back, [], tried=f"{tried}; the places that were given back")

    def test_the_place_may_be_0(self, with_place):
        _, back, _ = self.run(with_place, wait_for_ever, most=0.02, place=0)
        tried = "await with_place(places, work, 0.02), where take returns 0, and work waits for ever"
        expect(back, [0], tried=f"{tried}; the places that are back when it ends")

    def test_only_work_has_a_time_limit(self, with_place):
        async def slow():
            await asyncio.sleep(0.2)

        async def finds(place):
            return "found"

        for which in ("taking", "giving"):
            got, back, _ = self.run(with_place, finds, most=0.05, **{which: slow})
            name = "take" if which == "taking" else "give_back"
            tried = f"await with_place(places, work, 0.05), where {name} takes 0.2 seconds, and work none"
            expect(got, "found", tried=tried)
            expect(back, ["place 1"], tried=f"{tried}; the places that are back when it ends")

    @staticmethod
    async def refuses():
        raise ConnectionError("There are no places.")

    @staticmethod
    async def at_its_end(waits, places, work):
        """How it ended; then the places that were back, with those that came later; then the work."""
        got = await outcome(waits)
        back, end = list(places.back), work.end
        await some_rounds()
        later = places.back[len(back) :]
        return got, [*back, "and later", *later] if later else back, end

    def run(self, with_place, then, most=60, **places_that):
        """What `at_its_end` says of a call."""

        async def one():
            places, work = Places(**places_that), Work(then)
            return await self.at_its_end(with_place(places, work, most), places, work)

        return on_a_loop(one, tried=f"await with_place(places, work, {most})")

    def cancelled(self, with_place, taking=None):
        """The same for a task that is cancelled while it waits in `take` or in the work."""

        async def one():
            places, work = Places(taking), Work(wait_for_ever)
            task = asyncio.create_task(with_place(places, work, 60))
            await come_or_ended((places.taken if taking else work.began).wait(), task)
            await some_rounds()
            task.cancel()
            return await self.at_its_end(task, places, work)

        return on_a_loop(one, tried="task = asyncio.create_task(with_place(places, work, 60)); task.cancel()")


# 7.4f ----------------------------------------------------------------------------------------


class Jobs:
    """Counts the jobs that are at work, and notes how each of them ended."""

    def __init__(self):
        self.at_work, self.most, self.begun, self.cancelled = 0, 0, 0, []

    def job(self, name, then):
        async def job():
            self.begun, self.at_work = self.begun + 1, self.at_work + 1
            self.most = max(self.most, self.at_work)
            try:
                return await then()
            except asyncio.CancelledError:
                self.cancelled.append(name)
                raise
            finally:
                self.at_work -= 1

        return job


def gives(value):
    async def give():
        await asyncio.sleep(0)
        return value

    return give


@exercise(
    "7.4f",
    hints=[
        "Who counts the places, and who cancels the rest when one job fails?",
        "Look at the section on three calls at once: a semaphore, and tasks in a group.",
        "A coroutine function that does one job while it has a place; a TaskGroup with a task for each job; the results.",
    ],
)
class TestAllOf:
    def test_results_come_in_the_order_of_the_jobs(self, all_of):
        async def run(most):
            done = [asyncio.Event() for _ in range(4)]

            def after_the_next(number):
                async def wait():
                    if number < 3 and most == 4:
                        await done[number + 1].wait()
                    done[number].set()
                    return 10 * number

                return wait

            return await all_of([after_the_next(number) for number in range(4)], most)

        for most, what in [
            (4, "the last one is done first"),
            (2, "each is done at once"),
            (9, "each is done at once"),
        ]:
            tried = f"await all_of(four jobs, {most}), where {what}"
            expect(on_a_loop(run, most, tried=tried), [0, 10, 20, 30], tried=tried)

    def test_so_many_are_at_work_and_no_more(self, all_of):
        async def run(number, most):
            jobs, meeting = Jobs(), asyncio.Barrier(most)

            async def meet():
                await meeting.wait()
                await some_rounds()  # the last one to come waits for nobody: one too many meets it here

            await all_of([jobs.job(each, meet) for each in range(number)], most)
            return jobs.most, jobs.begun

        for number, most in [(6, 2), (9, 3), (3, 1), (4, 4)]:
            tried = f"await all_of({number} jobs, {most}), where each job waits until {most} are at work"
            got, begun = on_a_loop(run, number, most, tried=tried)
            expect(got, most, tried=f"{tried}; the most that were at work at once")
            expect(begun, number, tried=f"{tried}; how often a job began")

    def test_the_next_job_begins_as_soon_as_one_is_done(self, all_of):
        async def run():
            begun = asyncio.Event()

            async def third():
                begun.set()
                return "third"

            return await all_of([begun.wait, gives("second"), third], 2)

        tried = "await all_of(three jobs, 2), where the first one waits until the third one has begun"
        expect(on_a_loop(run, tried=tried), [True, "second", "third"], tried=tried)

    def test_the_error_of_a_job_is_raised(self, all_of):
        for most in [1, 2, 3]:
            got, *_ = self.one_fails(all_of, most)
            tried = f"await all_of(jobs, {most}), where job {most} raises LookupError"
            expect(got, "raised LookupError", tried=tried)

    def test_the_others_are_cancelled_when_one_fails(self, all_of):
        for most in [2, 3]:
            _, cancelled, at_work = self.one_fails(all_of, most)
            tried = f"await all_of(jobs, {most}), where job {most} raises LookupError while the others wait; then "
            wanted = [f"job {number}" for number in range(1, most)]
            got = [name for name in cancelled if name in wanted]
            expect(got, wanted, tried=f"{tried}the jobs that were cancelled")
            expect(at_work, 0, tried=f"{tried}the jobs at work")

    def test_a_cancelled_call_leaves_no_job_at_work(self, all_of):
        async def run():
            jobs, meeting = Jobs(), asyncio.Barrier(3)

            async def wait():
                await meeting.wait()
                await wait_for_ever()

            task = asyncio.create_task(all_of([jobs.job(each, wait) for each in range(5)], 2))
            await come_or_ended(meeting.wait(), task)
            task.cancel()
            got = await outcome(task)
            at_work, begun = jobs.at_work, jobs.begun
            await some_rounds()
            return got, at_work, jobs.begun - begun

        tried = "task = asyncio.create_task(all_of(five jobs, 2)); task.cancel() while two are at work"
        got, at_work, later = on_a_loop(run, tried=tried)
        expect(got, "cancelled", tried=f"{tried}; how it ended")
        expect(at_work, 0, tried=f"{tried}; then the jobs at work")
        expect(later, 0, tried=f"{tried}; then the jobs that begin")

    def test_without_jobs_there_are_no_results(self, all_of):
        expect(on_a_loop(all_of, [], 2), [], tried="await all_of([], 2)")

    def test_less_than_one_job_at_a_time_is_refused(self, all_of):
        async def run(most):
            jobs = Jobs()
            got = await outcome(all_of([jobs.job(1, gives(1)), jobs.job(2, gives(2))], most))
            return got, jobs.begun

        for most in [0, -1]:
            got, begun = on_a_loop(run, most, tried=f"await all_of(two jobs, {most})")
            expect(got, "raised ValueError", tried=f"await all_of(two jobs, {most})")
            expect(begun, 0, tried=f"await all_of(two jobs, {most}); the jobs that began")

    def one_fails(self, all_of, most):
        """How it ended, who was cancelled by then, and how many were at work; the job before the last fails."""

        async def run():
            jobs, meeting = Jobs(), asyncio.Barrier(most)

            async def fail():
                await meeting.wait()
                raise LookupError("It has failed.")

            async def wait():
                await meeting.wait()
                await wait_for_ever()

            told = [jobs.job(f"job {number}", wait) for number in range(1, most)]
            told += [jobs.job(f"job {most}", fail), jobs.job("the last", wait_for_ever)]
            got = await outcome(all_of(told, most))
            return got, sorted(jobs.cancelled), jobs.at_work

        return on_a_loop(run, tried=f"await all_of(jobs, {most}), where one job raises LookupError")
