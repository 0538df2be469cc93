"""Checks of the exercises of lesson 4.5."""

from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg2
from sqlalchemy import text

from course.checks import ask, catalog, engine_for, exercise, expect, require, revision_folder

# 4.5a ----------------------------------------------------------------------------------------

REVISION = '''"""Revision {0}."""
revision, down_revision, depends_on = {0!r}, {1!r}, {2!r}


def upgrade() -> None: ...


def downgrade() -> None: ...
'''
LINE = {"0001": None, "0002": "0001", "0003": "0002"}
FORK = {**LINE, "0004": "0002", "0005": ("0003", "0004"), "0006": "0005"}
TWO_HEADS = {**LINE, "0004": "0002"}
# Two chains: the second revision of billing needs the second of posts.
BILLING = {**LINE, "b1": None, "b2": "b1", "b3": "b2"}
NEEDS = {"b2": "0002"}


@contextmanager
def scripts_of(url, before, needs=None):
    """The script directory of an environment with these revisions."""
    from alembic.script import ScriptDirectory

    needs = needs or {}
    files = {f"{name}.py": REVISION.format(name, down, needs.get(name)) for name, down in before.items()}
    with revision_folder(url, files) as config:
        yield ScriptDirectory.from_config(config)


def judge_pending(pending, url, before, at, wanted, needs=None):
    """Hold one call to the wanted revisions, and to an order in which they can run."""
    with scripts_of(url, before, needs) as scripts:
        got = pending(scripts, at)
    chain = ", ".join(f"{name} after {down or 'nothing'}" for name, down in before.items())
    chain += "".join(f"; {name} depends on {other}" for name, other in (needs or {}).items())
    tried = f"revisions {chain}; pending(scripts, {at!r})"
    require(isinstance(got, list), tried=tried, expected="a list", got=type(got).__name__)
    expect(sorted(got), sorted(wanted), tried=f"{tried}, sorted")
    for place, name in enumerate(got):
        down = before[name]
        earlier = {down} if isinstance(down, str) else set(down or ())
        late = (earlier | {(needs or {}).get(name)}) & set(got[place:])
        require(not late, tried=tried, expected=f"{', '.join(sorted(late))} before {name}", got=got)


@exercise(
    "4.5a",
    hints=[
        "Which two sets of revisions do you need: all up to the heads, and which others?",
        "`ScriptDirectory.iterate_revisions(upper, lower)` walks from the newest to the oldest, and so does "
        "`walk_revisions()`. What does each say for a fork, and for a database that is at nothing?",
        "scripts.iterate_revisions('heads', at, implicit_base=True) gives the scripts, newest first: take their "
        "ids, and turn the list around.",
    ],
)
class TestPending:
    def test_what_comes_after_the_database_is_pending(self, pending, database_url):
        judge_pending(pending, database_url, LINE, ("0001",), ["0002", "0003"])
        judge_pending(pending, database_url, LINE, ("0002",), ["0003"])

    def test_for_a_new_database_everything_is_pending(self, pending, database_url):
        judge_pending(pending, database_url, LINE, (), ["0001", "0002", "0003"])
        judge_pending(pending, database_url, TWO_HEADS, (), ["0001", "0002", "0003", "0004"])

    def test_at_all_heads_nothing_is_pending(self, pending, database_url):
        judge_pending(pending, database_url, LINE, ("0003",), [])
        judge_pending(pending, database_url, FORK, ("0006",), [])
        judge_pending(pending, database_url, TWO_HEADS, ("0003", "0004"), [])

    def test_a_branch_that_was_not_run_is_pending(self, pending, database_url):
        judge_pending(pending, database_url, FORK, ("0003",), ["0004", "0005", "0006"])
        judge_pending(pending, database_url, FORK, ("0004",), ["0003", "0005", "0006"])
        judge_pending(pending, database_url, FORK, ("0003", "0004"), ["0005", "0006"])
        judge_pending(pending, database_url, TWO_HEADS, ("0004",), ["0003"])

    def test_what_a_revision_depended_on_was_run_too(self, pending, database_url):
        judge_pending(pending, database_url, BILLING, ("b2",), ["0003", "b3"], NEEDS)
        judge_pending(pending, database_url, BILLING, ("b3",), ["0003"], NEEDS)

    def test_each_stands_after_what_it_needs(self, pending, database_url):
        everything = ["0001", "0002", "0003", "b1", "b2", "b3"]
        judge_pending(pending, database_url, BILLING, (), everything, NEEDS)
        judge_pending(pending, database_url, BILLING, ("b1",), [*everything[:3], "b2", "b3"], NEEDS)
        judge_pending(pending, database_url, FORK, ("0001",), ["0002", "0003", "0004", "0005", "0006"])


# 4.5b ----------------------------------------------------------------------------------------

PLAIN = '"""{1}."""\n\nfrom alembic import op\n\nrevision = "{0}"\ndown_revision = "{2}"\n'
TYPED = "'''{1}.'''\n\nfrom alembic import op\n\nrevision: str = '{0}'\ndown_revision: str | None = '{2}'\n"


def judge_clashes(clashes, files, wanted, said):
    """Hold clashes() on a folder with these files to a dictionary."""
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, "utf-8")
        got = clashes(Path(folder))
    expect(got, wanted, tried=f"{said}; clashes(folder)")


@exercise(
    "4.5b",
    hints=[
        "How does Alembic itself learn the id of a file, and why must this program not do the same?",
        "`ast.parse(text).body` is the list of a file's own statements. Which kinds of statement assign?",
        "A dictionary from id to names, filled for each file in sorted order; then only those with more than one.",
    ],
)
class TestClashes:
    def test_two_files_with_one_id_are_found(self, clashes):
        files = {
            "0006_posts_by_date.py": PLAIN.format("0006", "Posts by date", "0005"),
            "0006_excerpts.py": PLAIN.format("0006", "Excerpts", "0005"),
            "0005_tombstone.py": PLAIN.format("0005", "Tombstone", "0004"),
        }
        wanted = {"0006": ["0006_excerpts.py", "0006_posts_by_date.py"]}
        judge_clashes(
            clashes, files, wanted, "0006_excerpts.py and 0006_posts_by_date.py say revision = '0006'"
        )

    def test_without_a_clash_the_dictionary_is_empty(self, clashes):
        files = {f"000{n}_step.py": PLAIN.format(f"000{n}", "Step", f"000{n - 1}") for n in (2, 3, 4)}
        judge_clashes(clashes, files, {}, "three files with the ids 0002, 0003 and 0004")
        judge_clashes(clashes, {}, {}, "an empty folder")

    def test_several_clashes_are_all_found(self, clashes):
        names = {"a": "0001", "b": "0002", "c": "0001", "d": "0002", "e": "0001", "f": "0003"}
        files = {f"{name}.py": PLAIN.format(number, "Step", "0000") for name, number in names.items()}
        wanted = {"0001": ["a.py", "c.py", "e.py"], "0002": ["b.py", "d.py"]}
        judge_clashes(clashes, files, wanted, "a, c and e have the id 0001, b and d 0002, f 0003")

    def test_both_forms_count(self, clashes):
        files = {
            "one.py": PLAIN.format("4f1c", "Plain", "1"),
            "two.py": TYPED.format("4f1c", "Typed", "1"),
        }
        said = "one.py: revision = \"4f1c\", two.py: revision: str = '4f1c'"
        judge_clashes(clashes, files, {"4f1c": ["one.py", "two.py"]}, said)

    def test_the_name_of_a_file_and_its_docstring_do_not_count(self, clashes):
        first = PLAIN.format("0007", "Revision ID: 0006\n\nrevision = '0006'\n", "0006")
        files = {"0006_a.py": first, "0006_b.py": PLAIN.format("0006", "B", "0005")}
        said = "0006_a.py says revision = '0007' (its docstring names 0006), 0006_b.py says '0006'"
        judge_clashes(clashes, files, {}, said)
        files = {"0001_a.py": PLAIN.format("0009", "A", "1"), "0002_b.py": PLAIN.format("0009", "B", "1")}
        said = "0001_a.py and 0002_b.py say revision = '0009'"
        judge_clashes(clashes, files, {"0009": ["0001_a.py", "0002_b.py"]}, said)

    def test_what_a_function_assigns_does_not_count(self, clashes):
        inside = "\n\ndef upgrade():\n    revision = '0001'\n    print(revision)\n"
        files = {"a.py": PLAIN.format("0001", "A", "0"), "b.py": PLAIN.format("0002", "B", "1") + inside}
        judge_clashes(
            clashes, files, {}, "in b.py upgrade() has a variable revision = '0001', the id of a.py"
        )

    def test_only_python_files_of_this_folder_count(self, clashes):
        text = PLAIN.format("0001", "A", "0")
        files = {"a.py": text, "a.py.orig": text, "notes.txt": text, "old/b.py": text}
        judge_clashes(clashes, files, {}, "a.py, a.py.orig, notes.txt and old/b.py, all with the id 0001")

    def test_a_file_without_an_id_is_passed_over(self, clashes):
        files = {
            "__init__.py": "",
            "helpers.py": "BATCH = 1000\nrevisions: list[str]\n",
            "more.py": "down_revision = '1'\n",
            "a.py": PLAIN.format("1", "A", "0"),
        }
        judge_clashes(clashes, files, {}, "an empty __init__.py, two files without revision = …, and a.py")

    def test_no_file_is_run(self, clashes):
        text = "import a_module_that_nobody_has\n\n" + PLAIN.format("0001", "A", "0")
        judge_clashes(
            clashes, {"a.py": text, "b.py": text}, {"0001": ["a.py", "b.py"]}, "both import what is not there"
        )

    def test_a_file_is_read_as_utf_8(self, clashes):
        files = {f"{n}.py": PLAIN.format("0001", "Größe, 長さ", "0") for n in "ab"}
        judge_clashes(clashes, files, {"0001": ["a.py", "b.py"]}, "docstrings with Größe and 長さ")


# 4.5c ----------------------------------------------------------------------------------------

FIRST = '''"""Posts."""

from alembic import op

revision, down_revision = "0001", None


def upgrade() -> None:
    op.execute("CREATE TABLE posts (id integer PRIMARY KEY, title text NOT NULL)")


def downgrade() -> None:
    op.execute("DROP TABLE posts")
'''
# Where a database may stand, and what fills it there.
PLACES = {
    "nothing": [],
    "0001": ["INSERT INTO posts (id, title) VALUES (1, 'Tea')"],
    "0002": ["INSERT INTO posts (id, title, likes) VALUES (1, 'Tea', 5)"],
    "0003": ["INSERT INTO posts (id, title, dislikes) VALUES (1, 'Tea', 2)"],
    "0002 and 0003": ["INSERT INTO posts (id, title, likes, dislikes) VALUES (1, 'Tea', 5, 2)"],
}


def merged_files(likes, dislikes, scores):
    return {
        "0001_posts.py": FIRST,
        "0002_likes.py": likes,
        "0003_dislikes.py": dislikes,
        "0004_scores.py": scores,
    }


def brought_to(config, url, place, fill):
    """Empty the database, and bring it to a place."""
    from alembic import command

    ask(url, "DROP TABLE IF EXISTS posts, likes, flags, alembic_version CASCADE")
    for revision in [] if place == "nothing" else place.split(" and "):
        command.upgrade(config, revision)
    for statement in fill:
        ask(url, statement)


@contextmanager
def scored(url, LIKES, DISLIKES, SCORES):
    """A database at the head, with one post: 5 likes, 2 dislikes."""
    from alembic import command

    with revision_folder(url, merged_files(LIKES, DISLIKES, SCORES)) as config:
        command.upgrade(config, "0004")
        ask(url, "INSERT INTO posts (id, title, likes, dislikes) VALUES (1, 'Tea', 5, 2)")
        yield config


@exercise(
    "4.5c",
    hints=[
        "Which revisions must have been run before `score` can be made? Where does a file say so?",
        "`down_revision` may be a tuple. Which kind of column does PostgreSQL compute itself (lesson 2.2 had one "
        "for the search)?",
        "The text of 0003, with another id, a tuple as down_revision, and ADD score integer … GENERATED ALWAYS AS "
        "(…) STORED; downgrade drops score.",
    ],
)
class TestScores:
    def test_there_is_one_head_and_it_is_0004(self, LIKES, DISLIKES, SCORES, database_url):
        from alembic.script import ScriptDirectory

        with revision_folder(database_url, merged_files(LIKES, DISLIKES, SCORES)) as config:
            heads = ScriptDirectory.from_config(config).get_heads()
        expect(sorted(heads), ["0004"], tried="alembic heads")

    def test_every_database_reaches_the_head(self, LIKES, DISLIKES, SCORES, database_url):
        from alembic import command

        with revision_folder(database_url, merged_files(LIKES, DISLIKES, SCORES)) as config:
            for place, fill in PLACES.items():
                brought_to(config, database_url, place, fill)
                command.upgrade(config, "head")
                at = ask(database_url, "SELECT version_num FROM alembic_version")
                expect(at, [("0004",)], tried=f"a database at {place}; alembic upgrade head; alembic current")

    def test_posts_keep_their_likes_and_dislikes(self, LIKES, DISLIKES, SCORES, database_url):
        from alembic import command

        wanted = {"0001": (0, 0, 0), "0002": (5, 0, 5), "0003": (0, 2, -2), "0002 and 0003": (5, 2, 3)}
        with revision_folder(database_url, merged_files(LIKES, DISLIKES, SCORES)) as config:
            for place, row in wanted.items():
                brought_to(config, database_url, place, PLACES[place])
                command.upgrade(config, "head")
                got = ask(database_url, "SELECT title, likes, dislikes, score FROM posts")
                tried = f"a post at {place}; alembic upgrade head; its title, likes, dislikes and score"
                expect(got, [("Tea", *row)], tried=tried)

    def test_the_score_follows_each_change(self, LIKES, DISLIKES, SCORES, database_url):
        with scored(database_url, LIKES, DISLIKES, SCORES):
            for change, wanted in [("likes = 9", 7), ("dislikes = 10", -1), ("likes = 0, dislikes = 0", 0)]:
                ask(database_url, f"UPDATE posts SET {change}")
                got = ask(database_url, "SELECT score FROM posts")
                expect(
                    got, [(wanted,)], tried=f"5 likes, 2 dislikes, then UPDATE posts SET {change}; the score"
                )

    def test_nobody_gives_a_score(self, LIKES, DISLIKES, SCORES, database_url):
        with scored(database_url, LIKES, DISLIKES, SCORES):
            for sql in [
                "INSERT INTO posts (id, title, score) VALUES (2, 'Rain', 100)",
                "UPDATE posts SET score = 100",
            ]:
                with suppress(psycopg2.Error):
                    ask(database_url, sql)
                got = ask(database_url, "SELECT count(*) FROM posts WHERE score <> likes - dislikes")
                expect(got, [(0,)], tried=f"{sql}; posts whose score is not likes - dislikes")

    def test_the_downgrade_leaves_the_posts(self, LIKES, DISLIKES, SCORES, database_url):
        from alembic import command

        with scored(database_url, LIKES, DISLIKES, SCORES) as config:
            command.downgrade(config, "0001")
        got = ask(
            database_url,
            "SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) FROM information_schema.columns "
            "WHERE table_name = 'posts'",
        )
        expect(got, [("id, title",)], tried="alembic downgrade 0001; the columns of posts")
        expect(
            ask(database_url, "SELECT * FROM posts"), [(1, "Tea")], tried="alembic downgrade 0001; the posts"
        )


# 4.5d ----------------------------------------------------------------------------------------

FLAGS_ROW = "INSERT INTO flags VALUES (1, 7)"
POSTS_ROW = "INSERT INTO posts VALUES (7, 'Tea')"
LIKES_ROW = "INSERT INTO likes VALUES (3, 'ada')"
ROWS = {"posts": (7, "Tea"), "likes": (3, "ada"), "flags": (1, 7)}
SHOP = {
    "made": [
        "CREATE TABLE posts (id integer PRIMARY KEY, title text NOT NULL)",
        "CREATE TABLE flags (id integer PRIMARY KEY, post_id integer NOT NULL)",
    ],
    "at": "0003",
    "rows": [POSTS_ROW, FLAGS_ROW],
}
ALL_THREE = {
    "made": [*SHOP["made"], "CREATE TABLE likes (id integer PRIMARY KEY, name text NOT NULL)"],
    "at": "0003",
    "rows": [POSTS_ROW, LIKES_ROW, FLAGS_ROW],
}
ADA = {"made": [SHOP["made"][0], ALL_THREE["made"][2]], "at": "0002", "rows": [POSTS_ROW, LIKES_ROW]}
EMPTY = {"made": [], "at": None, "rows": []}


def judge_files(FILES, url, database, said):
    """Run `upgrade head` on one database, made by hand as others left it; its tables and rows."""
    from alembic import command

    for statement in ALL_THREE["made"]:
        ask(url, statement)
    wanted = catalog(url)
    ask(url, "DROP TABLE posts, likes, flags")
    for statement in [*database["made"], *database["rows"]]:
        ask(url, statement)
    if database["at"]:
        ask(url, "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
        ask(url, f"INSERT INTO alembic_version VALUES ('{database['at']}')")
    with revision_folder(url, FILES) as config:
        command.upgrade(config, "head")
    lacks = [str(each) for each in catalog(url).to(wanted) if each.part.owner != "alembic_version"]
    skipped = "`likes` did not come: no revision that this database has not run makes it."
    means = skipped if "+ table likes" in [each.strip() for each in lacks] else None
    tried = f"{said}; alembic upgrade head; what still differs from posts, likes and flags as 0001 to 0003 make them"
    expect(lacks, [], tried=tried, means=means)
    for table, row in ROWS.items():
        rows = [row] if any(f"INTO {table} " in each for each in database["rows"]) else []
        expect(
            ask(url, f"SELECT * FROM {table}"),
            rows,
            tried=f"{said}; alembic upgrade head; the rows of {table}",
        )


@exercise(
    "4.5d",
    hints=[
        "The shop's database and the one with all three tables both say 0003. Can Alembic tell them apart?",
        "What can a revision ask before it makes a table? And which revision have none of the databases run?",
        "Leave 0002 and 0003 as they are. Add 0004, after 0003, which makes `likes` where it is missing "
        "(CREATE TABLE IF NOT EXISTS).",
    ],
)
class TestTheTableThatNeverCame:
    def test_the_shop_gets_its_table(self, FILES, database_url):
        judge_files(FILES, database_url, SHOP, "the shop's database, at 0003 without likes")

    def test_a_database_with_all_three_tables_keeps_them(self, FILES, database_url):
        judge_files(FILES, database_url, ALL_THREE, "a database at 0003 with posts, likes and flags")

    def test_adas_database_gets_the_flags(self, FILES, database_url):
        judge_files(FILES, database_url, ADA, "Ada's database, at 0002 with posts and likes")

    def test_an_empty_database_gets_everything(self, FILES, database_url):
        judge_files(FILES, database_url, EMPTY, "an empty database")


# 4.5e ----------------------------------------------------------------------------------------

ODD = ["Acme Ltd", "o'hara", "20%", 'a"b', "order", "UPPER", "a,b", ":x", "%(x)s"]


def schemas(url, *tenants):
    """A schema with a table `notes` for each tenant."""
    for tenant in tenants:
        quoted = '"' + tenant.replace('"', '""') + '"'
        ask(url, f"CREATE SCHEMA {quoted}")
        ask(url, f"CREATE TABLE {quoted}.notes (id integer PRIMARY KEY)")


def tables_of(url, *names):
    """The schemas that have these tables, as (schema, table)."""
    found = ask(
        url,
        "SELECT schemaname::text, tablename::text FROM pg_tables WHERE schemaname !~ '^(pg_|information_schema)'",
    )
    return sorted(pair for pair in found if pair[1] in names)


def add_tags(connection):
    connection.execute(text("CREATE TABLE tags (id integer)"))


@exercise(
    "4.5e",
    hints=[
        "Which setting of PostgreSQL says where a table without a schema is looked for? How long does it last?",
        "A setting that is made for one transaction ends with it. Where must the exception be caught, so that the "
        "transaction has been rolled back by then?",
        "for each tenant: try: with engine.begin() as connection: set_config('search_path', …, true), then "
        "upgrade(connection). The name goes in double quotes, with each double quote in it doubled.",
    ],
)
class TestTenants:
    def test_each_tenant_gets_the_change_in_its_schema(self, upgrade_tenants, database_url):
        schemas(database_url, "acme", "globex")
        with engine_for(database_url) as engine:
            got = upgrade_tenants(engine, ["acme", "globex"], add_tags)
        tried = "upgrade_tenants(engine, ['acme', 'globex'], upgrade), which makes a table tags"
        expect(
            tables_of(database_url, "tags"),
            [("acme", "tags"), ("globex", "tags")],
            tried=f"{tried}; where tags is",
            means={(): "Nothing was committed."},
        )
        expect(got, {"acme": "ok", "globex": "ok"}, tried=tried)

    def test_tables_that_exist_are_those_of_the_tenant(self, upgrade_tenants, database_url):
        schemas(database_url, "acme", "globex")
        ask(database_url, "CREATE TABLE notes (id integer)")

        def upgrade(connection):
            connection.execute(text("INSERT INTO notes VALUES (1)"))

        with engine_for(database_url) as engine:
            upgrade_tenants(engine, ["acme", "globex"], upgrade)
        for schema, wanted in [("acme", [(1,)]), ("globex", [(1,)]), ("public", [])]:
            got = ask(database_url, f"SELECT id FROM {schema}.notes")
            expect(got, wanted, tried=f"an upgrade that inserts into notes; SELECT id FROM {schema}.notes")

    def test_the_order_is_that_of_the_tenants(self, upgrade_tenants, database_url):
        names = ["zeta", "acme", "middle"]
        schemas(database_url, *names)
        seen = []

        def upgrade(connection):
            seen.append(connection.scalar(text("SELECT current_schema()::text")))

        with engine_for(database_url) as engine:
            got = upgrade_tenants(engine, iter(names), upgrade)
        expect(seen, names, tried=f"tenants {names} (an iterator); the schemas in which upgrade was called")
        expect(got, dict.fromkeys(names, "ok"), tried=f"tenants {names}; what is returned")

    def test_a_failing_tenant_changes_nothing_and_the_others_go_on(self, upgrade_tenants, database_url):
        names = ["acme", "globex", "initech"]
        schemas(database_url, *names)
        ask(database_url, "INSERT INTO globex.notes VALUES (1)")

        def upgrade(connection):
            add_tags(connection)
            connection.execute(text("INSERT INTO notes VALUES (1)"))

        with engine_for(database_url) as engine:
            got = upgrade_tenants(engine, names, upgrade)
        tried = "globex already has the note that upgrade inserts after making tags"
        where = tables_of(database_url, "tags")
        expect(where, [("acme", "tags"), ("initech", "tags")], tried=f"{tried}; where tags is")
        wanted = {"acme": "ok", "globex": "IntegrityError", "initech": "ok"}
        expect(got, wanted, tried=f"{tried}; what is returned")

    def test_any_exception_counts(self, upgrade_tenants, database_url):
        schemas(database_url, "acme", "globex")

        def upgrade(connection):
            add_tags(connection)
            if connection.scalar(text("SELECT current_schema()::text")) == "acme":
                raise LookupError("not today")

        with engine_for(database_url) as engine:
            got = upgrade_tenants(engine, ["acme", "globex"], upgrade)
        tried = "upgrade makes a table, then raises LookupError for acme"
        expect(got, {"acme": "LookupError", "globex": "ok"}, tried=tried)
        expect(tables_of(database_url, "tags"), [("globex", "tags")], tried=f"{tried}; where the table is")

    def test_names_may_be_any_text(self, upgrade_tenants, database_url):
        schemas(database_url, *ODD)
        with engine_for(database_url) as engine:
            got = upgrade_tenants(engine, ODD, add_tags)
        expect(got, dict.fromkeys(ODD, "ok"), tried=f"tenants {ODD}")
        expect(
            tables_of(database_url, "tags"),
            sorted((name, "tags") for name in ODD),
            tried=f"tenants {ODD}; where tags is",
        )

    def test_others_look_where_they_did_before(self, upgrade_tenants, database_url):
        schemas(database_url, "acme", "globex")

        def upgrade(connection):
            if connection.scalar(text("SELECT current_schema()::text")) == "globex":
                raise LookupError("not today")

        with engine_for(database_url) as engine:
            with engine.connect() as connection:
                before = connection.scalar(text("SHOW search_path"))
            upgrade_tenants(engine, ["acme", "globex"], upgrade)
            with engine.connect() as connection:
                after = connection.scalar(text("SHOW search_path"))
        means = "A plain SET lasts as long as the session, and the pool gives this session to the next one."
        expect(
            after, before, tried="upgrade_tenants(…), then SHOW search_path on the same engine", means=means
        )

    def test_without_tenants_nothing_happens(self, upgrade_tenants, database_url):
        with engine_for(database_url) as engine:
            got = upgrade_tenants(engine, [], add_tags)
        expect(got, {}, tried="upgrade_tenants(engine, [], upgrade)")
