"""Checks of the exercises of lesson 7.5."""

import asyncio
from contextlib import suppress
from hashlib import sha256
from time import perf_counter

from fastapi import FastAPI
from fastapi.testclient import TestClient

from course.checks import exercise, expect, on_a_loop, require

OTHERS = ("websocket", "lifespan")

# 7.5a ----------------------------------------------------------------------------------------


def layer(name, met):
    """A middleware class that notes when a request meets it."""

    class Layer:
        def __init__(self, app):
            self.app = app

        async def __call__(self, scope, receive, send):
            if scope["type"] == "http":
                met.append(name)
            await self.app(scope, receive, send)

    return Layer


def order(surround, names, before=(), met=None):
    """What a request meets in an app to which these layers were added."""
    met, app, made = [], FastAPI(), {}
    app.get("/")(lambda: met.append("the path operation"))
    made = {name: layer(name, met) for name in (*names, *before)}
    for name in reversed(before):
        app.add_middleware(made[name])
    returned = surround(app, *(made[name] for name in names))
    TestClient(app).get("/")
    return returned, met


@exercise(
    "7.5a",
    hints=[
        "Which layer is outermost: the one that `add_middleware` was called with first, or last?",
        "Look at the two shops in the lesson, with CORS first and with CORS last.",
        "for layer in reversed(layers): add it",
    ],
)
class TestSurround:
    def test_the_first_layer_is_met_first(self, surround):
        for names in (["Log", "Gate"], ["Log", "Cors", "Gate"], ["Gate"], []):
            returned, met = order(surround, names)
            tried = f"surround(app, {', '.join(names)}), then a request: what it meets"
            means = "What is added last is outermost."
            expect(met, [*names, "the path operation"], tried=tried, means=means)
            expect(returned, None, tried=f"what surround(app, {', '.join(names)}) returns")

    def test_what_the_app_has_stays_inside(self, surround):
        for names, before in ((["Log", "Gate"], ["Cors"]), (["Log"], ["Cors", "Limit"])):
            _, met = order(surround, names, before)
            tried = (
                f"an app with {' around '.join(before)}, then surround(app, {', '.join(names)}): the order"
            )
            expect(met, [*names, *before, "the path operation"], tried=tried)

    def test_a_class_named_twice_is_there_twice(self, surround):
        _, met = order(surround, ["Log", "Gate", "Log"])
        tried = "surround(app, Log, Gate, Log), then a request: what it meets"
        expect(met, ["Log", "Gate", "Log", "the path operation"], tried=tried)
        _, met = order(surround, ["Log", "Log"])
        expect(met, ["Log", "Log", "the path operation"], tried="surround(app, Log, Log): what it meets")
        _, met = order(surround, ["Log", "Gate"], ["Log"])
        tried = "an app that has Log already, then surround(app, Log, Gate): what it meets"
        expect(met, ["Log", "Gate", "Log", "the path operation"], tried=tried)


# 7.5b, 7.5c: a server and a client, made by hand ---------------------------------------------


def messages(*bodies):
    """A response as an app sends it."""
    start = {"type": "http.response.start", "status": 200, "headers": [(b"x-app", b"tea")]}
    parts = [{"type": "http.response.body", "body": each, "more_body": True} for each in bodies]
    parts[-1] = {**parts[-1], "more_body": False}
    return [start, *parts]


def scope_of(*headers, kind="http"):
    scope = {"type": kind, "path": "/", "headers": list(headers)}
    return {**scope, "method": "GET", "query_string": b""} if kind == "http" else scope


async def nothing():
    return {"type": "http.disconnect"}


class Tick:
    """A clock that is moved by hand."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def call(app, scope, receive=nothing, send=None, tried=""):
    """Run an ASGI app for one connection; what it sent."""
    sent = []

    async def sending(message):
        sent.append(message)

    on_a_loop(app, scope, receive, send or sending, tried=tried)
    return sent


def passes_others(make, tried):
    """Whether connections of other kinds reach the app with the same three objects, and nothing reads from them."""
    for kind in OTHERS:
        got, read = [], []

        async def app(*given, got=got):
            got.append(given)

        async def receive(read=read):
            read.append("a message")
            return {"type": "http.disconnect"}

        async def send(message): ...

        scope, tried_now = scope_of(kind=kind), f"{tried}, a connection of type {kind}"
        on_a_loop(make(app), scope, receive, send, tried=tried_now)
        same = len(got) == 1 and [*map(id, got[0])] == [id(scope), id(receive), id(send)]
        require(
            same,
            tried=tried_now,
            expected="the app is called once, with the same scope, receive and send",
            got=f"{len(got)} calls" if len(got) != 1 else "other objects",
        )
        expect(read, [], tried=f"{tried_now}: what the middleware itself reads from it")


def time_in(message):
    return [value for name, value in message.get("headers", ()) if name.lower() == b"x-time-ms"]


@exercise(
    "7.5b",
    hints=[
        "In which of the messages that an app sends do its headers stand?",
        "Hand a function of your own to the app instead of `send`. What belongs to one request is a local variable.",
        "began = clock(); async def timed(message): at http.response.start another header, then await send(message)",
    ],
)
class TestTiming:
    def test_each_response_says_how_long_it_took(self, Timing):
        for seconds, wanted in ((0.25, b"250"), (0.0004, b"0"), (0.0026, b"3"), (2, b"2000"), (0, b"0")):
            tick = Tick()

            async def app(scope, receive, send, tick=tick, seconds=seconds):
                tick.now += seconds
                for message in messages(b"tea"):
                    await send(message)
                    tick.now += 7

            tried = (
                f"the response begins after {seconds} seconds, and its body comes later: the header x-time-ms"
            )
            sent = call(Timing(app, clock=tick), scope_of(), tried=tried)
            expect(time_in(sent[0]), [wanted], tried=tried)

    def test_the_other_headers_stay(self, Timing):
        own = [(b"x-app", b"tea"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]

        async def app(scope, receive, send):
            start, *rest = messages(b"tea")
            for message in ({**start, "headers": [*own]}, *rest):
                await send(message)

        kept = call(Timing(app), scope_of())[0]
        others = [each for each in kept["headers"] if each[0] != b"x-time-ms"]
        tried = "an app that sends x-app once and set-cookie twice: the other headers"
        means = "A dict has one value for each name, and a header may come more than once."
        expect(others, own, tried=tried, means=means)
        expect(kept["status"], 200, tried="an app that responds with 200: the status")
        for status in (204, 404, 500):

            async def bare(scope, receive, send, status=status):
                await send({"type": "http.response.start", "status": status})
                await send({"type": "http.response.body"})

            tried = f"an app that responds with {status} and no headers: how many x-time-ms, and the status"
            sent = call(Timing(bare), scope_of(), tried=tried)
            expect((len(time_in(sent[0])), sent[0]["status"]), (1, status), tried=tried)

    def test_a_list_of_headers_that_is_used_again_stays_as_it_is(self, Timing):
        start, body = messages(b"tea")
        own = [*start["headers"]]

        async def app(scope, receive, send):
            await send({**start, "headers": own})
            await send(body)

        timing = Timing(app)
        found = [len(time_in(call(timing, scope_of())[0])) for _ in range(2)]
        tried = "an app that sends one list of headers for each request: how many x-time-ms each response has"
        expect(found, [1, 1], tried=tried, means="The list of the app was changed: make a new one.")
        expect(own, start["headers"], tried=f"{tried[:53]}: the list afterwards")

    def test_messages_are_sent_on_at_once(self, Timing):
        order = []

        async def app(scope, receive, send):
            for number, message in enumerate(messages(b"1", b"2", b"3")):
                order.append(f"app {number}")
                await send(message)

        async def send(message):
            order.append(f"client {len(order) // 2}")
            got.append(message)

        got = []
        call(Timing(app), scope_of(), send=send)
        wanted = [f"{who} {number}" for number in range(4) for who in ("app", "client")]
        tried = "a response in four messages: when the app sends each one, and when the client gets it"
        expect(order, wanted, tried=tried)
        expect(got[1:], messages(b"1", b"2", b"3")[1:], tried="the three messages of the body")

    def test_what_the_client_sends_reaches_the_app(self, Timing):
        heard = []

        async def app(scope, receive, send):
            heard.append(scope["path"])
            heard.append((await receive())["type"])
            for message in messages(b"tea"):
                await send(message)

        call(Timing(app), scope_of())
        expect(
            heard, ["/", "http.disconnect"], tried="an app that reads a message: the path, and the message"
        )

    def test_an_error_goes_on(self, Timing):
        for begun in (False, True):

            async def app(scope, receive, send, begun=begun):
                if begun:
                    await send(messages(b"")[0])
                raise KeyError("tea")

            try:
                got = call(Timing(app), scope_of()) and "no error"
            except KeyError as error:
                got = repr(error)
            tried = (
                f"an app that raises {'after' if begun else 'before'} its response has begun: what comes out"
            )
            expect(got or "no error", "KeyError('tea')", tried=tried)

    def test_requests_at_the_same_time_do_not_disturb_each_other(self, Timing):
        tick = Tick()

        async def app(scope, receive, send):
            await receive()
            for message in messages(b""):
                await send(message)

        async def both():
            timing, gates, found = Timing(app, clock=tick), [asyncio.Event(), asyncio.Event()], {}

            async def one(number):
                async def receive():
                    await gates[number].wait()
                    return {"type": "http.request"}

                async def send(message):
                    if message["type"] == "http.response.start":
                        found[number] = time_in(message)

                await timing(scope_of(), receive, send)

            first = asyncio.create_task(one(0))
            await asyncio.sleep(0)
            tick.now += 1
            second = asyncio.create_task(one(1))
            await asyncio.sleep(0)
            tick.now += 1
            gates[0].set()
            await first
            gates[1].set()
            await second
            return [found[0], found[1]]

        tried = "a request arrives, a second later another; both begin a second after that: their x-time-ms"
        means = "What belongs to one request stands in `self`, which all requests share."
        expect(on_a_loop(both, tried=tried), [[b"2000"], [b"1000"]], tried=tried, means=means)

    def test_without_a_clock_it_has_one(self, Timing):
        async def app(scope, receive, send):
            began = perf_counter()
            while perf_counter() < began + 0.003:
                pass
            for message in messages(b"tea"):
                await send(message)

        found = time_in(call(Timing(app), scope_of())[0])
        tried = "Timing(app), and an app that takes at least 2 milliseconds: x-time-ms"
        require(
            len(found) == 1 and found[0].isdigit() and 2 <= int(found[0]) < 60_000,
            tried=tried,
            expected="milliseconds",
            got=found,
        )

    def test_other_connections_pass_as_they_are(self, Timing):
        passes_others(Timing, "Timing(app)")


# 7.5c ----------------------------------------------------------------------------------------


def seal(body):
    return (b"x-seal", sha256(body).hexdigest().encode())


def sealed(Sealed, header, *coming):
    """What the app inside heard, whether it was called, and what was sent."""
    heard, said = [], ", then ".join(str(each.get("body", each["type"])) for each in coming)
    client = Client(*coming)
    tried = f"a request with the body {said}, from a client that waits for its response"
    call(Sealed(hearing(heard)), scope_of(*header), client.receive, client.send, tried=tried)
    return heard, client.sent, said


GONE = {"type": "http.disconnect", "who": "the client"}


class Client:
    """It sends its messages, waits for the response, and goes away."""

    def __init__(self, *coming):
        self.left, self.sent, self.answered = [*coming], [], asyncio.Event()

    async def receive(self):
        await asyncio.sleep(0)
        if self.left:
            return self.left.pop(0)
        await self.answered.wait()
        return GONE

    async def send(self, message):
        self.sent.append(message)
        self.answered.set()


def hearing(heard):
    """An app that notes its body and, after its response, what else comes."""

    async def app(scope, receive, send):
        heard.append("called")
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                heard.append(message["type"])
                return
            body, more = body + message.get("body", b""), message.get("more_body", False)
        heard.append(body)
        for each in messages(b"welcome"):
            await send(each)
        heard.append(await receive())

    return app


def body(text=None, more=None):
    message = {"type": "http.request"}
    message |= {} if text is None else {"body": text}
    return message if more is None else {**message, "more_body": more}


def text_of(sent):
    statuses = [each["status"] for each in sent if each["type"] == "http.response.start"]
    return tuple(statuses), b"".join(each.get("body", b"") for each in sent)


WHOLE = {
    b"tea": [body(b"tea", False)],
    b"": [body()],
    b"green": [body(b"green")],
    b"black tea": [body(b"black", True), body(b" ", True), body(b"tea", False)],
    b"oolong": [body(b"oo", True), body(more=True), body(b"long", True), body()],
}


@exercise(
    "7.5c",
    hints=[
        "Who reads the body now, and what is left for the app? After a response has been sent, what runs next?",
        "Read until no more comes. Hand the app a `receive` of your own, which gives the messages once more.",
        "async def again(): return read.pop(0) if read else await receive()",
    ],
)
class TestSealed:
    def test_the_app_gets_the_whole_body(self, Sealed):
        for text, coming in WHOLE.items():
            heard, sent, said = sealed(Sealed, [seal(text)], *coming)
            tried = f"the body {said}, with its seal: what the app inside hears"
            expect(heard[:2], ["called", text], tried=tried)
            expect(text_of(sent), ((200,), b"welcome"), tried=f"the body {said}, with its seal: the response")

    def test_after_the_body_it_hears_what_else_comes(self, Sealed):
        for text, coming in WHOLE.items():
            heard, _, said = sealed(Sealed, [seal(text)], *coming)
            tried = (
                f"the body {said}, with its seal; after the response the client goes away: what the app hears"
            )
            expect(heard[2:], [GONE], tried=tried)

    def test_requests_at_the_same_time_do_not_disturb_each_other(self, Sealed):
        async def together():
            heard = []
            app = Sealed(hearing(heard))
            clients = [Client(*WHOLE[text]) for text in (b"black tea", b"oolong", b"tea")]
            seals = [seal(b"black tea"), seal(b"coffee"), seal(b"tea")]
            await asyncio.gather(
                *(app(scope_of(s), c.receive, c.send) for s, c in zip(seals, clients, strict=True))
            )
            return [text_of(each.sent) for each in clients], {
                each for each in heard if isinstance(each, bytes)
            }

        tried = (
            "one Sealed, and three requests at the same time; the second one has another seal: the responses"
        )
        means = "What belongs to one request stands in `self`, which all requests share."
        good = ((200,), b"welcome")
        got, bodies = on_a_loop(together, tried=tried)
        expect(got, [good, ((400,), b"wrong seal"), good], tried=tried, means=means)
        expect(bodies, {b"black tea", b"tea"}, tried="the same: the bodies that reach the app", means=means)

    def test_without_the_right_seal_it_is_400(self, Sealed):
        for header, said_of_it in (
            ([], "no seal"),
            ([seal(b"coffee")], "another seal"),
            ([(b"x-seal", b"")], ""),
        ):
            for coming in WHOLE.values():
                _, sent, said = sealed(Sealed, header, *coming)
                tried = f"the body {said}, with {said_of_it or 'an empty seal'}: statuses and text"
                means = {
                    (
                        (400, 200),
                        b"wrong sealwelcome",
                    ): "After its response the middleware goes on to the app."
                }
                expect(text_of(sent), ((400,), b"wrong seal"), tried=tried, means=means)

    def test_the_seal_is_that_of_the_whole_body(self, Sealed):
        for part, coming in (
            (b"black", WHOLE[b"black tea"]),
            (b"oo", WHOLE[b"oolong"]),
            (b"tea", WHOLE[b"black tea"]),
        ):
            _, sent, said = sealed(Sealed, [seal(part)], *coming)
            tried = f"the body {said}, with the seal of {part!r}: statuses and text"
            expect(text_of(sent), ((400,), b"wrong seal"), tried=tried)

    def test_a_refused_request_does_not_reach_the_app(self, Sealed):
        for text, coming in WHOLE.items():
            heard, _, said = sealed(Sealed, [seal(text + b"!")], *coming)
            expect(heard, [], tried=f"the body {said}, with another seal: what the app inside hears")

    def test_half_a_body_is_nothing(self, Sealed):
        gone = {"type": "http.disconnect"}
        for coming in ([body(b"black", True), gone], [gone], [body(b"", True), body(b"tea", True), gone]):
            text = b"".join(each.get("body", b"") for each in coming)
            for header in ([seal(text)], []):
                heard, sent, said = sealed(Sealed, header, *coming)
                tried = f"the client sends {said}: what the app hears, and what is sent"
                expect((heard, sent), ([], []), tried=tried)

    def test_other_connections_pass_as_they_are(self, Sealed):
        passes_others(Sealed, "Sealed(app)")


# 7.5d ----------------------------------------------------------------------------------------


def resource(name, events, opening=None, closing=None):
    """A function that returns an async context manager, which notes what happens to it."""
    count = 0

    class Opened:  # no generator: the loop's end would close one that was forgotten
        def __init__(self):
            nonlocal count
            count += 1
            self.number = count

        async def __aenter__(self):
            events.append(f"open {name}")
            if opening:
                raise opening
            return f"{name} {self.number}"

        async def __aexit__(self, *error):
            events.append(f"close {name}")
            if closing:
                raise closing

    return Opened


def lived(holding, events, starts=1, **resources):
    """Start an app and end it; what it had meanwhile, and the error that came out."""
    app = FastAPI(lifespan=holding(**resources))
    had, error = [], None
    for _ in range(starts):
        try:
            with TestClient(app):
                events.append("runs")
                had.append(app.state.resources)
        except (LookupError, OSError) as caught:
            error = repr(caught)
    return had, error


NAMES = ["cache", "mail", "search"]


@exercise(
    "7.5d",
    hints=[
        "The second one fails to open. Which line of your code closes the first one?",
        "Two nested `async with` would do all of it. What does the same for any number of them?",
        "async with AsyncExitStack() as stack: await stack.enter_async_context(…) for each; then yield, inside",
    ],
)
class TestHolding:
    def test_they_are_opened_in_order_and_closed_in_reverse(self, holding):
        for names in ([], ["mail"], ["mail", "cache"], NAMES):
            events = []
            lived(holding, events, **{name: resource(name, events) for name in names})
            wanted = [f"open {name}" for name in names] + ["runs"]
            wanted += [f"close {name}" for name in reversed(names)]
            expect(events, wanted, tried=f"an app with {', '.join(names) or 'no resources'} starts and ends")

    def test_the_app_has_them_by_name(self, holding):
        for names in ([], ["mail", "cache"]):
            had, _ = lived(holding, [], **{name: resource(name, []) for name in names})
            wanted = {name: f"{name} 1" for name in names}
            expect(
                had,
                [wanted],
                tried=f"{', '.join(names) or 'no resources'}: app.state.resources while it runs",
            )

    def test_when_one_fails_to_open_what_is_open_is_closed(self, holding):
        for at in range(3):
            events = []
            made = {name: resource(name, events) for name in NAMES}
            made[NAMES[at]] = resource(NAMES[at], events, opening=LookupError("no"))
            _, error = lived(holding, events, **made)
            wanted = [f"open {name}" for name in NAMES[: at + 1]]
            wanted += [f"close {name}" for name in reversed(NAMES[:at])]
            expect(events, wanted, tried=f"{', '.join(NAMES)}; {NAMES[at]} fails to open")
            expect(error, "LookupError('no')", tried=f"{NAMES[at]} fails to open: the error at the start")

    def test_when_one_fails_to_close_the_others_are_closed(self, holding):
        for at in range(3):
            events = []
            made = {name: resource(name, events) for name in NAMES}
            made[NAMES[at]] = resource(NAMES[at], events, closing=OSError("no"))
            _, error = lived(holding, events, **made)
            closed = [each for each in events if each.startswith("close")]
            wanted = [f"close {name}" for name in reversed(NAMES)]
            expect(closed, wanted, tried=f"{', '.join(NAMES)}; {NAMES[at]} fails to close")
            expect(error, "OSError('no')", tried=f"{NAMES[at]} fails to close: the error that comes out")

    def test_a_second_start_opens_them_anew(self, holding):
        events = []
        made = {name: resource(name, events) for name in NAMES[:2]}
        had, _ = lived(holding, events, starts=2, **made)
        once = ["open cache", "open mail", "runs", "close mail", "close cache"]
        expect(events, once * 2, tried="an app with cache and mail starts and ends, twice")
        wanted = [{name: f"{name} {turn}" for name in NAMES[:2]} for turn in (1, 2)]
        expect(had, wanted, tried="app.state.resources in the first run, and in the second")


# 7.5e ----------------------------------------------------------------------------------------

PATIENCE = 0.05


async def well():
    return None


async def well_too():
    return False


async def well_in_words():
    return "late"


async def later():
    await asyncio.sleep(0.02)


async def broken():
    raise ConnectionError("password not-a-real-password is wrong")


async def out_of_time():
    raise TimeoutError("the driver's own")


async def hanging():
    await asyncio.Event().wait()


async def slow():
    for _ in range(5):
        await asyncio.sleep(0)


def asked(readiness, patience=PATIENCE, **checks):
    tried = f"await readiness({{{', '.join(f'{n!r}: {c.__name__}' for n, c in checks.items())}}}, {patience})"
    got = on_a_loop(readiness, checks, patience, tried=tried)
    require(isinstance(got, tuple), tried=tried, expected="a tuple", got=got)
    return got, tried


@exercise(
    "7.5e",
    hints=[
        "One check hangs. Who waits for it, and who else?",
        "Each check gets a limit of its own, and all of them are started before one is awaited.",
        "an inner async function: try: async with asyncio.timeout(patience): await check() …; then asyncio.gather",
    ],
)
class TestReadiness:
    def test_a_check_that_returns_is_ok(self, readiness):
        for checks in (
            {"database": well},
            {"database": well, "mail": well_too, "search": slow, "log": well_in_words},
        ):
            got, tried = asked(readiness, **checks)
            expect(got, (200, dict.fromkeys(checks, "ok")), tried=tried)

    def test_a_check_that_raises_has_failed(self, readiness):
        for checks in (
            {"mail": broken},
            {"database": well, "mail": broken},
            {"mail": broken, "database": well},
        ):
            got, tried = asked(readiness, **checks)
            wanted = {name: "ok" if check is well else "failed" for name, check in checks.items()}
            expect(got, (503, wanted), tried=tried)

    def test_one_that_fails_does_not_stop_the_others(self, readiness):
        for checks in ({"mail": broken, "search": later}, {"search": later, "mail": broken}):
            got, tried = asked(readiness, patience=60, **checks)
            wanted = {name: "ok" if check is later else "failed" for name, check in checks.items()}
            expect(got, (503, wanted), tried=f"{tried}; mail fails at once, search is well a little later")

    def test_an_error_of_its_own_limit_is_failed_too(self, readiness):
        got, tried = asked(readiness, patience=60, mail=out_of_time)
        means = "The check itself has raised TimeoutError, at once: its own limit was over, not that of readiness."
        expect(got, (503, {"mail": "failed"}), tried=tried, means=means)

    def test_a_check_that_hangs_is_late(self, readiness):
        for checks in (
            {"mail": hanging},
            {"database": well, "mail": hanging},
            {"mail": hanging, "search": broken, "database": well},
        ):
            got, tried = asked(readiness, **checks)
            said = {well: "ok", hanging: "late", broken: "failed"}
            expect(got, (503, {name: said[check] for name, check in checks.items()}), tried=tried)

    def test_they_run_at_the_same_time(self, readiness):
        async def two():
            first, second = asyncio.Event(), asyncio.Event()

            async def database():
                first.set()
                await second.wait()

            async def mail():
                second.set()
                await first.wait()

            return await readiness({"database": database, "mail": mail}, 0.5)

        tried = "two checks that wait for each other: each ends when the other has begun"
        means = "The second check begins when the first one is over."
        expect(on_a_loop(two, tried=tried), (200, {"database": "ok", "mail": "ok"}), tried=tried, means=means)

    def test_each_is_named_in_the_order_of_checks(self, readiness):
        for names in (["mail", "database", "search"], ["search", "database", "mail"]):
            (_, found), tried = asked(readiness, **dict(zip(names, (slow, hanging, well), strict=True)))
            expect([*found], names, tried=f"{tried}: the names")

    def test_a_late_check_is_cancelled_and_runs_no_more(self, readiness):
        seen = []

        async def noting():
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                seen.append("cancelled")
                raise
            finally:
                for _ in range(5):  # anyio cancels again at each await, and may
                    with suppress(asyncio.CancelledError):
                        await asyncio.sleep(0.01)
                seen.append("closed")

        async def main():
            before = asyncio.all_tasks()
            await readiness({"mail": noting, "database": well}, PATIENCE)
            return [*seen], len(asyncio.all_tasks() - before)

        tried = (
            "a check that hangs, and closes something when it is cancelled: its notes when readiness returns"
        )
        found, left = on_a_loop(main, tried=tried)
        expect(found, ["cancelled", "closed"], tried=tried)
        expect(left, 0, tried="a check that hangs: tasks that still run when readiness returns")

    def test_without_checks_it_is_200(self, readiness):
        got, tried = asked(readiness)
        expect(got, (200, {}), tried=tried)
