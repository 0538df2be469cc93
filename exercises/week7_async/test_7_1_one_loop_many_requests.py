"""Checks of the exercises of lesson 7.1."""

import asyncio
import socket
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from course import at_once, slow
from course.checks import client_of, exercise, expect, finished, in_thread, on_a_loop, require

THREADS = 40  # of the pool that runs `def` endpoints
HAS_40 = "It waits for a thread, and all 40 are taken."
FROZEN = "A blocking call runs on the thread of the event loop: no other request gets a turn."


def rush(api, paths):
    """Requests at once; each must have the status 200."""
    tried = f"{len(paths)} requests: GET {', '.join(dict.fromkeys(paths))}"
    try:
        seen = at_once(api, paths)
    except TimeoutError:
        require(False, tried=tried, expected="a response to each", got="none for some: they wait for ever")
    expect(
        [status for status in seen.statuses if status != 200], [], tried=f"{tried}; statuses other than 200"
    )
    return seen


def while_others_wait(api, slow_path, quick_path, many=THREADS):
    """How a request stands in the first round, when slow requests came before it: "response" when it is done."""
    return rush(api, many * [slow_path] + [quick_path]).rounds[0].states[-1]


def with_hold(api):
    """The app, and an endpoint `/hold` that takes a thread of FastAPI's pool."""
    api.get("/hold")(lambda: slow.wait())
    return api


def wait(result):
    """A function that blocks its thread until `at_once` lets it go on."""

    def waits(*_):
        slow.wait()
        return result

    return waits


# 7.1a ----------------------------------------------------------------------------------------


@exercise(
    "7.1a",
    hints=[
        "What does `await call()` wait for, when the call is not a task?",
        "A TaskGroup, or `asyncio.gather`, makes a task of each coroutine.",
        "make all tasks first, wait for all of them, then collect their results in the order of the list",
    ],
)
class TestTogether:
    def test_each_begins_before_the_first_one_ends(self, together):
        said = self.events(together, {"ana": 3, "ben": 3, "cleo": 3})
        expect(
            sorted(said[:3]),
            ["ana begins", "ben begins", "cleo begins"],
            tried="the first three events of together([ana, ben, cleo])",
            means="One of them ended before another one began: they ran one after the other.",
        )
        many = self.events(together, {f"job {number}": 2 for number in range(50)})
        begun = sum(each.endswith("begins") for each in many[:50])
        expect(begun, 50, tried="how many of the first 50 events of 50 calls are a beginning")

    def test_results_come_in_the_order_of_the_calls(self, together):
        for steps in ({"ana": 1, "ben": 3, "cleo": 6}, {"ana": 6, "ben": 1, "cleo": 3}):
            said = []
            got = on_a_loop(together, self.calls(steps, said), tried="await together([ana, ben, cleo])")
            last = max(steps, key=steps.get)
            expect(
                got,
                ["result of ana", "result of ben", "result of cleo"],
                tried=f"await together([ana, ben, cleo]), and {last} ends last",
            )
            expect(len(said), 6, tried="the events when together() has returned: 3 begin, 3 end")

    def test_two_results_may_be_the_same(self, together):
        calls = self.calls({"ana": 1}, []) * 2
        expect(
            on_a_loop(together, calls, tried="await together([ana, ana])"),
            ["result of ana"] * 2,
            tried="await together([ana, ana])",
        )

    def test_a_result_may_be_nothing(self, together):
        def giving(result):
            async def work():
                return result

            return work

        wanted = [None, 0, "", False, 1]
        got = on_a_loop(together, [giving(each) for each in wanted], tried="await together(calls)")
        expect(got, wanted, tried=f"await together(calls), where the calls return {wanted}")

    def test_an_empty_list_gives_an_empty_list(self, together):
        expect(on_a_loop(together, []), [], tried="await together([])")

    def events(self, together, steps):
        said = []
        on_a_loop(together, self.calls(steps, said), tried=f"await together([{', '.join(steps)}])")
        return said

    def calls(self, steps, said):
        """A function for each name, which stops so many times."""

        def call(name, many):
            async def work():
                said.append(f"{name} begins")
                for _ in range(many):
                    await asyncio.sleep(0)
                said.append(f"{name} ends")
                return f"result of {name}"

            return work

        return [call(name, many) for name, many in steps.items()]


# 7.1b ----------------------------------------------------------------------------------------


@exercise(
    "7.1b",
    hints=[
        "Which of the three needs a thread of its own, which one must not have one?",
        "FastAPI looks at the function that it gets: is it a `def` or an `async def`?",
        "an `async def` of your own around what is quick; `work` itself for the two others",
    ],
)
class TestAdd:
    def test_the_response_is_what_work_gives(self, add):
        client = client_of(self.api(add, quick=True))
        for path, result in {"/awaits": "awaited", "/blocks": {"id": 1}, "/quick": [1, 2]}.items():
            response = client.get(path)
            expect((response.status_code, response.json()), (200, result), tried=f"GET {path}")

    def test_work_is_called_for_each_request_to_its_path(self, add):
        counts, api = Counter(), FastAPI()

        def counting(kind):
            def work():
                counts[kind] += 1
                return [kind, counts[kind]]

            async def awaited():
                return work()

            return awaited if kind == "awaits" else work

        for kind in ("awaits", "blocks", "quick"):
            add(api, f"/of/{kind}", counting(kind), kind)
        client = client_of(api)
        for kind in ("awaits", "blocks", "quick"):
            got = [client.get(f"/of/{kind}").json() for _ in range(2)]
            expect(got, [[kind, 1], [kind, 2]], tried=f"GET /of/{kind}, twice; work counts its calls")

    def test_more_than_40_can_wait_for_what_is_awaited(self, add):
        first = rush(self.api(add), 60 * ["/awaits"]).rounds[0]
        expect(
            first.states.count("waits"),
            60,
            tried='60 requests to an endpoint of the kind "awaits"; how many wait in the first round',
            means={40: HAS_40, 1: "They wait one after the other."},
        )

    def test_the_loop_is_free_while_work_blocks(self, add):
        seen = rush(self.api(add), 3 * ["/blocks"] + ["/ping"])
        expect(
            seen.finished[0],
            "/ping",
            tried='3 requests to an endpoint of the kind "blocks", then GET /ping; the first response',
            means=FROZEN,
        )

    def test_40_can_block_at_once(self, add):
        first = rush(self.api(add), THREADS * ["/blocks"]).rounds[0]
        expect(
            first.states.count("waits"),
            THREADS,
            tried='40 requests to an endpoint of the kind "blocks"; how many wait in the first round',
        )

    def test_what_is_quick_needs_no_thread(self, add):
        expect(
            while_others_wait(self.api(add), "/hold", "/quick"),
            "response",
            tried='40 requests hold all threads, then one comes to an endpoint of the kind "quick"; what it gets',
            means=HAS_40,
        )

    def api(self, add, quick=False):
        """An app with an endpoint of each kind; `quick`: nothing waits for `at_once`."""
        api = FastAPI()

        async def awaited():
            if not quick:
                await slow.wait_async()
            return "awaited"

        def blocking():
            if not quick:
                slow.wait()
            return {"id": 1}

        add(api, "/awaits", awaited, "awaits")
        add(api, "/blocks", blocking, "blocks")
        add(api, "/quick", lambda: [1, 2], "quick")

        @api.get("/ping")
        async def ping():
            return "pong"

        return with_hold(api)


# 7.1c ----------------------------------------------------------------------------------------


async def one_rate():
    return 1.5


@exercise(
    "7.1c",
    hints=[
        "Which functions run on the thread of the loop? A dependency is called as an endpoint is.",
        "Look for calls of `load` and `archive` in an `async def`, and for a `def` that needs no thread.",
        "a `def` for what blocks, `run_in_threadpool` where the same function also awaits, `async def` for /health",
    ],
)
class TestMakeApi:
    def test_the_responses_stay_as_they_are(self, make_api):
        api = make_api(lambda number: f"row {number}", lambda number: f"shelf {number}", one_rate)
        client = client_of(api)
        report = {"row": "row 2", "rate": 1.5, "place": "shelf 2"}
        for path, result in {"/rows/1": "row 1", "/reports/2": report, "/health": "ok"}.items():
            response = client.get(path)
            expect((response.status_code, response.json()), (200, result), tried=f"GET {path}")
        for path in ("/rows/one", "/reports/one"):
            expect(client.get(path).status_code, 422, tried=f"GET {path}: its status")

    def test_the_loop_is_free_while_requests_wait_for_load(self, make_api):
        for path in ["/rows/1", "/reports/1"]:
            self.never_frozen(make_api(wait("row"), lambda number: "shelf", one_rate), path, "load")

    def test_the_loop_is_free_while_requests_wait_for_archive(self, make_api):
        self.never_frozen(make_api(lambda number: "row", wait("shelf"), one_rate), "/reports/1", "archive")

    def test_rates_is_awaited_on_the_loop_of_the_app(self, make_api):
        loops = []

        async def rates():
            loops.append(asyncio.get_running_loop())
            return 1.5

        async def ask():
            api = make_api(lambda number: "row", lambda number: "shelf", rates)
            async with AsyncClient(transport=ASGITransport(api), base_url="http://app") as client:
                status = (await client.get("/reports/1")).status_code
            return status, loops == [asyncio.get_running_loop()]

        got = on_a_loop(ask, tried="GET /reports/1")
        expect(
            got,
            (200, True),
            tried="GET /reports/1: its status, and whether rates() ran once, on the loop of the app",
            means={(200, False): "Another loop was started for it, in another thread."},
        )

    def test_health_needs_no_thread(self, make_api):
        api = with_hold(make_api(lambda number: "row", lambda number: "shelf", one_rate))
        expect(
            while_others_wait(api, "/hold", "/health"),
            "response",
            tried="40 requests hold all threads, then GET /health; what it gets",
            means=HAS_40,
        )

    def never_frozen(self, api, path, name):
        seen = rush(api, 3 * [path])
        require(
            not any(each.frozen for each in seen.rounds),
            tried=f"3 requests to {path}, which wait for {name}",
            expected="the event loop is free in each round",
            got=f"frozen in round {[each.frozen for each in seen.rounds].index(True) + 1}"
            if any(each.frozen for each in seen.rounds)
            else "free",
            means=FROZEN,
        )


# 7.1d ----------------------------------------------------------------------------------------


@exercise(
    "7.1d",
    hints=[
        "Where does a request wait for its turn: in a thread, or at an `await`?",
        "anyio has `CapacityLimiter` and `Semaphore`. `to_thread.run_sync` takes a limiter of your own.",
        "an `async def` endpoint that awaits `to_thread.run_sync(report, number, limiter=…)`, with one limiter for the app",
    ],
)
class TestMakeReports:
    def test_a_report_is_what_the_function_returns(self, make_reports):
        client = client_of(make_reports(lambda number: f"report {number}", 2))
        for number in (1, 2):
            response = client.get(f"/reports/{number}")
            expect(
                (response.status_code, response.json()),
                (200, f"report {number}"),
                tried=f"GET /reports/{number}",
            )
        expect(client.get("/version").json(), "1", tried="GET /version")
        made = [1, 2]
        client = client_of(make_reports(lambda number: f"report {made.pop(0)}", 2))
        expect(
            [client.get("/reports/7").json() for _ in range(2)],
            ["report 1", "report 2"],
            tried="a function that returns another report each time, and GET /reports/7 twice",
        )

    def test_so_many_run_at_once_and_never_more(self, make_reports):
        for most, rounds in {1: [1, 1, 1], 3: [3, 2]}.items():
            paths = [f"/reports/{number}" for number in range(sum(rounds))]
            seen = rush(make_reports(wait("done"), most), paths)
            expect(
                [each.states.count("waits") for each in seen.rounds],
                [*rounds, 0],
                tried=f"{sum(rounds)} requests, most={most}; how many reports run in each round",
            )

    def test_most_may_be_more_than_40(self, make_reports):
        seen = rush(make_reports(wait("done"), 50), 60 * ["/reports/1"])
        expect(
            seen.rounds[0].states.count("waits"),
            50,
            tried="60 requests, most=50; how many reports run in the first round",
            means={40: "They share the pool of FastAPI, which has 40 threads."},
        )

    def test_version_is_answered_meanwhile(self, make_reports):
        for most in (30, 50):
            self.answered_before_reports(make_reports(wait("done"), most), "/version", most)

    def test_version_is_a_def_endpoint(self, make_reports):
        api = with_hold(make_reports(lambda number: "done", 2))
        expect(
            while_others_wait(api, "/hold", "/version"),
            "waits for a thread",
            tried="40 requests hold all threads of FastAPI, then GET /version; how it stands",
            means={"response": "It needs no thread, so it is no `def` endpoint."},
        )

    def test_the_others_wait_without_a_thread(self, make_reports):
        api = make_reports(wait("done"), 30)
        api.get("/other")(lambda: "done")
        self.answered_before_reports(api, "/other", 30)
        new, before, api = [], {*threading.enumerate()}, make_reports(wait("done"), 30)

        async def count():
            for _ in range(20):
                await asyncio.sleep(0)
            new.append(len({*threading.enumerate()} - before))

        api.get("/count")(count)
        rush(api, 60 * ["/reports/1"] + ["/count"])
        require(
            new[0] < 45,
            tried="60 requests for reports, most=30; how many threads have begun",
            expected="30, and a few for other work",
            got=new[0],
            means="Requests wait for their turn in threads of another pool.",
        )

    def answered_before_reports(self, api, path, most):
        also = " (a `def` endpoint that the check adds)" if path == "/other" else ""
        expect(
            while_others_wait(api, "/reports/1", path, many=60),
            "response",
            tried=f"60 requests for reports, most={most}, then GET {path}{also}; what it gets",
            means="The requests that wait for their turn hold threads, and all 40 are taken.",
        )

    def test_who_comes_later_waits_too(self, make_reports):
        begun, gate = [], threading.Event()

        def report(number):
            begun.append(number)
            gate.wait(5)
            return "done"

        async def ask():
            transport = ASGITransport(make_reports(report, 2))
            async with AsyncClient(transport=transport, base_url="http://app") as client:
                asked = [asyncio.create_task(client.get(f"/reports/{number}")) for number in (1, 2)]
                while len(begun) < 2 and not all(each.done() for each in asked):
                    await asyncio.sleep(0.001)
                asked.append(asyncio.create_task(client.get("/reports/3")))
                for _ in range(50):
                    await asyncio.sleep(0)
                gate.set()
                return [response.status_code for response in await asyncio.gather(*asked)]

        tried = "most=2: two requests run, then a third one comes, then the two end; the statuses"
        expect(on_a_loop(ask, tried=tried), [200, 200, 200], tried=tried)

    def test_a_place_is_free_after_an_error(self, make_reports):
        def report(number):
            if number == 0:
                raise ValueError("no such report")
            return "done"

        async def ask():
            api = make_reports(report, 2)
            transport = ASGITransport(api, raise_app_exceptions=False)
            async with AsyncClient(transport=transport, base_url="http://app") as client:
                paths = ["/reports/0"] * 4 + ["/reports/1"]
                return [(await client.get(path)).status_code for path in paths]

        expect(
            on_a_loop(ask, tried="4 requests whose report raises an error, then another one; most=2"),
            [500, 500, 500, 500, 200],
            tried="4 requests whose report raises an error, then another one; most=2; the statuses",
        )


# 7.1e ----------------------------------------------------------------------------------------


class Waiting:
    """The same as the page's Readable."""

    def __init__(self, connection):
        self.connection = connection

    def __await__(self):
        yield self.connection


class Clients:
    """Connections with a job at one end each, and a client at the other; `said`: what the jobs did, in order."""

    def __init__(self, names):
        self.names, self.said, self.threads, self.jobs = names, [], set(), []
        self.ends = {name: socket.socketpair() for name in names}

    def job(self, name, times=1, fails=False):
        self.jobs.append(self._work(name, self.ends[name][0], times, fails))
        return self.jobs[-1]

    async def _work(self, name, connection, times, fails):
        self._note(f"{name} begins")
        heard = []
        for _ in range(times):
            await Waiting(connection)
            connection.setblocking(False)
            try:
                heard.append(connection.recv(100).decode())
            except BlockingIOError:
                heard.append("nothing yet")
            connection.setblocking(True)
            self._note(f"{name} hears {heard[-1] or 'the end'}")
        if fails:
            raise LookupError(f"{name} failed")
        return heard

    def _note(self, text):
        self.said.append(text)
        self.threads.add(threading.get_ident())

    def send(self, name, text):
        self.ends[name][1].sendall(text.encode())

    def until(self, many, future, raising=True):
        """Wait until the jobs have said so much; `raising`: an error of run_all is raised here."""
        for _ in range(400):
            if len(self.said) >= many or future.done():
                break
            time.sleep(0.01)
        if raising and future.done():
            future.result()
        return list(self.said)

    def close(self):
        for job in self.jobs:
            with suppress(ValueError):  # it runs, in a thread that is left
                job.close()
        for pair in self.ends.values():
            for end in pair:
                end.close()


@contextmanager
def clients(*names):
    found = Clients(names)
    try:
        yield found
    finally:
        for name in names:  # who still waits hears the end
            found.ends[name][1].close()
        time.sleep(0.01)
        found.close()


def result(future, tried):
    """What run_all returns."""
    require(
        finished(future),
        tried=tried,
        expected="run_all ends when all jobs have ended",
        got="it never ends",
        means="Is there still something that it waits for, or a job that it lost?",
    )
    return future.result()


@exercise(
    "7.1e",
    hints=[
        "In which two places can a job be: what does it do there, and who moves it?",
        "`selectors.DefaultSelector` has `register(connection, EVENT_READ, data)`, `unregister` and `select()`, which waits.",
        "a line of jobs that can go on: send(None) to each and register it with what it gives; is the line empty, "
        "select() and put the jobs of what is ready back",
    ],
)
class TestRunAll:
    def test_all_jobs_begin_in_their_order(self, run_all):
        with clients("ana", "ben", "cleo") as some:
            future = in_thread(run_all, [some.job(name) for name in some.names])
            expect(
                some.until(3, future),
                ["ana begins", "ben begins", "cleo begins"],
                tried="run_all with three jobs, and no client sends anything",
            )

    def test_a_job_goes_on_when_there_is_something_to_read(self, run_all):
        with clients("ana", "ben") as some:
            future = in_thread(run_all, [some.job("ana", 2), some.job("ben", 2)])
            some.until(2, future)
            orders = ["ben", "ana", "ana", "ben"]
            for number, name in enumerate(orders, 1):
                some.send(name, f"message {number}")
                heard = some.until(2 + number, future)[2:]
                expect(
                    heard,
                    [f"{each} hears message {at}" for at, each in enumerate(orders[:number], 1)],
                    tried=f"messages to {', '.join(orders[:number])}, one after the other; what was heard",
                    means="A job went on before there was something to read, or not when there was.",
                )
            result(future, "run_all, and both clients have sent two messages")

    def test_a_client_that_hangs_up_is_something_to_read(self, run_all):
        with clients("ana", "ben") as some:
            future = in_thread(run_all, [some.job("ana"), some.job("ben")])
            some.until(2, future)
            some.ends["ana"][1].close()
            expect(
                some.until(3, future)[2:],
                ["ana hears the end"],
                tried="the client of ana hangs up; what was heard",
            )
            some.send("ben", "hello")
            expect(result(future, "ben sends, too"), [[""], ["hello"]], tried="the results of run_all")

    def test_results_come_in_the_order_of_the_jobs(self, run_all):
        with clients("ana", "ben", "cleo") as some:
            future = in_thread(run_all, [some.job(name) for name in some.names])
            some.until(3, future)
            for number, name in enumerate(["cleo", "ana", "ben"]):
                some.send(name, name.upper())
                some.until(4 + number, future)
            expect(
                result(future, "cleo sends, then ana, then ben"),
                [["ANA"], ["BEN"], ["CLEO"]],
                tried="cleo sends, then ana, then ben; the results",
            )

    def test_jobs_that_never_wait_end_too(self, run_all):
        async def answer(number):
            return number

        wanted = [1, None, 0, 2]
        future = in_thread(run_all, [answer(each) for each in wanted])
        tried = "run_all with four jobs that return at once"
        expect(result(future, tried), wanted, tried=f"{tried}: their results")
        expect(result(in_thread(run_all, []), "run_all([])"), [], tried="run_all([])")

    def test_it_runs_in_the_thread_of_its_caller(self, run_all):
        with clients("ana", "ben") as some:
            for name in some.names:
                some.send(name, "hello")
            idents = []

            def call():
                idents.append(threading.get_ident())
                return run_all([some.job("ana"), some.job("ben")])

            result(in_thread(call), "run_all with two jobs, and both clients have sent")
            expect(
                some.threads == set(idents),
                True,
                tried="whether all jobs ran in the thread that called run_all",
            )

    def test_one_job_that_sleeps_freezes_all(self, run_all):
        wakes = threading.Event()
        with clients("ana", "ben") as some:

            async def sleeps():
                some.said.append("ana sleeps")
                wakes.wait(5)
                some.said.append("ana wakes up")

            some.jobs.append(sleeps())
            some.send("ben", "hi")
            future = in_thread(run_all, [some.jobs[-1], some.job("ben")])
            some.until(1, future)
            time.sleep(0.05)  # for an answer that does not freeze; one that does needs no time
            wakes.set()
            result(future, "run_all with a job that sleeps and one of ben, whose client has sent")
            expect(
                some.said,
                ["ana sleeps", "ana wakes up", "ben begins", "ben hears hi"],
                tried="run_all with a job that sleeps and one of ben, whose client has sent; what happened",
                means="While one job slept, the other one went on: they do not share a thread.",
            )

    def test_it_uses_no_processor_while_it_waits(self, run_all):
        with clients("ana") as some:
            spent = []

            def call():
                before = time.thread_time()
                try:
                    return run_all([some.job("ana")])
                finally:
                    spent.append(time.thread_time() - before)

            future = in_thread(call)
            some.until(1, future)
            begun, busy = time.monotonic(), time.process_time()
            while time.process_time() - busy < 0.25 and time.monotonic() - begun < 0.6:
                time.sleep(0.02)
            some.send("ana", "hello")
            result(future, "the client of ana sends after a while")
            require(
                spent[0] < 0.05,
                tried="the client of ana waits a while before it sends",
                expected="run_all uses no processor meanwhile",
                got="it was busy",
                means="It asks again and again. `select()` without a timeout waits.",
            )

    def test_after_an_error_the_others_go_on(self, run_all):
        with clients("ana", "ben") as some:
            future = in_thread(run_all, [some.job("ana", fails=True), some.job("ben")])
            some.until(2, future, raising=False)
            some.send("ana", "hello")
            some.until(3, future, raising=False)
            require(
                not future.done(),
                tried="the job of ana has raised an error, and ben has not sent yet",
                expected="run_all goes on with the job of ben",
                got="it has ended",
            )
            some.send("ben", "hi")
            require(finished(future), tried="ben sends, too", expected="run_all ends", got="it never ends")
            expect(some.said[-1], "ben hears hi", tried="ben sends after the job of ana has raised an error")
            expect(
                repr(future.exception()),
                "LookupError('ana failed')",
                tried="the error of run_all when the job of ana raised LookupError('ana failed')",
            )

    def test_an_error_at_the_beginning_ends_no_other_job(self, run_all):
        with clients("ana", "ben") as some:
            future = in_thread(run_all, [some.job("ana", times=0, fails=True), some.job("ben")])
            some.until(2, future, raising=False)
            some.send("ben", "hi")
            require(finished(future), tried="ben sends", expected="run_all ends", got="it never ends")
            expect(
                [*some.said, repr(future.exception())],
                ["ana begins", "ben begins", "ben hears hi", "LookupError('ana failed')"],
                tried="the job of ana raises an error before it waits, then ben sends; what happened",
            )
