"""Checks of the exercises of lesson 2.2."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

import psycopg
import psycopg2
from psycopg2.extensions import make_dsn

from course.checks import exercise, expect, require

TABLE = """
CREATE TABLE posts (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL UNIQUE CHECK (length(title) BETWEEN 1 AND 200),
    content text NOT NULL CHECK (length(content) BETWEEN 1 AND 20000),
    published boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
)
"""
ADD = "INSERT INTO posts (title, content, published) VALUES (%s, %s, %s)"


def fill(url, *titles, published=True):
    """Make the table if it is missing, and put posts into it, committed."""
    with closing(psycopg2.connect(url)) as link, link, link.cursor() as cursor:
        cursor.execute(TABLE.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"))
        for title in titles:
            cursor.execute(ADD, (title, f"About {title}.", published))


def stored(url, what="title", order="id"):
    """What another connection sees: committed values of one column."""
    with closing(psycopg2.connect(url)) as link, link.cursor() as cursor:
        cursor.execute(f"SELECT {what} FROM posts ORDER BY {order}")
        return [row[0] for row in cursor]


@contextmanager
def opened(url, driver=psycopg2, **settings: Any) -> Iterator[Any]:
    """A connection that is closed at the end, whatever became of it."""
    with closing(driver.connect(url, **settings)) as link:
        yield link


HOSTILE = ["' OR published --", "x'; DROP TABLE posts; --", "' OR ''='", "\\' OR 1=1 --"]


@exercise(
    "2.2a",
    hints=[
        "Where does the title belong: into the text of the statement, or beside it?",
        "`query` in app/database.py takes the statement and a dictionary of values, and gives dictionaries back.",
        "found = query(link, 'SELECT … WHERE title = %(title)s', {'title': title}), then the first, or None.",
    ],
)
class TestFindPost:
    def test_a_post_is_found_by_its_title(self, find_post, database_url):
        fill(database_url, "Hello", "Ideas")
        with opened(database_url) as link:
            for number, title in enumerate(["Hello", "Ideas"], start=1):
                expect(
                    find_post(link, title),
                    {"id": number, "title": title, "content": f"About {title}."},
                    tried=f"find_post(link, {title!r})",
                    means="A plain cursor gives tuples; the answer is a dictionary of id, title and content.",
                )

    def test_no_post_is_none(self, find_post, database_url):
        fill(database_url, "Hello")
        with opened(database_url) as link:
            for title in ["Nobody wrote this", "", "hello", "Hell", "Hell_", "%"]:
                expect(find_post(link, title), None, tried=f"find_post(link, {title!r})")

    def test_any_character_may_be_in_a_title(self, find_post, database_url):
        titles = ["O'Neil", 'Say "hi"', "100 % sure", "%s and %(title)s", "{title}", "back\\slash", "--"]
        fill(database_url, *titles)
        with opened(database_url) as link:
            for title in titles:
                found = find_post(link, title)
                got = found.get("title") if isinstance(found, dict) else found
                expect(got, title, tried=f"the title of find_post(link, {title!r})")

    def test_a_hostile_title_is_a_title_and_nothing_else(self, find_post, database_url):
        fill(database_url, "Hello", "Ideas")
        with opened(database_url) as link:
            for title in HOSTILE:
                expect(
                    find_post(link, title),
                    None,
                    tried=f"find_post(link, {title!r})",
                    means="The title became a part of the statement.",
                )
            link.commit()
        expect(stored(database_url), ["Hello", "Ideas"], tried="the titles in the table after hostile titles")


class Counting(psycopg2.extensions.cursor):
    """A cursor that counts the statements sent through any cursor of its kind."""

    count = 0

    def execute(self, *given, **named):
        Counting.count += 1
        return super().execute(*given, **named)

    def executemany(self, statement, values, *given, **named):
        values = list(values)
        Counting.count += len(values)
        return super().executemany(statement, values, *given, **named)


NOT_BOUND = "psycopg 3 binds on the server: what works is one value, such as an array, in each place."


@exercise(
    "2.2b",
    hints=[
        "Which form of 'one of these' did the lesson see working in both drivers?",
        "Look at the table of the four tries, and at what `cursor.rowcount` says after an UPDATE.",
        "UPDATE … WHERE id = ANY(%s), with the list as the only value: (ids,); then cursor.rowcount.",
    ],
)
class TestPublish:
    def test_these_posts_are_published_and_no_others(self, publish, database_url):
        for wanted in [[2], [1, 3]]:
            self.fresh(database_url)
            with opened(database_url) as link:
                publish(link, wanted)
                link.commit()
            published = stored(database_url, "CASE WHEN published THEN id ELSE 0 END")
            expect([each for each in published if each], wanted, tried=f"the published ids after {wanted}")

    def test_it_returns_how_many_posts_there_were(self, publish, database_url):
        self.fresh(database_url)
        with opened(database_url) as link:
            for ids, count in [([1, 3, 99], 2), ([2], 1), ([1, 2, 3], 3), ([77], 0)]:
                expect(publish(link, ids), count, tried=f"publish(link, {ids}) with posts 1, 2 and 3")
                link.rollback()

    def test_an_empty_list_publishes_nothing(self, publish, database_url):
        self.fresh(database_url)
        with opened(database_url) as link:
            expect(publish(link, []), 0, tried="publish(link, [])")

    def test_it_works_on_a_connection_of_psycopg_3(self, publish, database_url):
        self.fresh(database_url)
        with opened(database_url, psycopg) as link:
            for ids, count in [([1, 3, 99], 2), ([2], 1), ([], 0)]:
                try:
                    got = publish(link, ids)
                except (psycopg.Error, AttributeError) as error:
                    got = f"{type(error).__name__}: {str(error).splitlines()[0]}"
                expect(got, count, tried=f"publish(link, {ids}) with psycopg 3", means=NOT_BOUND)
            link.rollback()

    def test_the_caller_decides_whether_to_commit(self, publish, database_url):
        for driver in [psycopg2, psycopg]:
            self.fresh(database_url)
            with opened(database_url, driver) as link:
                publish(link, [1, 2])
                link.rollback()
            expect(
                stored(database_url, "published"),
                [False, False, False],
                tried=f"publish(link, [1, 2]) with {driver.__name__}, then link.rollback(): published",
                means="The function has committed, or the connection's `with` has.",
            )

    def test_it_is_one_statement_for_all(self, publish, database_url):
        self.fresh(database_url)
        with opened(database_url, cursor_factory=Counting) as link:
            Counting.count = 0
            publish(link, [1, 2, 3])
            require(
                Counting.count <= 1,
                tried="publish(link, [1, 2, 3])",
                expected="one statement",
                got=Counting.count,
            )

    def fresh(self, url):
        with closing(psycopg2.connect(url)) as link, link, link.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS posts")
        fill(url, "Hello", "Ideas", "Notes", published=False)


class Untouched:
    """A connection that must not be used; it remembers whether it was."""

    def __init__(self):
        self.asked = False

    def __getattr__(self, name):
        self.asked = True
        raise RuntimeError("the database was asked")


@exercise(
    "2.2c",
    hints=[
        "Which of the two is a value, and which is a name? What can be a parameter?",
        "The lesson says what to do where a client chooses a column: compare with a list of those you allow.",
        "Raise ValueError unless sort_by is one of two; then ILIKE %(like)s with {'like': f'%{word}%'}.",
    ],
)
class TestSearch:
    def test_titles_with_the_word_are_found(self, search, database_url):
        self.fresh(database_url)
        with opened(database_url) as link:
            for word, wanted in [("hello", ["Hello", "Say hello"]), ("IDEA", ["An idea"]), ("xyz", [])]:
                self.judge(search, link, word, "title", wanted)

    def test_the_order_is_the_one_asked_for(self, search, database_url):
        self.fresh(database_url)
        with opened(database_url) as link:
            self.judge(search, link, "hello", "id", ["Say hello", "Hello"])
            self.judge(search, link, "hello", "title", ["Hello", "Say hello"])

    def test_a_word_may_hold_an_apostrophe(self, search, database_url):
        self.fresh(database_url)
        with opened(database_url) as link:
            self.judge(search, link, "O'Ne", "title", ["O'Neil"])
            self.judge(search, link, "it's", "title", [])

    def test_no_word_shows_a_post_that_is_not_published(self, search, database_url):
        self.fresh(database_url)
        words = [
            "Secret",
            "' OR true --",
            "%' OR published = false --",
            "x%' UNION SELECT content FROM posts --",
        ]
        with opened(database_url) as link:
            for word in words:
                self.judge(search, link, word, "title", [])

    def test_another_column_is_a_value_error(self, search, database_url):
        self.fresh(database_url)
        asked = ["content", "published", "id DESC", "title; DROP TABLE posts", "(SELECT 1)", "", "1", "TITLE"]
        with opened(database_url) as link:
            for sort_by in asked:
                self.refused(search, link, sort_by)

    def test_for_another_column_the_database_is_not_asked(self, search):
        link = Untouched()
        with suppress(Exception):  # which error it is, is another expectation's business
            search(link, "hello", "content")
        expect(link.asked, False, tried="search(link, 'hello', 'content'): was the connection used")

    def refused(self, search, link, sort_by):
        try:
            got = search(link, "hello", sort_by)
        except ValueError:
            got = "ValueError"
        except psycopg2.Error as error:
            link.rollback()
            got = f"{type(error).__name__}: {str(error).splitlines()[0]}"
        expect(got, "ValueError", tried=f"search(link, 'hello', {sort_by!r})")

    def judge(self, search, link, word, sort_by, wanted):
        tried = f"search(link, {word!r}, {sort_by!r})"
        try:
            got = search(link, word, sort_by)
        except psycopg2.Error as error:
            got = f"{type(error).__name__}: {str(error).splitlines()[0]}"
        expect(
            got,
            wanted,
            tried=tried,
            means="The word has become a part of the statement." if "'" in word else None,
        )

    def fresh(self, url):
        fill(url, "Say hello", "Hello", "An idea", "O'Neil")
        fill(url, "Secret", "Secret hello", published=False)


@exercise(
    "2.2d",
    hints=[
        "What does PostgreSQL do with the rest of a transaction in which one statement has failed?",
        "Either let the taken title be no error (INSERT … ON CONFLICT), or undo one statement alone (SAVEPOINT).",
        "with link, link.cursor() as cursor: for each post an INSERT … ON CONFLICT (title) DO NOTHING; a "
        "cursor.rowcount of 0 says that it was skipped.",
    ],
)
class TestImport:
    def test_new_posts_are_stored_and_committed(self, import_posts, database_url):
        fill(database_url, "Hello")
        with opened(database_url) as link:
            skipped = import_posts(link, [("Ideas", "Later."), ("O'Neil", "A name.")])
        expect(
            stored(database_url), ["Hello", "Ideas", "O'Neil"], tried="two new posts: the titles afterwards"
        )
        expect(self.listed(skipped), [], tried="two new posts: what was skipped")

    def test_a_taken_title_is_skipped_and_returned(self, import_posts, database_url):
        fill(database_url, "Hello", "Notes")
        with opened(database_url) as link:
            skipped = import_posts(link, [("Hello", "a"), ("Ideas", "b"), ("Notes", "c")])
        expect(
            self.listed(skipped),
            ["Hello", "Notes"],
            tried="Hello, Ideas, Notes with Hello and Notes taken: skipped",
        )
        expect(
            stored(database_url, "content", "title"),
            ["About Hello.", "b", "About Notes."],
            tried="the contents of Hello, Ideas and Notes afterwards",
            means="A skipped post leaves the stored one as it is.",
        )

    def test_posts_before_and_after_a_taken_title_are_stored(self, import_posts, database_url):
        fill(database_url, "Hello")
        with opened(database_url) as link:
            import_posts(link, [("First", "a"), ("Hello", "b"), ("Last", "c")])
        expect(
            stored(database_url, order="title"),
            ["First", "Hello", "Last"],
            tried="First, Hello (taken), Last: the titles afterwards",
            means="After the failure the transaction was aborted, and with it went what was sent before and after.",
        )

    def test_a_title_twice_in_the_list_is_skipped_the_second_time(self, import_posts, database_url):
        fill(database_url)
        with opened(database_url) as link:
            skipped = import_posts(link, [("Twice", "a"), ("Twice", "b"), ("Once", "c")])
        expect(self.listed(skipped), ["Twice"], tried="Twice, Twice, Once: skipped")
        expect(stored(database_url, "content", "title"), ["c", "a"], tried="the contents of Once and Twice")

    def test_another_refusal_is_raised(self, import_posts, database_url):
        fill(database_url)
        for bad in [("", "No title."), ("No content", "")]:
            with opened(database_url) as link:
                expect(
                    self.raised(import_posts, link, [("Fine", "a"), bad]),
                    "CheckViolation",
                    tried=f"Fine, {bad}",
                )

    def test_after_another_refusal_nothing_is_stored(self, import_posts, database_url):
        fill(database_url, "Hello")
        with opened(database_url) as link:
            self.raised(import_posts, link, [("Fine", "a"), ("Hello", "b"), ("", "c"), ("Late", "d")])
        expect(
            stored(database_url),
            ["Hello"],
            tried="Fine, Hello (taken), an empty title, Late: the titles afterwards",
            means="With autocommit, each statement before the failure was stored at once.",
        )

    def test_after_another_refusal_the_connection_can_be_used(self, import_posts, database_url):
        fill(database_url)
        with opened(database_url) as link:
            self.raised(import_posts, link, [("", "a")])
            try:
                with link.cursor() as cursor:
                    cursor.execute("SELECT 1")
                got = "works"
            except psycopg2.Error as error:
                got = type(error).__name__
        expect(got, "works", tried="SELECT 1 on the same connection, after an import that was refused")

    def listed(self, skipped):
        return list(skipped) if isinstance(skipped, (list, tuple)) else skipped

    def raised(self, import_posts, link, posts):
        try:
            return f"returned {import_posts(link, posts)!r}"
        except psycopg2.Error as error:
            return type(error).__name__


class Server:
    """Something to open that fails so many times first; it notes attempts and pauses in their order."""

    def __init__(self, failures, error=psycopg2.OperationalError):
        self.failures, self.error = failures, error
        self.attempts, self.pauses, self.link = 0, [], object()

    def open(self):
        self.attempts += 1
        if self.attempts > 60:
            raise SystemExit("more than sixty attempts")
        if self.attempts <= self.failures:
            raise self.error(f"attempt {self.attempts}")
        return self.link

    def sleep(self, seconds):
        self.pauses.append(round(float(seconds), 6))

    def wait(self, wait_for, attempts):
        """What came of it: "the connection", something else that was returned, or an error."""
        try:
            got = wait_for(self.open, attempts, self.sleep)
        except (psycopg2.Error, SystemExit, ZeroDivisionError) as error:
            return f"{type(error).__name__}: {error}"
        return "the connection" if got is self.link else got


@exercise(
    "2.2e",
    hints=[
        "How many pauses are there between five attempts, and which attempt's error must not be caught?",
        "Compare with `connect` in app/database.py: what is there already, and which limit is missing?",
        "A loop over attempts - 1 as in `connect`, with pause = min(pause * 2, 1); then one more open_link().",
    ],
    limit_seconds=5,
)
class TestWaitFor:
    def test_a_server_that_is_up_is_not_waited_for(self, wait_for):
        for attempts in [5, 1]:
            server = Server(0)
            expect(
                server.wait(wait_for, attempts),
                "the connection",
                tried=f"a server that is up, {attempts} attempts",
            )
            expect((server.attempts, server.pauses), (1, []), tried="the same: attempts and pauses")

    def test_it_waits_until_the_server_is_up(self, wait_for):
        for failures, pauses in [(2, [0.1, 0.2]), (1, [0.1])]:
            server, tried = Server(failures), f"up at attempt {failures + 1} of 5"
            expect(server.wait(wait_for, 5), "the connection", tried=tried)
            expect(server.pauses, pauses, tried=f"{tried}: pauses")

    def test_no_pause_is_longer_than_a_second(self, wait_for):
        server = Server(7)
        server.wait(wait_for, 9)
        expect(server.pauses, [0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0], tried="up at attempt 8 of 9: pauses")

    def test_the_error_of_the_last_attempt_comes_out(self, wait_for):
        for attempts in [4, 1]:
            got = Server(99).wait(wait_for, attempts)
            expect(
                got,
                f"OperationalError: attempt {attempts}",
                tried=f"a server that is never up, {attempts} attempts",
                means={None: "The loop ended, and the function returned nothing."},
            )

    def test_there_is_no_pause_after_the_last_attempt(self, wait_for):
        server = Server(99)
        server.wait(wait_for, 3)
        expect(
            (server.attempts, server.pauses),
            (3, [0.1, 0.2]),
            tried="never up, 3 attempts: attempts and pauses",
        )

    def test_any_other_error_comes_out_at_once(self, wait_for):
        for error in [psycopg2.ProgrammingError, ZeroDivisionError]:
            server = Server(99, error)
            expect(
                server.wait(wait_for, 5),
                f"{error.__name__}: attempt 1",
                tried=f"open_link raises {error.__name__}",
            )
            expect(server.pauses, [], tried="the same: pauses")

    def test_a_misspelt_database_is_told_in_the_end(self, wait_for, database_url):
        address, server = make_dsn(database_url, dbname="posbtoard"), Server(0)

        def open_link():
            server.open()
            return psycopg2.connect(address)

        try:
            wait_for(open_link, 3, server.sleep)
            got = "no error"
        except psycopg2.OperationalError as error:
            got = "OperationalError, naming posbtoard" if "posbtoard" in str(error) else str(error)
        except SystemExit as error:
            got = str(error)
        expect(got, "OperationalError, naming posbtoard", tried="a database that does not exist, 3 attempts")
