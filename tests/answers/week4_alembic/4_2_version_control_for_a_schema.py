# %% 4.2a accept: plain SQL, whose names PostgreSQL gives
def add_bookmarks():
    op.execute(
        """CREATE TABLE bookmarks (
            user_id integer REFERENCES users ON DELETE CASCADE,
            post_id integer REFERENCES posts ON DELETE CASCADE,
            created_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (user_id, post_id)
        )"""
    )
    op.execute("CREATE INDEX ON bookmarks (post_id)")


def drop_bookmarks():
    op.execute("DROP TABLE bookmarks")


# %% 4.2a accept: columns that bring their keys along, and the index dropped first
def add_bookmarks():
    op.create_table(
        "bookmarks",
        sa.Column(
            "user_id",
            sa.Integer,
            sa.ForeignKey("users.id", ondelete="CASCADE", name=op.f("bookmarks_user_id_fkey")),
            primary_key=True,
        ),
        sa.Column(
            "post_id",
            sa.Integer,
            sa.ForeignKey("posts.id", ondelete="CASCADE", name=op.f("bookmarks_post_id_fkey")),
            primary_key=True,
        ),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.create_index("bookmarks_post_id_idx", "bookmarks", ["post_id"])


def drop_bookmarks():
    op.drop_index("bookmarks_post_id_idx")
    op.drop_table("bookmarks")


# %% 4.2a accept: the model's own table is created
def add_bookmarks():
    WANTED.tables["bookmarks"].create(op.get_bind())


def drop_bookmarks():
    WANTED.tables["bookmarks"].drop(op.get_bind())


# %% 4.2a reject: the index is forgotten -> Afterwards there is nothing to do
def add_bookmarks():
    op.execute(
        """CREATE TABLE bookmarks (
            user_id integer REFERENCES users ON DELETE CASCADE,
            post_id integer REFERENCES posts ON DELETE CASCADE,
            created_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (user_id, post_id)
        )"""
    )


def drop_bookmarks():
    op.drop_table("bookmarks")


# %% 4.2a reject: default instead of server_default -> A row without a time gets the present
def add_bookmarks():
    op.create_table(
        "bookmarks",
        sa.Column("user_id", sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("post_id", sa.ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("created_at", sa.DateTime(True), default=sa.func.now()),
    )
    op.create_index("bookmarks_post_id_idx", "bookmarks", ["post_id"])


def drop_bookmarks():
    op.drop_table("bookmarks")


# %% 4.2a reject: no ondelete -> A bookmark goes with its user and with its post
def add_bookmarks():
    op.create_table(
        "bookmarks",
        sa.Column("user_id", sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("post_id", sa.ForeignKey("posts.id"), primary_key=True),
        sa.Column("created_at", sa.DateTime(True), server_default=sa.func.now(), nullable=False),
    )
    op.create_index("bookmarks_post_id_idx", "bookmarks", ["post_id"])


def drop_bookmarks():
    op.drop_table("bookmarks")


# %% 4.2a reject: names of one's own -> The names are those of the model
def add_bookmarks():
    op.create_table(
        "bookmarks",
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("post_id", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "post_id", name="pk_bookmarks"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_post", ondelete="CASCADE"),
    )
    op.create_index("bookmarks_post_id_idx", "bookmarks", ["post_id"])


def drop_bookmarks():
    op.drop_table("bookmarks")


# %% 4.2a reject: the downgrade is left for later -> The downgrade leaves everything as it was
def add_bookmarks():
    WANTED.tables["bookmarks"].create(op.get_bind())


def drop_bookmarks():
    pass


# %% 4.2a reject: the downgrade takes everything that refers to posts -> The downgrade leaves everything as it was
def add_bookmarks():
    WANTED.tables["bookmarks"].create(op.get_bind())


def drop_bookmarks():
    op.execute("DROP TABLE bookmarks, comments")


# %% 4.2b accept: SQL, the reference with the column
def add_categories():
    op.execute("CREATE TABLE categories (id serial PRIMARY KEY, name text NOT NULL UNIQUE)")
    op.execute("ALTER TABLE posts ADD category_id integer REFERENCES categories ON DELETE SET NULL")


def drop_categories():
    op.execute("ALTER TABLE posts DROP category_id; DROP TABLE categories")


# %% 4.2b accept: the reference is dropped by name, then the table, then the column
def add_categories():
    op.create_table(
        "categories",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_unique_constraint("one_name", "categories", ["name"])
    op.add_column("posts", sa.Column("category_id", sa.Integer, nullable=True))
    op.create_foreign_key("its_category", "posts", "categories", ["category_id"], ["id"], ondelete="SET NULL")


def drop_categories():
    op.drop_constraint("its_category", "posts")
    op.drop_table("categories")
    op.drop_column("posts", "category_id")


# %% 4.2b reject: posts get the category 0 -> Posts that exist keep what they have
def add_categories():
    op.execute("CREATE TABLE categories (id serial PRIMARY KEY, name text NOT NULL UNIQUE)")
    op.execute("INSERT INTO categories VALUES (0, 'None')")
    op.execute("DELETE FROM posts WHERE author_id IS NULL")
    op.execute(
        "ALTER TABLE posts ADD category_id integer DEFAULT 0 REFERENCES categories ON DELETE SET NULL"
    )


def drop_categories():
    op.execute("ALTER TABLE posts DROP category_id; DROP TABLE categories")


# %% 4.2b reject: a default category -> They belong to no category
def add_categories():
    op.execute("CREATE TABLE categories (id serial PRIMARY KEY, name text NOT NULL UNIQUE)")
    op.execute("INSERT INTO categories (name) VALUES ('None')")
    op.execute(
        "ALTER TABLE posts ADD category_id integer DEFAULT 1 REFERENCES categories ON DELETE SET NULL"
    )


def drop_categories():
    op.execute("ALTER TABLE posts DROP category_id; DROP TABLE categories")


# %% 4.2b reject: the reference is left out -> A post belongs to a category that exists
def add_categories():
    op.create_table(
        "categories",
        sa.Column("id", sa.Integer, sa.Identity(always=True), primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
    )
    op.add_column("posts", sa.Column("category_id", sa.Integer))


def drop_categories():
    op.drop_table("categories")
    op.drop_column("posts", "category_id")


# %% 4.2b reject: names may be missing -> A category has a name of its own
def add_categories():
    op.execute("CREATE TABLE categories (id serial PRIMARY KEY, name text UNIQUE)")
    op.execute("ALTER TABLE posts ADD category_id integer REFERENCES categories ON DELETE SET NULL")


def drop_categories():
    op.execute("ALTER TABLE posts DROP category_id; DROP TABLE categories")


# %% 4.2b reject: posts go with their category -> A category that goes leaves its posts
def add_categories():
    op.execute("CREATE TABLE categories (id serial PRIMARY KEY, name text NOT NULL UNIQUE)")
    op.execute("ALTER TABLE posts ADD category_id integer REFERENCES categories ON DELETE CASCADE")


def drop_categories():
    op.execute("ALTER TABLE posts DROP category_id; DROP TABLE categories")


# %% 4.2b reject: the downgrade stays as it was -> The downgrade leaves everything as it was
def add_categories():
    op.execute("CREATE TABLE categories (id serial PRIMARY KEY, name text NOT NULL UNIQUE)")
    op.execute("ALTER TABLE posts ADD category_id integer REFERENCES categories ON DELETE SET NULL")


def drop_categories():
    op.drop_table("categories")
    op.drop_column("posts", "category_id")


# %% 4.2c accept: searched from the head backwards
def chain(before):
    heads = [each for each in before if each not in before.values()]
    if not before:
        return []
    if len(heads) != 1:
        raise ValueError("heads")
    line = [heads[0]]
    while before.get(line[0]) is not None:
        line.insert(0, before[line[0]])
        if len(line) > len(before):
            raise ValueError("circle")
    if set(line) != set(before):
        raise ValueError("others")
    return line


# %% 4.2c accept: one at a time out of a copy
def chain(before):
    left, line, last = dict(before), [], None
    while left:
        following = [each for each, earlier in left.items() if earlier == last]
        if len(following) != 1:
            raise ValueError(last)
        last = following[0]
        line.append(last)
        del left[last]
    return line


# %% 4.2c reject: sorted by name -> The order of the dictionary does not matter
def chain(before):
    if sum(each is None for each in before.values()) > 1 or len(set(before.values())) != len(before):
        raise ValueError
    return sorted(before)


# %% 4.2c reject: newest first -> The line begins with the first
def chain(before):
    following = {earlier: revision for revision, earlier in before.items()}
    line, here = [], following.get(None)
    while here is not None:
        line.insert(0, here)
        here = following.get(here)
    if len(line) != len(before):
        raise ValueError
    return line


# %% 4.2c reject: takes the first branch it finds -> Two after the same one are refused
def chain(before):
    line, here = [], None
    while following := [each for each, earlier in before.items() if earlier == here]:
        here = following[0]
        line.append(here)
    if set(before.values()) - set(before) - {None} or not line and before:
        raise ValueError
    return line


# %% 4.2c reject: what is not reached is left out -> A circle is refused
def chain(before):
    following = {earlier: revision for revision, earlier in before.items()}
    if len(following) != len(before) or set(following) - set(before) - {None}:
        raise ValueError
    line, here = [], following.get(None)
    while here is not None:
        line.append(here)
        here = following.get(here)
    return line


# %% 4.2c reject: an unknown one before ends in a KeyError -> One before that is not there is refused
def chain(before):
    heads = [each for each in before if each not in before.values()]
    if not before:
        return []
    if len(heads) != 1:
        raise ValueError
    line, here = [], heads[0]
    while here is not None and len(line) <= len(before):
        line.insert(0, here)
        here = before.get(here)
    if len(line) < len(before) or len(set(line)) != len(line):
        raise ValueError
    return line


# %% 4.2c reject: uses up the dictionary -> The dictionary stays as it was
def chain(before):
    line, last = [], None
    while before:
        following = [each for each, earlier in before.items() if earlier == last]
        if len(following) != 1:
            raise ValueError(last)
        last = following[0]
        line.append(last)
        del before[last]
    return line


# %% 4.2d accept: a loop that keeps the best so far
def adopt(found, known):
    best = None
    for revision, wanted in known.items():
        differences = found.to(wanted)
        if best is None or len(differences) <= len(best[1]):
            best = revision, differences
    if not best[1]:
        return best[0]
    raise ValueError(best[0] + "".join(f"\n{each}" for each in best[1]))


# %% 4.2d reject: the oldest of equals -> Of several it is the newest
def adopt(found, known):
    for revision, wanted in known.items():
        if not found.to(wanted):
            return revision
    newest_first = reversed(known.items())
    steps = {revision: found.to(wanted) for revision, wanted in newest_first}
    nearest = min(steps, key=lambda revision: len(steps[revision]))
    raise ValueError("\n".join([nearest, *map(str, steps[nearest])]))


# %% 4.2d reject: the differences the other way round -> Another database is refused with the nearest revision
def adopt(found, known):
    newest_first = reversed(known.items())
    steps = {revision: wanted.to(found) for revision, wanted in newest_first}
    nearest = min(steps, key=lambda revision: len(steps[revision]))
    if steps[nearest]:
        raise ValueError("\n".join([nearest, *map(str, steps[nearest])]))
    return nearest


# %% 4.2d reject: always compared with the head -> A database is recognised
def adopt(found, known):
    head = list(known)[-1]
    if steps := found.to(known[head]):
        raise ValueError("\n".join([head, *map(str, steps)]))
    return head


# %% 4.2d reject: the first nearest one -> Of several nearest it is the newest
def adopt(found, known):
    for revision, wanted in reversed(known.items()):
        if not found.to(wanted):
            return revision
    steps = {revision: found.to(wanted) for revision, wanted in known.items()}
    nearest = min(steps, key=lambda revision: len(steps[revision]))
    raise ValueError("\n".join([nearest, *map(str, steps[nearest])]))


# %% 4.2d reject: the nearest is returned, whatever differs -> Another database is refused with the nearest revision
def adopt(found, known):
    newest_first = reversed(known.items())
    steps = {revision: found.to(wanted) for revision, wanted in newest_first}
    return min(steps, key=lambda revision: len(steps[revision]))


# %% 4.2d reject: compares the last two only -> One revision is enough
def adopt(found, known):
    newest_first = list(reversed(known.items()))
    assert len(newest_first) > 1
    steps = {revision: found.to(wanted) for revision, wanted in newest_first}
    nearest = min(steps, key=lambda revision: len(steps[revision]))
    if steps[nearest]:
        raise ValueError("\n".join([nearest, *map(str, steps[nearest])]))
    return nearest


# %% 4.2e accept: the query of the address says it
from sqlalchemy.pool import NullPool


def migration_engine(url):
    options = {"application_name": "migration", "options": "-c lock_timeout=3000"}
    address = make_url(url).set(drivername="postgresql+psycopg2").update_query_dict(options)
    return create_engine(address, poolclass=NullPool)


# %% 4.2e accept: each new session is told
from sqlalchemy import event
from sqlalchemy.pool import NullPool


def migration_engine(url):
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg2:", 1), poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def tell(connection, _):
        with connection.cursor() as cursor:
            cursor.execute("SET application_name = 'migration'; SET lock_timeout = '3s'")
        connection.commit()

    return engine


# %% 4.2e reject: the usual pool -> A connection that is given back is closed
def migration_engine(url):
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg2"),
        connect_args={"application_name": "migration", "options": "-c lock_timeout=3s"},
    )


# %% 4.2e reject: a pool of one connection -> Any number may be open
def migration_engine(url):
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg2"),
        poolclass=sa.StaticPool,
        connect_args={"application_name": "migration", "options": "-c lock_timeout=3s"},
    )


# %% 4.2e reject: statements are limited, not waits -> A wait for a lock is given up after three seconds
def migration_engine(url):
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg2"),
        poolclass=sa.NullPool,
        connect_args={"application_name": "migration", "options": "-c statement_timeout=3s"},
    )


# %% 4.2e reject: through an ini file -> A password may hold any character
from configparser import ConfigParser


def migration_engine(url):
    ini = ConfigParser()
    ini.read_string(f"[alembic]\nurl = {url.replace('%40', '@')}")
    return create_engine(
        make_url(ini.get("alembic", "url", raw=True).replace("%25", "%")).set(drivername="postgresql+psycopg2"),
        poolclass=sa.NullPool,
        connect_args={"application_name": "migration", "options": "-c lock_timeout=3s"},
    )


# %% 4.2e reject: nobody sees the name -> Its sessions are called migration
def migration_engine(url):
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg2"),
        poolclass=sa.NullPool,
        connect_args={"options": "-c lock_timeout=3s"},
    )


# %% 4.2e reject: the driver that the address names -> It reaches the database over psycopg2
def migration_engine(url):
    return create_engine(
        url,
        poolclass=sa.NullPool,
        connect_args={"application_name": "migration", "options": "-c lock_timeout=3s"},
    )
