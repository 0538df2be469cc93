"""Checks of the exercises of lesson 1.6."""

from contextlib import suppress
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field, ValidationError, field_validator

from course.checks import exercise, expect, learners_line, require


def client_of(app):
    """A client that is told of a crash as a real one is: with a 500."""
    return TestClient(app, raise_server_exceptions=False)


def ask(client, method, path, **request):
    """An answer as a real client gets it; a slip in the learner's own code is raised, to show its line."""
    try:
        return TestClient(client.app).request(method, path, **request)
    except Exception as error:
        if learners_line(error):
            raise
        return client.request(method, path, **request)


def body_of(answer) -> dict[str, Any]:
    """The JSON object in an answer; an empty one when there is none."""
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def expect_problem(answer, status, tried, means=None):
    """The answer is a problem body with this status, in its status line and in its body."""
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


def raising(error):
    """A function that raises this error."""

    def act() -> None:
        raise error

    return act


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

    app.get("/posts/{title}")(store)
    app.get("/missing")(raising(HTTPException(404, "No such post")))
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
                500: "Either no handler took the exception, or what the handler returned is no response.",
                200: "A response needs its status too: JSONResponse(body, 409).",
            },
        )

    def test_the_body_is_a_problem(self, add_title_taken_handler, TitleTaken):
        answer = crowded(TitleTaken, add_title_taken_handler).get("/posts/Hello")
        expect_problem(answer, 409, "a route raises TitleTaken('Hello')")

    def test_the_detail_names_the_title(self, add_title_taken_handler, TitleTaken):
        client = crowded(TitleTaken, add_title_taken_handler)
        for title in ["Hello", "Sockets"]:
            detail = body_of(client.get(f"/posts/{title}")).get("detail")
            require(
                title in str(detail),
                tried=f"the detail after TitleTaken('{title}')",
                expected=f"a text with {title} in it",
                got=detail,
            )

    def test_it_works_wherever_the_exception_is_raised(self, add_title_taken_handler, TitleTaken):
        client = crowded(TitleTaken, add_title_taken_handler)
        for place in ["dependency", "coroutine"]:
            answer = client.get(f"/{place}/Hello")
            expect(answer.status_code, 409, tried=f"TitleTaken('Hello') from a {place}")

    def test_every_other_failure_stays_as_it_was(self, add_title_taken_handler, TitleTaken):
        before, now = crowded(TitleTaken), crowded(TitleTaken, add_title_taken_handler)
        for path, what in [("/missing", "HTTPException(404)"), ("/crash", "RuntimeError")]:
            wanted, answer = before.get(path), now.get(path)
            expect(
                (answer.status_code, answer.text),
                (wanted.status_code, wanted.text),
                tried=f"a route raises {what}",
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
        {500: "FastAPI brings a handler for HTTPException, and the function is inside it."},
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
        {500: "What stands below the yield runs when the answer has already left."},
    ),
}


@exercise(
    "1.6b",
    hints=[
        "For each of them: is it inside or outside the handlers, and has the answer left already?",
        "The table under 'An exception in each stage' has most rows, 'Who refuses first?' has two.",
        "Middleware that raises, a slip in the answer and a KeyError in the function have the same status.",
    ],
)
class TestStatuses:
    def test_a_failure_in_the_function_is_what_a_handler_makes_of_it(self, seen_by_client):
        self.judge(seen_by_client, "the function")

    def test_middleware_stands_outside_the_handlers(self, seen_by_client):
        self.judge(seen_by_client, "the middleware")

    def test_the_body_is_read_before_a_dependency_and_judged_after_it(self, seen_by_client):
        self.judge(seen_by_client, "the dependency raises HTTPException")

    def test_an_answer_that_has_left_stays_as_it_is(self, seen_by_client):
        self.judge(seen_by_client, "the dependency raises KeyError")

    def judge(self, seen_by_client, beginning):
        for situation, (what, means) in SITUATIONS.items():
            if situation.startswith(beginning):
                expect(seen_by_client.get(situation), happens(**what), tried=situation, means=means)


RIGHT_KEY = {"x-key": "not-a-real-key"}


def guarded(add_gate):
    """A small app behind the gate that the learner adds; health_report is not /health."""
    app = FastAPI()
    add_gate(app)
    app.get("/posts")(lambda: ["Hello"])
    app.get("/health")(lambda: {"status": "up"})
    app.get("/health-report")(lambda: {"disk": "full"})

    @app.post("/posts")
    def create(draft: Draft) -> Draft:
        return draft

    return client_of(app)


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
    def test_without_the_key_the_answer_is_401(self, add_gate):
        answer = guarded(add_gate).get("/posts")
        expect(answer.status_code, 401, tried="GET /posts without x-key", means=OUTSIDE)

    def test_a_wrong_key_is_refused_too(self, add_gate):
        answer = guarded(add_gate).get("/posts", headers={"x-key": "another-key"})
        expect(answer.status_code, 401, tried="GET /posts with x-key: another-key", means=OUTSIDE)

    def test_the_refusal_is_a_problem(self, add_gate):
        expect_problem(guarded(add_gate).get("/posts"), 401, "GET /posts without x-key", OUTSIDE)

    def test_a_stranger_cannot_find_out_which_paths_exist(self, add_gate):
        client = guarded(add_gate)
        for method, path in [("GET", "/nowhere"), ("DELETE", "/posts"), ("GET", "/openapi.json")]:
            expect(
                client.request(method, path).status_code,
                401,
                tried=f"{method} {path} without x-key",
                means=OUTSIDE
                | {
                    404: "Routing has answered: the gate stands behind it.",
                    405: "Routing has answered: the gate stands behind it.",
                    200: "This path is not in the gate's care.",
                },
            )

    def test_the_body_of_a_stranger_is_not_looked_at(self, add_gate):
        expect(
            guarded(add_gate).post("/posts", **NOT_JSON).status_code,
            401,
            tried="POST /posts without x-key, with a body that is not JSON",
            means=OUTSIDE | {422: "The body was read first: a dependency runs after that."},
        )

    def test_health_and_no_other_path_is_open(self, add_gate):
        client = guarded(add_gate)
        means = OUTSIDE | {401: "Everybody may ask for /health."}
        expect(client.get("/health").status_code, 200, tried="GET /health without x-key", means=means)
        for path in ["/health-report", "/posts/health", "/posts?from=/health"]:
            expect(
                client.get(path).status_code,
                401,
                tried=f"GET {path} without x-key",
                means=dict.fromkeys([200, 404], "Only the path /health is open, not all that looks like it."),
            )

    def test_with_the_key_there_is_no_gate(self, add_gate):
        client = guarded(add_gate)
        seen = client.get("/posts", headers=RIGHT_KEY)
        expect((seen.status_code, seen.text), (200, '["Hello"]'), tried="GET /posts with the key")
        made = client.post("/posts", json={"title": "Ideas"}, headers=RIGHT_KEY)
        expect(made.status_code, 200, tried='POST /posts with the key and {"title": "Ideas"}')
        for path, status in [("/health", 200), ("/nowhere", 404)]:
            expect(client.get(path, headers=RIGHT_KEY).status_code, status, tried=f"GET {path} with the key")


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


def errors_in(answer) -> dict[Any, Any]:
    """What an answer says is wrong, by place."""
    errors = body_of(answer).get("errors")
    found = [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
    return {str(each.get("where")): each.get("what") for each in found}


CRASHED = {500: "Your handler crashed: what it puts into the answer cannot always be written as JSON."}


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
        sent = {"name": "ada", "password": "short", "age": "old", "tags": [1, "two"]}
        seen = errors_in(ask(client, "POST", "/accounts", json=sent))
        wanted = ["body.age", "body.password", "body.tags.1"]
        expect(sorted(seen), wanted, tried=f"POST /accounts with {sent}: each `where`")
        seen = errors_in(client.get("/posts/one?limit=all"))
        expect(sorted(seen), ["path.post_id", "query.limit"], tried="GET /posts/one?limit=all: each `where`")

    def test_each_error_says_what(self, add_validation_handler):
        sent = {"name": "ada", "password": "short", "age": "old"}
        wanted: list[str] = []
        try:
            Account.model_validate(sent)
        except ValidationError as problem:
            wanted = [each["msg"] for each in problem.errors()]
        seen = errors_in(ask(signing_up(add_validation_handler), "POST", "/accounts", json=sent))
        said = sorted(str(what) for what in seen.values())
        expect(said, sorted(wanted), tried=f"POST /accounts with {sent}: each `what`")

    def test_nothing_that_was_sent_comes_back(self, add_validation_handler):
        client = signing_up(add_validation_handler)
        for sent in [{"name": "ada", "password": "tiger"}, {"password": "tiger-tiger-tiger"}]:
            answer = client.post("/accounts", json=sent)
            require(
                "tiger" not in answer.text,
                tried=f"POST /accounts with {sent}",
                expected="no word of the password in the answer",
                got=answer.text,
                means="`input` is what was sent; where a field is missing, it is the whole body.",
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


PLACES = ["route", "dependency", "middleware", "answer"]


def fragile(add_crash_handler, log, message="no answer from tiger:5432"):
    """An app that can break in four places; its middleware comes after the learner's handler."""
    app, error = FastAPI(), LedgerBroken(message)
    add_crash_handler(app, log)

    @app.middleware("http")
    async def of_a_colleague(request, call_next):
        if request.url.path == "/middleware":
            raise error
        return await call_next(request)

    @app.get("/answer")
    def wrong() -> Draft:
        return {"titel": message}

    app.get("/route")(raising(error))
    app.get("/dependency", dependencies=[Depends(raising(error))])(lambda: None)
    app.get("/missing")(raising(HTTPException(404, "No such post")))
    return client_of(app)


@exercise(
    "1.6e",
    hints=[
        "What does the outermost layer call, and what can only the layers inside it see?",
        "Look at `on_crash` in app/errors.py. Where would a reference come from that nobody else has?",
        "A handler for Exception: make a random reference (secrets, uuid), append the line, return problem(…, "
        "reference=…).",
    ],
)
class TestCrash:
    def test_the_client_gets_a_problem_with_a_reference(self, add_crash_handler):
        client, tried = fragile(add_crash_handler, []), "a route raises LedgerBroken"
        with suppress(LedgerBroken):  # goes on to the server, as it should
            TestClient(client.app).get("/route")
        answer = client.get("/route")
        expect_problem(answer, 500, tried)
        require(
            body_of(answer).get("reference"),
            tried=tried,
            expected="a `reference` in the body",
            got=body_of(answer),
        )

    def test_the_log_holds_the_reference_the_type_and_the_message(self, add_crash_handler):
        for message in ["no answer from tiger:5432", "disk full"]:
            log: list[str] = []
            answer = fragile(add_crash_handler, log, message).get("/route")
            tried = f"the log after a route raised LedgerBroken({message!r})"
            expect(len(log), 1, tried=f"{tried}: how many lines")
            for part in [str(body_of(answer).get("reference")), "LedgerBroken", message]:
                require(part in str(log[0]), tried=tried, expected=f"a line with {part} in it", got=log)

    def test_nothing_of_the_exception_reaches_the_client(self, add_crash_handler):
        client = fragile(add_crash_handler, [])
        for place in PLACES:
            answer = client.get(f"/{place}")
            seen = f"{answer.text} {dict(answer.headers)}"
            require(
                "tiger" not in seen and "LedgerBroken" not in seen and "Traceback" not in seen,
                tried=f"LedgerBroken('no answer from tiger:5432') from a {place}",
                expected="neither type nor message in the answer",
                got=answer.text,
            )

    def test_a_crash_is_caught_wherever_it_happens(self, add_crash_handler):
        for place in PLACES:
            log: list[str] = []
            answer = fragile(add_crash_handler, log).get(f"/{place}")
            require(
                answer.status_code == 500 and body_of(answer).get("reference") and log,
                tried=f"a crash in a {place}",
                expected="a 500 with a reference, and a line in the log",
                got=(answer.status_code, answer.text, log),
                means="Middleware sees what happens inside it, and nothing of what stands around it."
                if place == "middleware"
                else None,
            )

    def test_no_two_crashes_share_a_reference(self, add_crash_handler):
        answers = [fragile(add_crash_handler, []).get("/route") for _ in range(3)]
        one_app = fragile(add_crash_handler, [])
        answers += [one_app.get("/route") for _ in range(3)]
        references = [str(body_of(answer).get("reference")) for answer in answers]
        require(
            len(set(references)) == len(references),
            tried="six crashes with the same message, a restart after each of the first three",
            expected="six references",
            got=references,
        )

    def test_an_http_exception_is_no_crash(self, add_crash_handler):
        log: list[str] = []
        answer = fragile(add_crash_handler, log).get("/missing")
        expect(
            (answer.status_code, body_of(answer), log),
            (404, {"detail": "No such post"}, []),
            tried="a route raises HTTPException(404, 'No such post'): status, body, log",
        )
