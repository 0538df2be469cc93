# %% 4.3a accept: include_object, which gets the object as well
def ours(item, name, kind, reflected, compare_to):
    return not (kind == "table" and name[:8] == "billing_")


OPTIONS = {"include_object": ours, "compare_server_default": True}


# %% 4.3a accept: a pattern, and a function of one's own for defaults
import re

OPTIONS = dict(
    include_name=lambda name, kind, *_: (
        True if kind != "table" or name is None else re.match("billing_", name) is None
    ),
    compare_server_default=lambda *_: None,  # no verdict of its own: PostgreSQL is asked
)

# %% 4.3a reject: the kind is not looked at -> Columns and indexes are compared whatever their names are
OPTIONS = {
    "include_name": lambda name, kind, parents: not (name or "").startswith("billing_"),
    "compare_server_default": True,
}

# %% 4.3a reject: every name that holds the word -> Every other table is compared
OPTIONS = {
    "include_name": lambda name, kind, parents: kind != "table" or "billing_" not in name,
    "compare_server_default": True,
}

# %% 4.3a reject: without the underscore -> Every other table is compared
OPTIONS = {
    "include_name": lambda name, kind, parents: kind != "table" or not name.startswith("billing"),
    "compare_server_default": True,
}

# %% 4.3a reject: capital letters do not count -> Every other table is compared
OPTIONS = {
    "include_name": lambda name, kind, parents: kind != "table" or not name.lower().startswith("billing_"),
    "compare_server_default": True,
}

# %% 4.3a reject: the underscore of LIKE stands for any letter -> Every other table is compared
OPTIONS = {
    "include_name": lambda name, kind, parents: kind != "table" or not re.match("billing.", name),
    "compare_server_default": True,
}

# %% 4.3a reject: only the tables of today -> Every other table is compared
OPTIONS = {
    "include_name": lambda name, kind, parents: kind != "table" or name in {"posts", "tags"},
    "compare_server_default": True,
}

# %% 4.3a reject: only tables are left in -> Columns and indexes are compared whatever their names are
OPTIONS = {
    "include_name": lambda name, kind, parents: (
        kind in ("table", "column") and not name.startswith("billing_")
    ),
    "compare_server_default": True,
}

# %% 4.3a reject: constraints are left out -> Types and constraints are compared too
OPTIONS = {
    "include_name": lambda name, kind, parents: (
        kind in ("column", "index") or kind == "table" and not name.startswith("billing_")
    ),
    "compare_server_default": True,
}

# %% 4.3a reject: types are not compared any more -> Types and constraints are compared too
OPTIONS = {
    "include_name": lambda name, kind, parents: kind != "table" or not name.startswith("billing_"),
    "compare_server_default": True,
    "compare_type": False,
}

# %% 4.3a reject: defaults as they were -> A changed server default is seen
OPTIONS = {"include_name": lambda name, kind, parents: kind != "table" or not name.startswith("billing_")}

# %% 4.3a reject: a function where a dict is wanted -> Nothing is proposed for tables of billing
OPTIONS = lambda name, kind, parents: kind != "table" or not name.startswith("billing_")

# %% 4.3a reject: an option that does not exist -> Nothing is proposed for tables of billing
OPTIONS = {"exclude_tables": ["billing_invoices", "billing_"], "compare_server_default": True}


# %% 4.3b accept: plain SQL
def to_messages():
    op.execute("ALTER TABLE letters RENAME TO messages")
    op.execute("ALTER TABLE messages RENAME COLUMN body TO content")
    op.execute("ALTER INDEX letters_sent_at_idx RENAME TO messages_sent_at_idx")


def to_letters():
    op.execute("ALTER TABLE messages RENAME TO letters")
    op.execute("ALTER TABLE letters RENAME COLUMN content TO body")
    op.execute("ALTER INDEX messages_sent_at_idx RENAME TO letters_sent_at_idx")


# %% 4.3b accept: the index is built again
def to_messages():
    op.drop_index("letters_sent_at_idx", "letters")
    op.alter_column("letters", "body", new_column_name="content")
    op.rename_table("letters", "messages")
    op.create_index("messages_sent_at_idx", "messages", ["sent_at"])


def to_letters():
    op.drop_index("messages_sent_at_idx", "messages")
    op.rename_table("messages", "letters")
    op.alter_column("letters", "content", new_column_name="body")
    op.create_index("letters_sent_at_idx", "letters", ["sent_at"])


# %% 4.3b reject: the rows are copied, and the counter begins again -> The next message gets the next id
def copied(old, new, before, after):
    op.create_table(
        new,
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column(after, sa.Text, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(f"{new}_sent_at_idx", new, ["sent_at"])
    op.execute(f"INSERT INTO {new} (id, {after}, sent_at) SELECT id, {before}, sent_at FROM {old}")
    op.drop_table(old)


def to_messages():
    copied("letters", "messages", "body", "content")


def to_letters():
    copied("messages", "letters", "content", "body")


# %% 4.3b reject: a column added and one removed -> All rows are there after the rename
def to_messages():
    op.rename_table("letters", "messages")
    op.add_column("messages", sa.Column("content", sa.Text, server_default="", nullable=False))
    op.drop_column("messages", "body")
    op.execute("ALTER INDEX letters_sent_at_idx RENAME TO messages_sent_at_idx")


def to_letters():
    op.execute("ALTER INDEX messages_sent_at_idx RENAME TO letters_sent_at_idx")
    op.alter_column("messages", "content", new_column_name="body")
    op.rename_table("messages", "letters")


# %% 4.3b reject: the index keeps its old name -> Afterwards there is nothing to do
def to_messages():
    op.rename_table("letters", "messages")
    op.alter_column("messages", "body", new_column_name="content")


def to_letters():
    op.alter_column("messages", "content", new_column_name="body")
    op.rename_table("messages", "letters")


# %% 4.3b reject: the way back makes a new table -> Going back leaves the table as it was
def to_messages():
    op.rename_table("letters", "messages")
    op.alter_column("messages", "body", new_column_name="content")
    op.execute("ALTER INDEX letters_sent_at_idx RENAME TO messages_sent_at_idx")


def to_letters():
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.func.now()),
    )
    op.create_index("letters_sent_at_idx", "letters", ["sent_at"])
    op.drop_table("messages")


# %% 4.3b reject: the old rows come from a copy -> A row that came in between stays
def to_messages():
    op.execute("CREATE TABLE kept AS TABLE letters")
    op.rename_table("letters", "messages")
    op.alter_column("messages", "body", new_column_name="content")
    op.execute("ALTER INDEX letters_sent_at_idx RENAME TO messages_sent_at_idx")


def to_letters():
    op.rename_table("messages", "letters")
    op.alter_column("letters", "content", new_column_name="body")
    op.execute("ALTER INDEX messages_sent_at_idx RENAME TO letters_sent_at_idx")
    op.execute("DELETE FROM letters WHERE id NOT IN (SELECT id FROM kept)")
    op.execute("DROP TABLE kept")


# %% 4.3c accept: plain SQL
def add_kinds():
    op.execute("CREATE TYPE kind AS ENUM ('soup', 'cake')")
    op.execute(
        """ALTER TABLE recipes ADD portions int NOT NULL DEFAULT 2
               CONSTRAINT recipes_portions_check CHECK (portions BETWEEN 1 AND 20),
           ADD kind kind NOT NULL DEFAULT 'soup'"""
    )
    op.execute(
        """ALTER TABLE likes DROP CONSTRAINT likes_pkey,
           ADD CONSTRAINT likes_pkey PRIMARY KEY (cook, recipe)"""
    )


def drop_kinds():
    op.execute("ALTER TABLE likes DROP CONSTRAINT likes_pkey, ADD CONSTRAINT likes_pkey PRIMARY KEY (cook)")
    op.execute("ALTER TABLE recipes DROP portions, DROP kind")
    op.execute("DROP TYPE kind")


# %% 4.3c accept: another order, and the type by a statement
def add_kinds():
    op.drop_constraint("likes_pkey", "likes", type_="primary")
    op.create_primary_key("likes_pkey", "likes", ["cook", "recipe"])
    op.execute("CREATE TYPE kind AS ENUM ('soup', 'cake')")
    op.add_column("recipes", sa.Column("kind", KIND, server_default="soup", nullable=False))
    op.add_column("recipes", sa.Column("portions", sa.Integer, server_default="2", nullable=False))
    op.create_check_constraint("recipes_portions_check", "recipes", sa.column("portions").between(1, 20))


def drop_kinds():
    op.drop_column("recipes", "portions")
    op.drop_column("recipes", "kind")
    op.execute("DROP TYPE kind")
    op.drop_constraint("likes_pkey", "likes", type_="primary")
    op.create_primary_key("likes_pkey", "likes", ["cook"])


# %% 4.3c reject: no rule for the portions -> The number of portions has its limits
def add_kinds():
    KIND.create(op.get_bind())
    op.add_column("recipes", sa.Column("portions", sa.Integer, server_default="2", nullable=False))
    op.add_column("recipes", sa.Column("kind", KIND, server_default="soup", nullable=False))
    op.drop_constraint("likes_pkey", "likes")
    op.create_primary_key("likes_pkey", "likes", ["cook", "recipe"])


def drop_kinds():
    op.drop_constraint("likes_pkey", "likes")
    op.create_primary_key("likes_pkey", "likes", ["cook"])
    op.drop_column("recipes", "kind")
    op.drop_column("recipes", "portions")
    KIND.drop(op.get_bind())


# %% 4.3c reject: the primary key as it was -> A cook likes several recipes and each once
def add_kinds():
    KIND.create(op.get_bind())
    op.add_column("recipes", sa.Column("portions", sa.Integer, server_default="2", nullable=False))
    op.add_column("recipes", sa.Column("kind", KIND, server_default="soup", nullable=False))
    op.create_check_constraint("recipes_portions_check", "recipes", "portions BETWEEN 1 AND 20")


def drop_kinds():
    op.drop_column("recipes", "kind")
    op.drop_column("recipes", "portions")
    KIND.drop(op.get_bind())


# %% 4.3c reject: no primary key at all -> A cook likes several recipes and each once
def add_kinds():
    KIND.create(op.get_bind())
    op.add_column("recipes", sa.Column("portions", sa.Integer, server_default="2", nullable=False))
    op.add_column("recipes", sa.Column("kind", KIND, server_default="soup", nullable=False))
    op.create_check_constraint("recipes_portions_check", "recipes", "portions BETWEEN 1 AND 20")
    op.drop_constraint("likes_pkey", "likes")


def drop_kinds():
    op.create_primary_key("likes_pkey", "likes", ["cook"])
    op.drop_column("recipes", "kind")
    op.drop_column("recipes", "portions")
    KIND.drop(op.get_bind())


# %% 4.3c reject: the type stays -> Going down leaves nothing behind
def add_kinds():
    KIND.create(op.get_bind(), checkfirst=True)
    op.add_column("recipes", sa.Column("portions", sa.Integer, server_default="2", nullable=False))
    op.add_column("recipes", sa.Column("kind", KIND, server_default="soup", nullable=False))
    op.create_check_constraint("recipes_portions_check", "recipes", "portions BETWEEN 1 AND 20")
    op.drop_constraint("likes_pkey", "likes")
    op.create_primary_key("likes_pkey", "likes", ["cook", "recipe"])


def drop_kinds():
    op.drop_constraint("likes_pkey", "likes")
    op.create_primary_key("likes_pkey", "likes", ["cook"])
    op.drop_column("recipes", "kind")
    op.drop_column("recipes", "portions")


# %% 4.3c reject: names that PostgreSQL chose -> The rules have the names of the models
def add_kinds():
    op.execute("CREATE TYPE kind AS ENUM ('soup', 'cake')")
    op.execute(
        """ALTER TABLE recipes ADD portions int NOT NULL DEFAULT 2,
           ADD CHECK (portions >= 1 AND 20 >= portions), ADD kind kind NOT NULL DEFAULT 'soup'"""
    )
    op.execute("ALTER TABLE likes DROP CONSTRAINT likes_pkey, ADD CONSTRAINT pk PRIMARY KEY (cook, recipe)")


def drop_kinds():
    op.execute("ALTER TABLE likes DROP CONSTRAINT pk, ADD CONSTRAINT likes_pkey PRIMARY KEY (cook)")
    op.execute("ALTER TABLE recipes DROP portions, DROP kind")
    op.execute("DROP TYPE kind")


# %% 4.3c reject: a text instead of the type -> A kind is one of the two
def add_kinds():
    op.execute(
        """ALTER TABLE recipes ADD portions int NOT NULL DEFAULT 2
               CONSTRAINT recipes_portions_check CHECK (portions BETWEEN 1 AND 20),
           ADD kind text NOT NULL DEFAULT 'soup'"""
    )
    op.execute(
        """ALTER TABLE likes DROP CONSTRAINT likes_pkey,
           ADD CONSTRAINT likes_pkey PRIMARY KEY (cook, recipe)"""
    )


def drop_kinds():
    op.execute("ALTER TABLE likes DROP CONSTRAINT likes_pkey, ADD CONSTRAINT likes_pkey PRIMARY KEY (cook)")
    op.execute("ALTER TABLE recipes DROP portions, DROP kind")


# %% 4.3d accept: filled by Python, row by row
def by_id():
    link = op.get_bind()
    numbers = {name: number for number, name in link.execute(sa.text("SELECT id, name FROM authors"))}
    op.add_column("books", sa.Column("author_id", sa.Integer))
    for book, name in link.execute(sa.text("SELECT id, author FROM books")).all():
        link.execute(
            sa.text("UPDATE books SET author_id = :author WHERE id = :book"),
            {"author": numbers[name], "book": book},
        )
    op.drop_constraint("books_author_fkey", "books")
    op.drop_constraint("authors_name_key", "authors")
    op.alter_column("books", "author_id", nullable=False)
    op.create_foreign_key(op.f("books_author_id_fkey"), "books", "authors", ["author_id"], ["id"])
    op.drop_column("books", "author")


def by_name():
    op.execute("ALTER TABLE books ADD author text")
    op.execute("UPDATE books SET author = (SELECT name FROM authors WHERE authors.id = author_id)")
    op.execute("ALTER TABLE books DROP author_id, ALTER author SET NOT NULL")
    op.execute("ALTER TABLE authors ADD UNIQUE (name)")
    op.execute("ALTER TABLE books ADD FOREIGN KEY (author) REFERENCES authors (name)")


# %% 4.3d accept: a default for a moment
def by_id():
    op.add_column("books", sa.Column("author_id", sa.Integer, server_default="0", nullable=False))
    op.execute("UPDATE books SET author_id = authors.id FROM authors WHERE authors.name = books.author")
    op.alter_column("books", "author_id", server_default=None)
    op.execute("ALTER TABLE books DROP author, ADD FOREIGN KEY (author_id) REFERENCES authors")
    op.drop_constraint("authors_name_key", "authors")


def by_name():
    op.add_column("books", sa.Column("author", sa.Text, server_default="", nullable=False))
    op.execute("UPDATE books SET author = authors.name FROM authors WHERE authors.id = books.author_id")
    op.alter_column("books", "author", server_default=None)
    op.create_unique_constraint("authors_name_key", "authors", ["name"])
    op.create_foreign_key("books_author_fkey", "books", "authors", ["author"], ["name"])
    op.drop_column("books", "author_id")


# %% 4.3d reject: the right order, and no rows -> Each book has the id of its author
def by_id():
    op.add_column("books", sa.Column("author_id", sa.Integer))
    op.create_foreign_key("books_author_id_fkey", "books", "authors", ["author_id"], ["id"])
    op.drop_column("books", "author")
    op.drop_constraint("authors_name_key", "authors")


def by_name():
    op.create_unique_constraint("authors_name_key", "authors", ["name"])
    op.add_column("books", sa.Column("author", sa.Text))
    op.create_foreign_key("books_author_fkey", "books", "authors", ["author"], ["name"])
    op.drop_column("books", "author_id")


# %% 4.3d reject: every book is the first author's -> Each book has the id of its author
def by_id():
    op.add_column("books", sa.Column("author_id", sa.Integer))
    op.execute("UPDATE books SET author_id = (SELECT min(id) FROM authors)")
    op.alter_column("books", "author_id", nullable=False)
    op.create_foreign_key("books_author_id_fkey", "books", "authors", ["author_id"], ["id"])
    op.drop_column("books", "author")
    op.drop_constraint("authors_name_key", "authors")


def by_name():
    op.create_unique_constraint("authors_name_key", "authors", ["name"])
    op.add_column("books", sa.Column("author", sa.Text))
    op.execute("UPDATE books SET author = a.name FROM authors a WHERE a.id = author_id")
    op.alter_column("books", "author", nullable=False)
    op.create_foreign_key("books_author_fkey", "books", "authors", ["author"], ["name"])
    op.drop_column("books", "author_id")


# %% 4.3d reject: CASCADE, and the new column may be NULL -> Afterwards there is nothing to do
def by_id():
    op.add_column("books", sa.Column("author_id", sa.Integer))
    op.execute("UPDATE books SET author_id = a.id FROM authors a WHERE a.name = author")
    op.execute("ALTER TABLE authors DROP CONSTRAINT authors_name_key CASCADE")
    op.create_foreign_key("books_author_id_fkey", "books", "authors", ["author_id"], ["id"])
    op.drop_column("books", "author")


def by_name():
    op.create_unique_constraint("authors_name_key", "authors", ["name"])
    op.add_column("books", sa.Column("author", sa.Text))
    op.execute("UPDATE books SET author = a.name FROM authors a WHERE a.id = author_id")
    op.alter_column("books", "author", nullable=False)
    op.create_foreign_key("books_author_fkey", "books", "authors", ["author"], ["name"])
    op.drop_column("books", "author_id")


# %% 4.3d reject: names do not come back -> Going back leaves everything as it was
def by_id():
    op.add_column("books", sa.Column("author_id", sa.Integer))
    op.execute("UPDATE books SET author_id = a.id FROM authors a WHERE a.name = author")
    op.alter_column("books", "author_id", nullable=False)
    op.create_foreign_key("books_author_id_fkey", "books", "authors", ["author_id"], ["id"])
    op.drop_column("books", "author")
    op.drop_constraint("authors_name_key", "authors")


def by_name():
    op.create_unique_constraint("authors_name_key", "authors", ["name"])
    op.add_column("books", sa.Column("author", sa.Text, server_default="ada", nullable=False))
    op.alter_column("books", "author", server_default=None)
    op.create_foreign_key("books_author_fkey", "books", "authors", ["author"], ["name"])
    op.drop_column("books", "author_id")


# %% 4.3d reject: the old names are kept aside -> A book that came in between has its author too
def by_id():
    op.add_column("books", sa.Column("author_id", sa.Integer))
    op.execute("UPDATE books SET author_id = a.id FROM authors a WHERE a.name = author")
    op.alter_column("books", "author_id", nullable=False)
    op.create_foreign_key("books_author_id_fkey", "books", "authors", ["author_id"], ["id"])
    op.execute("CREATE TABLE kept AS SELECT id, author FROM books")
    op.drop_column("books", "author")
    op.drop_constraint("authors_name_key", "authors")


def by_name():
    op.create_unique_constraint("authors_name_key", "authors", ["name"])
    op.add_column("books", sa.Column("author", sa.Text))
    op.execute("UPDATE books SET author = a.name FROM authors a WHERE a.id = author_id")
    op.execute("UPDATE books SET author = kept.author FROM kept WHERE kept.id = books.id")
    op.alter_column("books", "author", nullable=False)
    op.create_foreign_key("books_author_fkey", "books", "authors", ["author"], ["name"])
    op.drop_column("books", "author_id")
    op.execute("DROP TABLE kept")


# %% 4.3e accept: the operations of produce_migrations
from alembic.autogenerate import produce_migrations
from alembic.operations import ops


def dangers(connection, models):
    script = produce_migrations(MigrationContext.configure(connection), models)
    waiting, found = list(script.upgrade_ops.ops), []
    while waiting:
        each = waiting.pop()
        if isinstance(each, ops.ModifyTableOps):
            waiting += each.ops
        elif isinstance(each, ops.DropTableOp):
            found.append(f"table {each.table_name} is dropped")
        elif isinstance(each, ops.DropColumnOp):
            found.append(f"column {each.table_name}.{each.column_name} is dropped")
        elif isinstance(each, ops.AddColumnOp) and not (each.column.nullable or each.column.server_default):
            found.append(f"column {each.table_name}.{each.column.name} cannot be filled")
    found.sort()
    return found


# %% 4.3e accept: the two structures compared by hand
def dangers(connection, models):
    look, found = sa.inspect(connection), []
    there = {table: {each["name"] for each in look.get_columns(table)} for table in look.get_table_names()}
    for table, columns in there.items():
        if table not in models.tables:
            found.append(f"table {table} is dropped")
            continue
        wanted = models.tables[table].columns
        found += [f"column {table}.{name} is dropped" for name in columns - set(wanted.keys())]
        for each in wanted:
            if each.name not in columns and not each.nullable and each.server_default is None:
                found.append(f"column {table}.{each.name} cannot be filled")
    return sorted(found)


# %% 4.3e reject: nothing yet -> A dropped table and its name
def dangers(connection, models): ...


# %% 4.3e reject: Python's default counts -> A column that cannot be filled
def dangers(connection, models):
    found = []
    for change in compare_metadata(MigrationContext.configure(connection), models):
        match change:
            case ("remove_table", table):
                found.append(f"table {table.name} is dropped")
            case ("remove_column", _, table, column):
                found.append(f"column {table}.{column.name} is dropped")
            case ("add_column", _, table, column):
                if not column.nullable and column.server_default is None and column.default is None:
                    found.append(f"column {table}.{column.name} cannot be filled")
    return sorted(found)


# %% 4.3e reject: a server default does not count -> Columns that can be filled are no danger
def dangers(connection, models):
    found = []
    for change in compare_metadata(MigrationContext.configure(connection), models):
        match change:
            case ("remove_table", table):
                found.append(f"table {table.name} is dropped")
            case ("remove_column", _, table, column):
                found.append(f"column {table}.{column.name} is dropped")
            case ("add_column", _, table, column):
                if not column.nullable:
                    found.append(f"column {table}.{column.name} cannot be filled")
    return sorted(found)


# %% 4.3e reject: the columns of new tables too -> Everything else is no danger
def dangers(connection, models):
    found = []
    for change in compare_metadata(MigrationContext.configure(connection), models):
        match change:
            case ("remove_table", table):
                found.append(f"table {table.name} is dropped")
            case ("remove_column", _, table, column):
                found.append(f"column {table}.{column.name} is dropped")
            case ("add_table", table):
                for column in table.columns:
                    if not column.nullable and column.server_default is None and not column.primary_key:
                        found.append(f"column {table.name}.{column.name} cannot be filled")
            case ("add_column", _, table, column):
                if not column.nullable and column.server_default is None:
                    found.append(f"column {table}.{column.name} cannot be filled")
    return sorted(found)


# %% 4.3e reject: changes within a column are not expected -> Everything else is no danger
def dangers(connection, models):
    found = []
    for kind, *about in compare_metadata(MigrationContext.configure(connection), models):
        if kind == "remove_table":
            found.append(f"table {about[0].name} is dropped")
        elif kind == "remove_column":
            found.append(f"column {about[1]}.{about[2].name} is dropped")
        elif kind == "add_column":
            if not about[2].nullable and about[2].server_default is None:
                found.append(f"column {about[1]}.{about[2].name} cannot be filled")
        elif kind.startswith("modify"):
            found.append(f"column {about[1]}.{about[2]} is changed")
    return sorted(found)


# %% 4.3e reject: as they come -> Several dangers are sorted
def dangers(connection, models):
    found = []
    for change in compare_metadata(MigrationContext.configure(connection), models):
        match change:
            case ("remove_table", table):
                found.append(f"table {table.name} is dropped")
            case ("remove_column", _, table, column):
                found.append(f"column {table}.{column.name} is dropped")
            case ("add_column", _, table, column):
                if not column.nullable and column.server_default is None:
                    found.append(f"column {table}.{column.name} cannot be filled")
    return found


# %% 4.3e reject: it tries the draft out -> It changes nothing
from alembic.operations import Operations


def dangers(connection, models):
    context = MigrationContext.configure(connection)
    found = []
    for change in compare_metadata(context, models):
        match change:
            case ("remove_table", table):
                found.append(f"table {table.name} is dropped")
                Operations(context).drop_table(table.name)
            case ("remove_column", _, table, column):
                found.append(f"column {table}.{column.name} is dropped")
            case ("add_column", _, table, column):
                if not column.nullable and column.server_default is None:
                    found.append(f"column {table}.{column.name} cannot be filled")
    return sorted(found)
