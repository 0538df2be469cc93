"""The finished app's revisions: they make what the models want, and each goes up, down and up with rows."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from alembic.script import ScriptDirectory

from course import postgres
from course.base import paths
from course.content import app_history
from course.postboard import secret, tables
from course.postgres import catalog as structure

SCRIPTS = ScriptDirectory(str(paths.SAMPLE_APP / "migrations"))  # a Config would put the app on our path
REVISIONS = [each.revision for each in reversed(list(SCRIPTS.walk_revisions()))]


@pytest.fixture
def url() -> Iterator[str]:
    yield postgres.reset("migrated")
    postgres.drop("migrated")


def alembic(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", "-m", "alembic", *arguments]
    where = os.environ | {"DATABASE_URL": url, secret.VARIABLE: secret.FAKE}
    return subprocess.run(
        command, cwd=paths.SAMPLE_APP, env=where, capture_output=True, text=True, check=False
    )


def run(url: str, sql: str) -> list[tuple]:
    with closing(psycopg2.connect(url)) as link, link, link.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


NEEDED = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_name = 'posts' AND is_nullable = 'NO' AND column_default IS NULL
        AND is_identity = 'NO' AND is_generated = 'NEVER'
"""


OTHERS = {
    "comments": "(post_id, author_id, content) SELECT p.id, u.id, 'Good.' FROM posts AS p, users AS u",
    "tags": "(name) VALUES ('tea')",
    "post_tags": "(post_id, tag_id) SELECT p.id, t.id FROM posts AS p, tags AS t",
    "votes": "(user_id, post_id, value) SELECT u.id, p.id, 1 FROM posts AS p, users AS u",
    "logins": "(id, user_id) SELECT gen_random_uuid(), min(id) FROM users",
    "refresh_tokens": "(hash, login_id, expires_at) SELECT 'h', id, now() FROM logins",
    "attempts": "(what, since, count) VALUES ('login', now(), 1)",
    "sent_mails": "(key) VALUES ('comment-1')",
}


def fill(url: str) -> dict[str, int]:
    """Rows in every table: each column of a post that needs a value gets one of its type. How many there are."""
    needed = dict(run(url, NEEDED))
    if run(url, "SELECT to_regclass('users')") != [(None,)]:
        run(url, "INSERT INTO users (name) VALUES ('ada')")
    value = {"text": "'Post ' || n", "integer": "(SELECT min(id) FROM users)"}
    values = ", ".join(value[kind] for kind in needed.values())
    run(url, f"INSERT INTO posts ({', '.join(needed)}) SELECT {values} FROM generate_series(1, 3) AS n")
    for table, rest in OTHERS.items():
        if run(url, f"SELECT to_regclass('{table}')") != [(None,)]:
            run(url, f"INSERT INTO {table} {rest}")
    return counted(url)


def counted(url: str) -> dict[str, int]:
    tables_there = run(
        url,
        "SELECT relname::text FROM pg_stat_user_tables WHERE relname <> 'alembic_version' "
        "AND relname NOT LIKE 'procrastinate%'",
    )
    return {table: run(url, f"SELECT count(*) FROM {table}")[0][0] for (table,) in tables_there}


def test_there_is_one_head():
    assert len(SCRIPTS.get_heads()) == 1


def without_the_queue(url: str) -> structure.Catalog:
    """A database's structure; the tables of procrastinate are its own, and not from the app's classes."""
    found = structure.read(url)
    theirs = [part for part in found if "procrastinate" in f"{part.owner} {part.name}"]
    return structure.Catalog({part: said for part, said in found.items() if part not in theirs})


def test_revisions_and_models_make_the_same_database(url):
    tables.make(app_history.final(), url)
    followed = without_the_queue(url)
    made = app_history.final()
    by_models = {path: text for path, text in made.items() if not path.startswith("migrations/")}
    other = postgres.reset("modelled")
    tables.make(by_models | {tables.MODELS: "# from the models\n"}, other)
    assert repr(followed.to(structure.read(other))) == "no difference"
    postgres.drop("modelled")
    done = alembic(url, "check")
    assert "No new upgrade operations detected." in done.stdout, done.stdout + done.stderr


def test_an_empty_database_gets_everything_by_one_command(url):
    done = alembic(url, "upgrade", "head")
    assert done.returncode == 0, done.stderr
    assert run(url, "SELECT version_num FROM alembic_version") == [(REVISIONS[-1],)]


def before(revision: str) -> tuple[str, ...]:
    """The revisions before one: none, one, or those that a merge joins."""
    down = SCRIPTS.get_revision(revision).down_revision
    return (down,) if isinstance(down, str) else tuple(down or ())


@pytest.mark.parametrize("revision", [each for each in REVISIONS if len(before(each)) < 2])
def test_a_revision_goes_up_down_and_up_with_rows(url, revision):
    first = "".join(before(revision)) or "base"
    if first != "base":
        assert alembic(url, "upgrade", first).returncode == 0
    start, rows = structure.read(url), {} if first == "base" else fill(url)
    assert first == "base" or rows and all(rows.values()), rows
    assert alembic(url, "upgrade", revision).returncode == 0
    risen = structure.read(url)
    down = alembic(url, "downgrade", first)
    assert down.returncode == 0, down.stderr  # none of them has a reason to refuse
    assert repr(start.to(structure.read(url))) == "no difference"
    assert counted(url) == rows
    assert alembic(url, "upgrade", revision).returncode == 0
    assert repr(risen.to(structure.read(url))) == "no difference"


@pytest.mark.parametrize("revision", [each for each in REVISIONS if len(before(each)) > 1])
def test_a_merge_changes_nothing(url, revision):
    for each in before(revision):
        assert alembic(url, "upgrade", each).returncode == 0
    joined = structure.read(url)
    assert alembic(url, "upgrade", revision).returncode == 0
    assert repr(joined.to(structure.read(url))) == "no difference"
    assert run(url, "SELECT version_num FROM alembic_version") == [(revision,)]


MARK = "\n<!--more-->\n"
SPLIT_POSTS = {  # title: excerpt, content; the first three are split
    "Mark": ("", f"Oolong first.{MARK}Then water."),
    "Two marks": ("", f"One.{MARK}Two.{MARK}Three."),
    "Just fits": ("", f"{'e' * 300}{MARK}{'c' * 19_000}"),
    "No mark": ("", "Text"),
    "Short": ("", "T"),
    "Long above": ("", f"{'e' * 301}{MARK}Text"),
    "Nothing above": ("", f"{MARK}Text"),
    "Nothing below": ("", f"Text{MARK}"),
    "Not a line of its own": ("", "Text <!--more--> Text"),
    "Other ends of lines": ("", "Text\r\n<!--more-->\r\nText"),
    "Has an excerpt": ("Its own", f"Text{MARK}Text"),
}
CONTENT = "SELECT title, content FROM posts ORDER BY id"
STATE = "SELECT title, excerpt, content, version, updated_at FROM posts ORDER BY id"
FOUND = "SELECT title FROM posts WHERE search @@ to_tsquery('english', 'oolong')"


def store(url: str, posts: dict[str, tuple[str, str]]) -> None:
    sql = """INSERT INTO posts (title, excerpt, content, slug, author_id, updated_at)
             SELECT %s, %s, %s, %s, (SELECT min(id) FROM users), '2026-03-01'"""
    with closing(psycopg2.connect(url)) as link, link, link.cursor() as cursor:
        for title, (excerpt, content) in posts.items():
            cursor.execute(sql, (title, excerpt, content, title))


@pytest.fixture
def unsplit(url) -> str:
    """A database before the split of content, with posts of each kind that it may meet."""
    assert alembic(url, "upgrade", "0008").returncode == 0
    store(url, SPLIT_POSTS)
    return url


def test_the_split_takes_the_first_part_of_a_post_and_leaves_what_does_not_fit(unsplit):
    before = run(unsplit, STATE)
    assert alembic(unsplit, "upgrade", "0009").returncode == 0
    after = run(unsplit, STATE)
    for old, (title, excerpt, content, version, updated) in zip(before[:3], after[:3], strict=True):
        assert (excerpt, MARK, content) == old[2].partition(MARK), title
        assert (version, updated) == (2, old[4]), title  # the ETag is another, the time of the text is not
    assert after[3:] == before[3:]


def test_a_search_finds_the_words_that_the_split_moved_and_those_that_come_back(unsplit):
    for step in (["upgrade", "0009"], ["downgrade", "0008"]):
        assert alembic(unsplit, *step).returncode == 0
        assert run(unsplit, FOUND) == [("Mark",)], step
    alembic(unsplit, "upgrade", "0009")
    run(unsplit, "UPDATE posts SET excerpt = 'Oolong again' WHERE title = 'No mark'")
    assert sorted(run(unsplit, FOUND)) == [("Mark",), ("No mark",)]


def test_the_way_down_joins_what_was_split_exactly_and_no_word_goes_with_the_column(unsplit):
    before = run(unsplit, CONTENT)
    assert alembic(unsplit, "upgrade", "0009").returncode == 0
    assert alembic(unsplit, "downgrade", "0008").returncode == 0
    assert run(unsplit, CONTENT)[:-1] == before[:-1]
    assert run(unsplit, CONTENT)[-1][1] == f"Its own{MARK}Text{MARK}Text"  # an excerpt that was there already
    assert run(unsplit, "SELECT DISTINCT excerpt FROM posts") == [("",)]
    assert run(unsplit, "SELECT min(version) FROM posts WHERE id < 4") == [(3,)]  # never a version of before
    joined = run(unsplit, CONTENT)
    assert alembic(unsplit, "downgrade", "0005").returncode == 0
    assert alembic(unsplit, "upgrade", "0009").returncode == 0
    assert alembic(unsplit, "downgrade", "0005").returncode == 0
    assert run(unsplit, CONTENT) == joined


def test_posts_that_are_too_long_to_be_joined_stop_the_way_down_before_anything_changes(unsplit):
    assert alembic(unsplit, "upgrade", "0009").returncode == 0
    run(unsplit, "UPDATE posts SET content = repeat('w', 19986) WHERE id = 2")  # with excerpt and mark 20003
    run(unsplit, "UPDATE posts SET content = repeat('w', 20000) WHERE id IN (3, 4)")  # post 4 has no excerpt
    state, schema = run(unsplit, STATE), structure.read(unsplit)
    done = alembic(unsplit, "downgrade", "0008")
    assert done.returncode != 0
    said = "FAILED: Too long with their excerpts: posts 2, 3. Shorten them."
    assert said in done.stdout + done.stderr and "Traceback" not in done.stderr
    assert run(unsplit, STATE) == state and repr(schema.to(structure.read(unsplit))) == "no difference"
    assert run(unsplit, "SELECT version_num FROM alembic_version") == [("0009",)]
    run(unsplit, "UPDATE posts SET content = left(content, 19687) WHERE id IN (2, 3)")  # 300 + 13 + 19687
    assert alembic(unsplit, "downgrade", "0008").returncode == 0
    assert run(unsplit, "SELECT length(content) FROM posts WHERE id = 3") == [(20_000,)]


@pytest.mark.parametrize("step", [("upgrade", "0008:0009"), ("downgrade", "0009:0008")])
def test_the_split_can_be_written_as_sql(url, step):
    done = alembic(url, *step, "--sql")
    assert done.returncode == 0, done.stderr
    assert "UPDATE posts SET version = version + 1" in done.stdout


def test_ada_stays_a_moderator_and_everybody_else_is_a_member(url):
    assert alembic(url, "upgrade", "0011").returncode == 0
    run(url, "INSERT INTO users (name) VALUES ('ada'), ('bob')")
    assert alembic(url, "upgrade", "0012").returncode == 0
    run(url, "INSERT INTO users (name) VALUES ('carla')")
    roles = run(url, "SELECT name, role FROM users WHERE name <> '[deleted]' ORDER BY name")
    assert roles == [("ada", "moderator"), ("bob", "member"), ("carla", "member")]
