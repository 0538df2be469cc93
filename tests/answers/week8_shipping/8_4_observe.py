"""Right and wrong answers to the exercises of lesson 8.4."""

# %% 8.4a accept: a dict for the methods, and collections made before
from prometheus_client import Counter, Histogram


def numbers(registry, routes):
    kept = frozenset(routes)
    seconds = Histogram("shop_seconds", "s", labelnames=("route",), buckets=[0.1, 0.5, 2.0, float("inf")], registry=registry)
    requests = Counter("shop_requests_total", "r", ("method", "route", "kind"), registry=registry)
    same = {name: name for name in "GET POST PUT PATCH DELETE".split()}

    def note(method, route, status, took):
        where = route if route in kept else "other"
        requests.labels(method=same.get(method, "other"), route=where, kind=str(status)[0] + "xx").inc(1)
        seconds.labels(route=where).observe(took)

    return note


# %% 8.4a reject: any method -> An unknown method is other
from prometheus_client import Counter, Histogram


def numbers(registry, routes):
    requests = Counter("shop_requests", "r", ["method", "route", "kind"], registry=registry)
    times = Histogram("shop_seconds", "s", ["route"], registry=registry, buckets=(0.1, 0.5, 2))

    def note(method, route, status, seconds):
        route = route if route in routes else "other"
        requests.labels(method, route, f"{status // 100}xx").inc()
        times.labels(route).observe(seconds)

    return note


# %% 8.4a reject: the path as a label -> An unknown route is other
from prometheus_client import Counter, Histogram


def numbers(registry, routes):
    requests = Counter("shop_requests", "r", ["method", "route", "kind"], registry=registry)
    times = Histogram("shop_seconds", "s", ["route"], registry=registry, buckets=(0.1, 0.5, 2))
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE"}

    def note(method, route, status, seconds):
        method = method if method in methods else "other"
        requests.labels(method, route or "other", f"{status // 100}xx").inc()
        times.labels(route or "other").observe(seconds)

    return note


# %% 8.4a reject: the usual buckets -> The histogram has three buckets
from prometheus_client import Counter, Histogram


def numbers(registry, routes):
    requests = Counter("shop_requests", "r", ["method", "route", "kind"], registry=registry)
    times = Histogram("shop_seconds", "s", ["route"], registry=registry)
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE"}

    def note(method, route, status, seconds):
        method = method if method in methods else "other"
        route = route if route in routes else "other"
        requests.labels(method, route, f"{status // 100}xx").inc()
        times.labels(route).observe(seconds)

    return note


# %% 8.4a reject: the status itself -> Requests are counted by method route and kind
from prometheus_client import Counter, Histogram


def numbers(registry, routes):
    requests = Counter("shop_requests", "r", ["method", "route", "kind"], registry=registry)
    times = Histogram("shop_seconds", "s", ["route"], registry=registry, buckets=(0.1, 0.5, 2))
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE"}

    def note(method, route, status, seconds):
        method = method if method in methods else "other"
        route = route if route in routes else "other"
        requests.labels(method, route, str(status)).inc()
        times.labels(route).observe(seconds)

    return note


# %% 8.4a reject: milliseconds -> The histogram knows routes and sums
from prometheus_client import Counter, Histogram


def numbers(registry, routes):
    requests = Counter("shop_requests", "r", ["method", "route", "kind"], registry=registry)
    times = Histogram("shop_seconds", "s", ["route"], registry=registry, buckets=(0.1, 0.5, 2))
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE"}

    def note(method, route, status, seconds):
        method = method if method in methods else "other"
        route = route if route in routes else "other"
        requests.labels(method, route, f"{status // 100}xx").inc()
        times.labels(route).observe(1000 * seconds)

    return note


# %% 8.4b accept: a span that is started, used and ended by hand
from functools import wraps

from opentelemetry import trace
from opentelemetry.trace import Status, StatusCode


def traced(tracer):
    def decorate(function):
        @wraps(function)
        async def call(*given, **named):
            span = tracer.start_span(function.__name__)
            with trace.use_span(span, record_exception=False, set_status_on_exception=False):
                try:
                    return await function(*given, **named)
                except Exception as error:
                    span.set_status(Status(StatusCode.ERROR, error.__class__.__name__))
                    raise
                finally:
                    span.end()

        return call

    return decorate


# %% 8.4b reject: OpenTelemetry writes the message -> The message stands nowhere
from functools import wraps

from opentelemetry.trace import StatusCode


def traced(tracer):
    def decorate(function):
        @wraps(function)
        async def call(*given, **named):
            with tracer.start_as_current_span(function.__name__, set_status_on_exception=False) as span:
                try:
                    return await function(*given, **named)
                except Exception as error:
                    span.set_status(StatusCode.ERROR, type(error).__name__)
                    raise

        return call

    return decorate


# %% 8.4b reject: OpenTelemetry sets the status, with the message -> An error goes on and is named
from functools import wraps


def traced(tracer):
    def decorate(function):
        @wraps(function)
        async def call(*given, **named):
            with tracer.start_as_current_span(function.__name__, record_exception=False):
                return await function(*given, **named)

        return call

    return decorate


# %% 8.4b reject: no child -> What it calls is a child
from functools import wraps

from opentelemetry.trace import StatusCode


def traced(tracer):
    def decorate(function):
        @wraps(function)
        async def call(*given, **named):
            span = tracer.start_span(function.__name__)
            try:
                return await function(*given, **named)
            except Exception as error:
                span.set_status(StatusCode.ERROR, type(error).__name__)
                raise
            finally:
                span.end()

        return call

    return decorate


# %% 8.4b reject: the coroutine is made in the span, and awaited after it -> Each call is a span
from functools import wraps


def traced(tracer):
    def decorate(function):
        @wraps(function)
        async def call(*given, **named):
            with tracer.start_as_current_span(function.__name__):
                work = function(*given, **named)
            return await work

        return call

    return decorate


# %% 8.4b reject: the error is swallowed -> An error goes on and is named
from functools import wraps

from opentelemetry.trace import StatusCode


def traced(tracer):
    def decorate(function):
        @wraps(function)
        async def call(*given, **named):
            with tracer.start_as_current_span(function.__name__) as span:
                try:
                    return await function(*given, **named)
                except Exception as error:
                    span.set_status(StatusCode.ERROR, type(error).__name__)

        return call

    return decorate


# %% 8.4b reject: without wraps -> The name stays
from opentelemetry.trace import StatusCode


def traced(tracer):
    def decorate(function):
        async def call(*given, **named):
            with tracer.start_as_current_span(
                function.__name__, record_exception=False, set_status_on_exception=False
            ) as span:
                try:
                    return await function(*given, **named)
                except Exception as error:
                    span.set_status(StatusCode.ERROR, type(error).__name__)
                    raise

        return call

    return decorate


# %% 8.4c accept: a dict by cursor
from opentelemetry.trace import Status, StatusCode
from sqlalchemy import event


def trace_statements(engine, tracer):
    running = {}

    @event.listens_for(engine, "before_cursor_execute")
    def begin(connection, cursor, statement, values, context, many):
        name = statement.lstrip().split(None, 1)[0].upper()
        running[id(context)] = tracer.start_span(name, attributes={"db.query.text": statement})

    @event.listens_for(engine, "after_cursor_execute")
    def end(connection, cursor, statement, values, context, many):
        running.pop(id(context)).end()

    @event.listens_for(engine, "handle_error")
    def fail(error):
        span = running.pop(id(error.execution_context), None)
        if span is not None:
            span.set_status(Status(StatusCode.ERROR))
            span.end()


# %% 8.4c accept: a stack, since an inner statement ends before the outer one
from opentelemetry.trace import StatusCode
from sqlalchemy import event


def trace_statements(engine, tracer):
    stack = []

    def begin(connection, cursor, statement, values, context, many):
        stack.append(tracer.start_span(statement.split()[0].upper(), attributes={"db.query.text": statement}))

    def end(*_):
        stack.pop().end()

    def fail(error):
        if error.execution_context is not None:
            stack[-1].set_status(StatusCode.ERROR, type(error.original_exception).__name__)
            stack.pop().end()

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    event.listen(engine, "handle_error", fail)


# %% 8.4c reject: failed ones never end -> A failed statement has one too
from sqlalchemy import event


def trace_statements(engine, tracer):
    def begin(connection, cursor, statement, values, context, many):
        context.span = tracer.start_span(statement.split()[0].upper(), attributes={"db.query.text": statement})

    def end(connection, cursor, statement, values, context, many):
        context.span.end()

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)


# %% 8.4c reject: the values stay -> No value stands in a span
from opentelemetry.trace import StatusCode
from sqlalchemy import event


def trace_statements(engine, tracer):
    def begin(connection, cursor, statement, values, context, many):
        context.span = tracer.start_span(statement.split()[0].upper(), attributes={"db.query.text": statement})
        context.span.set_attribute("db.query.values", str(values))

    def end(connection, cursor, statement, values, context, many):
        context.span.end()

    def fail(error):
        error.execution_context.span.set_status(StatusCode.ERROR)
        error.execution_context.span.end()

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    event.listen(engine, "handle_error", fail)


# %% 8.4c reject: the error's text holds the values -> No value stands in a span
from opentelemetry.trace import StatusCode
from sqlalchemy import event


def trace_statements(engine, tracer):
    def begin(connection, cursor, statement, values, context, many):
        context.span = tracer.start_span(statement.split()[0].upper(), attributes={"db.query.text": statement})

    def end(connection, cursor, statement, values, context, many):
        context.span.end()

    def fail(error):
        error.execution_context.span.set_status(StatusCode.ERROR, str(error.sqlalchemy_exception))
        error.execution_context.span.end()

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    event.listen(engine, "handle_error", fail)


# %% 8.4c reject: one variable for all -> Each span ends with its own statement
from opentelemetry.trace import StatusCode
from sqlalchemy import event


def trace_statements(engine, tracer):
    running = [None]

    def begin(connection, cursor, statement, values, context, many):
        running[0] = tracer.start_span(statement.split()[0].upper(), attributes={"db.query.text": statement})

    def end(connection, cursor, statement, values, context, many):
        running[0].end()

    def fail(error):
        running[0].set_status(StatusCode.ERROR)
        running[0].end()

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    event.listen(engine, "handle_error", fail)


# %% 8.4c reject: each error is that of a statement -> An error without a statement stays what it is
from opentelemetry.trace import StatusCode
from sqlalchemy import event


def trace_statements(engine, tracer):
    def begin(connection, cursor, statement, values, context, many):
        context.span = tracer.start_span(statement.split()[0].upper(), attributes={"db.query.text": statement})

    def end(connection, cursor, statement, values, context, many):
        context.span.end()

    def fail(error):
        error.execution_context.span.set_status(StatusCode.ERROR)
        error.execution_context.span.end()

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    event.listen(engine, "handle_error", fail)


# %% 8.4c reject: no status -> Only what failed is an error
from sqlalchemy import event


def trace_statements(engine, tracer):
    def begin(connection, cursor, statement, values, context, many):
        context.span = tracer.start_span(statement.split()[0].upper(), attributes={"db.query.text": statement})

    def end(connection, cursor, statement, values, context, many):
        context.span.end()

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    event.listen(engine, "handle_error", lambda error: error.execution_context.span.end())


# %% 8.4d accept: sets and comprehensions
import json


def parsed(line):
    try:
        found = json.loads(line)
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def story(request_id, lines, spans):
    mine = [each for each in map(parsed, lines) if each.get("request_id") == request_id]
    ends = [each for each in mine if each["event"] == "request"]
    if not ends:
        return None
    trace = next((s.context.trace_id for s in spans if s.attributes.get("request.id") == request_id), None)
    sql = sorted(
        (s for s in spans if s.context.trace_id == trace and s.attributes.get("db.query.text")),
        key=lambda s: s.start_time,
    )
    text = [s.attributes["db.query.text"] for s in sql]
    failed = next((s.attributes["db.query.text"] for s in sql if s.status.status_code.name == "ERROR"), None)
    return dict(route=ends[0]["route"], status=ends[0]["status"], statements=text, failed=failed)


# %% 8.4d reject: a look for the text of the id -> Route and status come from the log
import json


def story(request_id, lines, spans):
    mine = [json.loads(line) for line in lines if line.startswith("{\"") and request_id in line]
    ends = [each for each in mine if each["event"] == "request"]
    if not ends:
        return None
    trace = next((s.context.trace_id for s in spans if s.attributes.get("request.id") == request_id), None)
    sql = [s for s in spans if s.context.trace_id == trace and "db.query.text" in s.attributes]
    sql.sort(key=lambda s: s.start_time)
    text = [s.attributes["db.query.text"] for s in sql]
    failed = next((s.attributes["db.query.text"] for s in sql if s.status.status_code.name == "ERROR"), None)
    return {"route": ends[-1]["route"], "status": ends[-1]["status"], "statements": text, "failed": failed}


# %% 8.4d reject: every line is JSON -> Route and status come from the log
import json


def story(request_id, lines, spans):
    ends = [each for each in map(json.loads, lines) if each.get("request_id") == request_id]
    return {"route": ends[-1]["route"], "status": ends[-1]["status"], "statements": [], "failed": None}


# %% 8.4d reject: in the order of the list -> Statements come in the order in which they began
import json


def story(request_id, lines, spans):
    found = None
    for line in lines:
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if isinstance(said, dict) and said.get("request_id") == request_id and said["event"] == "request":
            found = said
    if found is None:
        return None
    trace = next((s.context.trace_id for s in spans if s.attributes.get("request.id") == request_id), None)
    sql = [s for s in spans if s.context.trace_id == trace and "db.query.text" in s.attributes]
    text = [s.attributes["db.query.text"] for s in sql]
    failed = next((s.attributes["db.query.text"] for s in sql if s.status.status_code.name == "ERROR"), None)
    return {"route": found["route"], "status": found["status"], "statements": text, "failed": failed}


# %% 8.4d reject: all spans have the id -> Statements come in the order in which they began
import json


def story(request_id, lines, spans):
    found = None
    for line in lines:
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if isinstance(said, dict) and said.get("request_id") == request_id and said["event"] == "request":
            found = said
    if found is None:
        return None
    sql = [s for s in spans if s.attributes.get("request.id") == request_id and "db.query.text" in s.attributes]
    text = [s.attributes["db.query.text"] for s in sql]
    return {"route": found["route"], "status": found["status"], "statements": text, "failed": None}


# %% 8.4d reject: the last one is what failed -> The failed statement is named
import json


def story(request_id, lines, spans):
    found = None
    for line in lines:
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if isinstance(said, dict) and said.get("request_id") == request_id and said["event"] == "request":
            found = said
    if found is None:
        return None
    trace = next((s.context.trace_id for s in spans if s.attributes.get("request.id") == request_id), None)
    sql = [s for s in spans if s.context.trace_id == trace and "db.query.text" in s.attributes]
    sql.sort(key=lambda s: s.start_time)
    text = [s.attributes["db.query.text"] for s in sql]
    failed = text[-1] if text and found["status"] >= 500 else None
    return {"route": found["route"], "status": found["status"], "statements": text, "failed": failed}


# %% 8.4e accept: statuses, numbers and locks
from prometheus_client.parser import text_string_to_metric_families


def on_call(system):
    numbers = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(system.metrics())
        for sample in family.samples
    }
    statuses = system.traffic()
    if numbers["blog_pool_connections", "in use"] >= numbers["blog_pool_connections", "most"]:
        system.restart()
        return "leaked connections"
    if numbers["blog_mail_bytes", "used"] + 100 > numbers["blog_mail_bytes", "size"]:
        for file in system.mail.glob("sent/old*"):
            file.unlink()
        return "a full disk"
    if statuses["POST /posts/1/vote"] == 401:
        system.sql("UPDATE signing_keys SET expires_at = now() + interval '1 day'")
        return "an expired key"
    if statuses["POST /posts/1/vote"] == 503:
        locks = "SELECT pid FROM pg_locks WHERE relation = 'posts'::regclass AND mode = 'RowExclusiveLock'"
        for (pid,) in system.sql(locks):
            system.sql("SELECT pg_terminate_backend(%s)", pid)
        return "a held lock"
    if statuses["POST /posts/3/comments"] == 504:
        system.configure(spam_check=False)
        return "a slow dependency"
    plan = system.sql("EXPLAIN SELECT * FROM comments WHERE post_id = 9")
    if any("Seq Scan" in row[0] for row in plan):
        system.sql("CREATE INDEX IF NOT EXISTS comments_post_id_idx ON comments (post_id)")
        return "a lost index"
    if numbers.get(("blog_cache_reads_total", "hit"), 0) == 0:
        system.configure(cache_seconds=300)
        return "a cache without hits"
    return "nothing"


# %% 8.4e reject: everybody who is idle in a transaction is ended -> A held lock
def on_call(system):
    idle = "datname = current_database() AND state = 'idle in transaction'"
    errors = " ".join(line["detail"] for line in system.logs() if line["event"] == "error")
    if "lock timeout" in errors:
        system.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {idle}")
        return "a held lock"
    return "nothing"


# %% 8.4e reject: a restart for everything -> A held lock
def on_call(system):
    system.restart()
    errors = " ".join(line["detail"] for line in system.logs() if line["event"] == "error")
    if "lock timeout" in errors:
        return "a held lock"
    return "leaked connections"


# %% 8.4e reject: each TimeoutError is the spam check's -> Leaked connections
def on_call(system):
    errors = {line["error"] for line in system.logs() if line["event"] == "error"}
    if "TimeoutError" in errors:
        system.configure(spam_check=False)
        return "a slow dependency"
    return "nothing"


# %% 8.4e reject: all e-mails are deleted -> A full disk
def on_call(system):
    if any("No space" in line.get("detail", "") for line in system.logs()):
        for file in system.mail.rglob("*.txt"):
            file.unlink()
        return "a full disk"
    return "nothing"


# %% 8.4e reject: the cause is named and nothing is done -> An expired key
def on_call(system):
    errors = " ".join(line["detail"] for line in system.logs() if line["event"] == "error")
    return "an expired key" if "expired" in errors else "nothing"


# %% 8.4e reject: without errors all is well -> A lost index
def on_call(system):
    if not any(line["event"] == "error" for line in system.logs()):
        return "nothing"
    return "a held lock"


# %% 8.4e reject: without hits it is the cache, in any case -> A false alarm
def on_call(system):
    system.configure(cache_seconds=60)
    return "nothing"


# %% 8.4c reject: what the driver says is told -> What a driver says stands in no span
def trace_statements(engine, tracer):
    def begin(connection, cursor, statement, values, context, many):
        context.span = tracer.start_span(statement.split()[0].upper())
        context.span.set_attribute("db.query.text", statement)

    def end(connection, cursor, statement, values, context, many):
        context.span.end()

    def fail(failure):
        if failure.execution_context is not None:
            failure.execution_context.span.set_status(StatusCode.ERROR, str(failure.original_exception))
            failure.execution_context.span.end()

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    event.listen(engine, "handle_error", fail)


# %% 8.4e reject: it asks the verdict for each cause -> Leaked connections
def on_call(system):
    return next(cause for cause in play.causes() if system.verdict(cause).named == cause)
