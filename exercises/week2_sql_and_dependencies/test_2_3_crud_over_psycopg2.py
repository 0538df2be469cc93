"""Checks of the exercises of lesson 2.3."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import psycopg2
from fastapi import FastAPI
from fastapi.testclient import TestClient
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from psycopg2.pool import PoolError, ThreadedConnectionPool

from course.checks import ask, exercise, expect, in_thread, learners_line, require, wait_until_blocked

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


@exercise(
    "2.3a",
    hints=[
        "How can one statement change a row and tell what the row is now?",
        "Look at `REPLACE` and `replace_post` in app/main.py: the statement, and the line below it.",
        "query(connection, 'UPDATE … RETURNING …', {…}), then commit, then the first row or None.",
    ],
)
class TestRename:
    def test_the_post_is_returned_as_it_is_now(self, rename, database_url):
        fill(database_url, "Hello", "Sockets", "Ideas")
        for post_id, title in [(2, "Pools"), (3, "Locks")]:
            with connected(database_url) as connection:
                got = rename(connection, post_id, title)
            wanted = {"id": post_id, "title": title, "content": TEXT, "published": True}
            expect(got, wanted, tried=f"rename(connection, {post_id}, {title!r})")

    def test_other_sessions_see_the_new_title(self, rename, database_url):
        fill(database_url, "Hello", "Sockets")
        with connected(database_url) as connection:
            rename(connection, 2, "Pools")
            expect(
                titles_in(database_url),
                ["Hello", "Pools"],
                tried='rename(connection, 2, "Pools"), then a look at all titles from another session',
                means="If nothing has changed, the change was not committed. If too much has, look at WHERE.",
            )

    def test_no_other_field_changes(self, rename, database_url):
        fill(database_url, "Hello", "Sockets", published=False)
        with connected(database_url) as connection:
            rename(connection, 1, "Pools")
        rows = ask(database_url, "SELECT content, published FROM posts ORDER BY id")
        expect(rows, [(TEXT, False)] * 2, tried='rename(connection, 1, "Pools"), then content and published')

    def test_a_post_that_does_not_exist_is_none(self, rename, database_url):
        fill(database_url, "Hello")
        with connected(database_url) as connection:
            expect(rename(connection, 7, "Pools"), None, tried='rename(connection, 7, "Pools")')
            expect_ready(connection, 'rename(connection, 7, "Pools")')
        expect(titles_in(database_url), ["Hello"], tried='rename(connection, 7, "Pools"), then all titles')

    def test_a_title_may_hold_quotes_and_percent_signs(self, rename, database_url):
        fill(database_url, "Hello")
        title = "It's 100%; --"
        with connected(database_url) as connection:
            rename(connection, 1, title)
        expect(
            titles_in(database_url),
            [title],
            tried=f"rename(connection, 1, {title!r}), then all titles",
            means="A value belongs into the second argument of execute, never into the statement.",
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
        titles = ["Sockets", "Pools", "Hello", "Locks", "Pools"]
        _, refused = self.run(import_titles, database_url, titles)
        expect(refused, ["Sockets", "Hello", "Pools"], tried=f"import_titles(connection, {titles})")

    def test_every_reason_to_refuse_counts(self, import_titles, database_url):
        titles = ["", "Pools", "x" * 201, "Hello"]
        stored, refused = self.run(import_titles, database_url, titles)
        tried = 'import_titles(connection, ["", "Pools", "x" * 201, "Hello"])'
        expect(refused, ["", "x" * 201, "Hello"], tried=f"{tried}: what it returns")
        expect(stored, ["Pools"], tried=f"{tried}: what is stored")

    def test_titles_without_a_fault_are_all_stored(self, import_titles, database_url):
        stored, refused = self.run(import_titles, database_url, ["Pools", "Locks"])
        expect(refused, [], tried='import_titles(connection, ["Pools", "Locks"])')
        self.judge(stored, ["Pools", "Locks"], ["Pools", "Locks"])

    def test_the_connection_is_ready_for_the_next_import(self, import_titles, database_url):
        fill(database_url, "Hello")
        with connected(database_url) as connection:
            import_titles(connection, ["Pools", "Hello"])
            expect_ready(connection, 'import_titles(connection, ["Pools", "Hello"])')

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
    raise RuntimeError("a mistake of ours")


class Crashing(psycopg2.extensions.connection):
    """A connection that breaks in the learner's hands in a way that no driver has a name for."""

    broken = False

    def cursor(self, *args, **kwargs):
        """A cursor, until it breaks."""
        return crash() if self.broken else super().cursor(*args, **kwargs)


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
        means="A way out of an endpoint does not lead past putconn.",
    )
    expect(left_open, 0, tried=f"{tried}, then the connections that are idle in a transaction")


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
        self.judge(make_api, database_url, "POST", "/posts?title=", None)

    def test_an_error_nobody_has_thought_of_gives_its_connection_back(self, make_api, database_url):
        with serving(make_api, database_url) as (client, pool):
            for method, path in [("GET", "/posts/1"), ("POST", "/posts?title=Pools")]:
                Crashing.broken = True
                try:
                    client.request(method, path)
                finally:
                    Crashing.broken = False
                expect_full(pool, database_url, 2, f"{method} {path}, and a RuntimeError in the middle")

    def test_what_works_is_answered_as_before(self, make_api, database_url):
        with serving(make_api, database_url) as (client, pool):
            for post_id, title in [(2, "Sockets"), (3, "Ideas")]:
                answer = own_error(client, "GET", f"/posts/{post_id}")
                expect(answer.status_code, 200, tried=f"GET /posts/{post_id}")
                expect(answer.json(), {"id": post_id, "title": title}, tried=f"GET /posts/{post_id}")
            answer = own_error(client, "POST", "/posts?title=Pools")
            expect(answer.status_code, 201, tried="POST /posts?title=Pools")
            expect(answer.json(), {"id": 4, "title": "Pools"}, tried="POST /posts?title=Pools")
            expect_full(pool, database_url, 2, "two GET and a POST")

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
                status = client.get("/posts/1").status_code
                other.commit()
            expect(status, 200, tried="GET /posts/1 while a POST /posts waits for another session")
            expect(waiting.result(timeout=60).status_code, 409, tried="the POST, once the title is taken")

    def judge(self, make_api, url, method, path, status):
        with serving(make_api, url) as (client, pool):
            for _ in range(3):
                answer = own_error(client, method, path) if status else client.request(method, path)
                if status:
                    expect(
                        answer.status_code,
                        status,
                        tried=f"{method} {path}, three times",
                        means={500: "PoolError: the requests before this one still have their connections."},
                    )
                expect_full(pool, url, 2, f"{method} {path}")


RACE = 'add_once(connection, "Pools") while another session adds "Pools" '


@exercise(
    "2.3d",
    hints=[
        "Another session adds the title after your question and before your INSERT. What happens then?",
        "Which exception does the second INSERT of a title raise, and in which state is the connection then?",
        "try: INSERT … RETURNING id, commit; except UniqueViolation: roll back, return None; except "
        "psycopg2.Error: roll back, raise.",
    ],
)
class TestAddOnce:
    def test_a_new_title_gets_an_id(self, add_once, database_url):
        fill(database_url, "Hello", "Sockets")
        with connected(database_url) as connection:
            got = add_once(connection, "Pools")
        expect(got, 3, tried='two posts exist; add_once(connection, "Pools")')
        expect(titles_in(database_url)[2:], ["Pools"], tried="then the new titles, seen from another session")

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
        expect(got, None, tried=RACE + "that commits: what is returned")
        expect(titles, ["Hello", "Pools"], tried=RACE + "that commits: the titles")

    def test_a_title_that_the_other_takes_back_is_ours(self, add_once, database_url):
        got, titles = self.race(add_once, database_url, "rollback")
        require(
            isinstance(got, int), tried=RACE + "that rolls back", expected="an id: the title is free", got=got
        )
        expect(titles, ["Hello", "Pools"], tried=RACE + "that rolls back: the titles")

    def test_another_reason_to_refuse_is_raised(self, add_once, database_url):
        fill(database_url, "Hello")
        for title, shown in [("", '""'), ("x" * 201, '"x" * 201')]:
            with connected(database_url) as connection:
                try:
                    got = f"it returned {add_once(connection, title)}"
                except psycopg2.errors.CheckViolation:
                    got = "CheckViolation"
                expect(got, "CheckViolation", tried=f"add_once(connection, {shown})")

    def test_the_connection_is_ready_for_the_next_call(self, add_once, database_url):
        fill(database_url, "Hello")
        for title in ["Pools", "Hello", ""]:
            with connected(database_url) as connection:
                with suppress(psycopg2.errors.CheckViolation):
                    add_once(connection, title)
                expect_ready(connection, f'"Hello" exists; add_once(connection, "{title}")')

    def race(self, add_once, url, ending):
        """Another session has written the title and not yet said how it ends; add_once runs meanwhile."""
        fill(url, "Hello")
        with connected(url) as other, connected(url) as connection, other.cursor() as cursor:
            cursor.execute("INSERT INTO posts (title, content) VALUES ('Pools', 'x')")
            call = in_thread(add_once, connection, "Pools")
            wait_until_blocked(url, call)
            getattr(other, ending)()
            got = call.result(timeout=60)
        return got, titles_in(url)


@contextmanager
def publishing(add_publish, url) -> Iterator[TestClient]:
    """Postboard's handlers and the learner's route, over five drafts."""
    from app.database import Database  # the app of the page: not there when this file is read
    from app.errors import add_error_handlers

    fill(url, "Hello", "Sockets", "Ideas", "Pools", "Locks", published=False)
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = url
    database = Database(size=1, wait=0.2)
    try:
        api = FastAPI()
        add_error_handlers(api)
        add_publish(api, database)
        yield TestClient(api, raise_server_exceptions=False)
    finally:
        if before is None:
            del os.environ["DATABASE_URL"]
        else:
            os.environ["DATABASE_URL"] = before


def published_in(url):
    """The ids of the published posts."""
    return [post_id for (post_id,) in ask(url, "SELECT id FROM posts WHERE published ORDER BY id")]


def send(client, ids):
    """POST /posts/publish; a slip in the learner's own code is raised, to show its line."""
    try:
        return TestClient(client.app).post("/posts/publish", json={"ids": ids})
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
                expect(answer.status_code, 200, tried=tried(ids))
                expect(body_of(answer), {"published": ids}, tried=tried(ids))
                expect(
                    published_in(database_url),
                    after,
                    tried=f"{tried(ids)}, then a look at the published posts from another session",
                    means="Without a commit the pool rolls back.",
                )

    def test_the_ids_come_in_rising_order_each_once(self, add_publish, database_url):
        with publishing(add_publish, database_url) as client:
            answer = send(client, [4, 2, 4, 1])
        expect(
            (answer.status_code, body_of(answer).get("published")),
            (200, [1, 2, 4]),
            tried=tried([4, 2, 4, 1]),
            means="Four numbers, three posts: count each id once." if answer.status_code == 404 else None,
        )

    def test_a_post_that_was_published_before_counts_too(self, add_publish, database_url):
        with publishing(add_publish, database_url) as client:
            ask(database_url, "UPDATE posts SET published = true WHERE id = 2")
            answer = send(client, [2, 3])
        found = (answer.status_code, body_of(answer).get("published"))
        expect(found, (200, [2, 3]), tried=f"post 2 is published; {tried([2, 3])}")

    def test_an_id_that_does_not_exist_is_404(self, add_publish, database_url):
        with publishing(add_publish, database_url) as client:
            for ids in [[1, 99], [99], [99, 2]]:
                answer = send(client, ids)
                expect(answer.status_code, 404, tried=tried(ids))
                expect(body_of(answer).get("status"), 404, tried=f"{tried(ids)}: `status` in the body")

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
        refused = {"[]": [], "[1, 2**31]": [1, 2**31], "[10**30]": [10**30], "[0]": [0], "[-1]": [-1]}
        with publishing(add_publish, database_url) as client:
            for shown, ids in (refused | {"101 ids": [1] * 101}).items():
                answer = send(client, ids)
                expect(
                    answer.status_code,
                    422,
                    tried=f"POST /posts/publish with the ids {shown}",
                    means={404: "The edge let it through, and the database was asked in vain."},
                )

    def test_the_largest_id_is_looked_up(self, add_publish, database_url):
        with publishing(add_publish, database_url) as client:
            answer = send(client, list(range(2_147_483_548, 2_147_483_648)))
        expect(answer.status_code, 404, tried="100 ids up to 2**31 - 1, of posts that do not exist")

    def test_the_connection_is_given_back(self, add_publish, database_url):
        with publishing(add_publish, database_url) as client:
            statuses = [send(client, ids).status_code for ids in ([1], [99], [99], [2])]
        expect(
            statuses,
            [200, 404, 404, 200],
            tried="the ids [1], [99], [99] and [2] in four requests, with a Database of one connection",
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
