"""Checks of the exercises of lesson 4.2."""

from contextlib import ExitStack, closing
from itertools import permutations

import psycopg2
from sqlalchemy import event, text

from course.checks import (
    ask,
    catalog,
    engine_for,
    exercise,
    expect,
    make_tables,
    migrate,
    outcome_of,
    require,
    round_trip,
    still_to_do,
)

ROWS = """
    INSERT INTO users (name) VALUES ('ada'), ('bob');
    INSERT INTO posts (title, content, author_id) VALUES ('Tea', 'About tea.', 1), ('Rain', 'Wet.', NULL);
    INSERT INTO comments (post_id, author_id, content) VALUES (1, 2, 'Good.')
"""


def postboard(url):
    """Postboard's tables with rows in them; its metadata."""
    from app.models import Post

    with engine_for(url) as engine:
        make_tables(engine, Post.metadata)
    ask(url, ROWS)
    return Post.metadata


def said_by(function, *arguments):
    """What a function returns, or "raised ValueError"; other errors are raised, to show the learner's line."""
    try:
        return function(*arguments)
    except ValueError:
        return "raised ValueError"


# 4.2a ----------------------------------------------------------------------------------------


@exercise(
    "4.2a",
    hints=[
        "Which parts does `WANTED` have: columns, keys, references, an index? Which of them has no place inside "
        "`op.create_table`?",
        "Compare with revision 0001 in the lesson: how are columns and constraints written there, and who gives "
        "`created_at` its value?",
        "op.create_table with three columns, a PrimaryKeyConstraint and two ForeignKeyConstraints (ondelete=…), "
        "then op.create_index. Names through op.f(…).",
    ],
)
class TestBookmarks:
    def test_afterwards_there_is_nothing_to_do(self, add_bookmarks, WANTED, database_url):
        postboard(database_url)
        migrate(database_url, add_bookmarks, WANTED)
        tried = "add_bookmarks(), then what `alembic check` compares"
        expect(still_to_do(database_url, WANTED), [], tried=tried)

    def test_the_names_are_those_of_the_model(self, add_bookmarks, WANTED, database_url):
        postboard(database_url)
        migrate(database_url, add_bookmarks, WANTED)
        made = catalog(database_url)
        with engine_for(database_url) as engine:
            ask(database_url, "ALTER TABLE bookmarks RENAME TO theirs; DROP TABLE theirs")
            make_tables(engine, WANTED)
        wanted = catalog(database_url)
        tried = "the database after add_bookmarks() beside one that WANTED.create_all makes"
        theirs, ours = made.keys() - wanted.keys(), wanted.keys() - made.keys()
        require(
            not theirs and not ours,
            tried=f"{tried}: names that differ",
            expected=", ".join(sorted(map(str, ours))) or "no others",
            got=sorted(map(str, theirs)),
            means="The model's naming convention gives each constraint and index its name; a migration gives the same.",
        )
        expect([str(each) for each in made.to(wanted)], [], tried=tried)

    def test_a_bookmark_goes_with_its_user_and_with_its_post(self, add_bookmarks, database_url):
        postboard(database_url)
        migrate(database_url, add_bookmarks)
        ask(database_url, "INSERT INTO bookmarks (user_id, post_id) VALUES (1, 1), (1, 2), (2, 2)")
        for gone, left in [("users WHERE id = 2", [(1, 1), (1, 2)]), ("posts WHERE id = 1", [(1, 2)])]:
            ask(database_url, "DELETE FROM comments")
            means = {"ForeignKeyViolation": "The reference does not say what to do, so the row cannot go."}
            said = outcome_of(database_url, f"DELETE FROM {gone}")
            expect(said, "accepted", tried=f"three bookmarks; DELETE FROM {gone}", means=means)
            found = ask(database_url, "SELECT user_id, post_id FROM bookmarks ORDER BY 1, 2")
            expect(found, left, tried=f"three bookmarks; DELETE FROM {gone}; then the bookmarks")

    def test_a_row_without_a_time_gets_the_present(self, add_bookmarks, database_url):
        postboard(database_url)
        migrate(database_url, add_bookmarks)
        found = ask(
            database_url,
            "INSERT INTO bookmarks (user_id, post_id) VALUES (1, 1) RETURNING created_at = now()",
        )
        tried = "INSERT INTO bookmarks (user_id, post_id) …, then whether created_at is now()"
        means = "`default=` is for Python. The database fills in a `server_default=`."
        expect(found[0][0], True, tried=tried, means={None: means})

    def test_the_downgrade_leaves_everything_as_it_was(self, add_bookmarks, drop_bookmarks, database_url):
        round_trip(database_url, add_bookmarks, drop_bookmarks, postboard(database_url))


# 4.2b ----------------------------------------------------------------------------------------


@exercise(
    "4.2b",
    hints=[
        "Which value has the new column in the posts that exist? And which step of the downgrade finds "
        "something in its way?",
        "A column without a default is NULL in every row that exists. A table that others refer to cannot be "
        "dropped before what refers to it.",
        "nullable=True (or nothing) for category_id, ondelete= for the reference, nullable=False and unique=True "
        "for the name; the downgrade in the opposite order.",
    ],
)
class TestCategories:
    def test_posts_that_exist_keep_what_they_have(self, add_categories, database_url):
        metadata = postboard(database_url)
        wanted = "SELECT id, title, content, published, author_id, version FROM posts ORDER BY id"
        before = ask(database_url, wanted)
        migrate(database_url, add_categories, metadata)
        expect(ask(database_url, wanted), before, tried="add_categories(), then the posts")

    def test_they_belong_to_no_category(self, add_categories, database_url):
        migrate(database_url, add_categories, postboard(database_url))
        found = ask(database_url, "SELECT category_id FROM posts ORDER BY id")
        expect(found, [(None,), (None,)], tried="add_categories(), then the category_id of two posts")
        expect(
            outcome_of(database_url, "INSERT INTO posts (title, content) VALUES ('New', 'New.')"),
            "accepted",
            tried="then a new post without a category",
        )

    def test_a_post_belongs_to_a_category_that_exists(self, add_categories, database_url):
        migrate(database_url, add_categories, postboard(database_url))
        ask(database_url, "INSERT INTO categories (name) VALUES ('Food'), ('Weather')")
        for number, wanted in [(2, "accepted"), (1, "accepted"), (9, "ForeignKeyViolation")]:
            got = outcome_of(database_url, f"UPDATE posts SET category_id = {number} WHERE id = 1")
            expect(got, wanted, tried=f"categories 1 and 2; a post gets the category_id {number}")
        same = outcome_of(database_url, "UPDATE posts SET category_id = 1")
        expect(same, "accepted", tried="two posts get the same category")

    def test_a_category_has_a_name_of_its_own(self, add_categories, database_url):
        migrate(database_url, add_categories, postboard(database_url))
        values = [("'Food'", "accepted"), ("'Food'", "UniqueViolation"), ("NULL", "NotNullViolation")]
        for value, wanted in values:
            got = outcome_of(database_url, f"INSERT INTO categories (name) VALUES ({value})")
            expect(got, wanted, tried=f"INSERT INTO categories (name) VALUES ({value})")

    def test_a_category_that_goes_leaves_its_posts(self, add_categories, database_url):
        migrate(database_url, add_categories, postboard(database_url))
        ask(database_url, "INSERT INTO categories (name) VALUES ('Food'); UPDATE posts SET category_id = 1")
        expect(outcome_of(database_url, "DELETE FROM categories"), "accepted", tried="DELETE FROM categories")
        found = ask(database_url, "SELECT title, category_id FROM posts ORDER BY id")
        expect(found, [("Tea", None), ("Rain", None)], tried="then the posts that were in it")

    def test_the_downgrade_leaves_everything_as_it_was(self, add_categories, drop_categories, database_url):
        round_trip(database_url, add_categories, drop_categories, postboard(database_url))


# 4.2c ----------------------------------------------------------------------------------------


@exercise(
    "4.2c",
    hints=[
        'The dictionary answers "what is before this one?". Which question do you ask when you stand at the '
        "first revision?",
        "Turn the dictionary around: from each revision to the one after it. What happens there when two have "
        "the same one before them?",
        "Follow the line from None on; when it ends and not all revisions are in it, raise ValueError.",
    ],
)
class TestChain:
    def test_the_line_begins_with_the_first(self, chain):
        self.expect(chain, {"c": "b", "a": None, "b": "a"}, ["a", "b", "c"])

    def test_the_order_of_the_dictionary_does_not_matter(self, chain):
        pairs = [("0001", None), ("b7", "0001"), ("a3", "b7"), ("0002", "a3")]
        for order in permutations(pairs):
            self.expect(chain, dict(order), ["0001", "b7", "a3", "0002"])

    def test_one_is_a_line_and_none_is_an_empty_one(self, chain):
        self.expect(chain, {"a": None}, ["a"])
        self.expect(chain, {}, [])

    def test_two_after_the_same_one_are_refused(self, chain):
        self.refuses(chain, {"a": None, "b": "a", "c": "a"})
        self.refuses(chain, {"a": None, "b": "a", "c": "a", "d": "b", "e": "c"})

    def test_two_first_ones_are_refused(self, chain):
        self.refuses(chain, {"a": None, "b": None})
        self.refuses(chain, {"a": None, "b": "a", "c": None})

    def test_one_before_that_is_not_there_is_refused(self, chain):
        self.refuses(chain, {"b": "a"})
        self.refuses(chain, {"a": None, "b": "a", "d": "c"})

    def test_a_circle_is_refused(self, chain):
        self.refuses(chain, {"a": "a"})
        self.refuses(chain, {"a": "b", "b": "a"})
        self.refuses(chain, {"a": None, "b": "c", "c": "b"})

    def test_the_dictionary_stays_as_it_was(self, chain):
        given = {"c": "b", "a": None, "b": "a"}
        said_by(chain, given)
        expect(given, {"c": "b", "a": None, "b": "a"}, tried="the dictionary after chain(…)")

    def expect(self, chain, given, wanted):
        expect(said_by(chain, dict(given)), wanted, tried=f"chain({given})")

    def refuses(self, chain, given):
        for order in permutations(given.items()):
            expect(said_by(chain, dict(order)), "raised ValueError", tried=f"chain({dict(order)})")


# 4.2d ----------------------------------------------------------------------------------------

POSTS = "CREATE TABLE posts (id integer PRIMARY KEY, title text NOT NULL);"
STEPS = {
    "0001": POSTS,
    "0002": f"{POSTS} CREATE TABLE users (id integer PRIMARY KEY)",
    "0003": f"{POSTS} CREATE TABLE users (id integer PRIMARY KEY, name text UNIQUE)",
}


def look_after(url, sql):
    """The catalog of a database in which only these statements ran."""
    ask(url, "DROP TABLE IF EXISTS posts, users, notes")
    ask(url, sql or "SELECT 1")
    return catalog(url)


@exercise(
    "4.2d",
    hints=[
        "What does `found.to(wanted)` give you when two catalogs are the same? And how many differences are there "
        "otherwise?",
        "Compare `found` with each revision, newest first. `min` with a `key` finds the nearest one.",
        'raise ValueError("\\n".join([nearest, *map(str, differences)]))',
    ],
)
class TestAdopt:
    def test_a_database_is_recognised(self, adopt, database_url):
        known = self.known(database_url)
        for revision, sql in STEPS.items():
            found = look_after(database_url, sql)
            expect(self.said(adopt, found, known), revision, tried=f"a database as {revision} makes it")
        other = f"CREATE TABLE users (name text UNIQUE, id integer PRIMARY KEY); {POSTS}"
        tried = "a database as 0003 makes it, with its columns in another order"
        expect(self.said(adopt, look_after(database_url, other), known), "0003", tried=tried)

    def test_of_several_it_is_the_newest(self, adopt, database_url):
        found = look_after(database_url, POSTS)
        known = {"b": found, "a": found, "c": self.known(database_url)["0003"]}
        tried = (
            'known has "b", "a" and "c", oldest first; "b" and "a" make the same tables, as found has them'
        )
        expect(self.said(adopt, found, known), "a", tried=tried)

    def test_another_database_is_refused_with_the_nearest_revision(self, adopt, database_url):
        known = self.known(database_url)
        cases = {
            "": "0001",
            f"{POSTS} CREATE TABLE notes (id integer)": "0001",
            f"{POSTS} CREATE TABLE users (id bigint PRIMARY KEY, name text UNIQUE)": "0003",
            f"{POSTS} CREATE TABLE users (id bigint PRIMARY KEY)": "0002",
        }
        for sql, nearest in cases.items():
            found = look_after(database_url, sql)
            self.refused(adopt, found, known, nearest, f"a database made by: {sql or 'nothing'}")

    def test_of_several_nearest_it_is_the_newest(self, adopt, database_url):
        found = look_after(database_url, "CREATE TABLE posts (id integer PRIMARY KEY)")
        texts = {kind: look_after(database_url, POSTS.replace("text", kind)) for kind in ("text", "varchar")}
        known = {"z": texts["text"], "a": texts["varchar"], "m": self.known(database_url)["0003"]}
        self.refused(
            adopt, found, known, "a", 'known has "z", "a" and "m"; "z" and "a" have one difference each'
        )

    def test_one_revision_is_enough(self, adopt, database_url):
        only = {"0001": look_after(database_url, POSTS)}
        expect(self.said(adopt, only["0001"], only), "0001", tried="known has one revision, as found is")
        self.refused(
            adopt,
            look_after(database_url, STEPS["0003"]),
            only,
            "0001",
            "known has 0001 alone, found is 0003",
        )

    def known(self, url):
        return {revision: look_after(url, sql) for revision, sql in STEPS.items()}

    def said(self, adopt, found, known):
        try:
            return adopt(found, dict(known))
        except ValueError as error:
            return f"raised ValueError: {error}"

    def refused(self, adopt, found, known, nearest, tried):
        lines = [nearest, *map(str, found.to(known[nearest]))]
        got = self.said(adopt, found, known)
        expect(
            str(got).splitlines(),
            ["raised ValueError: " + lines[0], *lines[1:]],
            tried=f"{tried}; adopt(found, known)",
        )


# 4.2e ----------------------------------------------------------------------------------------


@exercise(
    "4.2e",
    hints=[
        "Four facts: the driver, the pool, and two that each session is told. Which argument of create_engine is "
        "for each?",
        "`make_url` reads an address. The app's own engine in app/database.py shows how a session is told its "
        "limits.",
        'create_engine(make_url(url).set(drivername=…), poolclass=…, connect_args={"application_name": …, '
        '"options": "-c lock_timeout=3s"})',
    ],
)
class TestMigrationEngine:
    def test_it_reaches_the_database_over_psycopg2(self, migration_engine, database_url):
        engine = migration_engine(database_url)
        with engine.connect() as connection:
            got = connection.scalar(text("SELECT current_database()"))
        wanted = ask(database_url, "SELECT current_database()")[0][0]
        expect(got, wanted, tried="SELECT current_database() over migration_engine(url)")
        expect(engine.driver, "psycopg2", tried="the driver of migration_engine(url)")

    def test_a_password_may_hold_any_character(self, migration_engine):
        for written, password in [
            ("not%40real", "not@real"),
            ("50%25%2Foff", "50%/off"),
            ("%25%28here%29s", "%(here)s"),
        ]:
            url = f"postgresql://ada:{written}@localhost/postboard"
            expect(
                migration_engine(url).url.password,
                password,
                tried=f"migration_engine({url!r}), then the password",
            )

    def test_a_connection_that_is_given_back_is_closed(self, migration_engine, database_url):
        engine = migration_engine(database_url)
        seen = {"opened": 0, "closed": 0}
        event.listen(engine, "connect", lambda *_: seen.update(opened=seen["opened"] + 1))
        event.listen(engine, "close", lambda *_: seen.update(closed=seen["closed"] + 1))
        for number in (1, 2):
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
            expect(
                seen["closed"],
                number,
                tried=f"a connection was used {number} times; how many were closed since",
            )

    def test_any_number_may_be_open(self, migration_engine, database_url):
        engine = migration_engine(database_url)
        with ExitStack() as stack:
            opened = [stack.enter_context(engine.connect()) for _ in range(7)]
            pids = {connection.scalar(text("SELECT pg_backend_pid()")) for connection in opened}
        expect(len(pids), 7, tried="seven connections open at once: how many sessions they are")

    def test_its_sessions_are_called_migration(self, migration_engine, database_url):
        engine = migration_engine(database_url)
        for _ in range(2):
            with engine.connect() as connection:
                got = connection.scalar(text("SELECT current_setting('application_name')"))
            expect(got, "migration", tried="the application_name of a session of the engine")

    def test_a_wait_for_a_lock_is_given_up_after_three_seconds(self, migration_engine, database_url):
        engine = migration_engine(database_url)
        for _ in range(2):
            with engine.connect() as connection:
                got = connection.scalar(text("SELECT current_setting('lock_timeout')::interval::text"))
            expect(got, "00:00:03", tried="the lock_timeout of a session of the engine")
        with closing(psycopg2.connect(database_url)) as usual, usual.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            (wanted,) = cursor.fetchone()
        with engine.connect() as connection:
            got = connection.scalar(text("SELECT current_setting('statement_timeout')"))
        means = "That ends a statement that works for long, and not only one that waits."
        require(
            got in (wanted, "0"),
            tried="the statement_timeout of a session",
            expected=wanted,
            got=got,
            means=means,
        )
