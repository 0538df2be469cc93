"""Right and wrong answers to the exercises of lesson 7.5."""

# %% 7.5a accept: the list of middleware itself
from starlette.middleware import Middleware


def surround(app, *layers):
    app.user_middleware[:0] = [Middleware(each) for each in layers]


# %% 7.5a accept: a stack of layers
def surround(app, *layers):
    left = list(layers)
    while left:
        app.add_middleware(left.pop())


# %% 7.5a reject: in the order given -> The first layer is met first
def surround(app, *layers):
    for layer in layers:
        app.add_middleware(layer)


# %% 7.5a reject: inside of what is there -> What the app has stays inside
from starlette.middleware import Middleware


def surround(app, *layers):
    app.user_middleware.extend(Middleware(each) for each in layers)


# %% 7.5a reject: what is there is thrown away -> What the app has stays inside
from starlette.middleware import Middleware


def surround(app, *layers):
    app.user_middleware = [Middleware(each) for each in layers]


# %% 7.5a reject: each class once -> A class named twice is there twice
def surround(app, *layers):
    for layer in reversed(dict.fromkeys(layers)):
        app.add_middleware(layer)


# %% 7.5a reject: an app around the app -> The first layer is met first
def surround(app, *layers):
    for layer in reversed(layers):
        app = layer(app)
    return app


# %% 7.5b accept: MutableHeaders on a copy of the message
from time import perf_counter

from starlette.datastructures import MutableHeaders


class Timing:
    def __init__(self, app, clock=perf_counter):
        self.app = app
        self.clock = clock

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            send = self.timed(send, self.clock())
        await self.app(scope, receive, send)

    def timed(self, send, began):
        async def timed(message):
            if message["type"] == "http.response.start":
                message = message | {"headers": list(message.get("headers", []))}
                took = round((self.clock() - began) * 1000)
                MutableHeaders(scope=message)["X-Time-Ms"] = str(took)
            await send(message)

        return timed


# %% 7.5b accept: an object for each request
from time import perf_counter


class OneRequest:
    def __init__(self, send, clock):
        self.send, self.clock, self.began = send, clock, clock()

    async def __call__(self, message):
        if message["type"] == "http.response.start":
            ms = f"{1000 * (self.clock() - self.began):.0f}".encode()
            message = dict(message)
            message["headers"] = tuple(message.get("headers") or ()) + ((b"x-time-ms", ms),)
        await self.send(message)


class Timing:
    def __init__(self, app, *, clock=perf_counter):
        self.app, self.clock = app, clock

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        return await self.app(scope, receive, OneRequest(send, self.clock))


# %% 7.5b reject: the start stands in self -> Requests at the same time do not disturb each other
from time import perf_counter


class Timing:
    def __init__(self, app, clock=perf_counter):
        self.app, self.clock = app, clock

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        self.began = self.clock()

        async def timed(message):
            if message["type"] == "http.response.start":
                ms = str(round(1000 * (self.clock() - self.began))).encode()
                message = {**message, "headers": [*message.get("headers", []), (b"x-time-ms", ms)]}
            await send(message)

        await self.app(scope, receive, timed)


# %% 7.5b reject: BaseHTTPMiddleware -> Messages are sent on at once
from time import perf_counter

from starlette.middleware.base import BaseHTTPMiddleware


class Timing(BaseHTTPMiddleware):
    def __init__(self, app, clock=perf_counter):
        super().__init__(app)
        self.clock = clock

    async def dispatch(self, request, call_next):
        began = self.clock()
        response = await call_next(request)
        response.headers["x-time-ms"] = str(round(1000 * (self.clock() - began)))
        return response


# %% 7.5b reject: the app's own message is changed -> A list of headers that is used again stays as it is
from time import perf_counter


class Timing:
    def __init__(self, app, clock=perf_counter):
        self.app, self.clock = app, clock

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began = self.clock()

        async def timed(message):
            if message["type"] == "http.response.start":
                ms = str(round(1000 * (self.clock() - began))).encode()
                message.setdefault("headers", []).append((b"x-time-ms", ms))
            await send(message)

        await self.app(scope, receive, timed)


# %% 7.5b reject: all messages are collected first -> Messages are sent on at once
from time import perf_counter


class Timing:
    def __init__(self, app, clock=perf_counter):
        self.app, self.clock = app, clock

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began, found, times = self.clock(), [], []

        async def keep(message):
            found.append(message)
            times.append(self.clock())

        try:
            await self.app(scope, receive, keep)
        finally:
            for message, at in zip(found, times):
                if message["type"] == "http.response.start":
                    ms = str(round(1000 * (at - began))).encode()
                    message = {**message, "headers": [*message.get("headers", []), (b"x-time-ms", ms)]}
                await send(message)


# %% 7.5b reject: headers are taken for granted -> The other headers stay
from time import perf_counter


class Timing:
    def __init__(self, app, clock=perf_counter):
        self.app, self.clock = app, clock

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began = self.clock()

        async def timed(message):
            if message["type"] == "http.response.start":
                ms = str(round(1000 * (self.clock() - began))).encode()
                message = {**message, "headers": [*message["headers"], (b"x-time-ms", ms)]}
            await send(message)

        await self.app(scope, receive, timed)


# %% 7.5b reject: the lifespan is timed too -> Other connections pass as they are
from time import perf_counter


class Timing:
    def __init__(self, app, clock=perf_counter):
        self.app, self.clock = app, clock

    async def __call__(self, scope, receive, send):
        began = self.clock()

        async def timed(message):
            if message["type"] == "http.response.start":
                ms = str(round(1000 * (self.clock() - began))).encode()
                message = {**message, "headers": [*message.get("headers", []), (b"x-time-ms", ms)]}
            await send(message)

        await self.app(scope, receive, timed)


# %% 7.5b reject: errors are swallowed -> An error goes on
from contextlib import suppress
from time import perf_counter


class Timing:
    def __init__(self, app, clock=perf_counter):
        self.app, self.clock = app, clock

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began = self.clock()

        async def timed(message):
            if message["type"] == "http.response.start":
                ms = str(round(1000 * (self.clock() - began))).encode()
                message = {**message, "headers": [*message.get("headers", []), (b"x-time-ms", ms)]}
            await send(message)

        with suppress(Exception):
            await self.app(scope, receive, timed)


# %% 7.5b reject: parts of a millisecond are cut off -> Each response says how long it took
from time import perf_counter


class Timing:
    def __init__(self, app, clock=perf_counter):
        self.app, self.clock = app, clock

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began = self.clock()

        async def timed(message):
            if message["type"] == "http.response.start":
                ms = str(int(1000 * (self.clock() - began))).encode()
                message = {**message, "headers": [*message.get("headers", []), (b"x-time-ms", ms)]}
            await send(message)

        await self.app(scope, receive, timed)


# %% 7.5c accept: Starlette reads the body
from hashlib import sha256

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse


class Sealed:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        try:
            body = await Request(scope, receive).body()
        except ClientDisconnect:
            return
        if Request(scope).headers.get("x-seal") != sha256(body).hexdigest():
            return await PlainTextResponse("wrong seal", status_code=400)(scope, receive, send)
        given = False

        async def once_more():
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, once_more, send)


# %% 7.5c accept: the seal grows with each message
from collections import deque
from hashlib import sha256
from hmac import compare_digest


class Sealed:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif (read := await self.read(receive)) is not None:
            seal = sha256(b"".join(each.get("body", b"") for each in read)).hexdigest()
            given = b"".join(value for name, value in scope["headers"] if name == b"x-seal")
            if compare_digest(given, seal.encode()):

                async def again():
                    return read.popleft() if read else await receive()

                await self.app(scope, again, send)
            else:
                headers = [(b"content-type", b"text/plain")]
                await send({"type": "http.response.start", "status": 400, "headers": headers})
                await send({"type": "http.response.body", "body": b"wrong seal"})

    async def read(self, receive):
        read = deque()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            read.append(message)
            if not message.get("more_body"):
                return read


# %% 7.5c reject: only the return was forgotten -> The app gets the whole body
from hashlib import sha256

from starlette.responses import PlainTextResponse


class Sealed:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        seal = sha256(message.get("body", b"")).hexdigest().encode()
        if dict(scope["headers"]).get(b"x-seal") != seal:
            await PlainTextResponse("wrong seal", 400)(scope, receive, send)
            return
        await self.app(scope, receive, send)


# %% 7.5c reject: the app hears its body again and again -> After the body it hears what else comes
from hashlib import sha256

from starlette.responses import PlainTextResponse


class Sealed:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body, more = body + message.get("body", b""), message.get("more_body", False)
        if dict(scope["headers"]).get(b"x-seal") != sha256(body).hexdigest().encode():
            return await PlainTextResponse("wrong seal", 400)(scope, receive, send)

        async def again():
            return {"type": "http.request", "body": body}

        await self.app(scope, again, send)


# %% 7.5c reject: a second response for a refused request -> Without the right seal it is 400
from hashlib import sha256

from starlette.responses import PlainTextResponse


class Sealed:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        read = []
        while not read or read[-1].get("more_body", False):
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            read.append(message)
        body = b"".join(each.get("body", b"") for each in read)
        if dict(scope["headers"]).get(b"x-seal") != sha256(body).hexdigest().encode():
            await PlainTextResponse("wrong seal", 400)(scope, receive, send)

        async def again():
            return read.pop(0) if read else await receive()

        await self.app(scope, again, send)


# %% 7.5c reject: half a body is taken for a whole one -> Half a body is nothing
from hashlib import sha256

from starlette.responses import PlainTextResponse


class Sealed:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        read = []
        while not read or read[-1].get("more_body", False):
            read.append(await receive())
        body = b"".join(each.get("body", b"") for each in read)
        if dict(scope["headers"]).get(b"x-seal") != sha256(body).hexdigest().encode():
            return await PlainTextResponse("wrong seal", 400)(scope, receive, send)

        async def again():
            return read.pop(0) if read else await receive()

        await self.app(scope, again, send)


# %% 7.5c reject: the first message is the body -> The app gets the whole body
from hashlib import sha256

from starlette.responses import PlainTextResponse


class Sealed:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        first = [await receive()]
        if first[0]["type"] == "http.disconnect":
            return
        if dict(scope["headers"]).get(b"x-seal") != sha256(first[0].get("body", b"")).hexdigest().encode():
            return await PlainTextResponse("wrong seal", 400)(scope, receive, send)

        async def again():
            return first.pop() if first else await receive()

        await self.app(scope, again, send)


# %% 7.5c reject: a body is read from every connection -> Other connections pass as they are
from hashlib import sha256

from starlette.responses import PlainTextResponse


class Sealed:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        read = []
        while not read or read[-1].get("more_body", False):
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            read.append(message)
        body = b"".join(each.get("body", b"") for each in read)
        if dict(scope["headers"]).get(b"x-seal") != sha256(body).hexdigest().encode():
            return await PlainTextResponse("wrong seal", 400)(scope, receive, send)

        async def again():
            return read.pop(0) if read else await receive()

        await self.app(scope, again, send)


# %% 7.5d accept: a block in a block, by recursion
from contextlib import asynccontextmanager


def holding(**resources):
    @asynccontextmanager
    async def opened(left, found):
        if not left:
            yield found
            return
        name, *rest = left
        async with resources[name]() as value:
            async with opened(rest, {**found, name: value}) as all_of_them:
                yield all_of_them

    @asynccontextmanager
    async def lifespan(app):
        async with opened([*resources], {}) as found:
            app.state.resources = found
            yield

    return lifespan


# %% 7.5d accept: a class with a stack
from contextlib import AsyncExitStack


class Holding:
    def __init__(self, app, resources):
        self.app, self.resources, self.stack = app, resources, AsyncExitStack()

    async def __aenter__(self):
        found = self.app.state.resources = {}
        async with AsyncExitStack() as stack:
            for name, resource in self.resources.items():
                found[name] = await stack.enter_async_context(resource())
            self.stack = stack.pop_all()

    async def __aexit__(self, *error):
        return await self.stack.__aexit__(*error)


def holding(**resources):
    return lambda app: Holding(app, resources)


# %% 7.5d reject: nothing is closed when one fails to open -> When one fails to open what is open is closed
from contextlib import AsyncExitStack, asynccontextmanager


def holding(**resources):
    @asynccontextmanager
    async def lifespan(app):
        stack = AsyncExitStack()
        app.state.resources = {
            name: await stack.enter_async_context(resource()) for name, resource in resources.items()
        }
        yield
        await stack.aclose()

    return lifespan


# %% 7.5d reject: the first error ends the closing -> When one fails to close the others are closed
from contextlib import asynccontextmanager


def holding(**resources):
    @asynccontextmanager
    async def lifespan(app):
        opened, app.state.resources = [], {}
        try:
            for name, resource in resources.items():
                manager = resource()
                app.state.resources[name] = await manager.__aenter__()
                opened.append(manager)
            yield
        finally:
            for manager in reversed(opened):
                await manager.__aexit__(None, None, None)

    return lifespan


# %% 7.5d reject: closed in the order of opening -> They are opened in order and closed in reverse
from contextlib import asynccontextmanager


def holding(**resources):
    @asynccontextmanager
    async def lifespan(app):
        opened, app.state.resources = [], {}
        try:
            for name, resource in resources.items():
                manager = resource()
                app.state.resources[name] = await manager.__aenter__()
                opened.append(manager)
            yield
        finally:
            for manager in opened:
                await manager.__aexit__(None, None, None)

    return lifespan


# %% 7.5d reject: the managers, not what they give -> The app has them by name
from contextlib import AsyncExitStack, asynccontextmanager


def holding(**resources):
    @asynccontextmanager
    async def lifespan(app):
        async with AsyncExitStack() as stack:
            app.state.resources = {name: resource() for name, resource in resources.items()}
            for manager in app.state.resources.values():
                await stack.enter_async_context(manager)
            yield

    return lifespan


# %% 7.5d reject: made once for all starts -> A second start opens them anew
from contextlib import AsyncExitStack, asynccontextmanager


def holding(**resources):
    made = {name: resource() for name, resource in resources.items()}

    @asynccontextmanager
    async def lifespan(app):
        async with AsyncExitStack() as stack:
            app.state.resources = {
                name: await stack.enter_async_context(manager) for name, manager in made.items()
            }
            yield

    return lifespan


# %% 7.5d reject: an error of the closing is lost -> When one fails to close the others are closed
from contextlib import asynccontextmanager, suppress


def holding(**resources):
    @asynccontextmanager
    async def lifespan(app):
        opened, app.state.resources = [], {}
        try:
            for name, resource in resources.items():
                manager = resource()
                app.state.resources[name] = await manager.__aenter__()
                opened.append(manager)
            yield
        finally:
            for manager in reversed(opened):
                with suppress(Exception):
                    await manager.__aexit__(None, None, None)

    return lifespan


# %% 7.5e accept: wait for all, then cancel the rest
import asyncio


async def readiness(checks, patience):
    if not checks:
        return 200, {}
    tasks = {name: asyncio.ensure_future(check()) for name, check in checks.items()}
    await asyncio.wait(tasks.values(), timeout=patience)
    found = {}
    for name, task in tasks.items():
        if not task.done():
            found[name] = "late"
            task.cancel()
        else:
            found[name] = "failed" if task.exception() else "ok"
    await asyncio.gather(*tasks.values(), return_exceptions=True)
    return (200 if set(found.values()) == {"ok"} else 503), found


# %% 7.5e accept: a task group of anyio
import anyio


async def readiness(checks, patience):
    found = dict.fromkeys(checks, "late")

    async def run(name, check):
        try:
            with anyio.move_on_after(patience) as limit:
                await check()
                found[name] = "ok"
        except Exception:
            found[name] = "failed"

    async with anyio.create_task_group() as group:
        for name, check in checks.items():
            group.start_soon(run, name, check)
    return (503 if {"late", "failed"} & {*found.values()} else 200), found


# %% 7.5e reject: one after the other -> They run at the same time
import asyncio


async def readiness(checks, patience):
    found = {}
    for name, check in checks.items():
        limit = asyncio.timeout(patience)
        try:
            async with limit:
                await check()
            found[name] = "ok"
        except Exception:
            found[name] = "late" if limit.expired() else "failed"
    return (200 if all(each == "ok" for each in found.values()) else 503), found


# %% 7.5e reject: without a limit -> A check that hangs is late
import asyncio


async def readiness(checks, patience):
    results = await asyncio.gather(*(check() for check in checks.values()), return_exceptions=True)
    found = {
        name: "failed" if isinstance(each, Exception) else "ok" for name, each in zip(checks, results)
    }
    return (200 if all(each == "ok" for each in found.values()) else 503), found


# %% 7.5e reject: every TimeoutError is late -> An error of its own limit is failed too
import asyncio


async def readiness(checks, patience):
    async def outcome(check):
        try:
            await asyncio.wait_for(check(), patience)
        except TimeoutError:
            return "late"
        except Exception:
            return "failed"
        return "ok"

    found = dict(zip(checks, await asyncio.gather(*map(outcome, checks.values()))))
    return (200 if all(each == "ok" for each in found.values()) else 503), found


# %% 7.5e reject: late checks run on -> A late check is cancelled and runs no more
import asyncio


async def readiness(checks, patience):
    if not checks:
        return 200, {}
    tasks = {name: asyncio.ensure_future(check()) for name, check in checks.items()}
    await asyncio.wait(tasks.values(), timeout=patience)
    found = {
        name: "late" if not task.done() else "failed" if task.exception() else "ok"
        for name, task in tasks.items()
    }
    return (200 if set(found.values()) == {"ok"} else 503), found


# %% 7.5e reject: cancelled, and not waited for -> A late check is cancelled and runs no more
import asyncio


async def readiness(checks, patience):
    if not checks:
        return 200, {}
    tasks = {name: asyncio.ensure_future(check()) for name, check in checks.items()}
    await asyncio.wait(tasks.values(), timeout=patience)
    found = {}
    for name, task in tasks.items():
        if task.done():
            found[name] = "failed" if task.exception() else "ok"
        else:
            task.cancel()
            found[name] = "late"
    return (200 if set(found.values()) == {"ok"} else 503), found


# %% 7.5e reject: the text of the error is told -> A check that raises has failed
import asyncio


async def readiness(checks, patience):
    async def outcome(check):
        limit = asyncio.timeout(patience)
        try:
            async with limit:
                await check()
        except Exception as error:
            return "late" if limit.expired() else str(error)
        return "ok"

    found = dict(zip(checks, await asyncio.gather(*map(outcome, checks.values()))))
    return (200 if all(each == "ok" for each in found.values()) else 503), found


# %% 7.5e reject: what a check returns is its verdict -> A check that returns is ok
import asyncio


async def readiness(checks, patience):
    async def outcome(check):
        limit = asyncio.timeout(patience)
        try:
            async with limit:
                return "failed" if await check() is False else "ok"
        except Exception:
            return "late" if limit.expired() else "failed"

    found = dict(zip(checks, await asyncio.gather(*map(outcome, checks.values()))))
    return (200 if all(each == "ok" for each in found.values()) else 503), found


# %% 7.5e reject: nothing to ask is not ready -> Without checks it is 200
import asyncio


async def readiness(checks, patience):
    async def outcome(check):
        limit = asyncio.timeout(patience)
        try:
            async with limit:
                await check()
        except Exception:
            return "late" if limit.expired() else "failed"
        return "ok"

    found = dict(zip(checks, await asyncio.gather(*map(outcome, checks.values()))))
    return (200 if set(found.values()) == {"ok"} else 503), found


# %% 7.5e reject: the quick ones first -> Each is named in the order of checks
import asyncio


async def readiness(checks, patience):
    found = {}

    async def outcome(name, check):
        limit = asyncio.timeout(patience)
        try:
            async with limit:
                await check()
            found[name] = "ok"
        except Exception:
            found[name] = "late" if limit.expired() else "failed"

    await asyncio.gather(*(outcome(*each) for each in checks.items()))
    return (200 if all(each == "ok" for each in found.values()) else 503), found
