"""Checks of the exercises of lesson 6.5."""

from typing import NamedTuple

import pytest
from sqlalchemy import Boolean, Column, Integer, MetaData, Numeric, Table, Text, text

from course.checks import GradedTests, ask, catalog, engine_for, exercise, expect, require

_ENGINE = """
import os
from sqlalchemy import create_engine, text


@pytest.fixture
def engine():
    options = {"options": "-c lock_timeout=5s"}
    engine = create_engine(os.environ["TEST_DATABASE_URL"], connect_args=options)
    yield engine
    engine.dispose()
"""

# 6.5a ----------------------------------------------------------------------------------------

HOTEL = '''
"""A hotel."""

schema = """
CREATE TABLE rooms (id integer PRIMARY KEY);
CREATE TABLE bookings (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    room_id integer NOT NULL REFERENCES rooms,
    guest text NOT NULL CHECK (length(guest) BETWEEN 1 AND 50),
    day date NOT NULL,
    nights integer NOT NULL CHECK (nights > 0),
    UNIQUE (room_id, day)
);
INSERT INTO rooms VALUES (1);
"""
'''.lstrip()
HOTELS = {
    "empty": ("The name of a guest may be empty.", "BETWEEN 1 AND 50", "<= 50"),
    "long": ("The name of a guest may have more than 50 characters.", "BETWEEN 1 AND 50", ">= 1"),
    "nights": ("A guest may stay for 0 nights.", "nights > 0", "nights >= 0"),
    "twice": ("One room is booked twice on one day.", "UNIQUE (room_id, day)", "UNIQUE (room_id, day, id)"),
    "unknown": ("A room that does not exist is booked.", " REFERENCES rooms", ""),
}
IN_A_HOTEL = (
    _ENGINE
    + """

@pytest.fixture
def connection(engine, schema):
    with engine.connect() as connection:
        connection.execute(text(schema))
        yield connection
"""
)
ALONE = "A statement that breaks two rules is still refused when one of them is gone. "


@exercise(
    "6.5a",
    hints=[
        "Which rule refuses your statement? If you took this rule away, would another one refuse it?",
        "Write a row that all rules accept. Then change one value of it for each rule. "
        "`error.orig.diag.constraint_name` says which rule it was.",
        "with pytest.raises(IntegrityError): an INSERT with all four columns, of which one breaks its rule; the same "
        "for 51 characters, 0 nights, a second booking of a day, and room 2",
    ],
    limit_seconds=60,
)
class TestOfTestHotel:
    @pytest.fixture
    def graded(self, TestHotel):
        mistakes = {name: (says, "schema", old, new) for name, (says, old, new) in HOTELS.items()}
        return GradedTests.of_text(TestHotel, "hotel.py", HOTEL, mistakes, IN_A_HOTEL)

    def test_all_pass_on_the_right_tables(self, graded):
        graded.pass_on_the_right_app()

    def test_an_empty_name_is_noticed(self, graded):
        graded.notice("empty", f"{ALONE}Is all but the name of the guest right?")

    def test_a_long_name_is_noticed(self, graded):
        graded.notice("long", "Which is the shortest name that is too long?")

    def test_a_stay_of_no_night_is_noticed(self, graded):
        graded.notice("nights", f"{ALONE}Is all but the number of nights right?")

    def test_a_second_booking_is_noticed(self, graded):
        graded.notice("twice", "Two bookings of one room on one day: is the second one refused?")

    def test_an_unknown_room_is_noticed(self, graded):
        graded.notice("unknown", f"{ALONE}There is room 1 only.")


# 6.5b ----------------------------------------------------------------------------------------

BOOKS = ("0001", "CREATE TABLE books (id integer)", "DROP TABLE books")
TITLES = ("0002", "ALTER TABLE books ADD title text", "ALTER TABLE books DROP title")
LEAVES = ("0002", "ALTER TABLE books ADD title text, ADD isbn text", "ALTER TABLE books DROP title")
LATER = ("0003", "CREATE TABLE loans (id integer)", "DROP TABLE loans")
# A sequence, which the catalog below does not see, gives the second table another name.
NEXT = "CREATE SEQUENCE IF NOT EXISTS runs; DO 'BEGIN EXECUTE ''CREATE TABLE t'' || nextval(''runs'') || ''()''; END'"
LAST = "DO 'BEGIN EXECUTE ''DROP TABLE t'' || (SELECT last_value FROM runs); END'"
OTHER = ("0002", NEXT, LAST)
ONCE = (
    "0002",
    "CREATE TYPE shelf AS ENUM ('a'); ALTER TABLE books ADD shelf shelf",
    "ALTER TABLE books DROP shelf",
)
SEEN = (
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
    "UNION ALL SELECT table_name, '' FROM information_schema.tables WHERE table_schema = 'public'"
)


def seen(connection):
    """Tables and columns, as the learner's function is given it."""
    return {tuple(row) for row in connection.execute(text(SEEN))}


class Step(NamedTuple):
    """One revision."""

    name: str
    up: str
    down: str


@exercise(
    "6.5b",
    hints=[
        "Which four catalogs do you need for one revision, and which of them have to be equal?",
        "Each step in a transaction of its own: `with engine.begin() as connection:` commits at its end, and gives the "
        "connection back after an error too.",
        "below; up: above; down: below again?; up: above again? A DBAPIError in between says that it is broken. Return the name at "
        "the first broken one, None after the loop.",
    ],
)
class TestFirstBroken:
    @pytest.fixture
    def walk(self, first_broken, database_url):
        def walk(*revisions):
            with engine_for(database_url) as engine:
                found = first_broken(engine, [Step(*each) for each in revisions], seen)
                out = engine.pool.checkedout()
            tables = [
                name
                for (name,) in ask(database_url, f"SELECT DISTINCT table_name FROM ({SEEN}) AS s ORDER BY 1")
            ]
            return found, tables, out

        return walk

    def test_right_revisions_are_not_broken(self, walk):
        found, tables, _ = walk(BOOKS, TITLES, LATER)
        expect(found, None, tried="first_broken for three right revisions")
        expect(tables, ["books", "loans"], tried="the tables that another session sees after it")

    def test_what_a_downgrade_leaves_is_noticed(self, walk):
        expect(walk(BOOKS, LEAVES, LATER)[0], "0002", tried="0002 adds two columns, and its down drops one")

    def test_another_result_of_the_second_time_is_noticed(self, walk):
        expect(walk(BOOKS, OTHER, LATER)[0], "0002", tried="0002 makes table t1, and the second time t2")

    def test_an_upgrade_that_fails_is_noticed(self, walk):
        broken = ("0001", "CREATE TABLE books (id nothing)", "DROP TABLE books")
        expect(walk(broken, LATER)[0], "0001", tried="the up of 0001 fails")

    def test_a_downgrade_that_fails_is_noticed(self, walk):
        expect(walk(("0001", BOOKS[1], "DROP TABLE book"))[0], "0001", tried="the down of 0001 fails")

    def test_a_second_upgrade_that_fails_is_noticed(self, walk):
        expect(walk(BOOKS, ONCE)[0], "0002", tried="0002 makes a type, and its down leaves it")

    def test_nothing_runs_after_a_broken_one(self, walk):
        found, tables, _ = walk(BOOKS, LEAVES, LATER)
        expect(
            (found, tables), ("0002", ["books"]), tried="0002 is broken; then the tables, with none of 0003"
        )

    def test_all_connections_go_back(self, walk):
        for revisions in [
            (BOOKS, TITLES),
            (("0003", "SELECT nothing", ""),),
            (("0004", "CREATE TABLE t ()", "SELECT 1"),),
        ]:
            expect(
                walk(*revisions)[2],
                0,
                tried=f"first_broken for {revisions[-1][0]}; the connections that are still out",
            )


# 6.5c ----------------------------------------------------------------------------------------

NAMES = '''
"""Names in two columns."""

from sqlalchemy import Connection, text


def upgrade(connection: Connection) -> None:
    connection.execute(text("""
    ALTER TABLE people ADD given text, ADD family text;
    UPDATE people SET given = split_part(name, ' ', 1),
        family = substr(name, length(split_part(name, ' ', 1)) + 2);
    ALTER TABLE people ALTER given SET NOT NULL, ALTER family SET NOT NULL, DROP name
    """))


def downgrade(connection: Connection) -> None:
    connection.execute(text("""
    ALTER TABLE people ADD name text;
    UPDATE people SET name = trim(given || ' ' || family);
    ALTER TABLE people ALTER name SET NOT NULL, DROP given, DROP family
    """))
'''.lstrip()
REST, JOINED = "substr(name, length(split_part(name, ' ', 1)) + 2)", "trim(given || ' ' || family)"
BOTH = f"given = split_part(name, ' ', 1),\n        family = {REST}"
AT_THE_LAST = """given = regexp_replace(name, ' [^ ]+$', ''), family =
        CASE WHEN position(' ' IN name) > 0 THEN substring(name FROM '[^ ]+$') ELSE '' END"""
NAMED = {
    "third": ("The upgrade loses the third word of a name.", "upgrade", REST, "split_part(name, ' ', 2)"),
    "one": ("The upgrade fails where a name has one word.", "upgrade", REST, f"nullif({REST}, '')"),
    "last": ("The upgrade splits a name at its last space.", "upgrade", BOTH, AT_THE_LAST),
    "lost": ("The downgrade loses the family name.", "downgrade", JOINED, "given"),
    "space": (
        "The downgrade leaves a space behind a name of one word.",
        "downgrade",
        JOINED,
        "given || ' ' || family",
    ),
}
PEOPLE = (
    _ENGINE
    + """

@pytest.fixture
def connection(engine):
    table = "CREATE TABLE people (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL)"
    with engine.connect() as connection:
        connection.execute(text(table))
        yield connection
"""
)


@exercise(
    "6.5c",
    hints=[
        "Which rows would show the mistake? On a table without rows, all of these revisions are right.",
        "Store names of one, two and three words before you call `upgrade`, and read them afterwards.",
        "store, upgrade, compare the given and family names; store, upgrade, downgrade, compare the names",
    ],
    limit_seconds=60,
)
class TestOfTestNames:
    @pytest.fixture
    def graded(self, TestNames):
        return GradedTests.of_text(TestNames, "names.py", NAMES, NAMED, PEOPLE)

    def test_all_pass_on_the_right_revision(self, graded):
        graded.pass_on_the_right_app()

    def test_a_third_word_that_is_lost_is_noticed(self, graded):
        graded.notice("third", "What becomes of a name of three words?")

    def test_a_name_of_one_word_is_noticed(self, graded):
        graded.notice("one", "What becomes of somebody whose name is one word?")

    def test_a_split_at_the_last_space_is_noticed(self, graded):
        graded.notice("last", "A way there and back can be right, and the columns in between wrong.")

    def test_a_family_name_that_is_lost_is_noticed(self, graded):
        graded.notice("lost", "After up and down, is each name what it was?")

    def test_a_space_behind_a_name_is_noticed(self, graded):
        graded.notice("space", "After up and down, what is a name of one word exactly?")


# 6.5d ----------------------------------------------------------------------------------------

TEA = "CREATE TABLE teas (id integer PRIMARY KEY, name text NOT NULL, grams integer DEFAULT 100)"


def teas(metadata, *columns, **changes):
    """The model of the table; some of its columns are changed, others come in addition."""
    known = {
        "id": Column("id", Integer, primary_key=True, autoincrement=False),
        "name": Column("name", Text, nullable=False),
        "grams": Column("grams", Integer, server_default=text("100")),
    }
    found = {name: column for name, column in (known | changes).items() if column is not None}
    return Table("teas", metadata, *found.values(), *columns)


@exercise(
    "6.5d",
    hints=[
        "What does each line of `drift` do to a difference that Alembic would have found?",
        "Look at what compare_metadata returns for a column whose NULL and type differ. And which option of "
        "MigrationContext.configure compares defaults?",
        "No create_all, no filter; opts={'compare_server_default': True}; the changes of one column are a list in the "
        "list; return their first elements, sorted",
    ],
)
class TestDrift:
    @pytest.fixture
    def found(self, drift, database_url):
        def found(*columns, more=(), **changes):
            ask(database_url, "DROP TABLE IF EXISTS teas, cups")
            ask(database_url, TEA)
            teas(metadata := MetaData(), *columns, **changes)
            for name in more:
                Table(name, metadata, Column("id", Integer, primary_key=True))
            with engine_for(database_url) as engine:
                return drift(engine, metadata)

        return found

    def test_no_difference_is_an_empty_list(self, found):
        expect(found(), [], tried="a model that is like the table")

    def test_what_only_the_models_have_is_found(self, found):
        expect(found(more=["cups"]), ["add_table"], tried="models with another table, cups")
        expect(found(Column("price", Integer)), ["add_column"], tried="a model with another column, price")

    def test_what_only_the_database_has_is_found(self, found, drift, database_url):
        expect(found(grams=None), ["remove_column"], tried="a model without the column grams")
        with engine_for(database_url) as engine:
            expect(drift(engine, MetaData()), ["remove_table"], tried="models without the table")

    def test_another_type_is_found(self, found):
        column = Column("grams", Numeric(6, 2), server_default=text("100"))
        expect(found(grams=column), ["modify_type"], tried="a model in which grams is numeric")

    def test_another_default_is_found(self, found):
        expect(
            found(grams=Column("grams", Integer, server_default=text("50"))),
            ["modify_default"],
            tried="a model in which the default of grams is 50",
            means={(): "Alembic compares the defaults of the server when compare_server_default says so."},
        )

    def test_a_column_that_may_be_empty_is_found(self, found):
        expect(
            found(name=Column("name", Text)), ["modify_nullable"], tried="a model in which name may be NULL"
        )

    def test_several_changes_are_all_there_and_sorted(self, found):
        column = Column("name", Boolean)
        expect(
            found(Column("price", Integer), name=column, more=["cups"]),
            ["add_column", "add_table", "modify_nullable", "modify_type"],
            tried="models with a column and a table more, in which name is a boolean that may be NULL",
        )

    def test_the_database_is_not_changed(self, drift, database_url):
        ask(database_url, TEA)
        before = catalog(database_url)
        teas(metadata := MetaData(), Column("price", Integer))
        Table("cups", metadata, Column("id", Integer, primary_key=True))
        with engine_for(database_url) as engine:
            drift(engine, metadata)
        changed = [str(each) for each in before.to(catalog(database_url))]
        require(not changed, tried="drift, then the database", expected="as it was before", got=changed)


# 6.5e ----------------------------------------------------------------------------------------

SEATS = '''
"""Seats of a show."""

from sqlalchemy import Engine, text

SEATS = 2


def book(engine: Engine, guest: str) -> bool:
    """Give a guest a seat. False when all are taken."""
    with engine.connect() as connection:
        connection.execute(text("SELECT FROM shows FOR UPDATE"))
        taken = connection.scalar(text("SELECT count(*) FROM seats"))
        if taken < SEATS:
            insert = text("INSERT INTO seats (guest) VALUES (:guest)")
            connection.execute(insert, {"guest": guest})
        connection.commit()
    return taken < SEATS
'''.lstrip()
LOCK = '        connection.execute(text("SELECT FROM shows FOR UPDATE"))\n'
COUNT = '        taken = connection.scalar(text("SELECT count(*) FROM seats"))\n'
IF_FREE = "        if taken < SEATS:\n"
BOOKED = {
    "lock": ("Two guests at once both get the last seat: there is no lock.", "book", LOCK, ""),
    "count": ("The function counts first and then locks.", "book", LOCK + COUNT, COUNT + LOCK),
    "commit": (
        "The function commits, which gives up the lock, before it inserts.",
        "book",
        IF_FREE,
        f"        connection.commit()\n{IF_FREE}",
    ),
}
SHOW = (
    _ENGINE.replace(
        "    yield engine\n",
        '''    with engine.begin() as connection:
        connection.execute(text("""
        DROP TABLE IF EXISTS shows, seats;
        CREATE TABLE shows (id integer PRIMARY KEY);
        INSERT INTO shows VALUES (1);
        CREATE TABLE seats (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, guest text NOT NULL)
        """))
    yield engine
''',
    )
    + '''

@pytest.fixture
def at_once(engine):
    from concurrent.futures import ThreadPoolExecutor, wait

    def sessions_that_wait():
        with engine.connect() as connection:
            return connection.scalar(text("""
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0
            """))

    def at_once(lock, *calls):
        started = []
        with ThreadPoolExecutor() as pool, engine.connect() as connection:
            connection.execute(text(lock))
            for call in calls:
                started.append(pool.submit(call))
                while sum(each.done() for each in started) + sessions_that_wait() < len(started):
                    wait(started, timeout=0.01)
            connection.commit()
            return sorted(each.result() for each in started)

    return at_once
'''
)
MEET = "Have both calls counted before one of them inserts? Hold a lock that stops them there."


@exercise(
    "6.5e",
    hints=[
        "When does a lost lock show? What do both calls have to do before one of them inserts?",
        "Which statement lets others read a table, and stops whoever inserts? Look at the lesson's test of the drafts.",
        "one seat is taken; at_once with a lock of the table seats in SHARE MODE and two calls of book; one True, one False",
    ],
    limit_seconds=90,
)
class TestOfTestSeats:
    @pytest.fixture
    def graded(self, TestSeats):
        return GradedTests.of_text(TestSeats, "seats.py", SEATS, BOOKED, SHOW)

    def test_all_pass_on_the_right_function(self, graded):
        graded.pass_on_the_right_app()

    def test_a_lock_that_is_not_there_is_noticed(self, graded):
        graded.notice("lock", MEET)

    def test_a_count_before_the_lock_is_noticed(self, graded):
        graded.notice("count", MEET)

    def test_a_lock_that_is_given_up_is_noticed(self, graded):
        graded.notice("commit", MEET)
