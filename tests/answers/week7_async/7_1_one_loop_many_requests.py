# %% 7.1a accept: gather
async def together(calls):
    return list(await asyncio.gather(*(call() for call in calls)))


# %% 7.1a accept: tasks that are awaited one by one
async def together(calls):
    tasks = [asyncio.create_task(call()) for call in calls]
    return [await task for task in tasks]


# %% 7.1a accept: each writes its result at its place
async def together(calls):
    results = [None] * len(calls)

    async def at(number, call):
        results[number] = await call()

    async with asyncio.TaskGroup() as group:
        for number, call in enumerate(calls):
            group.create_task(at(number, call))
    return results


# %% 7.1a reject: one after the other -> Each begins before the first one ends
async def together(calls):
    return [await call() for call in calls]


# %% 7.1a reject: a group for each -> Each begins before the first one ends
async def together(calls):
    results = []
    for call in calls:
        async with asyncio.TaskGroup() as group:
            results.append(group.create_task(call()))
    return [task.result() for task in results]


# %% 7.1a reject: in the order of their ends -> Results come in the order of the calls
async def together(calls):
    return [await each for each in asyncio.as_completed([call() for call in calls])]


# %% 7.1a reject: the results by function -> Two results may be the same
async def together(calls):
    async with asyncio.TaskGroup() as group:
        tasks = {call: group.create_task(call()) for call in calls}
    return [task.result() for task in tasks.values()]


# %% 7.1a reject: a set of results -> Two results may be the same
async def together(calls):
    return list(set(await asyncio.gather(*(call() for call in calls))))


# %% 7.1a reject: nobody waits -> Results come in the order of the calls
async def together(calls):
    tasks = [asyncio.create_task(call()) for call in calls]
    await asyncio.sleep(0)
    return tasks


# %% 7.1a reject: wait, which takes no empty list -> An empty list gives an empty list
async def together(calls):
    tasks = [asyncio.create_task(call()) for call in calls]
    await asyncio.wait(tasks)
    return [task.result() for task in tasks]


# %% 7.1a reject: a function that is not async -> Each begins before the first one ends
def together(calls):
    return [asyncio.run(call()) for call in calls]


# %% 7.1b accept: run_in_threadpool
from fastapi.concurrency import run_in_threadpool


def add(api, path, work, kind):
    @api.get(path)
    async def endpoint():
        if kind == "awaits":
            return await work()
        if kind == "blocks":
            return await run_in_threadpool(work)
        return work()


# %% 7.1b accept: three endpoints
def add(api, path, work, kind):
    if kind == "awaits":

        async def endpoint():
            return await work()

    elif kind == "blocks":

        def endpoint():
            return work()

    else:

        async def endpoint():
            return work()

    api.add_api_route(path, endpoint)


# %% 7.1b reject: FastAPI decides -> What is quick needs no thread
def add(api, path, work, kind):
    api.get(path)(work)


# %% 7.1b reject: everything on the loop -> The loop is free while work blocks
import inspect


def add(api, path, work, kind):
    @api.get(path)
    async def endpoint():
        result = work()
        return await result if inspect.isawaitable(result) else result


# %% 7.1b reject: a loop in a thread -> More than 40 can wait for what is awaited
def add(api, path, work, kind):
    if kind == "awaits":

        def endpoint():
            return asyncio.run(work())

    elif kind == "blocks":

        def endpoint():
            return work()

    else:

        async def endpoint():
            return work()

    api.get(path)(endpoint)


# %% 7.1b reject: one of them at a time -> 40 can block at once
from threading import Lock

from fastapi.concurrency import run_in_threadpool


def add(api, path, work, kind):
    lock = asyncio.Lock()

    @api.get(path)
    async def endpoint():
        if kind == "awaits":
            return await work()
        if kind == "blocks":
            async with lock:
                return await run_in_threadpool(work)
        return work()


# %% 7.1b reject: the pool of asyncio, which is smaller -> 40 can block at once
def add(api, path, work, kind):
    @api.get(path)
    async def endpoint():
        if kind == "awaits":
            return await work()
        if kind == "blocks":
            return await asyncio.to_thread(work)
        return work()


# %% 7.1b reject: no response -> The response is what work gives
def add(api, path, work, kind):
    async def on_the_loop():
        work()

    api.get(path)(on_the_loop if kind == "quick" else work)


# %% 7.1c accept: only what blocks is moved
def make_api(load, archive, rates):
    api = FastAPI()

    @api.get("/rows/{number}")
    def row(number: int) -> str:
        return load(number)

    @api.get("/reports/{number}")
    async def report(number: int):
        row = await run_in_threadpool(load, number)
        place = await run_in_threadpool(archive, number)
        return {"row": row, "rate": await rates(), "place": place}

    @api.get("/health")
    async def health() -> str:
        return "ok"

    return api


# %% 7.1c accept: two dependencies
def make_api(load, archive, rates):
    api = FastAPI()

    def row_of(number: int) -> str:
        return load(number)

    def place_of(number: int) -> str:
        return archive(number)

    @api.get("/rows/{number}")
    def row(row: Annotated[str, Depends(row_of)]) -> str:
        return row

    @api.get("/reports/{number}")
    async def report(row: Annotated[str, Depends(row_of)], place: Annotated[str, Depends(place_of)]):
        return {"row": row, "rate": await rates(), "place": place}

    @api.get("/health")
    async def health() -> str:
        return "ok"

    return api


# %% 7.1c reject: the dependency blocks -> The loop is free while requests wait for load
def make_api(load, archive, rates):
    api = FastAPI()

    async def row_of(number: int) -> str:
        return load(number)

    Row = Annotated[str, Depends(row_of)]

    @api.get("/rows/{number}")
    def row(row: Row) -> str:
        return row

    @api.get("/reports/{number}")
    async def report(number: int, row: Row):
        place = await run_in_threadpool(archive, number)
        return {"row": row, "rate": await rates(), "place": place}

    @api.get("/health")
    async def health() -> str:
        return "ok"

    return api


# %% 7.1c reject: the archive blocks -> The loop is free while requests wait for archive
def make_api(load, archive, rates):
    api = FastAPI()

    def row_of(number: int) -> str:
        return load(number)

    Row = Annotated[str, Depends(row_of)]

    @api.get("/rows/{number}")
    async def row(row: Row) -> str:
        return row

    @api.get("/reports/{number}")
    async def report(number: int, row: Row):
        return {"row": row, "rate": await rates(), "place": archive(number)}

    @api.get("/health")
    async def health() -> str:
        return "ok"

    return api


# %% 7.1c reject: health in a thread -> Health needs no thread
def make_api(load, archive, rates):
    api = FastAPI()

    @api.get("/rows/{number}")
    def row(number: int) -> str:
        return load(number)

    @api.get("/reports/{number}")
    async def report(number: int):
        row = await run_in_threadpool(load, number)
        place = await run_in_threadpool(archive, number)
        return {"row": row, "rate": await rates(), "place": place}

    @api.get("/health")
    def health() -> str:
        return "ok"

    return api


# %% 7.1c reject: everything in threads, with loops of their own -> Rates is awaited on the loop of the app
def make_api(load, archive, rates):
    api = FastAPI()

    @api.get("/rows/{number}")
    def row(number: int) -> str:
        return load(number)

    @api.get("/reports/{number}")
    def report(number: int):
        return {"row": load(number), "rate": asyncio.run(rates()), "place": archive(number)}

    @api.get("/health")
    async def health() -> str:
        return "ok"

    return api


# %% 7.1c reject: a forgotten key -> The responses stay as they are
def make_api(load, archive, rates):
    api = FastAPI()

    @api.get("/rows/{number}")
    def row(number: int) -> str:
        return load(number)

    @api.get("/reports/{number}")
    async def report(number: int):
        row = await run_in_threadpool(load, number)
        await run_in_threadpool(archive, number)
        return {"row": row, "rate": await rates()}

    @api.get("/health")
    async def health() -> str:
        return "ok"

    return api


# %% 7.1c reject: other threads for the work, and health in one of FastAPI's -> Health needs no thread
def make_api(load, archive, rates):
    api = FastAPI()

    @api.get("/rows/{number}")
    async def row(number: int) -> str:
        return await asyncio.to_thread(load, number)

    @api.get("/reports/{number}")
    async def report(number: int):
        row = await asyncio.to_thread(load, number)
        place = await asyncio.to_thread(archive, number)
        return {"row": row, "rate": await rates(), "place": place}

    @api.get("/health")
    def health() -> str:
        return "ok"

    return api


# %% 7.1d reject: a semaphore of asyncio before a thread of the pool of all -> Most may be more than 40
from fastapi.concurrency import run_in_threadpool


def make_reports(report, most):
    api, places = FastAPI(), asyncio.Semaphore(most)

    @api.get("/reports/{number}")
    async def read_report(number: int) -> str:
        async with places:
            return await run_in_threadpool(report, number)

    @api.get("/version")
    def version() -> str:
        return "1"

    return api


# %% 7.1d reject: a dependency that holds the place of a def endpoint -> Most may be more than 40
from anyio import Semaphore


def make_reports(report, most):
    api, places = FastAPI(), Semaphore(most)

    async def place():
        async with places:
            yield

    @api.get("/reports/{number}", dependencies=[Depends(place)])
    def read_report(number: int) -> str:
        return report(number)

    @api.get("/version")
    def version() -> str:
        return "1"

    return api


# %% 7.1d accept: a pool of threads of its own
from concurrent.futures import ThreadPoolExecutor


def make_reports(report, most):
    api, pool = FastAPI(), ThreadPoolExecutor(most)

    @api.get("/reports/{number}")
    async def read_report(number: int) -> str:
        from contextvars import copy_context

        return await asyncio.get_running_loop().run_in_executor(pool, copy_context().run, report, number)

    @api.get("/version")
    def version() -> str:
        return "1"

    return api


# %% 7.1d reject: no limit -> So many run at once and never more
def make_reports(report, most):
    api = FastAPI()

    @api.get("/reports/{number}")
    def read_report(number: int) -> str:
        return report(number)

    @api.get("/version")
    def version() -> str:
        return "1"

    return api


# %% 7.1d reject: a limiter for each request -> So many run at once and never more
def make_reports(report, most):
    api = FastAPI()

    @api.get("/reports/{number}")
    async def read_report(number: int) -> str:
        return await to_thread.run_sync(report, number, limiter=CapacityLimiter(most))

    @api.get("/version")
    def version() -> str:
        return "1"

    return api


# %% 7.1d reject: it waits in a thread -> Version is answered meanwhile
import threading


def make_reports(report, most):
    api, places = FastAPI(), threading.Semaphore(most)

    @api.get("/reports/{number}")
    def read_report(number: int) -> str:
        with places:
            return report(number)

    @api.get("/version")
    def version() -> str:
        return "1"

    return api


# %% 7.1d reject: it waits in a thread, and only version does not notice -> The others wait without a thread
import threading


def make_reports(report, most):
    api, places = FastAPI(), threading.Semaphore(most)

    @api.get("/reports/{number}")
    def read_report(number: int) -> str:
        with places:
            return report(number)

    @api.get("/version")
    async def version() -> str:
        return "1"

    return api


# %% 7.1d reject: the place is lost after an error -> A place is free after an error
from anyio import Semaphore


def make_reports(report, most):
    api, places = FastAPI(), Semaphore(most)

    @api.get("/reports/{number}")
    async def read_report(number: int) -> str:
        await places.acquire()
        result = await to_thread.run_sync(report, number)
        places.release()
        return result

    @api.get("/version")
    def version() -> str:
        return "1"

    return api


# %% 7.1d reject: one too many -> So many run at once and never more
def make_reports(report, most):
    api, places = FastAPI(), CapacityLimiter(most + 1)

    @api.get("/reports/{number}")
    async def read_report(number: int) -> str:
        return await to_thread.run_sync(report, number, limiter=places)

    @api.get("/version")
    def version() -> str:
        return "1"

    return api


# %% 7.1d reject: on the loop -> So many run at once and never more
def make_reports(report, most):
    api, places = FastAPI(), asyncio.Semaphore(most)

    @api.get("/reports/{number}")
    async def read_report(number: int) -> str:
        async with places:
            return report(number)

    @api.get("/version")
    def version() -> str:
        return "1"

    return api


# %% 7.1d reject: the pool of all is made small -> Version is answered meanwhile
from anyio.to_thread import current_default_thread_limiter


def make_reports(report, most):
    api = FastAPI()

    async def fewer():
        current_default_thread_limiter().total_tokens = most

    @api.get("/reports/{number}", dependencies=[Depends(fewer)])
    def read_report(number: int) -> str:
        return report(number)

    @api.get("/version")
    def version() -> str:
        return "1"

    return api


# %% 7.1e accept: select.select over a dict
import select


def run_all(jobs):
    results, error, waiting = [None] * len(jobs), None, {}
    line = list(range(len(jobs)))
    while line or waiting:
        for number in line:
            try:
                waiting[jobs[number].send(None)] = number
            except StopIteration as end:
                results[number] = end.value
            except Exception as problem:
                error = error or problem
        line = []
        if waiting:
            ready, _, _ = select.select(list(waiting), [], [])
            line = [waiting.pop(connection) for connection in ready]
    if error:
        raise error
    return results


# %% 7.1e accept: a class, one event at a time
class Loop:
    def __init__(self, jobs):
        self.jobs, self.selector = jobs, selectors.DefaultSelector()
        self.results, self.errors, self.open = {}, [], 0

    def step(self, number):
        try:
            connection = self.jobs[number].send(None)
        except StopIteration as end:
            self.results[number] = end.value
        except BaseException as error:
            self.errors.append(error)
        else:
            self.selector.register(connection, selectors.EVENT_READ, number)
            self.open += 1

    def run(self):
        for number in range(len(self.jobs)):
            self.step(number)
        while self.open:
            for key, _ in self.selector.select():
                self.selector.unregister(key.fileobj)
                self.open -= 1
                self.step(key.data)
        self.selector.close()
        if self.errors:
            raise self.errors[0]
        return [self.results[number] for number in sorted(self.results)]


def run_all(jobs):
    return Loop(jobs).run()


# %% 7.1e reject: the loop of the lesson -> A job goes on when there is something to read
def run_all(jobs):
    line, results = deque(enumerate(jobs)), {}
    while line:
        number, job = line.popleft()
        try:
            job.send(None)
        except StopIteration as end:
            results[number] = end.value
            continue
        line.append((number, job))
    return [results[number] for number in range(len(jobs))]


# %% 7.1e reject: one job after the other -> All jobs begin in their order
def run_all(jobs):
    results = []
    for job in jobs:
        try:
            while True:
                with selectors.DefaultSelector() as waiting:
                    waiting.register(job.send(None), selectors.EVENT_READ)
                    waiting.select()
        except StopIteration as end:
            results.append(end.value)
    return results


# %% 7.1e reject: it asks again and again -> It uses no processor while it waits
def run_all(jobs):
    results, errors, waiting = {}, [], {}
    line = deque(enumerate(jobs))
    while line or waiting:
        while line:
            number, job = line.popleft()
            try:
                waiting[job.send(None)] = (number, job)
            except StopIteration as end:
                results[number] = end.value
            except Exception as error:
                errors.append(error)
        with selectors.DefaultSelector() as selector:
            for connection in waiting:
                selector.register(connection, selectors.EVENT_READ)
            for key, _ in selector.select(timeout=0):
                line.append(waiting.pop(key.fileobj))
    if errors:
        raise errors[0]
    return [results[number] for number in range(len(jobs))]


# %% 7.1e reject: a thread for each job -> It runs in the thread of its caller
from concurrent.futures import ThreadPoolExecutor


def run_one(job):
    with selectors.DefaultSelector() as waiting:
        try:
            while True:
                connection = job.send(None)
                waiting.register(connection, selectors.EVENT_READ)
                waiting.select()
                waiting.unregister(connection)
        except StopIteration as end:
            return end.value


def run_all(jobs):
    with ThreadPoolExecutor(len(jobs) or 1) as pool:
        return list(pool.map(run_one, jobs))


# %% 7.1e reject: the results in the order of their ends -> Results come in the order of the jobs
def run_all(jobs):
    line, results = deque(jobs), []
    with selectors.DefaultSelector() as waiting:
        while line or waiting.get_map():
            while line:
                job = line.popleft()
                try:
                    waiting.register(job.send(None), selectors.EVENT_READ, job)
                except StopIteration as end:
                    results.append(end.value)
            if waiting.get_map():
                for key, _ in waiting.select():
                    waiting.unregister(key.fileobj)
                    line.append(key.data)
    return results


# %% 7.1e reject: an error ends all -> After an error the others go on
def run_all(jobs):
    line, results = deque(enumerate(jobs)), {}
    with selectors.DefaultSelector() as waiting:
        while line or waiting.get_map():
            while line:
                number, job = line.popleft()
                try:
                    waiting.register(job.send(None), selectors.EVENT_READ, (number, job))
                except StopIteration as end:
                    results[number] = end.value
            if waiting.get_map():
                for key, _ in waiting.select():
                    waiting.unregister(key.fileobj)
                    line.append(key.data)
    return [results[number] for number in range(len(jobs))]


# %% 7.1e reject: errors are kept only later -> An error at the beginning ends no other job
def run_all(jobs):
    results, error, waiting = [None] * len(jobs), None, selectors.DefaultSelector()
    for number, job in enumerate(jobs):
        try:
            waiting.register(job.send(None), selectors.EVENT_READ, number)
        except StopIteration as end:
            results[number] = end.value
    while waiting.get_map():
        for key, _ in waiting.select():
            waiting.unregister(key.fileobj)
            try:
                waiting.register(jobs[key.data].send(None), selectors.EVENT_READ, key.data)
            except StopIteration as end:
                results[key.data] = end.value
            except Exception as problem:
                error = error or problem
    if error:
        raise error
    return results


# %% 7.1e reject: an error is swallowed -> After an error the others go on
def run_all(jobs):
    line, results = deque(enumerate(jobs)), {}
    with selectors.DefaultSelector() as waiting:
        while line or waiting.get_map():
            while line:
                number, job = line.popleft()
                try:
                    waiting.register(job.send(None), selectors.EVENT_READ, (number, job))
                except StopIteration as end:
                    results[number] = end.value
                except Exception:
                    results[number] = None
            if waiting.get_map():
                for key, _ in waiting.select():
                    waiting.unregister(key.fileobj)
                    line.append(key.data)
    return [results[number] for number in range(len(jobs))]


# %% 7.1e reject: a connection is registered once -> A job goes on when there is something to read
def run_all(jobs):
    results, current = {}, {}
    with selectors.DefaultSelector() as waiting:
        for number, job in enumerate(jobs):
            try:
                waiting.register(job.send(None), selectors.EVENT_READ, (number, job))
            except StopIteration as end:
                results[number] = end.value
        while len(results) < len(jobs):
            for key, _ in waiting.select():
                number, job = key.data
                waiting.unregister(key.fileobj)
                try:
                    job.send(None)
                except StopIteration as end:
                    results[number] = end.value
    return [results[number] for number in range(len(jobs))]


# %% 7.1e reject: asyncio, which does not know Readable -> A job goes on when there is something to read
def run_all(jobs):
    async def main():
        return await asyncio.gather(*jobs)

    return asyncio.run(main())
