"""Checks of the exercises of lesson 2.3."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import quote

import psycopg2
from fastapi import FastAPI
from fastapi.testclient import TestClient
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from psycopg2.pool import PoolError, ThreadedConnectionPool

from course.checks import (
    ask,
    exercise,
    expect,
    finished,
    in_thread,
    learners_line,
    require,
    wait_until_blocked,
)

TABLE = """
    CREATE TABLE posts (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        title text NOT NULL UNIQUE CHECK (length(title) BETWEEN 1 AND 200),
        content text NOT NULL CHECK (length(content) BETWEEN 1 AND 20000),
        published boolean NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL DEFAULT now()
    )
"""
TEXT = "Some text."


def fill(url, *titles, published=True):
    """Make the table, with a post for each title, numbered from 1."""
    ask(url, TABLE)
    for title in titles:
        values = (title, TEXT, published)
        ask(url, "INSERT INTO posts (title, content, published) VALUES (%s, %s, %s)", values)


def titles_in(url):
    """The titles that are stored, in the order of their ids."""
    return [title for (title,) in ask(url, "SELECT title FROM posts ORDER BY id")]


@contextmanager
def connected(url) -> Iterator[psycopg2.extensions.connection]:
    """A connection as the learner's function gets it: one that waits two seconds for a lock at most."""
    with closing(psycopg2.connect(url, options="-c lock_timeout=2s")) as connection:
        yield connection


def expect_ready(connection, tried):
    """The connection has no open transaction, failed or not."""
    require(
        not connection.closed and connection.info.transaction_status == TRANSACTION_STATUS_IDLE,
        tried=f"{tried}: the connection afterwards",
        expected="open, and without a transaction",
        got="closed" if connection.closed else "a transaction that nobody has ended",
        means="Every way out of the function has to end the transaction: commit or roll back.",
    )


COMPLAIN = """
    CREATE FUNCTION complain() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'not this one'; END $$
    LANGUAGE plpgsql;
"""
WRITES = f"""
    {COMPLAIN}
    CREATE TRIGGER others BEFORE UPDATE OF id, content, published, created_at ON posts
    FOR EACH STATEMENT EXECUTE FUNCTION complain()
"""
STUBBORN = f"""
    {COMPLAIN}
    CREATE TRIGGER stubborn BEFORE UPDATE ON posts
    FOR EACH ROW WHEN (OLD.id = 4) EXECUTE FUNCTION complain()
"""


@exercise(
    "2.3a",
    hints=[
        "How can one statement change a row and tell what the row is now?",
        "Look at `REPLACE` and `replace_post` in app/main.py: the statement, and the line below it.",
        "query(connection, 'UPDATE … RETURNING …', {…}), then commit, then the first row or None.",
    ],
)
class TestRename:
    POSTS = [
        ("Hello", "The first post.", True),
        ("Sockets", "A draft on sockets.", False),
        ("O'Neil", "It's 100 %.", True),
        ("Ideas", "Größe", False),
    ]

    def stored(self, url):
        """What another session sees: each post without its id, in the order of the ids."""
        return ask(url, "SELECT title, content, published FROM posts ORDER BY id")

    def filled(self, url):
        ask(url, TABLE)
        for post in self.POSTS:
            ask(url, "INSERT INTO posts (title, content, published) VALUES (%s, %s, %s)", post)
        ask(url, "UPDATE posts SET created_at = '2026-01-01 00:00+00'")

    def test_the_post_is_returned_as_it_is_now(self, rename, database_url):
        self.filled(database_url)
        for post_id, title in [(2, "Pools"), (3, "locks and keys"), (4, " Größe "), (1, "Hello")]:
            _, content, published = self.POSTS[post_id - 1]
            with connected(database_url) as connection:
                got = rename(connection, post_id, title)
            wanted = {"id": post_id, "title": title, "content": content, "published": published}
            expect(got, wanted, tried=f"rename(connection, {post_id}, {title!r})")

    def test_other_sessions_see_the_new_title(self, rename, database_url):
        self.filled(database_url)
        with connected(database_url) as connection:
            rename(connection, 2, "Pools")
            titles = [title for title, *_ in self.stored(database_url)]
            expect(
                titles,
                ["Hello", "Pools", "O'Neil", "Ideas"],
                tried='rename(connection, 2, "Pools"), then a look at all titles from another session',
                means="If nothing has changed, the change was not committed. If too much has, look at WHERE.",
            )

    def test_nothing_else_changes(self, rename, database_url):
        self.filled(database_url)
        with connected(database_url) as connection:
            rename(connection, 2, "Pools")
        tried = 'rename(connection, 2, "Pools"), then content and published of all posts'
        expect(
            [rest for _, *rest in self.stored(database_url)], [rest for _, *rest in self.POSTS], tried=tried
        )
        days = ask(database_url, "SELECT DISTINCT (created_at AT TIME ZONE 'UTC')::date::text FROM posts")
        expect(days, [("2026-01-01",)], tried='rename(connection, 2, "Pools"), then created_at of all posts')

    def test_other_columns_are_not_written(self, rename, database_url):
        self.filled(database_url)
        ask(database_url, WRITES)
        with connected(database_url) as connection:
            try:
                rename(connection, 2, "Pools")
                got = "the title alone"
            except psycopg2.errors.RaiseException:
                got = "others as well"
        expect(
            got,
            "the title alone",
            tried='rename(connection, 2, "Pools"): which columns it writes',
            means="Whoever writes back what was read before undoes what another session changes meanwhile.",
        )

    def test_a_title_that_is_refused_is_raised(self, rename, database_url):
        self.filled(database_url)
        cases = [("x" * 201, "'x' * 201", "CheckViolation"), ("", "''", "CheckViolation")]
        for title, shown, wanted in [*cases, ("Hello", "'Hello', which post 1 has", "UniqueViolation")]:
            with connected(database_url) as connection:
                try:
                    got = f"it returned {rename(connection, 2, title)}"
                except psycopg2.Error as error:
                    got = type(error).__name__
            expect(got, wanted, tried=f"rename(connection, 2, {shown})")
            expect(self.stored(database_url), self.POSTS, tried=f"rename(connection, 2, {shown}), all posts")

    def test_a_post_that_does_not_exist_is_none(self, rename, database_url):
        self.filled(database_url)
        with connected(database_url) as connection:
            expect(rename(connection, 7, "Pools"), None, tried='rename(connection, 7, "Pools")')
        expect(self.stored(database_url), self.POSTS, tried='rename(connection, 7, "Pools"), then all posts')

    def test_no_transaction_is_open_afterwards(self, rename, database_url):
        self.filled(database_url)
        for post_id in [1, 7]:
            with connected(database_url) as connection:
                rename(connection, post_id, "Pools")
                expect_ready(connection, f'rename(connection, {post_id}, "Pools")')

    def test_a_title_may_hold_quotes_and_percent_signs(self, rename, database_url):
        self.filled(database_url)
        for title in ["It's 100%; --", "%s %(title)s", 'a "b" {c} \\', "'); DROP TABLE posts; --"]:
            with connected(database_url) as connection:
                rename(connection, 1, title)
            expect(
                self.stored(database_url)[0][0],
                title,
                tried=f"rename(connection, 1, {title!r}), then the title from another session",
                means="A value goes into the second argument of execute, never into the statement.",
            )


@exercise(
    "2.3b",
    hints=[
        "In which state is a connection after an error, and what does a commit do in that state?",
        "Two things are lost: the titles after the failed one, and those before. Who may roll back what?",
        "Commit after each title that worked; roll back after each that did not.",
    ],
)
class TestImport:
    def test_a_title_after_a_refused_one_is_stored(self, import_titles, database_url):
        stored, _ = self.run(import_titles, database_url, ["Hello", "Pools", "Locks"])
        self.judge(stored, ["Pools", "Locks"], ["Hello", "Pools", "Locks"])

    def test_a_title_before_a_refused_one_is_stored(self, import_titles, database_url):
        stored, _ = self.run(import_titles, database_url, ["Pools", "Locks", "Hello"])
        self.judge(stored, ["Pools", "Locks"], ["Pools", "Locks", "Hello"])

    def test_the_refused_titles_are_returned_in_their_order(self, import_titles, database_url):
        titles = ["Sockets", "Pools", "Hello", "Locks", "Pools", "Hello"]
        _, refused = self.run(import_titles, database_url, titles)
        wanted = ["Sockets", "Hello", "Pools", "Hello"]
        expect(refused, wanted, tried=f"import_titles(connection, {titles})")

    def test_every_reason_to_refuse_counts(self, import_titles, database_url):
        titles = ["", "Pools", "x" * 201, "Hello", None]
        stored, refused = self.run(import_titles, database_url, titles)
        tried = 'import_titles(connection, ["", "Pools", "x" * 201, "Hello", None])'
        expect(refused, ["", "x" * 201, "Hello", None], tried=f"{tried}: what it returns")
        expect(stored, ["Pools"], tried=f"{tried}: what is stored")

    def test_a_lock_that_is_not_granted_is_a_refusal_too(self, import_titles, database_url):
        fill(database_url, "Hello")
        with connected(database_url) as other, connected(database_url) as connection:
            with other.cursor() as cursor, connection.cursor() as own:
                cursor.execute("INSERT INTO posts (title, content) VALUES ('Taken soon', 'x')")
                own.execute("SET lock_timeout = '20ms'")
            connection.commit()
            try:
                refused = import_titles(connection, ["Pools", "Taken soon", "Locks"])
            except psycopg2.Error as error:
                refused = type(error).__name__
        tried = "import_titles(connection, ['Pools', 'Taken soon', 'Locks']) while another session adds 'Taken soon'"
        means = "LockNotAvailable is an OperationalError: not every refusal is an IntegrityError."
        means = means if refused == "LockNotAvailable" else None
        expect(refused, ["Taken soon"], tried=f"{tried}, and keeps its lock: what it returns", means=means)
        expect(titles_in(database_url), ["Hello", "Pools", "Locks"], tried=f"{tried}: all titles")

    def test_what_is_no_error_of_the_database_comes_out(self, import_titles, database_url):
        fill(database_url, "Hello")
        with connected(database_url) as connection:
            try:
                got = import_titles(connection, ["Pools", "a NUL: \0"])
            except ValueError:
                got = "ValueError"
        tried = "import_titles(connection, ['Pools', 'a NUL: \\0']): psycopg2 itself raises ValueError, and asks nobody"
        expect(got, "ValueError", tried=tried)

    def test_a_list_without_a_title_is_fine(self, import_titles, database_url):
        stored, refused = self.run(import_titles, database_url, [])
        expect(
            (stored, refused), ([], []), tried="import_titles(connection, []): what is stored, and returned"
        )

    def test_titles_that_the_database_accepts_are_all_stored(self, import_titles, database_url):
        titles = ["Pools", "O'Neil", "100 %", "%s", "hello", "Größe", "x" * 200]
        stored, refused = self.run(import_titles, database_url, titles)
        expect(refused, [], tried=f"import_titles(connection, {titles})")
        expect(stored, titles, tried=f"import_titles(connection, {titles}), then a look from another session")

    def test_no_transaction_is_open_afterwards(self, import_titles, database_url):
        fill(database_url, "Hello")
        for titles in [["Pools", "Hello"], ["Hello", "Locks"], ["Hello"]]:
            with connected(database_url) as connection:
                import_titles(connection, titles)
                expect_ready(connection, f"import_titles(connection, {titles})")

    def run(self, import_titles, url, titles):
        fill(url, "Hello", "Sockets")
        with connected(url) as connection:
            refused = import_titles(connection, titles)
        return [title for title in titles_in(url) if title not in ("Hello", "Sockets")], refused

    def judge(self, stored, wanted, titles):
        expect(
            stored,
            wanted,
            tried=f'"Hello" exists; import_titles(connection, {titles}), then a look from another session',
            means="After an error everything is ignored until a rollback, and a rollback takes "
            "with it what was not committed.",
        )


def crash(*_, **__):
    """Something nobody has thought of."""
    raise RuntimeError("an error that nobody has thought of")


class Crashing(psycopg2.extensions.connection):
    """A connection that breaks in the learner's hands in a way that no driver has a name for."""

    broken = ""

    def cursor(self, *args, **kwargs):
        """A cursor, until it breaks."""
        return crash() if self.broken == "cursor" else super().cursor(*args, **kwargs)

    def commit(self):
        """A commit, unless that is where it breaks."""
        return crash() if self.broken == "commit" else super().commit()


@contextmanager
def serving(make_api, url, size=2) -> Iterator[tuple[TestClient, ThreadedConnectionPool]]:
    """The learner's API over a small pool, with a client that sees crashes as 500."""
    fill(url, "Hello", "Sockets", "Ideas")
    options = {"application_name": "pool", "options": "-c lock_timeout=2s"}
    pool = ThreadedConnectionPool(size, size, url, connection_factory=Crashing, **options)
    try:
        yield TestClient(make_api(pool), raise_server_exceptions=False), pool
    finally:
        pool.closeall()


def own_error(client, method, path):
    """Send a request; a slip in the learner's own code is raised, to show its line. Returns the answer."""
    try:
        return TestClient(client.app).request(method, path)
    except (psycopg2.Error, RuntimeError):
        return client.request(method, path)
    except Exception as error:
        if learners_line(error):
            raise
        return client.request(method, path)


def expect_full(pool, url, size, tried):
    """All connections of the pool are there to be borrowed, and none is left in a transaction."""
    left_open = ask(
        url,
        """
        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND application_name = 'pool' AND state LIKE 'idle in transaction%'
        """,
    )[0][0]
    borrowed = []
    with suppress(PoolError):
        for _ in range(size):
            borrowed.append(pool.getconn())
    found = len(borrowed)
    for each in borrowed:
        pool.putconn(each)
    expect(
        found,
        size,
        tried=f"{tried}, then the connections that a pool of {size} can lend",
        means="A request has ended, and pool.putconn was not called with its connection: an exception leaves "
        "a function at once, and what stands below is not run."
        if found < size
        else None,
    )
    expect(left_open, 0, tried=f"{tried}, then the connections that are idle in a transaction")


UNCAUGHT = (
    "This is the body of an error that nobody catches. Give the connection back, and let the error go on."
)


@exercise(
    "2.3c",
    hints=[
        "Which requests take a connection and do not give it back? Follow each way out of each function.",
        "What does `Database.connection` in app/database.py do that these functions do not?",
        "getconn, then try: … finally: putconn – in both functions, or once in a context manager.",
    ],
)
class TestLeak:
    def test_a_404_gives_its_connection_back(self, make_api, database_url):
        self.judge(make_api, database_url, "GET", "/posts/99", 404)

    def test_a_409_gives_its_connection_back(self, make_api, database_url):
        self.judge(make_api, database_url, "POST", "/posts?title=Hello", 409)

    def test_a_refused_value_gives_its_connection_back(self, make_api, database_url):
        self.judge(make_api, database_url, "POST", "/posts?title=", 500)

    def test_an_error_nobody_has_thought_of_gives_its_connection_back(self, make_api, database_url):
        with serving(make_api, database_url) as (client, pool):
            for method, path, where in [
                ("GET", "/posts/1", "cursor"),
                ("POST", "/posts?title=Pools", "cursor"),
                ("POST", "/posts?title=Locks", "commit"),
            ]:
                Crashing.broken = where
                try:
                    client.request(method, path)
                finally:
                    Crashing.broken = ""
                expect_full(pool, database_url, 2, f"{method} {path}, and a RuntimeError at the {where}")

    def test_what_works_gets_the_same_response_as_before(self, make_api, database_url):
        with serving(make_api, database_url) as (client, pool):
            for post_id, title in [(2, "Sockets"), (3, "Ideas")]:
                answer = own_error(client, "GET", f"/posts/{post_id}")
                self.same(answer, 200, {"id": post_id, "title": title}, f"GET /posts/{post_id}")
            for number, title in enumerate(["Pools", "O'Neil, 100 %"], start=4):
                answer = own_error(client, "POST", f"/posts?title={quote(title)}")
                self.same(answer, 201, {"id": number, "title": title}, f"POST /posts?title={title}")
            expect_full(pool, database_url, 2, "two GET and two POST")

    def test_what_fails_gets_the_same_response_as_before(self, make_api, database_url):
        with serving(make_api, database_url) as (client, _):
            no_post, taken = {"detail": "No such post"}, {"detail": "This title exists"}
            for method, path, status, body in [
                ("GET", "/posts/99", 404, no_post),
                ("GET", "/posts/-1", 404, no_post),
                ("POST", "/posts?title=Hello", 409, taken),
                ("POST", "/posts?title=", 500, "Internal Server Error"),
                ("POST", f"/posts?title={'x' * 201}", 500, None),
                ("GET", "/posts/first", 422, None),
                ("POST", "/posts", 422, None),
            ]:
                answer = own_error(client, method, path)
                tried = (
                    f"{method} {path}"
                    if len(path) < 99
                    else f"{method} /posts with a title of 201 characters"
                )
                self.same(answer, status, body, tried)
        expect(titles_in(database_url), ["Hello", "Sockets", "Ideas"], tried="then all titles")

    def same(self, answer, status, body, tried):
        expect(
            answer.status_code,
            status,
            tried=tried,
            means={409: "Only a UniqueViolation says that a title exists."} if status == 500 else None,
        )
        if body is not None:
            got, crash = (answer.json(), None) if isinstance(body, dict) else (answer.text, UNCAUGHT)
            expect(got, body, tried=f"{tried}: the body", means=crash)

    def test_a_new_post_is_stored(self, make_api, database_url):
        with serving(make_api, database_url) as (client, _):
            client.post("/posts?title=Hello")
            client.post("/posts?title=Pools")
        expect(
            titles_in(database_url),
            ["Hello", "Sockets", "Ideas", "Pools"],
            tried="POST /posts?title=Pools, then a look at all titles from another session",
            means="What was not committed is rolled back when the pool gets its connection.",
        )

    def test_two_requests_at_once_have_two_connections(self, make_api, database_url):
        with serving(make_api, database_url) as (client, _):
            with connected(database_url) as other, other.cursor() as cursor:
                cursor.execute("INSERT INTO posts (title, content) VALUES ('Locks', 'x')")
                waiting = in_thread(client.post, "/posts?title=Locks")
                wait_until_blocked(database_url, waiting)
                reading = in_thread(client.get, "/posts/1")
                at_once = finished(reading, most=0.5)
                other.commit()
                require(
                    at_once,
                    tried="GET /posts/1, while a POST /posts waits for a lock of another session",
                    expected="a response at once",
                    got="none as long as the POST waits",
                    means="The requests wait for each other. The pool has a connection for each.",
                )
            expect(reading.result(timeout=60).status_code, 200, tried="GET /posts/1 while a POST waits")
            expect(waiting.result(timeout=60).status_code, 409, tried="the POST, once the title is taken")

    def judge(self, make_api, url, method, path, status):
        with serving(make_api, url) as (client, pool):
            for _ in range(3):
                own_error(client, method, path)
                expect_full(pool, url, 2, f"{method} {path}, which is a {status}")


RACE = 'add_once(connection, "Pools") while another session adds "Pools" '


@exercise(
    "2.3d",
    hints=[
        "Another session adds the title after your question and before your INSERT. What happens then?",
        "Which clause of INSERT passes over a row that is there already, and how does it name the column meant?",
        "with connection: INSERT … ON CONFLICT (title) DO NOTHING RETURNING id; the id of the row, or None.",
    ],
)
class TestAddOnce:
    def test_a_new_title_gets_an_id(self, add_once, database_url):
        fill(database_url, "Hello", "Sockets")
        with connected(database_url) as connection:
            for number, title in enumerate(["Pools", "O'Neil", "100 %", "hello", "Größe", "pools"], start=3):
                got = add_once(connection, title)
                expect(got, number, tried=f"{number - 1} posts exist; add_once(connection, {title!r})")
                new = titles_in(database_url)[number - 1 :]
                expect(
                    new, [title], tried=f"add_once(connection, {title!r}): what is new for another session"
                )

    def test_a_title_that_exists_is_none(self, add_once, database_url):
        fill(database_url, "Hello")
        with connected(database_url) as connection:
            expect(add_once(connection, "Hello"), None, tried='"Hello" exists; add_once(connection, "Hello")')
            require(
                isinstance(add_once(connection, "Pools"), int),
                tried='add_once(connection, "Pools") after that',
                expected="an id",
                got=None,
            )
            expect(add_once(connection, "Pools"), None, tried='add_once(connection, "Pools") once more')
        expect(titles_in(database_url), ["Hello", "Pools"], tried="then all titles, from another session")

    def test_the_same_title_at_the_same_moment_is_none(self, add_once, database_url):
        got, titles = self.race(add_once, database_url, "commit")
        late = "A question is out of date when the other session commits after it: then the INSERT fails."
        expect(got, None, tried=RACE + "that commits: what is returned", means={"UniqueViolation": late})
        expect(titles, ["Hello", "Pools"], tried=RACE + "that commits: the titles")

    def test_a_title_that_the_other_takes_back_is_ours(self, add_once, database_url):
        got, titles = self.race(add_once, database_url, "rollback")
        require(
            isinstance(got, int), tried=RACE + "that rolls back", expected="an id: the title is free", got=got
        )
        expect(titles, ["Hello", "Pools"], tried=RACE + "that rolls back: the titles")

    def test_another_reason_to_refuse_is_raised(self, add_once, database_url):
        fill(database_url, "Hello")
        cases = [("", '""', "CheckViolation"), ("x" * 201, '"x" * 201', "CheckViolation")]
        for title, shown, wanted in [*cases, (None, "None", "NotNullViolation")]:
            with connected(database_url) as connection:
                got = self.ended(add_once, connection, title)
                expect(got, wanted, tried=f"add_once(connection, {shown})")

    def test_an_id_that_is_taken_is_no_taken_title(self, add_once, database_url):
        fill(database_url, "Hello", "Sockets")
        ask(database_url, "ALTER TABLE posts ALTER id RESTART WITH 1")
        with connected(database_url) as connection:
            tried = 'the next id is 1, which post "Hello" has; add_once(connection, "Pools")'
            means = "This UniqueViolation is about the id. Its diag.constraint_name tells the two apart."
            got = self.ended(add_once, connection, "Pools")
            expect(got, "UniqueViolation", tried=tried, means={"it returned None": means})
            expect_ready(connection, tried)

    def ended(self, add_once, connection, title):
        """How a call ended: what it returned, or the error of the database, as text."""
        try:
            return f"it returned {add_once(connection, title)}"
        except psycopg2.Error as error:
            return type(error).__name__

    def test_no_transaction_is_open_afterwards(self, add_once, database_url):
        fill(database_url, "Hello")
        for title in ["Pools", "Hello", ""]:
            with connected(database_url) as connection:
                self.ended(add_once, connection, title)
                expect_ready(connection, f'"Hello" exists; add_once(connection, "{title}")')

    def race(self, add_once, url, ending):
        """Another session has written the title and not yet said how it ends; add_once runs meanwhile."""
        fill(url, "Hello")
        with connected(url) as other, connected(url) as connection, other.cursor() as cursor:
            cursor.execute("INSERT INTO posts (title, content) VALUES ('Pools', 'x')")
            call = in_thread(add_once, connection, "Pools")
            wait_until_blocked(url, call)
            getattr(other, ending)()
            try:
                got = call.result(timeout=60)
            except psycopg2.Error as error:
                got = type(error).__name__
            expect_ready(connection, f"{RACE}that ends with {ending}")
        return got, titles_in(url)


@contextmanager
def publishing(add_publish, url) -> Iterator[TestClient]:
    """Postboard's handlers and the learner's route, over five drafts."""
    from app.database import Database  # the app of the page: not there when this file is read
    from app.errors import add_error_handlers

    fill(url, "Hello", "Sockets", "Ideas", "Pools", "Locks", published=False)
    ask(url, "UPDATE posts SET created_at = '2026-01-01 00:00+00'")
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = url
    database = Database(size=1, wait=0.2)
    try:
        api = FastAPI()
        add_error_handlers(api)
        add_publish(api, database)
        client = TestClient(api, raise_server_exceptions=False)
        client.database = database
        yield client
    finally:
        if before is None:
            del os.environ["DATABASE_URL"]
        else:
            os.environ["DATABASE_URL"] = before


def unchanged(url):
    """Whether every post but for `published` is as `publishing` made it."""
    return ask(
        url, "SELECT count(*) FROM posts WHERE content = %s AND created_at = '2026-01-01 00:00+00'", [TEXT]
    )


def published_in(url):
    """The ids of the published posts."""
    return [post_id for (post_id,) in ask(url, "SELECT id FROM posts WHERE published ORDER BY id")]


def send(client, ids):
    """POST /posts/publish; a slip in the learner's own code is raised, to show its line."""
    try:
        return TestClient(client.app, follow_redirects=False).post("/posts/publish", json={"ids": ids})
    except Exception as error:
        if learners_line(error) and not isinstance(error, psycopg2.Error):
            raise
        return client.post("/posts/publish", json={"ids": ids})


@exercise(
    "2.3e",
    hints=[
        "What makes several changes happen together or not at all? When does your function know enough?",
        "One UPDATE can change many rows: WHERE id = ANY(%(ids)s), with a list. RETURNING says which it found.",
        "In the block of the connection: UPDATE … RETURNING id; fewer than asked for: raise NotFound(…); "
        "then commit. A Pydantic model bounds the list and its ids.",
    ],
)
class TestPublish:
    def test_all_that_were_asked_for_are_published(self, add_publish, database_url):
        with publishing(add_publish, database_url) as client:
            for ids, after in [([1, 3], [1, 3]), ([5], [1, 3, 5])]:
                answer = send(client, ids)
                means = {
                    503: "The database of this check has one connection, and a request borrows only one."
                }
                expect(answer.status_code, 200, tried=tried(ids), means=means)
                expect(body_of(answer), {"published": ids}, tried=tried(ids))
                expect(
                    published_in(database_url),
                    after,
                    tried=f"{tried(ids)}, then a look at the published posts from another session",
                    means="Without a commit the pool rolls back.",
                )
            titles = ["Hello", "Sockets", "Ideas", "Pools", "Locks"]
            expect(sorted(titles_in(database_url)), sorted(titles), tried=f"{tried([5])}, then all titles")
            expect(
                unchanged(database_url),
                [(5,)],
                tried="of five posts, those with content and created_at as before",
            )

    def test_the_ids_come_in_rising_order_each_once(self, add_publish, database_url):
        with publishing(add_publish, database_url) as client:
            more = (
                "INSERT INTO posts (title, content) SELECT 'Post ' || n, 'x' FROM generate_series(6, 20) AS n"
            )
            ask(database_url, more)
            for ids in [[4, 2, 4, 1], [16, 8, 1, 8]]:
                answer = send(client, ids)
                expect(
                    (answer.status_code, body_of(answer).get("published")),
                    (200, sorted(set(ids))),
                    tried=tried(ids),
                    means="Some numbers stand there twice: count each id once."
                    if answer.status_code == 404
                    else None,
                )

    def test_a_post_that_was_published_before_counts_too(self, add_publish, database_url):
        with publishing(add_publish, database_url) as client:
            ask(database_url, "UPDATE posts SET published = true WHERE id = 2")
            answer = send(client, [2, 3])
        found = (answer.status_code, body_of(answer).get("published"))
        expect(found, (200, [2, 3]), tried=f"post 2 is published; {tried([2, 3])}")

    def test_an_id_that_does_not_exist_is_404(self, add_publish, database_url):
        with publishing(add_publish, database_url) as client:
            for ids in [[1, 99], [99], [99, 2], [6], [1, 2, 3, 4, 5, 6], [1, 99, 1]]:
                expect(send(client, ids).status_code, 404, tried=tried(ids))

    def test_none_is_published_when_one_is_missing(self, add_publish, database_url):
        with publishing(add_publish, database_url) as client:
            for ids in [[1, 2, 99], [99, 3]]:
                send(client, ids)
                expect(
                    published_in(database_url),
                    [],
                    tried=f"{tried(ids)}, then a look at the published posts",
                    means="Something was committed before all ids were known to exist.",
                )

    def test_what_no_id_can_be_is_422(self, add_publish, database_url):
        refused = {"[2147483648]": [2**31], "[1, 2147483648]": [1, 2**31], "[10**30]": [10**30], "[0]": [0]}
        with publishing(add_publish, database_url) as client:
            for shown, ids in (refused | {"[2, 0]": [2, 0], "[-1]": [-1], '["one"]': ["one"]}).items():
                expect(
                    send(client, ids).status_code,
                    422,
                    tried=f"POST /posts/publish with the ids {shown}",
                    means={404: "Nothing refused it before the database was asked."},
                )
            largest = send(client, [2_147_483_647]).status_code
        expect(
            largest, 404, tried="POST /posts/publish with the ids [2147483647], which is an id, and no post's"
        )

    def test_1_to_100_ids_may_be_named(self, add_publish, database_url):
        with publishing(add_publish, database_url) as client:
            for ids, shown, status in [
                ([], "no id", 422),
                ([1] * 101, "101 ids", 422),
                (list(range(1, 102)), "101 different ids", 422),
                ([1] * 50 + [2] * 50, "100 ids of two posts", 200),
                (list(range(1, 101)), "100 ids, of which five exist", 404),
            ]:
                expect(send(client, ids).status_code, status, tried=f"POST /posts/publish with {shown}")

    def test_a_request_borrows_one_connection_of_the_database(self, add_publish, database_url, monkeypatch):
        from app.database import Database

        lend, lent = Database.connection, []
        monkeypatch.setattr(Database, "connection", lambda database: lent.append(database) or lend(database))
        with publishing(add_publish, database_url) as client:
            for ids in [[1, 2], [99]]:
                lent.clear()
                send(client, ids)
                theirs = [each is client.database for each in lent]
                expect(theirs, [True], tried=f"{tried(ids)}: whether it borrows of `database`, each time")

    def test_the_connection_is_given_back(self, add_publish, database_url):
        with publishing(add_publish, database_url) as client:
            ask(database_url, STUBBORN)
            statuses = [send(client, ids).status_code for ids in ([1], [99], [99], [], [4], [2])]
        expect(
            statuses,
            [200, 404, 404, 422, 500, 200],
            tried="the ids [1], [99], [99], [], [4] and [2] in six requests, with a Database of one connection; "
            "for [4] the UPDATE fails, with an error that nobody has thought of",
            means="A request before the 503 has kept the connection."
            if statuses[0] == 200 and 503 in statuses
            else None,
        )


def body_of(answer):
    """The JSON object in an answer; an empty one when there is none."""
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def tried(ids):
    """The request in words."""
    return f'POST /posts/publish {{"ids": {ids}}}'
