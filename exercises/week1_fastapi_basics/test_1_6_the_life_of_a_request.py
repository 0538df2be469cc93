"""Checks of the exercises of lesson 1.6."""

from contextlib import suppress
from functools import cache
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, FastAPI, HTTPException, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field, field_validator, model_validator

from course.checks import exercise, expect, learners_line, require


def client_of(app, *, raising_errors=False):
    """A client that is told of a crash as a real one is: with a 500."""
    return TestClient(app, raise_server_exceptions=raising_errors)


def ask(client, method, path, **request):
    """A response as a real client gets it; a slip in the learner's own code is raised, to show its line."""
    try:
        return client_of(client.app, raising_errors=True).request(method, path, **request)
    except Exception as error:
        if learners_line(error):
            raise
        return client.request(method, path, **request)


def body_of(answer) -> dict[str, Any]:
    """The JSON object in a response; an empty one when there is none."""
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def expect_problem(answer, status, tried, means=None):
    """The response is a problem body with this status, in its status line and in its body."""
    expect(answer.status_code, status, tried=tried, means=means)
    expect(
        answer.headers.get("content-type", "").split(";")[0],
        "application/problem+json",
        tried=f"{tried}: the content-type",
    )
    expect(
        sorted({"title", "status", "detail"} & set(body_of(answer))),
        ["detail", "status", "title"],
        tried=f"{tried}: the keys of the body",
    )
    expect(body_of(answer)["status"], status, tried=f"{tried}: `status` in the body")
    for name in ("title", "detail"):
        text = body_of(answer)[name]
        require(
            isinstance(text, str) and text,
            tried=f"{tried}: `{name}` in the body",
            expected="a text",
            got=text,
        )


def raising(error):
    """A function that raises this error."""

    def act() -> None:
        raise error

    return act


PLACE = {"posts": "a route", "dependency": "a dependency", "coroutine": "an async route"}
OTHERS = {
    "/missing": "a route raises HTTPException(404)",
    "/conflict": "a route raises HTTPException(409) with a header",
    "/crash": "a route raises RuntimeError",
    "/value": "a route raises ValueError('Hello')",
    "/numbers/one": "a request with a wrong value",
    "/numbers/2": "a request that goes well",
}


def crowded(title_taken, add=None):
    """An app in which the title is always taken, and in which other things fail, too."""
    app = FastAPI()
    if add:
        add(app)

    def store(title: str) -> None:
        raise title_taken(title)

    @app.get("/dependency/{title}", dependencies=[Depends(store)])
    async def never(title: str) -> None: ...

    @app.get("/coroutine/{title}")
    async def coroutine(title: str) -> None:
        store(title)

    @app.get("/numbers/{number}")
    async def double(number: int) -> int:
        return number * 2

    app.get("/posts/{title}")(store)
    app.get("/missing")(raising(HTTPException(404, "No such post")))
    app.get("/conflict")(raising(HTTPException(409, "Somebody else was first", {"x-hint": "again"})))
    app.get("/value")(raising(ValueError("Hello")))
    app.get("/crash")(raising(RuntimeError("a mistake of ours")))
    return client_of(app)


@exercise(
    "1.6a",
    hints=[
        "What turns an exception into a response, and for which exceptions should it be called?",
        "Look at `on_locked` in the lesson: how it was registered, and what it was given.",
        "Inside your function: @app.exception_handler(TitleTaken) above a function of request and error that "
        "returns problem(…).",
    ],
)
class TestTitleTaken:
    def test_the_client_gets_a_409(self, add_title_taken_handler, TitleTaken):
        answer = ask(crowded(TitleTaken, add_title_taken_handler), "GET", "/posts/Hello")
        expect(
            answer.status_code,
            409,
            tried="a route raises TitleTaken('Hello')",
            means={
                500: "Either no handler took the exception, or the handler did not return a response.",
                200: "A response needs its status too: JSONResponse(body, 409).",
            },
        )

    def test_the_body_is_a_problem(self, add_title_taken_handler, TitleTaken):
        answer = crowded(TitleTaken, add_title_taken_handler).get("/posts/Hello")
        expect_problem(answer, 409, "a route raises TitleTaken('Hello')")

    def test_the_body_is_exactly_the_one_of_the_example(self, add_title_taken_handler, TitleTaken):
        client = crowded(TitleTaken, add_title_taken_handler)
        for title in ["Hello", "Sockets", "Zoë's 100 % {title}"]:
            for place in ["posts", "dependency", "coroutine"]:
                wanted = {
                    "title": "Title taken",
                    "status": 409,
                    "detail": f"There is already a post called {title}",
                }
                body = body_of(client.get(f"/{place}/{quote(title)}"))
                expect(body, wanted, tried=f"TitleTaken({title!r}) from {PLACE[place]}")

    def test_it_works_wherever_the_exception_is_raised(self, add_title_taken_handler, TitleTaken):
        for place in ["dependency", "coroutine"]:  # in an app of its own each
            answer = crowded(TitleTaken, add_title_taken_handler).get(f"/{place}/Hello")
            expect(answer.status_code, 409, tried=f"TitleTaken('Hello') from {PLACE[place]}")

    def test_every_other_failure_stays_as_it_was(self, add_title_taken_handler, TitleTaken):
        before, now = crowded(TitleTaken), crowded(TitleTaken, add_title_taken_handler)
        for path, what in OTHERS.items():
            wanted, answer = before.get(path), now.get(path)
            expect(
                (answer.status_code, answer.text, answer.headers.get("x-hint")),
                (wanted.status_code, wanted.text, wanted.headers.get("x-hint")),
                tried=f"{what}: the status, the body and the header x-hint",
                means="Your handler takes more than TitleTaken.",
            )


class Draft(BaseModel):
    title: str


def happens(request=None, *, middleware=None, dependency=None, teardown=None, function=None):
    """The status that a client really sees when these things happen in an app."""
    app = FastAPI()

    @app.middleware("http")
    async def around(incoming, call_next):
        return middleware() if middleware else await call_next(incoming)

    def needed():
        if dependency:
            dependency()
        yield
        if teardown:
            teardown()

    @app.post("/drafts", dependencies=[Depends(needed)])
    def create(draft: Draft) -> Draft:
        return function() if function else draft

    return client_of(app).post("/drafts", **(request or {"json": {"title": "Ideas"}})).status_code


NOT_JSON = {"content": "{title", "headers": {"content-type": "application/json"}}
SITUATIONS = {
    "the function raises HTTPException(404)": (
        {"function": raising(HTTPException(404))},
        {500: "FastAPI has a handler for HTTPException, and the function is inside it."},
    ),
    "the function raises KeyError": (
        {"function": raising(KeyError("title"))},
        {404: "No handler takes a KeyError, so nobody makes a 404 of it."},
    ),
    "the middleware raises HTTPException(401)": (
        {"middleware": raising(HTTPException(401))},
        {401: "The handlers sit inside the middleware: this exception does not pass them."},
    ),
    "the middleware returns JSONResponse({}, 401)": (
        {"middleware": lambda: JSONResponse({}, 401)},
        {500: "Nothing was raised: a response that middleware returns goes to the client."},
    ),
    "the dependency raises HTTPException(401); the body holds wrong values": (
        {"dependency": raising(HTTPException(401)), "request": {"json": {"title": 3}}},
        {422: "The dependency runs first, and its exception ends the request."},
    ),
    "the dependency raises HTTPException(401); the body is not JSON": (
        {"dependency": raising(HTTPException(401)), "request": NOT_JSON},
        {401: "The body is read before any dependency runs."},
    ),
    "the function leaves out a field that its response model demands": (
        {"function": lambda: {"titel": "Ideas"}},
        {422: "422 blames the request, and the request was fine.", 200: "What is returned is checked."},
    ),
    "the dependency raises KeyError below its yield; all else went well": (
        {"teardown": raising(KeyError("title"))},
        {500: "What stands below the yield runs when the response has already been sent."},
    ),
}


@exercise(
    "1.6b",
    hints=[
        "For each of them: is it inside or outside the handlers, and has the response been sent already?",
        "The table under 'An exception in each stage' has most rows, 'Who refuses first?' has two.",
        "Middleware that raises, a wrong return value and a KeyError in the function have the same status.",
    ],
)
class TestStatuses:
    def test_a_failure_in_the_function_is_what_a_handler_makes_of_it(self, seen_by_client):
        self.judge(seen_by_client, "the function")

    def test_middleware_stands_outside_the_handlers(self, seen_by_client):
        self.judge(seen_by_client, "the middleware")

    def test_the_body_is_read_before_a_dependency_and_judged_after_it(self, seen_by_client):
        self.judge(seen_by_client, "the dependency raises HTTPException")

    def test_a_response_that_was_sent_stays_as_it_is(self, seen_by_client):
        self.judge(seen_by_client, "the dependency raises KeyError")

    def judge(self, seen_by_client, beginning):
        for situation, (what, means) in SITUATIONS.items():
            if situation.startswith(beginning):
                expect(seen_by_client.get(situation), happens(**what), tried=situation, means=means)


RIGHT_KEY = {"x-key": "not-a-real-key"}


def guarded(add_gate=None):
    """A small app, behind the gate that the learner adds; health_report is not /health."""
    app = FastAPI()
    if add_gate:
        add_gate(app)
    app.get("/posts")(lambda: ["Hello"])
    app.get("/health")(lambda: {"status": "up"})
    app.get("/health-report")(lambda: {"disk": "full"})
    app.get("/crash")(raising(RuntimeError("a mistake of ours")))

    @app.get("/posts/{post_id}")
    async def read(post_id: int, response: Response) -> dict[str, int]:
        response.headers["x-rows"] = "1"
        if post_id > 99:
            raise HTTPException(403, "Not for you", {"x-hint": "no"})
        return {"id": post_id}

    @app.post("/posts", status_code=201)
    def create(draft: Draft) -> Draft:
        return draft

    return client_of(app)


WRONG_KEYS = {
    "x-key: another-key": b"another-key",
    "an empty x-key": b"",
    "x-key: NOT-A-REAL-KEY, in capitals": b"NOT-A-REAL-KEY",
    "x-key: not-a-real-ke, the last letter missing": b"not-a-real-ke",
    "x-key: not-a-real-keys, a letter too many": b"not-a-real-keys",
    "an x-key with the byte E9, which is not ASCII": b"not-a-real-k\xe9y",
}
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]


ANY_BYTES = {500: "A header can hold any bytes. What compares the key must take them all, as == does."}
OUTSIDE = {500: "An exception from middleware is outside the handlers. Return the response instead."}


@exercise(
    "1.6c",
    hints=[
        "Which stages has a request behind it when a dependency runs, and when middleware runs?",
        "The lesson has a `gate` that works. What does it do where this one raises?",
        "In the middleware: when the path is not /health and the key is wrong, return problem(401, …).",
    ],
)
class TestGate:
    def test_without_the_key_the_response_is_401(self, add_gate):
        answer = guarded(add_gate).get("/posts")
        expect(answer.status_code, 401, tried="GET /posts without x-key", means=OUTSIDE)

    def test_a_wrong_key_is_refused_too(self, add_gate):
        client = guarded(add_gate)
        for words, key in WRONG_KEYS.items():
            answer = client.get("/posts", headers={"x-key": key})
            expect(
                answer.status_code,
                401,
                tried=f"GET /posts with {words}",
                means=OUTSIDE if key.isascii() else ANY_BYTES,
            )
        answer = client.get("/posts?x-key=not-a-real-key")
        expect(answer.status_code, 401, tried="GET /posts?x-key=not-a-real-key", means=OUTSIDE)

    def test_no_method_is_let_through(self, add_gate):
        client = guarded(add_gate)
        for method in METHODS:
            answer = client.request(method, "/posts")
            expect(answer.status_code, 401, tried=f"{method} /posts without x-key", means=OUTSIDE)

    def test_the_refusal_is_a_problem(self, add_gate):
        expect_problem(guarded(add_gate).get("/posts"), 401, "GET /posts without x-key", OUTSIDE)
        answer = guarded(add_gate).get("/nowhere", headers={"x-key": "another-key"})
        expect_problem(answer, 401, "GET /nowhere with x-key: another-key", OUTSIDE)

    def test_an_unknown_client_cannot_find_out_which_paths_exist(self, add_gate):
        client = guarded(add_gate)
        known = client.get("/posts")
        for method, path in [
            ("GET", "/nowhere"),
            ("DELETE", "/posts"),
            ("GET", "/openapi.json"),
            ("GET", "/"),
        ]:
            answer = client.request(method, path)
            expect(
                answer.status_code,
                401,
                tried=f"{method} {path} without x-key",
                means=OUTSIDE
                | {
                    404: "Routing has responded: the gate stands behind it.",
                    405: "Routing has responded: the gate stands behind it.",
                    200: "The gate lets this path through.",
                },
            )
            seen, wanted = answer.text.replace(path, "…"), known.text.replace("/posts", "…")
            expect(seen, wanted, tried=f"{method} {path} and GET /posts without x-key: the bodies")

    def test_the_body_of_an_unknown_client_is_not_looked_at(self, add_gate):
        for words, request in [("that is not JSON", NOT_JSON), ("with wrong values", {"json": {"title": 3}})]:
            expect(
                guarded(add_gate).post("/posts", **request).status_code,
                401,
                tried=f"POST /posts without x-key, with a body {words}",
                means=OUTSIDE | {422: "The body was read first: a dependency runs after that."},
            )

    def test_health_and_no_other_path_is_open(self, add_gate):
        client = guarded(add_gate)
        means = OUTSIDE | {401: "Everybody may ask for /health."}
        for path, headers in [
            ("/health", {}),
            ("/health?from=ada", {}),
            ("/health", {"x-key": "another-key"}),
        ]:
            answer, words = client.get(path, headers=headers), "a wrong x-key" if headers else "no x-key"
            expect(answer.status_code, 200, tried=f"GET {path} with {words}", means=means)
            expect(body_of(answer), {"status": "up"}, tried=f"GET {path} with {words}: the body")
        for path in [
            "/health-report",
            "/health/",
            "/health/report",
            "/posts/health",
            "/posts?from=/health",
            "/HEALTH",
        ]:
            expect(
                client.get(path, follow_redirects=False).status_code,
                401,
                tried=f"GET {path} without x-key",
                means=dict.fromkeys(
                    [200, 307, 404], "Only the path /health is open, not all that looks like it."
                ),
            )

    def test_with_the_key_there_is_no_gate(self, add_gate):
        client, without = guarded(add_gate), guarded()
        sent = {"json": {"title": "Ideas"}}
        for method, path, request in [
            ("GET", "/posts", {}),
            ("POST", "/posts", sent),
            ("POST", "/posts", {"json": {"title": 3}}),
            ("POST", "/posts", NOT_JSON),
            ("GET", "/posts/7", {}),
            ("GET", "/posts/100", {}),
            ("GET", "/health", {}),
            ("GET", "/crash", {}),
            ("GET", "/nowhere", {}),
            ("DELETE", "/posts", {}),
        ]:
            headers = request.get("headers", {}) | RIGHT_KEY
            seen, wanted = (
                each.request(method, path, **(request | {"headers": headers})) for each in (client, without)
            )
            tried = f"{method} {path} with the key"
            tried += f" and {request['json']}" if "json" in request else " and no JSON" if request else ""
            got = seen.status_code, seen.text, dict(seen.headers)
            right = wanted.status_code, wanted.text, dict(wanted.headers)
            for name, one, other in zip(("status", "body", "headers"), got, right, strict=True):
                expect(one, other, tried=f"{tried}: the {name}")


class Account(BaseModel):
    name: str
    password: Annotated[str, Field(min_length=12)]
    age: int = 18
    tags: list[int] = []

    @field_validator("name")
    @classmethod
    def one_word(cls, name: str) -> str:
        if " " in name:
            raise ValueError("a name is one word")
        return name

    @model_validator(mode="after")
    def no_name_in_it(self):
        if self.name in self.password:
            raise ValueError("a password does not hold the name")
        return self


def signing_up(add_validation_handler):
    """An app that takes accounts, and posts by number."""
    app = FastAPI()
    add_validation_handler(app)

    @app.post("/accounts", status_code=201)
    def sign_up(account: Account) -> dict[str, str]:
        return {"name": account.name}

    @app.get("/posts/{post_id}")
    def read(post_id: int, limit: int = 10) -> int:
        return post_id + limit

    return client_of(app)


def pairs_in(answer) -> list[tuple[str, str]]:
    """What a response says is wrong: each place, with what is said of it, in a steady order."""
    errors = body_of(answer).get("errors")
    tried = "`errors` in the body"
    require(isinstance(errors, list), tried=tried, expected="a list", got=errors)
    for each in errors:
        fits = isinstance(each, dict) and {"where", "what"} <= each.keys()
        require(fits, tried=f"an entry of {tried}", expected="a dictionary with `where` and `what`", got=each)
    return sorted((str(each["where"]), str(each["what"])) for each in errors)


@cache
def true_pairs() -> dict[str, list[tuple[str, str]]]:
    """Where and what FastAPI itself finds wrong with each request of INVALID."""
    found: list[tuple[str, str]] = []

    def note(app):
        @app.exception_handler(RequestValidationError)
        async def on_invalid(_, error):
            found[:] = sorted((".".join(map(str, each["loc"])), each["msg"]) for each in error.errors())
            return JSONResponse({}, 422)

    client, pairs = signing_up(note), {}
    for words, (method, path, request) in INVALID.items():
        client.request(method, path, **request)
        pairs[words] = list(found)
    return pairs


def raw(text):
    return {"content": text, "headers": {"content-type": "application/json"}}


# Requests that are not valid, each as a learner would write it; "tiger" is what must not come back.
INVALID = {
    "GET /posts/tiger?limit=tiger2": ("GET", "/posts/tiger?limit=tiger2", {}),
    'POST /accounts {"name": "ada", "password": "tiger", "age": "old", "tags": [1, "tiger"]}': (
        "POST",
        "/accounts",
        {"json": {"name": "ada", "password": "tiger", "age": "old", "tags": [1, "tiger"]}},
    ),
    'POST /accounts {"password": "tiger-tiger-tiger"}': (
        "POST",
        "/accounts",
        {"json": {"password": "tiger-tiger-tiger"}},
    ),
    'POST /accounts {"name": "tiger one", "password": "twelve letters"}': (
        "POST",
        "/accounts",
        {"json": {"name": "tiger one", "password": "twelve letters"}},
    ),
    'POST /accounts {"name": "tiger", "password": "a tiger in the tank"}': (
        "POST",
        "/accounts",
        {"json": {"name": "tiger", "password": "a tiger in the tank"}},
    ),
    'POST /accounts {"name": "ada", "password": "twelve letters", "age": NaN}': (
        "POST",
        "/accounts",
        raw('{"name": "ada", "password": "twelve letters", "age": NaN}'),
    ),
    'POST /accounts {"name": "ada", "password": "twelve letters", "age": -Infinity}': (
        "POST",
        "/accounts",
        raw('{"name": "ada", "password": "twelve letters", "age": -Infinity}'),
    ),
    "POST /accounts without a body": ("POST", "/accounts", {}),
    "POST /accounts with the text tiger, which is not JSON": ("POST", "/accounts", raw("tiger")),
    'POST /accounts with the list ["tiger"]': ("POST", "/accounts", {"json": ["tiger"]}),
}


CRASHED = {500: "Your handler crashed: what it puts into the response cannot always be written as JSON."}


@exercise(
    "1.6d",
    hints=[
        "What is in each dictionary of error.errors(), and which of it may a client see?",
        "Print error.errors() for a password that is too short, and for a validator that raises ValueError.",
        'For each entry one dictionary: "where" from its loc, joined with dots, and "what" from its msg.',
    ],
)
class TestValidation:
    def test_each_error_says_where(self, add_validation_handler):
        client = signing_up(add_validation_handler)
        for words, request in INVALID.items():
            wanted = [where for where, _ in true_pairs()[words]]
            answer = ask(client, request[0], request[1], **request[2])
            expect(answer.status_code, 422, tried=words, means=CRASHED)
            expect([where for where, _ in pairs_in(answer)], wanted, tried=f"{words}: each `where`")

    def test_each_error_says_what(self, add_validation_handler):
        client = signing_up(add_validation_handler)
        for words, request in INVALID.items():
            answer = ask(client, request[0], request[1], **request[2])
            expect(answer.status_code, 422, tried=words, means=CRASHED)
            wanted = sorted(what for _, what in true_pairs()[words])
            expect(sorted(what for _, what in pairs_in(answer)), wanted, tried=f"{words}: each `what`")
            expect(pairs_in(answer), true_pairs()[words], tried=f"{words}: each `where` with its `what`")

    def test_nothing_that_was_sent_comes_back(self, add_validation_handler):
        client = signing_up(add_validation_handler)
        for words, (method, path, request) in INVALID.items():
            answer = client.request(method, path, **request)
            require(
                "tiger" not in f"{answer.text} {dict(answer.headers)}",
                tried=words,
                expected="a response without the word tiger",
                got=answer.text,
                means="`input` is what was sent; where a field is missing, it is the whole body.",
            )

    def test_a_valid_request_is_not_refused(self, add_validation_handler):
        sent = {"name": "ada", "password": "twelve letters"}
        answer = signing_up(add_validation_handler).post("/accounts", json=sent)
        expect(
            (answer.status_code, body_of(answer)), (201, {"name": "ada"}), tried=f"POST /accounts with {sent}"
        )

    def test_a_validator_that_raises_is_a_422(self, add_validation_handler):
        sent = {"name": "Ada Lovelace", "password": "twelve letters"}
        answer = signing_up(add_validation_handler).post("/accounts", json=sent)
        expect(answer.status_code, 422, tried=f"POST /accounts with {sent}", means=CRASHED)

    def test_a_number_that_is_none_is_a_422(self, add_validation_handler):
        sent = '{"name": "ada", "password": "twelve letters", "age": NaN}'
        headers = {"content-type": "application/json"}
        answer = signing_up(add_validation_handler).post("/accounts", content=sent, headers=headers)
        expect(answer.status_code, 422, tried=f"POST /accounts with {sent}", means=CRASHED)

    def test_the_body_is_a_problem(self, add_validation_handler):
        answer = ask(signing_up(add_validation_handler), "GET", "/posts/one")
        expect_problem(answer, 422, "GET /posts/one", CRASHED)


class LedgerBroken(Exception):
    """An error with a name that a client should not learn."""


PLACES = {
    "route": "a route",
    "coroutine": "an async route",
    "dependency": "a dependency",
    "middleware": "middleware",
    "response": "the check of a response",
}
MESSAGES = [
    "no answer from tiger:5432",
    "disk full",
    "tiger is down\nsince 8 o'clock",
    "100 % {full}",
    "Zoë",
    "",
]


def fragile(add_crash_handler, log, messages=("no answer from tiger:5432",)):
    """An app that can break in several places; its middleware comes after the learner's handler.

    What it breaks with says the last of the messages, which may grow.
    """
    app = FastAPI()

    def fail() -> None:
        raise LedgerBroken(messages[-1])

    if add_crash_handler:
        add_crash_handler(app, log)

    @app.middleware("http")
    async def of_a_colleague(request, call_next):
        if request.url.path == "/middleware":
            fail()
        return await call_next(request)

    @app.get("/response")
    def wrong() -> Draft:
        return {"titel": messages[-1]}

    @app.get("/coroutine")
    async def coroutine() -> None:
        fail()

    @app.get("/numbers/{number}")
    async def double(number: int) -> int:
        return number * 2

    app.get("/route")(fail)
    app.get("/dependency", dependencies=[Depends(fail)])(lambda: None)
    for status in (404, 500, 503):
        app.get(f"/refused/{status}")(raising(HTTPException(status, "Not now", {"x-hint": "later"})))
    return client_of(app)


@exercise(
    "1.6e",
    hints=[
        "What does the outermost layer call, and what can only the layers inside it see?",
        "Look at `on_crash` in app/errors.py. Where would a reference come from that nobody else has?",
        "A handler for Exception: make a random reference (secrets, uuid), append one line, return problem(…, "
        "reference=…).",
    ],
)
class TestCrash:
    def test_the_client_gets_a_problem_with_a_reference(self, add_crash_handler):
        client, tried = fragile(add_crash_handler, []), "a route raises LedgerBroken"
        with suppress(LedgerBroken):  # goes on to the server, as it should
            client_of(client.app, raising_errors=True).get("/route")
        answer = client.get("/route")
        expect_problem(answer, 500, tried)
        got = body_of(answer)
        require(got.get("reference"), tried=tried, expected="a `reference` in the body", got=got)

    def test_the_log_holds_the_reference_the_type_and_the_message(self, add_crash_handler):
        log, messages = [], []
        client = fragile(add_crash_handler, log, messages)
        for message in MESSAGES:
            log.clear()
            messages.append(message)
            answer = client.get("/route")
            tried = f"the log after a route raised LedgerBroken({message!r})"
            expect(len(log), 1, tried=f"{tried}: how many entries")
            for part in [str(body_of(answer).get("reference")), "LedgerBroken", *message.splitlines()]:
                require(part in str(log[0]), tried=tried, expected=f"an entry with {part} in it", got=log[0])

    def test_each_entry_of_the_log_is_one_line(self, add_crash_handler):
        means = "A message can have several lines, and the check of a response has one that does."
        log: list[str] = []
        messages = ["tiger is down\nsince 8 o'clock"]
        client = fragile(add_crash_handler, log, messages)
        for place in ["route", "response", "coroutine"]:
            log.clear()
            if place == "coroutine":
                messages.append("tiger is down\r\nsince 8 o'clock")
                means = "A line can end with \\r\\n, too: str.splitlines knows every line break."
            client.get(f"/{place}")
            entry = str(log[0]) if log else ""
            tried = f"the entry for a crash in {PLACES[place]}"
            require(
                len(entry.strip().splitlines()) == 1, tried=tried, expected="one line", got=entry, means=means
            )

    def test_each_crash_is_appended_to_the_log(self, add_crash_handler):
        log = ["an entry of yesterday"]
        client = fragile(add_crash_handler, log)
        answers = [client.get(f"/{place}") for place in PLACES]
        expect(
            len(log),
            1 + len(PLACES),
            tried=f"the log after {len(PLACES)} crashes: how many entries more than 1",
        )
        expect(log[0], "an entry of yesterday", tried="the entry that was in the log before")
        for entry, answer, place in zip(log[1:], answers, PLACES, strict=True):
            reference = str(body_of(answer).get("reference"))
            name = "ResponseValidationError" if place == "response" else "LedgerBroken"
            for part in [reference, name]:
                tried = f"the entry for a crash in {PLACES[place]}"
                require(part in str(entry), tried=tried, expected=f"an entry with {part} in it", got=entry)

    def test_nothing_of_the_exception_reaches_the_client(self, add_crash_handler):
        client = fragile(add_crash_handler, [])
        for place, words in PLACES.items():
            answer = client.get(f"/{place}")
            seen = f"{answer.text} {dict(answer.headers)}"
            found = [
                part for part in ("tiger", "LedgerBroken", "ValidationError", "Traceback") if part in seen
            ]
            require(
                not found,
                tried=f"a crash with 'no answer from tiger:5432' in {words}",
                expected="neither type nor message in the response",
                got=seen,
            )

    def test_a_crash_is_caught_wherever_it_happens(self, add_crash_handler):
        log: list[str] = []
        client = fragile(add_crash_handler, log)
        for place, words in PLACES.items():
            log.clear()
            answer = client.get(f"/{place}")
            require(
                answer.status_code == 500 and body_of(answer).get("reference") and log,
                tried=f"a crash in {words}",
                expected="a 500 with a reference, and an entry in the log",
                got=(answer.status_code, answer.text, log),
                means="Middleware sees what happens inside it, and nothing of what stands around it."
                if place == "middleware"
                else None,
            )

    def test_no_two_crashes_share_a_reference(self, add_crash_handler):
        answers = [fragile(add_crash_handler, []).get("/route") for _ in range(3)]
        one_app = fragile(add_crash_handler, [])
        answers += [one_app.get("/route") for _ in range(100)]
        references = [str(body_of(answer).get("reference")) for answer in answers]
        require(
            len(set(references)) == len(references),
            tried="103 crashes with the same message, a restart after each of the first three",
            expected="103 references",
            got=f"{len(set(references))} different ones",
        )

    def test_an_http_exception_is_no_crash(self, add_crash_handler):
        refusals = {
            f"/refused/{status}": f"a route raises HTTPException({status})" for status in (404, 503, 500)
        }
        refusals["/numbers/one"] = "a request with a wrong value"
        refusals["/nowhere"] = "a path that does not exist"
        log: list[str] = []
        before, now = fragile(None, []), fragile(add_crash_handler, log)
        for path, words in refusals.items():
            log.clear()
            wanted, answer = before.get(path), now.get(path)
            expect(
                (answer.status_code, answer.text, answer.headers.get("x-hint"), log),
                (wanted.status_code, wanted.text, wanted.headers.get("x-hint"), []),
                tried=f"{words}: status, body, the header x-hint, log",
            )
