"""Checks of the exercises of lesson 4.6."""

from contextlib import closing, contextmanager, suppress

import psycopg2
from sqlalchemy import Engine, event

from course.checks import (
    ask,
    exercise,
    expect,
    lock_budget,
    migrate,
    refusal,
    require,
    revision_folder,
    round_trip,
)

# 4.6a ----------------------------------------------------------------------------------------

ARTICLES = """
    CREATE TABLE articles (id integer PRIMARY KEY, title text, author text);
    INSERT INTO articles SELECT n, 'Title ' || n, 'author ' || n % 7 FROM generate_series(1, 200) AS n
"""
WRITE_ARTICLE = "INSERT INTO articles VALUES (0, 'Tea', 'ada')"
INDEXES = """
    SELECT relname, pg_get_indexdef(indexrelid), indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE indrelid = 'articles'::regclass AND NOT indisprimary
"""
BUILT = [
    (
        "articles_author_idx",
        "CREATE INDEX articles_author_idx ON public.articles USING btree (author)",
        True,
    )
]


@exercise(
    "4.6a",
    hints=[
        "Which form of CREATE INDEX lets others write, and what does it say about transactions?",
        "`postgresql_concurrently=True` goes with create_index and with drop_index; autocommit_block is the place for it.",
        "In an autocommit_block: drop_index with if_exists=True, then create_index, both concurrently.",
    ],
)
class TestIndex:
    def test_the_index_is_there_and_valid(self, index_authors, database_url):
        ask(database_url, ARTICLES)
        migrate(database_url, index_authors)
        expect(
            ask(database_url, INDEXES),
            BUILT,
            tried="index_authors(), then each index: its name, its definition, whether it is valid",
        )

    def test_nobody_who_writes_waits_for_it(self, index_authors, database_url):
        ask(database_url, ARTICLES)
        means = "CREATE INDEX keeps writers out for as long as it takes. CONCURRENTLY does not."
        tried = "index_authors() while others write articles"
        expect(lock_budget(database_url, index_authors, WRITE_ARTICLE), [], tried=tried, means=means)

    def test_after_a_try_that_failed_it_leaves_a_valid_one(self, index_authors, database_url):
        ask(database_url, ARTICLES)
        with closing(psycopg2.connect(database_url)) as link, link.cursor() as cursor:
            link.autocommit = True
            with suppress(psycopg2.errors.UniqueViolation):  # this is how an invalid index comes about
                cursor.execute("CREATE UNIQUE INDEX CONCURRENTLY articles_author_idx ON articles (author)")
        migrate(database_url, index_authors)
        expect(
            ask(database_url, INDEXES),
            BUILT,
            tried="an invalid articles_author_idx is there; index_authors(), then each index",
            means="IF NOT EXISTS keeps an index of that name, also an invalid one.",
        )

    def test_it_goes_up_down_and_up_again(self, index_authors, drop_authors, database_url):
        ask(database_url, ARTICLES)
        round_trip(database_url, index_authors, drop_authors)

    def test_nobody_waits_for_the_downgrade(self, index_authors, drop_authors, database_url):
        ask(database_url, ARTICLES)
        migrate(database_url, index_authors)
        tried = "drop_authors() while others write articles"
        means = (
            "DROP INDEX without CONCURRENTLY waits for all who use the table, and everybody waits behind it."
        )
        expect(lock_budget(database_url, drop_authors, WRITE_ARTICLE), [], tried=tried, means=means)


# 4.6b ----------------------------------------------------------------------------------------

VIDEOS = """
    CREATE TABLE videos (id integer PRIMARY KEY, title text, language text);
    INSERT INTO videos SELECT n, 'Title ' || n, CASE WHEN n % 4 = 0 THEN 'de' END FROM generate_series(1, 200) AS n
"""
WRITE_VIDEO = "INSERT INTO videos VALUES (0, 'Tea', 'fr')"


@contextmanager
def videos_coming_in(url):
    """After each statement that SQLAlchemy sends, somebody else tries to insert a video without a language."""
    with closing(psycopg2.connect(url, options="-c lock_timeout=100ms")) as link, link.cursor() as cursor:
        link.autocommit = True
        ids = iter(range(1000, 9999))

        def insert(*_):
            with suppress(psycopg2.Error):  # refused, or kept waiting: both are for other expectations
                cursor.execute("INSERT INTO videos (id, title) VALUES (%s, 'New')", [next(ids)])

        event.listen(Engine, "after_cursor_execute", insert)
        try:
            yield
        finally:
            event.remove(Engine, "after_cursor_execute", insert)


@exercise(
    "4.6b",
    hints=[
        "Which steps have to look at all rows, and under which lock do they do that?",
        "The lesson's table: NOT VALID reads no row, VALIDATE keeps nobody out, and SET NOT NULL believes a valid CHECK.",
        "patiently: ADD CONSTRAINT … CHECK … NOT VALID; UPDATE; VALIDATE CONSTRAINT; SET NOT NULL; DROP CONSTRAINT.",
    ],
)
class TestLanguage:
    def test_videos_without_a_language_get_one(self, require_language, database_url):
        ask(database_url, VIDEOS)
        migrate(database_url, require_language)
        found = ask(database_url, "SELECT language, count(*) FROM videos GROUP BY language ORDER BY language")
        expect(found, [("de", 50), ("en", 150)], tried="50 videos with 'de', 150 without; require_language()")

    def test_the_column_is_not_null(self, require_language, database_url):
        ask(database_url, VIDEOS)
        migrate(database_url, require_language)
        sql = (
            "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'videos'::regclass AND attname = 'language'"
        )
        expect(
            ask(database_url, sql), [(True,)], tried="require_language(), then whether language is NOT NULL"
        )

    def test_no_other_constraint_is_left(self, require_language, database_url):
        ask(database_url, VIDEOS)
        migrate(database_url, require_language)
        sql = "SELECT contype::text FROM pg_constraint WHERE conrelid = 'videos'::regclass AND contype IN ('c', 'u')"
        expect(ask(database_url, sql), [], tried="require_language(), then the CHECK constraints of videos")

    def test_videos_without_a_language_that_come_in_the_middle_do_no_harm(
        self, require_language, database_url
    ):
        ask(database_url, VIDEOS)
        with videos_coming_in(database_url):
            migrate(database_url, require_language)
        found = ask(database_url, "SELECT count(*) FROM videos WHERE language IS NULL")
        expect(
            found,
            [(0,)],
            tried="require_language(), and after each of its statements an INSERT without a language",
        )

    def test_others_can_insert_videos_meanwhile(self, require_language, database_url):
        ask(database_url, VIDEOS)
        found = lock_budget(database_url, require_language, WRITE_VIDEO)
        expect(
            found,
            [],
            tried="require_language() while others insert videos",
            means="A statement that reads all rows has to run under a lock that lets others write, "
            "and one that needs a strong lock must not wait for it without a limit.",
        )


# 4.6c ----------------------------------------------------------------------------------------

FILMS = """
    CREATE TABLE films (id integer GENERATED ALWAYS AS IDENTITY, name text NOT NULL);
    INSERT INTO films (name) VALUES ('Rain'), ('Tea')
"""
WRITES = {
    1: "INSERT INTO films (name) VALUES (%(film)s)",
    2: "INSERT INTO films (name, title) VALUES (%(film)s, %(film)s)",
    3: "INSERT INTO films (name, title) VALUES (%(film)s, %(film)s)",
    4: "INSERT INTO films (title) VALUES (%(film)s)",
}
READS = {1: "name", 2: "name", 3: "title", 4: "title"}


def deploy(url, expand, fill, relax, contract):
    """All four phases in order, each with its versions: what failed in which, and the films that should be there."""
    phases = [
        ("expand", expand, [1, 2]),
        ("fill", fill, [2, 3]),
        ("relax", relax, [3, 4]),
        ("contract", contract, [4]),
    ]
    ask(url, FILMS)
    films, refused, missing = ["Rain", "Tea"], [], []
    for name, function, versions in phases:
        migrate(url, function)
        for version in versions:
            film = f"{name} {version}"
            try:
                ask(url, WRITES[version], {"film": film})
                films.append(film)
            except psycopg2.Error as error:
                refused.append(f"after {name}(), version {version} inserts: {type(error).__name__}")
        for version in versions:
            try:
                found = [each for (each,) in ask(url, f"SELECT {READS[version]} FROM films ORDER BY id")]
            except psycopg2.Error as error:
                found = [type(error).__name__]
            if sorted(map(str, found)) != sorted(films):
                wrong = [str(each) for each in found if each not in films] or ["too few films"]
                missing.append(f"after {name}(), version {version} reads: {wrong[0]}")
    return refused, missing, films


@exercise(
    "4.6c",
    hints=[
        "For each phase: which of the two versions does not write one of the columns? What does the table say to that?",
        "A column that one of the running versions does not write has to be nullable; a column that one of them "
        "reads has to be filled.",
        "Add it nullable; UPDATE and NOT NULL; the old one nullable; drop the old one.",
    ],
)
class TestRename:
    def test_in_each_phase_both_versions_can_insert(self, expand, fill, relax, contract, database_url):
        refused, _, _ = deploy(database_url, expand, fill, relax, contract)
        expect(
            refused,
            [],
            tried="the four phases, and in each an INSERT of each version that runs",
            means="A column that a running version does not write is NOT NULL, or one that it writes is not there.",
        )

    def test_in_each_phase_both_versions_read_all_films(self, expand, fill, relax, contract, database_url):
        _, missing, _ = deploy(database_url, expand, fill, relax, contract)
        expect(
            missing,
            [],
            tried="the four phases, and in each a SELECT of each version that runs",
            means="A column that a running version reads has to be filled for all rows.",
        )

    def test_at_the_end_title_has_taken_the_place_of_name(self, expand, fill, relax, contract, database_url):
        deploy(database_url, expand, fill, relax, contract)
        sql = """SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
                 WHERE attrelid = 'films'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""
        wanted = [("id", "integer", True), ("title", "text", True)]
        expect(
            ask(database_url, sql),
            wanted,
            tried="the four phases, then each column, its type, whether it is NOT NULL",
        )


# 4.6d ----------------------------------------------------------------------------------------

ACCOUNTS = """
    CREATE TABLE accounts (id integer PRIMARY KEY, balance numeric NOT NULL);
    INSERT INTO accounts VALUES (1, 10), (2, 20), (3, 30), (4, 40)
"""


@exercise(
    "4.6d",
    hints=[
        "What is in the database after the downgrade that was not there before the upgrade? And what is lost?",
        "The lesson's two downgrades: one drops a type, the other counts before it changes anything.",
        "count(*) of what is not EUR; raise with that number; drop the column; drop the type.",
    ],
)
class TestCurrency:
    def test_the_upgrade_gives_each_account_a_currency(self, add_currency, database_url):
        ask(database_url, ACCOUNTS)
        migrate(database_url, add_currency)
        found = ask(database_url, "SELECT DISTINCT currency::text FROM accounts")
        expect(found, [("EUR",)], tried="add_currency(), then the currencies")
        sql = "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'accounts'::regclass AND attname = 'currency'"
        expect(ask(database_url, sql), [(True,)], tried="add_currency(), then whether currency is NOT NULL")

    def test_with_euros_only_it_goes_up_down_and_up_again(self, add_currency, remove_currency, database_url):
        ask(database_url, ACCOUNTS)
        round_trip(database_url, add_currency, remove_currency)

    def test_with_dollars_it_refuses_and_says_how_many(self, add_currency, remove_currency, database_url):
        ask(database_url, ACCOUNTS)
        for dollars in [1, 3]:
            sql = f"UPDATE accounts SET currency = 'USD' WHERE id <= {dollars}"
            if dollars == 1:
                migrate(database_url, add_currency)
            ask(database_url, sql)
            said = refusal(database_url, remove_currency)
            require(
                str(dollars) in said,
                tried=f"remove_currency() with {dollars} of 4 accounts in USD",
                expected="an error which says how many accounts are not in EUR",
                got=said or "no error",
            )

    def test_once_they_are_converted_it_runs(self, add_currency, remove_currency, database_url):
        ask(database_url, ACCOUNTS)
        migrate(database_url, add_currency)
        ask(database_url, "UPDATE accounts SET currency = 'USD' WHERE id = 1")
        refusal(database_url, remove_currency)
        ask(database_url, "UPDATE accounts SET currency = 'EUR'")
        said = refusal(database_url, remove_currency)
        expect(said, "", tried="a refusal, all accounts to EUR, remove_currency() again")


# 4.6e ----------------------------------------------------------------------------------------

REVISION = """
from alembic import op
revision, down_revision = {id!r}, {before!r}
def upgrade():
    {up}
def downgrade():
    {down}
"""
# In the order of the chain: id, upgrade, downgrade. Each is SQL, or a line of Python that raises something.
GOOD = {
    "m3": ("CREATE TABLE cups (id integer)", "DROP TABLE cups"),
    "a9": ("CREATE TYPE mood AS ENUM ('calm')", "DROP TYPE mood"),
    "k1": ("ALTER TABLE cups ADD mood mood", "ALTER TABLE cups DROP mood"),
}


def broken_in(url, function, **changed):
    """What the learner's function returns for the three revisions, some with other statements."""
    before, files = None, {}
    for name, (up, down) in (GOOD | changed).items():
        lines = [each if each.startswith("raise") else f"op.execute({each!r})" for each in (up, down)]
        files[f"{name}_step.py"] = REVISION.format(id=name, before=before, up=lines[0], down=lines[1])
        before = name
    with revision_folder(url, files) as config:
        return function(config)


@exercise(
    "4.6e",
    hints=[
        "What has to happen to each revision, and with which commands of alembic.command?",
        "ScriptDirectory.from_config(config).walk_revisions() begins at the head; a step has revision and down_revision.",
        "for each step, oldest first: try upgrade, downgrade to what is below it or base, upgrade; except: its id.",
    ],
)
class TestStairway:
    def test_a_good_chain_has_no_broken_step(self, first_broken, database_url):
        got = broken_in(database_url, first_broken)
        expect(got, None, tried="first_broken() with three good revisions")

    def test_after_a_good_chain_the_database_is_at_the_head(self, first_broken, database_url):
        broken_in(database_url, first_broken)
        got = ask(database_url, "SELECT version_num FROM alembic_version")
        expect(got, [("k1",)], tried="first_broken() with three good revisions, then alembic_version")

    def test_a_type_that_is_left_behind_is_found(self, first_broken, database_url):
        got = broken_in(database_url, first_broken, a9=(GOOD["a9"][0], "SELECT 1"))
        expect(got, "a9", tried="first_broken(); the downgrade of the second revision, a9, leaves its type")

    def test_a_downgrade_that_fails_is_found(self, first_broken, database_url):
        for name in GOOD:
            got = broken_in(database_url, first_broken, **{name: (GOOD[name][0], "DROP TABLE nothing")})
            expect(got, name, tried=f"first_broken(); the downgrade of {name} fails")
            ask(database_url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def test_an_upgrade_that_fails_is_found(self, first_broken, database_url):
        for name in GOOD:
            got = broken_in(database_url, first_broken, **{name: ("DROP TABLE nothing", "SELECT 1")})
            expect(got, name, tried=f"first_broken(); the upgrade of {name} fails")
            ask(database_url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def test_any_error_counts(self, first_broken, database_url):
        got = broken_in(database_url, first_broken, a9=(GOOD["a9"][0], "raise NotImplementedError"))
        expect(got, "a9", tried="first_broken(); the downgrade of a9 raises NotImplementedError")

    def test_the_first_of_two_is_returned(self, first_broken, database_url):
        bad = {"a9": (GOOD["a9"][0], "SELECT 1"), "k1": ("DROP TABLE nothing", "SELECT 1")}
        got = broken_in(database_url, first_broken, **bad)
        expect(got, "a9", tried="first_broken(); a9 and the revision after it are broken")
