"""What checks of migrations are written with, on right and wrong migrations of a learner."""

import linecache
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from course import postgres
from course.base.errors import ExpectationFailed
from course.checks import (
    ask,
    catalog,
    database,
    finished,
    in_thread,
    learners_line,
    lock_budget,
    migrate,
    offline_sql,
    refusal,
    revision_folder,
    round_trip,
    still_to_do,
)
from course.checks.time_limit import TookTooLong, limited
from course.postgres import settings

TABLES = """
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE posts (id int PRIMARY KEY, title text NOT NULL CONSTRAINT posts_title_check CHECK (title <> ''));
CREATE TYPE mood AS ENUM ('calm');
CREATE TABLE moods (mood mood);
INSERT INTO posts VALUES (1, 'same'), (2, 'same');
"""
NAMES = {
    "ix": "%(column_0_label)s_idx",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "uq": "%(table_name)s_%(column_0_name)s_key",
}
ANSWER = """
import sqlalchemy as sa
from alembic import op

def add_slug():
    op.add_column("posts", sa.Column("slug", sa.Text))

def drop_slug():
    op.drop_column("posts", "slug")

def nothing():
    pass

def required():
    op.add_column("posts", sa.Column("slug", sa.Text, nullable=False))

def to_number():
    op.alter_column("posts", "title", type_=sa.Integer)

def concurrently():
    op.create_index("posts_title_idx", "posts", ["title"], postgresql_concurrently=True)

def concurrently_alone():
    op.execute("UPDATE posts SET title = 'before'")
    with op.get_context().autocommit_block():
        op.create_index("posts_title_idx", "posts", ["title"], postgresql_concurrently=True)
    op.execute("INSERT INTO users VALUES (1)")

def new_mood_used():
    op.execute("ALTER TYPE mood ADD VALUE 'glad'")
    op.execute("INSERT INTO moods VALUES ('glad')")

def unique():
    op.create_unique_constraint("posts_title_key", "posts", ["title"])

def rule():
    op.create_check_constraint("id", "posts", "id > 1")

def rule_gone():
    op.drop_constraint("posts_title_check", "posts", type_="check")

def rule_gone_in_full():
    op.drop_constraint(op.f("posts_title_check"), "posts", type_="check")

def rule_gone_by_convention():
    op.drop_constraint("title", "posts", type_="check")

def pointing():
    op.create_foreign_key(None, "posts", "users", ["id"], ["id"])

def twice():
    op.add_column("posts", sa.Column("title", sa.Text))

def colon():
    op.execute("UPDATE posts SET title = 'at :noon'")

def no_such_operation():
    op.add_colum("posts", "slug")

def half():
    op.add_column("posts", sa.Column("slug", sa.Text))
    op.get_bind().execute(sa.text("UPDATE posts SET slug = title"))
    op.drop_column("posts", "body")

def refuses():
    rows = op.get_bind().scalar(sa.text("SELECT count(*) FROM posts"))
    if rows:
        raise RuntimeError(f"{rows} posts would lose their slug")

def refuses_late():
    with op.get_context().autocommit_block():
        op.execute("DELETE FROM posts WHERE id = 1")
    raise RuntimeError("too late")

def isolated_too_late():
    op.execute("SELECT")
    op.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

def title_gone():
    op.drop_column("posts", "title")

def title_back():
    op.add_column("posts", sa.Column("title", sa.Text, server_default="", nullable=False))
    op.alter_column("posts", "title", server_default=None)

def posts_gone():
    op.drop_column("posts", "title")
    op.execute("DELETE FROM posts")

def endless():
    import signal
    while True:
        signal.raise_signal(signal.SIGALRM)

def other_tables():
    op.drop_table("moods")
    op.execute("DROP TYPE mood")

def drops_a_database():
    with op.get_context().autocommit_block():
        op.execute('DROP DATABASE "of_the_learner"')

def by_the_environment():
    import os
    engine = sa.create_engine(os.environ["DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE elsewhere (id int)"))
    engine.dispose()
"""


def compiled(text: str) -> dict[str, Any]:
    """The names that a cell of a learner makes."""
    name = f"<answer {len(text)}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    names: dict[str, Any] = {}
    exec(compile(text, name, "exec"), names)
    return names


@pytest.fixture(scope="module")
def answer() -> dict[str, Any]:
    return compiled(ANSWER)


@pytest.fixture
def url() -> Iterator[str]:
    with database.fresh() as made:
        ask(made, TABLES)
        yield made


@pytest.fixture
def metadata() -> sa.MetaData:
    return sa.MetaData(naming_convention=NAMES)


def column_names(url: str, table: str = "posts") -> list[str]:
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY 1"
    return [name for (name,) in ask(url, query, [table])]


# --- one function as a revision ------------------------------------------------------------------------------


def test_a_function_runs_as_a_revision_and_is_committed(url, answer):
    migrate(url, answer["add_slug"])
    assert column_names(url) == ["id", "slug", "title"]


def test_an_error_takes_back_what_the_revision_did(url, answer):
    before = catalog(url)
    with pytest.raises(ExpectationFailed, match='column "body" of relation "posts" does not exist'):
        migrate(url, answer["half"])
    assert not before.to(catalog(url))
    assert ask(
        url,
        "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%' AND datname = current_database()",
    ) == [(0,)]


def test_an_autocommit_block_commits_what_came_before_and_goes_on_in_a_transaction(url, answer):
    migrate(url, answer["concurrently_alone"])
    assert ask(url, "SELECT count(*) FROM pg_indexes WHERE indexname = 'posts_title_idx'") == [(1,)]
    assert ask(url, "SELECT DISTINCT title FROM posts") == [("before",)]
    assert ask(url, "SELECT id FROM users") == [(1,)]


@pytest.mark.parametrize(
    ("name", "said", "means"),
    [
        ("required", "NotNullViolation", "server_default"),
        ("to_number", "DatatypeMismatch", "postgresql_using"),
        ("concurrently", "cannot run inside a transaction block", "autocommit_block"),
        ("new_mood_used", "unsafe use of new value", "autocommit_block"),
        ("unique", "could not create unique index", "one value twice"),
        ("rule", "is violated by some row", "break the new rule"),
        ("rule_gone", '"posts_posts_title_check_check"', "op.f("),
        ("pointing", "ForeignKeyViolation", "points to one that is not there"),
        ("twice", "DuplicateColumn", "there already"),
        ("colon", "bind parameter 'noon'", "a colon before a word"),
        ("isolated_too_late", "must be called before any query", "sees one state"),
    ],
)
def test_what_postgresql_says_is_an_unmet_expectation_with_its_usual_cause(
    url, answer, metadata, name, said, means
):
    with pytest.raises(ExpectationFailed) as caught:
        migrate(url, answer[name], metadata)
    assert said in caught.value.got and means in caught.value.meaning
    assert f"{name}() as a revision, at: op." in caught.value.tried


def test_the_cause_of_another_missing_name_is_not_the_convention(url, answer):
    with pytest.raises(ExpectationFailed) as caught:
        migrate(url, answer["half"])
    assert caught.value.meaning == ""


def test_an_error_of_the_learners_own_lines_is_raised_as_it_is(url, answer):
    with pytest.raises(AttributeError, match="add_colum") as caught:
        migrate(url, answer["no_such_operation"])
    assert learners_line(caught.value) == 'op.add_colum("posts", "slug")'
    with pytest.raises(RuntimeError, match="2 posts"):
        migrate(url, answer["refuses"])


def test_names_are_built_by_the_naming_convention_of_the_models(url, answer, metadata):
    migrate(url, answer["rule_gone_by_convention"], metadata)
    ask(url, "ALTER TABLE posts ADD CONSTRAINT posts_title_check CHECK (title <> '')")
    migrate(url, answer["rule_gone_in_full"], metadata)
    ask(url, "ALTER TABLE posts ADD CONSTRAINT posts_title_check CHECK (title <> '')")
    migrate(url, answer["rule_gone"])


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="the clock is a thread there")
def test_an_endless_revision_is_stopped_in_the_learners_line(url, answer):
    with pytest.raises(TookTooLong) as caught, limited(600):  # it rings itself
        migrate(url, answer["endless"])
    assert caught.value.line == "signal.raise_signal(signal.SIGALRM)"
    migrate(url, answer["add_slug"])


# --- refusals, round trips, drift, offline -------------------------------------------------------------------


def test_a_refusal_is_told_by_type_and_text(url, answer):
    assert refusal(url, answer["refuses"]) == "RuntimeError: 2 posts would lose their slug"
    ask(url, "DELETE FROM posts")
    assert refusal(url, answer["refuses"]) == ""
    assert refusal(url, answer["half"]).startswith("UndefinedColumn: ")


def test_a_refusal_after_a_change_is_unmet(url, answer):
    with pytest.raises(ExpectationFailed) as caught:
        refusal(url, answer["refuses_late"])
    assert "RuntimeError: too late" in caught.value.tried
    assert "the rows of posts: 2 before, 1 after" in caught.value.got


def test_a_round_trip_gives_the_catalogs_of_each_step(url, answer):
    trip = round_trip(url, answer["add_slug"], answer["drop_slug"])
    assert [str(each) for each in trip.before.to(trip.up)] == ["+ posts.slug  text"]
    assert not trip.before.to(trip.down) and not trip.up.to(trip.again)
    assert column_names(url) == ["id", "slug", "title"]


@pytest.mark.parametrize(
    ("up", "down", "got"),
    [
        ("add_slug", "nothing", "+ posts.slug  text"),
        ("concurrently_alone", "nothing", "+ index posts_title_idx  posts USING btree (title)"),
        ("add_slug", "other_tables", "+ posts.slug  text"),
        ("add_slug", "other_tables", "- table moods"),
        ("add_slug", "other_tables", "- enum mood  'calm'"),
    ],
)
def test_what_a_downgrade_left_or_lost_is_named(url, answer, up, down, got):
    with pytest.raises(ExpectationFailed) as caught:
        round_trip(url, answer[up], answer[down])
    assert got in caught.value.got
    assert f"{up}(), then {down}()" in caught.value.tried


def test_rows_that_a_round_trip_loses_are_named_unless_they_may_be_lost(url, answer):
    ask(url, "ALTER TABLE posts DROP CONSTRAINT posts_title_check")
    with pytest.raises(ExpectationFailed) as caught:
        round_trip(url, answer["title_gone"], answer["title_back"])
    assert "the rows of posts hold other values" in caught.value.got
    ask(url, "ALTER TABLE posts DROP COLUMN title")
    round_trip(url, answer["title_back"], answer["posts_gone"], rows=False)


def test_a_second_upgrade_that_does_something_else_is_unmet(url):
    other = compiled(
        "import sqlalchemy as sa\nfrom alembic import op\ncalls = []\n"
        "def up():\n    calls.append(1)\n"
        "    op.add_column('users', sa.Column('name', sa.Text if len(calls) == 1 else sa.Integer))\n"
        "def down(): op.drop_column('users', 'name')\n"
    )
    with pytest.raises(ExpectationFailed) as caught:
        round_trip(url, other["up"], other["down"])
    assert "~ users.name  text → integer" in caught.value.got and "up() again" in caught.value.tried


def test_what_autogenerate_would_still_write_is_told_in_short(url, metadata):
    sa.Table(
        "posts",
        metadata,
        sa.Column("id", sa.BigInteger, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("title", sa.Text, unique=True, server_default="new"),
        sa.Column("slug", sa.Text, index=True),
        comment="What people write",
    )
    sa.Table("users", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("tags", metadata, sa.Column("id", sa.Integer, primary_key=True))
    expected = [
        "add_table tags",
        "remove_table moods",
        "add_column posts.slug",
        "modify_type posts.id: INTEGER to BIGINT",
        "modify_nullable posts.title: False to True",
        "add_constraint posts_title_key on posts (title)",
        "add_index posts_slug_idx on posts (slug)",
        "add_fk (no name) on posts (id)",
        "add_table_comment posts",
    ]
    assert still_to_do(url, metadata) == sorted(expected)
    more = still_to_do(url, metadata, compare_server_default=True)
    assert "modify_default posts.title: None to new" in more
    ask(url, "CREATE INDEX old_idx ON posts (title)")
    assert "remove_index old_idx on posts (title)" in still_to_do(url, metadata)


def test_nothing_is_to_do_where_models_and_database_agree(url, answer, metadata):
    sa.Table("users", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("moods", metadata, sa.Column("mood", sa.Enum("calm", name="mood")))
    title = sa.Column("title", sa.Text, nullable=False)
    sa.Table(
        "posts", metadata, sa.Column("id", sa.Integer, primary_key=True), title, sa.Column("slug", sa.Text)
    )
    assert still_to_do(url, metadata) == ["add_column posts.slug"]
    migrate(url, answer["add_slug"])
    assert still_to_do(url, metadata) == []


def test_the_script_for_a_dba_is_written_without_a_connection(answer, metadata):
    assert offline_sql(answer["add_slug"]).split("\n\n") == [
        "BEGIN;",
        "ALTER TABLE posts ADD COLUMN slug TEXT;",
        "COMMIT;",
        "",
    ]
    assert "CREATE INDEX CONCURRENTLY" in offline_sql(answer["concurrently_alone"])
    assert "CONSTRAINT posts_id_check CHECK (id > 1)" in offline_sql(answer["rule"], metadata)
    with pytest.raises(AttributeError, match="add_colum"):
        offline_sql(answer["no_such_operation"])


# --- whole files ---------------------------------------------------------------------------------------------

FILE = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down!r}
branch_labels = {labels!r}
depends_on = None


def upgrade():
    {up}


def downgrade():
    {back}
"""


def revision(number: str, down: Any, up: str = "pass", back: str = "pass", labels: Any = None) -> str:
    return FILE.format(revision=number, down=down, up=up, back=back, labels=labels)


FIRST = revision(
    "0001", None, 'op.create_table("tags", sa.Column("id", sa.Integer))', 'op.drop_table("tags")'
)
SECOND = revision(
    "0002", "0001", 'op.add_column("tags", sa.Column("name", sa.Text))', 'op.drop_column("tags", "name")'
)
CHAIN = {"0001_tags.py": FIRST, "0002_names.py": SECOND}


def test_revision_files_run_in_a_folder_that_is_gone_afterwards(url):
    with revision_folder(url, CHAIN) as config:
        folder = Path(ScriptDirectory.from_config(config).get_revision("0002").path).parent
        command.upgrade(config, "head")
        assert column_names(url, "tags") == ["id", "name"]
        command.current(config)
        command.downgrade(config, "-1")
        command.upgrade(config, "0001:head", sql=True)
    assert config.stdout.getvalue() == "0002 (head)\n"
    assert "ALTER TABLE tags ADD COLUMN name TEXT" in config.output_buffer.getvalue()
    assert column_names(url, "tags") == ["id"] and not folder.exists()
    assert ask(url, "SELECT version_num FROM alembic_version") == [("0001",)]


def test_a_database_that_the_files_do_not_know_or_that_is_behind_is_told_its_cause(url, metadata):
    with revision_folder(url, CHAIN) as config:
        command.upgrade(config, "0001")
    with pytest.raises(ExpectationFailed) as caught, revision_folder(url, CHAIN, metadata) as config:
        command.check(config)
    assert "`upgrade head` comes first" in caught.value.meaning
    ask(url, "UPDATE alembic_version SET version_num = '0009'")
    with pytest.raises(ExpectationFailed) as caught, revision_folder(url, CHAIN) as config:
        command.upgrade(config, "head")
    assert "none of the files has" in caught.value.meaning


def test_branches_are_merged_and_labels_known(url):
    left = revision("0003", "0002", labels=("search",))
    right = revision("0004", "0002")
    merge = revision("0005", ("0003", "0004"))
    with revision_folder(url, CHAIN | {"a.py": left, "b.py": right}) as config:
        assert sorted(ScriptDirectory.from_config(config).get_heads()) == ["0003", "0004"]
        command.upgrade(config, "search@head")
        command.upgrade(config, "heads")
    with revision_folder(url, CHAIN | {"a.py": left, "b.py": right, "c.py": merge}) as config:
        command.upgrade(config, "head")
        command.heads(config)
        command.history(config)
    assert "0005 (search) (head)" in config.stdout.getvalue()
    assert "0003, 0004 -> 0005" in config.stdout.getvalue()


def test_the_models_are_compared_in_the_folder_as_alembic_check_does(url, metadata):
    sa.Table("tags", metadata, sa.Column("id", sa.Integer), sa.Column("name", sa.Text))
    with revision_folder(url, CHAIN, metadata) as config:
        command.upgrade(config, "head")
    assert [each for each in still_to_do(url, metadata) if "tags" in each] == []
    with (
        pytest.raises(ExpectationFailed, match="remove_table"),
        revision_folder(url, CHAIN, metadata) as same,
    ):
        command.check(same)


@pytest.mark.parametrize(
    ("more", "where", "got"),
    [
        ({"0003.py": "def upgrade(:\n"}, "0003.py, line 1: def upgrade(:", "SyntaxError"),
        ({"0003.py": "x = 1\n"}, "0003.py", "no down_revision"),
        ({"0003.py": revision("0003", "0002").replace("upgrade()", "up()")}, "0003.py", "no upgrade"),
        ({"0003.py": revision("0003", "0009")}, "the revisions", "Revision 0009 referenced from"),
        ({"0003.py": revision("0003", "0001")}, "the revisions", "Multiple head revisions"),
        ({"0003.py": revision("0003", "0003")}, "the revisions", "Self-loop"),
        ({"0003.py": revision("0002", "0001")}, "the revisions", "Revision 0002 is present more than once"),
        (
            {"0003.py": revision("0003", "0004"), "0004.py": revision("0004", "0003")},
            "the revisions",
            "Cycle is detected",
        ),
        (
            {"0003.py": revision("0003", "0002", 'op.drop_table("nowhere")')},
            'op.drop_table("nowhere")',
            'table "nowhere" does not exist',
        ),
    ],
)
def test_files_that_are_no_chain_of_revisions_get_a_sentence(url, more, where, got):
    with pytest.raises(ExpectationFailed) as caught, revision_folder(url, CHAIN | more) as config:
        command.upgrade(config, "head")
    assert where in caught.value.tried and got in caught.value.got
    assert "course-revisions-" not in str(caught.value)


@pytest.mark.parametrize("broken", ["nam", "import nowhere", "raise ValueError('no')", "{}['key']", "None.x"])
def test_an_error_in_a_line_of_a_file_is_the_learners_though_the_file_is_gone(url, broken):
    with (
        pytest.raises(Exception) as caught,
        revision_folder(url, CHAIN | {"0003.py": revision("0003", "0002", broken)}) as config,
    ):
        command.upgrade(config, "head")
    assert not isinstance(caught.value, ExpectationFailed)
    assert learners_line(caught.value) == broken


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="the clock is a thread there")
def test_an_endless_loop_in_a_file_is_stopped_in_that_line(url):
    loop = f"while True: __import__('signal').raise_signal({signal.SIGALRM:d})"
    for text in [revision("0003", "0002", loop), f"{loop}\n"]:  # in upgrade(), and when the file is read
        files = CHAIN | {"0003.py": text}
        with pytest.raises(TookTooLong) as caught, limited(600), revision_folder(url, files) as config:
            command.upgrade(config, "head")
        assert caught.value.line == loop


# --- traffic -------------------------------------------------------------------------------------------------

TRAFFIC = """
import sqlalchemy as sa
from alembic import op

def column():
    op.add_column("posts", sa.Column("slug", sa.Text))

def retried(statement):
    for _ in range(3):
        try:
            with op.get_bind().begin_nested():
                op.execute("SET LOCAL lock_timeout = '50ms'")
                op.execute(statement)
            return
        except sa.exc.OperationalError:
            pass
    raise RuntimeError("never free")

def column_retried():
    retried("ALTER TABLE posts ADD COLUMN slug text")

def column_once():
    op.execute("SET LOCAL lock_timeout = '50ms'")
    column()

def column_too_patient():
    op.execute("SET LOCAL lock_timeout = '1min'")
    column()

def column_and_rows():
    column_retried()
    op.execute("UPDATE posts SET slug = title")

def column_then_batches():
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '50ms'")
        for _ in range(3):
            try:
                column()
                break
            except sa.exc.OperationalError:
                pass
        for first in range(1, 101, 25):
            op.execute(f"UPDATE posts SET slug = title WHERE id BETWEEN {first} AND {first + 24}")

def index():
    op.create_index("posts_title_idx", "posts", ["title"])

def index_committed():
    with op.get_context().autocommit_block():
        index()

def index_committed_retried():
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '50ms'")
        for _ in range(3):
            try:
                return index()
            except sa.exc.OperationalError:
                pass

def index_concurrently():
    with op.get_context().autocommit_block():
        op.create_index("posts_title_idx", "posts", ["title"], postgresql_concurrently=True)

def rule():
    retried("ALTER TABLE posts ADD CONSTRAINT short CHECK (length(title) < 100)")

def rule_in_two_steps():
    retried("ALTER TABLE posts ADD CONSTRAINT short CHECK (length(title) < 100) NOT VALID")
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE posts VALIDATE CONSTRAINT short")

def required():
    retried("ALTER TABLE posts ALTER COLUMN note SET NOT NULL")

def required_by_a_valid_rule():
    retried("ALTER TABLE posts ADD CONSTRAINT noted CHECK (note IS NOT NULL) NOT VALID")
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE posts VALIDATE CONSTRAINT noted")
    required()

def rewritten():
    retried("ALTER TABLE posts ALTER COLUMN id TYPE bigint")

def renamed():
    retried("ALTER TABLE posts RENAME COLUMN title TO name")

def other_table():
    op.add_column("users", sa.Column("name", sa.Text))

def both():
    retried("ALTER TABLE posts ADD COLUMN slug text")
    op.execute("SET LOCAL lock_timeout = '20s'")  # the check ends its own statement; here a busy machine has time
    op.execute("ALTER TABLE users ADD COLUMN name text")

def wrong():
    op.drop_column("posts", "body")

def endless():
    import signal
    op.execute("LOCK TABLE posts")
    while True:
        signal.raise_signal(signal.SIGALRM)
"""
INSERT = "INSERT INTO posts (id, title, note) VALUES (1000, 'new', '')"
WAITS = 'the statement waits behind "{}", which waits for a long transaction'
WORKS = 'the statement waits while "{}" works on the table\'s rows'
INDEX = "CREATE INDEX posts_title_idx ON posts (title)"


@pytest.fixture(scope="module")
def traffic() -> dict[str, Any]:
    return compiled(TRAFFIC)


@pytest.fixture
def busy() -> Iterator[str]:
    """A database with a hundred posts."""
    with database.fresh() as made:
        ask(
            made,
            "CREATE TABLE users (id int); CREATE TABLE posts (id int PRIMARY KEY, title text, note text)",
        )
        ask(made, "INSERT INTO posts SELECT n, 'title ' || n, '' FROM generate_series(1, 100) AS n")
        yield made


@pytest.mark.parametrize(
    "name",
    [
        "column_retried",
        "column_then_batches",
        "index_concurrently",
        "rule_in_two_steps",
        "required_by_a_valid_rule",
        "other_table",
    ],
)
def test_a_good_migration_keeps_nobody_waiting(busy, traffic, name):
    assert lock_budget(busy, traffic[name], INSERT) == []
    assert ask(busy, "SELECT count(*) FROM posts") == [(100,)]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("column", {WAITS.format("ALTER TABLE posts ADD COLUMN slug TEXT")}),
        ("column_too_patient", {WAITS.format("ALTER TABLE posts ADD COLUMN slug TEXT")}),
        ("column_and_rows", {WORKS.format("UPDATE posts SET slug = title")}),
        ("index", {WAITS.format(INDEX), WORKS.format(INDEX)}),
        ("index_committed", {WAITS.format(INDEX), WORKS.format(INDEX)}),
        ("index_committed_retried", {WORKS.format(INDEX)}),
        ("rule", {WORKS.format("ALTER TABLE posts ADD CONSTRAINT short CHECK (length(title) < 100)")}),
        ("required", {WORKS.format("ALTER TABLE posts ALTER COLUMN note SET NOT NULL")}),
        ("rewritten", {WORKS.format("ALTER TABLE posts ALTER COLUMN id TYPE bigint")}),
    ],
)
def test_a_bad_migration_is_told_what_keeps_others_waiting(busy, traffic, name, found):
    assert set(lock_budget(busy, traffic[name], INSERT)) == found


def test_a_reader_does_not_wait_for_an_index_but_for_a_column(busy, traffic):
    read = "SELECT * FROM posts WHERE id = 1"
    assert lock_budget(busy, traffic["index"], read) == []
    assert lock_budget(busy, traffic["column"], read) != []


def test_few_rows_are_within_a_budget_that_allows_them(busy, traffic):
    assert lock_budget(busy, traffic["column_and_rows"], INSERT, rows=1000) == []
    assert "more than 10 rows" in lock_budget(busy, traffic["index"], INSERT, rows=10)[1]


def test_a_lock_timeout_without_another_try_is_unmet(busy, traffic):
    with pytest.raises(ExpectationFailed) as caught:
        lock_budget(busy, traffic["column_once"], INSERT)
    assert "lock timeout" in caught.value.got and "tries again" in caught.value.meaning


def test_a_statement_that_does_not_run_any_more_is_told(busy, traffic):
    (said,) = lock_budget(busy, traffic["renamed"], INSERT)
    assert said.startswith("the statement is refused after the migration: UndefinedColumn")


def test_a_migration_and_a_statement_that_wait_for_each_other_end_all_the_same(busy, traffic):
    both_ways = "WITH one AS (INSERT INTO users VALUES (1)) INSERT INTO posts VALUES (1000, '', '')"
    lock_budget(busy, traffic["both"], both_ways)
    assert column_names(busy, "users") == ["id", "name"]


def test_a_migration_that_fails_under_traffic_leaves_no_session(busy, traffic):
    with pytest.raises(ExpectationFailed, match='"body"'):
        lock_budget(busy, traffic["wrong"], INSERT)
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
    )
    assert ask(busy, others) == [(0,)]


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="the clock is a thread there")
def test_a_migration_that_never_ends_under_traffic_is_stopped_and_lets_the_others_go(busy, traffic):
    with pytest.raises(TookTooLong) as caught, limited(600):  # it rings itself
        lock_budget(busy, traffic["endless"], INSERT)
    assert caught.value.line == "signal.raise_signal(signal.SIGALRM)"
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    waiting = in_thread(
        lambda: [None for _ in iter(lambda: ask(busy, f"{others} AND state <> 'idle'"), [(0,)])]
    )
    assert finished(waiting)
    ask(busy, INSERT)


# --- what it cannot harm -------------------------------------------------------------------------------------


def test_the_page_keeps_its_own_address(url, answer, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://page/own")
    migrate(url, answer["by_the_environment"])
    assert os.environ["DATABASE_URL"] == "postgresql://page/own"
    assert ask(url, "SELECT count(*) FROM elsewhere") == [(0,)]
    monkeypatch.delenv("DATABASE_URL")
    migrate(url, answer["add_slug"])
    assert "DATABASE_URL" not in os.environ


@pytest.fixture
def theirs() -> Iterator[str]:
    """A database of the learner's own, with a table."""
    made = postgres.reset("of_the_learner")
    ask(made, "CREATE TABLE moods (id int)")
    yield made
    assert ask(made, "SELECT count(*) FROM moods") == [(0,)]
    postgres.drop("of_the_learner")


def test_a_migration_drops_tables_of_the_checks_database_alone(url, answer, theirs):
    migrate(url, answer["other_tables"])
    assert "moods" not in [part.owner for part in catalog(url)]


@pytest.mark.skipif(settings.uses_other(), reason="another server has one login for all")
def test_a_migration_does_not_get_at_the_learners_databases(url, answer, theirs):
    with pytest.raises(ExpectationFailed, match="must be owner of database of_the_learner"):
        migrate(url, answer["drops_a_database"])
    link = psycopg2.connect(theirs)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(url, "SELECT pg_terminate_backend(%s)", [link.info.backend_pid])
    link.close()
    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        psycopg2.connect(url.replace(url.rpartition("/")[2], "of_the_learner"))
