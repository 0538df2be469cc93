"""Checks of the exercises of lesson 2.4."""

import string
import time
from contextlib import suppress
from importlib import import_module
from time import sleep
from types import SimpleNamespace
from typing import Annotated

import psycopg2
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from course.checks import ask, exercise, expect, require

LETTERS = list(string.ascii_uppercase)


def client_of(app):
    """A client that is told of a crash as a real one is: with a 500."""
    return TestClient(app, raise_server_exceptions=False)


def body_of(answer):
    """The JSON in an answer; its text when it is none."""
    try:
        return answer.json()
    except ValueError:
        return answer.text


def cutting(Span):
    """An app with three lists; each path operation asks for a Span."""
    app = FastAPI()

    @app.get("/titles")
    def titles(span: Annotated[Span, Depends()]) -> list[str]:
        return span.cut(list("ABCD"))

    @app.get("/letters")
    def letters(span: Annotated[Span, Depends()]) -> list[str]:
        return span.cut(list(LETTERS))

    @app.get("/mixed")
    def mixed(span: Annotated[Span, Depends()]) -> list[str]:
        return span.cut(list("CADB"))

    return app


@exercise(
    "2.4a",
    hints=[
        "Which method of a class does FastAPI call when the class is the dependency?",
        "Look at `Page` in the lesson, and at the `Page` of app/dependencies.py, which has checks.",
        "An __init__ with two parameters Annotated[int, Query(…)], each with a default, and a method cut that "
        "slices.",
    ],
)
class TestSpan:
    def test_the_wanted_part_comes_back(self, Span):
        self.same(
            Span,
            ("/titles?start=1&length=2", ["B", "C"]),
            ("/titles?start=0&length=1", ["A"]),
            ("/letters?start=20&length=3", ["U", "V", "W"]),
            ("/letters?start=3&length=19", LETTERS[3:22]),
            ("/letters?start=24&length=20", ["Y", "Z"]),
            ("/titles?start=3", ["D"]),
            ("/titles?start=4", []),
            ("/titles?start=900", []),
            ("/titles?start=2000000", []),
            ("/mixed?start=1&length=2", ["A", "D"]),
        )

    def test_what_is_left_out_has_a_default(self, Span):
        self.same(
            Span,
            ("/letters", LETTERS[:5]),
            ("/letters?start=3", LETTERS[3:8]),
            ("/letters?length=20", LETTERS[:20]),
            ("/letters?length=1", LETTERS[:1]),
        )

    def same(self, Span, *cases):
        with TestClient(cutting(Span), raise_server_exceptions=False) as client:
            for path, wanted in cases:
                answer = client.get(path)
                expect((answer.status_code, body_of(answer)), (200, wanted), tried=f"GET {path}")

    def test_everything_else_is_a_422(self, Span):
        refused = [
            "start=-1",
            "length=0",
            "length=21",
            "length=-3",
            "start=many",
            "length=2.5",
            "start=1.5",
            "start=",
        ]
        with TestClient(cutting(Span), raise_server_exceptions=False) as client:
            for asked in [*refused, "start=-1&length=2", "start=1&length=21", "length=few"]:
                expect(
                    client.get(f"/titles?{asked}").status_code,
                    422,
                    tried=f"GET /titles?{asked}",
                    means={
                        200: "Nothing refused it. A limit of a parameter stands in Query(ge=…, le=…).",
                        500: "It was refused, but too late: FastAPI has to know the limits before it calls.",
                    },
                )

    def test_two_requests_do_not_disturb_each_other(self, Span):
        client = TestClient(cutting(Span))
        client.get("/titles?start=2&length=1")
        expect(
            body_of(client.get("/titles")),
            list("ABCD"),
            tried="GET /titles?start=2&length=1, then GET /titles",
            means="Something of the first request was kept for the second.",
        )
        spans, app = [], FastAPI()

        @app.get("/spans")
        def note(span: Annotated[Span, Depends()]) -> None:
            spans.append(span)

        client, titles = TestClient(app), list("ABCD")
        for asked in ["start=2&length=1", "start=0&length=2"]:
            client.get(f"/spans?{asked}")
        expect(
            [span.cut(titles) for span in spans],
            [["C"], ["A", "B"]],
            tried="start=2&length=1 and start=0&length=2, two requests at once: the part that each gets",
            means="What a request asked for belongs to its own Span, not to the class: two run at once.",
        )
        expect(titles, list("ABCD"), tried="the list of titles, after two parts of it were cut")


def searching(Longest, *mosts):
    """An app with /5, /20 …: each hands back the search that its Longest lets through. /both asks for two."""
    app, rules = FastAPI(), {most: Longest(most) for most in mosts}
    for most, rule in rules.items():
        require(
            callable(rule),
            tried=f"Longest({most}), which is given to Depends",
            expected="something that FastAPI can call for each request",
            got=type(rule).__name__,
            means="An instance can be called when its class defines __call__.",
        )
        try:
            hash(rule)
        except TypeError:
            require(
                False,
                tried=f"Longest({most}), which is given to Depends",
                expected="something that can be a key of a dictionary: FastAPI keeps results by dependency",
                got="an object that cannot: it has no hash",
                means="A class that defines __eq__ has none, nor has a dataclass, unless it says frozen=True.",
            )

    def add(most, rule):
        @app.get(f"/{most}")
        def search(wanted: Annotated[str, Depends(rule)]) -> str:
            return wanted

    for most, rule in rules.items():
        add(most, rule)

    @app.get("/both")
    def both(
        few: Annotated[str, Depends(rules[mosts[0]])], many: Annotated[str, Depends(rules[mosts[-1]])]
    ) -> list[str]:
        return [few, many]

    return app


@exercise(
    "2.4b",
    hints=[
        "Who knows the 20, and who knows the search: you, when you write the app, or the client?",
        "Look at `AtMost` in the lesson: what is given to __init__, and what to __call__?",
        'def __call__(self, search: str = "") -> str: strip, compare with self.most, raise or return.',
    ],
)
class TestLongest:
    def test_the_search_is_handed_over(self, Longest):
        cases = ["sockets", "two words", "two  spaces", "O'Neil", "100 %", "größe"]
        self.same(Longest, 20, [(wanted, wanted) for wanted in cases])
        with TestClient(searching(Longest, 20)) as client:
            for path in ["/20", "/20?search="]:
                answer = client.get(path)
                tried = f"GET {path}" + (", without a search" if path == "/20" else "")
                expect((answer.status_code, body_of(answer)), (200, ""), tried=tried)

    def test_the_spaces_around_it_do_not_count(self, Longest):
        self.same(
            Longest,
            5,
            [("   ideas  ", "ideas"), ("ideas   ", "ideas"), ("  a b c", "a b c"), ("        ", "")],
        )

    def same(self, Longest, most, cases):
        with TestClient(searching(Longest, most), raise_server_exceptions=False) as client:
            for sent, wanted in cases:
                answer = client.get(f"/{most}", params={"search": sent})
                got = (answer.status_code, body_of(answer))
                expect(got, (200, wanted), tried=f"Longest({most}), and the search {sent!r}")

    def test_too_long_is_a_400_that_names_the_limit(self, Longest):
        with TestClient(searching(Longest, 3, 7), raise_server_exceptions=False) as client:
            for most in [3, 7]:
                for search in ["é" * (most + 1), "x" * 40 if most == 3 else "a" + " " * most + "b"]:
                    answer = client.get(f"/{most}", params={"search": search})
                    expect(
                        (answer.status_code, body_of(answer)),
                        (400, {"detail": f"At most {most} characters"}),
                        tried=f"Longest({most}), and the search {search!r}",
                    )

    def test_exactly_the_limit_is_allowed(self, Longest):
        with TestClient(searching(Longest, 3, 7), raise_server_exceptions=False) as client:
            for most in [3, 7]:
                for search in ["x" * most, "é" * most]:
                    answer = client.get(f"/{most}", params={"search": search})
                    expect(answer.status_code, 200, tried=f"Longest({most}), and the search {search!r}")

    def test_each_has_its_own_limit(self, Longest):
        shared = "The limit of one seems to be kept where the other finds it."
        with TestClient(searching(Longest, 30, 4), raise_server_exceptions=False) as client:
            for path, size, wanted in [("/30", 20, 200), ("/4", 5, 400), ("/30", 31, 400), ("/4", 4, 200)]:
                expect(
                    client.get(path, params={"search": "x" * size}).status_code,
                    wanted,
                    tried=f"Longest(30) and Longest(4) in one app: {path}, {size} characters",
                    means=shared,
                )

    def test_one_path_operation_may_ask_for_both(self, Longest):
        with TestClient(searching(Longest, 30, 4), raise_server_exceptions=False) as client:
            for search, wanted in [
                (" four ", (200, ["four", "four"])),
                ("fives", (400, {"detail": "At most 4 characters"})),
            ]:
                answer = client.get("/both", params={"search": search})
                got, tried = (
                    (answer.status_code, body_of(answer)),
                    f"it asks for Longest(30) and Longest(4): {search!r}",
                )
                expect(got, wanted, tried=tried)


def happens(*, posts=None, default=None, failing=None, swallowing=False, late=None, requests=1):
    """How many connections an app like that of 2.4c opens, and the last status that its client sees."""
    opened = []

    def get_connection():
        opened.append(1)
        if swallowing:
            with suppress(Exception):
                yield len(opened)
        else:
            yield len(opened)
        if late:
            raise late

    needed = Depends(get_connection, **(default or {}))
    for_posts = Depends(get_connection, **(posts or default or {}))

    def get_reader(connection: Annotated[int, needed]):
        return connection

    def get_posts(connection: Annotated[int, for_posts]):
        return connection

    app = FastAPI()

    @app.get("/", dependencies=[Depends(get_reader), Depends(get_posts)])
    def both() -> None:
        if failing:
            raise failing

    status = [client_of(app).get("/").status_code for _ in range(requests)][-1]
    return len(opened), status


QUESTIONS = {
    "opened: the path operation asks for get_reader and get_posts": ({}, 0),
    "opened: for get_reader and get_posts, in two requests": ({"requests": 2}, 0),
    "opened: for both, but get_posts says use_cache=False": ({"posts": {"use_cache": False}}, 0),
    "opened: for both, but get_posts says scope='function'": ({"posts": {"scope": "function"}}, 0),
    "status: the path operation raises HTTPException(404)": ({"failing": HTTPException(404)}, 1),
    "status: it does, and get_connection has `except Exception: pass` at its yield": (
        {"failing": HTTPException(404), "swallowing": True},
        1,
    ),
    "status: the last line of get_connection, below its yield, raises": ({"late": RuntimeError("late")}, 1),
    "status: that line raises, and all say scope='function'": (
        {"late": RuntimeError("late"), "default": {"scope": "function"}},
        1,
    ),
}


def found(found_out, beginning, which, means):
    """Compare some of the answers with what really happens."""
    for question in [each for each in QUESTIONS if each.startswith(beginning)][which]:
        given, place = QUESTIONS[question]
        answer = found_out.get(question) if isinstance(found_out, dict) else None
        expect(answer, happens(**given)[place], tried=question, means=means)


@exercise(
    "2.4c",
    hints=[
        "Which of these are about sharing, which about an exception on its way, and which about being too late?",
        "Look at the pictures of /drafts and /mixed, at the trace of /quiet, and at the picture of the failing "
        "commit.",
        "Build it: five lines of get_connection that append to a list, and trace() it.",
    ],
)
class TestFoundOut:
    def test_a_request_shares_and_the_next_one_does_not(self, found_out):
        found(found_out, "opened", slice(0, 2), "Shared means: within one request.")

    def test_sharing_ends_where_somebody_asks_differently(self, found_out):
        found(found_out, "opened", slice(2, 4), "get_posts does not get what get_reader has.")

    def test_an_exception_goes_through_the_dependency(self, found_out):
        found(
            found_out, "status", slice(0, 1), "get_connection does not catch it, so it comes to its handler."
        )

    def test_an_exception_that_is_kept_is_missed(self, found_out):
        found(found_out, "status", slice(1, 2), "FastAPI is left with neither a value nor an exception.")

    def test_the_scope_decides_what_a_late_failure_can_change(self, found_out):
        found(found_out, "status", slice(2, 4), "Had the response left when that line ran?")


def given_database(url, monkeypatch):
    """A table, and the address where `connect` finds it."""
    monkeypatch.setenv("DATABASE_URL", url)
    ask(url, "CREATE TABLE notes (title text UNIQUE DEFERRABLE INITIALLY DEFERRED)")


class Missing(Exception):
    """An exception of the checking app's own."""


class Noted:
    """An app that writes notes over the learner's Transaction, and what happened to its connections."""

    def __init__(self, Transaction):
        self.app = FastAPI()
        self.connections = []

        @self.app.exception_handler(Missing)
        def on_missing(request, error):
            return JSONResponse({"title": "Missing"}, 410, {"x-reason": "missing"})

        def earlier(transaction: Transaction):
            return transaction

        @self.app.post("/notes/{title}", status_code=201)
        def write(title: str, transaction: Transaction, same: Annotated[object, Depends(earlier)]) -> bool:
            self.connections.append(transaction)
            with transaction.cursor() as cursor:
                cursor.execute("INSERT INTO notes VALUES (%s)", [title])
            if title in FAILURES:
                raise FAILURES[title][0]
            return transaction is same


# What a path operation raises, and the response without a Transaction: status, header x-reason, body.
FAILURES = {
    "refused": (
        HTTPException(404, "No such author", {"x-reason": "author"}),
        (404, "author", {"detail": "No such author"}),
    ),
    "missing": (Missing(), (410, "missing", {"title": "Missing"})),
    "crashed": (RuntimeError("a mistake"), (500, None, "Internal Server Error")),
}


@exercise(
    "2.4d",
    hints=[
        "Follow three requests through the code, line by line: one that works, one that raises, and one whose "
        "commit fails. What does the client see, and when?",
        "Look at the trace of /quiet for the exception, and at the two designs below the failing commit.",
        "with closing(connect()) …: yield, then commit; and a scope in Depends.",
    ],
)
class TestTransaction:
    def test_what_a_successful_request_wrote_is_stored(self, Transaction, database_url, monkeypatch):
        given_database(database_url, monkeypatch)
        client = TestClient(Noted(Transaction).app)
        for title in ["Hello", "Ideas"]:
            expect(client.post(f"/notes/{title}").status_code, 201, tried=f"POST /notes/{title}")
        stored = ask(database_url, "SELECT title FROM notes ORDER BY title")
        expect(stored, [("Hello",), ("Ideas",)], tried="the rows after two successful requests")

    def test_no_success_is_told_before_it_is_stored(self, Transaction, database_url, monkeypatch):
        given_database(database_url, monkeypatch)
        client = client_of(Noted(Transaction).app)
        client.post("/notes/Hello")
        answer = client.post("/notes/Hello")
        expect(
            answer.status_code,
            500,
            tried="a second note of the same title, which COMMIT refuses",
            means={201: "The client was told of a note that does not exist. When did the commit run?"},
        )

    def test_a_failing_request_stores_nothing(self, Transaction, database_url, monkeypatch):
        given_database(database_url, monkeypatch)
        client = client_of(Noted(Transaction).app)
        for title in FAILURES:
            client.post(f"/notes/{title}")
            stored = ask(database_url, "SELECT title FROM notes")
            expect(
                stored,
                [],
                tried=f"the rows after a path operation raised {type(FAILURES[title][0]).__name__}",
            )

    def test_a_failure_does_not_undo_what_was_stored_before(self, Transaction, database_url, monkeypatch):
        given_database(database_url, monkeypatch)
        client = client_of(Noted(Transaction).app)
        for title in ["Hello", *FAILURES, "Ideas"]:
            client.post(f"/notes/{title}")
        stored = ask(database_url, "SELECT title FROM notes ORDER BY title")
        expect(
            stored,
            [("Hello",), ("Ideas",)],
            tried="a success, three failures, a success: the rows afterwards",
        )

    def test_the_client_sees_the_failure_as_it_was(self, Transaction, database_url, monkeypatch):
        given_database(database_url, monkeypatch)
        client = client_of(Noted(Transaction).app)
        for title, (error, wanted) in FAILURES.items():
            answer, name = client.post(f"/notes/{title}"), type(error).__name__
            expect(
                answer.status_code,
                wanted[0],
                tried=f"a path operation raises {name}: the status",
                means={500: "Your dependency caught the exception: does anybody raise it again?"},
            )
            expect(
                (answer.headers.get("x-reason"), body_of(answer)),
                wanted[1:],
                tried=f"a path operation raises {name}, which sets the header x-reason: that header, and the body"
                if wanted[1]
                else f"a path operation raises {name}: the header x-reason, and the body",
                means="Only the very exception that came in has all that the client should see.",
            )

    def test_the_connection_is_closed_whatever_happened(self, Transaction, database_url, monkeypatch):
        given_database(database_url, monkeypatch)
        noted = Noted(Transaction)
        for title in ["Hello", "Hello", *FAILURES]:
            client_of(noted.app).post(f"/notes/{title}")
        closed = [bool(getattr(each, "closed", True)) for each in noted.connections]
        expect(
            closed,
            [True] * 5,
            tried="is it closed? after a success, a failing commit, and three exceptions",
            means="Some way out of your function passes by the close.",
        )

    def test_connect_makes_it(self, Transaction, database_url, monkeypatch):
        given_database(database_url, monkeypatch)
        module, refusals = import_module("app.database"), [psycopg2.OperationalError("starting up")]
        opened = psycopg2.connect

        def late(*given, **named):
            if refusals:
                raise refusals.pop()
            return opened(*given, **named)

        without_pauses = vars(time) | {"sleep": lambda seconds: None}  # other threads go on sleeping
        monkeypatch.setattr(module, "time", SimpleNamespace(**without_pauses))
        monkeypatch.setattr(psycopg2, "connect", late)
        expect(
            client_of(Noted(Transaction).app).post("/notes/Hello").status_code,
            201,
            tried="a request while the server is starting up: the first attempt to open a connection fails",
            means={500: "connect() of the app tries again. Which function opened this connection?"},
        )

    def test_each_request_has_one_of_its_own(self, Transaction, database_url, monkeypatch):
        given_database(database_url, monkeypatch)
        noted = Noted(Transaction)
        client = TestClient(noted.app)
        shared = [body_of(client.post(f"/notes/{title}")) for title in ["Hello", "Ideas"]]
        expect(shared, [True, True], tried="two parts of one request ask for a Transaction: is it the same?")
        require(
            noted.connections[0] is not noted.connections[1],
            tried="two requests",
            expected="two connections",
            got="one",
        )


class Attempts:
    """An app whose path operations record attempts, on a database of its own."""

    def __init__(self, record_attempt, url, monkeypatch):
        from app import dependencies

        monkeypatch.setenv("DATABASE_URL", url)
        self.database = dependencies.database
        # The learner's name `database` means this very object, so it is made anew in place.
        for name, value in vars(type(dependencies.database)(size=3, wait=0.2)).items():
            monkeypatch.setattr(dependencies.database, name, value)
        ask(url, "CREATE TABLE attempts (reader text); CREATE TABLE notes (title text)")
        self.url, self.statuses, self.seen = url, [], None
        app = FastAPI()

        def write(connection, title):
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO notes VALUES (%s)", [title])

        def beforehand(connection: dependencies.DbConnection):
            write(connection, "beforehand")

        @app.post("/{what}", dependencies=[Depends(beforehand), Depends(record_attempt)])
        def act(what: str, connection: dependencies.DbConnection, request: Request) -> None:
            self.seen = request.headers.get("x-reader")
            self.statuses.append(connection.get_transaction_status())
            write(connection, what)
            if what in FAILURES:
                raise FAILURES[what][0]
            connection.commit()

        @app.get("/quick", dependencies=[Depends(record_attempt)])
        def quick(connection: dependencies.DbConnection) -> int:
            self.statuses.append(connection.get_transaction_status())
            return 1

        self.app = app
        self.quiet = client_of(app)
        self.client = TestClient(app)

    def recorded(self):
        return [reader for (reader,) in ask(self.url, "SELECT reader FROM attempts ORDER BY reader")]

    def left_open(self):
        """How many sessions of this database stay that `database` does not hold; one that ends gets a moment."""
        pool = self.database._pool
        held = [each.get_backend_pid() for each in [*pool._pool, *pool._used.values()]] if pool else []
        asked = """
            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
            AND backend_type = 'client backend' AND application_name <> 'course'
            AND pid <> pg_backend_pid() AND pid <> ALL(%s::int[])
        """
        for _ in range(100):
            if not (found := ask(self.url, asked, [held])[0][0]):
                break
            sleep(0.02)
        return found

    def notes(self):
        return [title for (title,) in ask(self.url, "SELECT title FROM notes ORDER BY title")]


@exercise(
    "2.4e",
    hints=[
        "Who shares a connection shares its transaction. Which of the two writings may end differently?",
        "Look at what `database.connection()` lends, and at what `use_cache=False` does.",
        "A header parameter; a connection of its own; INSERT; commit.",
    ],
)
class TestRecordAttempt:
    def test_a_request_leaves_a_row(self, record_attempt, database_url, monkeypatch):
        attempts = Attempts(record_attempt, database_url, monkeypatch)
        for reader in ["ada", "bob", "ada"]:
            attempts.client.post("/hello", headers={"x-reader": reader})
        expect(
            attempts.recorded(),
            ["ada", "ada", "bob"],
            tried="three requests: of ada, of bob, and of ada again",
        )

    def test_the_header_may_hold_any_character(self, record_attempt, database_url, monkeypatch):
        attempts = Attempts(record_attempt, database_url, monkeypatch)
        for reader in ["Ada B.", "O'Neil", "%s %(reader)s", "x'); DROP TABLE attempts; --", "Zoë"]:
            ask(database_url, "DELETE FROM attempts")
            answer = attempts.quiet.post("/hello", headers={"x-reader": reader.encode("latin-1")})
            expect(
                (answer.status_code, attempts.recorded()),
                # Of other letters a header has the bytes only: then it is what the app reads.
                (200, [reader if reader.isascii() else attempts.seen]),
                tried=f"a request with x-reader: {reader} (status, and the rows)",
                means="A value goes into the second argument of execute, never into the statement."
                if "'" in reader or "%" in reader
                else None,
            )

    def test_without_the_header_it_is_guest(self, record_attempt, database_url, monkeypatch):
        attempts = Attempts(record_attempt, database_url, monkeypatch)
        answer = attempts.client.post("/hello")
        expect(
            (answer.status_code, attempts.recorded()),
            (200, ["guest"]),
            tried="a request without x-reader: its status, and the attempts",
        )

    def test_the_row_stays_when_the_request_fails(self, record_attempt, database_url, monkeypatch):
        attempts = Attempts(record_attempt, database_url, monkeypatch)
        for what in FAILURES:
            attempts.quiet.post(f"/{what}", headers={"x-reader": what})
        expect(
            attempts.recorded(),
            sorted(FAILURES),
            tried="three requests, each of which fails in its own way",
            means="The row went with the request: was it in the same transaction, or not committed in time?",
        )

    def test_nothing_else_of_a_failed_request_stays(self, record_attempt, database_url, monkeypatch):
        attempts = Attempts(record_attempt, database_url, monkeypatch)
        for what in FAILURES:
            attempts.quiet.post(f"/{what}")
        expect(
            attempts.notes(),
            [],
            tried="what a dependency wrote over DbConnection before the path operation failed",
            means="Your commit stored what somebody else had written on the same connection.",
        )

    def test_a_successful_request_is_stored_as_well(self, record_attempt, database_url, monkeypatch):
        attempts = Attempts(record_attempt, database_url, monkeypatch)
        attempts.client.post("/hello")
        expect(attempts.notes(), ["beforehand", "hello"], tried="what a successful request wrote")

    def test_nothing_stays_borrowed(self, record_attempt, database_url, monkeypatch):
        attempts = Attempts(record_attempt, database_url, monkeypatch)
        statuses = [
            attempts.quiet.post(f"/{what}").status_code for what in ["hello", *FAILURES, "hello", "hello"]
        ]
        expect(
            statuses,
            [200, 404, 500, 500, 200, 200],
            tried="six requests one after the other (the second to fourth fail: 404, 500, 500), with a `database` "
            "that lends three connections",
            means="A connection that a request borrowed was not given back." if 503 in statuses else None,
        )

    def test_no_connection_of_its_own_stays_open(self, record_attempt, database_url, monkeypatch):
        attempts = Attempts(record_attempt, database_url, monkeypatch)
        for what in ["hello", *FAILURES, "hello"]:
            attempts.quiet.post(f"/{what}")
        expect(
            attempts.left_open(),
            0,
            tried="five requests: the connections that are still open then, but for those of `database`",
            means="What was opened is still open: with more readers, the server runs out of connections.",
        )

    def test_the_connection_of_the_request_is_left_alone(self, record_attempt, database_url, monkeypatch):
        attempts = Attempts(record_attempt, database_url, monkeypatch)
        answer = attempts.client.get("/quick")
        expect(answer.status_code, 200, tried="GET /quick")
        require(
            attempts.statuses == [TRANSACTION_STATUS_IDLE],
            tried="DbConnection, before the path operation has used it",
            expected="no transaction",
            got="a transaction has begun",
            means="Something was sent over this connection before.",
        )
