"""Checks of the exercises of lesson 4.3."""

from collections.abc import Mapping

import sqlalchemy as sa

from course.checks import (
    ask,
    catalog,
    engine_for,
    exercise,
    expect,
    learners_line,
    migrate,
    outcome_of,
    require,
    round_trip,
    still_to_do,
)

# 4.3a ----------------------------------------------------------------------------------------

BOARD = """
    CREATE TABLE posts (id int PRIMARY KEY, title text DEFAULT 'none');
    CREATE INDEX posts_title_idx ON posts (title);
    CREATE TABLE billing_invoices (id int PRIMARY KEY, total int);
    CREATE INDEX billing_total_idx ON billing_invoices (total);
    CREATE TABLE billing_ (id int)
"""


def board_model():
    """The model of `posts`, as the database has it."""
    models = sa.MetaData()
    columns = [
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.Text, server_default="none"),
    ]
    sa.Table("posts", models, *columns, sa.Index("posts_title_idx", "title"))
    return models


def proposed(url, models, options):
    """What is proposed with these options; options that Alembic cannot use are an unmet expectation."""
    require(
        isinstance(options, Mapping),
        tried="OPTIONS",
        expected="a dict of keyword arguments",
        got=repr(options)[:80],
    )
    try:
        return sorted(still_to_do(url, models, **options))
    except (TypeError, AttributeError) as error:
        if learners_line(error):
            raise
        problem = f"{type(error).__name__}: {error}"
    require(False, tried="a comparison with OPTIONS", expected="that Alembic can use them", got=problem)


ALSO_ALL = "Alembic asks for columns, indexes and constraints as well. Which `kind` is the name of?"


@exercise(
    "4.3a",
    hints=[
        "Alembic can ask a function of yours about each name that it finds in the database. What besides the "
        "name does the function have to look at?",
        "The lesson's `ONLY_LAB` is such an option, and its table of column properties has the other one.",
        '{"include_name": a function of (name, kind, parents) that is False for a table whose name begins with '
        '"billing_" and True for all else, "compare_server_default": True}',
    ],
)
class TestOptions:
    def test_nothing_is_proposed_for_tables_of_billing(self, OPTIONS, database_url):
        ask(database_url, BOARD)
        expect(
            proposed(database_url, board_model(), OPTIONS),
            [],
            tried="a database with the tables posts, billing_invoices and billing_, and the model of posts",
        )

    def test_every_other_table_is_compared(self, OPTIONS, database_url):
        ask(database_url, BOARD)
        for table in ["drafts", "old_billing_invoices", "billings", "billingx1", "Billing_old"]:
            ask(database_url, f'CREATE TABLE "{table}" (id int)')
            expect(
                proposed(database_url, board_model(), OPTIONS),
                [f"remove_table {table}"],
                tried=f"the same, and a table {table} that no model has",
                means="Only names that begin with `billing_` are the other program's.",
            )
            ask(database_url, f'DROP TABLE "{table}"')
        models = board_model()
        sa.Table("tags", models, sa.Column("id", sa.Integer, primary_key=True))
        expect(
            proposed(database_url, models, OPTIONS),
            ["add_table tags"],
            tried="the same, and a model `tags` that has no table",
        )

    def test_columns_and_indexes_are_compared_whatever_their_names_are(self, OPTIONS, database_url):
        ask(database_url, BOARD)
        ask(database_url, "ALTER TABLE posts ADD billing_code text")
        expect(
            proposed(database_url, board_model(), OPTIONS),
            ["remove_column posts.billing_code"],
            tried="posts has a column billing_code that the model does not have",
            means=ALSO_ALL,
        )
        ask(database_url, "ALTER TABLE posts DROP billing_code; CREATE INDEX billing_idx ON posts (id)")
        ask(database_url, "ALTER INDEX billing_idx RENAME TO billing_posts_idx")
        expect(
            proposed(database_url, board_model(), OPTIONS),
            ["remove_index billing_posts_idx on posts (id)"],
            tried="posts has an index billing_posts_idx that the model does not have",
            means=ALSO_ALL,
        )

    def test_types_and_constraints_are_compared_too(self, OPTIONS, database_url):
        ask(database_url, BOARD)
        ask(database_url, "ALTER TABLE posts ALTER title TYPE varchar(9)")
        expect(
            [each.partition(":")[0] for each in proposed(database_url, board_model(), OPTIONS)],
            ["modify_type posts.title"],
            tried="posts.title is a varchar(9) in the database, and a text in the model",
        )
        ask(database_url, "ALTER TABLE posts ALTER title TYPE text, ADD UNIQUE (title)")
        expect(
            proposed(database_url, board_model(), OPTIONS),
            ["remove_constraint posts_title_key on posts (title)"],
            tried="posts has a constraint posts_title_key that the model does not have",
            means=ALSO_ALL,
        )

    def test_a_changed_server_default_is_seen(self, OPTIONS, database_url):
        ask(database_url, BOARD)
        ask(database_url, "ALTER TABLE posts ALTER title SET DEFAULT 'other'")
        expect(
            [each.partition(":")[0] for each in proposed(database_url, board_model(), OPTIONS)],
            ["modify_default posts.title"],
            tried="the server default of posts.title is 'other', and 'none' in the model",
        )


# 4.3b ----------------------------------------------------------------------------------------

LETTERS = """
    CREATE TABLE letters (
        id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, body text NOT NULL,
        sent_at timestamptz DEFAULT now());
    CREATE INDEX letters_sent_at_idx ON letters (sent_at);
    INSERT INTO letters (body, sent_at) VALUES
        ('Dear Ada', '2026-01-05 09:00+00'), ('Dear Bob', '2026-02-06 10:00+00'), ('Dear Cy', NULL);
    DELETE FROM letters WHERE id = 1
"""
NOT_A_RENAME = (
    "A new table or column is empty. Is there an operation that changes a name and keeps what is in it?"
)


@exercise(
    "4.3b",
    hints=[
        "Three things have a new name here. Which line of the draft loses the rows?",
        "The lesson renames a column and a table in `rename()`. An index has a name, too; PostgreSQL's own "
        "statement for it goes through op.execute.",
        'op.rename_table("letters", "messages"), op.alter_column(…, new_column_name=…), '
        'op.execute("ALTER INDEX … RENAME TO …"); and the same the other way round.',
    ],
)
class TestLetters:
    def test_all_rows_are_there_after_the_rename(self, to_messages, database_url):
        ask(database_url, LETTERS)
        wanted = ask(database_url, "SELECT id, body, sent_at FROM letters ORDER BY id")
        migrate(database_url, to_messages)
        expect(
            ask(database_url, "SELECT id, content, sent_at FROM messages ORDER BY id"),
            wanted,
            tried="letters 2 and 3, then to_messages(), then id, content and sent_at of the messages",
            means={(): NOT_A_RENAME},
        )

    def test_afterwards_there_is_nothing_to_do(self, to_messages, MESSAGES, database_url):
        ask(database_url, LETTERS)
        migrate(database_url, to_messages)
        left = still_to_do(database_url, MESSAGES, compare_server_default=True)
        expect(left, [], tried="to_messages(), then what `alembic check` compares, defaults as well")

    def test_the_next_message_gets_the_next_id(self, to_messages, database_url):
        ask(database_url, LETTERS)
        migrate(database_url, to_messages)
        got = outcome_of(database_url, "INSERT INTO messages (content) VALUES ('Dear Dan')")
        if got == "accepted":
            got = ask(database_url, "SELECT id FROM messages WHERE content = 'Dear Dan'")[0][0]
        expect(
            got,
            4,
            tried="letters had the ids up to 3; to_messages(), then a new message: its id",
            means="Rows that are copied bring their ids along, and the new table's counter begins at 1.",
        )

    def test_going_back_leaves_the_table_as_it_was(self, to_messages, to_letters, database_url):
        ask(database_url, LETTERS)
        round_trip(database_url, to_messages, to_letters)

    def test_a_row_that_came_in_between_stays(self, to_messages, to_letters, database_url):
        ask(database_url, LETTERS)
        migrate(database_url, to_messages)
        ask(database_url, "INSERT INTO messages (id, content) VALUES (9, 'Dear Dan')")
        migrate(database_url, to_letters)
        expect(
            ask(database_url, "SELECT id, body FROM letters ORDER BY id"),
            [(2, "Dear Bob"), (3, "Dear Cy"), (9, "Dear Dan")],
            tried="to_messages(), one more message, to_letters(), then id and body of the letters",
            means={(): NOT_A_RENAME},
        )


# 4.3c ----------------------------------------------------------------------------------------

KITCHEN = """
    CREATE TABLE recipes (id int PRIMARY KEY, title text NOT NULL);
    CREATE TABLE likes (cook int, recipe int NOT NULL REFERENCES recipes, CONSTRAINT likes_pkey PRIMARY KEY (cook));
    INSERT INTO recipes VALUES (1, 'Leek'), (2, 'Apple');
    INSERT INTO likes VALUES (1, 1), (2, 1)
"""


@exercise(
    "4.3c",
    hints=[
        "Go through `RECIPES` part by part and compare with the table of the lesson: what does autogenerate "
        "never propose?",
        "The lesson's `add_mood` has two of the three. For the third: which two operations give a table another "
        "primary key?",
        "KIND.create(op.get_bind()) before the column; op.create_check_constraint(…); op.drop_constraint("
        '"likes_pkey", "likes") and op.create_primary_key(…). Downwards: all of them back, KIND.drop(…) last.',
    ],
)
class TestKinds:
    def test_existing_recipes_are_a_soup_for_two(self, add_kinds, database_url):
        ask(database_url, KITCHEN)
        migrate(database_url, add_kinds)
        expect(
            ask(database_url, "SELECT id, title, portions, kind::text FROM recipes ORDER BY id"),
            [(1, "Leek", 2, "soup"), (2, "Apple", 2, "soup")],
            tried="two recipes, add_kinds(), then the recipes",
        )

    def test_autogenerate_finds_nothing_afterwards(self, add_kinds, RECIPES, database_url):
        ask(database_url, KITCHEN)
        migrate(database_url, add_kinds)
        left = still_to_do(database_url, RECIPES, compare_server_default=True)
        expect(left, [], tried="add_kinds(), then what `alembic check` compares, defaults as well")

    def test_the_number_of_portions_has_its_limits(self, add_kinds, database_url):
        ask(database_url, KITCHEN)
        migrate(database_url, add_kinds)
        for portions, wanted in [
            (0, "CheckViolation"),
            (1, "accepted"),
            (20, "accepted"),
            (21, "CheckViolation"),
        ]:
            expect(
                outcome_of(database_url, f"UPDATE recipes SET portions = {portions} WHERE id = 1"),
                wanted,
                tried=f"add_kinds(), then UPDATE recipes SET portions = {portions}",
                means={"accepted": "The model has a rule for it, which autogenerate does not see."},
            )

    def test_a_kind_is_one_of_the_two(self, add_kinds, database_url):
        ask(database_url, KITCHEN)
        migrate(database_url, add_kinds)
        for kind, wanted in [("cake", "accepted"), ("pie", "InvalidTextRepresentation")]:
            expect(
                outcome_of(database_url, f"UPDATE recipes SET kind = '{kind}' WHERE id = 1"),
                wanted,
                tried=f"add_kinds(), then UPDATE recipes SET kind = '{kind}'",
            )

    def test_a_cook_likes_several_recipes_and_each_once(self, add_kinds, database_url):
        ask(database_url, KITCHEN)
        migrate(database_url, add_kinds)
        for recipe, wanted in [(2, "accepted"), (1, "UniqueViolation")]:
            expect(
                outcome_of(database_url, f"INSERT INTO likes VALUES (1, {recipe})"),
                wanted,
                tried=f"cook 1 likes recipe 1; add_kinds(), then INSERT INTO likes VALUES (1, {recipe})",
                means={"UniqueViolation": "The primary key is still `cook` alone."} if recipe == 2 else None,
            )

    def test_the_rules_have_the_names_of_the_models(self, add_kinds, RECIPES, database_url):
        ask(database_url, KITCHEN)
        migrate(database_url, add_kinds)
        made = catalog(database_url)
        ask(database_url, "DROP TABLE likes, recipes")
        with engine_for(database_url) as engine:
            sa.Enum(name="kind").drop(engine)
            RECIPES.create_all(engine)
        named = [
            str(each) for each in made.to(catalog(database_url)) if each.part.kind in ("constraint", "enum")
        ]
        expect(
            named, [], tried="rules and types after add_kinds() beside those that RECIPES.create_all makes"
        )

    def test_going_down_leaves_nothing_behind(self, add_kinds, drop_kinds, database_url):
        ask(database_url, KITCHEN)
        round_trip(database_url, add_kinds, drop_kinds)


# 4.3d ----------------------------------------------------------------------------------------

LIBRARY = """
    CREATE TABLE authors (id int PRIMARY KEY, name text NOT NULL UNIQUE);
    CREATE TABLE books (
        id int PRIMARY KEY, title text NOT NULL, author text NOT NULL REFERENCES authors (name));
    INSERT INTO authors VALUES (7, 'cy'), (3, 'ada'), (5, 'bob');
    INSERT INTO books VALUES (1, 'Tea', 'cy'), (2, 'Rain', 'ada'), (3, 'Wind', 'cy')
"""


@exercise(
    "4.3d",
    hints=[
        "Which operation needs something that an earlier line has taken away? And from where should the new "
        "column get its values, once the old one is gone?",
        "A column that is NOT NULL cannot be added to rows that have nothing for it. Three steps can: add, fill, "
        "then say NOT NULL. What uses the unique name, and so has to go before it?",
        'Up: add_column, op.execute("UPDATE books SET author_id = …"), alter_column(nullable=False), '
        "create_foreign_key, drop_column, drop_constraint. Down: the unique name first, then the same steps.",
    ],
)
class TestBooks:
    def test_each_book_has_the_id_of_its_author(self, by_id, database_url):
        ask(database_url, LIBRARY)
        migrate(database_url, by_id)
        expect(
            ask(database_url, "SELECT title, author_id FROM books ORDER BY id"),
            [("Tea", 7), ("Rain", 3), ("Wind", 7)],
            tried="authors cy (7), ada (3) and bob (5) with three books; by_id(), then title and author_id",
        )

    def test_afterwards_there_is_nothing_to_do(self, by_id, BOOKS, database_url):
        ask(database_url, LIBRARY)
        migrate(database_url, by_id)
        tried = "by_id(), then what `alembic check` compares"
        expect(still_to_do(database_url, BOOKS), [], tried=tried)

    def test_going_back_leaves_everything_as_it_was(self, by_id, by_name, database_url):
        ask(database_url, LIBRARY)
        round_trip(database_url, by_id, by_name)

    def test_a_book_that_came_in_between_has_its_author_too(self, by_id, by_name, database_url):
        ask(database_url, LIBRARY)
        migrate(database_url, by_id)
        ask(database_url, "INSERT INTO books (id, title, author_id) VALUES (4, 'Snow', 5)")
        ask(database_url, "UPDATE books SET author_id = 3 WHERE id = 1")
        migrate(database_url, by_name)
        expect(
            ask(database_url, "SELECT title, author FROM books ORDER BY id"),
            [("Tea", "ada"), ("Rain", "ada"), ("Wind", "cy"), ("Snow", "bob")],
            tried="by_id(), a new book of bob's, Tea is ada's now, by_name(), then title and author",
        )


# 4.3e ----------------------------------------------------------------------------------------

WIKI = """
    CREATE TABLE posts (id int PRIMARY KEY, title text);
    CREATE TABLE tags (id int PRIMARY KEY, word varchar(20));
    INSERT INTO posts VALUES (1, 'Tea')
"""


def wiki(posts=(), tags=(), without=(), more=()):
    """The models of the wiki with these columns besides their own, without some, and with more tables."""
    models = sa.MetaData()
    own = {
        "posts": [sa.Column("title", sa.Text), *posts],
        "tags": [sa.Column("word", sa.String(20)), *tags],
        **{name: [sa.Column("title", sa.Text, nullable=False)] for name in more},
    }
    for name, columns in own.items():
        kept = [each for each in columns if each.name not in without]
        if name not in without:
            sa.Table(name, models, sa.Column("id", sa.Integer, primary_key=True), *kept)
    return models


def said(url, dangers, models):
    """What `dangers` returns for the wiki's database and these models."""
    with engine_for(url) as engine, engine.connect() as connection:
        return dangers(connection, models)


@exercise(
    "4.3e",
    hints=[
        "What does compare_metadata return for a column that is only in the database, and for a whole table? "
        "Print it once for Postboard's models without one of them.",
        "Each difference is a tuple whose first part says its kind, and changes within a column are a list of "
        "tuples. Which of the two defaults of a Column does the database know?",
        '`match change:` with the cases ("remove_table", table), ("remove_column", _, table, column) and '
        '("add_column", _, table, column); for the last: not column.nullable, and column.server_default is None.',
    ],
)
class TestDangers:
    def test_a_dropped_table_and_its_name(self, dangers, database_url):
        ask(database_url, WIKI)
        expect(
            said(database_url, dangers, wiki(without=["tags"])),
            ["table tags is dropped"],
            tried="the database has posts and tags, the models have posts",
        )

    def test_a_dropped_column_with_its_table(self, dangers, database_url):
        ask(database_url, WIKI)
        for table, column in [("posts", "title"), ("tags", "word")]:
            expect(
                said(database_url, dangers, wiki(without=[column])),
                [f"column {table}.{column} is dropped"],
                tried=f"the model of {table} has no {column}",
            )

    def test_a_column_that_cannot_be_filled(self, dangers, database_url):
        ask(database_url, WIKI)
        slug = sa.Column("slug", sa.Text, nullable=False)
        expect(
            said(database_url, dangers, wiki(posts=[slug])),
            ["column posts.slug cannot be filled"],
            tried="the model of posts has a new column slug, which is NOT NULL",
        )
        python = sa.Column("slug", sa.Text, default="none", nullable=False)
        expect(
            said(database_url, dangers, wiki(tags=[python])),
            ["column tags.slug cannot be filled"],
            tried='the model of tags has a new column slug: NOT NULL, and default="none"',
            means="`default=` is Python's, for objects that the app makes. A migration never asks for it.",
        )

    def test_columns_that_can_be_filled_are_no_danger(self, dangers, database_url):
        ask(database_url, WIKI)
        for how, column in {
            "may be NULL": sa.Column("slug", sa.Text),
            "is NOT NULL and has a server default": sa.Column(
                "slug", sa.Text, server_default="", nullable=False
            ),
            "is NOT NULL and computed": sa.Column("size", sa.Integer, sa.Computed("id * 2"), nullable=False),
            "is NOT NULL and an identity": sa.Column("number", sa.Integer, sa.Identity(), nullable=False),
        }.items():
            expect(
                said(database_url, dangers, wiki(posts=[column])),
                [],
                tried=f"the model of posts has a new column that {how}",
            )

    def test_everything_else_is_no_danger(self, dangers, database_url):
        ask(database_url, WIKI)
        expect(said(database_url, dangers, wiki()), [], tried="models and database agree")
        expect(
            said(database_url, dangers, wiki(more=["notes"])),
            [],
            tried="a new model `notes`, with a title that is NOT NULL",
            means="A new table has no rows yet.",
        )
        changed = sa.MetaData()
        sa.Table(
            "posts",
            changed,
            sa.Column("id", sa.BigInteger, primary_key=True),
            sa.Column("title", sa.String(9), nullable=False, index=True, unique=True, comment="Short"),
        )
        word = sa.Column("word", sa.String(20))
        sa.Table("tags", changed, sa.Column("id", sa.Integer, primary_key=True), word)
        expect(
            said(database_url, dangers, changed),
            [],
            tried="posts.title has another type, is NOT NULL, unique and indexed, and id is a BIGINT",
        )

    def test_several_dangers_are_sorted(self, dangers, database_url):
        ask(database_url, WIKI)
        ask(database_url, "CREATE TABLE zoo (id int); CREATE TABLE a (id int)")
        slug = sa.Column("slug", sa.Text, nullable=False)
        expect(
            said(database_url, dangers, wiki(posts=[slug], without=["title", "word"])),
            [
                "column posts.slug cannot be filled",
                "column posts.title is dropped",
                "column tags.word is dropped",
                "table a is dropped",
                "table zoo is dropped",
            ],
            tried="two columns and two tables too many in the database, and one column too few",
        )

    def test_it_changes_nothing(self, dangers, database_url):
        ask(database_url, WIKI)
        before = catalog(database_url)
        models = wiki(without=["tags"])
        with engine_for(database_url) as engine, engine.connect() as connection:
            dangers(connection, models)
            connection.commit()
        left = [str(each) for each in before.to(catalog(database_url))]
        expect(left, [], tried="dangers(…), then a commit: what differs in the database")
        expect(list(models.tables), ["posts"], tried="dangers(…), then the tables of the models")
