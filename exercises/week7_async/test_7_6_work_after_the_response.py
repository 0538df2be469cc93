"""Checks of the exercises of lesson 7.6."""

import asyncio
from collections import deque
from contextlib import asynccontextmanager, suppress
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from course.checks import ask, blocked, exercise, expect, on_a_loop, require

# 7.6a ----------------------------------------------------------------------------------------


async def post(app, path, seen):
    """One POST, sent as a server does; `seen` gets "response" when its last part has been sent. The response."""
    got = {"status": None, "body": b""}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"test"), (b"content-length", b"0")],
        "client": ("127.0.0.1", 1),
        "server": ("test", 80),
    }

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        if message["type"] == "http.response.start":
            got["status"] = message["status"]
        else:
            got["body"] += message.get("body", b"")
            if not message.get("more_body", False):
                seen.append("response")

    await app(scope, receive, send)
    return got


class Refused(Exception):
    """An error that no answer knows by its name."""


class Mails:
    """A mail server that refuses some recipients."""

    def __init__(self, seen, *refused):
        self.seen, self.refused = seen, refused

    async def send(self, number, to):
        self.seen.append(f"{number} to {to}: begun")
        await asyncio.sleep(0)
        if to in self.refused:
            self.seen.append(f"{number} to {to}: refused")
            raise Refused(to)
        self.seen.append(f"{number} to {to}: sent")


@exercise(
    "7.6a",
    hints=[
        "What becomes of the second task when the first one raises an error?",
        "tasks.add_task(function, *arguments) may be called more than once. Which function has the try?",
        "an async function that awaits send() in a try and appends to lost; two add_task() calls in the operation",
    ],
)
class TestMakeApp:
    def test_it_responds_202_with_the_number(self, make_app):
        for number in [7, 12]:
            got = self.sent(make_app, number)[0]
            expect(got["status"], 202, tried=f"POST /orders/{number}: the status")
            expect(
                got["body"].replace(b" ", b""),
                b'{"order":%d}' % number,
                tried=f"POST /orders/{number}: the body",
            )

    def test_both_mails_are_sent_after_the_response_in_their_order(self, make_app):
        _, seen, _ = self.sent(make_app, 7)
        wanted = [
            "response",
            "7 to customer: begun",
            "7 to customer: sent",
            "7 to shop: begun",
            "7 to shop: sent",
        ]
        expect(seen, wanted, tried="POST /orders/7: what happens, in order")

    def test_an_error_does_not_keep_the_other_from_being_sent(self, make_app):
        for refused in [["customer"], ["shop"], ["customer", "shop"]]:
            _, seen, _ = self.sent(make_app, 7, *refused)
            ends = ["refused" if to in refused else "sent" for to in ["customer", "shop"]]
            wanted = ["response", "7 to customer: begun", f"7 to customer: {ends[0]}"]
            wanted += ["7 to shop: begun", f"7 to shop: {ends[1]}"]
            tried = f"POST /orders/7, where send() raises for {' and '.join(refused)}: what happens"
            expect(seen, wanted, tried=tried)

    def test_what_failed_is_in_lost(self, make_app):
        for refused in [[], ["customer"], ["shop"], ["customer", "shop"]]:
            _, _, lost = self.sent(make_app, 9, *refused)
            tried = (
                f"POST /orders/9, where send() raises for {' and '.join(refused) or 'nobody'}: the list lost"
            )
            expect(lost, [(9, to) for to in refused], tried=tried)

    def sent(self, make_app, number, *refused):
        seen: list[str] = []
        lost: list[Any] = []
        app = make_app(Mails(seen, *refused).send, lost)
        tried = f"POST /orders/{number}"
        try:
            got = on_a_loop(post, app, f"/orders/{number}", seen, tried=tried)
        except Refused as error:
            require(
                False,
                tried=f"{tried}, where send() raises",
                expected="no error reaches the server",
                got=repr(error),
            )
        return got, seen, lost


# 7.6b ----------------------------------------------------------------------------------------

MAY_BE_LOST = (
    "count that a post was read; the number is shown as 'about 1,200'",
    "load a list into a cache, which the next request would do otherwise",
)
PROMISED = (
    "send the receipt for a payment",
    "delete what a user has stored; they were told that it will be gone",
)
FAILS = (
    "convert an uploaded film, which takes 20 minutes",
    "tell a partner's API about an order; it is down every other day",
)


@exercise(
    "7.6b",
    hints=[
        "What happens to each of them when the server's process ends at the wrong moment? Who notices?",
        "A task is run once at most, and its failure is a line in the log.",
        "Two of the six may be lost.",
    ],
)
class TestPlaces:
    def test_what_may_be_lost_needs_no_queue(self, PLACES):
        self.all_are(PLACES, MAY_BE_LOST, "task")

    def test_what_somebody_was_promised_is_in_the_queue(self, PLACES):
        self.all_are(PLACES, PROMISED, "queue")

    def test_what_is_cut_off_or_refused_is_in_the_queue(self, PLACES):
        self.all_are(PLACES, FAILS, "queue")

    def all_are(self, places, jobs, wanted):
        for job in jobs:
            expect(places.get(job), wanted, tried=f"PLACES[{job!r}]")


# 7.6c ----------------------------------------------------------------------------------------


class Died(BaseException):
    """The process is gone."""


@asynccontextmanager
async def engine_on(url):
    engine = create_async_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        yield engine
    finally:
        await engine.dispose()


ORDERS = """
CREATE TABLE orders (
    id integer GENERATED BY DEFAULT AS IDENTITY (START WITH 41) PRIMARY KEY,
    name varchar NOT NULL, pieces integer NOT NULL CHECK (pieces > 0)
)"""
JOBS = "CREATE TABLE jobs (id serial PRIMARY KEY, what varchar NOT NULL, order_id integer NOT NULL)"
BOTH = "SELECT (SELECT array_agg(id ORDER BY id) FROM orders), (SELECT array_agg(order_id ORDER BY id) FROM jobs)"


@exercise(
    "7.6c",
    hints=[
        "How many commits are there, and what is stored between the first one and the second?",
        "Two sessions are two transactions. An order has its id after flush().",
        "one session: add the order, flush, add the job, one commit",
    ],
)
class TestPlaceOrder:
    def test_an_order_and_its_job_are_stored(self, place_order, database_url):
        self.tables(database_url)
        numbers = [self.place(place_order, database_url, name, 2) for name in ["ana", "ben", "cleo"]]
        got = ask(database_url, "SELECT id, name, pieces FROM orders ORDER BY id")
        wanted = [(number, name, 2) for number, name in zip(numbers, ["ana", "ben", "cleo"], strict=True)]
        expect(got, wanted, tried="three orders; the rows of `orders`, and the ids that were returned")
        got = ask(database_url, "SELECT what, order_id FROM jobs ORDER BY id")
        expect(
            got,
            [("confirm", number) for number in numbers],
            tried="three orders; what and order_id of each job",
        )

    def test_no_crash_leaves_one_without_the_other(self, place_order, database_url):
        self.tables(database_url)
        for at in [1, 2, 3]:
            for before in [True, False]:
                on_a_loop(self.dies, place_order, database_url, at, before, tried="place_order, and a crash")
                orders, jobs = ask(database_url, BOTH)[0]
                require(
                    orders == jobs,
                    tried=f"the process dies {'before' if before else 'after'} commit number {at}",
                    expected="an order and its job, or neither",
                    got=f"orders {orders or []}, jobs about the orders {jobs or []}",
                    means="Between two commits there is a moment at which only one of them is stored.",
                )

    def test_others_see_both_or_neither(self, place_order, database_url):
        self.tables(database_url)
        tried = "place_order, and a look from outside after each statement"
        for orders, jobs in on_a_loop(self.seen, place_order, database_url, tried=tried):
            expect((orders, jobs), (jobs, jobs), tried=f"{tried}: ids of the orders, and of the jobs' orders")

    def test_a_refused_order_leaves_nothing(self, place_order, database_url):
        self.tables(database_url)
        for pieces in [0, -1]:
            try:
                self.place(place_order, database_url, "ana", pieces)
            except IntegrityError:
                got = "IntegrityError"
            else:
                got = "no error"
            expect(got, "IntegrityError", tried=f"an order of {pieces} pieces")
            expect(
                ask(database_url, BOTH)[0], (None, None), tried=f"an order of {pieces} pieces; what is stored"
            )

    def tables(self, url):
        ask(url, ORDERS)
        ask(url, JOBS)

    def place(self, place_order, url, name, pieces):
        async def run():
            async with engine_on(url) as engine:
                return await place_order(engine, name, pieces)

        return on_a_loop(run, tried=f'await place_order(engine, "{name}", {pieces})')

    async def dies(self, place_order, url, at, before):
        """Run it; at a commit nothing of this process gets any further."""
        commits = []

        async with engine_on(url) as engine:
            do_commit = engine.sync_engine.dialect.do_commit

            def commit(dbapi_connection):
                commits.append(dbapi_connection)
                if before and len(commits) == at:
                    raise Died
                do_commit(dbapi_connection)
                if len(commits) == at:
                    raise Died

            engine.sync_engine.dialect.do_commit = commit
            with suppress(Died):
                await place_order(engine, "ana", 1)

    async def seen(self, place_order, url):
        """What others see after each statement."""
        found = []

        async with engine_on(url) as engine:

            def look(*_):
                orders, jobs = ask(url, BOTH)[0]
                found.append((orders or [], jobs or []))

            event.listen(engine.sync_engine, "after_cursor_execute", look)
            await place_order(engine, "ana", 1)
        return found


# 7.6d ----------------------------------------------------------------------------------------

SENT = "CREATE TABLE sent (key varchar PRIMARY KEY)"
KEYS = "SELECT key FROM sent ORDER BY key"


@exercise(
    "7.6d",
    hints=[
        "Two workers look into the table at the same moment, and find nothing. What makes the second one wait?",
        "An INSERT of a key that another transaction has inserted waits for that transaction's end.",
        "INSERT … ON CONFLICT DO NOTHING RETURNING key, and look whether a row came (rowcount says -1 after "
        "insert()); then send; then commit",
    ],
)
class TestDeliver:
    def test_the_first_call_sends_and_notes_it(self, deliver, database_url):
        log = self.run(deliver, database_url, ["a", "b"])
        expect(
            log, ["sending a", "a: True", "sending b", "b: True"], tried="a delivered, then b; what happens"
        )
        expect(ask(database_url, KEYS), [("a",), ("b",)], tried="a and b delivered; the rows of `sent`")

    def test_a_second_call_sends_nothing(self, deliver, database_url):
        log = self.run(deliver, database_url, ["a", "a", "b", "a", "b"])
        wanted = ["sending a", "a: True", "a: False", "sending b", "b: True", "a: False", "b: False"]
        expect(log, wanted, tried="delivered: a, a, b, a, b; what happens")

    def test_a_key_in_the_table_was_sent_before(self, deliver, database_url):
        ask(database_url, SENT)
        ask(database_url, "INSERT INTO sent VALUES ('old')")
        log = self.run(deliver, database_url, ["old"], made=True)
        expect(log, ["old: False"], tried="a key that another process has put into the table")

    def test_after_an_error_the_next_call_sends(self, deliver, database_url):
        for error in [
            ConnectionError("gone"),
            IntegrityError("a statement of send()", {}, Exception("taken")),
        ]:
            ask(database_url, "DROP TABLE IF EXISTS sent")
            log = self.run(deliver, database_url, ["a", "a", "a"], errors=[error])
            name = type(error).__name__
            wanted = ["sending a", f"a: {name}", "sending a", "a: True", "a: False"]
            expect(log, wanted, tried=f"send() raises {name}, then two more calls; what happens")

    def test_after_a_crash_the_next_call_sends(self, deliver, database_url):
        left = []
        log = self.run(deliver, database_url, ["a", "a", "a"], errors=[Died()], left=left)
        expect(
            left[:1],
            [[]],
            tried="the process dies in send(): for its first call, the rows of `sent` that others see",
            means="What has been committed stays. A process that is gone takes nothing back.",
        )
        wanted = ["sending a", "a: Died", "sending a", "a: True", "a: False"]
        expect(log, wanted, tried="the process dies in send(), then two more calls; what happens")

    def test_two_workers_at_once_send_once(self, deliver, database_url):
        log = self.meet(deliver, database_url, "a", "a")
        sent = [each for each in log if each.startswith("sending")]
        expect(
            sent,
            ["sending a"],
            tried="a second call while the first one is sending; what is sent",
            means="The second one looked before the first one had committed, and nothing made it wait.",
        )
        got = sorted(each for each in log if not each.startswith("sending"))
        expect(
            got, ["a: False", "a: True"], tried="a second call while the first one is sending; the results"
        )

    def test_if_the_first_of_two_fails_the_second_sends(self, deliver, database_url):
        log = self.meet(deliver, database_url, "a", "a", ConnectionError("gone"))
        wanted = ["sending a", "a: ConnectionError", "sending a", "a: True"]
        expect(
            sorted(log), sorted(wanted), tried="a second call while the first is sending, which then fails"
        )
        expect(ask(database_url, KEYS), [("a",)], tried="the same; the rows of `sent`")

    def test_another_key_need_not_wait(self, deliver, database_url):
        log = self.meet(deliver, database_url, "a", "b")
        wanted = ["sending a", "sending b", "b: True", "a: True"]
        expect(log, wanted, tried="b is delivered while a is being sent; what happens, in order")

    def run(self, deliver, url, keys, errors=(), made=False, left=None):
        """Deliver one key after another, on a new engine each time, as new processes do. What happens.

        `left` gets the rows that others see whenever send() is called.
        """
        if not made:
            ask(url, SENT)
        log, raised = [], list(errors)

        async def send(key):
            log.append(f"sending {key}")
            if left is not None:
                left.append(await asyncio.to_thread(ask, url, KEYS))
            if raised:
                raise raised.pop(0)

        async def run():
            for key in keys:
                async with engine_on(url) as engine:
                    await self.one(deliver, engine, key, send, log)

        on_a_loop(run, tried=f"await deliver(engine, key, send) for {', '.join(keys)}")
        return log

    def meet(self, deliver, url, first, second, error=None):
        """The second call begins while the first one is sending, and has ended, or waits, when that goes on."""
        ask(url, SENT)
        log, tasks = [], []

        async def again(key):
            log.append(f"sending {key}")

        async def run():
            async with engine_on(url) as one, engine_on(url) as other:

                async def send(key):
                    log.append(f"sending {key}")
                    tasks.append(asyncio.create_task(self.one(deliver, other, second, again, log)))
                    while not tasks[0].done() and not await asyncio.to_thread(blocked, url):
                        await asyncio.sleep(0.01)
                    if error is not None:
                        raise error

                await self.one(deliver, one, first, send, log)
                await asyncio.gather(*tasks)

        on_a_loop(run, tried="two calls of deliver at the same moment")
        return log

    async def one(self, deliver, engine, key, send, log):
        try:
            log.append(f"{key}: {await deliver(engine, key, send)!r}")
        except (Exception, Died) as error:
            log.append(f"{key}: {type(error).__name__}")


# 7.6e ----------------------------------------------------------------------------------------


@exercise(
    "7.6e",
    hints=[
        "What is the full wait after 1, 2, 3 failures, and after which one does it reach 600?",
        "A half is certain, a half is drawn. Which number becomes too large for a float?",
        "full = min(600, 2**failures); a half of it, and random() times the other half",
    ],
)
class TestWait:
    def test_the_full_wait_doubles_up_to_600(self, wait):
        for failures in [1, 2, 3, 4, 8, 9, 10, 11, 20, 100]:
            full = min(600, 2**failures)
            self.is_about(wait, failures, 0.999999, full)

    def test_a_half_is_certain_and_a_half_is_drawn(self, wait):
        for failures in [1, 2, 5, 9, 10, 12]:
            full = min(600, 2**failures)
            for drawn in [0.0, 0.25, 0.5, 0.75]:
                self.is_about(wait, failures, drawn, full / 2 * (1 + drawn))

    def test_random_is_called_once(self, wait):
        for failures in [1, 9, 10, 40]:
            calls = []
            wait(failures, lambda: calls.append(1) or 0.5)  # noqa: B023
            expect(len(calls), 1, tried=f"wait({failures}, random): the calls of random()")

    def test_a_job_that_failed_5000_times_waits_too(self, wait):
        for failures in [1_100, 5_000]:
            self.is_about(wait, failures, 0.5, 450)

    def is_about(self, wait, failures, drawn, wanted):
        tried = f"wait({failures}, lambda: {drawn})"
        try:
            got = wait(failures, lambda: drawn)
        except OverflowError as error:
            got = f"OverflowError: {error}"
        near = isinstance(got, int | float) and abs(got - wanted) < 0.001 * wanted
        require(near, tried=tried, expected=f"about {wanted:g}", got=repr(got))


# 7.6f ----------------------------------------------------------------------------------------


@exercise(
    "7.6f",
    hints=[
        "Where do you count the failures of a job, and who sees the error of the third one?",
        "asyncio.CancelledError is a BaseException, and no Exception.",
        "popleft; try: await; except Exception: count, and append to the queue or to dead; except BaseException: "
        "appendleft, raise",
    ],
)
class TestWork:
    def test_each_job_is_handled_in_its_order(self, work):
        for jobs in [[], ["a"], ["a", "b", "c"]]:
            log, dead, queue = self.run(work, jobs, {})
            expect(log, jobs, tried=f"the queue {jobs}: what is handled")
            expect((list(queue), dead), ([], []), tried=f"the queue {jobs}: what is left, and what is dead")

    def test_what_fails_goes_to_the_end(self, work):
        log, dead, queue = self.run(work, ["a", "b", "c"], {"a": 1, "b": 2})
        expect(log, ["a", "b", "c", "a", "b", "b"], tried="a fails once, b twice, c never: what is handled")
        expect((list(queue), dead), ([], []), tried="the same: what is left, and what is dead")

    def test_what_fails_three_times_is_dead_with_its_last_error(self, work):
        log, dead, queue = self.run(work, ["a", "b", "c"], {"a": 9, "c": 3})
        expect(log, ["a", "b", "c", "a", "c", "a", "c"], tried="a and c always fail: what is handled")
        expect(dead, [("a", "a: error 3"), ("c", "c: error 3")], tried="a and c always fail: the list dead")
        expect(list(queue), [], tried="a and c always fail: what is left in the queue")

    def test_it_ends_when_the_queue_is_empty(self, work):
        queue, log, dead = deque(["a"]), [], []
        follows = {"a": "b", "b": "c", "c": "d", "d": "e"}

        async def handle(job):
            log.append(job)
            await asyncio.sleep(0)
            if job in follows:
                queue.append(follows[job])
            else:
                raise ValueError(f"e: error {log.count('e')}")

        on_a_loop(work, queue, handle, dead, tried="await work(queue, handle, dead)")
        tried = "the queue a, where each job appends the next one, up to e, which always fails"
        expect(log, [*"abcd", *"eee"], tried=f"{tried}: what is handled")
        expect(
            (list(queue), dead), ([], [("e", "e: error 3")]), tried=f"{tried}: what is left, and what is dead"
        )

    def test_a_job_is_not_in_the_queue_while_it_runs(self, work):
        found = []
        queue = deque(["a", "b", "c"])

        async def handle(job):
            found.append(list(queue))

        on_a_loop(work, queue, handle, [], tried="await work(queue, handle, dead)")
        expect(found, [["b", "c"], ["c"], []], tried="the queue a, b, c: what is in it during each handle()")

    def test_a_cancelled_worker_puts_its_job_back(self, work):
        for failures in [{}, {"a": 1}]:
            log, dead = [], []
            queue = deque(["a", "b", "c"])
            ended = on_a_loop(self.cancel_at_b, work, queue, failures, log, dead, tried="work() is cancelled")
            tried = f"work() is cancelled while it handles b{', after a has failed once' if failures else ''}"
            expect(ended, "cancelled", tried=f"{tried}: how the task ends")
            wanted = ["b", "c", "a"] if failures else ["b", "c"]
            expect((list(queue), dead), (wanted, []), tried=f"{tried}: the queue, and the list dead")

    async def cancel_at_b(self, work, queue, failures, log, dead):
        reached = asyncio.Event()
        handle = self.handler(log, dict(failures), {"b": reached})
        task = asyncio.create_task(work(queue, handle, dead))
        ended = asyncio.create_task(reached.wait())
        await asyncio.wait([task, ended], return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        task.cancel()
        await asyncio.wait([task])
        return "cancelled" if task.cancelled() else "not cancelled"

    def run(self, work, jobs, failures):
        log, dead, queue = [], [], deque(jobs)
        handle = self.handler(log, dict(failures), {})
        on_a_loop(work, queue, handle, dead, tried=f"await work(deque({jobs}), handle, dead)")
        return log, dead, queue

    def handler(self, log, failures, stops):
        """A handle() that notes its job; `failures`: how often it raises; `stops`: where it never ends."""

        async def handle(job):
            log.append(job)
            await asyncio.sleep(0)
            if job in stops:
                stops[job].set()
                await asyncio.Event().wait()
            if failures.get(job, 0) > 0:
                failures[job] -= 1
                kind = (ValueError, OSError, RuntimeError)[log.count(job) % 3]
                raise kind(f"{job}: error {log.count(job)}")

        return handle
