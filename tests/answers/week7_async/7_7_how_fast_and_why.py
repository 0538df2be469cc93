# %% 7.7a accept: a running sum of pairs
from itertools import accumulate


def percentile(servers, percent):
    pairs = sorted((ms, count) for counts in servers for ms, count in counts.items() if count)
    if not pairs:
        return None
    sums = list(accumulate(count for _, count in pairs))
    return next(ms for (ms, _), seen in zip(pairs, sums) if seen >= sums[-1] * percent / 100)


# %% 7.7a accept: the rank first
import math


def percentile(servers, percent):
    counts = {}
    for server in servers:
        for ms, count in server.items():
            counts[ms] = counts.get(ms, 0) + count
    rank = math.ceil(sum(counts.values()) * percent / 100)
    for ms, count in sorted(counts.items()):
        rank -= count
        if count and rank <= 0:
            return ms
    return None


# %% 7.7a accept: from the slow end
def percentile(servers, percent):
    counts = {}
    for server in servers:
        for ms, count in server.items():
            counts[ms] = counts.get(ms, 0) + count
    total = left = sum(counts.values())
    found = None
    for ms in sorted(counts, reverse=True):
        if counts[ms] and 100 * left >= percent * total:
            found = ms
        left -= counts[ms]
    return found


# %% 7.7a reject: the mean of the percentiles -> All requests of all servers count
def percentile(servers, percent):
    found = []
    for counts in servers:
        seen, total = 0, sum(counts.values())
        for ms in sorted(counts):
            seen += counts[ms]
            if seen and 100 * seen >= percent * total:
                found.append(ms)
                break
    return round(sum(found) / len(found)) if found else None


# %% 7.7a reject: the worst server -> All requests of all servers count
def percentile(servers, percent):
    found = []
    for counts in servers:
        seen, total = 0, sum(counts.values())
        for ms in sorted(counts):
            seen += counts[ms]
            if seen and 100 * seen >= percent * total:
                found.append(ms)
                break
    return max(found, default=None)


# %% 7.7a reject: not sorted -> The keys come in any order
def percentile(servers, percent):
    counts = {}
    for server in servers:
        for ms, count in server.items():
            counts[ms] = counts.get(ms, 0) + count
    total, seen = sum(counts.values()), 0
    for ms, count in counts.items():
        seen += count
        if seen and 100 * seen >= percent * total:
            return ms
    return None


# %% 7.7a reject: one dict overwrites the other -> All requests of all servers count
def percentile(servers, percent):
    counts = {}
    for server in servers:
        counts |= server
    total, seen = sum(counts.values()), 0
    for ms in sorted(counts):
        seen += counts[ms]
        if seen and 100 * seen >= percent * total:
            return ms
    return None


# %% 7.7a reject: one less than the rank -> One server has its own percentiles
def percentile(servers, percent):
    counts = {}
    for server in servers:
        for ms, count in server.items():
            counts[ms] = counts.get(ms, 0) + count
    total, seen = sum(counts.values()), 0
    for ms in sorted(counts):
        seen += counts[ms]
        if seen and 100 * seen > percent * total or seen == total > 0:
            return ms
    return None


# %% 7.7a reject: a latency that nobody had -> A count of 0 is no request
def percentile(servers, percent):
    counts = {}
    for server in servers:
        for ms, count in server.items():
            counts[ms] = counts.get(ms, 0) + count
    total, seen = sum(counts.values()), 0
    for ms in sorted(counts):
        seen += counts[ms]
        if total and 100 * seen >= int(percent) * total:
            return ms
    return None


# %% 7.7a reject: a list of all requests -> Many requests take no more time
import math


def percentile(servers, percent):
    ordered = sorted(ms for server in servers for ms, count in server.items() for _ in range(count))
    return ordered[math.ceil(len(ordered) * percent / 100) - 1] if ordered else None


# %% 7.7a reject: it adds to the first dict -> The dicts stay as they are
def percentile(servers, percent):
    if not servers:
        return None
    counts = servers[0]
    for server in servers[1:]:
        for ms, count in server.items():
            counts[ms] = counts.get(ms, 0) + count
    total, seen = sum(counts.values()), 0
    for ms in sorted(counts):
        seen += counts[ms]
        if seen and 100 * seen >= percent * total:
            return ms
    return None


# %% 7.7a reject: without a request it fails -> Without any request it is None
import math


def percentile(servers, percent):
    pairs = sorted((ms, count) for counts in servers for ms, count in counts.items() if count)
    rank = math.ceil(sum(count for _, count in pairs) * percent / 100)
    place = 0
    while rank > pairs[place][1]:
        rank -= pairs[place][1]
        place += 1
    return pairs[place][0]


# %% 7.7b accept: gather
async def load(send, times):
    loop = asyncio.get_running_loop()
    start = loop.time()

    async def one(due):
        while (left := start + due - loop.time()) > 0:
            await asyncio.sleep(left)
        try:
            status = await send()
        except Exception:
            status = None
        return status, loop.time() - start - due

    return await asyncio.gather(*[one(due) for due in times])


# %% 7.7b accept: one task sends, the others wait
async def load(send, times):
    loop = asyncio.get_running_loop()
    start, results = loop.time(), [None] * len(times)

    async def one(place, due):
        try:
            status = await send()
        except Exception:
            status = None
        results[place] = (status, loop.time() - due)

    async with asyncio.TaskGroup() as group:
        for place, due in enumerate(times):
            await asyncio.sleep(max(0, start + due - loop.time()))
            group.create_task(one(place, start + due))
    return results


# %% 7.7b accept: timers of the loop
async def load(send, times):
    loop = asyncio.get_running_loop()
    start = loop.time()
    tasks = []

    async def one(due):
        there = asyncio.Event()
        loop.call_at(start + due, there.set)
        await there.wait()
        try:
            return await send(), loop.time() - start - due
        except Exception:
            return None, loop.time() - start - due

    try:
        tasks = [asyncio.ensure_future(one(due)) for due in times]
        return [await task for task in tasks]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


# %% 7.7b reject: it awaits each response -> Each request is sent when it is due
async def load(send, times):
    loop = asyncio.get_running_loop()
    start, results = loop.time(), []
    for due in times:
        await asyncio.sleep(start + due - loop.time())
        try:
            status = await send()
        except Exception:
            status = None
        results.append((status, loop.time() - start - due))
    return results


# %% 7.7b reject: from when it was sent -> What is sent late counts from when it was due
async def load(send, times):
    loop = asyncio.get_running_loop()
    start = loop.time()

    async def one(due):
        await asyncio.sleep(start + due - loop.time())
        sent = loop.time()
        try:
            status = await send()
        except Exception:
            status = None
        return status, loop.time() - sent

    return await asyncio.gather(*[one(due) for due in times])


# %% 7.7b reject: all at once -> Each request is sent when it is due
async def load(send, times):
    loop = asyncio.get_running_loop()
    start = loop.time()

    async def one(due):
        try:
            status = await send()
        except Exception:
            status = None
        return status, loop.time() - start - due

    return await asyncio.gather(*[one(due) for due in times])


# %% 7.7b reject: the times are gaps -> Each request is sent when it is due
async def load(send, times):
    loop = asyncio.get_running_loop()
    tasks = []

    async def one(due):
        try:
            status = await send()
        except Exception:
            status = None
        return status, loop.time() - due

    async with asyncio.TaskGroup() as group:
        for gap in times:
            await asyncio.sleep(gap)
            tasks.append(group.create_task(one(loop.time())))
    return [task.result() for task in tasks]


# %% 7.7b reject: in the order of the responses -> Results come in the order of times
async def load(send, times):
    loop = asyncio.get_running_loop()
    start, results = loop.time(), []

    async def one(due):
        await asyncio.sleep(start + due - loop.time())
        try:
            status = await send()
        except Exception:
            status = None
        results.append((status, loop.time() - start - due))

    await asyncio.gather(*[one(due) for due in times])
    return results


# %% 7.7b reject: an error ends all of it -> An error has the status None and its seconds
async def load(send, times):
    loop = asyncio.get_running_loop()
    start = loop.time()

    async def one(due):
        await asyncio.sleep(start + due - loop.time())
        return await send(), loop.time() - start - due

    return await asyncio.gather(*[one(due) for due in times])


# %% 7.7b reject: it gives up after ten seconds -> It ends when the last request has ended
async def load(send, times):
    loop = asyncio.get_running_loop()
    start = loop.time()

    async def one(due):
        await asyncio.sleep(start + due - loop.time())
        try:
            async with asyncio.timeout(20):
                status = await send()
        except Exception:
            status = None
        return status, loop.time() - start - due

    return await asyncio.gather(*[one(due) for due in times])


# %% 7.7b reject: tasks that nobody cancels -> A cancelled load leaves no request at work
async def load(send, times):
    loop = asyncio.get_running_loop()
    start = loop.time()

    async def one(due):
        await asyncio.sleep(start + due - loop.time())
        try:
            status = await send()
        except Exception:
            status = None
        return status, loop.time() - start - due

    tasks = [asyncio.create_task(one(due)) for due in times]
    if tasks:
        await asyncio.wait(tasks)
    return [task.result() for task in tasks]


# %% 7.7c accept: loops
def report(samples):
    good, took, begin, end = 0, [], math.inf, -math.inf
    for status, sent, seconds in samples:
        right = status is not None and status // 100 in (2, 3)
        good += right
        took.append(seconds if right else math.inf)
        begin, end = min(begin, sent), max(end, sent + seconds)
    took.sort()
    return {
        "rate": good / (end - begin),
        "failed": (len(took) - good) / len(took),
        "p99": took[math.ceil(len(took) * 0.99) - 1],
    }


# %% 7.7c accept: statistics and a counter
from collections import Counter


def report(samples):
    kinds = Counter(bool(status and 200 <= status <= 399) for status, _, _ in samples)
    latencies = sorted(seconds if status and 200 <= status <= 399 else float("inf") for status, _, seconds in samples)
    seen = next(each for place, each in enumerate(latencies, 1) if 100 * place >= 99 * len(latencies))
    span = max(sent + seconds for _, sent, seconds in samples) - min(sample[1] for sample in samples)
    return {"failed": kinds[False] / kinds.total(), "rate": kinds[True] / span, "p99": seen}


# %% 7.7c reject: all responses are work done -> The rate counts good requests
def report(samples):
    good = [status is not None and 200 <= status < 400 for status, *_ in samples]
    span = max(sent + took for _, sent, took in samples) - min(sent for _, sent, _ in samples)
    took = sorted(took if right else math.inf for right, (*_, took) in zip(good, samples))
    return {
        "rate": len(samples) / span,
        "failed": 1 - sum(good) / len(good),
        "p99": took[math.ceil(0.99 * len(took)) - 1],
    }


# %% 7.7c reject: the p99 of the good ones -> What failed counts as infinitely slow
def report(samples):
    good = [status is not None and 200 <= status < 400 for status, *_ in samples]
    span = max(sent + took for _, sent, took in samples) - min(sent for _, sent, _ in samples)
    took = sorted(took for right, (*_, took) in zip(good, samples) if right)
    return {
        "rate": sum(good) / span,
        "failed": 1 - sum(good) / len(good),
        "p99": took[math.ceil(0.99 * len(took)) - 1] if took else math.inf,
    }


# %% 7.7c reject: errors are fast -> What failed counts as infinitely slow
def report(samples):
    good = [status is not None and 200 <= status < 400 for status, *_ in samples]
    span = max(sent + took for _, sent, took in samples) - min(sent for _, sent, _ in samples)
    took = sorted(took for *_, took in samples)
    return {
        "rate": sum(good) / span,
        "failed": 1 - sum(good) / len(good),
        "p99": took[math.ceil(0.99 * len(took)) - 1],
    }


# %% 7.7c reject: only 2xx is good -> A status from 200 to 399 is good
def report(samples):
    good = [status is not None and 200 <= status < 300 for status, *_ in samples]
    span = max(sent + took for _, sent, took in samples) - min(sent for _, sent, _ in samples)
    took = sorted(took if right else math.inf for right, (*_, took) in zip(good, samples))
    return {
        "rate": sum(good) / span,
        "failed": 1 - sum(good) / len(good),
        "p99": took[math.ceil(0.99 * len(took)) - 1],
    }


# %% 7.7c reject: from the first to the last sent -> It goes from the first sent to the last end
def report(samples):
    good = [status is not None and 200 <= status < 400 for status, *_ in samples]
    span = max(sent for _, sent, took in samples) - min(sent for _, sent, _ in samples) or 1
    took = sorted(took if right else math.inf for right, (*_, took) in zip(good, samples))
    return {
        "rate": sum(good) / span,
        "failed": 1 - sum(good) / len(good),
        "p99": took[math.ceil(0.99 * len(took)) - 1],
    }


# %% 7.7c reject: the sample that was sent last ends last -> It goes from the first sent to the last end
def report(samples):
    good = [status is not None and 200 <= status < 400 for status, *_ in samples]
    in_order = sorted(samples, key=lambda sample: sample[1])
    span = in_order[-1][1] + in_order[-1][2] - in_order[0][1]
    took = sorted(took if right else math.inf for right, (*_, took) in zip(good, samples))
    return {
        "rate": sum(good) / span,
        "failed": 1 - sum(good) / len(good),
        "p99": took[math.ceil(0.99 * len(took)) - 1],
    }


# %% 7.7c reject: a number, not a share -> Failed is a share
def report(samples):
    good = [status is not None and 200 <= status < 400 for status, *_ in samples]
    span = max(sent + took for _, sent, took in samples) - min(sent for _, sent, _ in samples)
    took = sorted(took if right else math.inf for right, (*_, took) in zip(good, samples))
    return {
        "rate": sum(good) / span,
        "failed": len(good) - sum(good),
        "p99": took[math.ceil(0.99 * len(took)) - 1],
    }


# %% 7.7c reject: the place is rounded down -> The p99 is a latency of all
def report(samples):
    good = [status is not None and 200 <= status < 400 for status, *_ in samples]
    span = max(sent + took for _, sent, took in samples) - min(sent for _, sent, _ in samples)
    took = sorted(took if right else math.inf for right, (*_, took) in zip(good, samples))
    return {
        "rate": sum(good) / span,
        "failed": 1 - sum(good) / len(good),
        "p99": took[int(0.99 * len(took))],
    }


# %% 7.7d accept: in another order
CHANGES = {
    "the database's cores are all busy; somebody wants a larger pool": "leave",
    "JSON takes 3 % of the time; somebody wants a faster library for it": "leave",
    "9 times the responses a second; nobody looked at the statuses": "measure",
    "closed loop: p99 is 9 ms; users say that it hung for a second": "measure",
    "each request logs in to the database, longer than its query takes": "keep",
    "1 statement for a search; its plan throws 400,000 rows away": "index",
    "1 statement for an export, and 50,000 objects that nobody changes": "columns",
    "201 statements for a list, and each finds one row by its key": "together",
}


# %% 7.7d reject: an index for many statements -> Statements and objects are saved
CHANGES = {
    "201 statements for a list, and each finds one row by its key": "index",
    "1 statement for an export, and 50,000 objects that nobody changes": "columns",
    "1 statement for a search; its plan throws 400,000 rows away": "index",
    "each request logs in to the database, longer than its query takes": "keep",
    "closed loop: p99 is 9 ms; users say that it hung for a second": "measure",
    "9 times the responses a second; nobody looked at the statuses": "measure",
    "JSON takes 3 % of the time; somebody wants a faster library for it": "leave",
    "the database's cores are all busy; somebody wants a larger pool": "leave",
}


# %% 7.7d reject: columns for a search -> Rows and logins are saved
CHANGES = {
    "201 statements for a list, and each finds one row by its key": "together",
    "1 statement for an export, and 50,000 objects that nobody changes": "columns",
    "1 statement for a search; its plan throws 400,000 rows away": "columns",
    "each request logs in to the database, longer than its query takes": "keep",
    "closed loop: p99 is 9 ms; users say that it hung for a second": "measure",
    "9 times the responses a second; nobody looked at the statuses": "measure",
    "JSON takes 3 % of the time; somebody wants a faster library for it": "leave",
    "the database's cores are all busy; somebody wants a larger pool": "leave",
}


# %% 7.7d reject: a p99 of 9 ms is good -> A number that may lie is measured again
CHANGES = {
    "201 statements for a list, and each finds one row by its key": "together",
    "1 statement for an export, and 50,000 objects that nobody changes": "columns",
    "1 statement for a search; its plan throws 400,000 rows away": "index",
    "each request logs in to the database, longer than its query takes": "keep",
    "closed loop: p99 is 9 ms; users say that it hung for a second": "leave",
    "9 times the responses a second; nobody looked at the statuses": "measure",
    "JSON takes 3 % of the time; somebody wants a faster library for it": "leave",
    "the database's cores are all busy; somebody wants a larger pool": "leave",
}


# %% 7.7d reject: more connections for a busy database -> What does not help is left
CHANGES = {
    "201 statements for a list, and each finds one row by its key": "together",
    "1 statement for an export, and 50,000 objects that nobody changes": "columns",
    "1 statement for a search; its plan throws 400,000 rows away": "index",
    "each request logs in to the database, longer than its query takes": "keep",
    "closed loop: p99 is 9 ms; users say that it hung for a second": "measure",
    "9 times the responses a second; nobody looked at the statuses": "measure",
    "JSON takes 3 % of the time; somebody wants a faster library for it": "leave",
    "the database's cores are all busy; somebody wants a larger pool": "keep",
}


# %% 7.7e accept: a queue of futures
from collections import deque


class Busy(Exception):
    """There are too many already."""


class Gate:
    def __init__(self, places, line):
        self.free, self.most, self.waiting = places, line, deque()

    async def run(self, work):
        if self.free and not self.waiting:
            self.free -= 1
        elif len(self.waiting) >= self.most:
            raise Busy
        else:
            turn = asyncio.get_running_loop().create_future()
            self.waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn in self.waiting:
                    self.waiting.remove(turn)
                elif not turn.cancelled():
                    self.next()
                raise
        try:
            return await work()
        finally:
            self.next()

    def next(self):
        while self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.free += 1


# %% 7.7e accept: two semaphores
class Busy(Exception):
    """There are too many already."""


class Gate:
    def __init__(self, places, line):
        self.inside = asyncio.Semaphore(places + line)
        self.at_work = asyncio.Semaphore(places)

    async def run(self, work):
        if self.inside.locked():
            raise Busy("full")
        async with self.inside, self.at_work:
            return await work()


# %% 7.7e accept: a lock for each place would not do, a set of tasks does
class Busy(Exception):
    """There are too many already."""


class Gate:
    def __init__(self, places, line):
        self.limit = places + line
        self.tasks = set()
        self.places = asyncio.BoundedSemaphore(places)

    async def run(self, work):
        if len(self.tasks) == self.limit:
            raise Busy()
        me = asyncio.current_task()
        self.tasks.add(me)
        try:
            await self.places.acquire()
            try:
                return await work()
            finally:
                self.places.release()
        finally:
            self.tasks.discard(me)


# %% 7.7e reject: all of them wait -> One too many is Busy at once
class Busy(Exception):
    """There are too many already."""


class Gate:
    def __init__(self, places, line):
        self.places = asyncio.Semaphore(places)

    async def run(self, work):
        async with self.places:
            return await work()


# %% 7.7e reject: no line at all -> Who has waited longest is next
class Busy(Exception):
    """There are too many already."""


class Gate:
    def __init__(self, places, line):
        self.places = asyncio.Semaphore(places)

    async def run(self, work):
        if self.places.locked():
            raise Busy
        async with self.places:
            return await work()


# %% 7.7e reject: the line is as long as all -> One too many is Busy at once
class Busy(Exception):
    """There are too many already."""


class Gate:
    def __init__(self, places, line):
        self.line, self.inside = line, 0
        self.places = asyncio.Semaphore(places)

    async def run(self, work):
        if self.inside >= max(self.line, 1):
            raise Busy
        self.inside += 1
        try:
            async with self.places:
                return await work()
        finally:
            self.inside -= 1


# %% 7.7e reject: all who are let in work -> So many are at work and no more
class Busy(Exception):
    """There are too many already."""


class Gate:
    def __init__(self, places, line):
        self.most, self.inside = places + line, 0

    async def run(self, work):
        if self.inside >= self.most:
            raise Busy
        self.inside += 1
        try:
            return await work()
        finally:
            self.inside -= 1


# %% 7.7e reject: an error keeps the place -> After each end the place is free
class Busy(Exception):
    """There are too many already."""


class Gate:
    def __init__(self, places, line):
        self.most, self.inside = places + line, 0
        self.places = asyncio.Semaphore(places)

    async def run(self, work):
        if self.inside >= self.most:
            raise Busy
        self.inside += 1
        async with self.places:
            result = await work()
        self.inside -= 1
        return result


# %% 7.7e reject: the newest is next -> Who has waited longest is next
class Busy(Exception):
    """There are too many already."""


class Gate:
    def __init__(self, places, line):
        self.free, self.most, self.waiting = places, line, []

    async def run(self, work):
        if self.free:
            self.free -= 1
        elif len(self.waiting) >= self.most:
            raise Busy
        else:
            turn = asyncio.Event()
            self.waiting.append(turn)
            try:
                await turn.wait()
            except asyncio.CancelledError:
                if turn in self.waiting:
                    self.waiting.remove(turn)
                raise
        try:
            return await work()
        finally:
            if self.waiting:
                self.waiting.pop().set()
            else:
                self.free += 1


# %% 7.7e reject: it looks again and again -> A new call does not overtake
class Busy(Exception):
    """There are too many already."""


class Gate:
    def __init__(self, places, line):
        self.places, self.line, self.at_work, self.waiting = places, line, 0, 0
        self.changed = asyncio.Condition()

    async def run(self, work):
        if self.at_work >= self.places:
            if self.waiting >= self.line:
                raise Busy
            self.waiting += 1
            try:
                async with self.changed:
                    await self.changed.wait_for(lambda: self.at_work < self.places)
            finally:
                self.waiting -= 1
        self.at_work += 1
        try:
            return await work()
        finally:
            self.at_work -= 1
            async with self.changed:
                self.changed.notify()


# %% 7.7e reject: who was cancelled still counts -> Who is cancelled in line leaves it
class Busy(Exception):
    """There are too many already."""


class Gate:
    def __init__(self, places, line):
        self.most, self.inside = places + line, 0
        self.places = asyncio.Semaphore(places)

    async def run(self, work):
        if self.inside >= self.most:
            raise Busy
        self.inside += 1
        async with self.places:
            try:
                return await work()
            finally:
                self.inside -= 1


# %% 7.7e reject: an error of the work is Busy -> It returns or raises what work does
class Busy(Exception):
    """There are too many already."""


class Gate:
    def __init__(self, places, line):
        self.most, self.inside = places + line, 0
        self.places = asyncio.Semaphore(places)

    async def run(self, work):
        if self.inside >= self.most:
            raise Busy
        self.inside += 1
        try:
            async with self.places:
                return await work()
        except Exception as error:
            raise Busy from error
        finally:
            self.inside -= 1


# %% 7.7b reject: only errors of the network -> An error has the status None and its seconds
async def load(send, times):
    loop = asyncio.get_running_loop()
    start = loop.time()

    async def one(due):
        await asyncio.sleep(start + due - loop.time())
        try:
            status = await send()
        except (OSError, TimeoutError):
            status = None
        return status, loop.time() - start - due

    return await asyncio.gather(*(one(due) for due in times))


# %% 7.7b reject: ten clients -> Many are on their way at once
async def load(send, times):
    loop = asyncio.get_running_loop()
    start, clients = loop.time(), asyncio.Semaphore(10)

    async def one(due):
        await asyncio.sleep(start + due - loop.time())
        async with clients:
            try:
                status = await send()
            except Exception:
                status = None
        return status, loop.time() - start - due

    return await asyncio.gather(*(one(due) for due in times))


# %% 7.7e reject: the work of a cancelled call goes on -> Work that was cancelled has ended
class Busy(Exception): ...


class Gate:
    def __init__(self, places, line):
        self.most, self.inside = places + line, 0
        self.places = asyncio.Semaphore(places)

    async def run(self, work):
        if self.inside >= self.most:
            raise Busy
        self.inside += 1
        try:
            async with self.places:
                return await asyncio.shield(asyncio.ensure_future(work()))
        finally:
            self.inside -= 1


# %% 7.7e reject: work is called before its turn -> One too many is Busy at once
class Busy(Exception): ...


class Gate:
    def __init__(self, places, line):
        self.most, self.inside = places + line, 0
        self.places = asyncio.Semaphore(places)

    async def run(self, work):
        coroutine = work()
        if self.inside >= self.most:
            coroutine.close()
            raise Busy
        self.inside += 1
        try:
            async with self.places:
                return await coroutine
        finally:
            coroutine.close()
            self.inside -= 1


# %% 7.7e reject: a turn of somebody cancelled is lost -> A turn of somebody cancelled is not lost
class Busy(Exception): ...


class Gate:
    def __init__(self, places, line):
        self.free, self.line, self.waiting = places, line, []

    def leave(self):
        while self.waiting:
            turn = self.waiting.pop(0)
            if not turn.done():
                return turn.set_result(None)
        self.free += 1

    async def run(self, work):
        if self.free:
            self.free -= 1
        else:
            if len(self.waiting) >= self.line:
                raise Busy
            turn = asyncio.get_running_loop().create_future()
            self.waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn in self.waiting:
                    self.waiting.remove(turn)
                raise
        try:
            return await work()
        finally:
            self.leave()
