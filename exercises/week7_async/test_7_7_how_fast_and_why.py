"""Checks of the exercises of lesson 7.7."""

import asyncio
import math
import selectors
from contextlib import suppress
from copy import deepcopy

from course.checks import exercise, expect, on_a_loop, require

# 7.7a ----------------------------------------------------------------------------------------

QUICK, SLOW = {10: 970, 250: 30}, {20: 90, 400: 10}


@exercise(
    "7.7a",
    limit_seconds=3,
    hints=[
        "A server with 10 requests and one with 10,000: how much does each of them weigh in the mean of two percentiles?",
        "Add up the counts of all servers first. Then go from the lowest latency to the highest and count.",
        "for ms in sorted(counts of all): add its count; return ms as soon as percent % of all are counted",
    ],
)
class TestPercentile:
    def test_one_server_has_its_own_percentiles(self, percentile):
        for percent, wanted in [(50, 10), (97, 10), (97.5, 250), (99, 250), (100, 250)]:
            self.gives(percentile, wanted, [QUICK], percent)
        self.gives(percentile, 7, [{7: 1}], 1)

    def test_all_requests_of_all_servers_count(self, percentile):
        for percent, wanted in [(50, 10), (88, 10), (90, 20), (96, 20), (97, 250), (99, 250), (100, 400)]:
            self.gives(percentile, wanted, [QUICK, SLOW], percent)
        self.gives(percentile, 1, [{1: 998}, {5000: 1}, {5000: 1}], 99)
        self.gives(percentile, 1, [{1: 10, 3: 1}, {3: 1, 1: 1}], 80)

    def test_the_keys_come_in_any_order(self, percentile):
        self.gives(percentile, 10, [{250: 600, 90: 1, 10: 400}], 30)
        self.gives(percentile, 10, [{400: 10, 20: 90}, {250: 30, 10: 970}], 0.5)

    def test_a_count_of_0_is_no_request(self, percentile):
        self.gives(percentile, 5, [{1: 0, 5: 10, 900: 0}], 0.5)
        self.gives(percentile, 5, [{1: 0, 5: 10, 900: 0}], 100)
        self.gives(percentile, 5, [{5: 3}, {}], 50)

    def test_without_any_request_it_is_None(self, percentile):
        for servers in [[], [{}], [{}, {10: 0}]]:
            self.gives(percentile, None, servers, 99)

    def test_the_dicts_stay_as_they_are(self, percentile):
        servers = [{250: 30, 10: 970}, {20: 90, 10: 1}]
        before = deepcopy(servers)
        percentile(servers, 50)
        expect(servers, before, tried="servers after percentile(servers, 50)")

    def test_many_requests_take_no_more_time(self, percentile):
        self.gives(percentile, 10, [{10: 10**9, 250: 2}, {400: 1}], 99.9)

    def gives(self, percentile, wanted, servers, percent):
        expect(percentile(servers, percent), wanted, tried=f"percentile({servers}, {percent})")


# 7.7b ----------------------------------------------------------------------------------------


class Jumps(selectors.DefaultSelector):
    """The clock goes on to the next timer when nothing else is left to do."""

    now = 100.0  # of a loop that has run for a while

    def select(self, timeout=None):
        self.now += timeout or 0
        return super().select(timeout and 0)


def jumping_loop():
    clock = Jumps()
    loop = asyncio.SelectorEventLoop(clock)
    loop.time, loop.clock = lambda: clock.now, clock
    loop._clock_resolution = 1e-9  # on Windows it may be 16 milliseconds
    return loop


class Service:
    """What `send` asks: each call has the seconds that it takes and what it gives, in the order of the calls."""

    def __init__(self, *calls):
        self.calls, self.sent, self.at_work = list(calls), [], 0

    async def send(self):
        loop = asyncio.get_running_loop()
        self.sent.append(round(loop.time() - 100, 3))
        seconds, gives, *blocks = self.calls[len(self.sent) - 1]
        loop.clock.now += sum(blocks)  # nothing else on the loop runs meanwhile
        self.at_work += 1
        try:
            await asyncio.sleep(seconds)
        finally:
            self.at_work -= 1
        if isinstance(gives, Exception):
            raise gives
        return gives


STANDSTILL = "load(send, [0, 1, 2, 3]), where the first response takes 10 seconds and the others take 0.5"


@exercise(
    "7.7b",
    hints=[
        "The first request takes ten seconds. When does this code send the second one, and from when does it count?",
        "Look at `opened` in the lesson. When does it send a request, and what does it not wait for?",
        "A TaskGroup with a task for each request: sleep until start + due, try send, count from start + due.",
    ],
)
class TestLoad:
    def test_each_request_is_sent_when_it_is_due(self, load):
        service, _ = self.run(load, [0, 1, 2, 3], (10, 200), *3 * [(0.5, 200)])
        means = {(0, 10, 10.5, 11): "It waits for each response before it sends the next request."}
        expect(service.sent, [0, 1, 2, 3], tried=f"{STANDSTILL}; when each was sent", means=means)
        service, _ = self.run(load, [0.25, 0.25, 4], *3 * [(1, 200)])
        expect(service.sent, [0.25, 0.25, 4], tried="load(send, [0.25, 0.25, 4]); when each was sent")

    def test_many_are_on_their_way_at_once(self, load):
        service, results = self.run(load, [0] * 40, *40 * [(10, 200)])
        tried = "load(send, 40 times 0), where each response takes 10 seconds"
        expect(service.sent, [0] * 40, tried=f"{tried}; when each was sent")
        expect(results, 40 * [(200, 10)], tried=tried)

    def test_results_come_in_the_order_of_times(self, load):
        _, results = self.run(load, [0, 1, 2, 3], (10, 200), (0.5, 201), (0.5, 503), (0.5, 204))
        got = [status for status, _ in results]
        expect(got, [200, 201, 503, 204], tried=f"{STANDSTILL}; the statuses")
        expect(self.run(load, [])[1], [], tried="load(send, [])")

    def test_seconds_count_until_the_response(self, load):
        _, results = self.run(load, [0, 1, 2, 3], (10, 200), *3 * [(0.5, 200)])
        got = [seconds for _, seconds in results]
        expect(got, [10, 0.5, 0.5, 0.5], tried=f"{STANDSTILL}; the seconds")

    def test_what_is_sent_late_counts_from_when_it_was_due(self, load):
        service, results = self.run(load, [0, 1, 2, 6], (1, 200, 4), *3 * [(1, 200)])
        tried = (
            "load(send, [0, 1, 2, 6]), where the first call blocks the loop for 4 seconds and then all take 1"
        )
        got = [seconds for _, seconds in results]
        means = {
            (
                5,
                1,
                1,
                1,
            ): "It counts from when a request was sent. Those that were due during the standstill look fast."
        }
        expect(got, [5, 4, 3, 1], tried=f"{tried}; the seconds", means=means)
        expect(service.sent, [0, 4, 4, 6], tried=f"{tried}; when each was sent")

    def test_an_error_has_the_status_None_and_its_seconds(self, load):
        for error in (ConnectionError("refused"), TimeoutError(), LookupError("no such header")):
            _, results = self.run(load, [0, 1, 2], (3, 200), (0.25, error), (0.5, 200))
            name = type(error).__name__
            tried = f"load(send, [0, 1, 2]), where the second call raises {name} after 0.25 seconds"
            expect(results, [(200, 3), (None, 0.25), (200, 0.5)], tried=tried)

    def test_it_ends_when_the_last_request_has_ended(self, load):
        service, results = self.run(load, [0, 1], (0.5, 200), (50, 200))
        tried = "load(send, [0, 1]), where the second response takes 50 seconds"
        expect(results, [(200, 0.5), (200, 50)], tried=tried)
        expect(service.at_work, 0, tried=f"{tried}; the requests at work at the end")

    def test_a_cancelled_load_leaves_no_request_at_work(self, load):
        async def run():
            service = Service((50, 200), (50, 200), (50, 200))
            task = asyncio.create_task(load(service.send, [0, 1, 30]))
            await asyncio.sleep(5)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            at_work = service.at_work
            await asyncio.sleep(40)
            return at_work, len(service.sent)

        tried = "load(send, [0, 1, 30]) is cancelled after 5 seconds, while two requests are at work"
        at_work, sent = on_a_loop(run, tried=tried, loop=jumping_loop)
        expect(at_work, 0, tried=f"{tried}; the requests at work then")
        expect(sent, 2, tried=f"{tried}; the requests sent until second 45")

    def run(self, load, times, *calls):
        """The service as it was when `load` ended, and what it returned, rounded."""

        async def one():
            service = Service(*calls)
            results = await load(service.send, times)
            require(
                isinstance(results, list), tried=f"load(send, {times})", expected="a list", got=str(results)
            )
            return service, [(status, round(seconds, 3)) for status, seconds in results]

        return on_a_loop(one, tried=f"await load(send, {times})", loop=jumping_loop)


# 7.7c ----------------------------------------------------------------------------------------

FINE = [(200, 0.1 * number, 0.05) for number in range(200)]


@exercise(
    "7.7c",
    hints=[
        "Two requests in a hundred fail at once. Does this make the report better or worse than when both are slow?",
        "First make each sample's latency what it counts as, then sort, and then look at the place of the p99.",
        "rate = good ones / (last end - first sent); p99 = sorted(latencies, failed ones are inf)[ceil(99 % of all) - 1]",
    ],
)
class TestReport:
    def test_the_rate_counts_good_requests(self, report):
        samples = [(200, 0.0, 1.0), (302, 1.0, 1.0), (503, 1.0, 1.0), (None, 2.0, 1.0), (201, 3.0, 1.0)]
        self.gives(report, "rate", 0.75, samples)
        self.gives(report, "rate", 0, [(500, 0.0, 1.0), (404, 0.0, 2.0)])

    def test_it_goes_from_the_first_sent_to_the_last_end(self, report):
        self.gives(report, "rate", 0.25, [(200, 10.0, 8.0), (200, 11.0, 1.0)])
        self.gives(report, "rate", 0.1, [(200, 10.0, 1.0), (503, 10.0, 10.0)])
        self.gives(report, "rate", 0.1, [(503, 1.0, 1.0), (200, 9.0, 2.0)])
        self.gives(report, "rate", 0.2, [(200, 7.0, 1.0), (200, 4.0, 1.0), (200, 4.0, 6.0), (500, 0.0, 15.0)])

    def test_a_status_from_200_to_399_is_good(self, report):
        for status in [200, 201, 204, 299, 300, 304, 399]:
            self.gives(report, "failed", 0, [(status, 0.0, 1.0)])
        for status in [None, 101, 199, 400, 401, 404, 429, 500, 503]:
            self.gives(report, "failed", 1, [(status, 0.0, 1.0)])

    def test_failed_is_a_share(self, report):
        self.gives(report, "failed", 0.25, [(404, 0.0, 1.0), *3 * [(200, 0.0, 1.0)]])
        self.gives(report, "failed", 0.5, [(None, 0.0, 1.0), (200, 0.0, 1.0)])

    def test_the_p99_is_a_latency_of_all(self, report):
        slow = [(200, 1.0, 3.0)]
        self.gives(report, "p99", 0.05, FINE[:198] + 2 * slow, "200 samples, two of them slow")
        self.gives(report, "p99", 3.0, FINE[:197] + 3 * slow, "200 samples, three of them slow")
        self.gives(report, "p99", 3.0, 3 * slow + FINE[:197], "200 samples, the first three slow")
        self.gives(report, "p99", 0.05, [*FINE[:100], *slow], "101 samples, one of them slow")
        self.gives(report, "p99", 3.0, [*FINE[:98], *slow], "99 samples, one of them slow")
        self.gives(report, "p99", 2.0, [(200, 0.0, 1.0), (204, 0.0, 2.0)])

    def test_what_failed_counts_as_infinitely_slow(self, report):
        for status in [503, None]:
            failed = [(status, 1.0, 0.001)]
            self.gives(report, "p99", 0.05, FINE[:198] + 2 * failed, f"200 samples, two with status {status}")
            self.gives(report, "p99", math.inf, FINE[:197] + 3 * failed, f"200, three with status {status}")
        self.gives(report, "p99", math.inf, [(500, 0.0, 0.5)])

    def gives(self, report, key, wanted, samples, said=None):
        got = report(list(samples))
        tried = f"report({said or samples})"
        require(
            isinstance(got, dict) and key in got, tried=tried, expected=f"a dict with {key!r}", got=str(got)
        )
        value = got[key]
        number = isinstance(value, int | float)
        expect(
            round(value, 6) if number and math.isfinite(value) else value, wanted, tried=f"{tried}[{key!r}]"
        )


# 7.7d ----------------------------------------------------------------------------------------

TOGETHER = "201 statements for a list, and each finds one row by its key"
COLUMNS = "1 statement for an export, and 50,000 objects that nobody changes"
INDEX = "1 statement for a search; its plan throws 400,000 rows away"
KEEP = "each request logs in to the database, longer than its query takes"
OMITS = "closed loop: p99 is 9 ms; users say that it hung for a second"
STATUSES = "9 times the responses a second; nobody looked at the statuses"
JSON = "JSON takes 3 % of the time; somebody wants a faster library for it"
POOL = "the database's cores are all busy; somebody wants a larger pool"


@exercise(
    "7.7d",
    hints=[
        "What does each finding count? Which of the changes makes this number smaller?",
        "Look at the table of changes at the end of the lesson, and at what makes a benchmark lie.",
        "Four findings name what is wasted, two do not tell enough, and in two the change would save next to nothing.",
    ],
)
class TestChanges:
    def test_statements_and_objects_are_saved(self, CHANGES):
        self.is_for(CHANGES, "together", TOGETHER)
        self.is_for(CHANGES, "columns", COLUMNS)

    def test_rows_and_logins_are_saved(self, CHANGES):
        self.is_for(CHANGES, "index", INDEX)
        self.is_for(CHANGES, "keep", KEEP)

    def test_a_number_that_may_lie_is_measured_again(self, CHANGES):
        self.is_for(CHANGES, "measure", OMITS)
        self.is_for(CHANGES, "measure", STATUSES)

    def test_what_does_not_help_is_left(self, CHANGES):
        self.is_for(CHANGES, "leave", JSON)
        self.is_for(CHANGES, "leave", POOL)

    def is_for(self, changes, wanted, finding):
        expect(changes.get(finding), wanted, tried=f"CHANGES[{finding!r}]")


# 7.7e ----------------------------------------------------------------------------------------


class Call:
    """One call of `gate.run`: its work begins, waits for `end`, and ends as it is told."""

    def __init__(self, gate, name, begun, busy):
        self.name, self.begun, self.busy = name, begun, busy
        self.end, self.gives, self.at_work = asyncio.Event(), name, False
        self.task = asyncio.create_task(self.outcome(gate))

    def work(self):
        self.begun.append(self.name)  # when it is called, not when it is awaited
        return self.until_the_end()

    async def until_the_end(self):
        self.at_work = True
        try:
            await self.end.wait()
        finally:
            self.at_work = False
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives

    async def outcome(self, gate):
        try:
            return await gate.run(self.work)
        except asyncio.CancelledError:
            return "cancelled"
        except self.busy:
            return "Busy"
        except Exception as error:
            return f"raised {type(error).__name__}"

    def ended(self):
        """What came of it; "waits" while nothing has."""
        return self.task.result() if self.task.done() else "waits"


async def some_rounds():
    """Everything that is ready to run on the loop has run after this."""
    for _ in range(30):
        await asyncio.sleep(0)


class Door:
    """A gate, the calls that came to it, and the names of those whose work has begun."""

    def __init__(self, gate, busy):
        self.gate, self.busy, self.begun, self.calls = gate, busy, [], {}

    async def come(self, *names):
        for name in names:
            self.calls[name] = Call(self.gate, name, self.begun, self.busy)
            await some_rounds()

    async def finish(self, name, gives=None):
        call = self.calls[name]
        call.gives = name if gives is None else gives
        call.end.set()
        await some_rounds()

    async def cancel(self, name):
        self.calls[name].task.cancel()
        await some_rounds()

    def ended(self, *names):
        return [self.calls[name].ended() for name in names]


@exercise(
    "7.7e",
    hints=[
        "How many calls may be inside, at work and in line together? When do you know that one more is too many?",
        "asyncio.Semaphore lets in who has waited longest. It does not tell how many wait, so count yourself.",
        "if inside is places + line: raise Busy; inside += 1; try: async with the semaphore, await work(); finally: inside -= 1",
    ],
)
class TestGate:
    def test_it_returns_or_raises_what_work_does(self, Gate, Busy):
        async def run():
            door = Door(Gate(2, 1), Busy)
            await door.come("ana", "ben")
            await door.finish("ana", ["a list"])
            await door.finish("ben", LookupError("not there"))
            return door.ended("ana", "ben")

        tried = "gate.run(work), where one work returns ['a list'] and one raises LookupError"
        expect(on_a_loop(run, tried=tried), [["a list"], "raised LookupError"], tried=tried)

    def test_so_many_are_at_work_and_no_more(self, Gate, Busy):
        async def run(places):
            door = Door(Gate(places, 9), Busy)
            await door.come(*"abcdef")
            return len(door.begun)

        for places in [1, 2, 5]:
            tried = f"Gate({places}, 9), and six calls at once; how many are at work"
            expect(on_a_loop(run, places, tried=tried), places, tried=tried)

    def test_one_too_many_is_Busy_at_once(self, Gate, Busy):
        async def run(places, line):
            door = Door(Gate(places, line), Busy)
            await door.come(*"abcdef")
            return door.ended(*"abcdef"), door.begun

        for places, line in [(1, 1), (2, 3), (3, 0), (1, 4)]:
            tried = f"Gate({places}, {line}), and six calls, none of which ends"
            got, begun = on_a_loop(run, places, line, tried=tried)
            fits = places + line
            expect(got, fits * ["waits"] + (6 - fits) * ["Busy"], tried=f"{tried}; what comes of each")
            expect(begun, list("abcdef"[:places]), tried=f"{tried}; whose work has begun")

    def test_who_has_waited_longest_is_next(self, Gate, Busy):
        async def run():
            door = Door(Gate(1, 9), Busy)
            await door.come(*"abcd")
            for name in "abc":
                await door.finish(name)
            return door.begun

        tried = "Gate(1, 9): a works, b, c and d come in this order, then a, b and c end; who has begun"
        expect(on_a_loop(run, tried=tried), list("abcd"), tried=tried)

    def test_a_new_call_does_not_overtake(self, Gate, Busy):
        async def run():
            door = Door(Gate(1, 9), Busy)
            await door.come("a", "b")
            door.calls["a"].end.set()
            for name in "xyz":  # they come while a ends, each one round of the loop later
                door.calls[name] = Call(door.gate, name, door.begun, Busy)
                await asyncio.sleep(0)
            await some_rounds()
            return door.begun

        tried = "Gate(1, 9): a works, b waits; x, y and z come while a ends; who has begun"
        expect(on_a_loop(run, tried=tried), ["a", "b"], tried=tried)

    def test_after_each_end_the_place_is_free(self, Gate, Busy):
        async def run(how):
            door = Door(Gate(1, 1), Busy)
            for first, second in ["ab", "cd", "ef"]:
                await door.come(first, second)
                for name in (first, second):
                    if how == "cancelled":
                        await door.cancel(name)
                    else:
                        await door.finish(name, LookupError("no") if how == "an error" else None)
            return door.begun

        for how in ["a result", "an error", "cancelled"]:
            tried = (
                f"Gate(1, 1), three times: one call works, one waits, and both end with {how}; who has begun"
            )
            expect(on_a_loop(run, how, tried=tried), list("abcdef"), tried=tried)

    def test_work_that_was_cancelled_has_ended(self, Gate, Busy):
        async def run():
            door = Door(Gate(1, 1), Busy)
            await door.come("a", "b")
            await door.cancel("a")
            return [name for name in "ab" if door.calls[name].at_work]

        tried = "Gate(1, 1): a works, b waits, a is cancelled; who is at work then"
        expect(on_a_loop(run, tried=tried), ["b"], tried=tried)

    def test_a_turn_of_somebody_cancelled_is_not_lost(self, Gate, Busy):
        async def run(first, rounds):
            door = Door(Gate(1, 3), Busy)
            await door.come("a", "b", "c")
            steps = [door.calls["a"].end.set, door.calls["b"].task.cancel]
            for step in steps if first == "a" else reversed(steps):
                step()
                for _ in range(rounds):
                    await asyncio.sleep(0)
            await some_rounds()
            for name in "bc":
                await door.finish(name)
            await door.come("d")
            return door.ended("c"), door.begun[-1]

        for first, second in ("ab", "ba"):
            for rounds in range(5):
                order = " and then ".join({"a": "a ends", "b": "b is cancelled"}[n] for n in (first, second))
                tried = f"Gate(1, 3): a works, b and c wait; {order}, {rounds} rounds of the loop later"
                got, last = on_a_loop(run, first, rounds, tried=tried)
                expect(got, ["c"], tried=f"{tried}; what came of c")
                expect(last, "d", tried=f"{tried}; d comes at the end: whose work began last")

    def test_who_is_cancelled_in_line_leaves_it(self, Gate, Busy):
        async def run():
            door = Door(Gate(1, 2), Busy)
            await door.come(*"abc")
            await door.cancel("b")
            await door.come("d", "e")
            for name in "acd":
                await door.finish(name)
            return door.ended(*"abcde"), door.begun

        tried = "Gate(1, 2): a works, b and c wait, b is cancelled, then d and e come; all works end"
        got, begun = on_a_loop(run, tried=tried)
        expect(got, ["a", "cancelled", "c", "d", "Busy"], tried=f"{tried}; what came of each")
        expect(begun, ["a", "c", "d"], tried=f"{tried}; whose work began")
