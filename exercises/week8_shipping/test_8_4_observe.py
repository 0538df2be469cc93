"""Checks of the exercises of lesson 8.4."""

import asyncio
import json
from contextlib import suppress
from functools import partial

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from prometheus_client import CollectorRegistry
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from course import play
from course.checks import exercise, expect, on_a_loop, require


def recorded():
    """A tracer, and the exporter that gets its spans."""
    exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider.get_tracer("shop"), exporter


def inside(span):
    """Everything that stands in a span, as text."""
    return (
        f"{span.name} {dict(span.attributes)} {span.status.description} {[e.attributes for e in span.events]}"
    )


def failed(span):
    return span.status.status_code is StatusCode.ERROR


# 8.4a ----------------------------------------------------------------------------------------

ROUTES = ("/teas", "/teas/{tea_id}")
REQUESTS = "shop_requests_total"


def counts(registry):
    """The counter's series: labels and values."""
    return {
        tuple(sample.labels.get(name) for name in ("method", "route", "kind")): sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name == REQUESTS
    }


def noted(numbers, *requests, routes=ROUTES):
    registry = CollectorRegistry()
    note = numbers(registry, routes)
    for request in requests:
        note(*request)
    return registry, ", ".join(f"note{request}" for request in requests)


@exercise(
    "8.4a",
    hints=[
        "How many different values can each of your labels have, whatever a client sends?",
        "`Counter` and `Histogram` take `registry=`, the histogram takes `buckets=` too. `.labels(…)` chooses a series.",
        'known = method if method in METHODS else "other"; requests.labels(known, …, f"{status // 100}xx").inc()',
    ],
)
class TestNumbers:
    def test_requests_are_counted_by_method_route_and_kind(self, numbers):
        for status, kind in (
            (200, "2xx"),
            (404, "4xx"),
            (304, "3xx"),
            (503, "5xx"),
            (599, "5xx"),
            (100, "1xx"),
        ):
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
                asked = (method, "/teas", status, 0.2)
                registry, tried = noted(numbers, asked, asked, (method, ROUTES[1], status, 0.2))
                wanted = {(method, "/teas", kind): 2, (method, ROUTES[1], kind): 1}
                expect(counts(registry), wanted, tried=f"{tried}: {REQUESTS}")

    def test_the_histogram_has_three_buckets(self, numbers):
        requests = [("GET", "/teas", 200, seconds) for seconds in (0.05, 0.1, 0.4, 1.9, 7)]
        registry, tried = noted(numbers, *requests)
        found = {
            sample.labels["le"]: sample.value
            for metric in registry.collect()
            for sample in metric.samples
            if sample.name == "shop_seconds_bucket"
        }
        wanted = {"0.1": 2, "0.5": 3, "2.0": 4, "+Inf": 5}
        expect(found, wanted, tried=f"{tried}: shop_seconds_bucket, by le")

    def test_the_histogram_knows_routes_and_sums(self, numbers):
        registry, tried = noted(numbers, ("GET", "/teas", 200, 0.25), ("PUT", "/teas", 500, 0.5))
        value = registry.get_sample_value("shop_seconds_sum", {"route": "/teas"})
        expect(value, 0.75, tried=f'{tried}: shop_seconds_sum{{route="/teas"}}')

    def test_an_unknown_method_is_other(self, numbers):
        for methods in (["BREW", "TEA", "get", ""], ["OPTIONS", "HEAD", "other"]):
            registry, tried = noted(numbers, *((method, "/teas", 200, 0.1) for method in methods))
            means = "Each word that a client invents is a series of its own."
            wanted = {("other", "/teas", "2xx"): len(methods)}
            expect(counts(registry), wanted, tried=f"{tried}: {REQUESTS}", means=means)

    def test_an_unknown_route_is_other(self, numbers):
        paths = ["/teas/1", "/teas/2", None, "/wp-admin", ""]
        registry, tried = noted(numbers, *(("GET", path, 404, 0.5) for path in paths))
        means = "Each path that a client invents is a series of its own."
        wanted = {("GET", "other", "4xx"): len(paths)}
        expect(counts(registry), wanted, tried=f"{tried}: {REQUESTS}", means=means)
        value = registry.get_sample_value("shop_seconds_sum", {"route": "other"})
        expect(value, 2.5, tried='the same: shop_seconds_sum{route="other"}')

    def test_registries_have_numbers_of_their_own(self, numbers):
        first, second = CollectorRegistry(), CollectorRegistry()
        notes = numbers(first, ROUTES), numbers(second, ["/cups"])
        notes[0]("GET", "/teas", 200, 0.1)
        notes[1]("GET", "/cups", 200, 0.1)
        notes[1]("GET", "/teas", 200, 0.1)
        tried = "two registries, with a request for /teas in one, and for /cups and /teas in the other, which knows /cups"
        wanted = [{("GET", "/teas", "2xx"): 1}, {("GET", "/cups", "2xx"): 1, ("GET", "other", "2xx"): 1}]
        expect([counts(first), counts(second)], wanted, tried=tried)


# 8.4b ----------------------------------------------------------------------------------------


def family(exporter):
    """The spans by name, each with the name of its parent."""
    spans = exporter.get_finished_spans()
    names = {span.context.span_id: span.name for span in spans}
    return {span.name: names.get(span.parent.span_id, "?") if span.parent else None for span in spans}


@exercise(
    "8.4b",
    hints=[
        "What does OpenTelemetry write into a span when an error passes through its `with` block?",
        "`start_as_current_span` makes the children. It has two options about exceptions.",
        "with tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as span: …",
    ],
)
class TestTraced:
    def test_each_call_is_a_span(self, traced):
        tracer, exporter = recorded()

        @traced(tracer)
        async def brew(tea, *, cups=1):
            during.append(len(exporter.get_finished_spans()))
            await asyncio.sleep(0)
            return [tea] * cups

        during = []
        tried = 'async def brew(tea, *, cups=1), called as brew("green", cups=2)'
        result = on_a_loop(partial(brew, cups=2), "green", tried=tried)
        expect(result, ["green"] * 2, tried=f"{tried}: its result")
        on_a_loop(brew, "black", tried=tried)
        names = [span.name for span in exporter.get_finished_spans()]
        expect(names, ["brew", "brew"], tried="brew is called twice: the names of the spans")
        means = "The span ends before the function does."
        expect(during, [0, 1], tried="spans that have ended while each call runs", means=means)
        unset = [span.status.status_code.name for span in exporter.get_finished_spans()]
        require(
            all(name in ("UNSET", "OK") for name in unset),
            tried="the status of these spans",
            expected="UNSET or OK",
            got=unset,
        )

    def test_what_it_calls_is_a_child(self, traced):
        tracer, exporter = recorded()

        @traced(tracer)
        async def boil(): ...

        @traced(tracer)
        async def pour():
            await boil()

        @traced(tracer)
        async def brew():
            await pour()

        on_a_loop(brew, tried="brew calls pour, and pour calls boil")
        wanted = {"boil": "pour", "pour": "brew", "brew": None}
        expect(
            family(exporter), wanted, tried="brew calls pour, and pour calls boil: the parent of each span"
        )

    def test_what_comes_afterwards_is_no_child(self, traced):
        tracer, exporter = recorded()

        @traced(tracer)
        async def boil(): ...

        @traced(tracer)
        async def pour(): ...

        async def brew():
            await asyncio.gather(boil(), pour())
            await boil()

        on_a_loop(brew, tried="a function that is not traced calls boil and pour")
        tried = "a function that is not traced calls boil and pour: the parent of each span"
        expect(family(exporter), {"boil": None, "pour": None}, tried=tried)

    def test_an_error_goes_on_and_is_named(self, traced):
        for error in (KeyError("not-a-real-password"), ValueError("not-a-real-password"), OSError("")):
            tracer, exporter = recorded()

            @traced(tracer)
            async def brew(error=error):
                raise error

            async def caught(brew=brew):
                try:
                    await brew()
                except Exception as raised:
                    return raised

            tried = f"brew raises {type(error).__name__}"
            got = on_a_loop(caught, tried=tried)
            require(got is error, tried=tried, expected="the caller gets this error", got=got)
            found = [
                (span.name, failed(span), span.status.description) for span in exporter.get_finished_spans()
            ]
            expect(found, [("brew", True, type(error).__name__)], tried=f"{tried}: name, ERROR, description")

    def test_the_message_stands_nowhere(self, traced):
        tracer, exporter = recorded()

        @traced(tracer)
        async def brew():
            raise ValueError("not-a-real-password")

        async def caught():
            with suppress(ValueError):
                await brew()

        on_a_loop(caught, tried="brew raises ValueError")
        texts = [inside(span) for span in exporter.get_finished_spans()]
        require(
            not any("not-a-real-password" in each for each in texts),
            tried='brew raises ValueError("not-a-real-password")',
            expected="a span without the message",
            got=texts,
            means="OpenTelemetry records the exception, unless you say otherwise.",
        )

    def test_the_name_stays(self, traced):
        async def brew():
            """Make tea."""

        expect(traced(recorded()[0])(brew).__name__, "brew", tried="the __name__ of the decorated brew")


# 8.4c ----------------------------------------------------------------------------------------


def ran(trace_statements, *statements):
    """The spans of these statements, (text, values) each, on one connection."""
    tracer, exporter = recorded()
    engine = create_engine("sqlite://", poolclass=NullPool)
    trace_statements(engine, tracer)
    with engine.connect() as connection:
        for statement, values in statements:
            try:
                connection.execute(text(statement), values)
            except DBAPIError:
                connection.rollback()
    return exporter.get_finished_spans()


GOOD, BAD = (
    ("SELECT :tea", {"tea": "not-a-real-password"}),
    ("SELECT :tea FROM nowhere", {"tea": "not-a-real-password"}),
)


@exercise(
    "8.4c",
    hints=[
        "Which of SQLAlchemy's events is there when a statement fails, and which is not?",
        "Each statement has a `context` of its own, and an error's is `error.execution_context`.",
        'event.listen(engine, "handle_error", fail); in it: span.set_status(StatusCode.ERROR), then span.end()',
    ],
)
class TestTraceStatements:
    def test_each_statement_is_a_span(self, trace_statements):
        spans = ran(trace_statements, GOOD, ("select 1", {}), ("PRAGMA user_version", {}))
        found = [(span.name, span.attributes.get("db.query.text")) for span in spans]
        wanted = [("SELECT", "SELECT ?"), ("SELECT", "select 1"), ("PRAGMA", "PRAGMA user_version")]
        expect(found, wanted, tried='"SELECT :tea", "select 1" and "PRAGMA user_version": names and texts')

    def test_a_failed_statement_has_one_too(self, trace_statements):
        spans = ran(trace_statements, GOOD, BAD, ("SELECT 2", {}), BAD)
        found = [span.attributes.get("db.query.text") for span in spans]
        wanted = ["SELECT ?", "SELECT ? FROM nowhere", "SELECT 2", "SELECT ? FROM nowhere"]
        expect(found, wanted, tried="four statements, of which the second and the fourth fail: their spans")

    def test_only_what_failed_is_an_error(self, trace_statements):
        spans = ran(trace_statements, GOOD, BAD, ("SELECT 2", {}))
        tried = "three statements, of which the second fails: whether the status is ERROR"
        expect([failed(span) for span in spans], [False, True, False], tried=tried)

    def test_no_value_stands_in_a_span(self, trace_statements):
        for statement in (GOOD, BAD):
            texts = [inside(span) for span in ran(trace_statements, statement)]
            require(
                texts and not any("not-a-real-password" in each for each in texts),
                tried=f'"{statement[0]}" with tea="not-a-real-password"',
                expected="a span without the value",
                got=texts,
            )

    def test_what_a_driver_says_stands_in_no_span(self, trace_statements):
        statement, value = "ATTACH DATABASE :place AS more", "/nowhere/not-a-real-password"
        texts = [inside(span) for span in ran(trace_statements, (statement, {"place": value}))]
        require(
            texts and not any("not-a-real-password" in each for each in texts),
            tried=f'"{statement}" with place="{value}", which the driver\'s error quotes',
            expected="a span without the value",
            got=texts,
        )

    def test_each_span_ends_with_its_own_statement(self, trace_statements):
        tracer, exporter = recorded()
        engine = create_engine("sqlite://", poolclass=NullPool)
        trace_statements(engine, tracer)
        ended = []

        def other():
            with engine.connect() as second:
                second.execute(text("SELECT 'inner'"))
            ended.extend(span.attributes.get("db.query.text") for span in exporter.get_finished_spans())
            return 1

        with engine.connect() as first:
            first.connection.driver_connection.create_function("other", 0, other)
            first.execute(text("SELECT other()")).all()
        tried = "while SELECT other() runs, another connection runs SELECT 'inner'"
        expect(
            ended, ["SELECT 'inner'"], tried=f"{tried}: the spans that have ended when the inner one is done"
        )
        found = [span.attributes.get("db.query.text") for span in exporter.get_finished_spans()]
        means = "A variable that all statements share holds the newest span only."
        expect(
            found, ["SELECT 'inner'", "SELECT other()"], tried=f"{tried}: the spans in the end", means=means
        )

    def test_an_error_without_a_statement_stays_what_it_is(self, trace_statements):
        tracer, exporter = recorded()
        engine = create_engine("sqlite:////nowhere/at/all.db", poolclass=NullPool)
        trace_statements(engine, tracer)
        try:
            got = repr(engine.connect())
        except Exception as error:
            got = type(error).__name__
        tried = "engine.connect(), where there is no such folder"
        means = "`execution_context` is None where there is no statement."
        expect(got, "OperationalError", tried=f"{tried}: the error", means={"AttributeError": means})
        expect(len(exporter.get_finished_spans()), 0, tried=f"{tried}: the spans")

    def test_two_engines_have_spans_of_their_own(self, trace_statements):
        found = [len(ran(trace_statements, GOOD)) for _ in range(2)]
        expect(found, [1, 1], tried="two engines, one statement each: the spans of each")


# 8.4d ----------------------------------------------------------------------------------------


def day():
    """Lines and spans of a few requests, and what is true of each."""
    tracer, exporter = recorded()
    lines, true = ["INFO: Started server process", "", "{not json", "[1]", "42", '"tea-1"'], {}
    asked = {
        "tea-1": ("/teas", 200, ["SELECT 1", "SELECT 2"], None),
        "tea-10": ("/cups", 503, ["SELECT 3", "UPDATE cups SET full = true"], "UPDATE cups SET full = true"),
        "tea-2": ("/live", 200, [], None),
        "tea-3": (None, 404, [], None),
        "tea-4": ("/cups", 500, ["INSERT INTO cups", "SELECT 4"], "INSERT INTO cups"),
    }
    for known, (route, status, statements, wrong) in asked.items():
        with tracer.start_as_current_span("request", attributes={"request.id": known}) as span:
            for statement in statements:
                with tracer.start_as_current_span(statement.split()[0]) as inner:
                    inner.set_attribute("db.query.text", statement)
                    if statement == wrong:
                        inner.set_status(StatusCode.ERROR)
                    elif statement in ("SELECT 1", "SELECT 3"):
                        inner.set_status(StatusCode.OK)
            with tracer.start_as_current_span("render"):
                pass
            if wrong:
                span.set_status(StatusCode.ERROR)
        if wrong:
            lines.append(json.dumps({"event": "crash", "request_id": known}))
        line = {"event": "request", "request_id": known, "route": route, "status": status}
        lines.append(json.dumps(line))
        true[known] = {"route": route, "status": status, "statements": statements, "failed": wrong}
        lines.append(json.dumps({"event": "mail", "request_id": known}))
    lines.append(json.dumps({"event": "start"}))
    return lines, list(exporter.get_finished_spans()), true


def told(story, known, lines, spans):
    return story(known, list(lines), list(spans))


@exercise(
    "8.4d",
    hints=[
        "Which spans have the request's id, and what do the others have in common with them?",
        "`span.attributes`, `span.context.trace_id`, `span.start_time`, `span.status.status_code`.",
        "the trace ids of the spans whose request.id is it; then all spans of these traces that have db.query.text",
    ],
)
class TestStory:
    def test_route_and_status_come_from_the_log(self, story):
        lines, spans, true = day()
        for known, wanted in true.items():
            got = told(story, known, lines, spans)
            found = {name: got.get(name) for name in ("route", "status")} if isinstance(got, dict) else got
            wanted = {name: wanted[name] for name in ("route", "status")}
            means = "tea-1 is also the beginning of tea-10."
            expect(found, wanted, tried=f'story("{known}", …): route and status', means=means)

    def test_statements_come_in_the_order_in_which_they_began(self, story):
        lines, spans, true = day()
        for order, given in (("as they ended", spans), ("backwards", spans[::-1])):
            for known, wanted in true.items():
                got = told(story, known, lines, given)
                tried = f'story("{known}", …), the spans {order}: statements'
                expect((got or {}).get("statements"), wanted["statements"], tried=tried)

    def test_the_failed_statement_is_named(self, story):
        lines, spans, true = day()
        for known, wanted in true.items():
            got = told(story, known, lines, spans) or {}
            expect(
                got.get("failed", "nothing of this name"),
                wanted["failed"],
                tried=f'story("{known}", …): failed',
            )

    def test_lines_that_are_not_of_the_app_are_passed_over(self, story):
        lines, spans, true = day()
        for strange in ("INFO: tea-4 {", "[]", "null", '"tea-4"', '{"event": "request"}'):
            got = told(story, "tea-4", [strange, *lines, strange], spans)
            expect(
                got,
                true["tea-4"],
                tried=f'a line {strange} before and after the others, then story("tea-4", …)',
            )

    def test_an_unknown_id_is_none(self, story):
        lines, spans, _ = day()
        for known in ("tea", "tea-5", ""):
            expect(told(story, known, lines, spans), None, tried=f'story("{known}", …)')
        expect(told(story, "tea-1", [], spans), None, tried='story("tea-1", [], …)')

    def test_without_spans_there_are_no_statements(self, story):
        lines, _, true = day()
        wanted = {**true["tea-10"], "statements": [], "failed": None}
        expect(told(story, "tea-10", lines, []), wanted, tried='story("tea-10", …) without spans')


# 8.4e ----------------------------------------------------------------------------------------


def _asked_too_early(*_):
    require(
        False,
        tried="system.verdict(…) in on_call",
        expected="the cause, found from the signals",
        got="the verdict was asked",
    )


def repaired(on_call, url, cause, *seeds):
    for seed in seeds:
        with play.incident(seed, url, cause=cause) as system:
            judge, system.verdict = system.verdict, _asked_too_early
            named = on_call(system)
            verdict = judge(named)
            tried = f"on_call(system), where the cause is {cause!r}"
            expect(named, cause, tried=f"{tried}: what it returns")
            require(
                verdict.repaired,
                tried=tried,
                expected="the system works",
                got=f"the fault is still there: {system.traffic()}",
            )
            expect(list(verdict.harm), [], tried=f"{tried}: what was well, and is not any more")


@exercise(
    "8.4e",
    hints=[
        "Which of the faults make errors in the log, and what do those errors say? What do the others change?",
        "Play them one by one: `system = play.incident(1, cause=…)`, then look at logs(), metrics() and the SQL views.",
        "errors first: QueuePool, LockNotAvailable, expired, No space left, spam check; then pg_indexes; then the cache's hits",
    ],
)
class TestOnCall:
    def test_leaked_connections(self, on_call, database_url):
        repaired(on_call, database_url, "leaked connections", 1)

    def test_a_held_lock(self, on_call, database_url):
        repaired(on_call, database_url, "a held lock", 1, 2)

    def test_a_lost_index(self, on_call, database_url):
        repaired(on_call, database_url, "a lost index", 1)

    def test_an_expired_key(self, on_call, database_url):
        repaired(on_call, database_url, "an expired key", 1)

    def test_a_full_disk(self, on_call, database_url):
        repaired(on_call, database_url, "a full disk", 1, 5)

    def test_a_slow_dependency(self, on_call, database_url):
        repaired(on_call, database_url, "a slow dependency", 1)

    def test_a_cache_without_hits(self, on_call, database_url):
        repaired(on_call, database_url, "a cache without hits", 1)

    def test_a_false_alarm(self, on_call, database_url):
        repaired(on_call, database_url, "nothing", 1)
